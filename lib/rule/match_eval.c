#include "rule/match_internal.h"

#include <string.h>

static int order_of(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

/* Exact: neither side is rounded to the other's type. */
static int compare_integer_real(int64_t i, double d)
{
    int64_t whole;

    if (d >= 9223372036854775808.0)
        return -1;
    if (d < -9223372036854775808.0)
        return 1;
    whole = (int64_t)d;
    if (i != whole)
        return i < whole ? -1 : 1;
    return d > (double)whole ? -1 : d < (double)whole;
}

static int compare_numbers(const json_t *a, const json_t *b)
{
    if (json_is_integer(a) && json_is_integer(b))
        return order_of(json_integer_value(a), json_integer_value(b));
    if (json_is_integer(a))
        return compare_integer_real(json_integer_value(a), json_real_value(b));
    if (json_is_integer(b))
        return -compare_integer_real(json_integer_value(b), json_real_value(a));
    return json_real_value(a) < json_real_value(b) ? -1 : json_real_value(a) > json_real_value(b);
}

static int compare_bytes(const char *a, size_t n, const char *b, size_t m)
{
    int order = memcmp(a, b, n < m ? n : m);

    return order ? order : order_of((int64_t)n, (int64_t)m);
}

/* BSON's order of types; values of one rank compare with each other. */
static int type_rank(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
        return 0;
    case JSON_INTEGER:
    case JSON_REAL:
        return 1;
    case JSON_STRING:
        return 2;
    case JSON_OBJECT:
        return 3;
    case JSON_ARRAY:
        return 4;
    case JSON_TRUE:
    case JSON_FALSE:
        break;
    }
    return 5;
}

static int compare_values(const json_t *a, const json_t *b);

/* Member by member in order: the type, then the name, then the value; the shorter object is less. */
static int compare_objects(json_t *a, json_t *b)
{
    void *i = json_object_iter(a), *k = json_object_iter(b);
    int order;

    for (; i && k; i = json_object_iter_next(a, i), k = json_object_iter_next(b, k)) {
        json_t *x = json_object_iter_value(i), *y = json_object_iter_value(k);

        if ((order = type_rank(x) - type_rank(y)) ||
            (order = strcmp(json_object_iter_key(i), json_object_iter_key(k))) ||
            (order = compare_values(x, y)))
            return order;
    }
    return (i != NULL) - (k != NULL);
}

static int compare_arrays(const json_t *a, const json_t *b)
{
    size_t n = json_array_size(a), m = json_array_size(b), i;
    int order;

    for (i = 0; i < n && i < m; i++)
        if ((order = compare_values(json_array_get(a, i), json_array_get(b, i))))
            return order;
    return order_of((int64_t)n, (int64_t)m);
}

static int compare_values(const json_t *a, const json_t *b)
{
    int rank = type_rank(a), other = type_rank(b);

    if (rank != other)
        return rank < other ? -1 : 1;
    switch (rank) {
    case 0:
        return 0;
    case 1:
        return compare_numbers(a, b);
    case 2:
        return compare_bytes(json_string_value(a), json_string_length(a), json_string_value(b),
                             json_string_length(b));
    case 3:
        return compare_objects((json_t *)a, (json_t *)b);
    case 4:
        return compare_arrays(a, b);
    default:
        return json_is_true(a) - json_is_true(b);
    }
}

/* The order of a value relative to a literal of its type; false when the types differ. */
static bool compare_literal(const json_t *value, const struct literal *literal, int *order)
{
    switch (literal->type) {
    case LITERAL_NULL:
        *order = 0;
        return json_is_null(value);
    case LITERAL_BOOL:
        *order = json_is_true(value) - literal->boolean;
        return json_is_boolean(value);
    case LITERAL_INTEGER:
    case LITERAL_REAL:
        if (!json_is_number(value))
            return false;
        *order = compare_numbers(value, literal->tree);
        return true;
    case LITERAL_STRING:
        if (!json_is_string(value))
            return false;
        *order = compare_bytes(json_string_value(value), json_string_length(value), literal->text,
                               literal->length);
        return true;
    case LITERAL_TREE:
        break;
    }
    if (json_typeof(value) != json_typeof(literal->tree))
        return false;
    *order = compare_values(value, literal->tree);
    return true;
}

/* As compare_literal() == 0, without ordering what differs at a glance. */
static bool equals_literal(const json_t *value, const struct literal *literal)
{
    int order;

    if (literal->type == LITERAL_STRING)
        return json_is_string(value) && json_string_length(value) == literal->length &&
               memcmp(json_string_value(value), literal->text, literal->length) == 0;
    if (literal->type == LITERAL_INTEGER && json_is_integer(value))
        return json_integer_value(value) == literal->integer;
    return compare_literal(value, literal, &order) && order == 0;
}

static bool in_literals(const json_t *value, const struct test *t)
{
    size_t i;

    for (i = 0; i < t->literal_count; i++)
        if (equals_literal(value, &t->literals[i]))
            return true;
    return false;
}

static bool value_passes(const json_t *value, const struct test *t)
{
    int order;

    switch (t->kind) {
    case TEST_EQUAL:
        return equals_literal(value, t->literals);
    case TEST_IN:
        return in_literals(value, t);
    case TEST_GREATER:
        return compare_literal(value, t->literals, &order) && order > 0;
    case TEST_GREATER_EQUAL:
        return compare_literal(value, t->literals, &order) && order >= 0;
    case TEST_LESS:
        return compare_literal(value, t->literals, &order) && order < 0;
    case TEST_LESS_EQUAL:
        return compare_literal(value, t->literals, &order) && order <= 0;
    case TEST_EXISTS:
    case TEST_ALL:
        break;
    }
    return true;
}

/* What the path ends on: the value itself, or a member of an array. */
static bool end_passes(const json_t *value, const struct test *t)
{
    const json_t *element;
    size_t i;

    if (value_passes(value, t))
        return true;
    json_array_foreach (value, i, element)
        if (value_passes(element, t))
            return true;
    return false;
}

/* A path that leads nowhere reads as null, but does not exist. */
static bool missing_passes(const struct test *t)
{
    return t->kind != TEST_EXISTS && value_passes(json_null(), t);
}

static bool any_passes(const json_t *node, const struct path_step *steps, size_t count, const struct test *t);

/* A step through an array goes on in each object of it, and a number also in the element of that index. That
 * other elements lack a member called "0" does not make the path read as null. */
static bool any_element_passes(const json_t *array, const struct path_step *steps, size_t count,
                               const struct test *t)
{
    const json_t *element;
    size_t i;

    json_array_foreach (array, i, element)
        if (json_is_object(element) &&
            (!steps->is_index || json_object_getn(element, steps->name, steps->length)) &&
            any_passes(element, steps, count, t))
            return true;
    return steps->is_index && steps->index < json_array_size(array) &&
           any_passes(json_array_get(array, steps->index), steps + 1, count - 1, t);
}

/* Whether any value that the steps lead to from here passes. */
static bool any_passes(const json_t *node, const struct path_step *steps, size_t count, const struct test *t)
{
    if (!node)
        return missing_passes(t);
    if (count == 0)
        return end_passes(node, t);
    if (json_is_object(node))
        return any_passes(json_object_getn(node, steps->name, steps->length), steps + 1, count - 1, t);
    if (json_is_array(node))
        return any_element_passes(node, steps, count, t);
    return missing_passes(t);
}

static bool test_holds(const struct test *t, const json_t *root, const struct path *path)
{
    bool holds = true;
    size_t i;

    if (t->kind != TEST_ALL)
        return any_passes(root, path->steps, path->count, t) != t->negate;
    for (i = 0; i < t->test_count && holds; i++)
        holds = test_holds(&t->tests[i], root, path);
    return holds != t->negate;
}

static bool path_clause_holds(const struct clause *c, const json_t *document)
{
    const json_t *context = c->path.through_context ? json_object_get(document, "context") : NULL;
    const json_t *root = json_is_object(context) ? context : document;
    size_t i;

    for (i = 0; i < c->test_count; i++)
        if (!test_holds(&c->tests[i], root, &c->path))
            return false;
    return true;
}

static bool clause_holds(const struct clause *c, const json_t *document)
{
    bool any = c->kind == CLAUSE_OR;
    size_t i;

    if (c->kind == CLAUSE_PATH)
        return path_clause_holds(c, document);
    for (i = 0; i < c->branch_count; i++)
        if (match_test(&c->branches[i], document) == any)
            return any;
    return !any;
}

bool match_test(const struct match *match, const json_t *document)
{
    size_t i;

    for (i = 0; i < match->count; i++)
        if (!clause_holds(&match->clauses[i], document))
            return false;
    return true;
}

size_t match_clause_count(const struct match *match)
{
    return match->count;
}

const char *match_clause_name(const struct match *match, size_t i)
{
    return match->clauses[i].name;
}

bool match_clause_test(const struct match *match, size_t i, const json_t *document)
{
    return clause_holds(&match->clauses[i], document);
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
