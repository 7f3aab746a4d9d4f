/* What case-new and case-intake share. */
#include "base/json_read.h"
#include "tool/tool.h"

#define CAPTURE(member) offsetof(struct capture_tool, member)

const struct option_spec capture_tool_options[] = {
    {0, "source", OPTION_TEXT, CAPTURE(source), "NAME", "the source of records that name none", NULL},
    {0, "id", OPTION_TEXT, CAPTURE(id), "MEMBER",
     "the member that is the external id (a name, or a JSON pointer)", NULL},
    {0, "on-duplicate", OPTION_TEXT, CAPTURE(on_duplicate), "ACTION",
     "what to do when a request arrives again, changed", "keep|update|reject"},
    OPTIONS_END,
};

static int read_action(const char *text, enum on_duplicate *action, struct error *err)
{
    static const char *const names[] = {
        [DUPLICATE_KEEP] = "keep", [DUPLICATE_UPDATE] = "update", [DUPLICATE_REJECT] = "reject"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!text || strcmp(text, names[i]) == 0) {
            *action = (enum on_duplicate)i;
            return 0;
        }
    return error_set(err, CODE_USAGE, NULL, "--on-duplicate: expected keep, update or reject, got \"%s\"",
                     text);
}

int capture_tool_check(struct run *run, char **operands, size_t count, struct error *err)
{
    struct capture_tool *t = run->options;

    (void)operands;
    (void)count;
    t->options.source = t->source;
    t->options.id_member = t->id;
    if (t->id && *t->id != '/') {
        if (!*t->id || strlen(t->id) > KEY_MAX)
            return error_set(err, CODE_USAGE, NULL, "--id: expected the name of a member, got \"%s\"", t->id);
        pointer_push(t->pointer, (int)sizeof t->pointer, t->id);
        t->options.id_member = t->pointer;
    }
    return read_action(t->on_duplicate, &t->options.on_duplicate, err);
}

static const char *text_member(const struct json_record *record, const char *name)
{
    const struct json_value *value = record->members ? json_get(record, name) : NULL;

    return value && value->type == JSON_IS_STRING ? value->text : NULL;
}

/* What a reject says of where it came from, when the record itself is not understood. */
static void note_key(const struct capture_tool *t, struct record *record)
{
    const char *source = text_member(&record->json, "source");
    const char *member = t->options.id_member ? t->options.id_member + 1 : "external_id";

    record->source = source ? source : t->options.source;
    record->external_id = text_member(&record->json, member);
}

int capture_tool_record(struct run *run, struct record *record, struct error *err)
{
    struct capture_tool *t = run->options;
    int rc;

    work_init(&t->work);
    note_key(t, record);
    if (record->json.value.type != JSON_IS_OBJECT)
        return error_set(err, CODE_INVALID, NULL, "expected an object, got %s",
                         json_describe(&record->json.value, run->ctx.arena));
    rc = capture_case(&run->ctx, &t->options, &record->json, &t->work, err);
    if (rc != 0) {
        work_release(&t->work);
        return rc;
    }
    record->number = t->work.c.number;
    record->source = t->work.c.source;
    record->external_id = t->work.c.external_id;
    record->keyless = !t->work.c.external_id;
    record->verdict = VERDICT_NEW;
    if (t->work.duplicate)
        record->verdict = t->work.differs && t->options.on_duplicate == DUPLICATE_UPDATE ? VERDICT_UPDATED
                                                                                         : VERDICT_DUPLICATE;
    return 0;
}

int capture_tool_operands(struct run *run, char **operands, size_t count, size_t *used, struct arena *arena,
                          struct json_record *record, struct error *err)
{
    struct buf json = BUF_INIT;
    struct json_writer w;
    const char *text = NULL;
    int rc = 0;

    json_writer_init(&w, &json);
    json_begin_object(&w, NULL);
    for (size_t i = 0; rc == 0 && i < count; i++) {
        if (operand_is_pair(operands[i]))
            rc = operand_pairs_write(run, operands + i, 1, case_fields, &w, err);
        else if (text)
            rc =
                error_set(err, CODE_USAGE, NULL, "more than one description: \"%s\" (quote it)", operands[i]);
        else
            text = operands[i];
    }
    json_put_text(&w, "short_description", text);
    json_end_object(&w);
    if (rc == 0)
        rc = buf_failed(&json) ? error_no_memory(err)
                               : json_parse(run->ctx.parser, json.data, json.len, arena, record, err);
    buf_release(&json);
    *used = count;
    return rc;
}
