/* case-update: changes fields or the state of cases. */
#include "act/verbs.h"
#include "base/json_read.h"
#include "tool/tool.h"

struct update_options {
    const char *wait_for, *reason;
    bool resume, reopen, cancel, accept, decline;
    enum case_verb verb; /* what the flags say; VERB_NONE: fields are changed */
};

#define UPDATE(member) offsetof(struct update_options, member)

static const struct option_spec options[] = {
    {0, "wait-for", OPTION_TEXT, UPDATE(wait_for), "WHOM", "wait for the customer's answer", "customer"},
    {0, "resume", OPTION_FLAG, UPDATE(resume), NULL, "go on with a case that waits", NULL},
    {0, "reopen", OPTION_FLAG, UPDATE(reopen), NULL, "open a resolved case again", NULL},
    {0, "cancel", OPTION_FLAG, UPDATE(cancel), NULL, "cancel the case and its open tasks", NULL},
    {0, "accept", OPTION_FLAG, UPDATE(accept), NULL, "take a case that you are offered", NULL},
    {0, "decline", OPTION_FLAG, UPDATE(decline), NULL, "give a case back to its group", NULL},
    {0, "reason", OPTION_TEXT, UPDATE(reason), "TEXT", "why the state changes, or why you decline", NULL},
    OPTIONS_END,
};

static int find_verb(struct update_options *o, struct error *err)
{
    if ((o->wait_for != NULL) + o->resume + o->reopen + o->cancel + o->accept + o->decline > 1)
        return error_set(
            err, CODE_USAGE, NULL,
            "--wait-for, --resume, --reopen, --cancel, --accept and --decline exclude each other");
    if (o->wait_for && strcmp(o->wait_for, "customer") != 0)
        return error_set(err, CODE_USAGE, NULL, "--wait-for: expected customer, got \"%s\"", o->wait_for);
    if (o->cancel && option_blank(o->reason))
        return error_set(err, CODE_USAGE, NULL, "--cancel needs a --reason");
    if (o->decline && option_blank(o->reason))
        return error_set(err, CODE_USAGE, NULL, "--decline needs a --reason");
    if (o->wait_for)
        o->verb = VERB_WAIT;
    else if (o->resume)
        o->verb = VERB_RESUME;
    else if (o->reopen)
        o->verb = VERB_REOPEN;
    else if (o->cancel)
        o->verb = VERB_CANCEL;
    else if (o->accept)
        o->verb = VERB_ACCEPT;
    else if (o->decline)
        o->verb = VERB_DECLINE;
    else if (o->reason)
        return error_set(err, CODE_USAGE, NULL, "--reason goes with a change of state");
    return 0;
}

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    struct update_options *o = run->options;
    int rc = find_verb(o, err);

    if (rc != 0 || count == 0)
        return rc;
    if (o->verb == VERB_NONE && count == 1)
        return error_set(err, CODE_USAGE, NULL, "nothing to change: expected KEY=VALUE or a change of state");
    for (size_t i = 0; i < count; i++)
        if (operand_is_pair(operands[i]) != (o->verb == VERB_NONE && i > 0))
            return error_set(err, CODE_USAGE, NULL, "unexpected operand \"%s\"", operands[i]);
    return 0;
}

/* A change of state takes each operand as a case; else the first is the case and the rest its patch. */
static int operand_record(struct run *run, char **operands, size_t count, size_t *used, struct arena *arena,
                          struct json_record *record, struct error *err)
{
    const struct update_options *o = run->options;
    struct buf json = BUF_INIT;
    struct json_writer w;
    int rc = 0;

    *used = o->verb == VERB_NONE ? count : 1;
    json_writer_init(&w, &json);
    json_begin_object(&w, NULL);
    json_put_text(&w, "number", operands[0]);
    if (o->verb == VERB_NONE) {
        json_begin_object(&w, "patch");
        rc = operand_pairs_write(run, operands + 1, count - 1, case_fields, &w, err);
        json_end_object(&w);
    }
    json_end_object(&w);
    if (rc == 0)
        rc = buf_failed(&json) ? error_no_memory(err)
                               : json_parse(run->ctx.parser, json.data, json.len, arena, record, err);
    buf_release(&json);
    return rc;
}

struct change {
    enum case_verb verb;
    const char *reason;
    struct json_record patch;
    int64_t seq;
};

static int change_one(struct context *ctx, const void *data, struct work *w, struct error *err)
{
    const struct change *change = data;

    if (change->verb == VERB_ACCEPT)
        return accept_case(ctx, w, err);
    if (change->verb == VERB_DECLINE)
        return decline_case(ctx, w, change->reason, err);
    if (change->verb != VERB_NONE)
        return change_state(ctx, w, change->verb, change->reason, err);
    return update_case(ctx, w, &change->patch, change->seq, err);
}

static int read_patch(struct run *run, const struct json_record *json, struct change *change,
                      struct error *err)
{
    const struct json_value *patch = json->members ? json_get(json, "patch") : NULL;
    const struct json_value *seq = json->members ? json_get(json, "seq") : NULL;

    if (!patch)
        return error_set(err, CODE_REQUIRED, "/patch", "missing");
    if (patch->type != JSON_IS_OBJECT)
        return error_set(err, CODE_INVALID, "/patch", "expected an object, got %s",
                         json_describe(patch, run->ctx.arena));
    if (seq && seq->type != JSON_IS_INTEGER && seq->type != JSON_IS_NULL)
        return error_set(err, CODE_INVALID, "/seq", "expected a number, got %s",
                         json_describe(seq, run->ctx.arena));
    if (seq && seq->type == JSON_IS_INTEGER)
        change->seq = seq->integer;
    return json_parse(run->ctx.parser, patch->text, patch->length, run->ctx.arena, &change->patch, err);
}

/* What is wrong with a patch is at fault below /patch of the record. */
static void place_below_patch(struct error *err)
{
    char pointer[sizeof err->pointer];

    snprintf(pointer, sizeof pointer, "/patch%.*s", (int)(sizeof pointer - 8), err->pointer);
    memcpy(err->pointer, pointer, sizeof pointer);
}

static int update(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    const struct update_options *o = run->options;
    struct change change = {.verb = o->verb, .reason = o->reason, .seq = INT_NONE};
    int rc = o->verb == VERB_NONE ? read_patch(run, &record->json, &change, err) : 0;

    if (rc != 0)
        return rc;
    rc = tool_case(run, record, change_one, &change, false, out, err);
    if (rc != 0 && rc != CODE_STALE && o->verb == VERB_NONE && record->line > 0 && record->case_id != 0 &&
        err->pointer[0])
        place_below_patch(err);
    return rc;
}

static const struct tool tool = {
    .name = "case-update",
    .operands = "[CASE KEY=VALUE...] | [CASE...]",
    .summary = "Changes fields or the state of cases. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_POLICY | TOOL_STREAM,
    .options = options,
    .options_size = sizeof(struct update_options),
    .check = check,
    .operand_record = operand_record,
    .record = update,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
