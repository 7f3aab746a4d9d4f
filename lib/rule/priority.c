#include "rule/priority.h"

#include "rule/reading.h"

#define RANKS           3 /* of impact and urgency */
#define PRIORITY_LOWEST 4

const struct priority_matrix priority_matrix_default = {{{1, 2, 3}, {2, 3, 4}, {3, 4, 4}}};

static int check_size(const json_t *json, const char *pointer, const char *expected, struct error *err)
{
    if (json_is_array(json) && json_array_size(json) == RANKS)
        return 0;
    if (json_is_array(json))
        return error_set(err, CODE_INVALID, pointer, "expected %s, got %zu", expected, json_array_size(json));
    return rule_unexpected(json, pointer, expected, err);
}

static int read_row(const json_t *json, const char *pointer, int64_t row[RANKS], struct error *err)
{
    size_t i;
    int rc;

    if ((rc = check_size(json, pointer, "3 priorities, one for each urgency", err)))
        return rc;
    for (i = 0; i < RANKS; i++) {
        const json_t *value = json_array_get(json, i);

        if (!json_is_integer(value) || json_integer_value(value) < 1 ||
            json_integer_value(value) > PRIORITY_LOWEST)
            return rule_unexpected(value, pointer_to_element(pointer, i).text, "1 to 4", err);
        row[i] = json_integer_value(value);
    }
    return 0;
}

int priority_matrix_read(const json_t *json, struct priority_matrix *m, struct error *err)
{
    struct priority_matrix read = {0};
    size_t i;
    int rc;

    if ((rc = check_size(json, "", "3 rows, one for each impact", err)))
        return rc;
    for (i = 0; i < RANKS; i++)
        if ((rc = read_row(json_array_get(json, i), pointer_to_element("", i).text, read.value[i], err)))
            return rc;
    *m = read;
    return 0;
}

int priority_effect_read(const json_t *then, const char *pointer, struct priority_effect *e,
                         struct error *err)
{
    static const char *const known[] = {"impact", "urgency", "raise", "cap", NULL};
    static const struct member_names names = {known, NULL};
    int rc;

    *e = (struct priority_effect){0};
    if ((rc = rule_read_members(then, pointer, &names, err)) ||
        (rc = rule_read_integer(then, pointer, "impact", 1, RANKS, &e->impact, err)) ||
        (rc = rule_read_integer(then, pointer, "urgency", 1, RANKS, &e->urgency, err)) ||
        (rc = rule_read_integer(then, pointer, "raise", 1, PRIORITY_LOWEST - 1, &e->raise, err)))
        return rc;
    return rule_read_integer(then, pointer, "cap", 1, PRIORITY_LOWEST, &e->cap, err);
}

int64_t priority_compute(const struct priority_matrix *m, int64_t impact, int64_t urgency,
                         const struct priority_effect *effect)
{
    static const struct priority_effect none = {0};
    int64_t priority;

    if (!effect)
        effect = &none;
    if (effect->impact)
        impact = effect->impact;
    if (effect->urgency)
        urgency = effect->urgency;
    priority = m->value[impact - 1][urgency - 1] - effect->raise;
    if (priority < 1)
        priority = 1;
    return priority < effect->cap ? effect->cap : priority;
}
