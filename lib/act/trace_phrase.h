/*
 * Pieces of sentences for the timeline. Texts of customers are masked and cut; a value that was erased reads
 * "(erased)".
 */
#ifndef CASEWORK_ACT_TRACE_PHRASE_H
#define CASEWORK_ACT_TRACE_PHRASE_H

#include <jansson.h>

#include "base/buf.h"
#include "base/timestamp.h"

#define COMMIT_SHOWN 7  /* hex digits of a commit, as git abbreviates it */
#define VALUE_SHOWN  48 /* columns of a value */

/* The member that a path such as "data.task.name" leads to; the moment (TIME_NONE) or text (NULL) that a
 * value is. */
const json_t *phrase_member(const json_t *object, const char *path);
usec phrase_time(const json_t *value);
const char *phrase_text(const json_t *value);

/* "2h 05m", "3d 4h", "45s"; "0s" for less than a second. */
void phrase_duration(struct buf *out, usec duration);
/* A value in one line, cut to so many columns; a moment to the minute; null is "none". */
void phrase_value(struct buf *out, const json_t *value, size_t columns);
/* `before` and the value, when there is one. */
void phrase_if(struct buf *out, const char *before, const json_t *value);
/* `before` and the text in quotes, when there is one. */
void phrase_quoted(struct buf *out, const char *before, const json_t *text);
/* `before` and "priority 3 -> 2, ...", but for what the event's own words say. */
void phrase_changes(struct buf *out, const char *before, const json_t *changes);
/* Why an event was: " (rule vip-outage of assignment at 9f2c0e1)", or whatever else decided. */
void phrase_reason(struct buf *out, const json_t *event);

#endif
