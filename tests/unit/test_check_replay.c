/* The state that the journal tells, and how it differs from a row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "act/check_replay.h"
#include "model/case.h"
#include "model/task.h"

struct replay_fixture {
    struct replay replay;
    struct arena arena;
    struct error err;
    struct task row;
    char differences[512]; /* "state: JOURNAL ROW; ..." */
};

static void begin(struct replay_fixture *f)
{
    memset(f, 0, sizeof *f);
    error_init(&f->err);
    assert_int_equal(replay_init(&f->replay, &f->err), 0);
    task_init(&f->row);
}

static void end(struct replay_fixture *f)
{
    replay_release(&f->replay);
    arena_release(&f->arena);
}

static void fold(struct replay_fixture *f, const char *event)
{
    json_t *tree = json_loads(event, 0, NULL);

    assert_non_null(tree);
    assert_int_equal(replay_fold(&f->replay, tree, &f->err), 0);
    json_decref(tree);
}

static void note(void *context, const char *field, const char *journal, const char *row)
{
    struct replay_fixture *f = context;
    size_t n = strlen(f->differences);

    snprintf(f->differences + n, sizeof f->differences - n, "%s: %s %s; ", field, journal, row);
}

static const char *compare(struct replay_fixture *f, const char *task)
{
    f->differences[0] = '\0';
    assert_int_equal(replay_compare(json_object_get(f->replay.tasks, task), task_fields, &f->row, &f->arena,
                                    note, f, &f->err),
                     0);
    return f->differences;
}

static const char *compare_case(struct replay_fixture *f, const struct casefile *c)
{
    f->differences[0] = '\0';
    assert_int_equal(replay_compare(f->replay.record, case_fields, c, &f->arena, note, f, &f->err), 0);
    return f->differences;
}

static void changes_are_laid_over_the_record(void **state)
{
    struct replay_fixture f;

    (void)state;
    begin(&f);
    fold(&f, "{\"data\":{\"record\":{\"state\":\"new\",\"impact\":2}}}");
    fold(&f, "{\"data\":{\"changes\":{\"state\":[\"new\",\"open\"],\"impact\":[2,null],\"tags\":[null,[\"a\"]"
             "]}}}");
    fold(&f, "{\"data\":{\"context\":{\"verified\":true}}}");
    assert_string_equal(json_string_value(json_object_get(f.replay.record, "state")), "open");
    assert_null(json_object_get(f.replay.record, "impact"));
    assert_int_equal(json_array_size(json_object_get(f.replay.record, "tags")), 1);
    assert_true(json_is_object(json_object_get(f.replay.record, "context")));
    end(&f);
}

/* What contexts share stands in the journal as the digest that case_told_context() puts there. */
static void a_context_is_compared_by_the_digest_of_its_lists(void **state)
{
    struct replay_fixture f;
    struct casefile c;

    (void)state;
    begin(&f);
    casefile_init(&c);
    fold(&f, "{\"data\":{\"record\":{\"opened_at\":null},\"context\":{\"version\":1,\"impact\":{\"digest\":"
             "\"ab\"}}}}");
    c.context = "{\"version\":1,\"impact\":{\"digest\":\"ab\"}}";
    assert_string_equal(compare_case(&f, &c), "");
    c.context = "{\"version\":1,\"impact\":{\"digest\":\"cd\"}}";
    assert_non_null(strstr(compare_case(&f, &c), "context: "));
    fold(&f, "{\"data\":{\"context\":{\"impact\":null}}}");
    assert_non_null(strstr(compare_case(&f, &c), "context: "));
    c.context = "{\"version\":1}";
    assert_string_equal(compare_case(&f, &c), "");
    end(&f);
}

static void tasks_and_clocks_are_kept_apart_by_name_and_id(void **state)
{
    struct replay_fixture f;

    (void)state;
    begin(&f);
    fold(&f, "{\"data\":{\"task\":{\"name\":\"a\",\"record\":{\"state\":\"pending\"}}}}");
    fold(&f, "{\"data\":{\"task\":{\"name\":\"a~2\",\"record\":{\"state\":\"ready\"}}}}");
    fold(&f, "{\"data\":{\"task\":{\"name\":\"a\",\"changes\":{\"state\":[\"pending\",\"ready\"]}}}}");
    fold(&f, "{\"data\":{\"sla\":{\"name\":\"gold\",\"id\":7,\"record\":{\"stage\":\"in_progress\"}}}}");
    assert_int_equal(json_object_size(f.replay.tasks), 2);
    assert_non_null(json_object_get(f.replay.clocks, "7"));
    f.row.state = TASK_READY;
    assert_string_equal(compare(&f, "a"), "");
    assert_string_equal(compare(&f, "a~2"), "");
    end(&f);
}

static void a_row_that_differs_is_told_field_by_field(void **state)
{
    struct replay_fixture f;

    (void)state;
    begin(&f);
    fold(&f, "{\"data\":{\"task\":{\"name\":\"a\",\"record\":{\"state\":\"ready\",\"outcome\":\"x\"}}}}");
    f.row.state = TASK_CLAIMED;
    f.row.assigned_to = "maria";
    assert_string_equal(compare(&f, "a"),
                        "state: \"ready\" \"claimed\"; assigned_to: null \"maria\"; outcome: \"x\" null; ");
    end(&f);
}

static void an_erased_value_is_compared_with_nothing(void **state)
{
    static const char hex[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    struct replay_fixture f;
    char event[256];

    (void)state;
    begin(&f);
    snprintf(event, sizeof event,
             "{\"data\":{\"task\":{\"name\":\"a\",\"record\":{\"output\":{\"x\":{\"sha256\":\"%s\"}}}}}}",
             hex);
    fold(&f, event);
    f.row.output = "{\"x\":1}";
    assert_string_equal(compare(&f, "a"), "");
    end(&f);
}

static void what_was_never_set_is_no_difference(void **state)
{
    struct replay_fixture f;

    (void)state;
    begin(&f);
    fold(&f, "{\"data\":{\"task\":{\"name\":\"a\",\"record\":{\"attempts\":0}}}}");
    assert_string_equal(compare(&f, "a"), "");
    end(&f);
}

static void a_milestone_is_known_until_it_is_reopened(void **state)
{
    struct replay_fixture f;

    (void)state;
    begin(&f);
    fold(&f, "{\"type\":\"milestone.reached\",\"at\":\"T1\",\"data\":{\"milestone\":\"a\"}}");
    fold(&f, "{\"type\":\"milestone.skipped\",\"at\":\"T2\",\"data\":{\"milestone\":\"b\"}}");
    assert_true(json_is_true(json_object_get(json_object_get(f.replay.milestones, "a"), "reached")));
    assert_true(json_is_false(json_object_get(json_object_get(f.replay.milestones, "b"), "reached")));
    fold(&f, "{\"type\":\"milestone.reopened\",\"at\":\"T3\",\"data\":{\"milestone\":\"a\"}}");
    assert_null(json_object_get(f.replay.milestones, "a"));
    assert_int_equal(json_object_size(f.replay.milestones), 1);
    end(&f);
}

static void messages_are_kept_in_the_order_of_their_events(void **state)
{
    struct replay_fixture f;
    const json_t *second;

    (void)state;
    begin(&f);
    fold(&f, "{\"type\":\"message.queued\",\"at\":\"T1\",\"data\":{\"template\":\"a\",\"recipient\":\"x\"}}");
    fold(&f, "{\"type\":\"message.queued\",\"at\":\"T2\",\"config\":\"c\",\"data\":{\"template\":\"a\","
             "\"recipient\":\"x\"}}");
    assert_int_equal(json_array_size(f.replay.messages), 2);
    second = json_array_get(f.replay.messages, 1);
    assert_string_equal(json_string_value(json_object_get(second, "created_at")), "T2");
    assert_string_equal(json_string_value(json_object_get(second, "config")), "c");
    end(&f);
}

static void the_moment_to_wake_is_known_until_the_clock_changes(void **state)
{
    struct replay_fixture f;

    (void)state;
    begin(&f);
    fold(&f, "{\"data\":{\"sla\":{\"id\":7,\"record\":{\"next_at\":\"T\"}}}}");
    assert_non_null(json_object_get(json_object_get(f.replay.clocks, "7"), "next_at"));
    fold(&f, "{\"data\":{\"sla\":{\"id\":7,\"changes\":{\"warned\":[null,50]}}}}");
    assert_null(json_object_get(json_object_get(f.replay.clocks, "7"), "next_at"));
    end(&f);
}

static void the_last_event_of_the_store_tells_the_store(void **state)
{
    struct replay_fixture f;

    (void)state;
    begin(&f);
    fold(&f, "{\"type\":\"store.created\",\"data\":{\"config_repo\":\"/a\",\"proxies\":[]}}");
    fold(&f, "{\"type\":\"store.restored\",\"data\":{\"config_repo\":\"/b\",\"proxies\":[]}}");
    assert_string_equal(json_string_value(json_object_get(f.replay.record, "config_repo")), "/b");
    end(&f);
}

static void a_record_that_was_deleted_and_made_again_begins_empty(void **state)
{
    struct replay_fixture f;

    (void)state;
    begin(&f);
    fold(&f, "{\"type\":\"record.created\",\"data\":{\"record\":{\"key\":\"a\",\"tier\":\"gold\"}}}");
    assert_false(f.replay.deleted);
    fold(&f, "{\"type\":\"record.deleted\",\"data\":{\"changes\":{\"tier\":[\"gold\",null]}}}");
    assert_true(f.replay.deleted);
    assert_int_equal(json_object_size(f.replay.record), 0);
    fold(&f, "{\"type\":\"record.created\",\"data\":{\"record\":{\"key\":\"a\"}}}");
    assert_false(f.replay.deleted);
    assert_null(json_object_get(f.replay.record, "tier"));
    end(&f);
}

static void a_row_that_holds_no_json_is_a_difference(void **state)
{
    struct replay_fixture f;

    (void)state;
    begin(&f);
    fold(&f, "{\"data\":{\"task\":{\"name\":\"a\",\"record\":{\"output\":{\"x\":1}}}}}");
    f.row.output = "{broken";
    assert_string_equal(compare(&f, "a"), "output: {\"x\":1} {broken; ");
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_are_laid_over_the_record),
        cmocka_unit_test(a_context_is_compared_by_the_digest_of_its_lists),
        cmocka_unit_test(tasks_and_clocks_are_kept_apart_by_name_and_id),
        cmocka_unit_test(a_row_that_differs_is_told_field_by_field),
        cmocka_unit_test(an_erased_value_is_compared_with_nothing),
        cmocka_unit_test(what_was_never_set_is_no_difference),
        cmocka_unit_test(a_milestone_is_known_until_it_is_reopened),
        cmocka_unit_test(messages_are_kept_in_the_order_of_their_events),
        cmocka_unit_test(the_moment_to_wake_is_known_until_the_clock_changes),
        cmocka_unit_test(the_last_event_of_the_store_tells_the_store),
        cmocka_unit_test(a_record_that_was_deleted_and_made_again_begins_empty),
        cmocka_unit_test(a_row_that_holds_no_json_is_a_difference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
