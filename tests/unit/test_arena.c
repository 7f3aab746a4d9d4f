#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"

static void objects_are_zeroed_and_aligned_even_in_reused_memory(void **state)
{
    static const char zeros[5000];
    struct arena a = ARENA_INIT;

    (void)state;
    for (int round = 0; round < 3; round++) {
        for (size_t size = 1; size < sizeof(zeros); size += 37) {
            char *object = arena_alloc(&a, size);

            assert_non_null(object);
            assert_int_equal((uintptr_t)object % _Alignof(max_align_t), 0);
            assert_memory_equal(object, zeros, size);
            memset(object, 0xA5, size);
            assert_non_null(arena_strdup(&a, "odd"));
        }
        arena_clear(&a);
    }
    arena_release(&a);
}

static void objects_do_not_overlap(void **state)
{
    struct arena a = ARENA_INIT;
    unsigned char *objects[400];

    (void)state;
    for (size_t i = 0; i < 400; i++) {
        objects[i] = arena_alloc(&a, i * 13 % 3000 + 1);
        memset(objects[i], (int)(i % 251), i * 13 % 3000 + 1);
    }
    for (size_t i = 0; i < 400; i++)
        for (size_t k = 0; k < i * 13 % 3000 + 1; k++)
            assert_int_equal(objects[i][k], i % 251);
    arena_release(&a);
}

static void a_large_object_gets_a_block_of_its_own_and_the_rest_goes_on(void **state)
{
    struct arena a = ARENA_INIT;
    char *before = arena_strdup(&a, "before");
    char *large = arena_alloc(&a, (size_t)5 * 1024 * 1024);
    char *after = arena_strdup(&a, "after");

    (void)state;
    memset(large, 'x', (size_t)5 * 1024 * 1024);
    assert_string_equal(before, "before");
    assert_string_equal(after, "after");
    assert_ptr_equal(after, before + sizeof("before"));
    arena_release(&a);
}

static void clearing_keeps_one_block_and_starts_the_count_again(void **state)
{
    struct arena a = ARENA_INIT;
    const void *kept;

    (void)state;
    for (int i = 0; i < 100; i++)
        arena_alloc(&a, 1000);
    assert_int_equal(a.used, 100000);
    kept = a.blocks;
    arena_clear(&a);
    assert_int_equal(a.used, 0);
    arena_alloc(&a, 1);
    assert_ptr_equal(a.blocks, kept);
    arena_release(&a);
    assert_null(a.blocks);
    arena_clear(&a);
    arena_release(&a);
}

static void strings_are_copied_with_their_end(void **state)
{
    struct arena a = ARENA_INIT;

    (void)state;
    assert_null(arena_strdup(&a, NULL));
    assert_string_equal(arena_strdup(&a, ""), "");
    assert_string_equal(arena_strndup(&a, "abcdef", 3), "abc");
    assert_string_equal(arena_strndup(&a, NULL, 0), "");
    assert_memory_equal(arena_strndup(&a, "a\0b", 3), "a\0b", 4);
    assert_string_equal(arena_printf(&a, "%s-%07d", "CS", 42), "CS-0000042");
    assert_false(arena_failed(&a));
    arena_release(&a);
}

static void failure_is_sticky_until_release(void **state)
{
    struct arena a = ARENA_INIT;

    (void)state;
    assert_non_null(arena_alloc(&a, 8));
    assert_null(arena_alloc(&a, SIZE_MAX - 64));
    assert_true(arena_failed(&a));
    assert_null(arena_alloc(&a, 8));
    assert_null(arena_strdup(&a, "x"));
    assert_null(arena_printf(&a, "x"));
    arena_clear(&a);
    assert_true(arena_failed(&a));
    assert_null(arena_alloc(&a, 8));
    arena_release(&a);
    assert_false(arena_failed(&a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_zeroed_and_aligned_even_in_reused_memory),
        cmocka_unit_test(objects_do_not_overlap),
        cmocka_unit_test(a_large_object_gets_a_block_of_its_own_and_the_rest_goes_on),
        cmocka_unit_test(clearing_keeps_one_block_and_starts_the_count_again),
        cmocka_unit_test(strings_are_copied_with_their_end),
        cmocka_unit_test(failure_is_sticky_until_release),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
