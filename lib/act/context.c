#include "act/context.h"

#include "act/impact.h"
#include "act/known.h"
#include "act/staff.h"
#include "base/json_read.h"

int context_init(struct context *ctx, struct error *err)
{
    ctx->frozen_at = TIME_NONE;
    return ctx->parser ? 0 : json_parser_new(&ctx->parser, err);
}

void context_release(struct context *ctx)
{
    json_parser_free(ctx->parser);
    ctx->parser = NULL;
    policy_free(ctx->policy);
    ctx->policy = NULL;
    for (size_t i = 0; i < POLICY_CACHE; i++) {
        policy_free(ctx->pinned[i]);
        ctx->pinned[i] = NULL;
    }
    impact_cache_free(ctx->impacts);
    staff_free(ctx->staff);
    ctx->staff = NULL;
    ctx->impacts = NULL;
    known_records_free(ctx->known);
    ctx->known = NULL;
    number_map_release(&ctx->passed);
    buf_release(&ctx->event_body);
}

/* Puts a policy at the front of the cache; the one used longest ago goes. */
static void remember(struct context *ctx, struct policy *p)
{
    policy_free(ctx->pinned[POLICY_CACHE - 1]);
    memmove(&ctx->pinned[1], &ctx->pinned[0], sizeof ctx->pinned[0] * (POLICY_CACHE - 1));
    ctx->pinned[0] = p;
}

int context_refresh_policy(struct context *ctx, struct error *err)
{
    struct policy *p = NULL;
    char commit[41];
    bool found = false, fresh = false;
    int rc;

    if (ctx->policy && !ctx->policy_fresh) {
        rc = ref_read(ctx->repository, ctx->rev, commit, &found, err);
        if (rc != 0)
            return rc;
        if (found && strcmp(commit, policy_commit(ctx->policy)) == 0)
            return 0;
    }
    rc = policy_at(ctx->db, ctx->repository, ctx->rev, &p, &fresh, err);
    if (rc != 0)
        return rc;
    if (ctx->policy && strcmp(policy_commit(p), policy_commit(ctx->policy)) == 0) {
        policy_free(p); /* the objects that are compiled already serve on */
        ctx->policy_fresh = fresh;
        return 0;
    }
    if (ctx->policy)
        remember(ctx, ctx->policy);
    ctx->policy = p;
    ctx->policy_fresh = fresh;
    return 0;
}

int context_keep_policy(struct context *ctx, struct error *err)
{
    bool known = false;
    int rc;

    if (!ctx->policy || !ctx->policy_fresh)
        return 0;
    rc = policy_known(ctx->db, policy_commit(ctx->policy), &known, err);
    if (rc == 0 && !known)
        rc = policy_keep(ctx->db, ctx->policy, err);
    return rc;
}

int context_policy_at(struct context *ctx, const char *commit, struct policy **p, struct error *err)
{
    int rc;

    if (!commit)
        return error_set(err, CODE_BUG, NULL, "a decision without a commit");
    if (ctx->policy && strcmp(policy_commit(ctx->policy), commit) == 0) {
        *p = ctx->policy;
        return 0;
    }
    for (size_t i = 0; i < POLICY_CACHE && ctx->pinned[i]; i++) {
        struct policy *hit = ctx->pinned[i];
        if (strcmp(policy_commit(hit), commit) != 0)
            continue;
        memmove(&ctx->pinned[1], &ctx->pinned[0], sizeof ctx->pinned[0] * i);
        ctx->pinned[0] = hit;
        *p = hit;
        return 0;
    }
    rc = policy_at_commit(ctx->db, ctx->repository, commit, p, err);
    if (rc == 0)
        remember(ctx, *p);
    return rc;
}

void context_tick(struct context *ctx)
{
    ctx->now = ctx->frozen_at != TIME_NONE ? ctx->frozen_at : time_now();
    ctx->recorded_at = ctx->now;
    ctx->case_type = NULL;
}

void context_begin(struct context *ctx)
{
    ctx->last_case_id = 0;
    ctx->rejects_known = false;
    ctx->impacts_fresh = false;
    ctx->deleted_known = false;
    ctx->impact_revised = false;
    ctx->majors_known = false;
    known_records_clear(ctx->known);
    staff_clear(ctx->staff);
}

void context_forget(struct context *ctx)
{
    context_begin(ctx);
    ctx->rollbacks++;
}
