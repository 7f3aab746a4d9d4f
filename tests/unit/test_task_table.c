#include "store_support.h"

#include "store/task_table.h"

static struct task new_task(const char *name, int64_t position)
{
    struct task t;

    task_init(&t);
    t.case_id = 1;
    t.name = name;
    t.position = position;
    t.type = 1;
    t.state = TASK_PENDING;
    t.priority = 3;
    t.assignment_group = "field-service";
    return t;
}

static struct task stored_task(struct fixture *f, const char *name, int state, usec ready_at,
                               int64_t priority)
{
    struct task t = new_task(name, 0);

    t.state = state;
    t.ready_at = ready_at;
    t.priority = priority;
    OK(task_insert(f->db, &t, &f->err));
    return t;
}

static int case_setup(void **state)
{
    transaction_setup(state);
    stored_case(*state, 1);
    return 0;
}

static void assert_same_task(const struct task *a, const struct task *b)
{
    for (const struct field *field = task_fields; field->name; field++)
        if (!field_equal(field, a, b))
            fail_msg("%s differs", field->name);
}

static void fill_task(struct task *t)
{
    t->blocked_by = 2;
    t->blocked_reason = "waits for a part";
    t->blocked_owner = "CABLECO";
    t->assigned_to = "maria";
    t->needs = "[\"verify\"]";
    t->outcome = "approved";
    t->output = "{\"port\":7}";
    t->reason = "r";
    t->ready_at = NOW;
    t->claimed_at = NOW + 1;
    t->finished_at = NOW + 2;
    t->due_at = NOW + 3;
    t->attempts = 4;
    t->correlation = "c-1";
}

static void a_task_comes_back_by_its_full_name(void **state)
{
    struct fixture *f = *state;
    struct task t = new_task("install", 2), found;

    fill_task(&t);
    t.iteration = 2;
    t.element = 3;
    OK(task_insert(f->db, &t, &f->err));
    OK(task_find(f->db, "CS0001001/install~2.3", &f->arena, &found, &f->err));
    assert_int_equal(found.id, t.id);
    assert_string_equal(found.task, "CS0001001/install~2.3");
    t.task = found.task;
    t.number = "CS0001001";
    assert_same_task(&t, &found);
    FAILS(CODE_NOT_FOUND, task_find(f->db, "CS0001001/install", &f->arena, &found, &f->err));
    FAILS(CODE_INVALID, task_find(f->db, "install", &f->arena, &found, &f->err));
}

static void a_task_is_saved_whole(void **state)
{
    struct fixture *f = *state;
    struct task t = stored_task(f, "install", TASK_PENDING, TIME_NONE, 3), found;

    fill_task(&t);
    t.state = TASK_COMPLETED;
    t.assignment_group = "noc";
    t.priority = 1;
    OK(task_save(f->db, &t, &f->err));
    OK(task_find(f->db, "CS0001001/install", &f->arena, &found, &f->err));
    t.task = found.task;
    t.number = found.number;
    assert_same_task(&t, &found);
}

static void an_instance_exists_once(void **state)
{
    struct fixture *f = *state;
    struct task again = stored_task(f, "install", TASK_PENDING, TIME_NONE, 3);

    FAILS(CODE_REFUSED, task_insert(f->db, &again, &f->err));
}

static void a_task_belongs_to_a_case(void **state)
{
    struct fixture *f = *state;
    struct task t = new_task("install", 0);

    t.case_id = 9;
    FAILS(CODE_REFUSED, task_insert(f->db, &t, &f->err));
}

static void the_tasks_of_a_case_come_in_the_workflows_order(void **state)
{
    static const struct {
        const char *name;
        int64_t position, iteration;
    } given[] = {{"ship", 1, 1}, {"verify", 0, 2}, {"install", 2, 1}, {"verify", 0, 1}, {"survey", 3, 1}};
    struct fixture *f = *state;
    struct task *list;
    size_t count;

    for (size_t i = 0; i < 5; i++) {
        struct task t = new_task(given[i].name, given[i].position);
        t.iteration = given[i].iteration;
        OK(task_insert(f->db, &t, &f->err));
    }
    OK(task_of_case(f->db, 1, "CS0001001", &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 5);
    assert_string_equal(list[0].task, "CS0001001/verify");
    assert_string_equal(list[1].task, "CS0001001/verify~2");
    assert_string_equal(list[2].name, "ship");
    assert_string_equal(list[3].name, "install");
    assert_string_equal(list[4].name, "survey");
}

static const char *queue(struct fixture *f, struct task_query q, size_t limit)
{
    const char *text = "";
    struct task tasks[8];
    int n;

    while ((n = task_page(f->db, &q, &f->arena, tasks, limit, &f->err)) > 0)
        for (int i = 0; i < n; i++)
            text = arena_printf(&f->arena, "%s%s ", text, tasks[i].name);
    OK(n);
    return text;
}

static struct task_query query(void)
{
    struct task_query q;

    task_query_init(&q);
    return q;
}

static void store_queue(struct fixture *f)
{
    struct task t;

    stored_task(f, "late", TASK_READY, NOW + 9, 2);
    stored_task(f, "soon", TASK_READY, NOW, 2);
    stored_task(f, "urgent", TASK_READY, NOW + 9, 1);
    stored_task(f, "pending", TASK_PENDING, TIME_NONE, 2);
    stored_task(f, "done", TASK_COMPLETED, NOW, 1);
    t = new_task("hers", 0);
    t.state = TASK_CLAIMED;
    t.assigned_to = "maria";
    t.ready_at = NOW;
    t.priority = 1;
    t.due_at = NOW + 100;
    OK(task_insert(f->db, &t, &f->err));
}

static void a_queue_comes_most_urgent_first(void **state)
{
    struct fixture *f = *state;
    struct task_query q = query();

    store_queue(f);
    for (size_t limit = 1; limit < 8; limit++)
        assert_string_equal(queue(f, q, limit), "hers urgent soon late pending ");
    q.all = true;
    assert_string_equal(queue(f, q, 2), "done hers urgent soon late pending ");
    q.group = "noc";
    assert_string_equal(queue(f, q, 2), "");
}

static void a_group_sees_its_open_work(void **state)
{
    struct fixture *f = *state;
    struct task_query q = query();

    store_queue(f);
    q.group = "field-service";
    assert_string_equal(queue(f, q, 2), "hers urgent soon late pending ");
    q.state = TASK_READY;
    assert_string_equal(queue(f, q, 2), "urgent soon late ");
    q.state = TASK_COMPLETED;
    assert_string_equal(queue(f, q, 2), "done ");
}

static void what_can_be_claimed_is_ready_and_nobodys(void **state)
{
    struct fixture *f = *state;
    struct task_query q = query();
    struct task t = new_task("given", 0);

    store_queue(f);
    t.state = TASK_READY;
    t.assigned_to = "jonas";
    t.ready_at = NOW;
    OK(task_insert(f->db, &t, &f->err));
    q.group = "field-service";
    q.unclaimed_only = true;
    assert_string_equal(queue(f, q, 1), "urgent soon late ");
}

static void an_agent_sees_what_is_theirs(void **state)
{
    struct fixture *f = *state;
    struct task_query q = query();

    store_queue(f);
    q.agent = "maria";
    assert_string_equal(queue(f, q, 1), "hers ");
    q.due_before = NOW + 100;
    assert_string_equal(queue(f, q, 1), "");
    q.due_before = NOW + 101;
    assert_string_equal(queue(f, q, 1), "hers ");
}

static void a_case_has_its_own_list(void **state)
{
    struct fixture *f = *state;
    struct task_query q = query();

    store_queue(f);
    q.number = "CS0001001";
    assert_string_equal(queue(f, q, 2), "hers urgent soon late pending ");
    q.all = true;
    assert_string_equal(queue(f, q, 2), "done hers urgent soon late pending ");
    q.number = "CS0001002";
    assert_string_equal(queue(f, q, 2), "");
}

static void a_new_priority_moves_open_tasks_alone(void **state)
{
    struct fixture *f = *state;
    struct task found;

    stored_task(f, "open", TASK_READY, NOW, 3);
    stored_task(f, "done", TASK_COMPLETED, NOW, 3);
    OK(task_set_priority(f->db, 1, 1, &f->err));
    OK(task_find(f->db, "CS0001001/open", &f->arena, &found, &f->err));
    assert_int_equal(found.priority, 1);
    OK(task_find(f->db, "CS0001001/done", &f->arena, &found, &f->err));
    assert_int_equal(found.priority, 3);
}

static void milestones_are_reached_once_and_can_be_taken_back(void **state)
{
    struct fixture *f = *state;
    struct milestone m = {.name = "service-live", .reached = true, .at = NOW}, *list;
    size_t count;

    OK(milestone_insert(f->db, 1, &m, &f->err));
    FAILS(CODE_REFUSED, milestone_insert(f->db, 1, &m, &f->err));
    OK(milestone_of_case(f->db, 1, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].name, "service-live");
    assert_true(list[0].reached);
    assert_int_equal(list[0].at, NOW);
    OK(milestone_delete(f->db, 1, "service-live", &f->err));
    OK(milestone_of_case(f->db, 1, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 0);
}

#define WITH_CASE(test) cmocka_unit_test_setup_teardown(test, case_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_CASE(a_task_comes_back_by_its_full_name),
        WITH_CASE(a_task_is_saved_whole),
        WITH_CASE(an_instance_exists_once),
        WITH_CASE(a_task_belongs_to_a_case),
        WITH_CASE(the_tasks_of_a_case_come_in_the_workflows_order),
        WITH_CASE(a_queue_comes_most_urgent_first),
        WITH_CASE(a_group_sees_its_open_work),
        WITH_CASE(what_can_be_claimed_is_ready_and_nobodys),
        WITH_CASE(an_agent_sees_what_is_theirs),
        WITH_CASE(a_case_has_its_own_list),
        WITH_CASE(a_new_priority_moves_open_tasks_alone),
        WITH_CASE(milestones_are_reached_once_and_can_be_taken_back),
    };

    return cmocka_run_group_tests_name("task_table", tests, NULL, NULL);
}
