#include "model_support.h"

#include "model/task.h"

static void full_names_come_apart_as_they_were_put_together(void **state)
{
    static const struct {
        int64_t iteration, element;
        const char *text;
    } table[] = {
        {1, 0, "CS0001001/install"},     {2, 0, "CS0001001/install~2"},         {1, 3, "CS0001001/install.3"},
        {2, 3, "CS0001001/install~2.3"}, {10, 100, "CS0001001/install~10.100"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct task_name name;
        const char *text =
            task_full_name("CS0001001", "install", table[i].iteration, table[i].element, &f->arena);

        assert_string_equal(text, table[i].text);
        expect_success(f, task_name_parse(text, &name, &f->arena, &f->err));
        assert_string_equal(name.number, "CS0001001");
        assert_string_equal(name.name, "install");
        assert_int_equal(name.iteration, table[i].iteration);
        assert_int_equal(name.element, table[i].element);
    }
}

static void bad_names_are_refused(void **state)
{
    static const char *const bad[] = {
        "",          "install",  "/",        "/install", "CS1/",     "CS1/~2",   "CS1/.3",
        "CS1/~2.3",  "CS1/a~",   "CS1/a.",   "CS1/a~0",  "CS1/a~-1", "CS1/a.-1", "CS1/a~x",
        "CS1/a.3~2", "CS1/a~2.", "CS1/a~.3", "CS1/a~ 2", "CS1/a.+3", "CS1/a~2x", "CS1/a.3 ",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct task_name name;

        if (task_name_parse(bad[i], &name, &f->arena, &f->err) == 0)
            fail_msg("\"%s\" was taken", bad[i]);
        expect_failure(f, f->err.code, CODE_INVALID, "/task");
    }
}

static void the_message_quotes_the_whole_name(void **state)
{
    struct fixture *f = *state;
    struct task_name name;

    assert_int_equal(task_name_parse("CS1/a~0.2", &name, &f->arena, &f->err), CODE_INVALID);
    assert_string_equal(f->err.message, "expected CASE/TASK, got \"CS1/a~0.2\"");
}

static void open_tasks_are_those_not_finished(void **state)
{
    struct task t;

    (void)state;
    task_init(&t);
    for (t.state = TASK_PENDING; t.state <= TASK_CANCELLED; t.state++) {
        assert_int_equal(task_is_open(&t), t.state <= TASK_CLAIMED);
        assert_int_equal(task_is_finished(&t), t.state >= TASK_COMPLETED);
    }
}

static const char *written(struct fixture *f, const struct task *t)
{
    struct buf text = BUF_INIT;
    struct json_writer w;
    const char *copy;

    json_writer_init(&w, &text);
    task_write(t, &w);
    copy = arena_strdup(&f->arena, buf_text(&text));
    buf_release(&text);
    return copy;
}

static void a_new_task_is_its_first_iteration(void **state)
{
    struct fixture *f = *state;
    struct task t;

    task_init(&t);
    assert_int_equal(t.iteration, 1);
    assert_string_equal(written(f, &t), "{}");
}

static void tasks_print_what_is_theirs_in_the_tables_order(void **state)
{
    struct fixture *f = *state;
    struct task t;

    task_init(&t);
    t.id = 5;
    t.iteration = 2;
    t.element = 3;
    t.position = 4;
    t.due_at = 0;
    t.output = "{\"serial\":\"S1\"}";
    t.needs = "[\"survey\"]";
    t.state = TASK_COMPLETED;
    t.type = 1;
    t.name = "install";
    t.number = "CS0001001";
    t.task = task_full_name(t.number, t.name, t.iteration, t.element, &f->arena);
    t.attempts = 2;
    assert_string_equal(
        written(f, &t),
        quoted(f, "{'task':'CS0001001/install~2.3','case':'CS0001001','name':'install','type':'manual',"
                  "'state':'completed','needs':['survey'],'output':{'serial':'S1'},"
                  "'due_at':'1970-01-01T00:00:00.000000Z','attempts':2}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(full_names_come_apart_as_they_were_put_together),
        TEST(bad_names_are_refused),
        TEST(the_message_quotes_the_whole_name),
        TEST(open_tasks_are_those_not_finished),
        TEST(a_new_task_is_its_first_iteration),
        TEST(tasks_print_what_is_theirs_in_the_tables_order),
    };

    return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
