/* case-enrich: builds the context of captured cases. */
#include "tool/tool.h"

static const struct option_spec options[] = {
    {0, "again", OPTION_FLAG, offsetof(struct stage_options, again), NULL,
     "enrich a case again that is enriched already", NULL},
    {0, "explain", OPTION_FLAG, offsetof(struct stage_options, explain), NULL,
     "print who asked by what right, and how every entitlement fared", NULL},
    OPTIONS_END,
};

static int enrich(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    return tool_stage(run, record, enrich_case, run->options, false, out, err);
}

static int pending(struct run *run, struct case_cursor *cursor, int64_t *ids, size_t limit, struct error *err)
{
    return case_waiting(run->ctx.db, PROGRESS_CAPTURED, false, run->ctx.now, cursor, ids, limit, err);
}

static const struct tool tool = {
    .name = "case-enrich",
    .operands = "[CASE]...",
    .summary = "Builds the context of captured cases: customer, history, entitlement. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_POLICY | TOOL_STREAM | TOOL_NUMBERS | TOOL_PENDING | TOOL_KEEPS_FAILURES,
    .options = options,
    .options_size = sizeof(struct stage_options),
    .record = enrich,
    .pending = pending,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
