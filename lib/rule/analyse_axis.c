/* The paths that a table's conditions read, and the tests on each. */
#include "rule/analyse_internal.h"

#include <string.h>

json_t *analysis_keep(struct analysis *a, json_t *value)
{
    if (!value || json_array_append_new(a->pool, value) != 0) {
        a->arena.failed = true;
        return NULL;
    }
    return value;
}

static bool is_scalar(const struct literal *literals, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (literals[i].type == LITERAL_TREE)
            return false;
    return true;
}

bool test_is_opaque(const struct path *path, const struct test *t, const char **why)
{
    size_t i;

    *why = t->kind == TEST_REGEX                       ? "$regex"
           : t->kind == TEST_SIZE                      ? "$size"
           : t->kind == TEST_ELEMENT                   ? "$elemMatch"
           : !is_scalar(t->literals, t->literal_count) ? "an object or array as a literal"
                                                       : NULL;
    for (i = 0; i < path->count && !*why; i++)
        if (path->steps[i].is_index)
            *why = "an array's index";
    return *why != NULL;
}

/* What a test looks for, as a text: tests of one key pass the same values. NULL when memory ran out. */
static char *test_key(const struct analysis *a, const struct test *t)
{
    json_t *key = json_pack("[i]", (int)t->kind);
    char *text = NULL;
    size_t i;

    (void)a;
    for (i = 0; key && i < t->literal_count; i++)
        if (json_array_append(key, (json_t *)t->literals[i].tree) != 0)
            break;
    if (key && i == t->literal_count)
        text = json_dumps(key, JSON_COMPACT);
    json_decref(key);
    return text;
}

size_t test_find(const struct analysis *a, const struct axis *axis, const struct test *t)
{
    char *key = test_key(a, t);
    const json_t *index = key ? json_object_get(axis->test_index, key) : NULL;

    free(key);
    return (size_t)json_integer_value(index); /* out of memory: any does, the whole is void */
}

struct axis *axis_find(const struct analysis *a, const char *name, size_t *index)
{
    const json_t *found = json_object_get(a->axis_index, name);

    if (!found)
        return NULL;
    *index = (size_t)json_integer_value(found);
    return &a->axes[*index];
}

static enum axis_kind kind_of_field(const struct field *f)
{
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_TIME:
    case FIELD_DURATION:
        return AXIS_TEXT;
    case FIELD_RANK:
    case FIELD_BOOL:
    case FIELD_ENUM:
        return AXIS_ENUMERATED;
    case FIELD_INT:
        return AXIS_INTEGER;
    case FIELD_REAL:
        return AXIS_NUMBER;
    case FIELD_JSON:
        break;
    }
    return AXIS_OPEN;
}

/* What the shape of a case says of the path. What leads nowhere is taken for free: to tell of it is not the
 * analysis' business. */
static void axis_classify(const struct analysis *a, struct axis *axis)
{
    struct shape shape = shape_of(axis->name);

    if (shape.kind == SHAPE_TYPED && a->typed && axis->path->count == 2)
        shape = a->typed(a->typed_context, axis->path->steps[1].name, axis->path->steps[1].length);
    axis->shape = shape;
    axis->kind = AXIS_OPEN;
    if (shape.kind == SHAPE_TEXTS)
        axis->kind = AXIS_TEXTS;
    else if (shape.kind == SHAPE_LIST)
        axis->kind = AXIS_LIST;
    else if (shape.kind == SHAPE_NOTHING && shape.field && shape.field->type != FIELD_JSON)
        axis->kind = AXIS_NOTHING;
    else if (shape.kind == SHAPE_FIELD)
        axis->kind = shape.among ? AXIS_ENUMERATED : kind_of_field(shape.field);
}

static struct axis *axis_add(struct analysis *a, const char *name, const struct path *path)
{
    struct axis *axes = arena_grow(&a->arena, a->axes, sizeof *axes, a->axis_count, &a->axis_room), *axis;

    if (!axes)
        return NULL;
    a->axes = axes;
    axis = &axes[a->axis_count];
    *axis = (struct axis){.name = name, .path = path, .test_index = analysis_keep(a, json_object())};
    if (!axis->test_index ||
        (name && json_object_set_new_nocheck(a->axis_index, name, json_integer((json_int_t)a->axis_count)))) {
        a->arena.failed = true;
        return NULL;
    }
    a->axis_count++;
    if (path)
        axis_classify(a, axis);
    return axis;
}

static void add_test(struct analysis *a, struct axis *axis, const struct test *t)
{
    char *key = test_key(a, t);
    const struct test **tests;

    if (!key)
        a->arena.failed = true;
    if (!key || json_object_get(axis->test_index, key)) {
        free(key);
        return;
    }
    tests = arena_grow(&a->arena, axis->tests, sizeof *tests, axis->test_count, &axis->test_room);
    if (!tests ||
        json_object_set_new_nocheck(axis->test_index, key, json_integer((json_int_t)axis->test_count)) != 0) {
        a->arena.failed = true;
    } else {
        axis->tests = tests;
        tests[axis->test_count++] = t;
    }
    free(key);
}

static void gather_test(struct analysis *a, const struct clause *c, const struct test *t)
{
    struct axis *axis;
    const char *why;
    size_t i;

    if (t->kind == TEST_ALL) {
        for (i = 0; i < t->test_count; i++)
            gather_test(a, c, &t->tests[i]);
        return;
    }
    if (test_is_opaque(&c->path, t, &why))
        return;
    if (!(axis = axis_find(a, c->name, &i)) && !(axis = axis_add(a, c->name, &c->path)))
        return;
    add_test(a, axis, t);
}

static void gather(struct analysis *a, const struct match *match)
{
    size_t i, k;

    for (i = 0; i < match->count; i++) {
        const struct clause *c = &match->clauses[i];

        for (k = 0; k < c->test_count; k++)
            gather_test(a, c, &c->tests[k]);
        for (k = 0; k < c->branch_count; k++)
            gather(a, &c->branches[k]);
    }
}

static int by_moment(const void *one, const void *other)
{
    usec x = ((const struct point *)one)->at, y = ((const struct point *)other)->at;

    return x < y ? -1 : x > y;
}

static void add_moment(struct analysis *a, struct axis *axis, usec at)
{
    points_add(a, axis, POINT_VALUE, NULL);
    if (!arena_failed(&a->arena))
        axis->points[axis->count - 1].at = at;
}

/* Each date begins a class; so does the time before them all. */
static void build_moments(struct analysis *a)
{
    const struct table *t = a->table;
    struct axis *axis = axis_add(a, NULL, NULL);
    size_t i, n = 0;

    if (!axis)
        return;
    axis->kind = AXIS_MOMENT;
    for (i = 0; i < t->count; i++) {
        if (t->rules[i].from != TIME_NONE)
            add_moment(a, axis, t->rules[i].from);
        if (t->rules[i].until != TIME_NONE)
            add_moment(a, axis, t->rules[i].until);
    }
    if (arena_failed(&a->arena))
        return;
    if (axis->count > 0)
        qsort(axis->points, axis->count, sizeof *axis->points, by_moment);
    for (i = 0; i < axis->count; i++)
        if (i == 0 || axis->points[i].at != axis->points[n - 1].at)
            axis->points[n++] = axis->points[i];
    axis->count = n;
    add_moment(a, axis, n > 0 ? axis->points[0].at - USEC_SECOND : TIME_NONE);
}

void axes_build(struct analysis *a)
{
    size_t i;

    build_moments(a);
    for (i = 0; i < a->table->count; i++)
        gather(a, a->table->rules[i].when);
    for (i = 1; i < a->axis_count && !arena_failed(&a->arena); i++) {
        points_build(a, &a->axes[i]);
        points_judge(a, &a->axes[i]);
    }
}
