#include "model_support.h"

#include "act/waiting.h"

static const struct record_kind *const account = &record_kinds[KIND_ACCOUNT];
static const struct record_kind *const product = &record_kinds[KIND_PRODUCT];

static void note(struct fixture *f, struct waiting *w, const char *key, const char *parent)
{
    expect_success(f, waiting_note(w, account, key, parent, &f->err));
}

static void two_that_wait_for_each_other_are_a_cycle(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    note(f, &w, "a", "b");
    note(f, &w, "b", "a");
    assert_true(waiting_looped(&w, account, "a"));
    assert_true(waiting_looped(&w, account, "b"));
    assert_false(waiting_looped(&w, product, "a"));
    waiting_release(&w);
}

static void who_hangs_below_a_cycle_is_not_in_it(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    note(f, &w, "0-below", "b");
    note(f, &w, "a", "b");
    note(f, &w, "b", "c");
    note(f, &w, "c", "a");
    note(f, &w, "z-below", "0-below");
    assert_true(waiting_looped(&w, account, "a"));
    assert_true(waiting_looped(&w, account, "b"));
    assert_true(waiting_looped(&w, account, "c"));
    assert_false(waiting_looped(&w, account, "0-below"));
    assert_false(waiting_looped(&w, account, "z-below"));
    waiting_release(&w);
}

static void who_waits_for_somebody_else_is_in_no_cycle(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    assert_false(waiting_looped(&w, account, "a"));
    note(f, &w, "a", "b");
    note(f, &w, "b", "nobody");
    expect_success(f, waiting_note(&w, product, "b", "a", &f->err));
    expect_success(f, waiting_note(&w, product, "nobody", "b", &f->err));
    assert_false(waiting_looped(&w, account, "a"));
    assert_false(waiting_looped(&w, account, "b"));
    assert_false(waiting_looped(&w, product, "b"));
    waiting_release(&w);
}

static void what_is_cleared_is_forgotten(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    note(f, &w, "a", "b");
    note(f, &w, "b", "a");
    assert_true(waiting_looped(&w, account, "a"));
    waiting_clear(&w);
    assert_false(waiting_looped(&w, account, "a"));
    note(f, &w, "a", "b");
    assert_false(waiting_looped(&w, account, "a"));
    note(f, &w, "b", "a");
    assert_true(waiting_looped(&w, account, "a"));
    waiting_release(&w);
}

/* One long chain, one long cycle: both are walked over once. */
static void no_more_are_kept_than_the_bound(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};
    char key[16], parent[16];

    for (int i = 0; i < WAITING_MAX + 10; i++) {
        snprintf(key, sizeof key, "k%d", i);
        snprintf(parent, sizeof parent, "k%d", i == WAITING_MAX - 1 ? WAITING_MAX / 2 : i + 1);
        note(f, &w, key, parent);
    }
    assert_int_equal(w.count, WAITING_MAX);
    assert_false(waiting_looped(&w, account, "k0"));
    snprintf(key, sizeof key, "k%d", WAITING_MAX - 1);
    assert_true(waiting_looped(&w, account, key));
    snprintf(key, sizeof key, "k%d", WAITING_MAX + 1);
    assert_false(waiting_looped(&w, account, key));
    waiting_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_that_wait_for_each_other_are_a_cycle),
        TEST(who_hangs_below_a_cycle_is_not_in_it),
        TEST(who_waits_for_somebody_else_is_in_no_cycle),
        TEST(what_is_cleared_is_forgotten),
        TEST(no_more_are_kept_than_the_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
