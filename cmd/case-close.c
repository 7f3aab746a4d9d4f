/* case-close: closes resolved cases. */
#include "act/verbs.h"
#include "tool/tool.h"

static int close_one(struct context *ctx, const void *data, struct work *w, struct error *err)
{
    (void)data;
    return close_case(ctx, w, err);
}

static int close_record(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    return tool_case(run, record, close_one, NULL, false, out, err);
}

static const struct tool tool = {
    .name = "case-close",
    .operands = "[CASE]...",
    .summary = "Closes resolved cases. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_POLICY | TOOL_STREAM | TOOL_NUMBERS,
    .record = close_record,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
