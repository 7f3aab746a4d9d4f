#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

static void a_fresh_error_holds_nothing(void **state)
{
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(err.code, CODE_OK);
    assert_string_equal(err.pointer, "");
    assert_string_equal(err.message, "");
}

static void setting_an_error_keeps_code_pointer_and_message(void **state)
{
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(error_set(&err, CODE_INVALID, "/impact", "expected %d, got \"%s\"", 1, "severe"),
                     CODE_INVALID);
    assert_int_equal(err.code, CODE_INVALID);
    assert_string_equal(err.pointer, "/impact");
    assert_string_equal(err.message, "expected 1, got \"severe\"");
}

static void the_first_error_wins(void **state)
{
    struct error err;

    (void)state;
    error_init(&err);
    error_set(&err, CODE_IO, NULL, "first");
    assert_int_equal(error_set(&err, CODE_BUG, "/x", "second"), CODE_BUG);
    error_errno(&err, CODE_TEMPORARY, ENOSPC, "third");
    assert_int_equal(err.code, CODE_IO);
    assert_string_equal(err.pointer, "");
    assert_string_equal(err.message, "first");
}

static void without_a_struct_only_the_code_comes_back(void **state)
{
    (void)state;
    assert_int_equal(error_set(NULL, CODE_LIMIT, "/x", "lost"), CODE_LIMIT);
    assert_int_equal(error_errno(NULL, CODE_IO, EIO, "lost"), CODE_IO);
    assert_int_equal(error_no_memory(NULL), CODE_NO_MEMORY);
    error_prefix(NULL, "lost");
}

static void control_characters_in_a_message_are_masked(void **state)
{
    struct error err;

    (void)state;
    error_init(&err);
    error_set(&err, CODE_INVALID, NULL, "got \"%s\"", "a\033[2J\nb\xC2\x9B\xFF\xC3\xA9");
    assert_string_equal(err.message, "got \"a\\x1B[2J\\x0Ab\\u009B\\xFF\xC3\xA9\"");
}

static void a_long_message_is_cut_between_characters(void **state)
{
    char text[3000];
    struct error err;

    (void)state;
    for (size_t i = 0; i + 2 < sizeof(text); i += 3)
        memcpy(text + i, "\xE2\x82\xAC", 3);
    text[sizeof(text) - 3] = '\0';
    for (size_t start = 0; start < 3; start++) {
        error_init(&err);
        error_set(&err, CODE_INVALID, text, "%.*s%s", (int)start, "xx", text);
        assert_true(strlen(err.message) > sizeof(err.message) - 4);
        assert_true(utf8_valid(err.message, strlen(err.message)));
        assert_true(strlen(err.pointer) > sizeof(err.pointer) - 4);
        assert_true(utf8_valid(err.pointer, strlen(err.pointer)));
    }
}

static void errno_text_follows_the_message(void **state)
{
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(error_errno(&err, CODE_NO_INPUT, ENOENT, "cannot open %s", "x"), CODE_NO_INPUT);
    assert_string_equal(err.message, "cannot open x: No such file or directory");
}

static void a_prefix_goes_in_front_of_a_message_that_is_there(void **state)
{
    struct error err;

    (void)state;
    error_init(&err);
    error_prefix(&err, "nothing");
    assert_string_equal(err.message, "");
    error_set(&err, CODE_POLICY, "/sla", "not an object");
    error_prefix(&err, "%s\n: ", "casework.json");
    assert_string_equal(err.message, "casework.json\\x0A: not an object");
    assert_string_equal(err.pointer, "/sla");
    assert_int_equal(err.code, CODE_POLICY);
}

static void every_code_has_a_name_and_a_status(void **state)
{
    (void)state;
    assert_string_equal(code_name(CODE_OK), "ok");
    assert_int_equal(code_exit_status(CODE_OK), 0);
#define X(id, name, status)                                                                                  \
    assert_string_equal(code_name(CODE_##id), name);                                                         \
    assert_int_equal(code_exit_status(CODE_##id), status);                                                   \
    assert_int_equal(code_is_record_error(CODE_##id), status == 65);
    ERROR_CODES(X)
#undef X
    assert_false(code_is_record_error(CODE_OK));
}

static void a_number_that_is_no_code_counts_as_a_bug(void **state)
{
    (void)state;
    assert_string_equal(code_name((enum code) - 1000), "bug");
    assert_int_equal(code_exit_status((enum code)1), 70);
}

static void pointer_members_are_escaped(void **state)
{
    char pointer[64] = "";

    (void)state;
    pointer_push(pointer, sizeof(pointer), "fields");
    pointer_push(pointer, sizeof(pointer), "a/b~c");
    pointer_push(pointer, sizeof(pointer), "");
    assert_string_equal(pointer, "/fields/a~1b~0c/");
}

static void a_long_pointer_is_cut_between_characters_and_escapes(void **state)
{
    static const char name[] = "a\xE2\x82\xAC~\xC3\xA9/z";
    static const char *const expected[] = {
        "",
        "",
        "/",
        "/a",
        "/a",
        "/a",
        "/a\xE2\x82\xAC",
        "/a\xE2\x82\xAC",
        "/a\xE2\x82\xAC~0",
        "/a\xE2\x82\xAC~0",
        "/a\xE2\x82\xAC~0\xC3\xA9",
    };

    (void)state;
    for (int size = 1; size < 11; size++) {
        char pointer[16] = "";

        pointer_push(pointer, size, name);
        assert_string_equal(pointer, expected[size]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fresh_error_holds_nothing),
        cmocka_unit_test(setting_an_error_keeps_code_pointer_and_message),
        cmocka_unit_test(the_first_error_wins),
        cmocka_unit_test(without_a_struct_only_the_code_comes_back),
        cmocka_unit_test(control_characters_in_a_message_are_masked),
        cmocka_unit_test(a_long_message_is_cut_between_characters),
        cmocka_unit_test(errno_text_follows_the_message),
        cmocka_unit_test(a_prefix_goes_in_front_of_a_message_that_is_there),
        cmocka_unit_test(every_code_has_a_name_and_a_status),
        cmocka_unit_test(a_number_that_is_no_code_counts_as_a_bug),
        cmocka_unit_test(pointer_members_are_escaped),
        cmocka_unit_test(a_long_pointer_is_cut_between_characters_and_escapes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
