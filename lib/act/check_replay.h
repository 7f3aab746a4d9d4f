/*
 * The state of one subject as its journal tells it: what store-check compares the rows with.
 *
 * Events are folded one by one: `data.record` is the record when it was made, `data.changes` what became of
 * it, `data.context` the members of a case's context that were taken anew (null: gone), `data.task` and
 * `data.sla` the same for a case's tasks and clocks; events of milestones, declines and messages stand
 * for a row each, case.routed has what its rule asks of a person, and events of the store tell the whole
 * store. record.deleted empties the record: one of the same key may be made again. In a context, the lists
 * that it shares are their digest (case_told_context), on both sides; that what is kept by a digest has it is
 * for another to check. A value that was erased, or that lies beside the event and is not there, stays
 * {"sha256":HEX} and is compared with nothing. A clock's next_at is known until the clock first changes:
 * later values are not journaled.
 */
#ifndef CASEWORK_ACT_CHECK_REPLAY_H
#define CASEWORK_ACT_CHECK_REPLAY_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "model/field.h"

struct replay {
    json_t *record;     /* field: value */
    bool deleted;       /* the last event of a customer record deleted it */
    json_t *tasks;      /* "install~2": record */
    json_t *clocks;     /* id in decimal: record */
    json_t *milestones; /* name: record */
    json_t *declines;   /* agent: record */
    json_t *need;       /* `need`: what the case's rule asks of a person; empty when it asks nothing */
    json_t *messages;   /* array of records, in the order in which they were queued */
};

int replay_init(struct replay *r, struct error *err);
void replay_release(struct replay *r);

/* Adds what an event did; personal values have been put back. */
int replay_fold(struct replay *r, const json_t *event, struct error *err);

/* Calls back for every field whose value in `object` is not what the journal says; both as JSON text ("null":
 * absent). */
typedef void replay_difference(void *context, const char *field, const char *journal, const char *row);
int replay_compare(const json_t *record, const struct field *fields, const void *object, struct arena *arena,
                   replay_difference *difference, void *context, struct error *err);

/* Is this what stands in an event for a personal value? */
bool replay_is_digest(const json_t *value);

#endif
