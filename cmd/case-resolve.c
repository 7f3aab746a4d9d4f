/* case-resolve: resolves cases whose work is done, and prints what became of them with the trace of how. */
#include "act/verbs.h"
#include "tool/tool.h"

#define RESOLUTION(member) offsetof(struct resolution, member)

static const struct option_spec options[] = {
    {0, "code", OPTION_TEXT, RESOLUTION(code), "CODE",
     "the resolution code, one of the case type's (required)", NULL},
    {0, "notes", OPTION_TEXT, RESOLUTION(notes), "TEXT", "what was done, for the customer", NULL},
    {0, "cause", OPTION_TEXT, RESOLUTION(cause), "TEXT", "what the cause was", NULL},
    {0, "cancel-open", OPTION_FLAG, RESOLUTION(cancel_open), NULL, "cancel the tasks that are still open",
     NULL},
    {0, "reason", OPTION_TEXT, RESOLUTION(reason), "TEXT", "why open tasks are cancelled", NULL},
    OPTIONS_END,
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct resolution *resolution = run->options;

    (void)operands;
    (void)count;
    if (!resolution->code)
        return error_set(err, CODE_USAGE, NULL, "a --code is required");
    if (resolution->cancel_open && option_blank(resolution->reason))
        return error_set(err, CODE_USAGE, NULL, "--cancel-open needs a --reason");
    return 0;
}

static int resolve_one(struct context *ctx, const void *data, struct work *w, struct error *err)
{
    return resolve_case(ctx, w, data, err);
}

static int resolve(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    return tool_case(run, record, resolve_one, run->options, false, out, err);
}

static const struct tool tool = {
    .name = "case-resolve",
    .operands = "[CASE]...",
    .summary =
        "Resolves cases whose tasks are finished and prints them with their trace. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_POLICY | TOOL_STREAM,
    .options = options,
    .options_size = sizeof(struct resolution),
    .check = check,
    .record = resolve,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
