#include <stdlib.h>

#include "rule/calendar_internal.h"

/* Where intervals go. Without `list` they are only counted, to know how many there can be. */
struct builder {
    usec begin, end; /* UTC, of the stretch that has this offset */
    usec offset;     /* local minus UTC */
    struct interval *list;
    size_t count;
};

static int day_to_key(const void *key, const void *day)
{
    int64_t a = *(const int64_t *)key, b = *(const int64_t *)day;

    return a < b ? -1 : a > b;
}

static bool has_day(const int64_t *days, size_t count, int64_t day)
{
    return bsearch(&day, days, count, sizeof *days, day_to_key) != NULL;
}

static int day_to_dated(const void *key, const void *dated)
{
    return day_to_key(key, &((const struct dated_windows *)dated)->day);
}

static const struct windows *dated_find(const struct dated_windows *list, size_t count, int64_t day)
{
    const struct dated_windows *found = bsearch(&day, list, count, sizeof *list, day_to_dated);

    return found ? &found->windows : NULL;
}

static bool is_holiday(const struct calendar_spec *s, int64_t day)
{
    int64_t year;
    unsigned month, date;

    if (has_day(s->holidays, s->holiday_count, day))
        return true;
    if (s->yearly_count == 0)
        return false;
    civil_from_days(day, &year, &month, &date);
    return has_day(s->yearly, s->yearly_count, (int64_t)month * 100 + date);
}

/* The windows of a local date before its breaks. 1970-01-01 was a Thursday. */
static const struct windows *day_windows(const struct calendar_spec *s, int64_t day)
{
    static const struct windows none = {0};
    const struct windows *override = dated_find(s->overrides, s->override_count, day);

    if (override)
        return override;
    if (is_holiday(s, day))
        return &none;
    return &s->week[((day + 3) % WEEK + WEEK) % WEEK];
}

static void add_interval(struct builder *b, usec begin, usec end)
{
    if (begin < b->begin)
        begin = b->begin;
    if (end > b->end)
        end = b->end;
    if (begin >= end)
        return;
    if (!b->list)
        b->count++;
    else if (b->count && b->list[b->count - 1].end == begin)
        b->list[b->count - 1].end = end;
    else
        b->list[b->count++] = (struct interval){begin, end, 0};
}

static void add_minutes(struct builder *b, int64_t day, int from, int to)
{
    usec midnight = day * USEC_DAY - b->offset;

    add_interval(b, midnight + from * USEC_MINUTE, midnight + to * USEC_MINUTE);
}

static void add_window(struct builder *b, int64_t day, const struct window *window,
                       const struct windows *breaks)
{
    int at = window->from;
    size_t i;

    for (i = 0; breaks && i < breaks->count; i++) {
        const struct window *rest = &breaks->list[i];

        if (rest->to <= at || rest->from >= window->to)
            continue;
        if (rest->from > at)
            add_minutes(b, day, at, rest->from);
        at = rest->to;
    }
    if (at < window->to)
        add_minutes(b, day, at, window->to);
}

static int64_t day_of(usec local)
{
    return local / USEC_DAY - (local % USEC_DAY < 0);
}

/* Every local date that the stretch touches. */
static void add_days(struct builder *b, const struct calendar_spec *s)
{
    int64_t day = day_of(b->begin + b->offset), last = day_of(b->end - 1 + b->offset);
    size_t i;

    for (; day <= last; day++) {
        const struct windows *windows = day_windows(s, day);
        const struct windows *breaks = dated_find(s->breaks, s->break_count, day);

        for (i = 0; i < windows->count; i++)
            add_window(b, day, &windows->list[i], breaks);
    }
}

static void add_span(struct builder *b, const struct calendar_spec *s, const struct zone_offset *offsets,
                     size_t count, usec from, usec to)
{
    size_t i;

    for (i = 0; i < count; i++) {
        b->offset = offsets[i].seconds * USEC_SECOND;
        b->begin = offsets[i].from > from ? offsets[i].from : from;
        b->end = i + 1 < count && offsets[i + 1].from < to ? offsets[i + 1].from : to;
        if (b->begin < b->end)
            add_days(b, s);
    }
}

static bool whole_day(const struct windows *w)
{
    return w->count == 1 && w->list[0].from == 0 && w->list[0].to == MINUTES_A_DAY;
}

static bool always_open(const struct calendar_spec *s)
{
    size_t i;

    for (i = 0; i < WEEK; i++)
        if (!whole_day(&s->week[i]))
            return false;
    for (i = 0; i < s->override_count; i++)
        if (!whole_day(&s->overrides[i].windows))
            return false;
    return s->holiday_count == 0 && s->yearly_count == 0 && s->break_count == 0;
}

static usec sum_up(struct interval *list, size_t count)
{
    usec total = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        list[i].before = total;
        total += list[i].end - list[i].begin;
    }
    return total;
}

int calendar_compile(const struct calendar_spec *spec, const struct zone_offset *offsets, size_t count,
                     usec from, usec to, struct arena *arena, struct calendar **calendar, struct error *err)
{
    struct calendar *c = ARENA_NEW(arena, struct calendar);
    struct builder b = {0};

    *calendar = NULL;
    if (!c)
        return error_no_memory(err);
    c->from = from;
    c->to = to;
    c->always = always_open(spec);
    if (!c->always) {
        if (from >= to || count == 0 || offsets[0].from > from)
            return error_set(err, CODE_BUG, NULL, "calendar \"%s\": no zone offset for the span asked for",
                             spec->name);
        add_span(&b, spec, offsets, count, from, to);
        if (!(b.list = ARENA_ARRAY(arena, struct interval, b.count + 1)))
            return error_no_memory(err);
        b.count = 0;
        add_span(&b, spec, offsets, count, from, to);
        c->intervals = b.list;
        c->count = b.count;
        c->total = sum_up(b.list, b.count);
    }
    *calendar = c;
    return 0;
}
