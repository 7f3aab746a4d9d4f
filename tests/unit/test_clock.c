#include "clock_support.h"

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
    assert_true(attaches(&f));
    f.casefile.opened_at = TIME_NONE;
    assert_false(attaches(&f));
    f.casefile.opened_at = 0;
    f.reached = "live";
    assert_false(attaches(&f));
    f.reached = NULL;
    f.skipped = "live";
    assert_false(attaches(&f));
    f.skipped = NULL;
    f.casefile.state = STATE_RESOLVED;
    assert_false(attaches(&f));
    f.casefile.state = STATE_CANCELLED;
    assert_false(attaches(&f));
    f.casefile.state = STATE_NEW;
    assert_true(attaches(&f));
    json_object_set_new(f.document, "priority", json_integer(2));
    assert_false(attaches(&f));
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

static void definition_whose_pattern_runs_away_is_named(void **state)
{
    enum clock_event event;
    struct fixture f;
    struct error err;
    bool answer;

    (void)state;
    setup(&f, "{'type':'SLA','target':'PT1H','when':{'text':{'$regex':'(a+)+$'}}}", ALWAYS);
    json_object_set_new(f.document, "text", json_string("aa"));
    attach(&f);
    json_object_set_new(f.document, "text", json_string(AAAA));
    error_init(&err);
    expect_error(clock_attaches(f.definition, &f.facts, &answer, &err), &err, CODE_RULE, "/when/text/$regex");
    assert_non_null(strstr(err.message, "sla \"gold\": pattern"));
    assert_false(answer);
    error_init(&err);
    expect_error(clock_evaluate(f.definition, f.calendar, &f.facts, &f.sla, &event, &answer, &err), &err,
                 CODE_RULE, "/when/text/$regex");
    assert_false(answer);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
        cmocka_unit_test(definition_whose_pattern_runs_away_is_named),
        cmocka_unit_test(stop_comes_before_cancelling),
        cmocka_unit_test(clock_stops_on_state_task_field_and_resolution),
        cmocka_unit_test(facts_without_workflow_answer_no),
        cmocka_unit_test(clock_is_untouched_when_the_span_is_too_short),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
