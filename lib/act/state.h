/*
 * Changes of state: the event that tells one. Private to lib/act.
 */
#ifndef CASEWORK_ACT_STATE_H
#define CASEWORK_ACT_STATE_H

#include "act/tasks.h"

/* Journals what differs from `before` under `type`, with the operator's reason. *event_id may be NULL. */
int journal_state(struct context *ctx, struct work *w, const char *type, const struct casefile *before,
                  const char *reason, int64_t *event_id, struct error *err);

#endif
