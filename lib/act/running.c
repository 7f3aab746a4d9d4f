#include "act/running_internal.h"

#include "act/calendar_span.h"
#include "act/journal.h"
#include "act/reference.h"

int running_load(struct context *ctx, struct work *work, struct running *r, struct error *err)
{
    struct casefile *c = &work->c;
    int rc;

    memset(r, 0, sizeof *r);
    r->work = work;
    if (c->progress < PROGRESS_DISPATCHED || !c->workflow)
        return error_set(err, CODE_NOT_READY, NULL, "%s has no tasks yet: it is only %s", c->number,
                         case_progress_names[c->progress]);
    rc = context_policy_at(ctx, c->config, &r->policy, err);
    if (rc == 0)
        rc = policy_workflow(r->policy, c->workflow, &r->workflow, err);
    if (rc == 0)
        rc = task_of_case(ctx->db, c->id, c->number, ctx->arena, &r->tasks, &r->task_count, err);
    r->task_capacity = r->task_count;
    if (rc == 0)
        rc = milestone_of_case(ctx->db, c->id, ctx->arena, &r->milestones, &r->milestone_count, err);
    r->milestone_capacity = r->milestone_count;
    return rc;
}

void running_release(struct running *r)
{
    json_decref(r->document);
    r->document = NULL;
}

struct task *running_latest(const struct running *r, const char *name)
{
    struct task *latest = NULL;

    for (size_t i = 0; i < r->task_count; i++)
        if (strcmp(r->tasks[i].name, name) == 0 && (!latest || r->tasks[i].iteration > latest->iteration))
            latest = &r->tasks[i];
    return latest;
}

/* Grows an array of the arena by one; the old one is left to the arena. */
static void *grown(struct arena *arena, void *array, size_t count, size_t *capacity, size_t size)
{
    void *bigger;

    if (count < *capacity)
        return array;
    *capacity = *capacity ? *capacity * 2 : 8;
    bigger = arena_alloc(arena, *capacity * size);
    if (bigger && count)
        memcpy(bigger, array, count * size);
    return bigger;
}

struct task *running_add_task(struct context *ctx, struct running *r, struct error *err)
{
    struct task *t;

    r->tasks = grown(ctx->arena, r->tasks, r->task_count, &r->task_capacity, sizeof *r->tasks);
    if (!r->tasks) {
        error_no_memory(err);
        return NULL;
    }
    t = &r->tasks[r->task_count++];
    task_init(t);
    return t;
}

static enum run_state state_of(const struct workflow_task *definition, const struct task *t)
{
    switch (t->state) {
    case TASK_READY:
    case TASK_CLAIMED:
        return RUN_STARTED;
    case TASK_COMPLETED:
        return workflow_outcome(definition, t->outcome) == OUTCOME_SUCCESS ? RUN_SUCCEEDED : RUN_FAILED;
    case TASK_FAILED:
        return RUN_FAILED;
    case TASK_SKIPPED:
        return RUN_SKIPPED;
    case TASK_CANCELLED:
        return RUN_CANCELLED;
    default:
        return RUN_PENDING;
    }
}

void running_states(const struct running *r, enum run_state *states)
{
    for (size_t i = 0; i < r->workflow->task_count; i++) {
        const struct task *t = running_latest(r, r->workflow->tasks[i].name);
        states[i] = t ? state_of(&r->workflow->tasks[i], t) : RUN_PENDING;
    }
}

bool running_succeeded(const struct running *r, const char *name)
{
    const struct task *t = running_latest(r, name);
    long index = workflow_find(r->workflow, name);

    return t && index >= 0 && state_of(&r->workflow->tasks[index], t) == RUN_SUCCEEDED;
}

const struct milestone *running_milestone(const struct running *r, const char *name)
{
    for (size_t i = 0; i < r->milestone_count; i++)
        if (strcmp(r->milestones[i].name, name) == 0)
            return &r->milestones[i];
    return NULL;
}

static void milestone_states(const struct running *r, enum milestone_state *states)
{
    for (size_t i = 0; i < r->workflow->milestone_count; i++) {
        const struct milestone *m = running_milestone(r, r->workflow->milestones[i].name);
        states[i] = !m ? MILESTONE_OPEN : m->reached ? MILESTONE_REACHED : MILESTONE_SKIPPED;
    }
}

/* tasks.NAME.{state,outcome,output} of the latest iterations */
static json_t *tasks_by_name(struct running *r)
{
    json_t *tasks = json_object();

    for (size_t i = 0; tasks && i < r->workflow->task_count; i++) {
        const struct task *t = running_latest(r, r->workflow->tasks[i].name);
        if (t && json_object_set_new_nocheck(tasks, t->name, fields_tree(task_fields, t)) != 0) {
            json_decref(tasks);
            return NULL;
        }
    }
    return tasks;
}

/* The document of a workflow's conditions: the case with its tasks. Made anew, since tasks change underneath.
 */
static int workflow_document(struct running *r, const json_t **document, struct error *err)
{
    const json_t *base;
    int rc = work_document(r->work, &base, err);

    if (rc != 0)
        return rc;
    json_decref(r->document);
    r->document = json_copy((json_t *)base);
    if (!r->document || json_object_set_new_nocheck(r->document, "tasks", tasks_by_name(r)) != 0)
        return error_no_memory(err);
    *document = r->document;
    return 0;
}

static bool has_conditions(const struct workflow *w)
{
    for (size_t i = 0; i < w->task_count; i++)
        if (w->tasks[i].when)
            return true;
    return false;
}

int running_journal_task(struct context *ctx, struct running *r, const char *type, const struct task *before,
                         const struct task *t, struct error *err)
{
    struct journal j;
    struct json_writer *w = journal_open(&j, ctx, &r->work->c.head, type, ctx->now, r->work->c.config);

    json_begin_object(w, "task");
    json_put_text(w, "name", strchr(t->task, '/') + 1);
    if (before)
        journal_changes(&j, "changes", "/data/task/changes", task_fields, before, t);
    else
        journal_record(&j, "record", "/data/task/record", task_fields, t);
    json_end_object(w);
    return journal_close(&j, err);
}

int running_save_task(struct context *ctx, struct running *r, const char *type, const struct task *before,
                      struct task *t, struct error *err)
{
    int rc;

    if (task_is_finished(t)) { /* nobody is waited for any more */
        t->blocked_by = 0;
        t->blocked_reason = t->blocked_owner = NULL;
    }
    rc = running_journal_task(ctx, r, type, before, t, err);
    return rc == 0 ? task_save(ctx->db, t, err) : rc;
}

int running_journal_milestone(struct context *ctx, struct running *r, const char *type, const char *name,
                              struct error *err)
{
    struct journal j;
    struct json_writer *w = journal_open(&j, ctx, &r->work->c.head, type, ctx->now, r->work->c.config);

    json_put_text(w, "milestone", name);
    return journal_close(&j, err);
}

static int add_milestone(struct context *ctx, struct running *r, const char *name, bool reached,
                         struct error *err)
{
    struct milestone m = {.name = name, .reached = reached, .at = ctx->now};
    int rc =
        running_journal_milestone(ctx, r, reached ? "milestone.reached" : "milestone.skipped", name, err);

    if (rc == 0)
        rc = milestone_insert(ctx->db, r->work->c.id, &m, err);
    if (rc != 0)
        return rc;
    r->milestones = grown(ctx->arena, r->milestones, r->milestone_count, &r->milestone_capacity, sizeof m);
    if (!r->milestones)
        return error_no_memory(err);
    r->milestones[r->milestone_count++] = m;
    return 0;
}

struct due {
    usec from, expect, at;
};

static int ask_due(void *context, const struct calendar *calendar, struct error *err)
{
    struct due *due = context;

    return calendar_add(calendar, due->from, due->expect, &due->at, err);
}

/* The moment by which a task that starts now is expected to be done, on its group's calendar. A group that
 * the pinned policy does not know (work was given to it since) counts as always open. */
int running_due(struct context *ctx, struct running *r, const struct workflow_task *definition,
                struct task *t, struct error *err)
{
    struct due due = {ctx->now, definition->expect, TIME_NONE};
    const struct group *group = NULL;
    int rc = 0;

    if (definition->expect != TIME_NONE && t->assignment_group)
        rc = find_group(r->policy, t->assignment_group, &group, err);
    if (rc == 0 && definition->expect != TIME_NONE)
        rc = calendar_ask(r->policy, group ? group->calendar : NULL, ctx->now, ctx->now, ask_due, &due, err);
    t->due_at = due.at;
    return rc;
}

static int make_ready(struct context *ctx, struct running *r, size_t index, struct error *err)
{
    const struct workflow_task *definition = &r->workflow->tasks[index];
    struct task *t = running_latest(r, definition->name), before = *t;
    int rc;

    t->state = TASK_READY;
    t->ready_at = ctx->now;
    rc = running_due(ctx, r, definition, t, err);
    return rc == 0 ? running_save_task(ctx, r, "task.ready", &before, t, err) : rc;
}

static int skip(struct context *ctx, struct running *r, size_t index, const char *reason, struct error *err)
{
    struct task *t = running_latest(r, r->workflow->tasks[index].name), before = *t;

    t->state = TASK_SKIPPED;
    t->finished_at = ctx->now;
    t->reason = reason;
    return running_save_task(ctx, r, "task.skipped", &before, t, err);
}

static int apply_change(struct context *ctx, struct running *r, const struct run_change *change,
                        struct error *err)
{
    switch (change->kind) {
    case RUN_READY:
        return make_ready(ctx, r, change->index, err);
    case RUN_SKIP:
        return skip(ctx, r, change->index, change->reason, err);
    case RUN_MILESTONE_REACHED:
    case RUN_MILESTONE_SKIPPED:
        return add_milestone(ctx, r, r->workflow->milestones[change->index].name,
                             change->kind == RUN_MILESTONE_REACHED, err);
    }
    return CODE_BUG;
}

static int finish_workflow(struct context *ctx, struct running *r, const enum run_state *states,
                           struct error *err)
{
    struct casefile before = r->work->c;
    struct journal j;
    struct json_writer *w;
    bool failed = false;

    if (r->work->c.progress >= PROGRESS_FULFILLED)
        return 0;
    for (size_t i = 0; i < r->workflow->task_count; i++)
        failed = failed || states[i] == RUN_FAILED;
    r->work->c.progress = PROGRESS_FULFILLED;
    w = journal_open(&j, ctx, &r->work->c.head, failed ? "workflow.failed" : "workflow.finished", ctx->now,
                     r->work->c.config);
    json_put_text(w, "workflow", r->workflow->name);
    journal_changes(&j, "changes", "/data/changes", case_fields, &before, &r->work->c);
    return journal_close(&j, err);
}

/* What the engine says follows from the states; the arena holds the lists. */
int running_follow(struct context *ctx, struct running *r, struct running_step *step, struct error *err)
{
    size_t tasks = r->workflow->task_count, milestones = r->workflow->milestone_count;
    enum milestone_state *reached = ARENA_ARRAY(ctx->arena, enum milestone_state, milestones + 1);
    const json_t *document = NULL;
    int rc = 0;

    step->states = ARENA_ARRAY(ctx->arena, enum run_state, tasks);
    step->changes = ARENA_ARRAY(ctx->arena, struct run_change, tasks + milestones);
    if (arena_failed(ctx->arena))
        return error_no_memory(err);
    running_states(r, step->states);
    milestone_states(r, reached);
    if (has_conditions(r->workflow))
        rc = workflow_document(r, &document, err);
    if (rc == 0)
        rc = workflow_advance(r->workflow, step->states, reached, document, step->changes, &step->count,
                              &step->finished, err);
    return rc;
}

int running_advance(struct context *ctx, struct running *r, struct error *err)
{
    struct running_step step;
    int rc = running_follow(ctx, r, &step, err);

    for (size_t i = 0; rc == 0 && i < step.count; i++)
        rc = apply_change(ctx, r, &step.changes[i], err);
    if (rc == 0 && step.finished)
        rc = finish_workflow(ctx, r, step.states, err);
    return rc;
}

int running_cancel_open(struct context *ctx, struct running *r, const char *reason, size_t *cancelled,
                        struct error *err)
{
    int rc = 0;

    *cancelled = 0;
    for (size_t i = 0; rc == 0 && i < r->task_count; i++) {
        struct task *t = &r->tasks[i], before = *t;
        if (!task_is_open(t))
            continue;
        t->state = TASK_CANCELLED;
        t->finished_at = ctx->now;
        t->reason = reason;
        rc = running_save_task(ctx, r, "task.cancelled", &before, t, err);
        (*cancelled)++;
    }
    return rc;
}
