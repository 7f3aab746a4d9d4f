/*
 * The compiled form of a condition: made by match_compile.c and match_operand.c, evaluated by match_eval.c
 * with match_compare.c, match_path.c and match_pattern.c.
 *
 * A match is a list of clauses that must all hold. A clause is a path with tests, or branches joined by $and,
 * $or or $nor. Everything lives in the arena given to match_compile(), PCRE2's code included; names, paths
 * and texts point into the condition.
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
    TEST_REGEX,
    TEST_SIZE,
    TEST_ELEMENT, /* $elemMatch: one element passes `element`, or where that is NULL all of `tests` */
    TEST_ALL      /* every one of `tests` holds, each on an element of its own: $all, the inside of $not */
};

struct test {
    enum test_kind kind;
    bool negate;                    /* $ne, $nin, $not, {"$exists":false} */
    const struct literal *literals; /* one; for TEST_IN any number */
    size_t literal_count;
    const struct test *tests;
    size_t test_count;
    const struct match *element;
    const struct pattern *pattern;
    size_t size; /* of an array */
};

enum clause_kind {
    CLAUSE_PATH,
    CLAUSE_AND,
    CLAUSE_OR,
    CLAUSE_NOR
};

struct clause {
    enum clause_kind kind;
    const char *name;         /* the path as written, "$and", "$or" or "$nor" */
    struct path path;         /* CLAUSE_PATH */
    const struct test *tests; /* all must hold */
    size_t test_count;
    const struct match *branches; /* the other kinds */
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

/* Calls `visit` for every value that an equality at the path is tried on: what the path ends on, the members
 * of an array there, null for what is missing. */
typedef void path_visit_value(void *context, const json_t *value);
void path_visit_values(const struct path *path, const json_t *document, path_visit_value *visit,
                       void *context);

/* The order of a value relative to a literal of its type; false when the types differ. */
bool literal_order(const json_t *value, const struct literal *literal, int *order);
/* As literal_order() == 0, without ordering what differs at a glance. */
bool literal_equals(const json_t *value, const struct literal *literal);

/* A regular expression. `pointer` is that of the object which holds $regex and, unless `options` is NULL,
 * $options. */
struct pattern;
int pattern_compile(const json_t *regex, const json_t *options, const char *pointer, struct arena *arena,
                    const struct pattern **pattern, struct error *err);

/* What the searches of one evaluation may still cost (see match.h). */
struct effort {
    uint64_t left; /* sixteenths of a step */
};
void effort_init(struct effort *effort);
/* Searches a text for the pattern. CODE_RULE when that takes more steps than are left, or memory beyond all
 * measure. */
int pattern_search(const struct pattern *p, const char *text, size_t length, struct effort *effort,
                   bool *found, struct error *err);

#endif
