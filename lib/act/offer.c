/* Offers: accepted, declined, or taken back when nobody answers. */
#include "act/assign.h"
#include "act/journal.h"
#include "act/levels.h"
#include "act/verbs.h"
#include "store/assignment_table.h"

#define TIMEOUT "timeout" /* the reason of an offer that nobody answered */

static int check_mine(const struct context *ctx, const struct work *w, struct error *err)
{
    const char *whose = w->c.assigned_to;

    if (!case_is_active(&w->c))
        return error_set(err, CODE_BAD_STATE, NULL, "%s is %s", w->c.number, case_state_names[w->c.state]);
    if (!whose)
        return error_set(err, CODE_BAD_STATE, NULL, "%s is offered to nobody", w->c.number);
    if (strcmp(whose, ctx->actor) != 0)
        return error_set(err, CODE_BAD_STATE, NULL, "%s is with %s, not with %s", w->c.number, whose,
                         ctx->actor);
    return 0;
}

static int journal_offer(struct context *ctx, struct work *w, const char *type, const struct casefile *before,
                         const struct case_decline *decline, struct error *err)
{
    struct journal j;
    struct json_writer *out = journal_open(&j, ctx, &w->c.head, type, ctx->now, NULL);

    journal_changes(&j, "changes", "/data/changes", case_fields, before, &w->c);
    json_put_text(out, "agent", before->assigned_to);
    if (decline) {
        json_put_text(out, "reason", decline->reason);
        json_put_bool(out, "again", decline->again);
    }
    return journal_close(&j, err);
}

int accept_case(struct context *ctx, struct work *w, struct error *err)
{
    struct case_offer offer;
    bool open = false;
    int rc = check_mine(ctx, w, err);

    if (rc == 0)
        rc = case_offer_find(ctx->db, w->c.id, ctx->arena, &offer, &open, err);
    w->unchanged = !open;
    if (rc != 0 || !open)
        return rc;
    rc = case_offer_end(ctx->db, w->c.id, err);
    if (rc == 0)
        rc = journal_offer(ctx, w, "case.accepted", &w->c, NULL, err);
    return rc == 0 ? work_save(ctx, w, err) : rc;
}

/* The case is with its group again. */
static int let_pass(struct context *ctx, struct work *w, const char *reason, bool again, struct error *err)
{
    struct casefile before = w->c;
    struct case_decline decline = {w->c.assigned_to, reason, again, ctx->now};
    int rc = case_decline_save(ctx->db, w->c.id, &decline, err);

    if (rc == 0)
        rc = release_load(ctx, &w->c, err);
    w->c.assigned_to = NULL;
    return rc == 0 ? journal_offer(ctx, w, "case.declined", &before, &decline, err) : rc;
}

static int find_reason(struct context *ctx, const char *reason, bool *again, struct error *err)
{
    const struct policy_settings *s;
    const char *list = "";
    int rc = policy_settings(ctx->policy, &s, err);

    *again = false;
    if (rc != 0 || s->decline_reason_count == 0)
        return rc;
    for (size_t i = 0; list && i < s->decline_reason_count; i++) {
        if (strcmp(s->decline_reasons[i].name, reason) == 0) {
            *again = s->decline_reasons[i].again;
            return 0;
        }
        list = arena_printf(ctx->arena, "%s%s%s", list, i ? ", " : "", s->decline_reasons[i].name);
    }
    return list ? error_set(err, CODE_INVALID, "/reason", "expected one of %s, got \"%s\"", list, reason)
                : error_no_memory(err);
}

/* Did the actor turn it down before? Then that is done. */
static int was_declined(struct context *ctx, const struct work *w, bool *declined, struct error *err)
{
    struct case_decline *list = NULL;
    size_t count = 0;
    int rc = case_declines(ctx->db, w->c.id, ctx->arena, &list, &count, err);

    *declined = false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].agent, ctx->actor) == 0)
            *declined = true;
    return rc;
}

int decline_case(struct context *ctx, struct work *w, const char *reason, struct error *err)
{
    bool again = false, declined = false;
    int rc = find_reason(ctx, reason, &again, err);

    if (rc == 0 && (!w->c.assigned_to || strcmp(w->c.assigned_to, ctx->actor) != 0))
        rc = was_declined(ctx, w, &declined, err);
    if (rc == 0 && declined)
        w->unchanged = true;
    if (rc != 0 || declined)
        return rc;
    rc = check_mine(ctx, w, err);
    if (rc == 0)
        rc = let_pass(ctx, w, reason, again, err);
    if (rc == 0)
        rc = levels_evaluate(ctx, w, NULL, err);
    return rc == 0 ? work_save(ctx, w, err) : rc;
}

int offer_take_back(struct context *ctx, struct work *w, bool *taken, struct error *err)
{
    struct case_offer offer = {.expires_at = TIME_NONE};
    int rc = case_offer_find(ctx->db, w->c.id, ctx->arena, &offer, taken, err);

    *taken = rc == 0 && *taken && offer.expires_at != TIME_NONE && offer.expires_at <= ctx->now;
    return *taken ? let_pass(ctx, w, TIMEOUT, true, err) : rc;
}
