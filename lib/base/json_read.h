/*
 * JSON in: one record at a time, its members typed, nested values kept as text.
 *
 * A record is read without building a tree (a tree of a 520-byte record costs 7-11 us, yajl's events 1.7).
 * Strings are decoded, NUL-terminated and live in the arena; an object or array among the members stays
 * compact JSON text, checked to every depth. yajl does the parsing; the checks it leaves out are made here:
 * strict UTF-8, lone surrogates, NUL, duplicate members at every depth, depth, number range (an integer must
 * fit int64; a double must be finite). Trees, where they are wanted (policy, context), are jansson's: see
 * json_tree().
 */
#ifndef CASEWORK_BASE_JSON_READ_H
#define CASEWORK_BASE_JSON_READ_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

#define JSON_MAX_DEPTH 64       /* the outermost value counts as 1 */
#define JSON_MAX_SIZE  4194304u /* bytes of one value: 4 MiB */

enum json_type_of {
    JSON_IS_NULL,
    JSON_IS_BOOL,
    JSON_IS_INTEGER, /* written without fraction and exponent */
    JSON_IS_REAL,
    JSON_IS_STRING,
    JSON_IS_OBJECT,
    JSON_IS_ARRAY,
};

struct json_value {
    enum json_type_of type;
    bool boolean;
    int64_t integer;
    double real;
    const char
        *text; /* STRING: decoded; every other type: the value as compact JSON text. NUL-terminated, arena */
    size_t length; /* of text in bytes */
};

struct json_member {
    const char *name; /* decoded, NUL-terminated */
    struct json_value value;
};

/* A top-level value: members of an object in order, or (for other types) the value itself. */
struct json_record {
    struct json_value value;     /* its `text` is the whole value, compact */
    struct json_member *members; /* NULL when value is no object */
    size_t count;
};

/* Parses exactly one value (white space around it is allowed). Errors: CODE_SYNTAX, CODE_LIMIT (size, depth),
 * CODE_INVALID (UTF-8, surrogate, NUL, duplicate member, number range) with the pointer of the member.
 * The parser object is made once and used for every record. */
struct json_parser;
int json_parser_new(struct json_parser **p, struct error *err);
void json_parser_free(struct json_parser *p);
int json_parse(struct json_parser *p, const char *text, size_t n, struct arena *arena,
               struct json_record *record, struct error *err);

const struct json_value *json_get(const struct json_record *record, const char *name); /* NULL when absent */
/* Sets or replaces a member (for KEY=VALUE operands and --source); strings are copied to the arena and the
 * record's text follows. A record of zeros becomes an object. Returns 0 or CODE_NO_MEMORY. */
int json_set_string(struct json_record *record, struct arena *arena, const char *name, const char *text);

/* "expected X, got Y": a short picture of a value for messages, e.g. "severe" in quotes, 17, an object. */
const char *json_describe(const struct json_value *value, struct arena *arena);

/* A string as JSON text, quotes and escapes included, in the arena. NULL when out of memory. */
const char *json_quote(const char *text, size_t n, struct arena *arena);

/* A jansson tree of checked text; NULL on error (CODE_SYNTAX with line and column in the message). The caller
 * owns the reference. The same strictness as json_parse. */
json_t *json_tree(const char *text, size_t n, struct error *err);
/* Compact text of a tree, in the arena, members in their order. NULL when out of memory. */
const char *json_tree_text(const json_t *tree, struct arena *arena);
/* RFC 7396: members of the patch replace those of the target, null removes, objects merge. 0, or -1 when out
 * of memory. */
int json_tree_patch(json_t *target, const json_t *patch);
/* Text inside free-form values obeys the rule of long text, names that of a line: CODE_INVALID below
 * `pointer`, a buffer of `size` bytes that is as it was afterwards. */
int json_tree_check_text(const json_t *tree, char *pointer, size_t size, struct error *err);

#endif
