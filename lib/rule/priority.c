#include "rule/priority.h"

#include "model/crm.h"
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

/* [customers, impact] */
static int read_threshold(const json_t *json, const char *pointer, struct service_threshold *t,
                          struct error *err)
{
    const json_t *customers = json_array_get(json, 0), *impact = json_array_get(json, 1);

    if (json_array_size(json) != 2 || !json_is_integer(customers) || !json_is_integer(impact))
        return rule_unexpected(json, pointer, "[CUSTOMERS, IMPACT]", err);
    t->customers = json_integer_value(customers);
    t->impact = json_integer_value(impact);
    if (t->customers < 1)
        return rule_unexpected(customers, pointer_to_element(pointer, 0).text, "a number of customers", err);
    return t->impact < 1 || t->impact > RANKS
               ? rule_unexpected(impact, pointer_to_element(pointer, 1).text, "1 to 3", err)
               : 0;
}

static int read_thresholds(const json_t *json, const char *pointer, struct service_impact *s,
                           struct error *err)
{
    const size_t most = sizeof s->thresholds / sizeof *s->thresholds;
    struct pointer_text at = pointer_to_member(pointer, "customers");
    const json_t *list;
    size_t i;
    int rc;

    if ((rc = rule_read_member(json, pointer, "customers", JSON_ARRAY, MEMBER_OPTIONAL, &list, err)))
        return rc;
    if (json_array_size(list) > most)
        return error_set(err, CODE_LIMIT, at.text, "more than %zu thresholds", most);
    s->threshold_count = json_array_size(list);
    for (i = 0; i < s->threshold_count; i++)
        if ((rc = read_threshold(json_array_get(list, i), pointer_to_element(at.text, i).text,
                                 &s->thresholds[i], err)))
            return rc;
    return 0;
}

int service_impact_read(const json_t *json, const char *pointer, struct service_impact *s, struct error *err)
{
    static const char *const known[] = {"critical", "high", "medium", "low", "customers", NULL};
    static const struct member_names names = {known, NULL};
    struct service_impact read = {.wanted = true};
    int64_t i;
    int rc;

    if ((rc = rule_read_members(json, pointer, &names, err)))
        return rc;
    for (i = 1; ci_criticality_names[i]; i++)
        if ((rc = rule_read_integer(json, pointer, ci_criticality_names[i], 1, RANKS, &read.by_criticality[i],
                                    err)))
            return rc;
    if ((rc = read_thresholds(json, pointer, &read, err)))
        return rc;
    *s = read;
    return 0;
}

/* 0: the service gives none. */
static int64_t impact_of_service(const struct service_impact *s, const json_t *service)
{
    const char *criticality = json_string_value(json_object_get(service, "criticality"));
    int64_t customers = json_integer_value(json_object_get(service, "customers"));
    int64_t impact = criticality ? s->by_criticality[enum_from_name(ci_criticality_names, criticality)] : 0;
    size_t i;

    for (i = 0; i < s->threshold_count; i++)
        if (customers >= s->thresholds[i].customers && (!impact || s->thresholds[i].impact < impact))
            impact = s->thresholds[i].impact;
    return impact;
}

int64_t service_impact_of(const struct service_impact *s, const json_t *services, const json_t **service)
{
    const json_t *one;
    int64_t highest = 0;
    size_t i;

    *service = NULL;
    json_array_foreach (services, i, one) {
        int64_t impact = impact_of_service(s, one);

        if (impact && (!highest || impact < highest)) {
            highest = impact;
            *service = one;
        }
    }
    return highest;
}
