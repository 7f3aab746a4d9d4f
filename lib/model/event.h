/*
 * A journal event as it is kept: the exact bytes and the columns that queries need. Written by
 * lib/act/journal, read by traces and checks.
 */
#ifndef CASEWORK_MODEL_EVENT_H
#define CASEWORK_MODEL_EVENT_H

#include "base/digest.h"
#include "base/timestamp.h"

struct event {
    int64_t id;
    const char *subject;
    int64_t seq;
    const char *type;
    usec at;
    const char *actor;
    const char *config; /* commit, or NULL */
    const char *body;   /* the exact bytes, UTF-8 JSON */
    size_t body_length;
    struct digest hash;
};

/* The value of a personal member of an event: the event has {"sha256":HEX} at `pointer`, HEX being SHA-256 of
 * the salt followed by the value's JSON text. */
struct event_value {
    int64_t event_id;
    const char *pointer; /* into the event: "/data/record/description" */
    unsigned char salt[SALT_SIZE];
    const char *value; /* JSON text */
};

#endif
