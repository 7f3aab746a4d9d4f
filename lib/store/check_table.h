/*
 * Queries of store-check alone: what counters should be, rows without their owners.
 */
#ifndef CASEWORK_STORE_CHECK_TABLE_H
#define CASEWORK_STORE_CHECK_TABLE_H

#include "store/db.h"

/* A counter that is not what it counts: the load of an agent (the sizes charged on active cases), the units
 * of an entitlement that are reserved (by its uses). */
struct counter_finding {
    const char *kind, *key; /* of the record: "agent", "entitlement" */
    int64_t kept, counted;
};
/* By kind, then key. */
int check_counters(struct db *db, struct arena *arena, struct counter_finding **list, size_t *count,
                   struct error *err);

/* What belongs to nothing: events of a case or record that is not there, cases and records without events,
 * rows beside a record that is not there, impact lists that a context refers to; what is kept of deleted
 * records; and policy and impact lists that are not what their digests name. Each finding is a sentence. */
int check_orphans(struct db *db, struct arena *arena, const char ***findings, size_t *count,
                  struct error *err);

/* All event rows in (subject, seq) order after the cursor, for verifying chains in one pass. */
struct event;
int check_events(struct db *db, const char *after_subject, int64_t after_seq, struct arena *arena,
                 struct event *list, size_t limit, struct error *err);

#endif
