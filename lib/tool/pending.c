/* The cases that wait, as a source of batches: the cursor only moves on, so that what fails again is met once
 * a run. */
#include "tool/internal.h"

int pending_fill(struct runner *r, bool *end, struct error *err)
{
    int64_t ids[BATCH_RECORDS];
    int count;

    context_tick(&r->run.ctx);
    count = r->run.tool->pending(&r->run, &r->cursor, ids, BATCH_RECORDS, err);
    if (count < 0)
        return count;
    for (int i = 0; i < count; i++)
        batch_add(&r->batch)->record.case_id = ids[i];
    *end = count == 0;
    return 0;
}
