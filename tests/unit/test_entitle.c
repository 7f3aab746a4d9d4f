#include "rule_support.h"

#include "rule/entitle.h"

#define CHAIN(...)                                                                                           \
    {                                                                                                        \
        (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)      \
    }

enum {
    WEB = 1,
    PHONE = 3
};

static const struct entitle_case east = {
    .accounts = CHAIN("EAST", "ACME", "GROUP"),
    .products = CHAIN("fiber-1000", "fiber", "internet"),
    .sold_products = CHAIN("SOLD-2", "SOLD-1"),
    .consumer = "C-1",
    .asset = "LINE-7",
    .contract = "K-1",
    .channel = WEB,
    .opened_at = 1000,
};

static struct entitle_term open_term(struct entitle_term t)
{
    return (struct entitle_term){t.state, t.starts_at ? t.starts_at : TIME_NONE,
                                 t.ends_at ? t.ends_at : TIME_NONE};
}

/* What is not said (0) is open. */
static struct entitle_candidate open_terms(struct entitle_candidate e)
{
    e.own = open_term(e.own);
    e.line = open_term(e.line);
    e.agreement = open_term(e.agreement);
    if (e.units_left == 0)
        e.units_left = INT_NONE;
    return e;
}

#define TERMS(name, ...) open_terms((struct entitle_candidate){.key = (name), __VA_ARGS__})

static void expect_covers(struct entitle_candidate e, int score)
{
    struct entitle_verdict v = entitle_judge(&east, &e);

    if (v.failed)
        fail_msg("%s fails: %s", e.key, entitle_first_why(&east, &e, &v));
    assert_null(entitle_first_why(&east, &e, &v));
    assert_int_equal(v.score, score);
}

/* Fails this clause and no other. */
static void expect_fails(struct entitle_candidate e, enum entitle_clause clause, const char *why)
{
    struct entitle_verdict v = entitle_judge(&east, &e);

    assert_int_equal(v.failed, 1u << clause);
    assert_string_equal(entitle_first_why(&east, &e, &v), why);
    assert_string_equal(entitle_why(&east, &e, clause), why);
}

#define COVERS(score, ...)      expect_covers(TERMS("e", __VA_ARGS__), score)
#define FAILS(clause, why, ...) expect_fails(TERMS("e", __VA_ARGS__), clause, why)

static void score_sums_the_weights_of_what_is_named(void **state)
{
    (void)state;
    COVERS(1, .account = "EAST");
    COVERS(1, .consumer = "C-1");
    COVERS(2, .product = "fiber-1000");
    COVERS(3, .asset = "LINE-7");
    COVERS(3, .sold_product = "SOLD-2");
    COVERS(4, .contract = "K-1");
    COVERS(10, .account = "EAST", .product = "fiber-1000", .asset = "LINE-7", .contract = "K-1");
}

static void account_and_consumer_weigh_once_and_so_do_asset_and_sold_product(void **state)
{
    (void)state;
    COVERS(1, .account = "EAST", .consumer = "C-1");
    COVERS(3, .asset = "LINE-7", .sold_product = "SOLD-1");
}

static void what_is_above_in_a_tree_covers_with_the_same_weight(void **state)
{
    (void)state;
    COVERS(1, .account = "GROUP");
    COVERS(2, .product = "internet");
    COVERS(3, .sold_product = "SOLD-1");
}

static void each_thing_named_must_be_the_cases(void **state)
{
    (void)state;
    FAILS(ENTITLE_ACCOUNT, "account", .account = "WEST", .product = "fiber");
    FAILS(ENTITLE_CONSUMER, "consumer", .consumer = "C-2", .account = "EAST");
    FAILS(ENTITLE_PRODUCT, "product", .product = "voice", .account = "EAST");
    FAILS(ENTITLE_ASSET, "asset", .asset = "LINE-8", .account = "EAST");
    FAILS(ENTITLE_SOLD_PRODUCT, "sold_product", .sold_product = "SOLD-3", .account = "EAST");
    FAILS(ENTITLE_CONTRACT, "contract", .contract = "K-2", .account = "EAST");
}

static void an_entitlement_that_names_a_contract_covers_only_cases_that_name_it(void **state)
{
    struct entitle_case other = east;
    struct entitle_candidate e = TERMS("e", .account = "EAST", .contract = "K-1");

    (void)state;
    other.contract = NULL;
    assert_int_equal(entitle_judge(&other, &e).failed, 1u << ENTITLE_CONTRACT);
    assert_int_equal(entitle_judge(&east, &e).failed, 0);
}

static void a_case_that_has_nothing_is_covered_by_nothing_named(void **state)
{
    struct entitle_case bare = {.opened_at = 1000};
    struct entitle_candidate e = TERMS("e", .account = "EAST", .consumer = "C-1", .product = "fiber",
                                       .asset = "LINE-7", .sold_product = "SOLD-1", .contract = "K-1");
    struct entitle_verdict v = entitle_judge(&bare, &e);

    (void)state;
    assert_int_equal(v.failed, 1u << ENTITLE_ACCOUNT | 1u << ENTITLE_CONSUMER | 1u << ENTITLE_PRODUCT |
                                   1u << ENTITLE_ASSET | 1u << ENTITLE_SOLD_PRODUCT | 1u << ENTITLE_CONTRACT);
    assert_int_equal(v.score, 0);
    assert_string_equal(entitle_first_why(&bare, &e, &v), "account");
}

static void a_channel_that_is_named_must_be_the_cases(void **state)
{
    (void)state;
    COVERS(1, .account = "EAST", .channel = WEB);
    FAILS(ENTITLE_CHANNEL, "channel", .account = "EAST", .channel = PHONE);
}

static void naming_nothing_or_only_a_channel_covers_nothing(void **state)
{
    (void)state;
    FAILS(ENTITLE_UNNAMED, "unnamed", .channel = 0);
    FAILS(ENTITLE_UNNAMED, "unnamed", .channel = WEB);
}

static void start_is_inclusive_and_end_exclusive(void **state)
{
    (void)state;
    COVERS(1, .account = "EAST", .own = {CONTRACT_ACTIVE, 1000, 1001});
    FAILS(ENTITLE_DATES, "ended", .account = "EAST", .own = {CONTRACT_NONE, 900, 1000});
    FAILS(ENTITLE_DATES, "not_started", .account = "EAST", .own = {CONTRACT_NONE, 1001, 0});
    COVERS(1, .account = "EAST", .own = {CONTRACT_NONE, 0, 1001});
}

static void only_what_is_active_covers_and_absent_is_active(void **state)
{
    (void)state;
    COVERS(1, .account = "EAST", .own = {CONTRACT_ACTIVE, 0, 0});
    FAILS(ENTITLE_STATE, "draft", .account = "EAST", .own = {CONTRACT_DRAFT, 0, 0});
    FAILS(ENTITLE_STATE, "expired", .account = "EAST", .own = {CONTRACT_EXPIRED, 0, 0});
    FAILS(ENTITLE_STATE, "cancelled", .account = "EAST", .own = {CONTRACT_CANCELLED, 0, 0});
    FAILS(ENTITLE_STATE, "suspended", .account = "EAST", .own = {CONTRACT_SUSPENDED, 0, 0});
}

static void its_contract_line_and_contract_must_hold_too(void **state)
{
    (void)state;
    COVERS(1, .account = "EAST", .line = {CONTRACT_ACTIVE, 1000, 1001},
           .agreement = {CONTRACT_ACTIVE, 1, 1001});
    FAILS(ENTITLE_LINE, "contract_line", .account = "EAST", .line = {CONTRACT_SUSPENDED, 1, 0});
    FAILS(ENTITLE_LINE, "contract_line", .account = "EAST", .line = {CONTRACT_ACTIVE, 1, 1000});
    FAILS(ENTITLE_LINE, "contract_line", .account = "EAST", .line = {CONTRACT_NONE, 1001, 0});
    FAILS(ENTITLE_AGREEMENT, "contract_state", .account = "EAST", .agreement = {CONTRACT_CANCELLED, 1, 2000});
    FAILS(ENTITLE_AGREEMENT, "contract_state", .account = "EAST", .agreement = {CONTRACT_ACTIVE, 1, 1000});
}

static void a_unit_must_be_left_unless_the_case_holds_one(void **state)
{
    struct entitle_case holder = east;
    struct entitle_candidate e = TERMS("e", .account = "EAST");

    (void)state;
    COVERS(1, .account = "EAST", .units_left = 1);
    FAILS(ENTITLE_UNITS, "units", .account = "EAST", .units_left = -2);
    e.units_left = 0;
    expect_fails(e, ENTITLE_UNITS, "units");
    holder.holds = "e";
    assert_int_equal(entitle_judge(&holder, &e).failed, 0);
    holder.holds = "f";
    assert_int_equal(entitle_judge(&holder, &e).failed, 1u << ENTITLE_UNITS);
}

static void clauses_are_told_in_their_order(void **state)
{
    struct entitle_candidate e =
        TERMS("e", .channel = PHONE, .account = "WEST", .units_left = -1, .own = {CONTRACT_DRAFT, 1, 1000});
    struct entitle_verdict v = entitle_judge(&east, &e);

    (void)state;
    assert_string_equal(entitle_first_why(&east, &e, &v), "draft");
    v.failed &= ~(1u << ENTITLE_STATE);
    assert_string_equal(entitle_first_why(&east, &e, &v), "ended");
    v.failed &= ~(1u << ENTITLE_DATES);
    assert_string_equal(entitle_first_why(&east, &e, &v), "channel");
    v.failed &= ~(1u << ENTITLE_CHANNEL);
    assert_string_equal(entitle_first_why(&east, &e, &v), "account");
    v.failed &= ~(1u << ENTITLE_ACCOUNT);
    assert_string_equal(entitle_first_why(&east, &e, &v), "units");
}

/* The first of two wins, whichever stands first. */
static void expect_first(struct entitle_candidate winner, struct entitle_candidate loser)
{
    struct entitle_candidate list[] = {winner, loser}, turned[] = {loser, winner};
    struct entitle_verdict verdicts[2];

    assert_int_equal(entitle_choose(&east, list, 2, verdicts), 0);
    assert_int_equal(entitle_choose(&east, turned, 2, verdicts), 1);
}

static void the_higher_score_wins_whatever_else_is_better(void **state)
{
    (void)state;
    expect_first(TERMS("z", .product = "internet"), TERMS("a", .account = "EAST", .own = {0, 1, 1001}));
    expect_first(TERMS("z", .account = "GROUP", .asset = "LINE-7"), TERMS("a", .asset = "LINE-7"));
}

static void of_equal_scores_the_nearest_account_wins(void **state)
{
    (void)state;
    expect_first(TERMS("z", .account = "EAST"), TERMS("a", .account = "ACME", .own = {0, 1, 1001}));
    expect_first(TERMS("z", .account = "ACME"), TERMS("a", .account = "GROUP"));
    expect_first(TERMS("z", .account = "EAST", .product = "internet"),
                 TERMS("a", .account = "ACME", .product = "fiber-1000"));
}

static void a_consumer_is_as_near_as_the_cases_own_account_and_none_the_farthest(void **state)
{
    (void)state;
    expect_first(TERMS("z", .consumer = "C-1"), TERMS("a", .account = "ACME"));
    expect_first(TERMS("a", .consumer = "C-1"), TERMS("z", .account = "EAST"));
    expect_first(TERMS("a", .account = "EAST"), TERMS("z", .consumer = "C-1"));
    expect_first(TERMS("z", .account = "GROUP", .product = "internet"), TERMS("a", .asset = "LINE-7"));
}

static void then_the_nearest_product_wins(void **state)
{
    (void)state;
    expect_first(TERMS("z", .product = "fiber-1000"), TERMS("a", .product = "fiber", .own = {0, 1, 1001}));
    expect_first(TERMS("z", .product = "fiber"), TERMS("a", .product = "internet"));
}

static void then_the_earliest_to_end_wins_and_none_ends_last(void **state)
{
    (void)state;
    expect_first(TERMS("z", .account = "EAST", .own = {0, 1, 2000}),
                 TERMS("a", .account = "EAST", .own = {0, 1, 2001}));
    expect_first(TERMS("z", .account = "EAST", .own = {0, 1, 2000}), TERMS("a", .account = "EAST"));
}

static void then_the_key_decides(void **state)
{
    (void)state;
    expect_first(TERMS("a", .account = "EAST"), TERMS("b", .account = "EAST"));
    expect_first(TERMS("B", .account = "EAST"), TERMS("a", .account = "EAST"));
}

static void of_no_candidates_none_is_chosen_or_near(void **state)
{
    (void)state;
    assert_int_equal(entitle_choose(&east, NULL, 0, NULL), -1);
    assert_int_equal(entitle_nearest(NULL, NULL, 0), -1);
}

static void the_nearest_fails_the_fewest_then_scores_the_most_then_as_a_choice(void **state)
{
    struct entitle_candidate list[] = {
        TERMS("a", .account = "WEST", .product = "voice", .asset = "LINE-7", .contract = "K-1"),
        TERMS("b", .account = "EAST", .asset = "LINE-8"),
        TERMS("c", .account = "EAST", .product = "fiber", .asset = "LINE-8"),
        TERMS("d", .account = "EAST", .product = "fiber-1000", .asset = "LINE-8"),
        TERMS("e", .account = "ACME", .product = "fiber-1000", .asset = "LINE-8"),
    };
    struct entitle_verdict verdicts[5];

    (void)state;
    assert_int_equal(entitle_choose(&east, list, 5, verdicts), -1);
    assert_int_equal(entitle_nearest(list, verdicts, 5), 3);
    assert_int_equal(entitle_nearest(list, verdicts, 3), 2);
    assert_int_equal(entitle_nearest(list, verdicts, 2), 1);
    assert_int_equal(entitle_nearest(list, verdicts, 1), 0);
    assert_int_equal(entitle_nearest(list + 3, verdicts + 3, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(score_sums_the_weights_of_what_is_named),
        cmocka_unit_test(account_and_consumer_weigh_once_and_so_do_asset_and_sold_product),
        cmocka_unit_test(what_is_above_in_a_tree_covers_with_the_same_weight),
        cmocka_unit_test(each_thing_named_must_be_the_cases),
        cmocka_unit_test(an_entitlement_that_names_a_contract_covers_only_cases_that_name_it),
        cmocka_unit_test(a_case_that_has_nothing_is_covered_by_nothing_named),
        cmocka_unit_test(a_channel_that_is_named_must_be_the_cases),
        cmocka_unit_test(naming_nothing_or_only_a_channel_covers_nothing),
        cmocka_unit_test(start_is_inclusive_and_end_exclusive),
        cmocka_unit_test(only_what_is_active_covers_and_absent_is_active),
        cmocka_unit_test(its_contract_line_and_contract_must_hold_too),
        cmocka_unit_test(a_unit_must_be_left_unless_the_case_holds_one),
        cmocka_unit_test(clauses_are_told_in_their_order),
        cmocka_unit_test(the_higher_score_wins_whatever_else_is_better),
        cmocka_unit_test(of_equal_scores_the_nearest_account_wins),
        cmocka_unit_test(a_consumer_is_as_near_as_the_cases_own_account_and_none_the_farthest),
        cmocka_unit_test(then_the_nearest_product_wins),
        cmocka_unit_test(then_the_earliest_to_end_wins_and_none_ends_last),
        cmocka_unit_test(then_the_key_decides),
        cmocka_unit_test(of_no_candidates_none_is_chosen_or_near),
        cmocka_unit_test(the_nearest_fails_the_fewest_then_scores_the_most_then_as_a_choice),
    };

    return cmocka_run_group_tests_name("entitle", tests, NULL, NULL);
}
