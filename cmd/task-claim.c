/* task-claim: takes tasks from a group's queue; prints what the actor holds there first, so that a lost
 * answer is no loss. */
#include "act/tasks.h"
#include "tool/tool.h"

#define PAGE 100

struct claim_options {
    const char *group;
    int64_t number; /* how many to take */
};

static const struct option_spec options[] = {
    {0, "group", OPTION_TEXT, offsetof(struct claim_options, group), "GROUP", "take from this group's queue",
     "@group"},
    {'k', "number", OPTION_INT, offsetof(struct claim_options, number), "N", "take up to N tasks (1)", NULL},
    OPTIONS_END,
};
static const struct claim_options defaults = {NULL, 1};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct claim_options *o = run->options;

    (void)operands;
    if ((o->group != NULL) == (count > 0))
        return error_set(err, CODE_USAGE, NULL, "expected a --group or the names of tasks");
    return 0;
}

static int claim_one(struct context *ctx, const char *full_name, const void *data, struct task_report *report,
                     struct error *err)
{
    (void)data;
    return task_claim_one(ctx, full_name, report, err);
}

static int claim(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    return tool_task(run, record, claim_one, NULL, out, err);
}

static int print_held(struct run *run, const char *group, struct buf *out, struct error *err)
{
    struct task_report held = {.unchanged = true};
    struct task tasks[PAGE];
    struct task_query query;
    int count;

    task_query_init(&query);
    query.group = group;
    query.agent = run->ctx.actor;
    query.state = TASK_CLAIMED;
    do {
        count = task_page(run->ctx.db, &query, run->ctx.arena, tasks, PAGE, err);
        for (int i = 0; i < count; i++) {
            held.task = tasks[i];
            task_report_print(&run->ctx, &held, out);
        }
    } while (count == PAGE);
    return count < 0 ? count : 0;
}

static int take_one(struct run *run, void *data, struct buf *out, struct error *err)
{
    const struct task *task = data;
    struct task_report report;
    int rc;

    context_tick(&run->ctx); /* the case before may have moved the moment on */
    rc = task_claim_one(&run->ctx, task->task, &report, err);
    if (rc == 0)
        task_report_print(&run->ctx, &report, out);
    return rc;
}

static int take(struct run *run, void *data, struct buf *out, struct error *err)
{
    const struct claim_options *o = data;
    struct task tasks[PAGE];
    struct task_query query;
    int64_t left = o->number;
    int count, rc = print_held(run, o->group, out, err);

    if (rc != 0)
        return rc;
    task_query_init(&query);
    query.group = o->group;
    query.state = TASK_READY;
    query.unclaimed_only = true;
    do {
        count = left > 0 ? task_page(run->ctx.db, &query, run->ctx.arena, tasks, PAGE, err) : 0;
        for (int i = 0; i < count && left > 0; i++) {
            /* One that cannot be taken must not keep the rest of the queue from being worked. */
            rc = run_attempt(run, tasks[i].task, take_one, &tasks[i], out, err);
            if (rc < 0)
                return rc;
            left -= rc;
        }
    } while (count == PAGE);
    return count < 0 ? count : 0;
}

static int claim_from_queue(struct run *run, char **operands, size_t count, struct error *err)
{
    (void)operands;
    (void)count;
    return run_transaction(run, take, run->options, err);
}

static const struct tool tool = {
    .name = "task-claim",
    .operands = "[TASK]...",
    .summary = "Claims tasks by name or from a group's queue, most urgent first. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_POLICY,
    .options = options,
    .options_size = sizeof(struct claim_options),
    .defaults = &defaults,
    .check = check,
    .record = claim,
    .run = claim_from_queue,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
