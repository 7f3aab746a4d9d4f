/*
 * store-check: does the store hold what its journal says?
 *
 * Every chain is followed from its first event (edited, inserted and removed events are told apart where the
 * hashes allow it), each event's columns are compared with its bytes, its personal values with their digests,
 * the head on the owner's row with the last event, and the state rebuilt from the events with the rows. Then
 * the counters, rows and events without owners, and the engine's own integrity check.
 *
 * Memory is bounded by the largest chain's state, not by the store: events are read in pages, a subject at a
 * time, in read transactions of a few thousand events. Nothing is changed.
 */
#ifndef CASEWORK_ACT_CHECK_H
#define CASEWORK_ACT_CHECK_H

#include "act/context.h"

/* One finding. Called with no read transaction open, so it may print. `subject` "" and `seq` 0 when it has
 * none. Codes: edited, inserted, removed (the chain); columns, value, syntax (an event); head, orphan, state
 * (rows); counter; integrity. */
typedef void check_finding(void *context, const char *code, const char *subject, int64_t seq,
                           const char *message);

/* *count: how many findings there were. Only a failure to read is an error. */
int check_store(struct context *ctx, check_finding *finding, void *context, size_t *count, struct error *err);

#endif
