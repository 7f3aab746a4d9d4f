/*
 * Time zones from the system's tz database, through the C library (localtime_r under a TZ of its own,
 * restored afterwards): linking libical for this would cost every short-lived tool 1.2 ms of start-up. Not
 * for threads.
 */
#ifndef CASEWORK_CONFIG_ZONE_H
#define CASEWORK_CONFIG_ZONE_H

#include "base/arena.h"
#include "base/error.h"
#include "rule/calendar.h"

bool zone_exists(const char *name);
/* The offsets of [from, to): the first entry's `from` is `from` itself. CODE_NOT_FOUND: no such zone. */
int zone_offsets(const char *name, usec from, usec to, struct arena *arena, struct zone_offset **offsets,
                 size_t *count, struct error *err);
const char *zone_database_version(struct arena *arena); /* "2025b", or "unknown" */

#endif
