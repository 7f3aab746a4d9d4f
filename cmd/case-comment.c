/* case-comment: adds a comment that the customer reads, or a note inside. */
#include "act/verbs.h"
#include "base/json_read.h"
#include "tool/tool.h"

struct comment_options {
    bool is_public, internal;
    const char *from;
};

#define COMMENT(member) offsetof(struct comment_options, member)

static const struct option_spec options[] = {
    {0, "public", OPTION_FLAG, COMMENT(is_public), NULL, "the customer reads it", NULL},
    {0, "internal", OPTION_FLAG, COMMENT(internal), NULL, "for colleagues only (the default)", NULL},
    {0, "from", OPTION_TEXT, COMMENT(from), "CONTACT", "it is this contact's own, and so public", "@contact"},
    OPTIONS_END,
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct comment_options *o = run->options;

    (void)operands;
    if (o->internal && (o->is_public || o->from))
        return error_set(err, CODE_USAGE, NULL,
                         "a comment is either --internal, or --public or --from a contact");
    if (count != 0 && count != 2)
        return error_set(err, CODE_USAGE, NULL, "expected CASE and TEXT, got %zu operands", count);
    return 0;
}

static int operand_record(struct run *run, char **operands, size_t count, size_t *used, struct arena *arena,
                          struct json_record *record, struct error *err)
{
    struct buf json = BUF_INIT;
    struct json_writer w;
    int rc;

    json_writer_init(&w, &json);
    json_begin_object(&w, NULL);
    json_put_text(&w, "number", operands[0]);
    json_put_text(&w, "text", operands[1]);
    json_end_object(&w);
    rc = buf_failed(&json) ? error_no_memory(err)
                           : json_parse(run->ctx.parser, json.data, json.len, arena, record, err);
    buf_release(&json);
    *used = count;
    return rc;
}

static int comment_one(struct context *ctx, const void *data, struct work *w, struct error *err)
{
    return comment_case(ctx, w, data, err);
}

static int comment_record(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    const struct comment_options *o = run->options;
    const struct json_value *text = record->json.members ? json_get(&record->json, "text") : NULL;
    struct comment comment = {.is_public = o->is_public || o->from, .from = o->from};

    if (!text || text->type == JSON_IS_NULL)
        return error_set(err, CODE_REQUIRED, "/text", "missing");
    if (text->type != JSON_IS_STRING)
        return error_set(err, CODE_INVALID, "/text", "expected text, got %s",
                         json_describe(text, run->ctx.arena));
    comment.text = text->text;
    return tool_case(run, record, comment_one, &comment, false, out, err);
}

static const struct tool tool = {
    .name = "case-comment",
    .operands = "[CASE TEXT]",
    .summary = "Adds comments to cases. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_POLICY | TOOL_STREAM,
    .options = options,
    .options_size = sizeof(struct comment_options),
    .check = check,
    .operand_record = operand_record,
    .record = comment_record,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
