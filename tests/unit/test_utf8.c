#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "seeded.h"

/* Straight from the definition (RFC 3629, section 3). */
static size_t encode(uint32_t point, char out[4])
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xC0 + point / 64);
        out[1] = (char)(0x80 + point % 64);
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xE0 + point / 4096);
        out[1] = (char)(0x80 + point / 64 % 64);
        out[2] = (char)(0x80 + point % 64);
        return 3;
    }
    out[0] = (char)(0xF0 + point / 262144);
    out[1] = (char)(0x80 + point / 4096 % 64);
    out[2] = (char)(0x80 + point / 64 % 64);
    out[3] = (char)(0x80 + point % 64);
    return 4;
}

/* An independent check: read loosely, encode again, and it must be the same bytes. */
static bool valid_by_encoding(const char *s, size_t n)
{
    while (n > 0) {
        unsigned char first = (unsigned char)*s;
        size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        uint32_t point = length == 1 ? first : first % (1u << (7 - length));
        char again[4];

        if (length > n)
            return false;
        for (size_t i = 1; i < length; i++)
            point = point * 64 + (unsigned char)s[i] % 64;
        if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
            return false;
        if (encode(point, again) != length || memcmp(again, s, length) != 0)
            return false;
        s += length;
        n -= length;
    }
    return true;
}

static void every_code_point_but_surrogates_is_valid(void **state)
{
    (void)state;
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        char s[4];
        size_t n = encode(point, s);
        bool surrogate = point >= 0xD800 && point <= 0xDFFF;

        if (utf8_valid(s, n) == surrogate || (n > 1 && utf8_valid(s, n - 1)))
            fail_msg("U+%04X", (unsigned)point);
    }
}

static void what_encodes_back_is_exactly_what_is_valid(void **state)
{
    static const unsigned char likely[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0,
                                           0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF};
    struct seeded random = seeded_start("utf8");
    size_t valid = 0;

    (void)state;
    for (int round = 0; round < 300000; round++) {
        char s[6];
        size_t n = seeded_below(&random, sizeof(s)) + 1;

        for (size_t i = 0; i < n; i++)
            s[i] = (char)likely[seeded_below(&random, sizeof(likely))];
        assert_int_equal(utf8_valid(s, n), valid_by_encoding(s, n));
        valid += utf8_valid(s, n);
    }
    assert_true(valid > 1000);
}

static void a_broken_byte_is_found_wherever_it_stands(void **state)
{
    char text[40];

    (void)state;
    for (size_t n = 1; n <= sizeof(text); n++)
        for (size_t at = 0; at < n; at++) {
            memset(text, 'a', sizeof(text));
            assert_true(utf8_valid(text, n));
            text[at] = (char)0x80;
            assert_false(utf8_valid(text, n));
        }
    assert_true(utf8_valid("", 0));
}

static void length_counts_code_points(void **state)
{
    (void)state;
    assert_int_equal(utf8_length("", 0), 0);
    assert_int_equal(utf8_length("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 10), 4);
}

static long find(const char *s, enum text_kind kind)
{
    return utf8_find_control(s, strlen(s), kind);
}

static void a_line_has_no_control_character(void **state)
{
    (void)state;
    assert_int_equal(find("plain \xC3\xA9 text\xC2\xA0", TEXT_LINE), -1);
    assert_int_equal(find("a\tb", TEXT_LINE), 1);
    assert_int_equal(find("ab\x7F", TEXT_LINE), 2);
    assert_int_equal(find("\xC2\x85", TEXT_LINE), 0);
    assert_int_equal(find("\xC3\xA9\xC2\x9F", TEXT_LINE), 2);
    assert_int_equal(utf8_find_control("a\0b", 3, TEXT_LINE), 1);
}

static void long_text_may_have_tabs_and_line_ends(void **state)
{
    (void)state;
    assert_int_equal(find("a\tb\r\nc", TEXT_LONG), -1);
    assert_int_equal(find("a\n\033[1m", TEXT_LONG), 2);
    assert_int_equal(find("\t\x0B", TEXT_LONG), 1);
    assert_int_equal(find("\n\xC2\x80", TEXT_LONG), 1);
}

static void assert_masked(const char *s, size_t n, const char *expected)
{
    struct buf out = BUF_INIT;

    utf8_mask(&out, s, n);
    assert_string_equal(buf_text(&out), expected);
    buf_release(&out);
}

static void masking_shows_controls_and_broken_bytes(void **state)
{
    (void)state;
    assert_masked("", 0, "");
    assert_masked("caf\xC3\xA9", 5, "caf\xC3\xA9");
    assert_masked("\033]0;x\a", 6, "\\x1B]0;x\\x07");
    assert_masked("a\0\x7F", 3, "a\\x00\\x7F");
    assert_masked("\xC2\x9B", 2, "\\u009B");
    assert_masked("\xE2\x82", 2, "\\xE2\\x82");
    assert_masked("x\xED\xA0\x80y", 5, "x\\xED\\xA0\\x80y");
}

static void masked_text_is_always_safe_to_print(void **state)
{
    struct seeded random = seeded_start("mask");
    struct buf out = BUF_INIT;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        char s[12];
        size_t n = seeded_below(&random, sizeof(s) + 1);

        for (size_t i = 0; i < n; i++)
            s[i] = (char)seeded_next(&random);
        buf_clear(&out);
        utf8_mask(&out, s, n);
        assert_true(utf8_valid(buf_text(&out), out.len));
        assert_int_equal(utf8_find_control(buf_text(&out), out.len, TEXT_LINE), -1);
    }
    buf_release(&out);
}

static void columns_count_wide_and_combining_characters(void **state)
{
    (void)state;
    assert_int_equal(utf8_columns("abc", 3), 3);
    assert_int_equal(utf8_columns("e\xCC\x81", 3), 1);
    assert_int_equal(utf8_columns("\xE6\x97\xA5\xE6\x9C\xAC", 6), 4);
    assert_int_equal(utf8_columns("\xF0\x9F\x98\x80", 4), 2);
    assert_int_equal(utf8_columns("a\xFF", 2), 2);
}

static void columns_agree_with_the_c_library(void **state)
{
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before;
    int checked = 0;
    int different = 0;

    (void)state;
    if (utf8 == (locale_t)0)
        skip();
    before = uselocale(utf8);
    for (uint32_t point = 0x20; point < 0x30000; point++) {
        char s[4];
        int width = wcwidth((wchar_t)point);

        if (width < 0 || (point >= 0xD800 && point <= 0xDFFF))
            continue;
        checked++;
        different += utf8_columns(s, encode(point, s)) != (size_t)width;
    }
    uselocale(before);
    freelocale(utf8);
    print_message("%d of %d code points differ from wcwidth\n", different, checked);
    assert_true(different * 1000 < checked); /* Unicode's versions differ in a few */
}

static void cutting_keeps_whole_characters_within_the_columns(void **state)
{
    static const char wide[] = "a\xE6\x97\xA5"
                               "e\xCC\x81z";
    static const size_t expected[] = {0, 1, 1, 4, 7, 8, 8};

    (void)state;
    for (size_t columns = 0; columns < sizeof(expected) / sizeof(expected[0]); columns++)
        assert_int_equal(utf8_cut(wide, strlen(wide), columns), expected[columns]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_but_surrogates_is_valid),
        cmocka_unit_test(what_encodes_back_is_exactly_what_is_valid),
        cmocka_unit_test(a_broken_byte_is_found_wherever_it_stands),
        cmocka_unit_test(length_counts_code_points),
        cmocka_unit_test(a_line_has_no_control_character),
        cmocka_unit_test(long_text_may_have_tabs_and_line_ends),
        cmocka_unit_test(masking_shows_controls_and_broken_bytes),
        cmocka_unit_test(masked_text_is_always_safe_to_print),
        cmocka_unit_test(columns_count_wide_and_combining_characters),
        cmocka_unit_test(columns_agree_with_the_c_library),
        cmocka_unit_test(cutting_keeps_whole_characters_within_the_columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
