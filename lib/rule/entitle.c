#include "rule/entitle.h"

#include <stdint.h>
#include <string.h>

static bool same(const char *wanted, const char *given)
{
    return wanted && given && strcmp(wanted, given) == 0;
}

/* How far above the bottom of the tree; SIZE_MAX: it is not on the way to the root, or NULL. */
static size_t distance_of(const struct key_chain *chain, const char *key)
{
    for (size_t i = 0; key && i < chain->count; i++)
        if (strcmp(chain->keys[i], key) == 0)
            return i;
    return SIZE_MAX;
}

static bool state_counts(int state)
{
    return state == CONTRACT_NONE || state == CONTRACT_ACTIVE;
}

static bool term_holds(const struct entitle_term *t, usec at)
{
    return state_counts(t->state) && span_holds(t->starts_at, t->ends_at, at);
}

static bool unit_left(const struct entitle_case *c, const struct entitle_candidate *e)
{
    return e->units_left == INT_NONE || e->units_left > 0 || same(e->key, c->holds);
}

/* What of the case the candidate's names meet. */
struct met {
    size_t account, product; /* distance, SIZE_MAX: not met */
    bool consumer, asset, sold_product, contract;
};

static struct met meet(const struct entitle_case *c, const struct entitle_candidate *e)
{
    return (struct met){
        .account = distance_of(&c->accounts, e->account),
        .product = distance_of(&c->products, e->product),
        .consumer = same(e->consumer, c->consumer),
        .asset = same(e->asset, c->asset),
        .sold_product = distance_of(&c->sold_products, e->sold_product) != SIZE_MAX,
        .contract = same(e->contract, c->contract),
    };
}

static void expect(unsigned *failed, enum entitle_clause clause, bool met)
{
    if (!met)
        *failed |= 1u << clause;
}

static unsigned failed_clauses(const struct entitle_case *c, const struct entitle_candidate *e,
                               const struct met *met)
{
    unsigned failed = 0;

    expect(&failed, ENTITLE_STATE, state_counts(e->own.state));
    expect(&failed, ENTITLE_DATES, span_holds(e->own.starts_at, e->own.ends_at, c->opened_at));
    expect(&failed, ENTITLE_LINE, term_holds(&e->line, c->opened_at));
    expect(&failed, ENTITLE_AGREEMENT, term_holds(&e->agreement, c->opened_at));
    expect(&failed, ENTITLE_CHANNEL, !e->channel || e->channel == c->channel);
    expect(&failed, ENTITLE_ACCOUNT, !e->account || met->account != SIZE_MAX);
    expect(&failed, ENTITLE_CONSUMER, !e->consumer || met->consumer);
    expect(&failed, ENTITLE_PRODUCT, !e->product || met->product != SIZE_MAX);
    expect(&failed, ENTITLE_ASSET, !e->asset || met->asset);
    expect(&failed, ENTITLE_SOLD_PRODUCT, !e->sold_product || met->sold_product);
    expect(&failed, ENTITLE_CONTRACT, !e->contract || met->contract);
    expect(&failed, ENTITLE_UNNAMED,
           e->account || e->consumer || e->product || e->asset || e->sold_product || e->contract);
    expect(&failed, ENTITLE_UNITS, unit_left(c, e));
    return failed;
}

struct entitle_verdict entitle_judge(const struct entitle_case *c, const struct entitle_candidate *e)
{
    struct met met = meet(c, e);
    struct entitle_verdict v = {
        .failed = failed_clauses(c, e, &met),
        .account_distance = met.consumer ? 0 : met.account,
        .product_distance = met.product,
    };

    if (met.account != SIZE_MAX || met.consumer)
        v.score += 1;
    if (met.product != SIZE_MAX)
        v.score += 2;
    if (met.asset || met.sold_product)
        v.score += 3;
    if (met.contract)
        v.score += 4;
    return v;
}

const char *entitle_why(const struct entitle_case *c, const struct entitle_candidate *e,
                        enum entitle_clause clause)
{
    static const char *const words[ENTITLE_CLAUSES] = {
        [ENTITLE_LINE] = "contract_line", [ENTITLE_AGREEMENT] = "contract_state",
        [ENTITLE_CHANNEL] = "channel",    [ENTITLE_ACCOUNT] = "account",
        [ENTITLE_CONSUMER] = "consumer",  [ENTITLE_PRODUCT] = "product",
        [ENTITLE_ASSET] = "asset",        [ENTITLE_SOLD_PRODUCT] = "sold_product",
        [ENTITLE_CONTRACT] = "contract",  [ENTITLE_UNNAMED] = "unnamed",
        [ENTITLE_UNITS] = "units",
    };

    if (clause == ENTITLE_STATE)
        return contract_state_names[e->own.state];
    if (clause == ENTITLE_DATES)
        return e->own.starts_at != TIME_NONE && c->opened_at < e->own.starts_at ? "not_started" : "ended";
    return words[clause];
}

const char *entitle_first_why(const struct entitle_case *c, const struct entitle_candidate *e,
                              const struct entitle_verdict *v)
{
    for (int clause = 0; clause < ENTITLE_CLAUSES; clause++)
        if (v->failed & 1u << clause)
            return entitle_why(c, e, (enum entitle_clause)clause);
    return NULL;
}

static usec end_of(const struct entitle_candidate *e)
{
    return e->own.ends_at == TIME_NONE ? INT64_MAX : e->own.ends_at;
}

static bool precedes(const struct entitle_candidate *a, const struct entitle_verdict *va,
                     const struct entitle_candidate *b, const struct entitle_verdict *vb)
{
    if (va->score != vb->score)
        return va->score > vb->score;
    if (va->account_distance != vb->account_distance)
        return va->account_distance < vb->account_distance;
    if (va->product_distance != vb->product_distance)
        return va->product_distance < vb->product_distance;
    if (end_of(a) != end_of(b))
        return end_of(a) < end_of(b);
    return strcmp(a->key, b->key) < 0;
}

long entitle_choose(const struct entitle_case *c, const struct entitle_candidate *candidates, size_t count,
                    struct entitle_verdict *verdicts)
{
    long best = -1;

    for (size_t i = 0; i < count; i++) {
        verdicts[i] = entitle_judge(c, &candidates[i]);
        if (verdicts[i].failed == 0 &&
            (best < 0 || precedes(&candidates[i], &verdicts[i], &candidates[best], &verdicts[best])))
            best = (long)i;
    }
    return best;
}

long entitle_nearest(const struct entitle_candidate *candidates, const struct entitle_verdict *verdicts,
                     size_t count)
{
    long best = -1;
    int fewest = 0;

    for (size_t i = 0; i < count; i++) {
        int failed = __builtin_popcount(verdicts[i].failed);
        if (best >= 0 && failed > fewest)
            continue;
        if (best < 0 || failed < fewest ||
            precedes(&candidates[i], &verdicts[i], &candidates[best], &verdicts[best])) {
            best = (long)i;
            fewest = failed;
        }
    }
    return best;
}
