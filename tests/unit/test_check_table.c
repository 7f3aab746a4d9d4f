#include "store_support.h"

#include "store/agent_table.h"
#include "store/check_table.h"
#include "store/crm_table.h"
#include "store/entitlement_table.h"
#include "store/impact_table.h"
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
    for (const struct field *field = r.kind->fields + 1; field->name; field++)
        if (field->flags & FIELD_REQUIRED)
            *(const char **)((char *)&r + field->offset) = field->name;
    OK(crm_save(f->db, &r, &f->err));
}

static void a_load_that_is_not_what_was_charged_is_found(void **state)
{
    struct fixture *f = *state;
    struct counter_finding *list;
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
    OK(agent_add_load(f->db, "maria", 4, NOW, &f->err));
    OK(check_counters(f->db, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 0);
    OK(agent_add_load(f->db, "maria", -1, NOW, &f->err));
    OK(agent_add_load(f->db, "jonas", 1, NOW, &f->err));
    OK(check_counters(f->db, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 2);
    assert_string_equal(list[0].key, "jonas");
    assert_int_equal(list[0].counted, 0);
    assert_string_equal(list[1].key, "maria");
    assert_int_equal(list[1].kept, 3);
    assert_int_equal(list[1].counted, 4);
}

static void reserved_units_that_no_case_has_are_found(void **state)
{
    struct fixture *f = *state;
    struct counter_finding *list;
    struct entitlement_use use = {.entitlement = "gold", .units = 2};
    size_t count;
    bool done;

    add_record(f, KIND_ENTITLEMENT, "gold");
    stored_case(f, 1);
    stored_case(f, 2);
    use.case_id = 1;
    use.state = USE_RESERVED;
    OK(entitlement_use_save(f->db, &use, &f->err));
    use.case_id = 2;
    use.state = USE_RELEASED;
    OK(entitlement_use_save(f->db, &use, &f->err));
    OK(entitlement_reserve(f->db, "gold", 2, &done, &f->err));
    OK(check_counters(f->db, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 0);
    OK(entitlement_reserve(f->db, "gold", 1, &done, &f->err));
    OK(check_counters(f->db, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].kind, "entitlement");
    assert_string_equal(list[0].key, "gold");
    assert_int_equal(list[0].kept, 3);
    assert_int_equal(list[0].counted, 2);
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

static void a_record_of_any_kind_without_events_is_found(void **state)
{
    struct fixture *f = *state;
    const char **findings;
    size_t count;

    for (int kind = 0; kind < KIND_COUNT; kind++)
        add_record(f, kind, "K1");
    OK(check_orphans(f->db, &f->arena, &findings, &count, &f->err));
    assert_int_equal(count, KIND_COUNT);
    for (int kind = 0; kind < KIND_COUNT; kind++)
        assert_string_equal(findings[kind], arena_printf(&f->arena, "%s/K1: a record without events",
                                                         record_kinds[kind].name));
}

static void a_deleted_record_keeps_the_end_of_its_journal(void **state)
{
    struct event created = {.subject = "ci/K1",
                            .seq = 1,
                            .type = "record.created",
                            .at = NOW,
                            .actor = "m",
                            .body = "{}",
                            .body_length = 2};
    struct event deleted = created;
    struct fixture *f = *state;
    struct crm_record r;
    const char **findings;
    size_t count;

    deleted.seq = 2;
    deleted.type = "record.deleted";
    OK(event_insert(f->db, &created, &f->err));
    OK(event_insert(f->db, &deleted, &f->err));
    add_record(f, KIND_CI, "K1");
    crm_record_init(&r, &record_kinds[KIND_CI]);
    r.key = "K1";
    r.head.subject = "ci/K1";
    r.head.seq = 2;
    OK(crm_delete(f->db, &r, &f->err));
    OK(check_orphans(f->db, &f->arena, &findings, &count, &f->err));
    assert_int_equal(count, 0);
    deleted.seq = 3;
    OK(event_insert(f->db, &deleted, &f->err));
    OK(check_orphans(f->db, &f->arena, &findings, &count, &f->err));
    assert_int_equal(count, 1);
    assert_string_equal(findings[0], "ci/K1: the events of a deleted record do not end where the store says");
}

static void rows_beside_a_record_that_is_not_there_are_found(void **state)
{
    static const struct statement rows[] = {
        {"INSERT INTO address (address, kind, person) VALUES ('a@example.org', 'consumer', 'ana')", ""},
        {"INSERT INTO household_member (consumer, household) VALUES ('ana', 'h')", ""},
        {"INSERT INTO ci_edge (dependent, cause, relation) VALUES ('a', 'b', 'a/runs_on/b')", ""},
    };
    struct fixture *f = *state;
    const char **findings;
    size_t count;

    add_record(f, KIND_CONTACT, "ana");
    add_event(f, "contact/ana", "record.created");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        OK(db_exec(f->db, &rows[i], NO_BINDS, NULL, &f->err));
    OK(check_orphans(f->db, &f->arena, &findings, &count, &f->err));
    assert_int_equal(count, 3);
    assert_string_equal(findings[0], "a@example.org: an address of a person who is not there");
    assert_string_equal(findings[1], "household/h: a member of a household that is not there");
    assert_string_equal(findings[2], "ci_relation/a/runs_on/b: an edge of a relation that is not there");
}

static void impact_lists_have_their_digest(void **state)
{
    static const struct statement edit = {"UPDATE impact_list SET body = $1", "t"};
    static const char body[] = "\"services\":[]";
    struct digest digest = digest_pair(body, sizeof body - 1, NULL, 0);
    struct fixture *f = *state;
    char hex[DIGEST_HEX];
    const char **findings;
    size_t count;

    digest_hex(&digest, hex);
    OK(impact_list_keep(f->db, &digest, body, sizeof body - 1, &f->err)); /* nobody refers to it: no harm */
    OK(check_orphans(f->db, &f->arena, &findings, &count, &f->err));
    assert_int_equal(count, 0);
    OK(db_exec(f->db, &edit, BINDS(bind_text("\"services\":[1]")), NULL, &f->err));
    OK(check_orphans(f->db, &f->arena, &findings, &count, &f->err));
    assert_int_equal(count, 1);
    assert_string_equal(
        findings[0],
        arena_printf(&f->arena, "%s: the impact list kept under this digest does not have it", hex));
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, transaction_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_load_that_is_not_what_was_charged_is_found),
        WITH_STORE(reserved_units_that_no_case_has_are_found),
        WITH_STORE(a_sound_store_has_no_orphans),
        WITH_STORE(orphans_are_found_on_both_sides),
        WITH_STORE(a_record_of_any_kind_without_events_is_found),
        WITH_STORE(a_deleted_record_keeps_the_end_of_its_journal),
        WITH_STORE(rows_beside_a_record_that_is_not_there_are_found),
        WITH_STORE(impact_lists_have_their_digest),
    };

    return cmocka_run_group_tests_name("check_table", tests, NULL, NULL);
}
