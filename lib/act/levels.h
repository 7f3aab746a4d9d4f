/*
 * Service levels: evaluated at every change of a case, and by the tick.
 */
#ifndef CASEWORK_ACT_LEVELS_H
#define CASEWORK_ACT_LEVELS_H

#include "act/tasks.h"

/* Attaches, moves and ends the clocks of a case after a change, in its transaction. `r` may be NULL when the
 * case has no workflow yet. Called once a stage or verb, on the final state; journals on the case's chain. */
int levels_evaluate(struct context *ctx, struct work *w, const struct running *r, struct error *err);

/* The tick for one clock: tells each transition that time brought about (journal, message), a line each into
 * `out`. */
int levels_tick(struct context *ctx, int64_t sla_id, int64_t case_id, struct buf *out, size_t *count,
                struct error *err);

/* A clock as sla-list prints it, computed for ctx->now. */
int levels_print(struct context *ctx, const struct sla *s, struct buf *out, struct error *err);

#endif
