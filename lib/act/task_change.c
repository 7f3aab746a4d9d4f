#include "act/journal.h"
#include "act/reference.h"
#include "act/running_internal.h"
#include "act/task_verb.h"

/* The event type that tells the change: what happens to the task's claim says most. */
static const char *change_task(struct context *ctx, const struct task_change *change, struct task *t)
{
    const char *type = NULL;

    if (change->block) {
        t->blocked_by = change->block;
        t->blocked_reason = change->reason;
        t->blocked_owner = change->block_owner;
        type = "task.blocked";
    }
    if (change->unblock && t->blocked_by) {
        t->blocked_by = 0;
        t->blocked_reason = t->blocked_owner = NULL;
        type = "task.unblocked";
    }
    if (change->group && (!t->assignment_group || strcmp(change->group, t->assignment_group) != 0)) {
        t->assignment_group = change->group;
        type = "task.released";
    }
    if (change->release || change->decline || (type && strcmp(type, "task.released") == 0)) {
        type = t->state == TASK_CLAIMED || change->group || change->decline ? "task.released" : type;
        t->state = t->state == TASK_CLAIMED ? TASK_READY : t->state;
        t->assigned_to = NULL;
        t->claimed_at = TIME_NONE;
    }
    if (change->assign &&
        !(t->state == TASK_CLAIMED && t->assigned_to && strcmp(t->assigned_to, change->assign) == 0)) {
        t->assigned_to = change->assign;
        t->state = t->state == TASK_READY ? TASK_CLAIMED : t->state;
        t->claimed_at = t->state == TASK_CLAIMED ? ctx->now : t->claimed_at;
        type = "task.claimed";
    }
    return type;
}

static int journal_note(struct context *ctx, struct task_verb *v, const char *note, struct error *err)
{
    struct journal j;
    struct json_writer *w =
        journal_open(&j, ctx, &v->work.c.head, "case.commented", ctx->now, v->work.c.config);

    json_put_text(w, "audience", "internal");
    json_begin_object(w, "task");
    json_put_text(w, "name", strchr(task_verb_task(v)->task, '/') + 1);
    json_end_object(w);
    journal_personal(&j, "/data/text", "text", json_quote(note, strlen(note), ctx->arena));
    return journal_close(&j, err);
}

static int check_change(struct context *ctx, struct task_verb *v, const struct task_change *change,
                        struct error *err)
{
    const struct task *t = task_verb_task(v);
    int rc = task_verb_check_active(v, err);

    if (rc == 0 && task_is_finished(t))
        rc = error_set(err, CODE_BAD_STATE, NULL, "%s is %s", t->task, task_state_names[t->state]);
    if (rc == 0 && change->assign && t->state == TASK_PENDING)
        rc = error_set(err, CODE_BAD_STATE, NULL, "%s is pending", t->task);
    if (rc == 0)
        rc = check_group(ctx, change->group, err);
    if (rc == 0)
        rc = check_agent(ctx, change->assign, err);
    return rc;
}

/* A declined task is journaled with who declined and why; the reason is no member of the task. */
static int journal_change(struct context *ctx, struct task_verb *v, const char *type,
                          const struct task *before, const struct task_change *change, struct error *err)
{
    struct task *t = task_verb_task(v);
    struct journal j;
    struct json_writer *w = journal_open(&j, ctx, &v->work.c.head, type, ctx->now, v->work.c.config);

    json_begin_object(w, "task");
    json_put_text(w, "name", strchr(t->task, '/') + 1);
    journal_changes(&j, "changes", "/data/task/changes", task_fields, before, t);
    json_end_object(w);
    json_put_text(w, "reason", change->reason);
    if (change->decline)
        json_put_bool(w, "declined", true);
    return journal_close(&j, err);
}

int task_change(struct context *ctx, const char *full_name, const struct task_change *change,
                struct task_report *out, struct error *err)
{
    struct task_verb v;
    struct task before, *t;
    const char *type;
    int rc = task_verb_load(ctx, full_name, &v, err);

    memset(out, 0, sizeof *out);
    if (rc == 0)
        rc = check_change(ctx, &v, change, err);
    if (rc != 0)
        goto out;
    t = task_verb_task(&v);
    before = *t;
    type = change_task(ctx, change, t);
    out->unchanged = !change->note && !fields_differ(task_fields, &before, t);
    if (type && fields_differ(task_fields, &before, t)) {
        rc = journal_change(ctx, &v, type, &before, change, err);
        if (rc == 0)
            rc = task_save(ctx->db, t, err);
    }
    if (rc == 0 && change->note)
        rc = journal_note(ctx, &v, change->note, err);
    if (rc == 0)
        rc = task_verb_done(ctx, &v, false, out, err);
out:
    task_verb_release(&v);
    return rc;
}
