/*
 * The inside of a parser: shared by json_read.c (a record's beginning and end) and json_events.c (what yajl
 * reports).
 */
#ifndef CASEWORK_BASE_JSON_EVENTS_H
#define CASEWORK_BASE_JSON_EVENTS_H

#include <locale.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <yajl/yajl_parse.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json_read.h"

struct name {
    const char *text; /* decoded, not terminated */
    size_t length;
};

/* An object or array that is open. */
struct level {
    bool is_array;
    size_t start;      /* of its text in the compact text */
    size_t first_name; /* objects: its names are names[first_name..] */
    size_t elements;   /* arrays: begun so far */
};

struct json_parser {
    struct arena scratch; /* yajl's memory and escaped names, for one record */
    jmp_buf no_memory;    /* yajl does not check its allocations, so ours do not return when they fail */
    locale_t c_locale;
    yajl_handle yajl;

    struct name *names; /* of all open objects, the outermost first */
    size_t name_count, name_capacity;
    struct json_member *members; /* of the outermost object */
    size_t member_count, member_capacity;
    struct level levels[JSON_MAX_DEPTH];
    int depth;

    const char *text;
    size_t length;
    size_t done;      /* bytes of text up to the end of the last token */
    bool at_end;      /* yajl has been told that there is no more */
    bool utf8_broken; /* somewhere: the strings are checked to find out where */

    char *compact; /* the text without white space; room for length + 1 */
    size_t compact_length;
    char
        *values; /* NUL-terminated texts of members: a token and the separator behind it leave room for one */
    struct json_value top;

    struct arena *arena;
    struct error *err;
    int code;
};

/* Parses p->text into p->top and p->members. */
int json_events_run(struct json_parser *p);

#endif
