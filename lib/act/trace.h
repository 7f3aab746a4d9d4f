/*
 * Reading the journal back: the execution trace of a case.
 *
 * An event's bytes hold personal values as {"sha256":HEX}; the values lie beside it and are put back here,
 * where they have not been erased. The chain is over the bytes as they are kept, so what is printed here does
 * not hash; case-trace prints the exact bytes from the journal itself.
 */
#ifndef CASEWORK_ACT_TRACE_H
#define CASEWORK_ACT_TRACE_H

#include "act/context.h"
#include "model/case.h"
#include "model/event.h"

/* Each event with its personal values put back in place (compact JSON), in order, through the callback.
 * `event` and `json` are valid during the call. */
typedef int trace_event(void *context, const struct event *event, const char *json, struct error *err);
int trace_read(struct context *ctx, const char *subject, trace_event *each, void *context, struct error *err);
/* All of a case's events as a JSON array text in ctx->arena. */
int trace_array(struct context *ctx, const char *subject, const char **json, struct error *err);

/* A timeline made for reading, in UTC: a line an event, with what was decided, by which rule, and what waited
 * for what; then the tasks and clocks in a table each. `columns` of the terminal, or 0: lines are not folded.
 */
int trace_text(struct context *ctx, const char *subject, int columns, struct buf *out, struct error *err);

#endif
