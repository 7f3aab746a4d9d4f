#include "store_support.h"

#include "store/sla_table.h"

static int case_setup(void **state)
{
    transaction_setup(state);
    stored_case(*state, 1);
    return 0;
}

static struct sla new_sla(const char *definition, usec next_at)
{
    struct sla s;

    sla_init(&s);
    s.case_id = 1;
    s.definition = definition;
    s.config = "9f2c";
    s.type = 1;
    s.stage = SLA_IN_PROGRESS;
    s.target = 4 * USEC_HOUR;
    s.start_time = NOW;
    s.next_at = next_at;
    return s;
}

static struct sla stored_sla(struct fixture *f, const char *definition, usec next_at)
{
    struct sla s = new_sla(definition, next_at);

    OK(sla_insert(f->db, &s, &f->err));
    return s;
}

static void assert_same_sla(const struct sla *a, const struct sla *b)
{
    assert_int_equal(a->id, b->id);
    assert_int_equal(a->case_id, b->case_id);
    for (const struct field *field = sla_fields; field->name; field++)
        if (!field_equal(field, a, b))
            fail_msg("%s differs", field->name);
}

static void a_clock_comes_back_as_it_was_stored_and_saved(void **state)
{
    struct fixture *f = *state;
    struct sla s = stored_sla(f, "respond", NOW + 1), *list;
    size_t count;

    s.number = "CS0001001";
    OK(sla_of_case(f->db, 1, "CS0001001", &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 1);
    assert_same_sla(&s, &list[0]);
    s.stage = SLA_COMPLETED;
    s.has_breached = true;
    s.pause_time = NOW + 2;
    s.paused = 3;
    s.planned_end_time = NOW + 4;
    s.breached_at = NOW + 5;
    s.end_time = NOW + 6;
    s.warned = 90;
    s.next_at = TIME_NONE;
    OK(sla_save(f->db, &s, &f->err));
    OK(sla_of_case(f->db, 1, "CS0001001", &f->arena, &list, &count, &f->err));
    assert_same_sla(&s, &list[0]);
}

static void what_is_due_comes_in_id_order(void **state)
{
    struct fixture *f = *state;
    struct sla_due due[8];

    stored_sla(f, "a", NOW);
    stored_sla(f, "b", NOW + 1);
    stored_sla(f, "c", NOW - 9);
    stored_sla(f, "d", TIME_NONE);
    assert_int_equal(sla_due(f->db, NOW, 0, due, 8, &f->err), 2);
    assert_int_equal(due[0].id, 1);
    assert_int_equal(due[1].id, 3);
    assert_int_equal(due[1].case_id, 1);
    assert_int_equal(sla_due(f->db, NOW, 0, due, 1, &f->err), 1);
    assert_int_equal(sla_due(f->db, NOW, 1, due, 8, &f->err), 1);
    assert_int_equal(due[0].id, 3);
    assert_int_equal(sla_due(f->db, NOW - 10, 0, due, 8, &f->err), 0);
}

static void lists_show_the_active_the_breached_or_all(void **state)
{
    struct fixture *f = *state;
    struct sla s, list[8];

    stored_sla(f, "running", NOW);
    s = stored_sla(f, "late", NOW);
    s.has_breached = true;
    OK(sla_save(f->db, &s, &f->err));
    s = stored_sla(f, "kept", NOW);
    s.stage = SLA_COMPLETED;
    OK(sla_save(f->db, &s, &f->err));
    s = stored_sla(f, "missed", NOW);
    s.stage = SLA_COMPLETED;
    s.has_breached = true;
    OK(sla_save(f->db, &s, &f->err));
    assert_int_equal(sla_page(f->db, false, false, 0, &f->arena, list, 8, &f->err), 4);
    assert_int_equal(sla_page(f->db, false, false, 3, &f->arena, list, 8, &f->err), 1);
    assert_int_equal(sla_page(f->db, true, false, 0, &f->arena, list, 8, &f->err), 2);
    assert_int_equal(sla_page(f->db, false, true, 0, &f->arena, list, 8, &f->err), 2);
    assert_string_equal(list[1].definition, "missed");
    assert_string_equal(list[1].number, "CS0001001");
    assert_int_equal(sla_page(f->db, true, true, 0, &f->arena, list, 8, &f->err), 1);
    assert_string_equal(list[0].definition, "late");
}

#define WITH_CASE(test) cmocka_unit_test_setup_teardown(test, case_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_CASE(a_clock_comes_back_as_it_was_stored_and_saved),
        WITH_CASE(what_is_due_comes_in_id_order),
        WITH_CASE(lists_show_the_active_the_breached_or_all),
    };

    return cmocka_run_group_tests_name("sla_table", tests, NULL, NULL);
}
