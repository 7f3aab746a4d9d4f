#include "rule_support.h"

#include "rule/clock.h"

static usec at(const char *text)
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

static bool is_reached(void *context, const char *name)
{
    const struct fixture *f = context;

    return f->reached && strcmp(f->reached, name) == 0;
}

static bool is_skipped(void *context, const char *name)
{
    const struct fixture *f = context;

    return f->skipped && strcmp(f->skipped, name) == 0;
}

static bool is_done(void *context, const char *name)
{
    const struct fixture *f = context;

    return f->done && strcmp(f->done, name) == 0;
}

static void setup(struct fixture *f, const char *definition, const char *calendar)
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

static void teardown(struct fixture *f)
{
    arena_release(&f->arena);
    json_decref(f->json);
    json_decref(f->document);
}

static void attach(struct fixture *f)
{
    struct error err;

    error_init(&err);
    assert_true(clock_attaches(f->definition, &f->facts));
    assert_int_equal(clock_attach(f->definition, f->calendar, &f->facts, &f->sla, &err), 0);
}

/* The transition that a tick finds; false when there is none. */
static bool tick(struct fixture *f, usec now, struct clock_transition *t)
{
    struct error err;
    bool changed = false;

    error_init(&err);
    assert_int_equal(clock_tick(f->definition, f->calendar, &f->sla, now, t, &changed, &err), 0);
    return changed;
}

/* The event of an evaluation; -1 when nothing changed. */
static int evaluate(struct fixture *f, const char *now)
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

static void expect_tick(struct fixture *f, const char *now, enum clock_event event, int64_t percent,
                        usec moment)
{
    struct clock_transition t;

    assert_true(tick(f, at(now), &t));
    assert_int_equal(t.event, event);
    assert_int_equal(t.percent, percent);
    assert_true(t.at == moment);
}

static void expect_quiet(struct fixture *f, const char *now)
{
    struct clock_transition t;

    assert_false(tick(f, at(now), &t));
}

#define GOLD                                                                                                 \
    "{'type':'SLA','applies_to':'case','when':{'priority':1},'target':'PT4H','calendar':'x','start':{'at':"  \
    "'opened_at'},'pause':{'state':'awaiting_info'},'stop':{'milestone':'live'},'warn':[50,75],"             \
    "'on_breach':[{'notify':'duty'},{'escalate':'major'}],'description':'x'}"

static void definition_is_read(void **state)
{
    struct fixture f;

    (void)state;
    setup(&f, GOLD, ALWAYS);
    assert_string_equal(f.definition->name, "gold");
    assert_int_equal(f.definition->type, 1);
    assert_true(f.definition->target == 4 * USEC_HOUR);
    assert_int_equal(f.definition->pause.state, STATE_AWAITING_INFO);
    assert_string_equal(f.definition->stop.milestone, "live");
    assert_int_equal(f.definition->warn_count, 2);
    assert_int_equal(f.definition->on_breach_count, 2);
    assert_string_equal(f.definition->on_breach[1].kind, "escalate");
    assert_string_equal(f.definition->on_breach[1].target, "major");
    teardown(&f);
}

static void attaching_sets_start_end_and_next_moment(void **state)
{
    struct fixture f;

    (void)state;
    setup(&f, GOLD, OFFICE);
    f.casefile.opened_at = at("2026-03-02T15:00:00Z");
    f.facts.now = at("2026-03-02T15:10:00Z");
    attach(&f);
    assert_int_equal(f.sla.stage, SLA_IN_PROGRESS);
    assert_string_equal(f.sla.definition, "gold");
    assert_true(f.sla.start_time == at("2026-03-02T15:00:00Z"));
    assert_true(f.sla.planned_end_time == at("2026-03-03T11:00:00Z"));
    assert_true(f.sla.next_at == at("2026-03-02T17:00:00Z"));
    teardown(&f);
}

static void start_without_field_is_the_moment_of_attachment(void **state)
{
    struct fixture f;

    (void)state;
    setup(&f, "{'type':'OLA','target':'PT1H'}", ALWAYS);
    f.facts.now = at("2026-03-02T12:34:56Z");
    attach(&f);
    assert_true(f.sla.start_time == at("2026-03-02T12:34:56Z"));
    assert_true(f.sla.next_at == at("2026-03-02T13:34:56Z") + 1);
    teardown(&f);
}

static void clock_attaches_only_where_its_conditions_hold(void **state)
{
    struct fixture f;

    (void)state;
    setup(&f, GOLD, ALWAYS);
    assert_true(clock_attaches(f.definition, &f.facts));
    f.casefile.opened_at = TIME_NONE;
    assert_false(clock_attaches(f.definition, &f.facts));
    f.casefile.opened_at = 0;
    f.reached = "live";
    assert_false(clock_attaches(f.definition, &f.facts));
    f.reached = NULL;
    f.skipped = "live";
    assert_false(clock_attaches(f.definition, &f.facts));
    f.skipped = NULL;
    f.casefile.state = STATE_RESOLVED;
    assert_false(clock_attaches(f.definition, &f.facts));
    f.casefile.state = STATE_CANCELLED;
    assert_false(clock_attaches(f.definition, &f.facts));
    f.casefile.state = STATE_NEW;
    assert_true(clock_attaches(f.definition, &f.facts));
    json_object_set_new(f.document, "priority", json_integer(2));
    assert_false(clock_attaches(f.definition, &f.facts));
    teardown(&f);
}

static void late_tick_gives_each_transition_its_true_time(void **state)
{
    struct fixture f;

    (void)state;
    setup(&f, GOLD, ALWAYS);
    attach(&f);
    expect_quiet(&f, "2026-03-02T11:59:59Z");
    expect_tick(&f, "2026-03-09T00:00:00Z", CLOCK_WARNED, 50, at("2026-03-02T12:00:00Z"));
    assert_int_equal(f.sla.warned, 50);
    assert_true(f.sla.next_at == at("2026-03-02T13:00:00Z"));
    expect_tick(&f, "2026-03-09T00:00:00Z", CLOCK_WARNED, 75, at("2026-03-02T13:00:00Z"));
    expect_tick(&f, "2026-03-09T00:00:00Z", CLOCK_BREACHED, 100, at("2026-03-02T14:00:00Z") + 1);
    assert_true(f.sla.has_breached);
    assert_true(f.sla.breached_at == at("2026-03-02T14:00:00Z") + 1);
    assert_true(f.sla.next_at == TIME_NONE);
    expect_quiet(&f, "2026-03-09T00:00:00Z");
    teardown(&f);
}

static void elapsed_equal_to_the_target_is_no_breach(void **state)
{
    struct fixture f;

    (void)state;
    setup(&f, "{'type':'SLA','target':'PT8H','start':{'at':'opened_at'}}", OFFICE);
    f.casefile.opened_at = at("2026-03-02T09:00:00Z");
    attach(&f);
    assert_true(f.sla.planned_end_time == at("2026-03-02T17:00:00Z"));
    expect_quiet(&f, "2026-03-02T17:00:00Z");
    expect_quiet(&f, "2026-03-03T09:00:00Z");
    expect_tick(&f, "2026-03-03T09:00:01Z", CLOCK_BREACHED, 100, at("2026-03-03T09:00:00Z") + 1);
    teardown(&f);
}

static void start_in_the_past_is_due_at_once(void **state)
{
    struct fixture f;

    (void)state;
    setup(&f, GOLD, ALWAYS);
    f.facts.now = at("2026-03-05T00:00:00Z");
    attach(&f);
    assert_true(f.sla.next_at == at("2026-03-02T12:00:00Z"));
    assert_false(f.sla.has_breached);
    expect_tick(&f, "2026-03-05T00:00:00Z", CLOCK_WARNED, 50, at("2026-03-02T12:00:00Z"));
    expect_tick(&f, "2026-03-05T00:00:00Z", CLOCK_WARNED, 75, at("2026-03-02T13:00:00Z"));
    expect_tick(&f, "2026-03-05T00:00:00Z", CLOCK_BREACHED, 100, at("2026-03-02T14:00:00Z") + 1);
    teardown(&f);
}

static void pause_moves_the_planned_end_by_its_working_time(void **state)
{
    struct fixture f;
    struct error err;
    usec elapsed;

    (void)state;
    error_init(&err);
    setup(&f, GOLD, OFFICE);
    f.casefile.opened_at = at("2026-03-06T14:00:00Z");
    attach(&f);
    f.casefile.state = STATE_AWAITING_INFO;
    assert_int_equal(evaluate(&f, "2026-03-06T15:00:00Z"), CLOCK_PAUSED);
    assert_int_equal(evaluate(&f, "2026-03-06T15:30:00Z"), -1);
    assert_true(f.sla.next_at == TIME_NONE);
    expect_quiet(&f, "2026-03-20T00:00:00Z");
    assert_int_equal(clock_elapsed(f.calendar, &f.sla, at("2026-03-08T00:00:00Z"), &elapsed, &err), 0);
    assert_true(elapsed == USEC_HOUR);
    f.casefile.state = STATE_OPEN;
    assert_int_equal(evaluate(&f, "2026-03-09T10:00:00Z"), CLOCK_RESUMED);
    assert_true(f.sla.paused == 3 * USEC_HOUR);
    assert_true(f.sla.planned_end_time == at("2026-03-09T13:00:00Z"));
    assert_true(f.sla.next_at == at("2026-03-09T11:00:00Z"));
    assert_int_equal(evaluate(&f, "2026-03-09T10:30:00Z"), -1);
    assert_int_equal(clock_elapsed(f.calendar, &f.sla, at("2026-03-09T11:00:00Z"), &elapsed, &err), 0);
    assert_true(elapsed == 2 * USEC_HOUR);
    assert_true(clock_percentage(&f.sla, elapsed) == 50.0);
    teardown(&f);
}

static void breached_clock_keeps_its_planned_end(void **state)
{
    struct fixture f;
    struct clock_transition t;

    (void)state;
    setup(&f, GOLD, ALWAYS);
    attach(&f);
    while (tick(&f, at("2026-03-02T20:00:00Z"), &t))
        ;
    f.casefile.state = STATE_AWAITING_INFO;
    assert_int_equal(evaluate(&f, "2026-03-02T20:00:00Z"), CLOCK_PAUSED);
    f.casefile.state = STATE_OPEN;
    assert_int_equal(evaluate(&f, "2026-03-03T20:00:00Z"), CLOCK_RESUMED);
    assert_true(f.sla.planned_end_time == at("2026-03-02T14:00:00Z"));
    assert_true(f.sla.has_breached && f.sla.next_at == TIME_NONE);
    expect_quiet(&f, "2026-04-01T00:00:00Z");
    teardown(&f);
}

static void stop_completes_even_a_paused_clock(void **state)
{
    struct fixture f;
    struct error err;
    usec elapsed;

    (void)state;
    error_init(&err);
    setup(&f, GOLD, ALWAYS);
    attach(&f);
    f.casefile.state = STATE_AWAITING_INFO;
    evaluate(&f, "2026-03-02T11:00:00Z");
    f.reached = "live";
    assert_int_equal(evaluate(&f, "2026-03-02T13:00:00Z"), CLOCK_COMPLETED);
    assert_int_equal(f.sla.stage, SLA_COMPLETED);
    assert_true(f.sla.end_time == at("2026-03-02T13:00:00Z"));
    assert_true(f.sla.next_at == TIME_NONE && f.sla.pause_time == TIME_NONE);
    assert_int_equal(clock_elapsed(f.calendar, &f.sla, at("2026-04-02T13:00:00Z"), &elapsed, &err), 0);
    assert_true(elapsed == USEC_HOUR);
    assert_int_equal(evaluate(&f, "2026-03-02T14:00:00Z"), -1);
    expect_quiet(&f, "2026-04-02T14:00:00Z");
    teardown(&f);
}

static void clock_is_cancelled_when_it_no_longer_applies(void **state)
{
    struct fixture f;

    (void)state;
    setup(&f, GOLD, ALWAYS);
    attach(&f);
    json_object_set_new(f.document, "priority", json_integer(3));
    assert_int_equal(evaluate(&f, "2026-03-02T11:00:00Z"), CLOCK_CANCELLED);
    assert_int_equal(f.sla.stage, SLA_CANCELLED);
    json_object_set_new(f.document, "priority", json_integer(1));
    attach(&f);
    f.skipped = "live";
    assert_int_equal(evaluate(&f, "2026-03-02T11:00:00Z"), CLOCK_CANCELLED);
    f.skipped = NULL;
    attach(&f);
    f.casefile.state = STATE_CANCELLED;
    assert_int_equal(evaluate(&f, "2026-03-02T11:00:00Z"), CLOCK_CANCELLED);
    teardown(&f);
}

static void stop_comes_before_cancelling(void **state)
{
    struct fixture f;

    (void)state;
    setup(&f, GOLD, ALWAYS);
    attach(&f);
    json_object_set_new(f.document, "priority", json_integer(3));
    f.reached = "live";
    assert_int_equal(evaluate(&f, "2026-03-02T11:00:00Z"), CLOCK_COMPLETED);
    teardown(&f);
}

static int stopped_by(const char *stop, int case_state, const char *task, usec first_response)
{
    struct fixture f;
    char text[256];
    int event;

    snprintf(text, sizeof text, "{'type':'UC','target':'PT1H'%s%s}", *stop ? ",'stop':" : "", stop);
    setup(&f, text, ALWAYS);
    attach(&f);
    f.casefile.state = case_state;
    f.done = task;
    f.casefile.first_responded_at = first_response;
    event = evaluate(&f, "2026-03-02T11:00:00Z");
    teardown(&f);
    return event;
}

static void clock_stops_on_state_task_field_and_resolution(void **state)
{
    (void)state;
    assert_int_equal(stopped_by("", STATE_OPEN, NULL, TIME_NONE), -1);
    assert_int_equal(stopped_by("", STATE_RESOLVED, NULL, TIME_NONE), CLOCK_COMPLETED);
    assert_int_equal(stopped_by("{'state':'awaiting_info'}", STATE_AWAITING_INFO, NULL, TIME_NONE),
                     CLOCK_COMPLETED);
    assert_int_equal(stopped_by("{'state':'closed'}", STATE_RESOLVED, NULL, TIME_NONE), -1);
    assert_int_equal(stopped_by("{'state':'closed'}", STATE_CLOSED, NULL, TIME_NONE), CLOCK_COMPLETED);
    assert_int_equal(stopped_by("{'task':'install'}", STATE_OPEN, "ship", TIME_NONE), -1);
    assert_int_equal(stopped_by("{'task':'install'}", STATE_OPEN, "install", TIME_NONE), CLOCK_COMPLETED);
    assert_int_equal(stopped_by("{'field':'first_responded_at'}", STATE_OPEN, NULL, TIME_NONE), -1);
    assert_int_equal(stopped_by("{'field':'first_responded_at'}", STATE_OPEN, NULL, 5), CLOCK_COMPLETED);
    assert_int_equal(stopped_by("{'field':'first_responded_at'}", STATE_RESOLVED, NULL, TIME_NONE),
                     CLOCK_COMPLETED);
}

static void facts_without_workflow_answer_no(void **state)
{
    struct fixture f;

    (void)state;
    setup(&f, GOLD, ALWAYS);
    f.facts.milestone_reached = f.facts.milestone_skipped = f.facts.task_succeeded = NULL;
    attach(&f);
    assert_int_equal(evaluate(&f, "2026-03-02T11:00:00Z"), -1);
    teardown(&f);
}

static void clock_is_untouched_when_the_span_is_too_short(void **state)
{
    struct fixture f;
    struct sla before;
    struct clock_transition t;
    struct error err;
    bool changed;

    (void)state;
    error_init(&err);
    setup(&f, "{'type':'SLA','target':'PT100H','start':{'at':'opened_at'},'warn':[10]}", OFFICE);
    f.casefile.opened_at = at("2026-04-15T09:00:00Z");
    memcpy(&before, &f.sla, sizeof before);
    assert_int_equal(clock_attach(f.definition, f.calendar, &f.facts, &f.sla, &err), CODE_LIMIT);
    assert_memory_equal(&before, &f.sla, sizeof before);
    f.casefile.opened_at = at("2026-04-13T17:00:00Z");
    error_init(&err);
    f.sla.stage = SLA_IN_PROGRESS;
    f.sla.start_time = f.casefile.opened_at;
    f.sla.target = 100 * USEC_HOUR;
    f.sla.paused = 10 * USEC_HOUR;
    memcpy(&before, &f.sla, sizeof before);
    assert_int_equal(
        clock_tick(f.definition, f.calendar, &f.sla, at("2026-04-29T00:00:00Z"), &t, &changed, &err),
        CODE_LIMIT);
    assert_false(changed);
    assert_memory_equal(&before, &f.sla, sizeof before);
    teardown(&f);
}

static void refused(const char *text, enum code code, const char *pointer)
{
    json_t *json = tree(text);
    struct arena arena = ARENA_INIT;
    struct clock_definition *d;
    struct error err;

    error_init(&err);
    expect_error(clock_compile("x", json, &arena, &d, &err), &err, code, pointer);
    assert_null(d);
    arena_release(&arena);
    json_decref(json);
}

#define BASE "'type':'SLA','target':'PT1H'"

static void errors_point_into_the_file(void **state)
{
    (void)state;
    refused("{'target':'PT1H'}", CODE_REQUIRED, "/type");
    refused("{'type':'XLA','target':'PT1H'}", CODE_INVALID, "/type");
    refused("{'type':'SLA'}", CODE_REQUIRED, "/target");
    refused("{'type':'SLA','target':'4h'}", CODE_INVALID, "/target");
    refused("{'type':'SLA','target':'PT0S'}", CODE_INVALID, "/target");
    refused("{'type':'SLA','target':'P99999D'}", CODE_LIMIT, "/target");
    refused("{'type':'SLA','target':{'due':'x'}}", CODE_NOT_SUPPORTED, "/target");
    refused("{" BASE ",'applies_to':'task'}", CODE_NOT_SUPPORTED, "/applies_to");
    refused("{" BASE ",'applies_to':'account'}", CODE_INVALID, "/applies_to");
    refused("{" BASE ",'retroactive':true}", CODE_NOT_SUPPORTED, "/retroactive");
    refused("{" BASE ",'colour':1}", CODE_UNKNOWN_MEMBER, "/colour");
    refused("{" BASE ",'when':{'a':{'$foo':1}}}", CODE_INVALID, "/when/a/$foo");
    refused("{" BASE ",'start':{}}", CODE_REQUIRED, "/start/at");
    refused("{" BASE ",'start':{'at':'born_at'}}", CODE_INVALID, "/start/at");
    refused("{" BASE ",'start':{'at':'priority'}}", CODE_INVALID, "/start/at");
    refused("{" BASE ",'start':{'task':'x'}}", CODE_NOT_SUPPORTED, "/start/task");
    refused("{" BASE ",'pause':{}}", CODE_INVALID, "/pause");
    refused("{" BASE ",'pause':{'state':'asleep'}}", CODE_INVALID, "/pause/state");
    refused("{" BASE ",'pause':{'blocked_by':'customer'}}", CODE_NOT_SUPPORTED, "/pause/blocked_by");
    refused("{" BASE ",'stop':{'state':'resolved','task':'x'}}", CODE_INVALID, "/stop");
    refused("{" BASE ",'stop':{'field':'colour'}}", CODE_INVALID, "/stop/field");
    refused("{" BASE ",'stop':{'event':'x'}}", CODE_UNKNOWN_MEMBER, "/stop/event");
    refused("{" BASE ",'warn':[50,50]}", CODE_INVALID, "/warn/1");
    refused("{" BASE ",'warn':[50,100]}", CODE_INVALID, "/warn/1");
    refused("{" BASE ",'warn':[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}", CODE_LIMIT, "/warn");
    refused("{" BASE ",'on_breach':[{'notify':''}]}", CODE_INVALID, "/on_breach/0/notify");
    refused("{" BASE ",'on_breach':[{'notify':'a','escalate':'b'}]}", CODE_INVALID, "/on_breach/0");
    refused("{" BASE ",'on_breach':[{'shout':'a'}]}", CODE_UNKNOWN_MEMBER, "/on_breach/0/shout");
}

/* Against a count of seconds: random pauses and ticks over twelve days, with and without nights. */
#define DAYS     12
#define SECONDS  (DAYS * 86400)
#define SWITCHES 12

struct reference {
    bool office;
    unsigned switches[SWITCHES]; /* seconds at which the pause begins or ends, ascending */
    unsigned target;             /* seconds */
    struct clock_transition told[4];
    size_t told_count;
    unsigned elapsed, planned_end;
};

/* Second 0 is Monday 2 March 2026, 00:00. */
static bool second_is_open(bool office, unsigned s)
{
    unsigned hour = s % 86400 / 3600;

    return !office || (s / 86400 % 7 < 5 && hour >= 9 && hour < 17);
}

static void refer(struct reference *r, unsigned start, usec zero)
{
    static const unsigned shares[] = {50, 75, 90};
    size_t next = 0, warn = 0;
    bool paused = false, breached = false;
    unsigned s;

    for (s = start; s < SECONDS; s++) {
        while (next < SWITCHES && r->switches[next] == s) {
            paused = !paused;
            next++;
        }
        if (!second_is_open(r->office, s))
            continue;
        if (paused) {
            /* a target used up, but not exceeded, when the pause began */
            if (r->elapsed == r->target && !breached)
                r->planned_end = s + 1;
            continue;
        }
        if (r->elapsed == r->target && !breached) {
            breached = true;
            r->told[r->told_count++] =
                (struct clock_transition){CLOCK_BREACHED, 100, zero + s * USEC_SECOND + 1};
        }
        r->elapsed++;
        if (r->elapsed == r->target)
            r->planned_end = s + 1;
        if (warn < 3 && r->elapsed == r->target / 100 * shares[warn])
            r->told[r->told_count++] =
                (struct clock_transition){CLOCK_WARNED, shares[warn++], zero + (s + 1) * USEC_SECOND};
    }
}

static int unsigned_order(const void *a, const void *b)
{
    return *(const unsigned *)a < *(const unsigned *)b ? -1 : *(const unsigned *)a > *(const unsigned *)b;
}

static void tick_and_compare(struct fixture *f, const struct reference *r, size_t *told, usec now)
{
    struct clock_transition t;

    while (tick(f, now, &t)) {
        assert_true(*told < r->told_count);
        assert_int_equal(t.event, r->told[*told].event);
        assert_int_equal(t.percent, r->told[*told].percent);
        assert_true(t.at == r->told[*told].at);
        ++*told;
    }
    assert_true(*told == r->told_count || r->told[*told].at > now);
}

static void play(struct fixture *f, struct reference *r, unsigned start, uint64_t *seed)
{
    usec zero = at("2026-03-02T00:00:00Z"), elapsed;
    size_t told = 0, i;
    struct error err;
    char text[TIME_TEXT];

    error_init(&err);
    f->casefile.opened_at = f->facts.now = zero + start * USEC_SECOND;
    attach(f);
    for (i = 0; i < SWITCHES; i++) {
        unsigned earlier = i ? r->switches[i - 1] : start;
        unsigned between = earlier + random_below(seed, r->switches[i] - earlier + 1);

        tick_and_compare(f, r, &told, zero + between * USEC_SECOND + random_below(seed, 2) * 500000);
        tick_and_compare(f, r, &told, zero + r->switches[i] * USEC_SECOND);
        f->casefile.state = f->casefile.state == STATE_OPEN ? STATE_AWAITING_INFO : STATE_OPEN;
        time_format(zero + r->switches[i] * USEC_SECOND, text);
        assert_int_equal(evaluate(f, text), f->casefile.state == STATE_OPEN ? CLOCK_RESUMED : CLOCK_PAUSED);
    }
    tick_and_compare(f, r, &told, zero + (usec)SECONDS * USEC_SECOND);
    assert_int_equal(told, r->told_count);
    assert_int_equal(clock_elapsed(f->calendar, &f->sla, zero + (usec)SECONDS * USEC_SECOND, &elapsed, &err),
                     0);
    assert_true(elapsed == r->elapsed * USEC_SECOND);
    if (f->sla.has_breached)
        assert_true(f->sla.planned_end_time == zero + r->planned_end * USEC_SECOND);
}

static void random_schedules_agree_with_a_count_of_seconds(void **state)
{
    uint64_t seed = 4711;
    int round;

    (void)state;
    for (round = 0; round < 60; round++) {
        struct reference r = {.office = round % 2};
        unsigned start = random_below(&seed, 86400 * 3), i;
        struct fixture f;
        char text[256];

        r.target = 100 * (36 + random_below(&seed, r.office ? 1500 : 7000));
        if (round % 3 == 0)
            r.target -= r.target % 28800; /* whole working days end at closing time */
        r.target += r.target ? 0 : 28800;
        for (i = 0; i < SWITCHES; i++) {
            r.switches[i] = start + 1 + random_below(&seed, SECONDS - start - 1);
            if (random_below(&seed, 3) == 0)
                r.switches[i] -=
                    r.switches[i] % 3600; /* also at the very moments where windows begin and end */
            if (r.switches[i] < start)
                r.switches[i] = start;
        }
        qsort(r.switches, SWITCHES, sizeof *r.switches, unsigned_order);
        refer(&r, start, at("2026-03-02T00:00:00Z"));
        snprintf(
            text, sizeof text,
            "{'type':'SLA','target':'PT%uS','start':{'at':'opened_at'},'pause':{'state':'awaiting_info'},"
            "'warn':[50,75,90]}",
            r.target);
        setup(&f, text, r.office ? OFFICE : ALWAYS);
        play(&f, &r, start, &seed);
        teardown(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(definition_is_read),
        cmocka_unit_test(attaching_sets_start_end_and_next_moment),
        cmocka_unit_test(start_without_field_is_the_moment_of_attachment),
        cmocka_unit_test(clock_attaches_only_where_its_conditions_hold),
        cmocka_unit_test(late_tick_gives_each_transition_its_true_time),
        cmocka_unit_test(elapsed_equal_to_the_target_is_no_breach),
        cmocka_unit_test(start_in_the_past_is_due_at_once),
        cmocka_unit_test(pause_moves_the_planned_end_by_its_working_time),
        cmocka_unit_test(breached_clock_keeps_its_planned_end),
        cmocka_unit_test(stop_completes_even_a_paused_clock),
        cmocka_unit_test(clock_is_cancelled_when_it_no_longer_applies),
        cmocka_unit_test(stop_comes_before_cancelling),
        cmocka_unit_test(clock_stops_on_state_task_field_and_resolution),
        cmocka_unit_test(facts_without_workflow_answer_no),
        cmocka_unit_test(clock_is_untouched_when_the_span_is_too_short),
        cmocka_unit_test(errors_point_into_the_file),
        cmocka_unit_test(random_schedules_agree_with_a_count_of_seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
