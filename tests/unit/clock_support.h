/*
 * What the tests of the SLA machine share: a definition with its calendar, a case, a clock, and the two ways
 * to move it.
 */
#ifndef CASEWORK_TESTS_CLOCK_SUPPORT_H
#define CASEWORK_TESTS_CLOCK_SUPPORT_H

#include "rule_support.h"

#include "rule/clock.h"

static inline usec at(const char *text)
{
    usec t;

    if (time_parse(text, strlen(text), &t))
        fail_msg("no time: %s", text);
    return t;
}

#define ALL_DAY "[['00:00','24:00']]"
#define ALWAYS                                                                                               \
    "{'hours':{'mon':" ALL_DAY ",'tue':" ALL_DAY ",'wed':" ALL_DAY ",'thu':" ALL_DAY ",'fri':" ALL_DAY       \
    ",'sat':" ALL_DAY ",'sun':" ALL_DAY "}}"
#define OFFICE                                                                                               \
    "{'hours':{'mon':[['09:00','17:00']],'tue':[['09:00','17:00']],'wed':[['09:00','17:00']],"               \
    "'thu':[['09:00','17:00']],'fri':[['09:00','17:00']]}}"

#define GOLD                                                                                                 \
    "{'type':'SLA','applies_to':'case','when':{'priority':1},'target':'PT4H','calendar':'x','start':{'at':"  \
    "'opened_at'},'pause':{'state':'awaiting_info'},'stop':{'milestone':'live'},'warn':[50,75],"             \
    "'on_breach':[{'notify':'duty'},{'escalate':'major'}],'description':'x'}"

/* A definition with its calendar (March and April 2026, UTC), a case, a clock. */
struct fixture {
    struct arena arena;
    json_t *json, *document;
    struct clock_definition *definition;
    struct calendar *calendar;
    struct casefile casefile;
    struct clock_facts facts;
    struct sla sla;
    const char *reached, *skipped, *done; /* names */
};

static inline bool is_reached(void *context, const char *name)
{
    const struct fixture *f = context;

    return f->reached && strcmp(f->reached, name) == 0;
}

static inline bool is_skipped(void *context, const char *name)
{
    const struct fixture *f = context;

    return f->skipped && strcmp(f->skipped, name) == 0;
}

static inline bool is_done(void *context, const char *name)
{
    const struct fixture *f = context;

    return f->done && strcmp(f->done, name) == 0;
}

static inline void setup(struct fixture *f, const char *definition, const char *calendar)
{
    static const struct zone_offset utc[] = {{INT64_MIN, 0}};
    json_t *hours = tree(calendar);
    struct calendar_spec *spec;
    struct error err;

    *f = (struct fixture){.arena = ARENA_INIT, .json = tree(definition), .document = tree("{'priority':1}")};
    error_init(&err);
    if (clock_compile("gold", f->json, &f->arena, &f->definition, &err) ||
        calendar_parse("test", hours, "UTC", &f->arena, &spec, &err) ||
        calendar_compile(spec, utc, 1, at("2026-03-01T00:00:00Z"), at("2026-05-01T00:00:00Z"), &f->arena,
                         &f->calendar, &err))
        fail_msg("%s: %s", err.pointer, err.message);
    json_decref(hours);
    casefile_init(&f->casefile);
    sla_init(&f->sla);
    f->casefile.state = STATE_OPEN;
    f->casefile.opened_at = at("2026-03-02T10:00:00Z");
    f->facts = (struct clock_facts){
        &f->casefile, f->document, is_reached, is_skipped, is_done, f, at("2026-03-02T10:00:00Z")};
}

static inline void teardown(struct fixture *f)
{
    arena_release(&f->arena);
    json_decref(f->json);
    json_decref(f->document);
}

static inline bool attaches(const struct fixture *f)
{
    struct error err;
    bool answer;

    error_init(&err);
    assert_int_equal(clock_attaches(f->definition, &f->facts, &answer, &err), 0);
    return answer;
}

static inline void attach(struct fixture *f)
{
    struct error err;

    error_init(&err);
    assert_true(attaches(f));
    assert_int_equal(clock_attach(f->definition, f->calendar, &f->facts, &f->sla, &err), 0);
}

/* The transition that a tick finds; false when there is none. */
static inline bool tick(struct fixture *f, usec now, struct clock_transition *t)
{
    struct error err;
    bool changed = false;

    error_init(&err);
    assert_int_equal(clock_tick(f->definition, f->calendar, &f->sla, now, t, &changed, &err), 0);
    return changed;
}

/* The event of an evaluation; -1 when nothing changed. */
static inline int evaluate(struct fixture *f, const char *now)
{
    enum clock_event event;
    struct error err;
    bool changed;

    error_init(&err);
    f->facts.now = at(now);
    assert_int_equal(clock_evaluate(f->definition, f->calendar, &f->facts, &f->sla, &event, &changed, &err),
                     0);
    return changed ? (int)event : -1;
}

#endif
