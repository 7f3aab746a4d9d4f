/*
 * Values of enumerated fields that no rule covers, in a table without a default.
 *
 * A table is taken to go through the values of a field when each of its rules reads it. An assignment table
 * is there for every case; the others are often exceptions to what holds anyway, so of them it is only said
 * when they cover more than half of the values.
 */
#include "rule/analyse_internal.h"

#include <string.h>

static bool is_for_every_case(const struct table *table)
{
    return strcmp(table->name, "assignment") == 0;
}

/* Has it one of finitely many values? */
static bool is_counted(const struct axis *axis)
{
    return axis->kind == AXIS_ENUMERATED && !axis->shape.listed;
}

static bool matched_by_none(const struct analysis *a, const json_t *document)
{
    size_t i;

    for (i = 0; i < a->table->count; i++)
        if (rule_matches(&a->table->rules[i], document, TIME_NONE))
            return false;
    return true;
}

static void report_uncovered(struct analysis *a, const struct box *box, const char *field,
                             const json_t *values)
{
    struct analysis_finding f = {.kind = ANALYSIS_UNCOVERED,
                                 .rule = ANALYSIS_TABLE,
                                 .field = field,
                                 .values = values,
                                 .at = TIME_NONE};
    usec any;
    json_t *document = box_witness(a, box, &any);

    f.witness = document;
    if (document && matched_by_none(a, document))
        a->report(a->context, &f);
    json_decref(document);
}

/* The field's values, the absent one and null left out: that a rule says nothing of these is no slip. */
static word *values_of(struct analysis *a, const struct axis *axis)
{
    word *set = set_new(&a->scratch, axis, false);
    size_t i;

    for (i = 0; set && i < axis->count; i++)
        if (axis->points[i].kind == POINT_VALUE && !json_is_null(axis->points[i].value))
            set_add(set, i);
    return set;
}

/* Takes what the rules' boxes have on the axis out of `set`; false when a rule does not read it. */
static bool remove_covered(const struct analysis *a, size_t index, word *set)
{
    size_t words = set_words(&a->axes[index]), i, k, w;

    for (i = 0; i < a->table->count; i++)
        for (k = 0; k < a->rules[i].boxes.count; k++) {
            const struct span *span = box_span(&a->rules[i].boxes.list[k], index);

            if (!span)
                return false;
            for (w = 0; w < words; w++)
                set[w] &= ~span->set[w];
        }
    return true;
}

static json_t *list_values(const struct axis *axis, const word *set)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; list && i < axis->count; i++)
        if (set_has(set, i) && json_array_append(list, axis->points[i].value) != 0)
            break;
    return list;
}

/* 1: the field has uncovered values, which were told. */
static bool find_uncovered_values(struct analysis *a, size_t index)
{
    const struct axis *axis = &a->axes[index];
    size_t words = set_words(axis), all, left;
    struct span span = {.axis = index, .set = values_of(a, axis)};
    const struct box box = {&span, 1, false};
    json_t *list;

    if (!span.set)
        return false;
    all = set_count(span.set, words);
    if (!remove_covered(a, index, span.set))
        return false;
    left = set_count(span.set, words);
    if (left == 0 || left == all || (!is_for_every_case(a->table) && left * 2 >= all))
        return false;
    list = list_values(axis, span.set);
    report_uncovered(a, &box, axis->name, list);
    json_decref(list);
    return true;
}

/* Whether every rule reads enumerated fields alone, so that what they leave out is a matter of counting. */
static bool is_matrix(const struct analysis *a)
{
    size_t i, k, s;

    for (i = 0; i < a->table->count; i++)
        for (k = 0; k < a->rules[i].boxes.count; k++) {
            const struct box *box = &a->rules[i].boxes.list[k];

            if (box->loose || box->count == 0)
                return false;
            for (s = 0; s < box->count; s++)
                if (!is_counted(&a->axes[box->spans[s].axis]))
                    return false;
        }
    return a->table->count > 0;
}

static double volume(const struct analysis *a, const struct boxes *boxes)
{
    double sum = 0, product;
    size_t i, k;

    for (i = 0; i < boxes->count; i++) {
        product = 1;
        for (k = 0; k < boxes->list[i].count; k++)
            product *= (double)set_count(boxes->list[i].spans[k].set,
                                         set_words(&a->axes[boxes->list[i].spans[k].axis]));
        sum += product;
    }
    return sum;
}

/* All values of all enumerated fields that the table reads. */
static struct boxes whole_matrix(struct analysis *a)
{
    struct boxes whole = {0};
    struct box box = {ARENA_ARRAY(&a->scratch, struct span, a->axis_count + 1), 0, false};
    size_t i;

    for (i = 1; box.spans && i < a->axis_count; i++)
        box.spans[box.count++] = (struct span){.axis = i, .set = values_of(a, &a->axes[i])};
    if (box.spans && !arena_failed(&a->scratch))
        boxes_add(&a->scratch, &whole, &box);
    return whole;
}

/* Combinations of values that no rule covers, though each value is. */
static void find_uncovered_combination(struct analysis *a)
{
    struct boxes left = whole_matrix(a);
    double all = volume(a, &left);
    bool bounded = true, hit;
    size_t i, k;

    for (i = 0; i < a->table->count && bounded; i++)
        for (k = 0; k < a->rules[i].boxes.count && bounded; k++)
            bounded = boxes_subtract(a, &a->scratch, &left, &a->rules[i].boxes.list[k], &hit);
    if (!bounded || left.count == 0 || arena_failed(&a->scratch))
        return;
    if (is_for_every_case(a->table) || volume(a, &left) * 2 < all)
        report_uncovered(a, left.list, NULL, NULL);
}

void find_uncovered(struct analysis *a)
{
    bool told = false;
    size_t i;

    for (i = 1; i < a->axis_count; i++)
        if (is_counted(&a->axes[i]) && a->axes[i].shape.field->type != FIELD_BOOL)
            told = find_uncovered_values(a, i) || told;
    if (!told && is_matrix(a))
        find_uncovered_combination(a);
}
