/*
 * Priority and assignment as decisions on a case: computed by table, explained, journaled. Shared by routing
 * and by updates that change what they rest on.
 */
#ifndef CASEWORK_ACT_PRIORITISE_H
#define CASEWORK_ACT_PRIORITISE_H

#include "act/work.h"

/* Writes how a table decided: {"table":…,"rule":…}, or
 * {"table":…,"default":true,"nearest":{"rule":…,"failed":[…]}}. */
void write_decision(struct json_writer *w, const char *name, const struct decision *d);

/* Computes the priority from matrix and table; journals case.prioritised when it changes or a rule decided
 * it, and keeps the queue order of the case's tasks. *decided may be NULL. The case is not saved. */
int prioritise(struct context *ctx, struct work *w, struct decision *decided, struct error *err);

/* Gives the case to a person of its group who has room for it: load charged, case.assigned journaled.
 * *assigned false when nobody is available. */
int assign_person(struct context *ctx, struct work *w, bool *assigned, struct error *err);
/* Takes the case off its person's load (the case is no longer active, or goes to somebody else). */
int release_load(struct context *ctx, struct casefile *c, struct error *err);
/* Charges the case to its assigned person by the group's size for its priority. */
int charge_load(struct context *ctx, struct casefile *c, struct error *err);

#endif
