#include "rule_support.h"

#include "rule/entitle.h"
#include "seeded.h"

#define CHAIN(...)                                                                                           \
    {                                                                                                        \
        (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)      \
    }

static const struct entitle_case east = {
    .accounts = CHAIN("EAST", "ACME", "GROUP"),
    .products = CHAIN("fiber-1000", "fiber", "internet"),
    .sold_products = CHAIN("SOLD-2", "SOLD-1"),
    .consumer = "C-1",
    .asset = "LINE-7",
    .contract = "K-1",
    .channel = 1,
    .opened_at = 1000,
};

/* Random cases and candidates, of few names, so that they meet often. */
static const char *pick(struct seeded *s, const char *const *names, size_t count)
{
    size_t i = seeded_below(s, count * 2);

    return i < count ? names[i] : NULL;
}

static struct entitle_term random_term(struct seeded *s)
{
    static const usec moments[] = {TIME_NONE, TIME_NONE, 900, 1000, 1001, 1100};
    struct entitle_term t = {0};

    if (seeded_below(s, 8) == 0)
        t.state = (int)seeded_below(s, CONTRACT_SUSPENDED + 1);
    t.starts_at = moments[seeded_below(s, 4)];
    t.ends_at = seeded_below(s, 3) ? TIME_NONE : moments[seeded_below(s, 6)];
    return t;
}

static struct entitle_candidate random_candidate(struct seeded *s, const char *key)
{
    static const char *const accounts[] = {"EAST", "ACME", "GROUP", "WEST"};
    static const char *const consumers[] = {"C-1", "C-2"};
    static const char *const products[] = {"fiber-1000", "fiber", "voice"};
    static const char *const sold[] = {"SOLD-2", "SOLD-1", "SOLD-3"};
    static const char *const assets[] = {"LINE-7", "LINE-7", "LINE-8"};
    static const char *const contracts[] = {"K-1", "K-1", "K-2"};

    return (struct entitle_candidate){
        .key = key,
        .account = pick(s, accounts, 4),
        .consumer = seeded_below(s, 3) ? NULL : pick(s, consumers, 2),
        .product = pick(s, products, 3),
        .sold_product = seeded_below(s, 3) ? NULL : pick(s, sold, 3),
        .asset = seeded_below(s, 2) ? NULL : pick(s, assets, 3),
        .contract = seeded_below(s, 2) ? NULL : pick(s, contracts, 3),
        .channel = seeded_below(s, 6) ? 0 : (int)(1 + 2 * seeded_below(s, 2)),
        .own = random_term(s),
        .line = random_term(s),
        .agreement = random_term(s),
        .units_left = seeded_below(s, 4) ? INT_NONE : (int64_t)seeded_below(s, 3) - 1,
    };
}

static bool among(const char *key, const struct key_chain *chain)
{
    bool found = key == NULL;

    for (size_t i = 0; key && i < chain->count; i++)
        found = found || strcmp(chain->keys[i], key) == 0;
    return found;
}

static bool in_force(const struct entitle_term *t, usec at)
{
    return (t->state == CONTRACT_NONE || t->state == CONTRACT_ACTIVE) &&
           (t->starts_at == TIME_NONE || t->starts_at <= at) && (t->ends_at == TIME_NONE || at < t->ends_at);
}

/* The definition in the words of the header, once more. */
static bool plainly_covers(const struct entitle_case *c, const struct entitle_candidate *e)
{
    return in_force(&e->own, c->opened_at) && in_force(&e->line, c->opened_at) &&
           in_force(&e->agreement, c->opened_at) && (!e->channel || e->channel == c->channel) &&
           among(e->account, &c->accounts) && among(e->product, &c->products) &&
           among(e->sold_product, &c->sold_products) &&
           (!e->consumer || strcmp(e->consumer, c->consumer) == 0) &&
           (!e->asset || strcmp(e->asset, c->asset) == 0) &&
           (!e->contract || strcmp(e->contract, c->contract) == 0) &&
           (e->account || e->consumer || e->product || e->sold_product || e->asset || e->contract) &&
           (e->units_left == INT_NONE || e->units_left > 0 || (c->holds && strcmp(c->holds, e->key) == 0));
}

static void shuffle(struct seeded *s, struct entitle_candidate *list, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t k = seeded_below(s, i);
        struct entitle_candidate kept = list[k];
        list[k] = list[i - 1];
        list[i - 1] = kept;
    }
}

#define CANDIDATES 12

static void check_choice(const struct entitle_case *c, const struct entitle_candidate *list, long best,
                         const struct entitle_verdict *verdicts)
{
    for (size_t i = 0; i < CANDIDATES; i++) {
        bool covers = plainly_covers(c, &list[i]);
        assert_int_equal(covers, verdicts[i].failed == 0);
        if (covers)
            assert_true(best >= 0 && verdicts[best].score >= verdicts[i].score);
    }
    if (best >= 0)
        assert_true(plainly_covers(c, &list[best]));
}

static void a_random_choice_covers_scores_most_and_does_not_depend_on_the_order(void **state)
{
    static const char *const keys[CANDIDATES] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};
    struct seeded s = seeded_start("entitle");
    size_t chosen = 0;

    (void)state;
    for (int round = 0; round < 5000; round++) {
        struct entitle_candidate list[CANDIDATES], other[CANDIDATES];
        struct entitle_verdict verdicts[CANDIDATES], again[CANDIDATES];
        struct entitle_case c = east;
        long best, same, near;
        c.holds = pick(&s, keys, CANDIDATES);
        for (size_t i = 0; i < CANDIDATES; i++)
            list[i] = other[i] = random_candidate(&s, keys[i]);
        best = entitle_choose(&c, list, CANDIDATES, verdicts);
        check_choice(&c, list, best, verdicts);
        near = entitle_nearest(list, verdicts, CANDIDATES);
        shuffle(&s, other, CANDIDATES);
        same = entitle_choose(&c, other, CANDIDATES, again);
        assert_int_equal(best < 0, same < 0);
        if (best >= 0)
            assert_string_equal(list[best].key, other[same].key);
        assert_string_equal(list[near].key, other[entitle_nearest(other, again, CANDIDATES)].key);
        chosen += best >= 0;
    }
    assert_true(chosen > 500 && chosen < 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_random_choice_covers_scores_most_and_does_not_depend_on_the_order),
    };

    return cmocka_run_group_tests_name("entitle_random", tests, NULL, NULL);
}
