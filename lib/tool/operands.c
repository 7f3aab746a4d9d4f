/* Operands as records, and KEY=VALUE operands as the members of one. */
#include <ctype.h>

#include "base/json_read.h"
#include "base/utf8.h"
#include "tool/internal.h"

static void name_record(struct record *record, struct arena *arena, const char *operand)
{
    struct buf json = BUF_INIT;
    struct json_writer w;

    json_writer_init(&w, &json);
    json_put_text(&w, NULL, operand);
    record->json.value.type = JSON_IS_STRING;
    record->json.value.text = operand;
    record->json.value.length = strlen(operand);
    record->text = arena_strndup(arena, buf_text(&json), json.len);
    record->length = json.len;
    buf_release(&json);
}

static void take_operand(struct runner *r, char *operand)
{
    struct item *item = batch_add(&r->batch);
    struct error why;

    if (utf8_valid(operand, strlen(operand))) {
        name_record(&item->record, &r->batch.arena, operand);
        return;
    }
    item->record.text = operand;
    item->record.length = strlen(operand);
    error_init(&why);
    error_set(&why, CODE_INVALID, NULL, "the operand is not valid UTF-8");
    item_reject(r, item, &why);
}

int operands_fill(struct runner *r, bool *end, struct error *err)
{
    const struct tool *tool = r->run.tool;

    while (r->operand_next < r->operand_count && !batch_full(&r->batch)) {
        char **rest = r->operands + r->operand_next;
        size_t left = r->operand_count - r->operand_next, used = 1;

        if (tool->operand_record) {
            struct record *record = &batch_add(&r->batch)->record;
            int rc = tool->operand_record(&r->run, rest, left, &used, &r->batch.arena, &record->json, err);
            if (rc != 0) {
                r->batch.count--;
                return rc;
            }
            record->text = record->json.value.text;
            record->length = record->json.value.length;
        } else {
            take_operand(r, *rest);
        }
        r->operand_next += used;
    }
    *end = r->operand_next == r->operand_count;
    return 0;
}

bool operand_is_pair(const char *operand)
{
    const char *p = operand;

    if (!isalpha((unsigned char)*p))
        return false;
    while (isalnum((unsigned char)*p) || *p == '_' || *p == '-')
        p++;
    return *p == '=';
}

/* A nested value is parsed alone first, so that it cannot reach out of its member. */
static int write_nested(struct run *run, const char *name, const char *text, struct json_writer *w,
                        struct error *err)
{
    struct json_record nested;
    int rc = json_parse(run->ctx.parser, text, strlen(text), run->ctx.arena, &nested, err);

    if (rc != 0) {
        error_prefix(err, "%s: ", name);
        return rc;
    }
    if (nested.value.type == JSON_IS_STRING)
        json_put_text(w, name, nested.value.text);
    else
        json_put_raw(w, name, nested.value.text);
    return 0;
}

int operand_pairs_write(struct run *run, char **operands, size_t count, const struct field *fields,
                        struct json_writer *w, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        const char *value = strchr(operands[i], '=');
        const struct field *f;
        char *name;
        int rc = 0;

        if (!operand_is_pair(operands[i]))
            return error_set(err, CODE_USAGE, NULL, "expected KEY=VALUE, got \"%s\"", operands[i]);
        name = arena_strndup(run->ctx.arena, operands[i], (size_t)(value - operands[i]));
        if (!name)
            return error_no_memory(err);
        value++;
        f = field_find(fields, name);
        if (*value == '\0')
            json_put_null(w, name);
        else if (f && (f->type == FIELD_JSON || f->type == FIELD_INT || f->type == FIELD_BOOL))
            rc = write_nested(run, name, value, w, err);
        else
            json_put_text(w, name, value);
        if (rc != 0)
            return rc;
    }
    return 0;
}
