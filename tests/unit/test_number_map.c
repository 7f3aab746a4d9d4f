#include "model_support.h"

#include "base/hash.h"
#include "base/number_map.h"

static uint64_t number(uint64_t i)
{
    return hash_bytes(HASH_START, &i, sizeof i);
}

static void what_was_put_is_found_and_nothing_else(void **state)
{
    struct fixture *f = *state;
    struct number_map m = {0};
    uint64_t *value;

    assert_null(number_map_find(&m, 7));
    for (uint64_t i = 0; i < 5000; i++) {
        expect_success(f, number_map_make(&m, number(i), &value, &f->err));
        assert_int_equal(*value, 0);
        *value = i;
    }
    assert_int_equal(m.count, 5000);
    for (uint64_t i = 0; i < 5000; i++)
        assert_int_equal(*number_map_find(&m, number(i)), i);
    for (uint64_t i = 5000; i < 10000; i++)
        assert_null(number_map_find(&m, number(i)));
    number_map_release(&m);
}

static void numbers_of_one_place_are_told_apart(void **state)
{
    struct fixture *f = *state;
    struct number_map m = {0};
    uint64_t *value;

    for (uint64_t i = 1; i <= 20; i++) {
        expect_success(f, number_map_make(&m, i << 32, &value, &f->err));
        *value = i;
    }
    for (uint64_t i = 1; i <= 20; i++)
        assert_int_equal(*number_map_find(&m, i << 32), i);
    assert_null(number_map_find(&m, UINT64_C(21) << 32));
    number_map_release(&m);
}

static void who_is_put_again_has_the_value_of_before(void **state)
{
    struct fixture *f = *state;
    struct number_map m = {0};
    uint64_t *value;

    expect_success(f, number_map_make(&m, 7, &value, &f->err));
    *value = 1;
    expect_success(f, number_map_make(&m, 7, &value, &f->err));
    assert_int_equal(*value, 1);
    assert_int_equal(m.count, 1);
    number_map_release(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_put_is_found_and_nothing_else),
        TEST(numbers_of_one_place_are_told_apart),
        TEST(who_is_put_again_has_the_value_of_before),
    };

    return cmocka_run_group_tests_name("number_map", tests, NULL, NULL);
}
