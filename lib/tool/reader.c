/* The stream as a source of batches. */
#include "base/json_read.h"
#include "base/utf8.h"
#include "tool/internal.h"

static const char *copy_bytes(struct arena *arena, const char *bytes, size_t n)
{
    char *copy = arena_alloc(arena, n + 1);

    if (copy)
        memcpy(copy, bytes, n);
    return copy;
}

/* Can the framing have swallowed a neighbour? A value whose syntax is right was framed right, unless a line
 * of it starts like a record: nothing that writes JSON over lines does that. */
static bool framing_doubtful(enum code code, const char *text, size_t length)
{
    const char *end = text + length, *p = text;

    if (code == CODE_SYNTAX)
        return true;
    while ((p = memchr(p, '\n', (size_t)(end - p))) && ++p < end)
        if (*p == '{' || *p == '[' || *p == '"')
            return true;
    return false;
}

static int take_broken(struct runner *r, struct item *item, const struct stream_item *in, struct error *err)
{
    item->record.text = copy_bytes(&r->batch.arena, in->text, in->length);
    item->record.length = in->length;
    if (!item->record.text)
        return error_no_memory(err);
    item->record.json = (struct json_record){0};
    item_reject(r, item, &in->error);
    return 0;
}

static int take_malformed(struct runner *r, struct item *item, struct stream_item *in,
                          const struct error *why, struct error *err)
{
    int rc = 0;

    if (framing_doubtful(why->code, in->text, in->length))
        rc = stream_reject(r->stream, in, err);
    in->error = *why;
    return rc != 0 ? rc : take_broken(r, item, in, err);
}

/* A stage needs only the number, the store is the truth: a line that begins as the tools print it is not read
 * any further (parsing it would be an eighth of the stage's work). */
static bool take_number(struct runner *r, struct record *record, const struct stream_item *in)
{
    static const char begin[] = "{\"number\":\"";
    const char *number = in->text + sizeof begin - 1, *end;

    if (!(r->run.tool->flags & TOOL_NUMBERS) || in->length < sizeof begin ||
        memcmp(in->text, begin, sizeof begin - 1) != 0 || memchr(in->text, '\n', in->length))
        return false;
    end = memchr(number, '"', in->length - sizeof begin + 1);
    if (!end || end - number > KEY_MAX || memchr(number, '\\', (size_t)(end - number)) ||
        !utf8_valid(in->text, in->length))
        return false;
    record->json = (struct json_record){0};
    record->json.value.type = JSON_IS_STRING;
    record->json.value.length = (size_t)(end - number);
    record->json.value.text = arena_strndup(&r->batch.arena, number, record->json.value.length);
    record->text = copy_bytes(&r->batch.arena, in->text, in->length);
    record->length = in->length;
    return true;
}

static int take_value(struct runner *r, struct item *item, struct stream_item *in, struct error *err)
{
    struct record *record = &item->record;
    struct error why;
    int rc;

    if (take_number(r, record, in))
        return arena_failed(&r->batch.arena) ? error_no_memory(err) : 0;
    error_init(&why);
    rc = json_parse(r->run.ctx.parser, in->text, in->length, &r->batch.arena, &record->json, &why);
    if (rc != 0 && !code_is_record_error((enum code)rc)) {
        *err = why;
        return rc;
    }
    if (rc != 0)
        return take_malformed(r, item, in, &why, err);
    record->text = record->json.value.text;
    record->length = record->json.value.length;
    if (record->json.value.type == JSON_IS_OBJECT)
        return 0;
    record->text = copy_bytes(&r->batch.arena, in->text, in->length); /* a string's text is decoded */
    record->length = in->length;
    if (record->json.value.type != JSON_IS_STRING) {
        error_set(&why, CODE_SYNTAX, NULL, "expected an object or a string, got %s",
                  json_describe(&record->json.value, &r->batch.arena));
        item_reject(r, item, &why);
    }
    return 0;
}

static int take(struct runner *r, struct stream_item *in, struct error *err)
{
    struct item *item = batch_add(&r->batch);

    item->record.line = in->line;
    item->record.index = in->index;
    r->batch.bytes += in->length;
    return in->kind == STREAM_BROKEN ? take_broken(r, item, in, err) : take_value(r, item, in, err);
}

/* Waits for the first record as long as it takes, looking now and then whether a signal came; for more only a
 * moment. */
int stream_fill(struct runner *r, bool *end, struct error *err)
{
    struct stream_item in;
    int rc = 0;

    while (rc == 0 && !batch_full(&r->batch) && !runner_interrupted()) {
        error_init(&in.error);
        rc = stream_next(r->stream, r->batch.count > 0 ? LINGER_MS : WATCH_MS, &in, err);
        if (rc != 0)
            return rc;
        if (in.kind == STREAM_END) {
            *end = true;
            return 0;
        }
        if (in.kind == STREAM_QUIET && r->batch.count > 0)
            return 0;
        if (in.kind == STREAM_QUIET)
            progress_show(r);
        else
            rc = take(r, &in, err);
    }
    return rc;
}
