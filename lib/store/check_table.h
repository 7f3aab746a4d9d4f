/*
 * Queries of store-check alone: what counters should be, rows without their owners.
 */
#ifndef CASEWORK_STORE_CHECK_TABLE_H
#define CASEWORK_STORE_CHECK_TABLE_H

#include "store/db.h"

/* Agents whose load differs from the sum of the sizes charged on active cases. */
struct load_finding {
    const char *agent;
    int64_t load, counted;
};
int check_loads(struct db *db, struct arena *arena, struct load_finding **list, size_t *count,
                struct error *err);

/* Events whose columns disagree with nothing else but are orphans: an event of a case that is not there; a
 * case without events. Each finding is a sentence. */
int check_orphans(struct db *db, struct arena *arena, const char ***findings, size_t *count,
                  struct error *err);

/* All event rows in (subject, seq) order after the cursor, for verifying chains in one pass. */
struct event;
int check_events(struct db *db, const char *after_subject, int64_t after_seq, struct arena *arena,
                 struct event *list, size_t limit, struct error *err);

#endif
