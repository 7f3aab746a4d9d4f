/*
 * What match_compile.c (conditions) and match_operand.c (operators below a path) share while a condition is
 * compiled: each comes to the other's things, as $elemMatch holds a condition.
 */
#ifndef CASEWORK_RULE_MATCH_COMPILER_H
#define CASEWORK_RULE_MATCH_COMPILER_H

#include "rule/match_internal.h"
#include "rule/reading.h"

struct compiler {
    struct arena *arena;
    struct error *err;
    struct pointer_text at; /* of the value at hand */
    unsigned depth;
    bool inside_element; /* of $elemMatch: paths are not the case's */
};

/* Goes down to a member; gives what leave() wants to come back. After an error nobody comes back. */
size_t enter(struct compiler *c, const char *name);
size_t enter_element(struct compiler *c, size_t index);
void leave(struct compiler *c, size_t back);

/* Zeroed memory, never of size 0, so that NULL always means that memory ran out. */
void *take(struct compiler *c, size_t count, size_t size);

/* Counts one more level of nesting; the caller takes it off again. CODE_LIMIT. */
int go_deeper(struct compiler *c);

/* A condition. */
int compile_match(struct compiler *c, const json_t *condition, struct match *match);

/* An object of operators, or the one literal that a value is. */
int compile_tests(struct compiler *c, const json_t *object, const struct test **tests, size_t *count);
int compile_equal(struct compiler *c, const json_t *value, const struct test **tests, size_t *count);
bool operator_known(const char *name); /* one that stands below a path */

#endif
