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

    r->count = workflow_advance(f->workflow, r->states, r->milestones, d, r->changes, &r->finished);
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

/* Random graphs against an interpreter that knows nothing of order: it applies single consequences until none
 * is left. */
#define TASKS_MAX 9

struct model {
    size_t tasks, milestones;
    bool needs[TASKS_MAX][TASKS_MAX];
    bool after[3][TASKS_MAX];
    int when[TASKS_MAX]; /* 0: none; 1: flag set; 2: not set */
    bool flag[TASKS_MAX];
};

static void random_model(struct model *m, uint64_t *seed)
{
    size_t i, k;

    memset(m, 0, sizeof *m);
    m->tasks = 1 + random_below(seed, TASKS_MAX);
    m->milestones = random_below(seed, 4);
    for (i = 0; i < m->tasks; i++) {
        m->when[i] = random_below(seed, 4) == 0 ? 1 + (int)random_below(seed, 2) : 0;
        m->flag[i] = random_below(seed, 2);
        for (k = 0; k < i; k++)
            m->needs[i][k] = random_below(seed, 3) == 0;
    }
    for (i = 0; i < m->milestones; i++) {
        m->after[i][random_below(seed, (unsigned)m->tasks)] = true;
        m->after[i][random_below(seed, (unsigned)m->tasks)] = true;
    }
}

/* Written from the last task to the first as often as not: the order in the file means nothing. */
static json_t *model_json(const struct model *m, bool reversed)
{
    json_t *tasks = json_object(), *milestones = json_object();
    char name[32], other[32];
    size_t n, i, k;

    for (n = 0; n < m->tasks; n++) {
        json_t *task = json_pack("{s:s,s:[]}", "group", "g", "needs");

        i = reversed ? m->tasks - 1 - n : n;
        for (k = 0; k < m->tasks; k++)
            if (m->needs[i][k]) {
                snprintf(other, sizeof other, "t%zu", k);
                json_array_append_new(json_object_get(task, "needs"), json_string(other));
            }
        snprintf(other, sizeof other, "f%zu", i);
        if (m->when[i])
            json_object_set_new(task, "when", json_pack("{s:{s:b}}", other, "$exists", m->when[i] == 1));
        snprintf(name, sizeof name, "t%zu", i);
        json_object_set_new(tasks, name, task);
    }
    for (i = 0; i < m->milestones; i++) {
        json_t *after = json_array();

        for (k = 0; k < m->tasks; k++)
            if (m->after[i][k]) {
                snprintf(other, sizeof other, "t%zu", k);
                json_array_append_new(after, json_string(other));
            }
        snprintf(name, sizeof name, "m%zu", i);
        json_object_set_new(milestones, name, json_pack("{s:o}", "after", after));
    }
    return json_pack("{s:o,s:o}", "tasks", tasks, "milestones", milestones);
}

static json_t *model_document(const struct model *m)
{
    json_t *document = json_object();
    char name[32];
    size_t i;

    for (i = 0; i < m->tasks; i++) {
        snprintf(name, sizeof name, "f%zu", i);
        if (m->flag[i])
            json_object_set_new(document, name, json_integer(1));
    }
    return document;
}

/* One consequence at random places, until a whole round brings none. States by the model's numbers. */
static void naive_fixpoint(const struct model *m, enum run_state *s, enum milestone_state *ms, uint64_t *seed)
{
    int quiet = 0;
    size_t i, k;

    while (quiet < 400) {
        quiet++;
        i = random_below(seed, (unsigned)m->tasks);
        if (s[i] == RUN_PENDING) {
            bool dead = false, all = true;

            for (k = 0; k < m->tasks; k++)
                if (m->needs[i][k]) {
                    dead = dead || s[k] == RUN_FAILED || s[k] == RUN_SKIPPED || s[k] == RUN_CANCELLED;
                    all = all && s[k] == RUN_SUCCEEDED;
                }
            if (!dead && !all)
                continue;
            s[i] = dead || (m->when[i] && m->flag[i] != (m->when[i] == 1)) ? RUN_SKIPPED : RUN_STARTED;
            quiet = 0;
        }
    }
    for (i = 0; i < m->milestones; i++) {
        bool open = false, success = false;

        for (k = 0; k < m->tasks; k++)
            if (m->after[i][k]) {
                open = open || s[k] == RUN_PENDING || s[k] == RUN_STARTED;
                success = success || s[k] == RUN_SUCCEEDED;
            }
        if (ms[i] == MILESTONE_OPEN && !open)
            ms[i] = success ? MILESTONE_REACHED : MILESTONE_SKIPPED;
    }
}

/* The compiled workflow's index of the model's task n. */
static size_t place(const struct model *m, bool reversed, size_t n)
{
    return reversed ? m->tasks - 1 - n : n;
}

static void run_to_the_end(const struct model *m, bool reversed, const struct workflow *w,
                           const json_t *document, uint64_t *seed)
{
    static const enum run_state ends[] = {RUN_SUCCEEDED, RUN_SUCCEEDED, RUN_SUCCEEDED, RUN_FAILED,
                                          RUN_CANCELLED};
    enum run_state states[TASKS_MAX] = {0}, naive[TASKS_MAX] = {0};
    enum milestone_state milestones[3] = {0}, naive_milestones[3] = {0};
    struct run_change changes[TASKS_MAX + 3];
    int ended[TASKS_MAX] = {0}, milestone_ended[3] = {0};
    bool finished = false;
    size_t n, i, rounds;

    for (rounds = 0; !finished; rounds++) {
        size_t count = workflow_advance(w, states, milestones, document, changes, &finished);

        assert_true(count <= m->tasks + m->milestones);
        for (n = 0; n < count; n++) {
            if (changes[n].kind == RUN_SKIP)
                ended[changes[n].index]++;
            if (changes[n].kind == RUN_MILESTONE_REACHED || changes[n].kind == RUN_MILESTONE_SKIPPED)
                milestone_ended[changes[n].index]++;
        }
        naive_fixpoint(m, naive, naive_milestones, seed);
        for (n = 0; n < m->tasks; n++)
            assert_int_equal(states[place(m, reversed, n)], naive[n]);
        for (n = 0; n < m->milestones; n++)
            assert_int_equal(milestones[n], naive_milestones[n]);
        if (finished)
            break;
        do
            n = random_below(seed, (unsigned)m->tasks);
        while (naive[n] != RUN_STARTED);
        i = place(m, reversed, n);
        naive[n] = states[i] = ends[random_below(seed, 5)];
        ended[i]++;
        assert_true(rounds <= m->tasks);
    }
    for (n = 0; n < m->tasks; n++)
        assert_int_equal(ended[n], 1);
    for (n = 0; n < m->milestones; n++)
        assert_int_equal(milestone_ended[n], 1);
}

static void every_run_ends_as_the_naive_interpreter_says(void **state)
{
    uint64_t seed = 20260301;
    int round;

    (void)state;
    for (round = 0; round < 2000; round++) {
        bool reversed = random_below(&seed, 2);
        struct arena arena = ARENA_INIT;
        struct workflow *w;
        struct error err;
        struct model m;
        json_t *json, *document;

        random_model(&m, &seed);
        json = model_json(&m, reversed);
        document = model_document(&m);
        error_init(&err);
        if (workflow_compile("random", json, &arena, &w, &err))
            fail_msg("%s: %s", err.pointer, err.message);
        run_to_the_end(&m, reversed, w, document, &seed);
        arena_release(&arena);
        json_decref(json);
        json_decref(document);
    }
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
        cmocka_unit_test(work_sent_back_marks_what_was_done_behind_it),
        cmocka_unit_test(every_run_ends_as_the_naive_interpreter_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
