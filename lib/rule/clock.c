#include "rule/clock.h"

#include "rule/reading.h"

static usec later_of(usec a, usec b)
{
    return a > b ? a : b;
}

static bool condition_given(const struct clock_condition *c)
{
    return c->state || c->milestone || c->task || c->field;
}

static bool ask(bool (*question)(void *context, const char *name), const char *name,
                const struct clock_facts *facts)
{
    return name && question && question(facts->context, name);
}

static bool field_set(const char *name, const struct casefile *c)
{
    const struct field *field = name ? field_find(case_fields, name) : NULL;

    return field && !field_absent(field, c);
}

static bool condition_holds(const struct clock_condition *c, const struct clock_facts *facts)
{
    return (c->state && facts->casefile->state == c->state) ||
           ask(facts->milestone_reached, c->milestone, facts) || ask(facts->task_succeeded, c->task, facts) ||
           field_set(c->field, facts->casefile);
}

/* A case that is resolved or closed stops every clock, but those that are meant to see it through to its
 * closing. */
static bool stop_holds(const struct clock_definition *d, const struct clock_facts *facts)
{
    int state = facts->casefile->state;

    if (condition_given(&d->stop) && condition_holds(&d->stop, facts))
        return true;
    return state == STATE_CLOSED ||
           (state == STATE_RESOLVED && d->stop.state != STATE_CLOSED && d->pause.state != STATE_RESOLVED);
}

static int when_holds(const struct clock_definition *d, const struct clock_facts *facts, bool *holds,
                      struct error *err)
{
    struct error inner;

    *holds = true;
    error_init(&inner);
    if (!d->when || match_test(d->when, facts->document, holds, &inner) == 0)
        return 0;
    rule_error_below(&inner, "/when", err);
    error_prefix(err, "sla \"%s\": ", d->name);
    return (int)inner.code;
}

static int pointless(const struct clock_definition *d, const struct clock_facts *facts, bool *is_pointless,
                     struct error *err)
{
    bool holds = true;
    int rc = 0;

    *is_pointless =
        facts->casefile->state == STATE_CANCELLED || ask(facts->milestone_skipped, d->stop.milestone, facts);
    if (!*is_pointless) {
        rc = when_holds(d, facts, &holds, err);
        *is_pointless = !holds;
    }
    return rc;
}

/* The moment at which the definition's clock starts; TIME_NONE while its field is not set. */
static usec start_of(const struct clock_definition *d, const struct clock_facts *facts)
{
    const struct field *field;

    if (!d->start_field)
        return facts->now;
    field = field_find(case_fields, d->start_field);
    return *(const usec *)((const char *)facts->casefile + field->offset);
}

int clock_attaches(const struct clock_definition *d, const struct clock_facts *facts, bool *attaches,
                   struct error *err)
{
    bool is_pointless = false;
    int rc = 0;

    *attaches = start_of(d, facts) != TIME_NONE && !stop_holds(d, facts);
    if (*attaches)
        rc = pointless(d, facts, &is_pointless, err);
    *attaches = *attaches && rc == 0 && !is_pointless;
    return rc;
}

/* Working time that a percentage of the target stands for, rounded up, without overflow. */
static usec share_of(usec target, int64_t percent)
{
    return target / 100 * percent + (target % 100 * percent + 99) / 100;
}

/* The moment by which `worked` has elapsed on a clock that runs on from here. */
static int moment_of(const struct calendar *calendar, const struct sla *sla, usec worked, usec *at,
                     struct error *err)
{
    return calendar_add(calendar, sla->start_time, worked + sla->paused, at, err);
}

/* The next thing that time alone brings about; *any is false when there is none. */
static int next_transition(const struct clock_definition *d, const struct calendar *calendar,
                           const struct sla *sla, struct clock_transition *next, bool *any, struct error *err)
{
    size_t i;

    *any = sla->stage == SLA_IN_PROGRESS && !sla->has_breached;
    if (!*any)
        return 0;
    for (i = 0; i < d->warn_count; i++)
        if (d->warn[i] > sla->warned) {
            *next = (struct clock_transition){CLOCK_WARNED, d->warn[i], TIME_NONE};
            return moment_of(calendar, sla, share_of(sla->target, d->warn[i]), &next->at, err);
        }
    *next = (struct clock_transition){CLOCK_BREACHED, 100, TIME_NONE};
    return moment_of(calendar, sla, sla->target + 1, &next->at, err);
}

static int set_next(const struct clock_definition *d, const struct calendar *calendar, struct sla *sla,
                    struct error *err)
{
    struct clock_transition next;
    bool any;
    int rc;

    if ((rc = next_transition(d, calendar, sla, &next, &any, err)))
        return rc;
    sla->next_at = any ? next.at : TIME_NONE;
    return 0;
}

int clock_attach(const struct clock_definition *d, const struct calendar *calendar,
                 const struct clock_facts *facts, struct sla *sla, struct error *err)
{
    struct sla s = *sla;
    int rc;

    s.definition = d->name;
    s.type = d->type;
    s.stage = SLA_IN_PROGRESS;
    s.has_breached = false;
    s.target = d->target;
    s.start_time = start_of(d, facts);
    s.paused = 0;
    s.warned = 0;
    s.pause_time = s.breached_at = s.end_time = TIME_NONE;
    if ((rc = moment_of(calendar, &s, s.target, &s.planned_end_time, err)) ||
        (rc = set_next(d, calendar, &s, err)))
        return rc;
    *sla = s;
    return 0;
}

/* Adds the working time of the present pause, which ends at `now`. */
static int end_pause(const struct calendar *calendar, struct sla *sla, usec now, struct error *err)
{
    usec from = later_of(sla->pause_time, sla->start_time), worked;
    int rc;

    if (sla->pause_time == TIME_NONE)
        return 0;
    if ((rc = calendar_between(calendar, from, later_of(now, from), &worked, err)))
        return rc;
    sla->paused += worked;
    sla->pause_time = TIME_NONE;
    return 0;
}

static int finish(const struct calendar *calendar, struct sla *sla, enum sla_stage stage, usec now,
                  struct error *err)
{
    sla->stage = stage;
    sla->end_time = now;
    sla->next_at = TIME_NONE;
    return end_pause(calendar, sla, now, err);
}

/* The planned end of a breached clock stays: its target was used up then. */
static int resume(const struct clock_definition *d, const struct calendar *calendar, struct sla *sla,
                  usec now, struct error *err)
{
    int rc;

    sla->stage = SLA_IN_PROGRESS;
    if ((rc = end_pause(calendar, sla, now, err)))
        return rc;
    if (!sla->has_breached && (rc = moment_of(calendar, sla, sla->target, &sla->planned_end_time, err)))
        return rc;
    return set_next(d, calendar, sla, err);
}

static int apply(const struct clock_definition *d, const struct calendar *calendar, enum clock_event event,
                 usec now, struct sla *sla, struct error *err)
{
    switch (event) {
    case CLOCK_COMPLETED:
        return finish(calendar, sla, SLA_COMPLETED, now, err);
    case CLOCK_CANCELLED:
        return finish(calendar, sla, SLA_CANCELLED, now, err);
    case CLOCK_PAUSED:
        sla->stage = SLA_PAUSED;
        sla->pause_time = now;
        sla->next_at = TIME_NONE;
        return 0;
    case CLOCK_RESUMED:
        return resume(d, calendar, sla, now, err);
    case CLOCK_ATTACHED:
    case CLOCK_WARNED:
    case CLOCK_BREACHED:
        break;
    }
    return error_set(err, CODE_BUG, NULL, "a clock cannot be moved by event %d", (int)event);
}

/* What the facts ask of an active clock, in the documented order. */
static int decide(const struct clock_definition *d, const struct clock_facts *facts, const struct sla *sla,
                  enum clock_event *event, bool *any, struct error *err)
{
    bool pause;
    int rc = 0;

    *any = stop_holds(d, facts);
    *event = CLOCK_COMPLETED;
    if (!*any) {
        rc = pointless(d, facts, any, err);
        *event = CLOCK_CANCELLED;
    }
    if (rc != 0 || *any)
        return rc;
    pause = condition_given(&d->pause) && condition_holds(&d->pause, facts);
    *event = pause ? CLOCK_PAUSED : CLOCK_RESUMED;
    *any = pause != (sla->stage == SLA_PAUSED);
    return 0;
}

int clock_evaluate(const struct clock_definition *d, const struct calendar *calendar,
                   const struct clock_facts *facts, struct sla *sla, enum clock_event *event, bool *changed,
                   struct error *err)
{
    struct sla s = *sla;
    bool any;
    int rc;

    *changed = false;
    if (!sla_is_active(sla))
        return 0;
    if ((rc = decide(d, facts, sla, event, &any, err)) || !any)
        return rc;
    if ((rc = apply(d, calendar, *event, facts->now, &s, err)))
        return rc;
    *sla = s;
    *changed = true;
    return 0;
}

int clock_tick(const struct clock_definition *d, const struct calendar *calendar, struct sla *sla, usec now,
               struct clock_transition *transition, bool *changed, struct error *err)
{
    struct sla s = *sla;
    bool any;
    int rc;

    *changed = false;
    if ((rc = next_transition(d, calendar, sla, transition, &any, err)) || !any || transition->at > now)
        return rc;
    if (transition->event == CLOCK_BREACHED) {
        s.has_breached = true;
        s.breached_at = transition->at;
    } else {
        s.warned = transition->percent;
    }
    if ((rc = set_next(d, calendar, &s, err)))
        return rc;
    *sla = s;
    *changed = true;
    return 0;
}

int clock_elapsed(const struct calendar *calendar, const struct sla *sla, usec now, usec *elapsed,
                  struct error *err)
{
    usec until = sla->end_time != TIME_NONE     ? sla->end_time
                 : sla->pause_time != TIME_NONE ? sla->pause_time
                                                : now;
    int rc;

    if ((rc = calendar_between(calendar, sla->start_time, later_of(until, sla->start_time), elapsed, err)))
        return rc;
    *elapsed = later_of(*elapsed - sla->paused, 0);
    return 0;
}

double clock_percentage(const struct sla *sla, usec elapsed)
{
    return sla->target > 0 ? (double)elapsed * 100.0 / (double)sla->target : 0;
}
