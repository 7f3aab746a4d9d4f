/* task-dispatch: starts the workflow of routed cases and makes their tasks. */
#include "tool/tool.h"

static const struct stage_options plain = {.again = false};

static int dispatch(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    return tool_stage(run, record, dispatch_case, &plain, true, out, err);
}

static int pending(struct run *run, struct case_cursor *cursor, int64_t *ids, size_t limit, struct error *err)
{
    return case_waiting(run->ctx.db, PROGRESS_ROUTED, false, run->ctx.now, cursor, ids, limit, err);
}

static const struct tool tool = {
    .name = "task-dispatch",
    .operands = "[CASE]...",
    .summary = "Starts the workflow of routed cases and makes their tasks. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_POLICY | TOOL_STREAM | TOOL_NUMBERS | TOOL_PENDING | TOOL_KEEPS_FAILURES,
    .record = dispatch,
    .pending = pending,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
