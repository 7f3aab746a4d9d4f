/* The values that stand for the classes of an axis. */
#include "rule/analyse_internal.h"

#include <math.h>
#include <string.h>

void points_add(struct analysis *a, struct axis *axis, int kind, json_t *value)
{
    struct point *points = arena_grow(&a->arena, axis->points, sizeof *points, axis->count, &axis->room);

    if (!points)
        return;
    axis->points = points;
    points[axis->count++] = (struct point){kind, value, TIME_NONE};
}

static void add_value(struct analysis *a, struct axis *axis, json_t *value)
{
    if (analysis_keep(a, value))
        points_add(a, axis, POINT_VALUE, value);
}

static void add_text(struct analysis *a, struct axis *axis, const char *text)
{
    add_value(a, axis, json_string_nocheck(text));
}

static void add_enumerated(struct analysis *a, struct axis *axis)
{
    const struct field *f = axis->shape.field;
    size_t count = json_array_size(axis->shape.among), k;
    int64_t i;

    for (k = 0; k < count; k++)
        add_value(a, axis, json_incref(json_array_get(axis->shape.among, k)));
    if (count > 0)
        return;
    if (f->type == FIELD_BOOL) { /* false is not printed */
        add_value(a, axis, json_true());
        if (f->flags & FIELD_PRINT_FALSE)
            add_value(a, axis, json_false());
    }
    for (i = 1; f->type == FIELD_RANK && i <= f->limit; i++)
        add_value(a, axis, json_integer(i));
    for (i = 1; f->type == FIELD_ENUM && f->names[i]; i++)
        add_text(a, axis, f->names[i]);
}

/* The literals of an axis' tests that are of one type, in order. */
struct mentioned {
    const struct literal **list;
    size_t count, room;
    bool ranged; /* there are $gt, $gte, $lt, $lte among the tests */
};

static int by_value(const void *one, const void *other)
{
    int order = 0;

    literal_order((*(const struct literal *const *)one)->tree, *(const struct literal *const *)other, &order);
    return order;
}

static bool is_range(enum test_kind kind)
{
    return kind == TEST_GREATER || kind == TEST_GREATER_EQUAL || kind == TEST_LESS || kind == TEST_LESS_EQUAL;
}

static bool same_type(enum literal_type type, enum literal_type other)
{
    return type == other || (type == LITERAL_INTEGER && other == LITERAL_REAL);
}

static struct mentioned mentioned_of(struct analysis *a, const struct axis *axis, enum literal_type type)
{
    struct mentioned m = {0};
    size_t i, k, n = 0;

    for (i = 0; i < axis->test_count; i++)
        for (k = 0; k < axis->tests[i]->literal_count; k++) {
            const struct literal *literal = &axis->tests[i]->literals[k];

            if (!same_type(type, literal->type))
                continue;
            m.ranged = m.ranged || is_range(axis->tests[i]->kind);
            if (!(m.list = arena_grow(&a->arena, m.list, sizeof(*m.list), m.count, &m.room)))
                return (struct mentioned){0};
            m.list[m.count++] = literal;
        }
    if (m.count > 0)
        qsort(m.list, m.count, sizeof(*m.list), by_value);
    for (i = 0; i < m.count; i++)
        if (i == 0 || by_value(&m.list[i], &m.list[n - 1]) != 0)
            m.list[n++] = m.list[i];
    m.count = n;
    return m;
}

/* Keys and words are not empty. */
static bool may_be_empty(const struct axis *axis)
{
    return axis->kind != AXIS_TEXTS && !(axis->shape.field && axis->shape.field->flags & FIELD_KEY);
}

/* Whether a value of the right type may be there. */
static bool may_be(const struct axis *axis, const json_t *value)
{
    double x = json_number_value(value);

    if (json_is_string(value))
        return json_string_length(value) > 0 || may_be_empty(axis);
    if (json_is_real(value) && axis->kind == AXIS_INTEGER && floor(x) != x)
        return false;
    return (!axis->shape.least || x >= json_number_value(axis->shape.least)) &&
           (!axis->shape.most || x <= json_number_value(axis->shape.most));
}

static void add_possible(struct analysis *a, struct axis *axis, const json_t *value)
{
    if (value && may_be(axis, value))
        add_value(a, axis, json_incref((json_t *)value));
}

static void add_mentioned(struct analysis *a, struct axis *axis, const struct mentioned *m)
{
    size_t i;

    for (i = 0; i < m->count; i++)
        add_possible(a, axis, m->list[i]->tree);
}

/* A text after one (NULL: the first there may be) and before the next; there may be none. Readable ones
 * first. */
static void add_text_between(struct analysis *a, struct axis *axis, const struct literal *one,
                             const struct literal *next)
{
    static const char *const after[] = {"-other", "0", " ", "\x01", NULL}, *const first[] = {"0", "!", " ",
                                                                                             NULL};
    const char *const *ends = one ? after : first;
    size_t i;

    for (i = 0; ends[i]; i++) {
        const char *text = arena_printf(&a->arena, "%s%s", one ? one->text : "", ends[i]);
        json_t *value = text ? analysis_keep(a, json_string_nocheck(text)) : NULL;
        int order;

        if (!value)
            return;
        if (next && literal_order(value, next, &order) && order >= 0)
            continue;
        points_add(a, axis, POINT_VALUE, value);
        return;
    }
}

static void add_texts(struct analysis *a, struct axis *axis)
{
    struct mentioned m = mentioned_of(a, axis, LITERAL_STRING);
    size_t i;

    add_mentioned(a, axis, &m);
    if (m.count == 0) {
        add_text(a, axis, "other");
        return;
    }
    /* Without ranges what comes after the last stands for all that is not mentioned. */
    for (i = m.ranged ? 0 : m.count - 1; i < m.count; i++)
        add_text_between(a, axis, m.list[i], i + 1 < m.count ? m.list[i + 1] : NULL);
    if (m.ranged && may_be_empty(axis))
        add_text(a, axis, "");
    else if (m.ranged)
        add_text_between(a, axis, NULL, m.list[0]);
}

/* Between whole numbers a whole one, without rounding. */
static json_t *whole_between(const struct literal *low, const struct literal *high)
{
    double floor_of;

    if (low && low->type == LITERAL_INTEGER)
        return low->integer < INT64_MAX ? json_integer(low->integer + 1) : NULL;
    if (!low && high->type == LITERAL_INTEGER)
        return high->integer > INT64_MIN ? json_integer(high->integer - 1) : NULL;
    floor_of = low ? floor(low->real) + 1 : ceil(high->real) - 1;
    return fabs(floor_of) < 9e18 ? json_integer((json_int_t)floor_of) : NULL;
}

static json_t *real_between(const struct literal *low, const struct literal *high)
{
    double x = low ? json_number_value(low->tree) : 0, y = high ? json_number_value(high->tree) : 0;

    if (!low)
        return json_real(y - fabs(y) / 2 - 1);
    return json_real(high ? x + (y - x) / 2 : x + fabs(x) / 2 + 1);
}

static bool lies_between(const json_t *value, const struct literal *low, const struct literal *high)
{
    int order;

    return (!low || (literal_order(value, low, &order) && order > 0)) &&
           (!high || (literal_order(value, high, &order) && order < 0));
}

/* A number strictly between two, or beyond the one that is given. */
static void add_number_between(struct analysis *a, struct axis *axis, const struct literal *low,
                               const struct literal *high)
{
    json_t *value = whole_between(low, high);

    if (value && !lies_between(value, low, high)) {
        json_decref(value);
        value = NULL;
    }
    if (!value && axis->kind != AXIS_INTEGER)
        value = real_between(low, high);
    if (value && analysis_keep(a, value) && lies_between(value, low, high) && may_be(axis, value))
        points_add(a, axis, POINT_VALUE, value);
}

static void add_numbers(struct analysis *a, struct axis *axis)
{
    struct mentioned m = mentioned_of(a, axis, LITERAL_INTEGER);
    size_t i;

    add_mentioned(a, axis, &m);
    add_possible(a, axis, axis->shape.least); /* beyond the last that is mentioned there may be no other */
    add_possible(a, axis, axis->shape.most);
    if (m.count == 0) {
        if (!axis->shape.least && !axis->shape.most)
            add_value(a, axis, json_integer(0));
        return;
    }
    for (i = m.ranged ? 0 : m.count - 1; i < m.count; i++)
        add_number_between(a, axis, m.list[i], i + 1 < m.count ? m.list[i + 1] : NULL);
    if (m.ranged)
        add_number_between(a, axis, NULL, m.list[0]);
}

static bool first_is(const struct path *path, const char *name)
{
    return path->steps->length == strlen(name) && memcmp(path->steps->name, name, strlen(name)) == 0;
}

/* Whether the path may lead through an array that a customer or a source fills: not where the tools make the
 * objects on the way, as `fields` and the records of the context. */
static bool has_free_way(const struct path *path)
{
    if (path->count != 2)
        return path->count > 1;
    return !path->through_context && !first_is(path, "fields");
}

void points_build(struct analysis *a, struct axis *axis)
{
    bool open = axis->kind == AXIS_OPEN;

    if (!axis->shape.always)
        points_add(a, axis, POINT_ABSENT, NULL);
    if (axis->kind == AXIS_ENUMERATED)
        add_enumerated(a, axis);
    if (open || axis->kind == AXIS_TEXT || axis->kind == AXIS_TEXTS)
        add_texts(a, axis);
    if (open || axis->kind == AXIS_INTEGER || axis->kind == AXIS_NUMBER)
        add_numbers(a, axis);
    if (axis->kind == AXIS_TEXTS)
        add_value(a, axis, json_array());
    if (axis->kind == AXIS_LIST)
        add_value(a, axis, json_pack("[{}]"));
    if (axis->shape.nullable ||
        axis->shape.listed) /* where another object of the list has it, null stands for none */
        add_value(a, axis, json_null());
    if (!open)
        return;
    add_value(a, axis, json_null());
    add_value(a, axis, json_true());
    add_value(a, axis, json_false());
    add_value(a, axis, json_object());
    add_value(a, axis, json_array());
    if (has_free_way(axis->path))
        points_add(a, axis, POINT_EMPTY_WAY, NULL);
}
