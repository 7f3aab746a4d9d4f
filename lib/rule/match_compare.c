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

bool literal_order(const json_t *value, const struct literal *literal, int *order)
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

bool literal_equals(const json_t *value, const struct literal *literal)
{
    int order;

    if (literal->type == LITERAL_STRING)
        return json_is_string(value) && json_string_length(value) == literal->length &&
               memcmp(json_string_value(value), literal->text, literal->length) == 0;
    if (literal->type == LITERAL_INTEGER && json_is_integer(value))
        return json_integer_value(value) == literal->integer;
    return literal_order(value, literal, &order) && order == 0;
}
