/* Tools that act on one task a record. */
#include "tool/tool.h"

int tool_task(struct run *run, struct record *record, task_act *act, const void *data, struct buf *out,
              struct error *err)
{
    struct task_report report;
    const char *name;
    int rc = record_name(record, "task", &name, err);

    if (rc == 0)
        rc = act(&run->ctx, name, data, &report, err);
    if (rc != 0)
        return rc;
    record->verdict = report.unchanged ? VERDICT_UNCHANGED : VERDICT_DONE;
    task_report_print(&run->ctx, &report, out);
    return 0;
}
