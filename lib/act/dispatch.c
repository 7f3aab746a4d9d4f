#include "act/stage.h"

#include "act/journal.h"
#include "act/levels.h"
#include "act/prioritise.h"
#include "act/running_internal.h"

/* By table, else by the case type. */
static int choose_workflow(struct context *ctx, struct work *w, struct decision *d, const char **name,
                           struct error *err)
{
    const struct table *table = NULL;
    const struct case_type *type;
    const json_t *document;
    int rc = policy_table(ctx->policy, "workflow", &table, err);

    if (rc == 0 && table) {
        rc = work_document(w, &document, err);
        if (rc == 0)
            rc = table_decide(table, document, ctx->now, d, err);
        if (rc == 0 && d->then)
            *name = json_string_value(json_object_get(d->then, "workflow"));
    }
    if (rc != 0 || *name)
        return rc;
    rc = policy_case_type(ctx->policy, w->c.case_type, &type, err);
    if (rc == 0)
        *name = type->workflow;
    if (rc == 0 && !*name)
        rc = error_set(err, CODE_RULE, "/workflow", "neither a rule nor the case type %s names a workflow",
                       w->c.case_type);
    return rc;
}

static int journal_started(struct context *ctx, struct work *w, const struct decision *d, struct error *err)
{
    struct journal j;
    struct json_writer *out = journal_open(&j, ctx, &w->c.head, "workflow.started", ctx->now, NULL);

    journal_changes(&j, "changes", "/data/changes", case_fields, &w->before, &w->c);
    if (d->then) {
        write_decision(out, "reason", d);
    } else {
        json_begin_object(out, "reason");
        json_put_text(out, "case_type", w->c.case_type);
        json_end_object(out);
    }
    return journal_close(&j, err);
}

static int fill_task(struct context *ctx, struct running *r, size_t index, struct task *t, struct error *err)
{
    const struct workflow_task *definition = &r->workflow->tasks[index];
    const struct casefile *c = &r->work->c;

    t->case_id = c->id;
    t->number = c->number;
    t->name = definition->name;
    t->task = task_full_name(c->number, t->name, 1, 0, ctx->arena);
    t->position = (int64_t)index;
    t->type = 1;
    t->state = TASK_PENDING;
    t->assignment_group = definition->group ? definition->group : c->assignment_group;
    t->priority = c->priority;
    if (definition->needs_json)
        t->needs = json_tree_text(definition->needs_json, ctx->arena);
    return arena_failed(ctx->arena) ? error_no_memory(err) : 0;
}

/* Those whose needs are met from the start are born ready: one event tells it. */
static int create_tasks(struct context *ctx, struct running *r, struct error *err)
{
    struct running_step step;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < r->workflow->task_count; i++) {
        struct task *t = running_add_task(ctx, r, err);
        rc = t ? fill_task(ctx, r, i, t, err) : (int)err->code;
    }
    if (rc == 0)
        rc = running_follow(ctx, r, &step, err);
    for (size_t i = 0; rc == 0 && i < step.count; i++) {
        struct task *t = &r->tasks[step.changes[i].index];
        if (step.changes[i].kind != RUN_READY)
            continue;
        t->state = TASK_READY;
        t->ready_at = ctx->now;
        rc = running_due(ctx, r, &r->workflow->tasks[step.changes[i].index], t, err);
    }
    for (size_t i = 0; rc == 0 && i < r->task_count; i++) {
        rc = task_insert(ctx->db, &r->tasks[i], err);
        if (rc == 0)
            rc = running_journal_task(ctx, r, "task.created", NULL, &r->tasks[i], err);
    }
    return rc;
}

static int start(struct context *ctx, struct work *w, const char *name, const struct decision *d,
                 struct running *r, struct error *err)
{
    int rc;

    w->c.workflow = name;
    w->c.config = policy_commit(ctx->policy);
    w->c.progress = PROGRESS_DISPATCHED;
    memset(r, 0, sizeof *r);
    r->work = w;
    r->policy = ctx->policy;
    rc = policy_workflow(ctx->policy, name, &r->workflow, err);
    if (rc == 0)
        rc = journal_started(ctx, w, d, err);
    if (rc == 0)
        rc = create_tasks(ctx, r, err);
    return rc == 0 ? running_advance(ctx, r, err) : rc;
}

int dispatch_case(struct context *ctx, const struct stage_options *options, struct work *w, struct error *err)
{
    struct decision d = {0};
    struct running r = {0};
    const char *name = NULL;
    int rc = stage_ready(&w->c, PROGRESS_DISPATCHED, err);

    (void)options;
    w->with_tasks = true;
    if (rc < 0)
        return rc;
    if (rc == 1) {
        w->unchanged = true;
        return 0;
    }
    rc = choose_workflow(ctx, w, &d, &name, err);
    if (rc == 0)
        rc = start(ctx, w, name, &d, &r, err);
    if (rc == 0)
        rc = levels_evaluate(ctx, w, &r, err);
    if (rc == 0) {
        w->tasks = r.tasks;
        w->task_count = r.task_count;
        rc = work_save(ctx, w, err);
    }
    running_release(&r);
    decision_release(&d);
    return rc;
}
