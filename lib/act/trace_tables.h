/*
 * What stands around the timeline: the case in two lines, its tasks with owners and waits, its clocks.
 */
#ifndef CASEWORK_ACT_TRACE_TABLES_H
#define CASEWORK_ACT_TRACE_TABLES_H

#include "act/check_replay.h"
#include "base/buf.h"

void trace_heading(struct buf *out, const char *subject, const struct replay *state);
void trace_tasks(struct buf *out, const struct replay *state);  /* nothing when there are none */
void trace_clocks(struct buf *out, const struct replay *state); /* nothing when there are none */

#endif
