/*
 * Priority as a decision on a case: computed by matrix and table, explained, journaled. Shared by routing and
 * by updates that change what it rests on.
 */
#ifndef CASEWORK_ACT_PRIORITISE_H
#define CASEWORK_ACT_PRIORITISE_H

#include "act/work.h"

/* Writes how a table decided: {"table":…,"rule":…}, of several rules "rules":[…], or
 * {"table":…,"default":true,"nearest":{"rule":…,"failed":[…]}}. */
void write_decision(struct json_writer *w, const char *name, const struct decision *d);

/* Computes the priority from what people gave, the matrix and the table; a priority set by hand
 * (c.priority_by) stays. Journals case.prioritised when something changes or a rule decides for the first
 * time, and keeps the queue order of the case's tasks. *decided is to be released; it may be NULL. The case
 * is not saved. */
int prioritise(struct context *ctx, struct work *w, struct decision *decided, struct error *err);
/* The same after a change of what a priority rests on. Before its first routing a case has that of the matrix
 * alone. */
int prioritise_again(struct context *ctx, struct work *w, struct error *err);
/* The case's tasks queue by its priority, which was `before`. */
int follow_priority(struct context *ctx, const struct casefile *c, int64_t before, struct error *err);

#endif
