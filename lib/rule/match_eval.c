#include "rule/match_internal.h"

/* A pattern that runs away ends the evaluation: every test after it answers at once, and nobody reads what.
 */
struct evaluation {
    struct effort effort;
    int code;
    struct error *err;
};

static bool match_holds(const struct match *match, const json_t *document, struct evaluation *e);
static bool value_holds(const json_t *value, const struct test *t, struct evaluation *e);

static bool all_hold(const json_t *value, const struct test *tests, size_t count, struct evaluation *e)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (!value_holds(value, &tests[i], e))
            return false;
    return true;
}

static bool in_literals(const json_t *value, const struct test *t)
{
    size_t i;

    for (i = 0; i < t->literal_count; i++)
        if (literal_equals(value, &t->literals[i]))
            return true;
    return false;
}

static bool has_pattern(const json_t *value, const struct test *t, struct evaluation *e)
{
    bool found = false;

    if (json_is_string(value) && e->code == 0)
        e->code = pattern_search(t->pattern, json_string_value(value), json_string_length(value), &e->effort,
                                 &found, e->err);
    return found;
}

static bool has_element(const json_t *value, const struct test *t, struct evaluation *e)
{
    const json_t *element;
    size_t i;

    json_array_foreach (value, i, element)
        if (!t->element
                ? all_hold(element, t->tests, t->test_count, e)
                : (json_is_object(element) || json_is_array(element)) && match_holds(t->element, element, e))
            return true;
    return false;
}

static bool value_passes(const json_t *value, const struct test *t, struct evaluation *e)
{
    int order;

    switch (t->kind) {
    case TEST_EQUAL:
        return literal_equals(value, t->literals);
    case TEST_IN:
        return in_literals(value, t);
    case TEST_GREATER:
        return literal_order(value, t->literals, &order) && order > 0;
    case TEST_GREATER_EQUAL:
        return literal_order(value, t->literals, &order) && order >= 0;
    case TEST_LESS:
        return literal_order(value, t->literals, &order) && order < 0;
    case TEST_LESS_EQUAL:
        return literal_order(value, t->literals, &order) && order <= 0;
    case TEST_REGEX:
        return has_pattern(value, t, e);
    case TEST_SIZE:
        return json_is_array(value) && json_array_size(value) == t->size;
    case TEST_ELEMENT:
        return has_element(value, t, e);
    case TEST_ALL:
        return all_hold(value, t->tests, t->test_count, e);
    case TEST_EXISTS:
        break;
    }
    return true;
}

/* The value itself, as $elemMatch sees an element: not the members of an array. */
static bool value_holds(const json_t *value, const struct test *t, struct evaluation *e)
{
    return value_passes(value, t, e) != t->negate;
}

/* What the path ends on: the value itself, or a member of an array. */
static bool end_passes(const json_t *value, const struct test *t, struct evaluation *e)
{
    const json_t *element;
    size_t i;

    if (value_passes(value, t, e))
        return true;
    if (t->kind == TEST_SIZE || t->kind == TEST_ELEMENT)
        return false;
    json_array_foreach (value, i, element)
        if (value_passes(element, t, e))
            return true;
    return false;
}

/* A path that leads nowhere reads as null, but does not exist. */
static bool missing_passes(const struct test *t, struct evaluation *e)
{
    return t->kind != TEST_EXISTS && value_passes(json_null(), t, e);
}

static bool any_passes(const json_t *node, const struct path_step *steps, size_t count, const struct test *t,
                       struct evaluation *e);

/* A step through an array goes on in each object of it, and a number also in the element of that index. That
 * other elements lack a member called "0" does not make the path read as null. */
static bool any_element_passes(const json_t *array, const struct path_step *steps, size_t count,
                               const struct test *t, struct evaluation *e)
{
    const json_t *element;
    size_t i;

    json_array_foreach (array, i, element)
        if (json_is_object(element) &&
            (!steps->is_index || json_object_getn(element, steps->name, steps->length)) &&
            any_passes(element, steps, count, t, e))
            return true;
    return steps->is_index && steps->index < json_array_size(array) &&
           any_passes(json_array_get(array, steps->index), steps + 1, count - 1, t, e);
}

/* Whether any value that the steps lead to from here passes. */
static bool any_passes(const json_t *node, const struct path_step *steps, size_t count, const struct test *t,
                       struct evaluation *e)
{
    if (!node)
        return missing_passes(t, e);
    if (count == 0)
        return end_passes(node, t, e);
    if (json_is_object(node))
        return any_passes(json_object_getn(node, steps->name, steps->length), steps + 1, count - 1, t, e);
    if (json_is_array(node))
        return any_element_passes(node, steps, count, t, e);
    return missing_passes(t, e);
}

/* Below $elemMatch an array may be what paths begin at: it is read as an object with its indexes for names.
 */
static bool path_passes(const json_t *root, const struct path *path, const struct test *t,
                        struct evaluation *e)
{
    const json_t *first = NULL;

    if (!json_is_array(root))
        return any_passes(root, path->steps, path->count, t, e);
    if (path->steps->is_index)
        first = json_array_get(root, path->steps->index);
    return any_passes(first, path->steps + 1, path->count - 1, t, e);
}

static bool test_holds(const struct test *t, const json_t *root, const struct path *path,
                       struct evaluation *e)
{
    bool holds = true;
    size_t i;

    if (t->kind != TEST_ALL)
        return path_passes(root, path, t, e) != t->negate;
    for (i = 0; i < t->test_count && holds; i++)
        holds = test_holds(&t->tests[i], root, path, e);
    return holds != t->negate;
}

static bool path_clause_holds(const struct clause *c, const json_t *document, struct evaluation *e)
{
    const json_t *context = c->path.through_context ? json_object_get(document, "context") : NULL;
    const json_t *root = json_is_object(context) ? context : document;
    size_t i;

    for (i = 0; i < c->test_count; i++)
        if (!test_holds(&c->tests[i], root, &c->path, e))
            return false;
    return true;
}

static bool clause_holds(const struct clause *c, const json_t *document, struct evaluation *e)
{
    bool decisive = c->kind != CLAUSE_AND, holds = !decisive;
    size_t i;

    if (c->kind == CLAUSE_PATH)
        return path_clause_holds(c, document, e);
    for (i = 0; i < c->branch_count && holds != decisive; i++)
        holds = match_holds(&c->branches[i], document, e);
    return holds != (c->kind == CLAUSE_NOR);
}

static bool match_holds(const struct match *match, const json_t *document, struct evaluation *e)
{
    size_t i;

    for (i = 0; i < match->count; i++)
        if (!clause_holds(&match->clauses[i], document, e))
            return false;
    return true;
}

int match_test(const struct match *match, const json_t *document, bool *matches, struct error *err)
{
    struct evaluation e = {.err = err};

    effort_init(&e.effort);
    *matches = match_holds(match, document, &e) && e.code == 0;
    return e.code;
}

size_t match_clause_count(const struct match *match)
{
    return match->count;
}

const char *match_clause_name(const struct match *match, size_t i)
{
    return match->clauses[i].name;
}

int match_clause_test(const struct match *match, size_t i, const json_t *document, bool *holds,
                      struct error *err)
{
    struct evaluation e = {.err = err};

    effort_init(&e.effort);
    *holds = clause_holds(&match->clauses[i], document, &e) && e.code == 0;
    return e.code;
}

int match_visit_paths(const struct match *match, int (*visit)(void *context, const char *path), void *context)
{
    size_t i, k;
    int rc;

    for (i = 0; i < match->count; i++) {
        const struct clause *c = &match->clauses[i];

        if (c->kind == CLAUSE_PATH && (rc = visit(context, c->name)))
            return rc;
        for (k = 0; k < c->branch_count; k++)
            if ((rc = match_visit_paths(&c->branches[k], visit, context)))
                return rc;
    }
    return 0;
}
