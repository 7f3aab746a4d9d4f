#include "rule_support.h"

#include "config/zone.h"

static usec at(const char *text)
{
    usec moment;

    assert_int_equal(time_parse(text, strlen(text), &moment), 0);
    return moment;
}

/* "FROM SECONDS\n" for each entry. */
static void expect_offsets(const char *zone, const char *from, const char *to, const char *expected)
{
    struct arena arena = ARENA_INIT;
    struct zone_offset *offsets;
    struct error err;
    char got[2048] = "", text[TIME_TEXT];
    size_t count, n;

    error_init(&err);
    assert_int_equal(zone_offsets(zone, at(from), at(to), &arena, &offsets, &count, &err), 0);
    for (size_t i = 0; i < count; i++) {
        time_format(offsets[i].from, text);
        n = strlen(got);
        snprintf(got + n, sizeof got - n, "%.19sZ %d\n", text, (int)offsets[i].seconds);
    }
    assert_string_equal(got, expected);
    arena_release(&arena);
}

static void changes_of_berlin_are_found_to_the_second(void **state)
{
    (void)state;
    expect_offsets("Europe/Berlin", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z",
                   "2026-01-01T00:00:00Z 3600\n2026-03-29T01:00:00Z 7200\n2026-10-25T01:00:00Z 3600\n");
}

static void changes_of_new_york_are_found_to_the_second(void **state)
{
    (void)state;
    expect_offsets("America/New_York", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z",
                   "2026-01-01T00:00:00Z -18000\n2026-03-08T07:00:00Z -14400\n2026-11-01T06:00:00Z -18000\n");
}

static void a_zone_that_never_changes_has_one_offset(void **state)
{
    (void)state;
    expect_offsets("Asia/Kolkata", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z",
                   "2020-01-01T00:00:00Z 19800\n");
    expect_offsets("UTC", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "2020-01-01T00:00:00Z 0\n");
    expect_offsets("Etc/UTC", "1960-01-01T00:00:00Z", "1961-01-01T00:00:00Z", "1960-01-01T00:00:00Z 0\n");
}

static void half_an_hour_of_summer_time_is_found(void **state)
{
    (void)state;
    expect_offsets("Australia/Lord_Howe", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z",
                   "2026-01-01T00:00:00Z 39600\n2026-04-04T15:00:00Z 37800\n2026-10-03T15:30:00Z 39600\n");
}

static void the_month_of_ramadan_in_morocco_is_found(void **state)
{
    (void)state;
    expect_offsets("Africa/Casablanca", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z",
                   "2026-01-01T00:00:00Z 3600\n2026-02-15T02:00:00Z 0\n2026-03-22T02:00:00Z 3600\n");
}

/* The closest two changes of any zone since 1970. */
static void changes_less_than_a_week_apart_are_found(void **state)
{
    (void)state;
    for (int day = 1; day <= 8; day++) {
        char from[32], expected[128];
        snprintf(from, sizeof from, "2000-10-%02dT02:30:00Z", day); /* a week on, both are over */
        snprintf(expected, sizeof expected,
                 "%s -10800\n2000-10-08T03:00:00Z -7200\n2000-10-15T02:00:00Z -10800\n", from);
        expect_offsets("America/Recife", from, "2000-11-01T00:00:00Z", expected);
    }
}

static void the_span_begins_inclusive_and_ends_exclusive(void **state)
{
    (void)state;
    expect_offsets("Europe/Berlin", "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z",
                   "2026-03-29T01:00:00Z 7200\n");
    expect_offsets("Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:00:01Z",
                   "2026-03-29T00:59:59Z 3600\n2026-03-29T01:00:00Z 7200\n");
    expect_offsets("Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z",
                   "2026-03-29T01:00:00Z 7200\n");
}

static void years_before_1970_and_long_after_work(void **state)
{
    (void)state;
    expect_offsets("Europe/Berlin", "1960-01-01T00:00:00.5Z", "1961-01-01T00:00:00Z",
                   "1960-01-01T00:00:00Z 3600\n");
    expect_offsets("Europe/Berlin", "2099-06-01T00:00:00Z", "2099-12-01T00:00:00Z",
                   "2099-06-01T00:00:00Z 7200\n2099-10-25T01:00:00Z 3600\n");
}

static void only_names_of_the_database_exist(void **state)
{
    static const char *const bad[] = {
        "",       "Nowhere/City", "/etc/localtime", "../zoneinfo/UTC", ":Europe/Berlin",
        "Europe", "tzdata.zi",    "Europe/Berlin ", "EST5EDT,M3.2.0",  "europe\nberlin"};
    struct arena arena = ARENA_INIT;
    struct zone_offset *offsets;
    struct error err;
    size_t count;

    (void)state;
    assert_true(zone_exists("Europe/Berlin"));
    assert_true(zone_exists("UTC"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(zone_exists(bad[i]));
        error_init(&err);
        assert_int_equal(zone_offsets(bad[i], 0, USEC_DAY, &arena, &offsets, &count, &err), CODE_NOT_FOUND);
    }
    arena_release(&arena);
}

static void the_zone_of_the_process_is_put_back(void **state)
{
    (void)state;
    setenv("TZ", "Asia/Tokyo", 1);
    tzset();
    expect_offsets("Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z",
                   "2026-01-01T00:00:00Z 19800\n");
    assert_string_equal(getenv("TZ"), "Asia/Tokyo");
    assert_int_equal(timezone, -9 * 3600);
    unsetenv("TZ");
    expect_offsets("Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z",
                   "2026-01-01T00:00:00Z 19800\n");
    assert_null(getenv("TZ"));
}

static void a_database_elsewhere_is_used(void **state)
{
    struct arena arena = ARENA_INIT;

    (void)state;
    setenv("TZDIR", "/nonexistent", 1);
    assert_false(zone_exists("Europe/Berlin"));
    assert_true(zone_exists("UTC"));
    assert_string_equal(zone_database_version(&arena), "unknown");
    unsetenv("TZDIR");
    assert_true(zone_exists("Europe/Berlin"));
    assert_true(strlen(zone_database_version(&arena)) >= 5);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_of_berlin_are_found_to_the_second),
        cmocka_unit_test(changes_of_new_york_are_found_to_the_second),
        cmocka_unit_test(a_zone_that_never_changes_has_one_offset),
        cmocka_unit_test(half_an_hour_of_summer_time_is_found),
        cmocka_unit_test(the_month_of_ramadan_in_morocco_is_found),
        cmocka_unit_test(changes_less_than_a_week_apart_are_found),
        cmocka_unit_test(the_span_begins_inclusive_and_ends_exclusive),
        cmocka_unit_test(years_before_1970_and_long_after_work),
        cmocka_unit_test(only_names_of_the_database_exist),
        cmocka_unit_test(the_zone_of_the_process_is_put_back),
        cmocka_unit_test(a_database_elsewhere_is_used),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
