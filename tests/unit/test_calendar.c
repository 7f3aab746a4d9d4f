#include "rule_support.h"

#include "rule/calendar.h"

static usec at(const char *text)
{
    usec t;

    if (time_parse(text, strlen(text), &t))
        fail_msg("no time: %s", text);
    return t;
}

static int parse(const char *text, struct arena *arena, struct calendar_spec **spec, struct error *err)
{
    json_t *json = tree(text);
    int rc;

    error_init(err);
    rc = calendar_parse("test", json, "UTC", arena, spec, err);
    json_decref(json);
    return rc;
}

static void refused(const char *text, enum code code, const char *pointer)
{
    struct arena arena = ARENA_INIT;
    struct calendar_spec *spec;
    struct error err;

    expect_error(parse(text, &arena, &spec, &err), &err, code, pointer);
    assert_null(spec);
    arena_release(&arena);
}

static struct calendar *compile_in(const char *text, const struct zone_offset *offsets, size_t count,
                                   usec from, usec to, struct arena *arena)
{
    struct calendar_spec *spec;
    struct calendar *calendar = NULL;
    struct error err;

    if (parse(text, arena, &spec, &err) ||
        calendar_compile(spec, offsets, count, from, to, arena, &calendar, &err))
        fail_msg("%s: %s: %s", text, err.pointer, err.message);
    return calendar;
}

/* In UTC, for March 2026, whose 2nd is a Monday. */
static struct calendar *march(const char *text, struct arena *arena)
{
    static const struct zone_offset utc[] = {{INT64_MIN, 0}};

    return compile_in(text, utc, 1, at("2026-03-01T00:00:00Z"), at("2026-04-01T00:00:00Z"), arena);
}

#define OFFICE                                                                                               \
    "'hours':{'mon':[['09:00','17:00']],'tue':[['09:00','17:00']],'wed':[['09:00','17:00']],"                \
    "'thu':[['09:00','17:00']],'fri':[['09:00','17:00']]}"
#define ALL_DAY "[['00:00','24:00']]"
#define ALWAYS                                                                                               \
    "'hours':{'mon':" ALL_DAY ",'tue':" ALL_DAY ",'wed':" ALL_DAY ",'thu':" ALL_DAY ",'fri':" ALL_DAY        \
    ",'sat':" ALL_DAY ",'sun':" ALL_DAY "}"

static void added(const struct calendar *c, const char *start, usec duration, const char *expected)
{
    struct error err;
    usec end = 0;

    error_init(&err);
    if (calendar_add(c, at(start), duration, &end, &err))
        fail_msg("%s: %s", start, err.message);
    assert_true(end == at(expected));
}

static void subtracted(const struct calendar *c, const char *end, usec duration, const char *expected)
{
    struct error err;
    usec start = 0;

    error_init(&err);
    if (calendar_subtract(c, at(end), duration, &start, &err))
        fail_msg("%s: %s", end, err.message);
    assert_true(start == at(expected));
}

static void working_time_is_added_over_nights_and_weekends(void **state)
{
    struct arena arena = ARENA_INIT;
    struct calendar *c = march("{" OFFICE "}", &arena);

    (void)state;
    added(c, "2026-03-02T10:00:00Z", 2 * USEC_HOUR, "2026-03-02T12:00:00Z");
    added(c, "2026-03-02T16:00:00Z", 2 * USEC_HOUR, "2026-03-03T10:00:00Z");
    added(c, "2026-03-06T16:30:00Z", USEC_HOUR, "2026-03-09T09:30:00Z");
    added(c, "2026-03-07T12:00:00Z", USEC_HOUR, "2026-03-09T10:00:00Z");
    added(c, "2026-03-02T09:00:00Z", 8 * USEC_HOUR, "2026-03-02T17:00:00Z");
    added(c, "2026-03-02T17:00:00Z", 1 * USEC_SECOND, "2026-03-03T09:00:01Z");
    arena_release(&arena);
}

static void adding_nothing_gives_the_next_working_moment(void **state)
{
    struct arena arena = ARENA_INIT;
    struct calendar *c = march("{" OFFICE "}", &arena);

    (void)state;
    added(c, "2026-03-02T10:00:00Z", 0, "2026-03-02T10:00:00Z");
    added(c, "2026-03-02T17:00:00Z", 0, "2026-03-03T09:00:00Z");
    subtracted(c, "2026-03-02T10:00:00Z", 0, "2026-03-02T10:00:00Z");
    subtracted(c, "2026-03-03T09:00:00Z", 0, "2026-03-02T17:00:00Z");
    arena_release(&arena);
}

static void subtraction_goes_back_the_same_way(void **state)
{
    struct arena arena = ARENA_INIT;
    struct calendar *c = march("{" OFFICE "}", &arena);

    (void)state;
    subtracted(c, "2026-03-03T10:00:00Z", 2 * USEC_HOUR, "2026-03-02T16:00:00Z");
    subtracted(c, "2026-03-03T10:00:00Z", USEC_HOUR, "2026-03-03T09:00:00Z");
    subtracted(c, "2026-03-09T09:00:00Z", USEC_HOUR, "2026-03-06T16:00:00Z");
    added(c, "2026-03-03T10:00:00Z", -2 * USEC_HOUR, "2026-03-02T16:00:00Z");
    subtracted(c, "2026-03-02T16:00:00Z", -2 * USEC_HOUR, "2026-03-03T10:00:00Z");
    arena_release(&arena);
}

static void between_is_negative_backwards(void **state)
{
    struct arena arena = ARENA_INIT;
    struct calendar *c = march("{" OFFICE "}", &arena);
    struct error err;
    usec d;

    (void)state;
    error_init(&err);
    assert_int_equal(calendar_between(c, at("2026-03-06T16:00:00Z"), at("2026-03-09T10:00:00Z"), &d, &err),
                     0);
    assert_true(d == 2 * USEC_HOUR);
    assert_int_equal(calendar_between(c, at("2026-03-09T10:00:00Z"), at("2026-03-06T16:00:00Z"), &d, &err),
                     0);
    assert_true(d == -2 * USEC_HOUR);
    arena_release(&arena);
}

static bool is_open(const struct calendar *c, const char *when)
{
    struct error err;
    bool open = false;

    error_init(&err);
    assert_int_equal(calendar_is_open(c, at(when), &open, &err), 0);
    return open;
}

static void exceptional_days_change_the_week(void **state)
{
    struct arena arena = ARENA_INIT;
    struct calendar *c = march(
        "{" OFFICE ",'holidays':['2026-03-03','2026-03-05'],'yearly_holidays':['03-04'],"
        "'overrides':{'2026-03-05':[['20:00','24:00']],'2026-03-07':[['09:00','12:00']],'2026-03-09':[]},"
        "'breaks':{'2026-03-02':[['12:00','13:00'],['08:00','09:30']],'2026-03-07':[['10:00','11:00']]}}",
        &arena);

    (void)state;
    assert_false(is_open(c, "2026-03-02T09:29:59Z"));
    assert_true(is_open(c, "2026-03-02T09:30:00Z"));
    assert_false(is_open(c, "2026-03-02T12:00:00Z"));
    assert_true(is_open(c, "2026-03-02T13:00:00Z"));
    assert_false(is_open(c, "2026-03-03T10:00:00Z"));
    assert_false(is_open(c, "2026-03-04T10:00:00Z"));
    assert_false(is_open(c, "2026-03-05T10:00:00Z"));
    assert_true(is_open(c, "2026-03-05T23:59:59Z"));
    assert_true(is_open(c, "2026-03-07T09:30:00Z"));
    assert_false(is_open(c, "2026-03-07T10:30:00Z"));
    assert_false(is_open(c, "2026-03-09T10:00:00Z"));
    assert_true(is_open(c, "2026-03-10T10:00:00Z"));
    arena_release(&arena);
}

static void always_open_has_no_limits(void **state)
{
    struct arena arena = ARENA_INIT;
    struct calendar *c =
        compile_in("{'hours':{'mon':[['12:00','24:00'],['00:00','12:00']],'tue':" ALL_DAY ",'wed':" ALL_DAY
                   ",'thu':" ALL_DAY ",'fri':" ALL_DAY ",'sat':" ALL_DAY ",'sun':" ALL_DAY "}}",
                   NULL, 0, 0, 0, &arena);
    struct error err;
    usec t;

    (void)state;
    added(c, "2026-03-02T10:00:00Z", 10000 * USEC_DAY, "2053-07-18T10:00:00Z");
    error_init(&err);
    assert_int_equal(calendar_add(c, INT64_MAX - 5, 10, &t, &err), CODE_LIMIT);
    arena_release(&arena);
}

static void answers_outside_the_span_are_limit_errors(void **state)
{
    struct arena arena = ARENA_INIT;
    struct calendar *c = march("{" OFFICE "}", &arena);
    struct error err;
    bool open;
    usec t;

    (void)state;
    error_init(&err);
    assert_int_equal(calendar_add(c, at("2026-03-31T10:00:00Z"), 8 * USEC_HOUR, &t, &err), CODE_LIMIT);
    assert_int_equal(calendar_add(c, at("2026-05-01T10:00:00Z"), USEC_HOUR, &t, &err), CODE_LIMIT);
    assert_int_equal(calendar_add(c, at("2026-03-31T10:00:00Z"), INT64_MAX, &t, &err), CODE_LIMIT);
    assert_int_equal(calendar_subtract(c, at("2026-03-02T10:00:00Z"), 2 * USEC_HOUR, &t, &err), CODE_LIMIT);
    assert_int_equal(calendar_next_open(c, at("2026-03-31T17:00:00Z"), &t, &err), CODE_LIMIT);
    assert_int_equal(calendar_between(c, at("2026-02-01T10:00:00Z"), at("2026-03-02T10:00:00Z"), &t, &err),
                     CODE_LIMIT);
    assert_int_equal(calendar_is_open(c, at("2026-04-01T00:00:00Z"), &open, &err), CODE_LIMIT);
    arena_release(&arena);
}

/* Berlin, 2026: clocks go forward on 29 March at 01:00 UTC and back on 25 October at 01:00 UTC. */
static const struct zone_offset berlin[] = {
    {INT64_MIN, 3600}, {INT64_C(1774746000) * USEC_SECOND, 7200}, {INT64_C(1792890000) * USEC_SECOND, 3600}};

static void skipped_hour_has_no_time_and_repeated_hour_counts_twice(void **state)
{
    struct arena arena = ARENA_INIT;
    struct calendar *c = compile_in("{'hours':{'sun':[['00:00','06:00']]}}", berlin, 3,
                                    at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"), &arena);
    struct error err;
    usec d;

    (void)state;
    error_init(&err);
    assert_int_equal(calendar_between(c, at("2026-03-28T12:00:00Z"), at("2026-03-29T12:00:00Z"), &d, &err),
                     0);
    assert_true(d == 5 * USEC_HOUR);
    assert_int_equal(calendar_between(c, at("2026-10-24T12:00:00Z"), at("2026-10-25T12:00:00Z"), &d, &err),
                     0);
    assert_true(d == 7 * USEC_HOUR);
    added(c, "2026-03-28T23:00:00Z", 3 * USEC_HOUR, "2026-03-29T02:00:00Z");
    arena_release(&arena);
}

static void always_open_ignores_the_change_of_clocks(void **state)
{
    struct arena arena = ARENA_INIT;
    struct calendar *c = compile_in("{" ALWAYS ",'holidays':['2026-01-01']}", berlin, 3,
                                    at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"), &arena);

    (void)state;
    added(c, "2026-03-28T12:00:00Z", 24 * USEC_HOUR, "2026-03-29T12:00:00Z");
    added(c, "2026-01-01T10:00:00Z", 0, "2026-01-01T23:00:00Z");
    arena_release(&arena);
}

static void zone_is_the_definitions_or_the_default(void **state)
{
    struct arena arena = ARENA_INIT;
    struct calendar_spec *spec;
    struct error err;

    (void)state;
    assert_int_equal(parse("{" OFFICE ",'description':'x'}", &arena, &spec, &err), 0);
    assert_string_equal(calendar_zone(spec), "UTC");
    assert_int_equal(parse("{" OFFICE ",'time_zone':'Europe/Berlin'}", &arena, &spec, &err), 0);
    assert_string_equal(calendar_zone(spec), "Europe/Berlin");
    arena_release(&arena);
}

static void errors_point_into_the_file(void **state)
{
    (void)state;
    refused("{}", CODE_REQUIRED, "/hours");
    refused("{'hours':{}}", CODE_INVALID, "/hours");
    refused("{'hours':{'mon':[]}}", CODE_INVALID, "/hours");
    refused("{'hours':{'monday':[]}}", CODE_UNKNOWN_MEMBER, "/hours/monday");
    refused("{" OFFICE ",'hollidays':[]}", CODE_UNKNOWN_MEMBER, "/hollidays");
    refused("{" OFFICE ",'extends':'x'}", CODE_NOT_SUPPORTED, "/extends");
    refused("{" OFFICE ",'rules':[]}", CODE_NOT_SUPPORTED, "/rules");
    refused("{" OFFICE ",'holiday_files':[]}", CODE_NOT_SUPPORTED, "/holiday_files");
    refused("{" OFFICE ",'time_zone':3}", CODE_INVALID, "/time_zone");
    refused("{'hours':{'mon':['09:00','17:00']}}", CODE_INVALID, "/hours/mon/0");
    refused("{'hours':{'mon':[['9:00','17:00']]}}", CODE_INVALID, "/hours/mon/0/0");
    refused("{'hours':{'mon':[['09:00','24:01']]}}", CODE_INVALID, "/hours/mon/0/1");
    refused("{'hours':{'mon':[['09:00',17]]}}", CODE_INVALID, "/hours/mon/0/1");
    refused("{'hours':{'mon':[['22:00','06:00']]}}", CODE_INVALID, "/hours/mon/0");
    refused("{'hours':{'mon':[['13:00','17:00'],['09:00','14:00']]}}", CODE_INVALID, "/hours/mon");
    refused("{" OFFICE ",'holidays':['2026-02-29']}", CODE_INVALID, "/holidays/0");
    refused("{" OFFICE ",'holidays':['2026-12-25',1]}", CODE_INVALID, "/holidays/1");
    refused("{" OFFICE ",'yearly_holidays':['02-30']}", CODE_INVALID, "/yearly_holidays/0");
    refused("{" OFFICE ",'overrides':{'24.12.2026':[]}}", CODE_INVALID, "/overrides/24.12.2026");
    refused("{" OFFICE ",'breaks':{'2026-01-02':[['10:00']]}}", CODE_INVALID, "/breaks/2026-01-02/0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(working_time_is_added_over_nights_and_weekends),
        cmocka_unit_test(adding_nothing_gives_the_next_working_moment),
        cmocka_unit_test(subtraction_goes_back_the_same_way),
        cmocka_unit_test(between_is_negative_backwards),
        cmocka_unit_test(exceptional_days_change_the_week),
        cmocka_unit_test(always_open_has_no_limits),
        cmocka_unit_test(answers_outside_the_span_are_limit_errors),
        cmocka_unit_test(skipped_hour_has_no_time_and_repeated_hour_counts_twice),
        cmocka_unit_test(always_open_ignores_the_change_of_clocks),
        cmocka_unit_test(zone_is_the_definitions_or_the_default),
        cmocka_unit_test(errors_point_into_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
