#include "rule_support.h"

#include <time.h>

#include "rule/calendar.h"

static usec at(const char *text)
{
    usec t;

    if (time_parse(text, strlen(text), &t))
        fail_msg("no time: %s", text);
    return t;
}

/* The offsets of a zone from the C library: searched for in steps of 12 hours, then to the second. */
static size_t library_offsets(const char *zone, time_t from, time_t to, struct zone_offset *list, size_t room)
{
    time_t t, low, high, middle;
    struct tm tm;
    size_t n = 0;
    long last;

    setenv("TZ", zone, 1);
    tzset();
    localtime_r(&from, &tm);
    last = tm.tm_gmtoff;
    list[n++] = (struct zone_offset){from * USEC_SECOND, (int32_t)last};
    for (t = from; t < to; t += 43200) {
        high = t + 43200;
        localtime_r(&high, &tm);
        if (tm.tm_gmtoff == last)
            continue;
        for (low = t; high - low > 1;) {
            middle = low + (high - low) / 2;
            localtime_r(&middle, &tm);
            if (tm.tm_gmtoff == last)
                low = middle;
            else
                high = middle;
        }
        localtime_r(&high, &tm);
        last = tm.tm_gmtoff;
        assert_true(n < room);
        list[n++] = (struct zone_offset){high * USEC_SECOND, (int32_t)last};
    }
    return n;
}

static const char *member(const json_t *v, const char *name)
{
    return json_string_value(json_object_get(v, name));
}

/* Working time of the pauses that begin before the answer moves it on. */
static usec add_with_pauses(const struct calendar *c, const json_t *v, usec start, usec worked)
{
    const json_t *pauses = json_object_get(v, "pauses"), *pause;
    usec due = 0, from, to, paused;
    struct error err;
    size_t i;

    error_init(&err);
    assert_int_equal(calendar_add(c, start, worked, &due, &err), 0);
    json_array_foreach (pauses, i, pause) {
        from = at(json_string_value(json_array_get(pause, 0)));
        to = at(json_string_value(json_array_get(pause, 1)));
        if (from >= due)
            continue;
        assert_int_equal(calendar_between(c, from, to, &paused, &err), 0);
        worked += paused;
        assert_int_equal(calendar_add(c, start, worked, &due, &err), 0);
    }
    return due;
}

static usec between_with_pauses(const struct calendar *c, const json_t *v, usec start)
{
    const json_t *pauses = json_object_get(v, "pauses"), *pause;
    usec total, paused;
    struct error err;
    size_t i;

    error_init(&err);
    assert_int_equal(calendar_between(c, start, at(member(v, "end")), &total, &err), 0);
    json_array_foreach (pauses, i, pause) {
        assert_int_equal(calendar_between(c, at(json_string_value(json_array_get(pause, 0))),
                                          at(json_string_value(json_array_get(pause, 1))), &paused, &err),
                         0);
        total -= paused;
    }
    return total > 0 ? total : 0; /* the vectors know no negative time */
}

static bool vector_holds(const struct calendar *c, const json_t *v)
{
    usec start = at(member(v, "start")), result = 0;
    usec worked = json_integer_value(json_object_get(v, "business_seconds")) * USEC_SECOND;
    const char *op = member(v, "op");
    struct error err;
    bool open;

    error_init(&err);
    if (strcmp(op, "is_open") == 0)
        return calendar_is_open(c, start, &open, &err) == 0 &&
               open == json_is_true(json_object_get(v, "expected"));
    if (strcmp(op, "between") == 0)
        return between_with_pauses(c, v, start) ==
               json_integer_value(json_object_get(v, "expected")) * USEC_SECOND;
    if (strcmp(op, "add") == 0)
        result = add_with_pauses(c, v, start, worked);
    else if (strcmp(op, "sub") == 0)
        assert_int_equal(calendar_subtract(c, start, worked, &result, &err), 0);
    else
        assert_int_equal(calendar_next_open(c, start, &result, &err), 0);
    return result == at(member(v, "expected_due"));
}

static void published_vectors_agree(void **state)
{
    FILE *file = open_data("calendar/business_time_vectors.jsonl");
    const char *zone = getenv("TZ");
    char *line = NULL, *before = zone ? strdup(zone) : NULL;
    size_t room = 0, count = 0, failed = 0;

    (void)state;
    for (; getline(&line, &room, file) > 0; count++) {
        json_t *v = json_loads(line, 0, NULL);
        struct zone_offset offsets[64];
        struct arena arena = ARENA_INIT;
        struct calendar_spec *spec;
        struct calendar *calendar;
        struct error err;
        time_t from, to;
        size_t n;

        from = (time_t)(at(member(v, "start")) / USEC_SECOND) - 500 * 86400;
        to = from + 2500 * 86400;
        n = library_offsets(member(v, "tz"), from, to, offsets, 64);
        error_init(&err);
        if (calendar_parse("vector", json_object_get(v, "calendar"), member(v, "tz"), &arena, &spec, &err) ||
            calendar_compile(spec, offsets, n, from * USEC_SECOND, to * USEC_SECOND, &arena, &calendar, &err))
            fail_msg("%s: %s: %s", member(v, "id"), err.pointer, err.message);
        if (!vector_holds(calendar, v)) {
            print_message("%s fails\n", member(v, "id"));
            failed++;
        }
        arena_release(&arena);
        json_decref(v);
    }
    print_message("%zu vectors\n", count);
    assert_int_equal(failed, 0);
    if (before)
        setenv("TZ", before, 1);
    else
        unsetenv("TZ");
    tzset();
    free(before);
    free(line);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
