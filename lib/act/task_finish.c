#include "act/running_internal.h"

#include "act/journal.h"
#include "act/levels.h"
#include "act/task_verb.h"
#include "base/json_read.h"

int task_verb_load(struct context *ctx, const char *full_name, struct task_verb *v, struct error *err)
{
    int rc;

    memset(v, 0, sizeof *v);
    work_init(&v->work);
    rc = task_name_parse(full_name, &v->name, ctx->arena, err);
    if (rc == 0)
        rc = work_load(ctx, &v->work, v->name.number, err);
    if (rc == 0)
        rc = running_load(ctx, &v->work, &v->running, err);
    while (rc == 0 && v->index < v->running.task_count &&
           strcmp(v->running.tasks[v->index].task, full_name) != 0)
        v->index++;
    if (rc == 0 && v->index == v->running.task_count)
        rc = error_set(err, CODE_NOT_FOUND, NULL, "there is no task %s", full_name);
    return rc;
}

struct task *task_verb_task(struct task_verb *v)
{
    return &v->running.tasks[v->index];
}

int task_verb_check_active(const struct task_verb *v, struct error *err)
{
    if (case_is_active(&v->work.c))
        return 0;
    return error_set(err, CODE_BAD_STATE, NULL, "%s is %s", v->work.c.number,
                     case_state_names[v->work.c.state]);
}

int task_verb_done(struct context *ctx, struct task_verb *v, bool advance, struct task_report *out,
                   struct error *err)
{
    int rc = advance ? running_advance(ctx, &v->running, err) : 0;

    if (rc == 0)
        rc = levels_evaluate(ctx, &v->work, &v->running, err);
    if (rc == 0)
        rc = work_save(ctx, &v->work, err);
    if (rc == 0)
        out->task = *task_verb_task(v);
    return rc;
}

void task_verb_release(struct task_verb *v)
{
    running_release(&v->running);
    work_release(&v->work);
}

/* The needs a pending task waits for, for the message. */
static const char *waits_for(struct task_verb *v, const struct task *t, struct arena *arena)
{
    long index = workflow_find(v->running.workflow, t->name);
    const char *list = "";

    for (size_t i = 0; index >= 0 && i < v->running.workflow->tasks[index].needs_count; i++) {
        const char *need = v->running.workflow->tasks[v->running.workflow->tasks[index].needs[i]].name;
        const struct task *needed = running_latest(&v->running, need);
        if (needed && task_is_finished(needed))
            continue;
        list = arena_printf(arena, "%s%s%s", list, *list ? ", " : "", need);
    }
    return list ? list : "";
}

static int claim(struct context *ctx, struct task_verb *v, struct error *err)
{
    struct task *t = task_verb_task(v), before = *t;

    if (t->state == TASK_PENDING)
        return error_set(err, CODE_BAD_STATE, NULL, "%s is pending: it waits for %s", t->task,
                         waits_for(v, t, ctx->arena));
    if (t->state != TASK_READY)
        return error_set(err, CODE_BAD_STATE, NULL, "%s is %s", t->task, task_state_names[t->state]);
    t->state = TASK_CLAIMED;
    t->assigned_to = ctx->actor;
    t->claimed_at = ctx->now;
    t->attempts++;
    return running_save_task(ctx, &v->running, "task.claimed", &before, t, err);
}

int task_claim_one(struct context *ctx, const char *full_name, struct task_report *out, struct error *err)
{
    struct task_verb v;
    struct task *t;
    int rc = task_verb_load(ctx, full_name, &v, err);

    memset(out, 0, sizeof *out);
    if (rc != 0)
        goto out;
    t = task_verb_task(&v);
    out->task = *t;
    if (t->state == TASK_CLAIMED && t->assigned_to && strcmp(t->assigned_to, ctx->actor) == 0) {
        out->unchanged = true;
        goto out;
    }
    if (t->state == TASK_CLAIMED) {
        rc = error_set(err, CODE_BAD_STATE, NULL, "%s is held by %s", t->task,
                       t->assigned_to ? t->assigned_to : "somebody");
        goto out;
    }
    rc = task_verb_check_active(&v, err);
    if (rc == 0)
        rc = claim(ctx, &v, err);
    if (rc == 0)
        rc = task_verb_done(ctx, &v, false, out, err);
out:
    task_verb_release(&v);
    return rc;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* A finished task: the same result again changes nothing, another is refused. */
static int again(const struct task *t, const struct task_result *result, struct task_report *out,
                 struct error *err)
{
    bool same =
        same_text(t->outcome, result->outcome) && (!result->output || same_text(t->output, result->output));

    if (same) { /* cancelled with outcome sent_back among them */
        out->unchanged = true;
        return 0;
    }
    return error_set(err, CODE_ALREADY_DONE, NULL, "%s is %s%s%s", t->task, task_state_names[t->state],
                     t->outcome ? " with outcome " : "", t->outcome ? t->outcome : "");
}

static int check_outcome(struct task_verb *v, const char *outcome, struct error *err)
{
    long index = workflow_find(v->running.workflow, task_verb_task(v)->name);

    if (strcmp(outcome, "failed") == 0 || index < 0 ||
        workflow_outcome(&v->running.workflow->tasks[index], outcome) != OUTCOME_UNKNOWN)
        return 0;
    return error_set(err, CODE_INVALID, "/outcome", "\"%s\" is no outcome of task %s", outcome,
                     task_verb_task(v)->name);
}

static int set_result(struct context *ctx, struct task_verb *v, const struct task_result *result,
                      struct error *err)
{
    struct task *t = task_verb_task(v), before = *t;
    bool failed = strcmp(result->outcome, "failed") == 0;

    t->state = failed ? TASK_FAILED : TASK_COMPLETED;
    t->outcome = result->outcome;
    t->output = result->output;
    t->reason = result->reason;
    t->finished_at = ctx->now;
    return running_save_task(ctx, &v->running, failed ? "task.failed" : "task.completed", &before, t, err);
}

/* The outcome that is not said is "done"; sending back has one of its own, and where to is its output. */
static int complete_result(struct context *ctx, struct task_result *result, struct error *err)
{
    if (!result->outcome)
        result->outcome = "done";
    if (!result->send_back)
        return 0;
    result->outcome = "sent_back";
    result->output = arena_printf(ctx->arena, "{\"send_back\":%s}",
                                  json_quote(result->send_back, strlen(result->send_back), ctx->arena));
    return arena_failed(ctx->arena) ? error_no_memory(err) : 0;
}

int task_finish(struct context *ctx, const char *full_name, const struct task_result *result,
                struct task_report *out, struct error *err)
{
    struct task_result wanted = *result;
    struct task_verb v;
    struct task *t;
    int rc = task_verb_load(ctx, full_name, &v, err);

    memset(out, 0, sizeof *out);
    if (rc == 0)
        rc = complete_result(ctx, &wanted, err);
    if (rc != 0)
        goto out;
    t = task_verb_task(&v);
    out->task = *t;
    if (task_is_finished(t)) {
        rc = again(t, &wanted, out, err);
        goto out;
    }
    rc = task_verb_check_active(&v, err);
    if (rc == 0 && !wanted.send_back)
        rc = check_outcome(&v, wanted.outcome, err);
    if (rc == 0 && t->state != TASK_CLAIMED)
        rc = claim(ctx, &v, err);
    if (rc == 0)
        rc = wanted.send_back ? task_send_back(ctx, &v, &wanted, err) : set_result(ctx, &v, &wanted, err);
    if (rc == 0)
        rc = task_verb_done(ctx, &v, true, out, err);
out:
    task_verb_release(&v);
    return rc;
}

void task_report_print(struct context *ctx, const struct task_report *r, struct buf *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_begin_object(&w, NULL);
    fields_write(task_fields, &r->task, &w);
    if (r->unchanged)
        json_put_bool(&w, "unchanged", true);
    if (ctx->dry_run)
        json_put_bool(&w, "dry_run", true);
    json_end_object(&w);
    buf_add_char(out, '\n');
}
