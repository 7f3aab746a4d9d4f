/* case-route: computes the priority, picks the group and the person, and says why. */
#include "store/assignment_table.h"
#include "tool/tool.h"

/* What --pending takes, one after the other. */
enum queue {
    QUEUE_EXPIRED,   /* offers that nobody answered: they have waited for a person the longest */
    QUEUE_ENRICHED,  /* not routed yet */
    QUEUE_UNASSIGNED /* without a person */
};

struct route_options {
    struct stage_options stage;
    enum queue queue;
};

static const struct option_spec options[] = {
    {0, "again", OPTION_FLAG, offsetof(struct route_options, stage.again), NULL,
     "route a case again that is routed already", NULL},
    {0, "reason", OPTION_TEXT, offsetof(struct route_options, stage.reason), "TEXT", "why it is routed again",
     NULL},
    {0, "explain", OPTION_FLAG, offsetof(struct route_options, stage.explain), NULL,
     "print which rules decided, and who could have it", NULL},
    OPTIONS_END,
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct route_options *o = run->options;

    (void)operands;
    (void)count;
    if (o->stage.again && option_blank(o->stage.reason))
        return error_set(err, CODE_USAGE, NULL, "--again needs a --reason");
    if (o->stage.reason && !o->stage.again)
        return error_set(err, CODE_USAGE, NULL, "--reason belongs to --again");
    if (o->stage.again && run->common.pending)
        return error_set(err, CODE_USAGE, NULL, "--again and --pending exclude each other");
    return 0;
}

static int route(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    const struct route_options *o = run->options;

    return tool_stage(run, record, route_case, &o->stage, false, out, err);
}

static int read_queue(struct run *run, enum queue queue, struct case_cursor *cursor, int64_t *ids,
                      size_t limit, struct error *err)
{
    struct db *db = run->ctx.db;
    usec now = run->ctx.now;

    if (queue == QUEUE_EXPIRED)
        return case_offer_expired(db, now, cursor, ids, limit, err);
    return case_waiting(db, PROGRESS_ENRICHED, queue == QUEUE_UNASSIGNED, now, cursor, ids, limit, err);
}

static int pending(struct run *run, struct case_cursor *cursor, int64_t *ids, size_t limit, struct error *err)
{
    struct route_options *o = run->options;
    int count = read_queue(run, o->queue, cursor, ids, limit, err);

    while (count == 0 && o->queue != QUEUE_UNASSIGNED) {
        o->queue++;
        *cursor = (struct case_cursor){0};
        count = read_queue(run, o->queue, cursor, ids, limit, err);
    }
    return count;
}

static const struct tool tool = {
    .name = "case-route",
    .operands = "[CASE]...",
    .summary = "Sets priority, group and person of enriched cases. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_POLICY | TOOL_STREAM | TOOL_NUMBERS | TOOL_PENDING | TOOL_KEEPS_FAILURES,
    .options = options,
    .options_size = sizeof(struct route_options),
    .check = check,
    .record = route,
    .pending = pending,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
