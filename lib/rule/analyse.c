#include "rule/analyse_internal.h"

#include <string.h>

/* Takes earlier rules' boxes away from a rule's until nothing is left. */
struct covering {
    struct analysis *a;
    size_t rule;
    size_t *by; /* rules that took something away */
    size_t by_count;
    bool bounded; /* false: given up, since there are too many pieces */
};

static bool take_away(struct covering *c, size_t other, struct boxes *left)
{
    const struct boxes *boxes = &c->a->rules[other].boxes;
    bool any = false, hit;
    size_t i;

    for (i = 0; i < boxes->count && c->bounded; i++) {
        if (!box_is_sure(c->a, &boxes->list[i]))
            continue;
        c->bounded = boxes_subtract(c->a, &c->a->scratch, left, &boxes->list[i], &hit);
        any = any || hit;
    }
    return any;
}

/* Do the rules in `by` alone, but the one at `without`, take everything? */
static bool others_suffice(struct covering *c, size_t without)
{
    struct boxes left = c->a->rules[c->rule].boxes;
    size_t i;

    for (i = 0; i < c->by_count && left.count > 0 && c->bounded; i++)
        if (i != without)
            take_away(c, c->by[i], &left);
    return c->bounded && left.count == 0 && !arena_failed(&c->a->scratch);
}

#define SHORTENED_MAX 32 /* rules; longer lists are told as they are */

/* Leaves out of `by` what is not needed: later rules first, since earlier ones are the likelier reason. */
static void shorten(struct covering *c)
{
    size_t i;

    for (i = c->by_count; i-- > 0 && c->by_count <= SHORTENED_MAX && c->by_count > 1;)
        if (others_suffice(c, i)) {
            memmove(&c->by[i], &c->by[i + 1], (c->by_count - i - 1) * sizeof *c->by);
            c->by_count--;
        }
}

/* Whether earlier rules take every case of the rule. */
static bool is_covered(struct covering *c)
{
    struct boxes left = c->a->rules[c->rule].boxes;
    size_t i;

    for (i = 0; i < c->rule && left.count > 0 && c->bounded; i++)
        if (take_away(c, i, &left))
            c->by[c->by_count++] = i;
    return c->bounded && left.count == 0 && !arena_failed(&c->a->scratch);
}

static bool any_matches(const struct analysis *a, const struct covering *c, const json_t *document, usec at)
{
    size_t i;

    for (i = 0; i < c->by_count; i++)
        if (rule_matches(&a->table->rules[c->by[i]], document, at))
            return true;
    return false;
}

static void report(struct analysis *a, const struct analysis_finding *finding)
{
    if (!arena_failed(&a->arena) && !arena_failed(&a->scratch))
        a->report(a->context, finding);
}

/* The witness matches the rule and an earlier one, or is left out: where a condition was not analysed whole,
 * a case in its boxes need not match it. */
static void report_covered(struct analysis *a, const struct covering *c)
{
    struct analysis_finding f = {
        .kind = ANALYSIS_DEAD, .rule = c->rule, .by = c->by, .by_count = c->by_count, .at = TIME_NONE};
    const struct boxes *boxes = &a->rules[c->rule].boxes;
    json_t *document = NULL;
    size_t i;

    for (i = 0; i < boxes->count && !document; i++) {
        document = box_witness(a, &boxes->list[i], &f.at);
        if (document && (!rule_matches(&a->table->rules[c->rule], document, f.at) ||
                         !any_matches(a, c, document, f.at))) {
            json_decref(document);
            document = NULL;
        }
    }
    f.witness = document;
    report(a, &f);
    json_decref(document);
}

static void report_not_analysed(struct analysis *a, size_t rule, const char *why)
{
    const struct analysis_finding f = {
        .kind = ANALYSIS_NOT_ANALYSED, .rule = rule, .at = TIME_NONE, .why = why};

    report(a, &f);
}

void find_dead(struct analysis *a, size_t rule)
{
    const struct rule_boxes *boxes = &a->rules[rule];
    const struct analysis_finding never = {.kind = ANALYSIS_DEAD, .rule = rule, .at = TIME_NONE};
    struct covering c = {a, rule, ARENA_ARRAY(&a->scratch, size_t, rule + 1), 0, true};

    if (!c.by)
        return;
    if (boxes->boxes.count == 0) {
        report(a, &never);
    } else if (a->table->policy == TABLE_FIRST && is_covered(&c)) {
        shorten(&c);
        c.bounded = true;
        report_covered(a, &c);
    } else if (boxes->why) {
        report_not_analysed(a, rule, boxes->why);
    } else if (!c.bounded) {
        report_not_analysed(a, rule, "more combinations of values than it goes through");
    }
}

/* A case in both boxes, when it really matches both rules. */
static bool report_overlap(struct analysis *a, size_t one, size_t other, const struct box *both)
{
    struct analysis_finding f = {
        .kind = ANALYSIS_OVERLAP, .rule = other, .by = &one, .by_count = 1, .at = TIME_NONE};
    json_t *document = box_witness(a, both, &f.at);
    bool shown = document && rule_matches(&a->table->rules[one], document, f.at) &&
                 rule_matches(&a->table->rules[other], document, f.at);

    f.witness = document;
    if (shown)
        report(a, &f);
    json_decref(document);
    return shown;
}

/* An array of what stands first in both sets. */
static json_t *array_of_both(struct analysis *a, const struct axis *axis, const word *one, const word *other)
{
    json_t *values[] = {axis->points[set_first(one)].value, axis->points[set_first(other)].value};
    json_t *array = analysis_keep(a, json_array());
    size_t i;

    for (i = 0; array && i < 2; i++)
        if (json_is_array(values[i]) ? json_array_extend(array, values[i])
                                     : json_array_append(array, values[i]))
            return NULL;
    return array;
}

/* Where arrays are not among the points, values that do not meet may still be in one array. */
static bool meets_in_array(const struct analysis *a, const struct box *one, const struct span *span)
{
    const struct axis *axis = &a->axes[span->axis];
    const struct span *more = axis->no_arrays ? box_span(one, span->axis) : NULL;

    return more && more->positives > 0 && span->positives > 0 &&
           !sets_meet(more->set, span->set, set_words(axis));
}

/* `other` with what `one` has in such places. */
static struct box allow_arrays(struct analysis *a, const struct box *one, const struct box *other)
{
    struct box allowed = {ARENA_ARRAY(&a->scratch, struct span, other->count + 1), 0, other->loose};
    size_t i;

    for (i = 0; allowed.spans && i < other->count; i++) {
        struct span *span = &allowed.spans[allowed.count++];

        *span = other->spans[i];
        if (meets_in_array(a, one, span))
            span->set = box_span(one, span->axis)->set;
    }
    return allowed;
}

/* And the arrays, for the witness. */
static void make_arrays(struct analysis *a, const struct box *one, const struct box *other,
                        struct box *allowed)
{
    size_t i;

    for (i = 0; i < allowed->count; i++) {
        const struct span *span = &other->spans[i];

        if (meets_in_array(a, one, span))
            allowed->spans[i].array =
                array_of_both(a, &a->axes[span->axis], box_span(one, span->axis)->set, span->set);
    }
}

static bool boxes_overlap(struct analysis *a, size_t one, const struct box *x, size_t other,
                          const struct box *y)
{
    struct box both, allowed;

    if (boxes_meet(a, x, y))
        return box_and(a, &a->scratch, x, y, &both) && report_overlap(a, one, other, &both);
    if (!a->arrays_left_out)
        return false;
    allowed = allow_arrays(a, x, y);
    if (!boxes_meet(a, x, &allowed))
        return false;
    make_arrays(a, x, y, &allowed);
    return box_and(a, &a->scratch, x, &allowed, &both) && report_overlap(a, one, other, &both);
}

static bool find_overlap(struct analysis *a, size_t one, size_t other)
{
    const struct boxes *x = &a->rules[one].boxes, *y = &a->rules[other].boxes;
    size_t i, k;

    for (i = 0; i < x->count; i++)
        for (k = 0; k < y->count; k++)
            if (boxes_overlap(a, one, &x->list[i], other, &y->list[k]))
                return true;
    return false;
}

void find_overlaps(struct analysis *a, size_t rule)
{
    size_t i;

    for (i = 0; i < rule && a->overlaps < ANALYSIS_OVERLAPS; i++)
        if (find_overlap(a, i, rule))
            a->overlaps++;
}

static int analysis_code(const struct analysis *a, struct error *err)
{
    return arena_failed(&a->arena) || arena_failed(&a->scratch) ? error_no_memory(err) : 0;
}

static int analyse_rules(struct analysis *a, struct error *err)
{
    size_t i;
    int rc = 0;

    a->rules = ARENA_ARRAY(&a->arena, struct rule_boxes, a->table->count + 1);
    for (i = 0; i < a->table->count && (rc = analysis_code(a, err)) == 0; i++)
        rule_expand(a, &a->table->rules[i], &a->rules[i]);
    for (i = 0; i < a->table->count && rc == 0; i++) {
        find_dead(a, i);
        if (a->table->policy == TABLE_UNIQUE)
            find_overlaps(a, i);
        rc = analysis_code(a, err);
        arena_clear(&a->scratch);
    }
    if (rc == 0 && !a->table->fallback)
        find_uncovered(a);
    return rc != 0 ? rc : analysis_code(a, err);
}

int table_analyse(const struct table *table, shape_typed *typed, void *typed_context,
                  analysis_report *report_to, void *context, struct error *err)
{
    struct analysis a = {.table = table,
                         .report = report_to,
                         .context = context,
                         .typed = typed,
                         .typed_context = typed_context,
                         .pool = json_array()};
    int rc;

    a.axis_index = analysis_keep(&a, a.pool ? json_object() : NULL);
    if (a.axis_index)
        axes_build(&a);
    rc = analysis_code(&a, err);
    if (rc == 0)
        rc = analyse_rules(&a, err);
    arena_release(&a.scratch);
    arena_release(&a.arena);
    json_decref(a.pool);
    return rc;
}
