#include "act/enrich_internal.h"
#include "act/event_read.h"
#include "act/known.h"
#include "act/levels.h"
#include "act/prioritise.h"
#include "act/stage.h"
#include "act/units.h"
#include "store/crm_table.h"

#define RECENT (30 * USEC_DAY) /* cases opened in the 30 days before this one */

void add_problem(struct found *found, const char *pointer, const char *code)
{
    if (found->problem_count == CONTEXT_PROBLEMS)
        return;
    found->problems[found->problem_count].pointer = pointer;
    found->problems[found->problem_count++].code = code;
}

int look_up(struct context *ctx, enum record_kind_id kind, const char *key, const char *pointer,
            struct crm_record *r, struct found *found, struct error *err)
{
    bool shared = kind == KIND_ACCOUNT || kind == KIND_PRODUCT || kind == KIND_CONTRACT, there = false;
    int rc;

    r->kind = NULL;
    if (!key)
        return 0;
    rc = shared ? known_record(ctx, kind, key, r, &there, err)
                : crm_find(ctx->db, &record_kinds[kind], key, ctx->arena, r, &there, err);
    if (rc == 0 && !there)
        r->kind = NULL;
    if (rc == 0 && !(there && r->active))
        add_problem(found, pointer, there ? "retired_reference" : "unknown_reference");
    return rc;
}

static int count_history(struct context *ctx, const struct casefile *c, struct found *found,
                         struct error *err)
{
    int rc = case_history(ctx->db, c, c->opened_at - RECENT, c->opened_at, found->history, err);

    if (rc == 0)
        rc = case_similar(ctx->db, c->asset, c->category, c->id, ctx->arena, found->similar, CONTEXT_SIMILAR,
                          err);
    if (rc < 0)
        return rc;
    found->similar_count = (size_t)rc;
    return 0;
}

/* Hardly any store has an open major case: it is asked once a transaction, not once a case. */
static int know_majors(struct context *ctx, struct error *err)
{
    int rc = ctx->majors_known ? 0 : case_any_major(ctx->db, &ctx->majors_any, err);

    ctx->majors_known = rc == 0;
    return rc;
}

/* The case becomes a child of the open major case on the item nearest to its own, of these of the oldest. The
 * first time only a case with a lower number counts, so that a pipe and a bulk run agree. */
static int find_parent(struct context *ctx, struct casefile *c, bool again, const struct found *found,
                       struct error *err)
{
    struct case_major *majors = NULL;
    const char **items;
    int64_t *distances;
    size_t count = 0, nearest = SIZE_MAX;
    int rc;

    if (c->parent || c->major || !found->impact)
        return 0;
    rc = know_majors(ctx, err);
    if (rc == 0 && ctx->majors_any)
        rc = case_majors(ctx->db, again ? INT64_MAX : c->id, ctx->arena, &majors, &count, err);
    if (rc != 0 || count == 0)
        return rc;
    items = ARENA_ARRAY(ctx->arena, const char *, count);
    distances = ARENA_ARRAY(ctx->arena, int64_t, count);
    if (!items || !distances)
        return error_no_memory(err);
    for (size_t i = 0; i < count; i++)
        items[i] = majors[i].ci;
    impact_distances(found->impact, items, count, distances);
    for (size_t i = 0; i < count; i++)
        if (distances[i] >= 0 && (nearest == SIZE_MAX || distances[i] < distances[nearest]))
            nearest = i;
    if (nearest != SIZE_MAX)
        c->parent = majors[nearest].number;
    return 0;
}

static int find_impact(struct context *ctx, struct casefile *c, bool again, struct found *found,
                       struct error *err)
{
    const char *ci = crm_text(&found->asset, "ci");
    int rc = ci ? impact_of(ctx, ci, &found->impact, err) : 0;

    return rc == 0 ? find_parent(ctx, c, again, found, err) : rc;
}

/* Everything that is found out, and what the case leaves open filled in. Nothing is written. */
static int examine(struct context *ctx, struct casefile *c, bool again, struct found *found,
                   struct error *err)
{
    int rc = find_requester(ctx, c, found, err);

    if (rc == 0)
        rc = find_entitlement(ctx, c, again, found, err);
    if (rc == 0)
        rc = find_impact(ctx, c, again, found, err);
    return rc == 0 ? count_history(ctx, c, found, err) : rc;
}

/* What an earlier run filled in is found anew; what the requester or a person named stays. */
static int forget_choices(struct context *ctx, struct casefile *c, struct error *err)
{
    static const char *const filled[] = {"account", "consumer", "product", "entitlement"};
    const char *types[sizeof filled / sizeof *filled];
    int rc = last_changes(ctx, c->number, filled, sizeof filled / sizeof *filled, types, err);

    for (size_t i = 0; rc == 0 && i < sizeof filled / sizeof *filled; i++)
        if (types[i] && strcmp(types[i], "case.enriched") == 0)
            field_clear(field_find(case_fields, filled[i]), c);
    return rc;
}

/* Only an entitlement with a limit has units to hold. */
static int hold_unit(struct context *ctx, const struct casefile *c, bool again, const struct found *found,
                     struct error *err)
{
    const struct entitle_candidate *e = found->chosen >= 0 ? &found->candidates.items[found->chosen] : NULL;

    if (e && e->units_left == INT_NONE)
        e = NULL;
    return e || again ? units_hold(ctx, c, e ? e->key : NULL, err) : 0;
}

/* How the case stands, without doing anything to it. */
static int explain_only(struct context *ctx, struct work *w, struct error *err)
{
    struct casefile kept = w->c;
    struct found found = {0};
    bool again = w->c.progress >= PROGRESS_ENRICHED;
    int rc = again ? forget_choices(ctx, &w->c, err) : 0;

    if (rc == 0)
        rc = examine(ctx, &w->c, again, &found, err);
    w->c = kept;
    return rc == 0 ? explain_context(ctx, w, &found, err) : rc;
}

/* The context is taken and journaled; a run again may find nothing new. */
static int record_findings(struct context *ctx, struct work *w, bool again, const struct found *found,
                           struct error *err)
{
    bool same = false;
    int rc;

    if (w->c.progress < PROGRESS_ENRICHED)
        w->c.progress = PROGRESS_ENRICHED;
    rc = write_context(ctx, w, found, &same, err);
    if (rc != 0)
        return rc;
    if (same) {
        w->unchanged = true;
        return 0;
    }
    if (again && w->c.progress >= PROGRESS_ROUTED)
        rc = prioritise_again(ctx, w, err);
    if (rc == 0 && again)
        rc = work_note_changes(ctx, w, err);
    if (rc == 0)
        rc = levels_evaluate(ctx, w, NULL, err);
    return rc == 0 ? work_save(ctx, w, err) : rc;
}

int enrich_case(struct context *ctx, const struct stage_options *options, struct work *w, struct error *err)
{
    struct found found = {0};
    int rc = stage_ready(&w->c, PROGRESS_ENRICHED, err);
    bool again = rc == 1;

    if (rc < 0)
        return rc;
    if (again && !(options->again && case_is_active(&w->c) && w->c.progress >= PROGRESS_ENRICHED)) {
        w->unchanged = true;
        return options->explain ? explain_only(ctx, w, err) : 0;
    }
    rc = again ? forget_choices(ctx, &w->c, err) : 0;
    if (rc == 0)
        rc = examine(ctx, &w->c, again, &found, err);
    if (rc == 0)
        rc = hold_unit(ctx, &w->c, again, &found, err);
    if (rc == 0)
        rc = record_findings(ctx, w, again, &found, err);
    return rc == 0 && options->explain ? explain_context(ctx, w, &found, err) : rc;
}
