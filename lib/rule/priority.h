/*
 * Priority: the impact x urgency matrix, then what the priority table does to it: first it is raised, then
 * capped. And the impact that the services which a failure touches give to a case. Pure.
 */
#ifndef CASEWORK_RULE_PRIORITY_H
#define CASEWORK_RULE_PRIORITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include <jansson.h>

struct priority_matrix {
    int64_t value[3][3]; /* [impact-1][urgency-1], 1 critical .. 4 low */
};

extern const struct priority_matrix priority_matrix_default;

int priority_matrix_read(const json_t *json, struct priority_matrix *m,
                         struct error *err); /* pointers "/ROW/COLUMN" */

/* What a rule of the priority table may say: {"impact":1} {"urgency":2} {"raise":n} {"cap":n}, any together.
 */
struct priority_effect {
    int64_t impact, urgency; /* 0: as given */
    int64_t raise;           /* levels up, at most to 1 */
    int64_t cap;             /* no more urgent than this; 0: no cap */
};
int priority_effect_read(const json_t *then, const char *pointer, struct priority_effect *e,
                         struct error *err);

/* impact and urgency 1..3; `effect` may be NULL. The effect's impact and urgency replace those given first.
 */
int64_t priority_compute(const struct priority_matrix *m, int64_t impact, int64_t urgency,
                         const struct priority_effect *effect);

/* Which impact the services of a case's context give it when its requester gave none, as casework.json says:
 * {"critical": 1, "high": 2, "customers": [[100, 1], [10, 2]]}. */
struct service_threshold {
    int64_t customers, impact; /* from so many customers on */
};
struct service_impact {
    int64_t by_criticality[5]; /* [1 critical .. 4 low]; 0: it gives none */
    struct service_threshold thresholds[8];
    size_t threshold_count;
    bool wanted; /* false: services give no impact */
};
int service_impact_read(const json_t *json, const char *pointer, struct service_impact *s, struct error *err);

/* The highest impact that any of the services ({key,criticality,customers}) gives; 0 when none gives one.
 * *service is the first that gives it, else NULL. */
int64_t service_impact_of(const struct service_impact *s, const json_t *services, const json_t **service);

#endif
