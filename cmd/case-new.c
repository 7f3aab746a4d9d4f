/* case-new: captures requests as cases. */
#include "tool/tool.h"

static int capture(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    struct capture_tool *t = run->options;
    int rc = capture_tool_record(run, record, err);

    if (rc != 0)
        return rc;
    rc = work_print(&run->ctx, &t->work, out, err);
    work_release(&t->work);
    return rc;
}

static const struct tool tool = {
    .name = "case-new",
    .operands = "[KEY=VALUE]... [DESCRIPTION]",
    .summary = "Captures requests as cases. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_POLICY | TOOL_STREAM | TOOL_KEEPS_REJECTS,
    .options = capture_tool_options,
    .options_size = sizeof(struct capture_tool),
    .check = capture_tool_check,
    .operand_record = capture_tool_operands,
    .record = capture,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
