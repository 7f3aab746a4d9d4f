/*
 * An SLA instance: a clock that a definition started on a case. ServiceNow's shape: the stage says what the
 * clock does, has_breached stands beside it.
 */
#ifndef CASEWORK_MODEL_SLA_H
#define CASEWORK_MODEL_SLA_H

#include "model/case.h"

enum sla_stage {
    SLA_NONE,
    SLA_IN_PROGRESS,
    SLA_PAUSED,
    SLA_COMPLETED,
    SLA_CANCELLED
};
extern const char *const sla_stage_names[];
extern const char *const sla_type_names[]; /* SLA OLA UC */

struct sla {
    int64_t id;
    int64_t case_id;
    const char *number;     /* its case, printed as `case` */
    const char *definition; /* printed as `sla`: the definition's name */
    const char *config;     /* commit of definition and calendar, kept from attachment */
    int type;
    int stage;
    bool has_breached;
    usec target; /* duration */
    usec start_time;
    usec pause_time;       /* when the present pause began, TIME_NONE when it runs */
    usec paused;           /* working time spent paused so far (not counting a present pause); a duration */
    usec planned_end_time; /* of a running clock: when the target is used up; kept while paused as of the
                              pause */
    usec breached_at;
    usec end_time;  /* completed or cancelled */
    int64_t warned; /* highest warning percentage already told, 0 none */
    usec next_at; /* the next moment that time alone brings about (a warning, the breach); TIME_NONE: none */
};

extern const struct field sla_fields[];

void sla_init(struct sla *s);
bool sla_is_active(const struct sla *s); /* in progress or paused */

#endif
