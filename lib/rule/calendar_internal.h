/*
 * The parsed definition of a calendar, shared by calendar_parse.c and calendar_compile.c. In the arena of the
 * parse.
 */
#ifndef CASEWORK_RULE_CALENDAR_INTERNAL_H
#define CASEWORK_RULE_CALENDAR_INTERNAL_H

#include "rule/calendar.h"

#define MINUTES_A_DAY 1440
#define WEEK          7

struct window {
    int from, to; /* minutes of the local day, to exclusive */
};

/* Sorted, apart from each other. */
struct windows {
    const struct window *list;
    size_t count;
};

struct dated_windows {
    int64_t day; /* since 1970-01-01 */
    struct windows windows;
};

struct calendar_spec {
    const char *name;
    const char *description;
    const char *zone;
    struct windows week[WEEK]; /* Monday first */
    const int64_t *holidays;   /* days since 1970-01-01, sorted */
    size_t holiday_count;
    const int64_t *yearly; /* month * 100 + day, sorted */
    size_t yearly_count;
    const struct dated_windows *overrides; /* sorted by day */
    size_t override_count;
    const struct dated_windows *breaks; /* sorted by day */
    size_t break_count;
};

/* What is compiled: working intervals in UTC, sorted, apart from each other. */
struct interval {
    usec begin, end; /* end exclusive */
    usec before;     /* working time of the intervals before this one */
};

struct calendar {
    bool always;
    usec from, to; /* the span; not used when always */
    const struct interval *intervals;
    size_t count;
    usec total; /* working time of the span */
};

#endif
