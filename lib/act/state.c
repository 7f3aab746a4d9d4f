#include "act/verbs.h"

#include "act/assign.h"
#include "act/journal.h"
#include "act/levels.h"
#include "act/state.h"
#include "act/units.h"

/* From which states a verb leads where, and the event that tells it. */
static const struct transition {
    unsigned from; /* bits 1 << enum case_state */
    int to;
    const char *event;
} transitions[] = {
    [VERB_WAIT] = {1u << STATE_OPEN, STATE_AWAITING_INFO, "case.waiting"},
    [VERB_RESUME] = {1u << STATE_AWAITING_INFO, STATE_OPEN, "case.resumed"},
    [VERB_REOPEN] = {1u << STATE_RESOLVED, STATE_OPEN, "case.reopened"},
    [VERB_CANCEL] = {1u << STATE_NEW | 1u << STATE_OPEN | 1u << STATE_AWAITING_INFO, STATE_CANCELLED,
                     "case.cancelled"},
};

int journal_state(struct context *ctx, struct work *w, const char *type, const struct casefile *before,
                  const char *reason, int64_t *event_id, struct error *err)
{
    struct journal j;
    struct json_writer *out = journal_open(&j, ctx, &w->c.head, type, ctx->now, NULL);
    int rc;

    journal_changes(&j, "changes", "/data/changes", case_fields, before, &w->c);
    json_put_text(out, "reason", reason);
    rc = journal_close(&j, err);
    if (event_id)
        *event_id = j.event_id;
    return rc;
}

static int cancel_tasks(struct context *ctx, struct work *w, const char *reason, struct error *err)
{
    struct running r;
    size_t cancelled = 0;
    int rc = 0;

    if (w->c.progress < PROGRESS_DISPATCHED || !w->c.workflow)
        return 0;
    rc = running_load(ctx, w, &r, err);
    if (rc == 0)
        rc = running_cancel_open(ctx, &r, reason, &cancelled, err);
    running_release(&r);
    return rc;
}

/* What goes with the new state: open work ends, load and units are given back; load is taken up again. */
static int enter(struct context *ctx, struct work *w, enum case_verb verb, const char *reason,
                 struct error *err)
{
    struct casefile *c = &w->c;
    int rc = 0;

    if (verb == VERB_REOPEN) {
        c->resolved_at = TIME_NONE;
        c->reopen_count = c->reopen_count == INT_NONE ? 1 : c->reopen_count + 1;
        c->resolution_code = c->resolution_notes = NULL;
        rc = charge_load(ctx, c, err);
    } else if (verb == VERB_CANCEL) {
        rc = cancel_tasks(ctx, w, reason, err);
        if (rc == 0)
            rc = release_load(ctx, c, err);
        if (rc == 0)
            rc = units_release(ctx, c, err);
    }
    return rc;
}

int change_state(struct context *ctx, struct work *w, enum case_verb verb, const char *reason,
                 struct error *err)
{
    const struct transition *t = &transitions[verb];
    struct casefile before = w->c;
    int rc;

    if (w->c.state == t->to) {
        w->unchanged = true;
        return 0;
    }
    if (!(t->from & 1u << w->c.state))
        return error_set(err, CODE_BAD_STATE, NULL, "%s is %s", w->c.number, case_state_names[w->c.state]);
    w->c.state = t->to;
    rc = enter(ctx, w, verb, reason, err);
    if (rc == 0)
        rc = journal_state(ctx, w, t->event, &before, reason, NULL, err);
    if (rc == 0)
        rc = levels_evaluate(ctx, w, NULL, err);
    return rc == 0 ? work_save(ctx, w, err) : rc;
}

int close_case(struct context *ctx, struct work *w, struct error *err)
{
    struct casefile before = w->c;
    int rc;

    if (w->c.state == STATE_CLOSED) {
        w->unchanged = true;
        return 0;
    }
    if (w->c.state != STATE_RESOLVED)
        return error_set(err, CODE_BAD_STATE, NULL, "%s is %s, not resolved", w->c.number,
                         case_state_names[w->c.state]);
    w->c.state = STATE_CLOSED;
    w->c.closed_at = ctx->now;
    rc = journal_state(ctx, w, "case.closed", &before, NULL, NULL, err);
    if (rc == 0)
        rc = levels_evaluate(ctx, w, NULL, err);
    return rc == 0 ? work_save(ctx, w, err) : rc;
}
