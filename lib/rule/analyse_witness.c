/* Cases that show what was found. */
#include "rule/analyse_internal.h"

json_t *box_witness(const struct analysis *a, const struct box *box, usec *at)
{
    json_t *document = json_object();
    bool placed = document != NULL;
    size_t i;

    for (i = 0; i < a->axis_count && placed; i++) {
        const struct axis *axis = &a->axes[i];
        const struct span *span = box_span(box, i);
        const struct point *p = &axis->points[span ? set_first(span->set) : 0];

        if (axis->kind == AXIS_MOMENT)
            *at = p->at;
        else
            placed = point_place(axis, p, document);
    }
    if (placed)
        return document;
    json_decref(document);
    return NULL;
}

bool rule_matches(const struct rule *rule, const json_t *document, usec at)
{
    bool matches;

    if (at != TIME_NONE &&
        ((rule->from != TIME_NONE && at < rule->from) || (rule->until != TIME_NONE && at >= rule->until)))
        return false;
    return match_test(rule->when, document, &matches, NULL) == 0 && matches;
}
