/*
 * Fields: what a struct of the model is made of, as a const table.
 *
 * One table a kind of thing (case, task, SLA, each customer record) says the name, type, place and rules of
 * every member. Reading a record, writing JSON, the journal's changes, binding SQL parameters and reading
 * rows all walk the table, so that each of these is written once, and none is a switch over members.
 *
 * Storage: FIELD_TEXT and FIELD_JSON are `const char *` (NULL: absent; JSON is compact text), FIELD_INT and
 * FIELD_RANK int64_t (FIELD_RANK: 0 absent; FIELD_INT: INT_NONE absent), FIELD_TIME and FIELD_DURATION usec
 * (TIME_NONE: absent), FIELD_BOOL bool (false is left out of JSON unless FIELD_PRINT_FALSE), FIELD_ENUM int
 * (0: absent; else an index into `names`), FIELD_REAL double (NAN: absent). Text is owned by the arena of the
 * record's batch.
 */
#ifndef CASEWORK_MODEL_FIELD_H
#define CASEWORK_MODEL_FIELD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json_read.h"
#include "base/json_write.h"

#define INT_NONE INT64_MIN

#define KEY_MAX               128                   /* bytes of a record's key */
#define SHORT_DESCRIPTION_MAX 1000                  /* code points */
#define DESCRIPTION_MAX       ((size_t)1024 * 1024) /* bytes */

enum field_type {
    FIELD_TEXT,
    FIELD_INT,
    FIELD_RANK, /* 1-based rank: taken as 1, "1", "high", "1 - High" */
    FIELD_TIME,
    FIELD_DURATION,
    FIELD_BOOL,
    FIELD_ENUM,
    FIELD_REAL,
    FIELD_JSON,
};

enum field_flags {
    FIELD_INPUT = 1 << 0,    /* may be given on input; without it: tools alone set it (accepted when equal) */
    FIELD_REQUIRED = 1 << 1, /* must be given */
    FIELD_KEY = 1 << 2,      /* a key: at most `limit` bytes, no control characters, not empty */
    FIELD_LONG = 1 << 3,     /* long text: tab, newline and return allowed; `limit` bytes */
    FIELD_PERSONAL = 1 << 4, /* journaled as a salted digest */
    FIELD_OBJECT = 1 << 5,   /* FIELD_JSON: must be an object */
    FIELD_ARRAY = 1 << 6,    /* FIELD_JSON: must be an array of strings */
    FIELD_UNPRINTED = 1 << 7,   /* not part of the printed record (internal column) */
    FIELD_PRINT_FALSE = 1 << 8, /* FIELD_BOOL: print false too */
    FIELD_NO_CHANGE = 1 << 9,   /* its changes are not journaled (seq, updated_at) */
    FIELD_PRINT_ZERO = 1 << 10, /* FIELD_RANK is printed even when 0 */
    FIELD_ADDRESS =
        1 << 11, /* FIELD_TEXT: personal when the value is an e-mail address or phone number, no key */
    FIELD_TYPED = 1 << 12,  /* FIELD_JSON: an object whose members the case type may mark personal */
    FIELD_UPDATE = 1 << 13, /* may be changed by case-update, though not given at capture */
    FIELD_LINKS = 1 << 14,  /* FIELD_JSON: an array of objects, each with a key of the kind `reference` */
};

struct field {
    const char *name;
    enum field_type type;
    unsigned flags;
    size_t offset;
    const char *const *names; /* FIELD_ENUM: names[1..]; names[0] is ""; ends with NULL. FIELD_RANK: names of
                                 ranks, or NULL */
    int64_t limit; /* FIELD_TEXT: most code points (FIELD_LONG: bytes), 0 = SHORT_DESCRIPTION_MAX; FIELD_KEY:
                      bytes, 0 = KEY_MAX; FIELD_RANK: the highest rank */
    const char *reference; /* record kind this is a key of (FIELD_LINKS: has keys of), or NULL */
};

#define FIELDS_END                                                                                           \
    {                                                                                                        \
        0                                                                                                    \
    } /* name is NULL */

const struct field *field_find(const struct field *fields, const char *name);
const char *field_text(const struct field *f, const void *object); /* of FIELD_TEXT and FIELD_JSON */

void fields_init(const struct field *fields, void *object); /* every member absent */
bool field_absent(const struct field *f, const void *object);
bool field_equal(const struct field *f, const void *a, const void *b);
void field_copy(const struct field *f, void *to, const void *from); /* texts are shared */
void field_clear(const struct field *f, void *object);
bool field_is_personal(const struct field *f,
                       const void *object); /* its present value is journaled as a digest */

/* Reads one value into its member, checked; null makes it absent. err's pointer is "/name". */
int field_read(const struct field *f, void *object, const struct json_value *value, struct arena *arena,
               struct error *err);

/* Writes `"name": value` when present (null_when_absent: null instead of nothing). */
void field_write(const struct field *f, const void *object, struct json_writer *w, bool null_when_absent);
/* The bare JSON text of the value (no name), in the arena; "null" when absent. */
const char *field_json(const struct field *f, const void *object, struct arena *arena);
/* Writes every present and printed member, in table order, into the open object. */
void fields_write(const struct field *fields, const void *object, struct json_writer *w);
/* The printed members as a new tree (conditions read it). NULL when out of memory. */
json_t *fields_tree(const struct field *fields, const void *object);

bool fields_differ(const struct field *fields, const void *before, const void *after);

/* Brings a tree made of `before` up to date with `after`. 0, or -1 when out of memory. */
int fields_tree_update(const struct field *fields, const void *before, const void *after, json_t *tree);

/* An index in `names`, 0 when the text is none of them. */
int enum_from_name(const char *const *names, const char *text);
/* A rank 1..limit from 1, "1", a name of `names` in any case, or "1 - High"; 0 when it is none. */
int64_t rank_from_text(const char *text, const char *const *names, int64_t limit);

#endif
