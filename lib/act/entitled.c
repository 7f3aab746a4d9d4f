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
    struct entitle_candidate named;
    bool there = false;
    int rc = entitlement_terms(ctx->db, key, ctx->arena, &named, &there, err);

    if (rc == 0 && there)
        return entitle_list_add(&found->candidates, &named, 1, ctx->arena, err);
    if (rc == 0)
        add_problem(found, "/entitlement", "unknown_reference");
    return rc;
}

static int gather_candidates(struct context *ctx, struct found *found, struct error *err)
{
    const struct key_chain *products = &found->facts.products;
    int rc = entitlement_candidates(ctx->db, &found->facts, ctx->arena, &found->candidates, err);

    for (size_t i = 0; rc == 0 && i < products->count; i++)
        rc = known_entitlements(ctx, products->keys[i], &found->candidates, err);
    return rc;
}

/* What cannot cover the case but may come nearest to it. */
static int gather_misses(struct context *ctx, struct found *found, struct error *err)
{
    const struct key_chain *accounts = &found->facts.accounts;
    int rc = known_unnamed(ctx, &found->candidates, err);

    if (rc == 0 && accounts->count > 0)
        rc = entitlement_near(ctx->db, accounts->keys[0], found->facts.asset, ctx->arena, &found->candidates,
                              err);
    return rc;
}

static int choose(struct context *ctx, struct found *found, struct error *err)
{
    const struct entitle_list *list = &found->candidates;

    found->chosen = -1;
    if (list->count == 0)
        return 0;
    found->verdicts = ARENA_ARRAY(ctx->arena, struct entitle_verdict, list->count);
    if (!found->verdicts)
        return error_no_memory(err);
    found->chosen = entitle_choose(&found->facts, list->items, list->count, found->verdicts);
    return 0;
}

int find_entitlement(struct context *ctx, struct casefile *c, bool again, struct found *found,
                     struct error *err)
{
    int rc = gather_facts(ctx, c, again, found, err);

    found->nearest = -1;
    if (rc == 0)
        rc = c->entitlement ? named_candidate(ctx, c->entitlement, found, err)
                            : gather_candidates(ctx, found, err);
    if (rc == 0)
        rc = choose(ctx, found, err);
    if (rc == 0 && found->chosen < 0 && !c->entitlement) {
        rc = gather_misses(ctx, found, err);
        if (rc == 0)
            rc = choose(ctx, found, err);
    }
    if (rc != 0 || found->candidates.count == 0)
        return rc;
    if (found->chosen < 0) {
        found->nearest = entitle_nearest(found->candidates.items, found->verdicts, found->candidates.count);
        return 0;
    }
    c->entitlement = found->candidates.items[found->chosen].key;
    return look_up(ctx, KIND_ENTITLEMENT, c->entitlement, "/entitlement", &found->entitlement, found, err);
}
