#include "model_support.h"

#include "act/waiting.h"

/* Records are numbers here; what they are called is their number times a large one. */
static uint64_t name(uint32_t i)
{
    return i * UINT64_C(0x9e3779b97f4a7c15);
}

static void add(struct fixture *f, struct waiting *w, uint32_t who, uint32_t whom)
{
    struct wish wish = {name(whom), true};

    expect_success(f, waiting_announce(w, name(who), &f->err));
    expect_success(f, waiting_add(w, name(who), &wish, who, &f->err));
}

static void add_held(struct fixture *f, struct waiting *w, uint32_t who)
{
    assert_true(waiting_announced(w, name(who)));
    expect_success(f, waiting_add(w, name(who), NULL, who, &f->err));
}

static void came(struct fixture *f, struct waiting *w, uint32_t who)
{
    expect_success(f, waiting_came(w, name(who), &f->err));
}

/* The one that was taken is done, and comes. */
static void settle(struct fixture *f, struct waiting *w, uint32_t who)
{
    expect_success(f, waiting_done(w, who, &f->err));
    expect_success(f, waiting_came(w, w->records[who - 1].name, &f->err));
}

static void wait_again(struct fixture *f, struct waiting *w, uint32_t who, uint32_t whom)
{
    struct wish wish = {name(whom), true};

    expect_success(f, waiting_wish(w, who, &wish, &f->err));
}

/* Everybody is tried; who waits for somebody who has not come waits on. Returns how many tries that took. */
static size_t settle_all(struct fixture *f, struct waiting *w)
{
    size_t tries = 0;

    for (uint32_t who; !w->last && (who = waiting_next(w)) != 0; tries++)
        if (!w->last)
            settle(f, w, who);
    return tries;
}

static void nobody_waits_at_first(void **state)
{
    struct waiting w = {0};

    (void)state;
    assert_false(waiting_announced(&w, name(1)));
    assert_int_equal(waiting_next(&w), 0);
    waiting_release(&w);
}

static void who_waited_is_next_when_the_other_comes(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    add(f, &w, 1, 10);
    add(f, &w, 2, 20);
    came(f, &w, 30);
    came(f, &w, 20);
    assert_int_equal(waiting_next(&w), 2);
    assert_false(w.last);
    settle(f, &w, 2);
    assert_int_equal(waiting_next(&w), 1);
    assert_true(w.last);
    waiting_release(&w);
}

static void a_chain_in_reverse_order_takes_a_try_a_link(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    for (uint32_t i = 1; i <= 20000; i++)
        add(f, &w, i, i + 1);
    came(f, &w, 20001);
    assert_int_equal(settle_all(f, &w), 20000);
    assert_int_equal(waiting_next(&w), 0);
    waiting_release(&w);
}

static void many_who_wait_for_one_are_tried_in_the_order_of_the_stream(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    for (uint32_t i = 1; i <= 1000; i++)
        add(f, &w, i, 5000 + i % 3);
    came(f, &w, 5002);
    came(f, &w, 5000);
    came(f, &w, 5001);
    for (uint32_t i = 1; i <= 1000; i++)
        assert_int_equal(waiting_next(&w), i);
    waiting_release(&w);
}

static void who_waits_for_several_is_tried_once_for_each(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    add(f, &w, 1, 10);
    came(f, &w, 20);
    came(f, &w, 10);
    assert_int_equal(waiting_next(&w), 1);
    wait_again(f, &w, 1, 30);
    came(f, &w, 10);
    came(f, &w, 30);
    assert_int_equal(waiting_next(&w), 1);
    assert_false(w.last);
    waiting_release(&w);
}

static void a_later_one_of_the_same_name_is_held_until_the_first_is_done(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    add(f, &w, 1, 10);
    add(f, &w, 2, 20);
    expect_success(f, waiting_add(&w, name(1), NULL, 0, &f->err));
    came(f, &w, 20);
    came(f, &w, 1); /* somebody else's doing */
    assert_int_equal(waiting_next(&w), 2);
    settle(f, &w, 2);
    came(f, &w, 10);
    assert_int_equal(waiting_next(&w), 1);
    assert_false(waiting_held(&w, 1));
    assert_true(waiting_held(&w, 3));
    expect_success(f, waiting_done(&w, 1, &f->err)); /* also when it is rejected */
    assert_int_equal(waiting_next(&w), 3);
    assert_false(waiting_held(&w, 3));
    assert_false(w.last);
    waiting_release(&w);
}

static void who_is_held_is_let_go_when_nothing_else_can_be_done(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    add(f, &w, 1, 2);
    add(f, &w, 2, 1);
    add_held(f, &w, 1);
    assert_int_equal(waiting_next(&w), 3);
    assert_false(waiting_held(&w, 3));
    settle(f, &w, 3);
    assert_int_equal(waiting_next(&w), 2);
    settle(f, &w, 2);
    assert_int_equal(waiting_next(&w), 1);
    settle(f, &w, 1);
    assert_int_equal(waiting_next(&w), 0);
    waiting_release(&w);
}

static void who_was_announced_but_never_waited_holds_nobody_for_good(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    expect_success(f, waiting_announce(&w, name(1), &f->err));
    add_held(f, &w, 1);
    assert_int_equal(waiting_next(&w), 1);
    assert_false(w.last);
    waiting_release(&w);
}

static void who_is_left_is_tried_a_last_time_in_order(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    add(f, &w, 1, 10);
    expect_success(f, waiting_add(&w, 0, &(struct wish){0}, 0, &f->err)); /* nobody knows anything of it */
    add(f, &w, 3, 10);
    for (uint32_t i = 1; i <= 3; i++) {
        assert_int_equal(waiting_next(&w), i);
        assert_true(w.last);
        expect_success(f, waiting_done(&w, i, &f->err));
    }
    assert_int_equal(waiting_next(&w), 0);
    waiting_release(&w);
}

/* Tries the last ones; the looped ones of them, as a text. */
static const char *loops(struct fixture *f, struct waiting *w)
{
    const char *text = "";

    for (uint32_t who = waiting_next(w); who != 0; who = waiting_next(w)) {
        assert_true(w->last);
        if (waiting_looped(w, who))
            text = arena_printf(&f->arena, "%s%u ", text, who);
    }
    return text;
}

static void two_that_wait_for_each_other_are_a_cycle(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    add(f, &w, 1, 2);
    add(f, &w, 2, 1);
    assert_string_equal(loops(f, &w), "1 2 ");
    waiting_release(&w);
}

static void who_hangs_below_a_cycle_is_not_in_it(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    add(f, &w, 1, 3);
    add(f, &w, 2, 3);
    add(f, &w, 3, 4);
    add(f, &w, 4, 2);
    add(f, &w, 5, 1);
    assert_string_equal(loops(f, &w), "2 3 4 ");
    waiting_release(&w);
}

static void only_parents_make_a_cycle(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    add(f, &w, 1, 2);
    add(f, &w, 2, 1);
    assert_int_equal(waiting_wish(&w, 2, &(struct wish){name(1), false}, &f->err), 0);
    add(f, &w, 3, 4);
    assert_string_equal(loops(f, &w), "");
    waiting_release(&w);
}

static void who_is_in_a_cycle_twice_is_told_twice(void **state)
{
    struct fixture *f = *state;
    struct waiting w = {0};

    add(f, &w, 1, 2);
    add(f, &w, 2, 1);
    expect_success(f, waiting_add(&w, name(1), &(struct wish){name(2), true}, 0, &f->err));
    expect_success(f, waiting_add(&w, name(1), &(struct wish){name(9), true}, 0, &f->err));
    assert_string_equal(loops(f, &w), "1 2 3 ");
    waiting_release(&w);
}

static void a_long_cycle_is_walked_over_once(void **state)
{
    enum {
        LENGTH = 200000
    };
    struct fixture *f = *state;
    struct waiting w = {0};
    size_t looped = 0;

    for (uint32_t i = 1; i <= LENGTH; i++)
        add(f, &w, i, i == LENGTH ? LENGTH / 2 : i + 1);
    for (uint32_t who = waiting_next(&w); who != 0; who = waiting_next(&w))
        looped += waiting_looped(&w, who);
    assert_int_equal(looped, LENGTH / 2 + 1);
    waiting_release(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_waits_at_first),
        TEST(who_waited_is_next_when_the_other_comes),
        TEST(a_chain_in_reverse_order_takes_a_try_a_link),
        TEST(many_who_wait_for_one_are_tried_in_the_order_of_the_stream),
        TEST(who_waits_for_several_is_tried_once_for_each),
        TEST(a_later_one_of_the_same_name_is_held_until_the_first_is_done),
        TEST(who_is_held_is_let_go_when_nothing_else_can_be_done),
        TEST(who_was_announced_but_never_waited_holds_nobody_for_good),
        TEST(who_is_left_is_tried_a_last_time_in_order),
        TEST(two_that_wait_for_each_other_are_a_cycle),
        TEST(who_hangs_below_a_cycle_is_not_in_it),
        TEST(only_parents_make_a_cycle),
        TEST(who_is_in_a_cycle_twice_is_told_twice),
        TEST(a_long_cycle_is_walked_over_once),
    };

    return cmocka_run_group_tests_name("waiting", tests, NULL, NULL);
}
