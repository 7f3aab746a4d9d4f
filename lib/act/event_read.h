/*
 * Reading an event back with its personal values in their places.
 */
#ifndef CASEWORK_ACT_EVENT_READ_H
#define CASEWORK_ACT_EVENT_READ_H

#include <jansson.h>

#include "act/context.h"
#include "model/event.h"

/* The event as a tree: each {"sha256":HEX} whose value is kept becomes that value; an erased one stays. The
 * caller owns the reference. */
int event_tree(struct context *ctx, const struct event *event, json_t **tree, struct error *err);
/* The same with the values at hand, in place; one whose pointer leads nowhere is passed over. */
int event_put_back(json_t *tree, const struct event_value *values, size_t count, struct error *err);

/* The type of the event that last changed each of these fields of the case, in ctx->arena; NULL: as it was
 * captured. case.accepted counts as one of assigned_to. */
int last_changes(struct context *ctx, const char *number, const char *const *fields, size_t count,
                 const char **types, struct error *err);

/* The place a pointer names: its container, and the member's name or the element's index (name NULL). False:
 * nowhere. */
bool pointer_find(json_t *tree, const char *pointer, json_t **container, char name[256], size_t *index);

#endif
