/* case-intake: capture, enrich, route and dispatch in one process and one transaction a batch; the same as
 * the pipe. */
#include "tool/tool.h"

static const struct stage_options plain = {.again = false};

static int capture(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    struct capture_tool *t = run->options;
    int rc;

    (void)out;
    run->ctx.tool = "case-new"; /* the journal reads as if the pipe had run */
    rc = capture_tool_record(run, record, err);
    if (rc == 0)
        record->case_id = t->work.c.id;
    return rc;
}

static int step(struct run *run, stage_function *stage, struct error *err)
{
    struct capture_tool *t = run->options;
    int rc;

    t->work.unchanged = false; /* each stage prints its own marks, and of these only the last is printed */
    t->work.unassigned = NULL;
    rc = stage(&run->ctx, &plain, &t->work, err);
    if (rc != 0)
        work_release(&t->work);
    return rc;
}

static int enrich(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    (void)record;
    (void)out;
    return step(run, enrich_case, err);
}

static int route(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    (void)record;
    (void)out;
    return step(run, route_case, err);
}

static int dispatch(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    struct capture_tool *t = run->options;
    int rc = step(run, dispatch_case, err);

    (void)record;
    if (rc != 0)
        return rc;
    t->work.with_tasks = true;
    rc = work_print(&run->ctx, &t->work, out, err);
    work_release(&t->work);
    return rc;
}

static const struct tool_step steps[] = {
    {"case-enrich", enrich},
    {"case-route", route},
    {"task-dispatch", dispatch},
    {NULL, NULL},
};

static const struct tool tool = {
    .name = "case-intake",
    .operands = "[KEY=VALUE]... [DESCRIPTION]",
    .summary = "Captures, enriches, routes and dispatches requests in one go. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_POLICY | TOOL_STREAM | TOOL_KEEPS_REJECTS | TOOL_KEEPS_FAILURES,
    .options = capture_tool_options,
    .options_size = sizeof(struct capture_tool),
    .check = capture_tool_check,
    .operand_record = capture_tool_operands,
    .record = capture,
    .steps = steps,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
