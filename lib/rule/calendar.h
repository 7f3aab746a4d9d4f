/*
 * Working time. A calendar is compiled to sorted UTC intervals with prefix sums; adding, subtracting and
 * measuring are binary searches. Pure: the zone's offsets are handed in as plain data.
 *
 * A moment is working time exactly when its local wall-clock time lies in a window of its local date. An hour
 * that DST skips therefore has none, one that it repeats counts twice; 24 h are 24 h.
 *
 * In this version: time_zone, hours, holidays, yearly_holidays, overrides, breaks, description.
 * holiday_files, rules and extends are CODE_NOT_SUPPORTED. Days mon..sun; "24:00" ends a day; an override
 * replaces that date's hours, a holiday empties it, a break is taken out of either. On a date that has both,
 * the override stands against the holiday. Windows of a day that overlap, and a calendar without any window,
 * are errors.
 */
#ifndef CASEWORK_RULE_CALENDAR_H
#define CASEWORK_RULE_CALENDAR_H

#include <jansson.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/timestamp.h"

/* The zone's offset from `from` (inclusive) until the next entry's `from`. Sorted. */
struct zone_offset {
    usec from;
    int32_t seconds; /* east of UTC */
};

struct calendar_spec; /* the parsed definition */

/* Lives in the arena; `json` may be released afterwards. */
int calendar_parse(const char *name, const json_t *json, const char *default_zone, struct arena *arena,
                   struct calendar_spec **spec, struct error *err);
const char *calendar_zone(const struct calendar_spec *spec); /* IANA name */

struct calendar; /* compiled for a span of time */

/* Compiles the span [from, to). offsets[0].from must not be after `from`. A calendar that is always open is
 * recognised and has no limits. Lives in the arena. */
int calendar_compile(const struct calendar_spec *spec, const struct zone_offset *offsets, size_t count,
                     usec from, usec to, struct arena *arena, struct calendar **calendar, struct error *err);

/* All durations are working time in microseconds. CODE_LIMIT: the answer lies outside the compiled span
 * (compile a wider one and ask again, up to a bound: a calendar of overrides alone may have no answer at
 * all). Adding gives the first moment by which the duration has been worked (closing time, not the next
 * opening, when it is used up at closing); adding nothing gives the next working moment. Subtracting gives
 * the last moment from which it is worked until `end`; subtracting nothing the last moment that working time
 * leads up to. A negative duration is the other way. */
int calendar_add(const struct calendar *c, usec start, usec duration, usec *end, struct error *err);
int calendar_subtract(const struct calendar *c, usec end, usec duration, usec *start, struct error *err);
int calendar_between(const struct calendar *c, usec from, usec to, usec *duration,
                     struct error *err); /* negative when to < from */
int calendar_next_open(const struct calendar *c, usec at, usec *open, struct error *err);
int calendar_is_open(const struct calendar *c, usec at, bool *open, struct error *err);

#endif
