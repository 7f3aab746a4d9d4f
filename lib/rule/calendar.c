#include "rule/calendar_internal.h"

static int beyond(struct error *err)
{
    return error_set(err, CODE_LIMIT, NULL,
                     "the time lies outside the span that the calendar is compiled for");
}

static int check_span(const struct calendar *c, usec at, struct error *err)
{
    return c->always || (at >= c->from && at <= c->to) ? 0 : beyond(err);
}

static int shift(usec at, usec by, usec *result, struct error *err)
{
    return __builtin_add_overflow(at, by, result) ? beyond(err) : 0;
}

/* How many intervals begin at or before a moment. */
static size_t begun(const struct calendar *c, usec at)
{
    size_t low = 0, high = c->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (c->intervals[middle].begin <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How many intervals have less than `worked` before them. */
static size_t reached(const struct calendar *c, usec worked)
{
    size_t low = 0, high = c->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (c->intervals[middle].before < worked)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Working time from the begin of the span until a moment in it. */
static usec worked_until(const struct calendar *c, usec at)
{
    size_t n = begun(c, at);
    const struct interval *last;

    if (n == 0)
        return 0;
    last = &c->intervals[n - 1];
    return last->before + (at < last->end ? at : last->end) - last->begin;
}

int calendar_next_open(const struct calendar *c, usec at, usec *open, struct error *err)
{
    size_t n;
    int rc;

    if ((rc = check_span(c, at, err)))
        return rc;
    *open = at;
    if (c->always)
        return 0;
    n = begun(c, at);
    if (n && at < c->intervals[n - 1].end)
        return 0;
    if (n == c->count)
        return beyond(err);
    *open = c->intervals[n].begin;
    return 0;
}

/* The last moment at or before `at` that working time leads up to. */
static int last_open(const struct calendar *c, usec at, usec *open, struct error *err)
{
    usec worked = worked_until(c, at);
    const struct interval *i;

    if (worked == 0)
        return beyond(err);
    i = &c->intervals[reached(c, worked) - 1];
    *open = i->begin + (worked - i->before);
    return 0;
}

int calendar_add(const struct calendar *c, usec start, usec duration, usec *end, struct error *err)
{
    const struct interval *i;
    usec worked;
    int rc;

    if (duration == 0)
        return calendar_next_open(c, start, end, err);
    if (duration < 0)
        return duration == INT64_MIN ? beyond(err) : calendar_subtract(c, start, -duration, end, err);
    if (c->always)
        return shift(start, duration, end, err);
    if ((rc = check_span(c, start, err)) || (rc = shift(worked_until(c, start), duration, &worked, err)))
        return rc;
    if (worked > c->total)
        return beyond(err);
    i = &c->intervals[reached(c, worked) - 1];
    *end = i->begin + (worked - i->before);
    return 0;
}

int calendar_subtract(const struct calendar *c, usec end, usec duration, usec *start, struct error *err)
{
    const struct interval *i;
    usec worked;
    int rc;

    if (duration < 0)
        return duration == INT64_MIN ? beyond(err) : calendar_add(c, end, -duration, start, err);
    if (c->always)
        return shift(end, -duration, start, err);
    if ((rc = check_span(c, end, err)))
        return rc;
    if (duration == 0)
        return last_open(c, end, start, err);
    worked = worked_until(c, end) - duration;
    if (worked < 0)
        return beyond(err);
    /* where the answer falls between two windows it is the later one's begin */
    i = &c->intervals[reached(c, worked + 1) - 1];
    *start = i->begin + (worked - i->before);
    return 0;
}

int calendar_between(const struct calendar *c, usec from, usec to, usec *duration, struct error *err)
{
    int rc;

    if (c->always)
        return __builtin_sub_overflow(to, from, duration) ? beyond(err) : 0;
    if ((rc = check_span(c, from, err)) || (rc = check_span(c, to, err)))
        return rc;
    *duration = worked_until(c, to) - worked_until(c, from);
    return 0;
}

int calendar_is_open(const struct calendar *c, usec at, bool *open, struct error *err)
{
    size_t n;

    *open = c->always;
    if (c->always)
        return 0;
    if (at < c->from || at >= c->to)
        return beyond(err);
    n = begun(c, at);
    *open = n && at < c->intervals[n - 1].end;
    return 0;
}
