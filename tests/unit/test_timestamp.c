#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "base/timestamp.h"
#include "seeded.h"

#define FIRST (INT64_C(-62167219200) * USEC_SECOND)
#define LAST  (INT64_C(253402300800) * USEC_SECOND - 1)

static usec parsed(const char *text)
{
    usec at = TIME_NONE;

    return time_parse(text, strlen(text), &at) == 0 ? at : TIME_NONE;
}

static void assert_formatted(usec at, const char *expected)
{
    char text[TIME_TEXT];

    time_format(at, text);
    assert_string_equal(text, expected);
}

static void times_are_read_to_the_microsecond(void **state)
{
    (void)state;
    assert_int_equal(parsed("1970-01-01T00:00:00Z"), 0);
    assert_int_equal(parsed("2026-03-01T09:12:44.120031Z"), INT64_C(1772356364120031));
    assert_int_equal(parsed("2026-03-01T09:12:44.5Z"), INT64_C(1772356364500000));
    assert_int_equal(parsed("2026-03-01T09:12:44.1200319999Z"), INT64_C(1772356364120031));
    assert_int_equal(parsed("1969-12-31T23:59:59.999999Z"), -1);
    assert_int_equal(parsed("2024-02-29T00:00:00Z"), INT64_C(1709164800000000));
}

static void offsets_and_loose_letters_are_understood(void **state)
{
    usec at = parsed("2026-03-01T09:12:44Z");

    (void)state;
    assert_int_equal(parsed("2026-03-01t09:12:44z"), at);
    assert_int_equal(parsed("2026-03-01 09:12:44Z"), at);
    assert_int_equal(parsed("2026-03-01T10:12:44+01:00"), at);
    assert_int_equal(parsed("2026-03-01T03:42:44.000-05:30"), at);
    assert_int_equal(parsed("2026-03-01T09:12:44-00:00"), at);
}

static void second_60_is_the_start_of_the_next(void **state)
{
    (void)state;
    assert_int_equal(parsed("2016-12-31T23:59:60Z"), parsed("2017-01-01T00:00:00Z"));
    assert_int_equal(parsed("2016-12-31T23:59:60.75Z"), parsed("2017-01-01T00:00:00Z"));
}

static void what_is_no_time_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "2026-03-01",
        "2026-03-01T09:12:44",
        "2026-03-01T09:12Z",
        "2026-3-1T09:12:44Z",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T09:60:00Z",
        "2026-03-01T09:12:61Z",
        "2026-03-01T09:12:44.Z",
        "2026-03-01T09:12:44,5Z",
        "2026-03-01T09:12:44+0100",
        "2026-03-01T09:12:44+01",
        "2026-03-01T09:12:44+24:00",
        "2026-03-01T09:12:44+01:60",
        "2026-03-01T09:12:44ZZ",
        "2026-03-01T09:12:44Z ",
        " 2026-03-01T09:12:44Z",
        "2026-03-01X09:12:44Z",
        "2026/03/01T09:12:44Z",
        "+026-03-01T09:12:44Z",
        "2026-03-01T-9:12:44Z",
        "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "9999-12-31T23:59:60Z",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        usec at = 42;

        if (time_parse(wrong[i], strlen(wrong[i]), &at) != -1 || at != 42)
            fail_msg("accepted \"%s\"", wrong[i]);
    }
}

static void the_length_given_counts_not_a_nul(void **state)
{
    static const char text[] = "2026-03-01T09:12:44.120031Z9";
    usec at;

    (void)state;
    assert_int_equal(time_parse(text, 27, &at), 0);
    for (size_t n = 0; n < 27; n++)
        assert_int_equal(time_parse(text, n, &at), -1);
    assert_int_equal(time_parse(text, 28, &at), -1);
}

static void times_print_with_six_digits_and_z(void **state)
{
    (void)state;
    assert_formatted(0, "1970-01-01T00:00:00.000000Z");
    assert_formatted(-1, "1969-12-31T23:59:59.999999Z");
    assert_formatted(INT64_C(1772356364120031), "2026-03-01T09:12:44.120031Z");
    assert_formatted(FIRST, "0000-01-01T00:00:00.000000Z");
    assert_formatted(LAST, "9999-12-31T23:59:59.999999Z");
}

static void times_beyond_four_digit_years_print_as_the_nearest(void **state)
{
    (void)state;
    assert_formatted(TIME_NONE, "0000-01-01T00:00:00.000000Z");
    assert_formatted(FIRST - 1, "0000-01-01T00:00:00.000000Z");
    assert_formatted(LAST + 1, "9999-12-31T23:59:59.999999Z");
    assert_formatted(INT64_MAX, "9999-12-31T23:59:59.999999Z");
}

static usec random_time(struct seeded *random)
{
    return FIRST + (usec)seeded_below(random, (uint64_t)(LAST - FIRST) + 1);
}

static void any_time_reads_back_and_agrees_with_the_c_library(void **state)
{
    struct seeded random = seeded_start("times");

    (void)state;
    for (int round = 0; round < 50000; round++) {
        usec at = random_time(&random);
        usec micros = ((at % USEC_SECOND) + USEC_SECOND) % USEC_SECOND;
        time_t seconds = (at - micros) / USEC_SECOND;
        char text[TIME_TEXT];
        char expected[80];
        struct tm tm;
        usec back;

        gmtime_r(&seconds, &tm);
        snprintf(expected, sizeof(expected), "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year + 1900,
                 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)micros);
        time_format(at, text);
        assert_string_equal(text, expected);
        assert_int_equal(time_parse(text, strlen(text), &back), 0);
        assert_int_equal(back, at);
    }
}

static void texts_sort_as_their_times(void **state)
{
    struct seeded random = seeded_start("order");

    (void)state;
    for (int round = 0; round < 20000; round++) {
        usec a = random_time(&random);
        usec b = round % 2 == 0 ? random_time(&random) : a + (usec)seeded_below(&random, 3);
        char text_a[TIME_TEXT];
        char text_b[TIME_TEXT];

        if (b > LAST)
            continue;
        time_format(a, text_a);
        time_format(b, text_b);
        assert_int_equal(strcmp(text_a, text_b) < 0, a < b);
        assert_int_equal(strcmp(text_a, text_b) == 0, a == b);
    }
}

static void an_offset_shifts_by_its_hours_and_minutes(void **state)
{
    struct seeded random = seeded_start("offsets");

    (void)state;
    for (int round = 0; round < 20000; round++) {
        usec at = random_time(&random);
        int minutes = (int)seeded_below(&random, 24 * 60);
        bool east = seeded_below(&random, 2) == 0;
        usec expected = at - (east ? minutes : -minutes) * USEC_MINUTE;
        char local[TIME_TEXT];
        char text[64];
        usec back;

        if (expected < FIRST || expected > LAST)
            continue;
        time_format(at, local);
        snprintf(text, sizeof(text), "%.26s%c%02d:%02d", local, east ? '+' : '-', minutes / 60, minutes % 60);
        assert_int_equal(time_parse(text, strlen(text), &back), 0);
        assert_int_equal(back, expected);
    }
}

static void dates_and_day_numbers_are_one_to_one(void **state)
{
    int64_t last_year = -401;
    unsigned last_month = 12;
    unsigned last_day = 31;

    (void)state;
    for (int64_t days = days_from_civil(-400, 1, 1); days < days_from_civil(2801, 1, 1); days++) {
        int64_t year;
        unsigned month;
        unsigned day;

        civil_from_days(days, &year, &month, &day);
        if (days_from_civil(year, month, day) != days)
            fail_msg("day %ld", (long)days);
        if (day == last_day + 1 && month == last_month && year == last_year)
            last_day = day;
        else if (day == 1 && last_day >= 28 &&
                 (month == last_month + 1 || (month == 1 && year == last_year + 1)))
            last_day = 1;
        else
            fail_msg("gap before day %ld", (long)days);
        last_month = month;
        last_year = year;
    }
    assert_int_equal(days_from_civil(1970, 1, 1), 0);
    assert_int_equal(days_from_civil(2000, 3, 1), 11017);
}

static void assert_duration(const char *text, usec expected)
{
    usec duration = TIME_NONE;

    if (duration_parse(text, strlen(text), &duration) != 0 || duration != expected)
        fail_msg("%s read as %ld", text, (long)duration);
}

static void durations_are_read(void **state)
{
    (void)state;
    assert_duration("PT0S", 0);
    assert_duration("PT4H30M", 4 * USEC_HOUR + 30 * USEC_MINUTE);
    assert_duration("P2W", 14 * USEC_DAY);
    assert_duration("P1DT2H3M4.5S", USEC_DAY + 2 * USEC_HOUR + 3 * USEC_MINUTE + 4500000);
    assert_duration("P10D", 10 * USEC_DAY);
    assert_duration("PT90M", 90 * USEC_MINUTE);
    assert_duration("PT36H", 36 * USEC_HOUR);
    assert_duration("PT0.000001S", 1);
    assert_duration("PT9223372036854.775807S", INT64_MAX);
}

static void what_is_no_duration_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "P",
        "PT",
        "P1",
        "1H",
        "P1H",
        "PT1D",
        "P1Y",
        "P1M",
        "P1DT",
        "-PT1H",
        "PT-1H",
        "PT1H1H",
        "PT1M1H",
        "PT1.5H",
        "PT1.S",
        "PT.5S",
        "PT0.0000001S",
        "P1W1D",
        "P1D1W",
        "P1WT1H",
        "pt1h",
        "PT1H ",
        "PT1,5S",
        "PTT1H",
        "PT1HT1M",
        "P1.5D",
        "PT5",
        "P D",
        "PT1SP",
        "+PT1H",
        "P1DT1",
        "PT9223372036854.775808S",
        "P99999999999D",
        "PT99999999999999999999S",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        usec duration = 42;

        if (duration_parse(wrong[i], strlen(wrong[i]), &duration) != -1 || duration != 42)
            fail_msg("accepted \"%s\"", wrong[i]);
    }
}

static void durations_print_without_zero_parts(void **state)
{
    static const struct {
        usec duration;
        const char *text;
    } cases[] = {
        {0, "PT0S"},
        {4 * USEC_HOUR + 30 * USEC_MINUTE, "PT4H30M"},
        {USEC_DAY, "P1D"},
        {USEC_DAY + 1, "P1DT0.000001S"},
        {61500000, "PT1M1.5S"},
        {-90 * USEC_MINUTE, "-PT1H30M"},
        {TIME_NONE, "-P106751991DT4H54.775808S"},
        {INT64_MAX, "P106751991DT4H54.775807S"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[48];

        duration_format(cases[i].duration, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void any_duration_reads_back(void **state)
{
    struct seeded random = seeded_start("durations");

    (void)state;
    for (int round = 0; round < 50000; round++) {
        usec duration = (usec)(seeded_next(&random) >> (1 + seeded_below(&random, 63)));
        char text[48];
        usec back;

        if (round % 3 == 0)
            duration -= duration % USEC_MINUTE;
        duration_format(duration, text);
        assert_int_equal(duration_parse(text, strlen(text), &back), 0);
        assert_int_equal(back, duration);
    }
}

static void the_clock_runs(void **state)
{
    usec before = time_now();

    (void)state;
    assert_true(before > parsed("2020-01-01T00:00:00Z"));
    assert_true(time_now() >= before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_to_the_microsecond),
        cmocka_unit_test(offsets_and_loose_letters_are_understood),
        cmocka_unit_test(second_60_is_the_start_of_the_next),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(the_length_given_counts_not_a_nul),
        cmocka_unit_test(times_print_with_six_digits_and_z),
        cmocka_unit_test(times_beyond_four_digit_years_print_as_the_nearest),
        cmocka_unit_test(any_time_reads_back_and_agrees_with_the_c_library),
        cmocka_unit_test(texts_sort_as_their_times),
        cmocka_unit_test(an_offset_shifts_by_its_hours_and_minutes),
        cmocka_unit_test(dates_and_day_numbers_are_one_to_one),
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(durations_print_without_zero_parts),
        cmocka_unit_test(any_duration_reads_back),
        cmocka_unit_test(the_clock_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
