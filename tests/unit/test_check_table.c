#include "store_support.h"

#include "store/check_table.h"
#include "store/crm_table.h"
#include "store/journal_table.h"

static void add_event(struct fixture *f, const char *subject, const char *type)
{
    struct event e = {
        .subject = subject, .seq = 1, .type = type, .at = NOW, .actor = "m", .body = "{}", .body_length = 2};

    OK(event_insert(f->db, &e, &f->err));
}

static void add_record(struct fixture *f, enum record_kind_id kind, const char *key)
{
    struct crm_record r;

    crm_record_init(&r, &record_kinds[kind]);
    r.key = key;
    r.head.seq = 1;
    OK(crm_save(f->db, &r, &f->err));
}

static void a_load_that_is_not_what_was_charged_is_found(void **state)
{
    struct fixture *f = *state;
    struct load_finding *list;
    struct casefile c;
    size_t count;

    add_record(f, KIND_AGENT, "maria");
    add_record(f, KIND_AGENT, "jonas");
    for (int64_t id = 1; id <= 3; id++) {
        c = new_case(f, id);
        c.assigned_to = "maria";
        c.size = 2;
        c.state = id == 3 ? STATE_CLOSED : STATE_OPEN;
        insert_case(f, &c);
    }
    OK(agent_add_load(f->db, "maria", 4, &f->err));
    OK(check_loads(f->db, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 0);
    OK(agent_add_load(f->db, "maria", -1, &f->err));
    OK(agent_add_load(f->db, "jonas", 1, &f->err));
    OK(check_loads(f->db, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 2);
    assert_string_equal(list[0].agent, "jonas");
    assert_int_equal(list[0].counted, 0);
    assert_string_equal(list[1].agent, "maria");
    assert_int_equal(list[1].load, 3);
    assert_int_equal(list[1].counted, 4);
}

static void a_sound_store_has_no_orphans(void **state)
{
    struct fixture *f = *state;
    const char **findings;
    size_t count;

    stored_case(f, 1);
    add_event(f, "CS0001001", "case.created");
    add_event(f, "store", "store.created");
    add_record(f, KIND_ACCOUNT, "ACME");
    add_event(f, "account/ACME", "record.created");
    OK(check_orphans(f->db, &f->arena, &findings, &count, &f->err));
    assert_int_equal(count, 0);
}

static void orphans_are_found_on_both_sides(void **state)
{
    struct fixture *f = *state;
    const char **findings;
    size_t count;

    stored_case(f, 1);
    add_record(f, KIND_CI, "router");
    add_event(f, "CS0001002", "case.created");
    add_event(f, "account/ACME", "record.created");
    add_event(f, "nonsense", "record.created");
    OK(check_orphans(f->db, &f->arena, &findings, &count, &f->err));
    assert_int_equal(count, 5);
    assert_string_equal(findings[0], "CS0001001: a case without events");
    assert_string_equal(findings[1], "ci/router: a record without events");
    assert_string_equal(findings[2], "CS0001002: the events of a case that is not there");
    assert_string_equal(findings[3], "account/ACME: the events of a record that is not there");
    assert_string_equal(findings[4], "nonsense: the events of a record that is not there");
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, transaction_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_load_that_is_not_what_was_charged_is_found),
        WITH_STORE(a_sound_store_has_no_orphans),
        WITH_STORE(orphans_are_found_on_both_sides),
    };

    return cmocka_run_group_tests_name("check_table", tests, NULL, NULL);
}
