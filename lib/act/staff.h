/*
 * The people of the groups as candidates, read once a transaction: a batch of cases does not read two
 * thousand agents a case. Within a write transaction nobody else changes them; what this process charges
 * or gives back is followed here. Skills are only taken apart when a case asks for one.
 *
 * Also remembered: that nobody could take a case of some need. A charge does not change that answer, nor why
 * (capacity is asked last); what can (a load given back, a shift that begins or ends) makes it forgotten. So
 * a long queue in front of people who are all busy costs one look at each case.
 *
 * Private to lib/act.
 */
#ifndef CASEWORK_ACT_STAFF_H
#define CASEWORK_ACT_STAFF_H

#include "act/context.h"
#include "rule/pick.h"

struct staff;
void staff_free(struct staff *s);  /* takes NULL */
void staff_clear(struct staff *s); /* a transaction begins or was undone; takes NULL */

struct candidates {
    const struct pick_candidate *const *list;
    size_t count;
};
/* Everybody in one of the groups, once, as a member of the first that has them; on shift as of ctx->now.
 * A group that policy does not know (any more) has nobody. */
int staff_candidates(struct context *ctx, const char *const *groups, size_t group_count, bool with_skills,
                     struct candidates *out, struct error *err);
/* A person's load has changed by delta; `assigned`: when a case came, TIME_NONE when none did. */
void staff_charged(struct context *ctx, const char *key, int64_t delta, usec assigned);
/* Room for the results of as many candidates, until the next call. NULL: no memory. */
struct pick_result *staff_scratch(struct context *ctx, size_t count);

/* How many were filtered out by what. */
struct refusal {
    size_t filtered[PICK_FILTERS];
};
/* NULL: not known. `need`: whatever decides, as a text. */
const struct refusal *staff_refusal(struct context *ctx, const char *need);
int staff_refuse(struct context *ctx, const char *need, const struct refusal *refusal, struct error *err);

#endif
