#include "rule_support.h"

#include "rule/workflow.h"

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
        size_t count;

        assert_int_equal(workflow_advance(w, states, milestones, document, changes, &count, &finished, NULL),
                         0);
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
        cmocka_unit_test(every_run_ends_as_the_naive_interpreter_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
