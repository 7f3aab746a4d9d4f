#include "rule_support.h"

#include "rule/entitle.h"

static const struct entitle_case acme = {"ACME", "router", "R-7", "C-1", 1000};

#define OPEN TIME_NONE, TIME_NONE

static const char *reason(const struct entitle_candidate *e, int expected)
{
    const char *why = "untouched";

    assert_int_equal(entitle_score(&acme, e, &why), expected);
    return why;
}

static void score_sums_the_weights_of_what_is_named(void **state)
{
    (void)state;
    assert_null(reason(&(struct entitle_candidate){"e", "ACME", NULL, NULL, NULL, OPEN}, 1));
    assert_null(reason(&(struct entitle_candidate){"e", NULL, "router", NULL, NULL, OPEN}, 2));
    assert_null(reason(&(struct entitle_candidate){"e", NULL, NULL, "R-7", NULL, OPEN}, 3));
    assert_null(reason(&(struct entitle_candidate){"e", NULL, NULL, NULL, "C-1", OPEN}, 4));
    assert_null(reason(&(struct entitle_candidate){"e", "ACME", "router", "R-7", "C-1", OPEN}, 10));
}

static void one_failing_clause_covers_nothing(void **state)
{
    (void)state;
    assert_string_equal(reason(&(struct entitle_candidate){"e", "ACME", "phone", NULL, NULL, OPEN}, 0),
                        "product");
    assert_string_equal(reason(&(struct entitle_candidate){"e", "EMCA", "phone", NULL, NULL, OPEN}, 0),
                        "account");
    assert_string_equal(reason(&(struct entitle_candidate){"e", NULL, NULL, "R-8", NULL, OPEN}, 0), "asset");
    assert_string_equal(reason(&(struct entitle_candidate){"e", NULL, NULL, NULL, "C-2", OPEN}, 0),
                        "contract");
    assert_string_equal(reason(&(struct entitle_candidate){"e", NULL, NULL, NULL, NULL, OPEN}, 0), "unnamed");
}

static void start_is_inclusive_and_end_exclusive(void **state)
{
    (void)state;
    assert_null(reason(&(struct entitle_candidate){"e", "ACME", NULL, NULL, NULL, 1000, 1001}, 1));
    assert_string_equal(reason(&(struct entitle_candidate){"e", "ACME", NULL, NULL, NULL, 900, 1000}, 0),
                        "ended");
    assert_string_equal(
        reason(&(struct entitle_candidate){"e", "ACME", NULL, NULL, NULL, 1001, TIME_NONE}, 0),
        "not_started");
}

static void a_case_without_the_thing_named_is_not_covered(void **state)
{
    struct entitle_case bare = {"ACME", NULL, NULL, NULL, 1000};
    struct entitle_candidate e = {"e", "ACME", "router", NULL, NULL, OPEN};

    (void)state;
    assert_int_equal(entitle_score(&bare, &e, NULL), 0);
}

static void highest_score_wins_then_earliest_end_then_key(void **state)
{
    struct entitle_candidate list[] = {
        {"f", "ACME", NULL, NULL, NULL, OPEN},         {"e", "ACME", "router", NULL, NULL, OPEN},
        {"d", NULL, NULL, "R-7", NULL, OPEN},          {"c", "ACME", "router", NULL, NULL, TIME_NONE, 5000},
        {"b", "ACME", "router", NULL, NULL, 10, 4000}, {"a", "ACME", "router", NULL, NULL, 10, 4000},
        {"z", NULL, NULL, NULL, "C-1", 2000, 3000},
    };

    (void)state;
    assert_int_equal(entitle_choose(&acme, list, 7), 5);
    assert_int_equal(entitle_choose(&acme, list, 5), 4);
    assert_int_equal(entitle_choose(&acme, list, 3), 2);
    assert_int_equal(entitle_choose(&acme, list, 1), 0);
    assert_int_equal(entitle_choose(&acme, list, 0), -1);
}

static void nearest_failed_only_one_clause(void **state)
{
    struct entitle_candidate list[] = {
        {"a", "EMCA", "phone", NULL, NULL, OPEN},
        {"b", "ACME", "router", NULL, NULL, 10, 900},
        {"c", "ACME", "phone", NULL, NULL, OPEN},
    };

    (void)state;
    assert_int_equal(entitle_choose(&acme, list, 3), -1);
    assert_int_equal(entitle_nearest(&acme, list, 3), 1);
    assert_int_equal(entitle_nearest(&acme, list, 1), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(score_sums_the_weights_of_what_is_named),
        cmocka_unit_test(one_failing_clause_covers_nothing),
        cmocka_unit_test(start_is_inclusive_and_end_exclusive),
        cmocka_unit_test(a_case_without_the_thing_named_is_not_covered),
        cmocka_unit_test(highest_score_wins_then_earliest_end_then_key),
        cmocka_unit_test(nearest_failed_only_one_clause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
