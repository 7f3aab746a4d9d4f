/*
 * An event in words, for the timeline.
 */
#ifndef CASEWORK_ACT_TRACE_WORDS_H
#define CASEWORK_ACT_TRACE_WORDS_H

#include "act/check_replay.h"
#include "base/buf.h"
#include "base/timestamp.h"

/* What happened, with the reason; `state` is the case after the event. One line, no newline. */
void words_event(struct buf *out, const json_t *event, const struct replay *state);

/* The kinds of events that words_event() hands on. */
void words_task(struct buf *out, const json_t *event, const char *type, const struct replay *state);
void words_clock(struct buf *out, const json_t *event, const char *type, const struct replay *state);
void words_message(struct buf *out, const json_t *event, const char *type);

/* The need of a task that was finished last, which it waited for; NULL when it needs nothing. */
const char *words_last_need(const json_t *task, const struct replay *state, usec *finished_at);

#endif
