#include "act/running_internal.h"
#include "act/task_verb.h"

static bool is_behind(const struct workflow_milestone *milestone, size_t index)
{
    for (size_t i = 0; i < milestone->after_count; i++)
        if (milestone->after[i] == index)
            return true;
    return false;
}

/* Milestones behind a task that runs again are open again. */
static int reopen_milestones(struct context *ctx, struct running *r, size_t index, struct error *err)
{
    int rc = 0;

    for (size_t m = 0; rc == 0 && m < r->workflow->milestone_count; m++) {
        const struct workflow_milestone *milestone = &r->workflow->milestones[m];
        if (!is_behind(milestone, index) || !running_milestone(r, milestone->name))
            continue;
        rc = running_journal_milestone(ctx, r, "milestone.reopened", milestone->name, err);
        if (rc == 0)
            rc = milestone_delete(ctx->db, r->work->c.id, milestone->name, err);
    }
    return rc == 0 ? milestone_of_case(ctx->db, r->work->c.id, ctx->arena, &r->milestones,
                                       &r->milestone_count, err)
                   : rc;
}

/* A new pending iteration of a task, its milestones open again; the present one, when open, is cancelled. */
static int iterate(struct context *ctx, struct running *r, size_t index, struct error *err)
{
    const char *name = r->workflow->tasks[index].name;
    struct task old = *running_latest(r, name), *t;
    int rc = 0;

    if (task_is_open(&old)) {
        struct task *open = running_latest(r, name), before = old;
        open->state = TASK_CANCELLED;
        open->finished_at = ctx->now;
        open->reason = "sent back";
        rc = running_save_task(ctx, r, "task.cancelled", &before, open, err);
    }
    if (rc == 0)
        rc = reopen_milestones(ctx, r, index, err);
    r->milestone_capacity = r->milestone_count;
    t = rc == 0 ? running_add_task(ctx, r, err) : NULL;
    if (!t)
        return rc ? rc : (int)err->code;
    t->case_id = old.case_id;
    t->number = old.number;
    t->name = old.name;
    t->iteration = old.iteration + 1;
    t->task = task_full_name(t->number, t->name, t->iteration, 0, ctx->arena);
    t->position = old.position;
    t->type = old.type;
    t->state = TASK_PENDING;
    t->assignment_group = old.assignment_group;
    t->priority = r->work->c.priority;
    t->needs = old.needs;
    rc = t->task ? task_insert(ctx->db, t, err) : error_no_memory(err);
    return rc == 0 ? running_journal_task(ctx, r, "task.created", NULL, t, err) : rc;
}

int task_send_back(struct context *ctx, struct task_verb *v, const struct task_result *result,
                   struct error *err)
{
    struct running *r = &v->running;
    size_t count = r->workflow->task_count;
    long target = workflow_find(r->workflow, result->send_back),
         from = workflow_find(r->workflow, task_verb_task(v)->name);
    enum run_state *states = ARENA_ARRAY(ctx->arena, enum run_state, count);
    bool *marks = ARENA_ARRAY(ctx->arena, bool, count);
    struct task *t = task_verb_task(v), before = *t;
    int rc = 0;

    if (arena_failed(ctx->arena))
        return error_no_memory(err);
    if (target < 0)
        return error_set(err, CODE_INVALID, "/send_back", "%s has no task \"%s\"", v->work.c.number,
                         result->send_back);
    running_states(r, states);
    workflow_behind(r->workflow, (size_t)target, states, marks);
    if (from < 0 || from == target || !marks[from])
        return error_set(err, CODE_INVALID, "/send_back", "%s does not wait for %s", t->task,
                         result->send_back);
    t->state = TASK_CANCELLED;
    t->outcome = "sent_back";
    t->output = result->output;
    t->reason = result->reason;
    t->finished_at = ctx->now;
    rc = running_save_task(ctx, r, "task.sent_back", &before, t, err);
    for (size_t i = 0; rc == 0 && i < count; i++)
        if (marks[i])
            rc = iterate(ctx, r, i, err);
    return rc;
}
