#include "act/enrich_internal.h"
#include "act/known.h"
#include "act/units.h"
#include "store/entitlement_table.h"

static int gather_facts(struct context *ctx, const struct casefile *c, bool again, struct found *found,
                        struct error *err)
{
    struct entitle_case *facts = &found->facts;
    const char *sold = crm_text(&found->asset, "sold_product");
    int rc = known_chain(ctx, KIND_ACCOUNT, c->account, &facts->accounts, err);

    if (rc == 0)
        rc = known_chain(ctx, KIND_PRODUCT, c->product, &facts->products, err);
    if (rc == 0)
        rc = known_chain(ctx, KIND_SOLD_PRODUCT, sold, &facts->sold_products, err);
    facts->consumer = c->consumer;
    facts->asset = c->asset;
    facts->contract = c->contract;
    facts->channel = c->channel;
    facts->opened_at = c->opened_at;
    return rc == 0 && again ? units_held(ctx, c, &facts->holds, err) : rc;
}

/* The one that the case names is the only candidate. */
static int named_candidate(struct context *ctx, const char *key, struct found *found, struct error *err)
{
    bool there = false;
    int rc;

    found->candidates = ARENA_NEW(ctx->arena, struct entitle_candidate);
    if (!found->candidates)
        return error_no_memory(err);
    rc = entitlement_terms(ctx->db, key, ctx->arena, found->candidates, &there, err);
    if (rc == 0 && !there)
        add_problem(found, "/entitlement", "unknown_reference");
    found->candidate_count = there ? 1 : 0;
    return rc;
}

int find_entitlement(struct context *ctx, struct casefile *c, bool again, struct found *found,
                     struct error *err)
{
    int rc = gather_facts(ctx, c, again, found, err);

    found->chosen = found->nearest = -1;
    if (rc == 0 && c->entitlement)
        rc = named_candidate(ctx, c->entitlement, found, err);
    else if (rc == 0)
        rc = entitlement_candidates(ctx->db, &found->facts, ctx->arena, &found->candidates,
                                    &found->candidate_count, err);
    if (rc != 0 || found->candidate_count == 0)
        return rc;
    found->verdicts = ARENA_ARRAY(ctx->arena, struct entitle_verdict, found->candidate_count);
    if (!found->verdicts)
        return error_no_memory(err);
    found->chosen = entitle_choose(&found->facts, found->candidates, found->candidate_count, found->verdicts);
    if (found->chosen < 0) {
        found->nearest = entitle_nearest(found->candidates, found->verdicts, found->candidate_count);
        return 0;
    }
    c->entitlement = found->candidates[found->chosen].key;
    return look_up(ctx, KIND_ENTITLEMENT, c->entitlement, "/entitlement", &found->entitlement, found, err);
}
