#include "rule_support.h"

#include "rule/workflow.h"

struct fixture {
    struct arena arena;
    json_t *json;
    struct workflow *workflow;
};

static int compile(struct fixture *f, const char *text, struct error *err)
{
    *f = (struct fixture){.arena = ARENA_INIT, .json = tree(text)};
    error_init(err);
    return workflow_compile("line", f->json, &f->arena, &f->workflow, err);
}

static void compile_good(struct fixture *f, const char *text)
{
    struct error err;

    if (compile(f, text, &err))
        fail_msg("%s: %s: %s", text, err.pointer, err.message);
}

static void clear(struct fixture *f)
{
    arena_release(&f->arena);
    json_decref(f->json);
}

static void refused(const char *text, enum code code, const char *pointer)
{
    struct fixture f;
    struct error err;

    expect_error(compile(&f, text, &err), &err, code, pointer);
    assert_null(f.workflow);
    clear(&f);
}

static const char line[] =
    "{'description':'new line','tasks':{"
    "'verify':{'group':'billing','expect':'PT2H','outcomes':{'approved':'success','rejected':'failure'}},"
    "'port':{'group':'network','needs':['verify'],'type':'manual','trigger':'all_success'},"
    "'ship':{'group':'courier','needs':['verify'],'when':{'fields.own_router':{'$ne':true}}},"
    "'install':{'group':'field','needs':['port','ship'],'description':'on site'}},"
    "'milestones':{'checked':{'after':['verify']},'live':{'after':['install'],'description':'x'}}}";

static void definition_is_read_in_the_files_order(void **state)
{
    struct fixture f;
    const struct workflow *w;

    (void)state;
    compile_good(&f, line);
    w = f.workflow;
    assert_string_equal(w->name, "line");
    assert_int_equal(w->task_count, 4);
    assert_string_equal(w->tasks[3].name, "install");
    assert_string_equal(w->tasks[3].group, "field");
    assert_int_equal(w->tasks[3].needs_count, 2);
    assert_int_equal(w->tasks[3].needs[1], 2);
    assert_true(w->tasks[0].expect == 2 * USEC_HOUR);
    assert_true(w->tasks[1].expect == TIME_NONE);
    assert_int_equal(w->milestone_count, 2);
    assert_int_equal(w->milestones[1].after[0], 3);
    assert_int_equal(workflow_find(w, "ship"), 2);
    assert_int_equal(workflow_find(w, "none"), -1);
    clear(&f);
}

static void outcomes_are_classed_by_the_map(void **state)
{
    const struct workflow_task *verify, *port;
    struct fixture f;

    (void)state;
    compile_good(&f, line);
    verify = &f.workflow->tasks[0];
    port = &f.workflow->tasks[1];
    assert_int_equal(workflow_outcome(verify, "approved"), OUTCOME_SUCCESS);
    assert_int_equal(workflow_outcome(verify, "rejected"), OUTCOME_FAILURE);
    assert_int_equal(workflow_outcome(verify, "failed"), OUTCOME_FAILURE);
    assert_int_equal(workflow_outcome(verify, "maybe"), OUTCOME_UNKNOWN);
    assert_int_equal(workflow_outcome(verify, NULL), OUTCOME_UNKNOWN);
    assert_int_equal(workflow_outcome(port, "anything"), OUTCOME_SUCCESS);
    assert_int_equal(workflow_outcome(port, NULL), OUTCOME_SUCCESS);
    assert_int_equal(workflow_outcome(port, "failed"), OUTCOME_FAILURE);
    clear(&f);
}

static void errors_point_into_the_file(void **state)
{
    (void)state;
    refused("{}", CODE_REQUIRED, "/tasks");
    refused("{'tasks':{}}", CODE_INVALID, "/tasks");
    refused("{'tasks':{'a':{'group':'g'}},'x':1}", CODE_UNKNOWN_MEMBER, "/x");
    refused("{'tasks':{'A':{'group':'g'}}}", CODE_INVALID, "/tasks/A");
    refused("{'tasks':{'a.b':{'group':'g'}}}", CODE_INVALID, "/tasks/a.b");
    refused("{'tasks':{'a~b':{'group':'g'}}}", CODE_INVALID, "/tasks/a~0b");
    refused("{'tasks':{'a':{'group':5}}}", CODE_INVALID, "/tasks/a/group");
    refused("{'tasks':{'a':{'group':'g','run':['x']}}}", CODE_NOT_SUPPORTED, "/tasks/a/run");
    refused("{'tasks':{'a':{'group':'g','for_each':'x'}}}", CODE_NOT_SUPPORTED, "/tasks/a/for_each");
    refused("{'tasks':{'a':{'group':'g','type':'approval'}}}", CODE_NOT_SUPPORTED, "/tasks/a/type");
    refused("{'tasks':{'a':{'group':'g','type':'robot'}}}", CODE_INVALID, "/tasks/a/type");
    refused("{'tasks':{'a':{'group':'g','trigger':'none_failed'}}}", CODE_NOT_SUPPORTED, "/tasks/a/trigger");
    refused("{'tasks':{'a':{'group':'g','trigger':'never'}}}", CODE_INVALID, "/tasks/a/trigger");
    refused("{'tasks':{'a':{'group':'g','colour':1}}}", CODE_UNKNOWN_MEMBER, "/tasks/a/colour");
    refused("{'tasks':{'a':{'group':'g','expect':'2h'}}}", CODE_INVALID, "/tasks/a/expect");
    refused("{'tasks':{'a':{'group':'g','needs':'b'}}}", CODE_INVALID, "/tasks/a/needs");
    refused("{'tasks':{'a':{'group':'g','needs':['b']}}}", CODE_UNKNOWN_REFERENCE, "/tasks/a/needs/0");
    refused("{'tasks':{'b':{'group':'g'},'a':{'group':'g','needs':['b','b']}}}", CODE_INVALID,
            "/tasks/a/needs/1");
    refused("{'tasks':{'a':{'group':'g','outcomes':{'x':'maybe'}}}}", CODE_INVALID, "/tasks/a/outcomes/x");
    refused("{'tasks':{'a':{'group':'g','outcomes':{}}}}", CODE_INVALID, "/tasks/a/outcomes");
    refused("{'tasks':{'a':{'group':'g','when':{'x':{'$foo':1}}}}}", CODE_INVALID, "/tasks/a/when/x/$foo");
    refused("{'tasks':{'a':{'group':'g'}},'milestones':{'m':{}}}", CODE_REQUIRED, "/milestones/m/after");
    refused("{'tasks':{'a':{'group':'g'}},'milestones':{'m':{'after':[]}}}", CODE_INVALID,
            "/milestones/m/after");
    refused("{'tasks':{'a':{'group':'g'}},'milestones':{'m':{'after':['a','z']}}}", CODE_UNKNOWN_REFERENCE,
            "/milestones/m/after/1");
    refused("{'tasks':{'a':{'group':'g'}},'milestones':{'M':{'after':['a']}}}", CODE_INVALID,
            "/milestones/M");
}

static void conditions_name_tasks_that_exist(void **state)
{
    struct fixture f;

    (void)state;
    refused("{'tasks':{'a':{'group':'g','when':{'tasks.b.state':'completed'}}}}", CODE_UNKNOWN_REFERENCE,
            "/tasks/a/when");
    refused("{'tasks':{'a':{'group':'g','when':{'$or':[{'tasks.a.result':'x'}]}}}}", CODE_INVALID,
            "/tasks/a/when");
    refused("{'tasks':{'a':{'group':'g','when':{'tasks.a':null}}}}", CODE_INVALID, "/tasks/a/when");
    compile_good(
        &f,
        "{'tasks':{'a':{'group':'g'},'b':{'group':'g','needs':['a'],"
        "'when':{'tasks.a.output.speed':{'$gt':5},'tasks.a.outcome':'done','tasks.a.output':{'$ne':1}}}}}");
    clear(&f);
}

static void cycle_is_shown(void **state)
{
    struct fixture f;
    struct error err;

    (void)state;
    expect_error(compile(&f,
                         "{'tasks':{'z':{'group':'g','needs':['c']},'a':{'group':'g'},"
                         "'b':{'group':'g','needs':['a','d']},'c':{'group':'g','needs':['b']},"
                         "'d':{'group':'g','needs':['c']}}}",
                         &err),
                 &err, CODE_CYCLE, "/tasks/c/needs/0");
    assert_non_null(strstr(err.message, "c needs b needs d needs c"));
    clear(&f);
    refused("{'tasks':{'a':{'group':'g','needs':['a']}}}", CODE_CYCLE, "/tasks/a/needs/0");
}

struct run {
    enum run_state states[64];
    enum milestone_state milestones[64];
    struct run_change changes[128];
    size_t count;
    bool finished;
};

static void advance(const struct fixture *f, struct run *r, const char *document)
{
    json_t *d = tree(document);
    struct error err;

    error_init(&err);
    assert_int_equal(
        workflow_advance(f->workflow, r->states, r->milestones, d, r->changes, &r->count, &r->finished, &err),
        0);
    json_decref(d);
}

static void expect_change(const struct run *r, size_t i, enum run_change_kind kind, size_t index,
                          const char *reason)
{
    assert_true(i < r->count);
    assert_int_equal(r->changes[i].kind, kind);
    assert_int_equal(r->changes[i].index, index);
    if (reason)
        assert_string_equal(r->changes[i].reason, reason);
    else
        assert_null(r->changes[i].reason);
}

static void finished_needs_release_what_is_behind(void **state)
{
    struct fixture f;
    struct run r = {0};

    (void)state;
    compile_good(&f, line);
    advance(&f, &r, "{}");
    assert_int_equal(r.count, 1);
    expect_change(&r, 0, RUN_READY, 0, NULL);
    advance(&f, &r, "{}");
    assert_int_equal(r.count, 0);
    r.states[0] = RUN_SUCCEEDED;
    advance(&f, &r, "{'fields':{}}");
    assert_int_equal(r.count, 3);
    expect_change(&r, 0, RUN_READY, 1, NULL);
    expect_change(&r, 1, RUN_READY, 2, NULL);
    expect_change(&r, 2, RUN_MILESTONE_REACHED, 0, NULL);
    r.states[1] = RUN_SUCCEEDED;
    advance(&f, &r, "{}");
    assert_int_equal(r.count, 0);
    r.states[2] = RUN_SUCCEEDED;
    advance(&f, &r, "{}");
    expect_change(&r, 0, RUN_READY, 3, NULL);
    r.states[3] = RUN_SUCCEEDED;
    advance(&f, &r, "{}");
    assert_int_equal(r.count, 1);
    expect_change(&r, 0, RUN_MILESTONE_REACHED, 1, NULL);
    assert_true(r.finished);
    clear(&f);
}

static void false_when_skips_the_task_and_all_behind_it(void **state)
{
    struct fixture f;
    struct run r = {.states = {RUN_SUCCEEDED}};

    (void)state;
    compile_good(&f, line);
    advance(&f, &r, "{'fields':{'own_router':true}}");
    assert_int_equal(r.count, 5);
    expect_change(&r, 0, RUN_READY, 1, NULL);
    expect_change(&r, 1, RUN_SKIP, 2, "when");
    expect_change(&r, 2, RUN_MILESTONE_REACHED, 0, NULL);
    expect_change(&r, 3, RUN_SKIP, 3, "ship");
    expect_change(&r, 4, RUN_MILESTONE_SKIPPED, 1, NULL);
    assert_false(r.finished);
    clear(&f);
}

static void failed_need_skips_at_once(void **state)
{
    struct fixture f;
    struct run r = {.states = {RUN_SUCCEEDED, RUN_FAILED, RUN_STARTED, RUN_PENDING},
                    .milestones = {MILESTONE_REACHED}};

    (void)state;
    compile_good(&f, line);
    advance(&f, &r, "{}");
    assert_int_equal(r.count, 2);
    expect_change(&r, 0, RUN_SKIP, 3, "port");
    expect_change(&r, 1, RUN_MILESTONE_SKIPPED, 1, NULL);
    clear(&f);
}

static void conditions_read_outcomes_of_tasks(void **state)
{
    struct fixture f;
    struct run r = {.states = {RUN_SUCCEEDED}};

    (void)state;
    compile_good(&f, "{'tasks':{'ask':{'group':'g'},'fix':{'group':'g','needs':['ask'],"
                     "'when':{'tasks.ask.outcome':'broken'}},'note':{'group':'g','needs':['ask'],"
                     "'when':{'tasks.ask.output.cost':{'$gt':10}}}}}");
    advance(&f, &r, "{'tasks':{'ask':{'state':'completed','outcome':'broken','output':{'cost':3}}}}");
    assert_int_equal(r.count, 2);
    expect_change(&r, 0, RUN_READY, 1, NULL);
    expect_change(&r, 1, RUN_SKIP, 2, "when");
    clear(&f);
}

static void task_whose_pattern_runs_away_is_named(void **state)
{
    json_t *document = tree("{'text':'" AAAA "'}");
    struct fixture f;
    struct run r = {0};
    struct error err;

    (void)state;
    compile_good(&f, "{'tasks':{'a':{'group':'g'},'b':{'group':'g','when':{'text':{'$regex':'(a+)+$'}}}}}");
    error_init(&err);
    expect_error(workflow_advance(f.workflow, r.states, r.milestones, document, r.changes, &r.count,
                                  &r.finished, &err),
                 &err, CODE_RULE, "/tasks/b/when/text/$regex");
    assert_non_null(strstr(err.message, "workflow \"line\", task \"b\": pattern"));
    clear(&f);
    json_decref(document);
}

static void work_sent_back_marks_what_was_done_behind_it(void **state)
{
    const enum run_state states[] = {RUN_SUCCEEDED, RUN_SUCCEEDED, RUN_STARTED, RUN_PENDING};
    struct fixture f;
    bool marks[4];

    (void)state;
    compile_good(&f, line);
    assert_int_equal(workflow_behind(f.workflow, 0, states, marks), 3);
    assert_true(marks[0] && marks[1] && marks[2] && !marks[3]);
    assert_int_equal(workflow_behind(f.workflow, 1, states, marks), 1);
    assert_true(!marks[0] && marks[1] && !marks[2] && !marks[3]);
    clear(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(definition_is_read_in_the_files_order),
        cmocka_unit_test(outcomes_are_classed_by_the_map),
        cmocka_unit_test(errors_point_into_the_file),
        cmocka_unit_test(conditions_name_tasks_that_exist),
        cmocka_unit_test(cycle_is_shown),
        cmocka_unit_test(finished_needs_release_what_is_behind),
        cmocka_unit_test(false_when_skips_the_task_and_all_behind_it),
        cmocka_unit_test(failed_need_skips_at_once),
        cmocka_unit_test(conditions_read_outcomes_of_tasks),
        cmocka_unit_test(task_whose_pattern_runs_away_is_named),
        cmocka_unit_test(work_sent_back_marks_what_was_done_behind_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
