/*
 * What can be known of a decision table without a case: rules that can never fire, rules of a `unique` table
 * that overlap, values that no rule covers. Pure.
 *
 * Each path that the conditions read is an axis, its values fall into finitely many classes that no test of
 * the table tells apart, and one value stands for each class: those that are mentioned, one between any two
 * where there are ranges, one of every other type, the absent one, arrays. A condition then is a union of
 * boxes over the axes, and a rule is dead when nothing is left of its boxes after those of earlier rules are
 * taken away. The moment (`from`, `until`) is an axis too. Which class passes which test is asked of
 * match_test() itself, so the analysis cannot disagree with the evaluation.
 *
 * What cases are like is taken from the shape of a printed case (rule/shape.h): `impact` is 1, 2 or 3 and
 * always there, `category` and `account.tier` are text or absent, `channel` one of its names or absent,
 * `major` true or absent, `tags` an array of texts or absent. Other paths may hold anything.
 *
 * $regex, $size, $elemMatch, objects and arrays as literals, and paths that name an array's index are not
 * analysed: such a test is taken to hold where that makes fewer rules dead, and to fail likewise. What is
 * said of a rule is therefore true; what could not be decided is said too (ANALYSIS_NOT_ANALYSED). Sizes are
 * bounded, and what goes beyond them is not analysed either.
 */
#ifndef CASEWORK_RULE_ANALYSE_H
#define CASEWORK_RULE_ANALYSE_H

#include "rule/shape.h"
#include "rule/table.h"

enum analysis_kind {
    ANALYSIS_DEAD,        /* the rule can never fire: `by` others take every case, or none satisfies it */
    ANALYSIS_OVERLAP,     /* policy `unique`: the rule and that in `by` both match the witness */
    ANALYSIS_UNCOVERED,   /* no rule matches a case whose `field` has one of `values` */
    ANALYSIS_NOT_ANALYSED /* nothing was found of the rule, and `why` tells what was not looked into */
};

#define ANALYSIS_TABLE SIZE_MAX /* as a rule: the table as a whole */

struct analysis_finding {
    enum analysis_kind kind;
    size_t rule;          /* index in the table, or ANALYSIS_TABLE */
    const size_t *by;     /* rules, in order; none of a dead rule that no case satisfies */
    size_t by_count;      /* that many */
    const char *field;    /* ANALYSIS_UNCOVERED: the path; NULL: it takes several, see the witness */
    const json_t *values; /* ANALYSIS_UNCOVERED: an array, or NULL */
    const json_t
        *witness;    /* members of a printed case that show it, tried on the rules themselves; or NULL */
    usec at;         /* the moment at which the witness shows it; TIME_NONE: any */
    const char *why; /* ANALYSIS_NOT_ANALYSED: "$regex at \"description\"" */
};

/* Borrowed: valid during the call only. */
typedef void analysis_report(void *context, const struct analysis_finding *finding);

/* `typed` tells what `fields` may hold; NULL: anything. Reports findings of rules in their order, then those
 * of the table. A table is not searched for overlaps beyond ANALYSIS_OVERLAPS of them. CODE_NO_MEMORY is the
 * only error. */
#define ANALYSIS_OVERLAPS 100
int table_analyse(const struct table *table, shape_typed *typed, void *typed_context, analysis_report *report,
                  void *context, struct error *err);

#endif
