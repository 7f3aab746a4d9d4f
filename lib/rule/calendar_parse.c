#include <stdlib.h>
#include <string.h>

#include "rule/calendar_internal.h"
#include "rule/reading.h"

static const char *const calendar_known[] = {"description",     "time_zone", "hours",  "holidays",
                                             "yearly_holidays", "overrides", "breaks", NULL};
static const char *const calendar_later[] = {"holiday_files", "rules", "extends", NULL};
static const struct member_names calendar_names = {calendar_known, calendar_later};

static const char *const day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
static const struct member_names week_names = {day_names, NULL};

struct calendar_parser {
    struct calendar_spec *spec;
    struct arena *arena;
    struct error *err;
};

static bool digits_at(const char *text, size_t n)
{
    return strspn(text, "0123456789") >= n;
}

static int two_digits(const char *text)
{
    return (text[0] - '0') * 10 + (text[1] - '0');
}

/* "HH:MM", "24:00" being the end of the day; -1 when it is none. */
static int clock_minute(const char *text)
{
    int hour, minute;

    if (!text || strlen(text) != 5 || !digits_at(text, 2) || text[2] != ':' || !digits_at(text + 3, 2))
        return -1;
    hour = two_digits(text);
    minute = two_digits(text + 3);
    if (minute > 59 || hour > 24 || (hour == 24 && minute > 0))
        return -1;
    return hour * 60 + minute;
}

static int read_window(struct calendar_parser *p, const json_t *json, const char *at, struct window *window)
{
    const json_t *from = json_array_get(json, 0), *to = json_array_get(json, 1);

    if (!json_is_array(json) || json_array_size(json) != 2)
        return rule_unexpected(json, at, "a window such as [\"09:00\", \"17:00\"]", p->err);
    if ((window->from = clock_minute(json_string_value(from))) < 0)
        return rule_unexpected(from, pointer_to_element(at, 0).text, "a time of day such as 09:00", p->err);
    if ((window->to = clock_minute(json_string_value(to))) < 0)
        return rule_unexpected(to, pointer_to_element(at, 1).text, "a time of day such as 17:00", p->err);
    if (window->from >= window->to)
        return error_set(
            p->err, CODE_INVALID, at,
            "expected a window that ends after it begins, got %s to %s; one across midnight is two, "
            "the first until 24:00",
            json_string_value(from), json_string_value(to));
    return 0;
}

static int window_order(const void *a, const void *b)
{
    return ((const struct window *)a)->from - ((const struct window *)b)->from;
}

/* Sorts; joins windows that touch, so that 00:00-12:00 and 12:00-24:00 are a whole day; refuses those that
 * overlap. */
static int join_windows(struct calendar_parser *p, struct window *list, size_t *count, const char *at)
{
    size_t i, kept = 0;

    qsort(list, *count, sizeof *list, window_order);
    for (i = 0; i < *count; i++) {
        if (kept && list[i].from < list[kept - 1].to)
            return error_set(p->err, CODE_INVALID, at, "the windows overlap at %02d:%02d", list[i].from / 60,
                             list[i].from % 60);
        if (kept && list[i].from == list[kept - 1].to)
            list[kept - 1].to = list[i].to;
        else
            list[kept++] = list[i];
    }
    *count = kept;
    return 0;
}

static int read_windows(struct calendar_parser *p, const json_t *json, const char *at,
                        struct windows *windows)
{
    struct window *list;
    size_t i;
    int rc;

    if ((rc = rule_expect(json, at, JSON_ARRAY, p->err)))
        return rc;
    windows->count = json_array_size(json);
    if (!(list = ARENA_ARRAY(p->arena, struct window, windows->count + 1)))
        return error_no_memory(p->err);
    for (i = 0; i < windows->count; i++)
        if ((rc = read_window(p, json_array_get(json, i), pointer_to_element(at, i).text, &list[i])))
            return rc;
    windows->list = list;
    return join_windows(p, list, &windows->count, at);
}

/* "YYYY-MM-DD" of a day that exists. */
static int read_date(struct calendar_parser *p, const char *text, const char *at, int64_t *day)
{
    int64_t year;
    unsigned month, date;

    if (strlen(text) == 10 && digits_at(text, 4) && text[4] == '-' && digits_at(text + 5, 2) &&
        text[7] == '-' && digits_at(text + 8, 2)) {
        int64_t given_year = two_digits(text) * 100 + two_digits(text + 2);
        unsigned given_month = (unsigned)two_digits(text + 5), given_date = (unsigned)two_digits(text + 8);

        if (given_month >= 1 && given_month <= 12 && given_date >= 1 && given_date <= 31) {
            *day = days_from_civil(given_year, given_month, given_date);
            civil_from_days(*day, &year, &month, &date);
            if (year == given_year && month == given_month && date == given_date)
                return 0;
        }
    }
    return error_set(p->err, CODE_INVALID, at, "expected a date such as 2026-12-25, got \"%s\"", text);
}

/* "MM-DD"; the 29th of February counts in leap years only. */
static int read_yearly(struct calendar_parser *p, const char *text, const char *at, int64_t *day)
{
    static const int longest[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (strlen(text) == 5 && digits_at(text, 2) && text[2] == '-' && digits_at(text + 3, 2)) {
        int month = two_digits(text), date = two_digits(text + 3);

        if (month >= 1 && month <= 12 && date >= 1 && date <= longest[month - 1]) {
            *day = month * 100 + date;
            return 0;
        }
    }
    return error_set(p->err, CODE_INVALID, at, "expected a day such as 12-25, got \"%s\"", text);
}

static int day_order(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

typedef int read_day(struct calendar_parser *p, const char *text, const char *at, int64_t *day);

static int read_days(struct calendar_parser *p, const json_t *json, const char *name, read_day *read,
                     const int64_t **days, size_t *count)
{
    const json_t *array;
    int64_t *list;
    size_t i;
    int rc;

    if ((rc = rule_read_member(json, "", name, JSON_ARRAY, MEMBER_OPTIONAL, &array, p->err)))
        return rc;
    if (!(list = ARENA_ARRAY(p->arena, int64_t, json_array_size(array) + 1)))
        return error_no_memory(p->err);
    for (i = 0; i < json_array_size(array); i++) {
        struct pointer_text at = pointer_to_element(pointer_to_member("", name).text, i);
        const json_t *day = json_array_get(array, i);

        if ((rc = rule_expect(day, at.text, JSON_STRING, p->err)) ||
            (rc = read(p, json_string_value(day), at.text, &list[i])))
            return rc;
    }
    qsort(list, i, sizeof *list, day_order);
    *days = list;
    *count = i;
    return 0;
}

static int dated_order(const void *a, const void *b)
{
    return day_order(&((const struct dated_windows *)a)->day, &((const struct dated_windows *)b)->day);
}

static int read_dated(struct calendar_parser *p, const json_t *json, const char *name,
                      const struct dated_windows **dated, size_t *count)
{
    struct dated_windows *list;
    const json_t *object;
    const char *date;
    json_t *value;
    size_t n = 0;
    int rc;

    if ((rc = rule_read_member(json, "", name, JSON_OBJECT, MEMBER_OPTIONAL, &object, p->err)))
        return rc;
    if (!(list = ARENA_ARRAY(p->arena, struct dated_windows, json_object_size(object) + 1)))
        return error_no_memory(p->err);
    json_object_foreach ((json_t *)object, date, value) {
        struct pointer_text at = pointer_to_member(pointer_to_member("", name).text, date);

        if ((rc = read_date(p, date, at.text, &list[n].day)) ||
            (rc = read_windows(p, value, at.text, &list[n].windows)))
            return rc;
        n++;
    }
    qsort(list, n, sizeof *list, dated_order);
    *dated = list;
    *count = n;
    return 0;
}

static int read_hours(struct calendar_parser *p, const json_t *json)
{
    const json_t *hours, *day;
    size_t i;
    int rc;

    if ((rc = rule_read_member(json, "", "hours", JSON_OBJECT, MEMBER_REQUIRED, &hours, p->err)) ||
        (rc = rule_read_members(hours, "/hours", &week_names, p->err)))
        return rc;
    for (i = 0; i < WEEK; i++)
        if ((day = json_object_get(hours, day_names[i])) &&
            (rc = read_windows(p, day, pointer_to_member("/hours", day_names[i]).text, &p->spec->week[i])))
            return rc;
    return 0;
}

/* Without a window every answer would lie beyond any span. */
static int check_open(struct calendar_parser *p)
{
    size_t i, windows = 0;

    for (i = 0; i < WEEK; i++)
        windows += p->spec->week[i].count;
    for (i = 0; i < p->spec->override_count; i++)
        windows += p->spec->overrides[i].windows.count;
    if (windows)
        return 0;
    return error_set(p->err, CODE_INVALID, "/hours", "the calendar has no working time");
}

/* The definition does not refer to the tree it was read from, which may be released. */
static int copy_text(struct calendar_parser *p, const json_t *json, const char *name, const char *otherwise,
                     const char **copy)
{
    const char *text;
    int rc;

    if ((rc = rule_read_text(json, "", name, MEMBER_OPTIONAL, &text, p->err)))
        return rc;
    if (!text)
        text = otherwise;
    if (text && !(*copy = arena_strdup(p->arena, text)))
        return error_no_memory(p->err);
    return 0;
}

int calendar_parse(const char *name, const json_t *json, const char *default_zone, struct arena *arena,
                   struct calendar_spec **spec, struct error *err)
{
    struct calendar_spec *s = ARENA_NEW(arena, struct calendar_spec);
    struct calendar_parser p = {s, arena, err};
    int rc;

    *spec = NULL;
    if (!s || !(s->name = arena_strdup(arena, name)))
        return error_no_memory(err);
    if ((rc = rule_read_members(json, "", &calendar_names, err)) ||
        (rc = copy_text(&p, json, "description", NULL, &s->description)) ||
        (rc = copy_text(&p, json, "time_zone", default_zone, &s->zone)) || (rc = read_hours(&p, json)) ||
        (rc = read_days(&p, json, "holidays", read_date, &s->holidays, &s->holiday_count)) ||
        (rc = read_days(&p, json, "yearly_holidays", read_yearly, &s->yearly, &s->yearly_count)) ||
        (rc = read_dated(&p, json, "overrides", &s->overrides, &s->override_count)) ||
        (rc = read_dated(&p, json, "breaks", &s->breaks, &s->break_count)) || (rc = check_open(&p)))
        return rc;
    *spec = s;
    return 0;
}

const char *calendar_zone(const struct calendar_spec *spec)
{
    return spec->zone;
}
