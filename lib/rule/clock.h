/*
 * The SLA machine: what a change of the case, or time, does to a clock. Pure.
 *
 * Evaluation follows ServiceNow's documented order. Pass one attaches where `when` and `start` hold and
 * `stop` does not. Pass two, over active clocks: stop -> completed; `when` no longer holds -> cancelled;
 * pause -> paused; pause over -> in progress, the planned end moved by the working time of the pause. Breach:
 * elapsed exceeds the target, so the moment of breach is the first working microsecond after planned_end_time
 * when the clock still runs (a target used up at closing time is breached at the next opening). Warnings are
 * due when the percentage of the target has elapsed.
 *
 * Beside its own `stop`, a clock completes when the case is closed, and when it is resolved unless it stops
 * on `closed` or pauses on `resolved`; it is cancelled when the case is. The planned end of a breached clock
 * no longer moves.
 *
 * In this version: type, applies_to case, when, target (a duration), calendar, start {"at":FIELD} or absent
 * (the moment of attachment), pause {"state":...}, stop {"state"|"milestone"|"field"|"task"}, warn,
 * on_breach, description. Required: type and target. References to calendars, milestones, duties are not
 * checked here.
 */
#ifndef CASEWORK_RULE_CLOCK_H
#define CASEWORK_RULE_CLOCK_H

#include "model/sla.h"
#include "rule/calendar.h"
#include "rule/match.h"

struct clock_condition {
    int state;             /* enum case_state, 0: not asked */
    const char *milestone; /* reached */
    const char *task;      /* finished with success */
    const char *field;     /* of the case, set */
};

struct clock_action {
    const char *kind;   /* notify, escalate */
    const char *target; /* a duty's or group's name */
};

struct clock_definition {
    const char *name;
    const char *description;
    int type;                 /* index of sla_type_names */
    const struct match *when; /* NULL: every case */
    usec target;
    const char *calendar;    /* NULL: always open */
    const char *start_field; /* opened_at, created_at ...; NULL: the moment it attaches */
    struct clock_condition pause, stop;
    int64_t warn[16]; /* ascending percentages, 1..99 */
    size_t warn_count;
    struct clock_action on_breach[8];
    size_t on_breach_count;
};

/* Lives in the arena; `json` must outlive it. */
int clock_compile(const char *name, const json_t *json, struct arena *arena,
                  struct clock_definition **definition, struct error *err);

/* Facts about the case beside its document. A question that is NULL is answered no. */
struct clock_facts {
    const struct casefile *casefile;
    const json_t *document;
    bool (*milestone_reached)(void *context, const char *name);
    bool (*milestone_skipped)(void *context, const char *name);
    bool (*task_succeeded)(void *context, const char *name);
    void *context;
    usec now;
};

enum clock_event {
    CLOCK_ATTACHED,
    CLOCK_COMPLETED,
    CLOCK_CANCELLED,
    CLOCK_PAUSED,
    CLOCK_RESUMED,
    CLOCK_WARNED,
    CLOCK_BREACHED
};

/* Should the definition attach now? CODE_RULE, here and of clock_evaluate(), when `when` cannot be evaluated
 * (a pattern that runs away). */
int clock_attaches(const struct clock_definition *d, const struct clock_facts *facts, bool *attaches,
                   struct error *err);
/* Fills `sla` as attached at facts->now (start, planned end, next_at). It may attach already breached:
 * next_at is then in the past and the next tick tells it. */
int clock_attach(const struct clock_definition *d, const struct calendar *calendar,
                 const struct clock_facts *facts, struct sla *sla, struct error *err);
/* Pass two for one active clock at facts->now: at most one transition; *changed false when none. Warnings and
 * a breach that time had brought about before facts->now come first: call clock_tick() before. A clock whose
 * stop milestone was skipped is cancelled. */
int clock_evaluate(const struct clock_definition *d, const struct calendar *calendar,
                   const struct clock_facts *facts, struct sla *sla, enum clock_event *event, bool *changed,
                   struct error *err);

/* What time alone brought about at or before `now`: one transition a call, the earliest; *changed false when
 * none is left. `at` is when it became true, `percent` the threshold (100: breach). */
struct clock_transition {
    enum clock_event event; /* WARNED or BREACHED */
    int64_t percent;
    usec at;
};
/* On CODE_LIMIT (here, and of every function that takes a calendar) `sla` is as it was: compile a wider span,
 * ask again. */
int clock_tick(const struct clock_definition *d, const struct calendar *calendar, struct sla *sla, usec now,
               struct clock_transition *transition, bool *changed, struct error *err);

/* Working time elapsed at `now`, pauses left out; and as a percentage of the target, for display only. */
int clock_elapsed(const struct calendar *calendar, const struct sla *sla, usec now, usec *elapsed,
                  struct error *err);
double clock_percentage(const struct sla *sla, usec elapsed);

#endif
