/* From a condition to boxes: negation is pushed down to the tests, "and" multiplies, "or" collects. */
#include "rule/analyse_internal.h"

struct expansion {
    struct analysis *a;
    struct arena *arena;
    const char *why; /* the first thing that was not looked into */
};

static struct boxes none(void)
{
    return (struct boxes){0};
}

static struct boxes everything(struct expansion *e, bool loose)
{
    struct boxes all = {0};
    const struct box whole = {.loose = loose};

    boxes_add(e->arena, &all, &whole);
    return all;
}

static void not_analysed(struct expansion *e, const char *what, const char *path)
{
    if (e->why)
        return;
    e->why = path ? arena_printf(e->arena, "%s at \"%s\"", what, path) : what;
}

static struct boxes too_many(struct expansion *e)
{
    not_analysed(e, "more than a hundred alternatives", NULL);
    return everything(e, true);
}

/* Where arrays are not among the points: one that passes a single test has an element that does, so a value
 * does for it, but several tests may be passed by several elements. Such a box becomes whole on that axis
 * before it is cut with the other. */
static struct box allow_for_arrays(struct expansion *e, const struct box *box, const struct box *other)
{
    struct box allowed = {ARENA_ARRAY(e->arena, struct span, box->count + 1), 0, box->loose};
    size_t i;

    for (i = 0; allowed.spans && i < box->count; i++) {
        struct span *span = &allowed.spans[allowed.count++];
        const struct axis *axis = &e->a->axes[box->spans[i].axis];
        const struct span *more = axis->no_arrays ? box_span(other, box->spans[i].axis) : NULL;

        *span = box->spans[i];
        if (!more || span->positives == 0 || more->positives == 0)
            continue;
        not_analysed(e, "arrays", axis->name);
        span->set = set_new(e->arena, axis, true);
        allowed.loose = true;
    }
    return allowed;
}

static struct boxes multiply(struct expansion *e, const struct boxes *one, const struct boxes *other)
{
    struct boxes product = {0};
    struct box x, y, both;
    size_t i, k;

    for (i = 0; i < one->count; i++)
        for (k = 0; k < other->count; k++) {
            x = allow_for_arrays(e, &one->list[i], &other->list[k]);
            y = allow_for_arrays(e, &other->list[k], &one->list[i]);
            if (!box_and(e->a, e->arena, &x, &y, &both))
                continue;
            if (product.count == BOXES_MAX)
                return too_many(e);
            boxes_add(e->arena, &product, &both);
        }
    return product;
}

static struct boxes collect(struct expansion *e, const struct boxes *one, const struct boxes *other)
{
    struct boxes sum = *one;
    size_t i;

    if (one->count + other->count > BOXES_MAX)
        return too_many(e);
    for (i = 0; i < other->count; i++)
        boxes_add(e->arena, &sum, &other->list[i]);
    return sum;
}

/* What several parts say together: all of them, or one of them. */
static void join(struct expansion *e, bool all, struct boxes *so_far, struct boxes part)
{
    *so_far = all ? multiply(e, so_far, &part) : collect(e, so_far, &part);
}

static struct boxes start(struct expansion *e, bool all)
{
    return all ? everything(e, false) : none();
}

static struct boxes expand_leaf(struct expansion *e, const struct clause *c, const struct test *t, bool holds)
{
    struct boxes boxes = {0};
    const struct axis *axis;
    struct span *span = ARENA_NEW(e->arena, struct span);
    struct box box = {span, 1, false};
    const char *why;
    size_t i, words;
    const word *truth;

    if (test_is_opaque(&c->path, t, &why)) {
        not_analysed(e, why, c->name);
        return everything(e, true);
    }
    if (!span || !(axis = axis_find(e->a, c->name, &span->axis)) ||
        !(span->set = set_new(e->arena, axis, true)))
        return none(); /* memory ran out */
    words = set_words(axis);
    truth = axis->truth[test_find(e->a, axis, t)];
    for (i = 0; i < words; i++)
        span->set[i] &= holds ? truth[i] : ~truth[i];
    span->positives = holds;
    span->negatives = !holds;
    if (!set_empty(span->set, words))
        boxes_add(e->arena, &boxes, &box);
    return boxes;
}

static struct boxes expand_test(struct expansion *e, const struct clause *c, const struct test *t, bool holds)
{
    bool passes = holds != t->negate;
    struct boxes boxes;
    size_t i;

    if (t->kind != TEST_ALL)
        return expand_leaf(e, c, t, passes);
    boxes = start(e, passes);
    for (i = 0; i < t->test_count; i++)
        join(e, passes, &boxes, expand_test(e, c, &t->tests[i], passes));
    return boxes;
}

static struct boxes expand_match(struct expansion *e, const struct match *match, bool holds);

static struct boxes expand_clause(struct expansion *e, const struct clause *c, bool holds)
{
    bool branch_holds = holds != (c->kind == CLAUSE_NOR);
    bool all = c->kind == CLAUSE_PATH || c->kind == CLAUSE_AND ? holds : !branch_holds;
    struct boxes boxes = start(e, all);
    size_t i;

    if (c->kind == CLAUSE_PATH)
        for (i = 0; i < c->test_count; i++)
            join(e, all, &boxes, expand_test(e, c, &c->tests[i], holds));
    else
        for (i = 0; i < c->branch_count; i++)
            join(e, all, &boxes, expand_match(e, &c->branches[i], branch_holds));
    return boxes;
}

static struct boxes expand_match(struct expansion *e, const struct match *match, bool holds)
{
    struct boxes boxes = start(e, holds);
    size_t i;

    for (i = 0; i < match->count; i++)
        join(e, holds, &boxes, expand_clause(e, &match->clauses[i], holds));
    return boxes;
}

static struct boxes in_force(struct expansion *e, const struct rule *rule)
{
    const struct axis *moments = &e->a->axes[0];
    struct span span = {.axis = 0, .set = set_new(e->arena, moments, false)};
    struct boxes boxes = {0};
    struct box box = {ARENA_NEW(e->arena, struct span), 1, false};
    size_t i;

    if (rule->from == TIME_NONE && rule->until == TIME_NONE)
        return everything(e, false);
    if (!span.set || !box.spans)
        return none();
    for (i = 0; i < moments->count; i++)
        if ((rule->from == TIME_NONE || moments->points[i].at >= rule->from) &&
            (rule->until == TIME_NONE || moments->points[i].at < rule->until))
            set_add(span.set, i);
    *box.spans = span;
    if (!set_empty(span.set, set_words(moments)))
        boxes_add(e->arena, &boxes, &box);
    return boxes;
}

void rule_expand(struct analysis *a, const struct rule *rule, struct rule_boxes *out)
{
    struct expansion e = {a, &a->arena, NULL};

    out->boxes = in_force(&e, rule);
    join(&e, true, &out->boxes, expand_match(&e, rule->when, true));
    out->why = e.why;
}

/* Where arrays are not among the points, a test that is to fail says nothing of them. */
bool box_is_sure(const struct analysis *a, const struct box *box)
{
    size_t i;

    if (box->loose)
        return false;
    for (i = 0; i < box->count; i++)
        if (a->axes[box->spans[i].axis].no_arrays && box->spans[i].negatives > 0)
            return false;
    return true;
}
