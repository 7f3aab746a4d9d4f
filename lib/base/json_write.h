/*
 * JSON out: a streaming writer into a buffer, straight from typed values; never through a tree.
 *
 * Commas are the writer's business. Text is valid UTF-8 when it comes in (it was checked on input); output
 * escapes only what JSON requires. Memory failure is the buffer's (buf_failed).
 *
 *     json_begin_object(w); json_put_text(w, "number", "CS0001001"); json_put_int(w, "priority", 2);
 * json_end_object(w);
 *
 * The functions with a `name` write a member of the open object; NULL as the name writes an element of the
 * open array (or the top-level value). A NULL text writes nothing, since absent members are
 * left out.
 */
#ifndef CASEWORK_BASE_JSON_WRITE_H
#define CASEWORK_BASE_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/timestamp.h"

struct json_writer {
    struct buf *out;
    bool need_comma;
};

void json_writer_init(struct json_writer *w, struct buf *out);

void json_begin_object(struct json_writer *w, const char *name);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w, const char *name);
void json_end_array(struct json_writer *w);

void json_put_text(struct json_writer *w, const char *name, const char *value);
void json_put_text_n(struct json_writer *w, const char *name, const char *value, size_t n);
void json_put_int(struct json_writer *w, const char *name, int64_t value);
void json_put_real(struct json_writer *w, const char *name, double value); /* shortest that reads back */
void json_put_bool(struct json_writer *w, const char *name, bool value);
void json_put_null(struct json_writer *w, const char *name);
void json_put_time(struct json_writer *w, const char *name, usec at); /* TIME_NONE writes nothing */
void json_put_duration(struct json_writer *w, const char *name, usec duration);
void json_put_raw(struct json_writer *w, const char *name,
                  const char *json); /* compact JSON text as it stands; NULL nothing */

#endif
