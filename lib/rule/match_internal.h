/*
 * The compiled form of a condition, shared by match_compile.c and match_eval.c.
 *
 * A match is a list of clauses that must all hold. A clause is a path with tests, or branches joined by $and
 * or $or. Everything lives in the arena given to match_compile(); names, paths and texts point into the
 * condition.
 */
#ifndef CASEWORK_RULE_MATCH_INTERNAL_H
#define CASEWORK_RULE_MATCH_INTERNAL_H

#include <stdint.h>

#include "rule/match.h"

#define MATCH_DEPTH_MAX 64 /* nested conditions */
#define PATH_STEPS_MAX  64 /* names in a path */

enum literal_type {
    LITERAL_NULL,
    LITERAL_BOOL,
    LITERAL_INTEGER,
    LITERAL_REAL,
    LITERAL_STRING,
    LITERAL_TREE /* an object or array */
};

struct literal {
    enum literal_type type;
    bool boolean;
    int64_t integer;
    double real;
    const char *text;
    size_t length;
    const json_t *tree; /* the value itself, whatever its type */
};

struct path_step {
    const char *name; /* not terminated */
    size_t length;
    bool is_index; /* the name is a number, and so also an array's index */
    size_t index;
};

struct path {
    const struct path_step *steps;
    size_t count;
    bool through_context; /* read below `context` where the document has that object */
};

enum test_kind {
    TEST_EQUAL,
    TEST_IN,
    TEST_GREATER,
    TEST_GREATER_EQUAL,
    TEST_LESS,
    TEST_LESS_EQUAL,
    TEST_EXISTS,
    TEST_ALL /* every one of `tests` holds: the inside of $not */
};

struct test {
    enum test_kind kind;
    bool negate;                    /* $ne, $nin, $not, {"$exists":false} */
    const struct literal *literals; /* one; for TEST_IN any number */
    size_t literal_count;
    const struct test *tests;
    size_t test_count;
};

enum clause_kind {
    CLAUSE_PATH,
    CLAUSE_AND,
    CLAUSE_OR
};

struct clause {
    enum clause_kind kind;
    const char *name;         /* the path as written, "$and" or "$or" */
    struct path path;         /* CLAUSE_PATH */
    const struct test *tests; /* all must hold */
    size_t test_count;
    const struct match *branches; /* CLAUSE_AND, CLAUSE_OR */
    size_t branch_count;
};

struct match {
    const struct clause *clauses;
    size_t count;
};

/* Splits a dotted path into at most `room` steps. Returns their number, 0 when the path is malformed or
 * longer. */
size_t path_split(const char *text, struct path_step *steps, size_t room);
/* Whether the path is one that the resolver reads below `context`. */
bool path_through_context(const struct path_step *steps, size_t count);

#endif
