#include "store_support.h"

#include "store/journal_table.h"

static struct event new_event(const char *subject, int64_t seq, const char *type)
{
    return (struct event){.subject = subject,
                          .seq = seq,
                          .type = type,
                          .at = NOW + seq,
                          .actor = "maria",
                          .body = "{\"digest\":\"abc\"}",
                          .body_length = 16,
                          .hash = {{(unsigned char)seq}}};
}

static struct event stored_event(struct fixture *f, const char *subject, int64_t seq, const char *type)
{
    struct event e = new_event(subject, seq, type);

    OK(event_insert(f->db, &e, &f->err));
    return e;
}

static void an_event_keeps_its_exact_bytes(void **state)
{
    struct fixture *f = *state;
    struct event e = new_event("CS0001001", 1, "case.created"), found;

    e.body = "{\"text\":\"\xc3\xa9\\u0000 \"}trailing";
    e.body_length = strlen(e.body) - strlen("trailing");
    e.config = "9f2c";
    OK(event_insert(f->db, &e, &f->err));
    assert_int_equal(event_page(f->db, "CS0001001", 0, &f->arena, &found, 1, &f->err), 1);
    assert_int_equal(found.id, e.id);
    assert_string_equal(found.type, "case.created");
    assert_string_equal(found.actor, "maria");
    assert_string_equal(found.config, "9f2c");
    assert_int_equal(found.at, NOW + 1);
    assert_int_equal(found.body_length, e.body_length);
    assert_memory_equal(found.body, e.body, e.body_length);
    assert_memory_equal(&found.hash, &e.hash, sizeof e.hash);
}

static void a_sequence_number_is_taken_once_a_subject(void **state)
{
    struct fixture *f = *state;
    struct event again = stored_event(f, "CS0001001", 1, "case.created");

    FAILS(CODE_REFUSED, event_insert(f->db, &again, &f->err));
    stored_event(f, "CS0001002", 1, "case.created");
}

static void a_subjects_events_come_in_sequence(void **state)
{
    struct fixture *f = *state;
    struct event list[8];

    stored_event(f, "CS0001001", 2, "case.enriched");
    stored_event(f, "CS0001001", 1, "case.created");
    stored_event(f, "CS0001002", 1, "case.created");
    assert_int_equal(event_page(f->db, "CS0001001", 0, &f->arena, list, 8, &f->err), 2);
    assert_int_equal(list[0].seq, 1);
    assert_int_equal(list[1].seq, 2);
    assert_int_equal(event_page(f->db, "CS0001001", 1, &f->arena, list, 8, &f->err), 1);
    assert_int_equal(event_page(f->db, "CS0001001", 0, &f->arena, list, 1, &f->err), 1);
}

static void all_events_come_by_subject_and_sequence(void **state)
{
    struct fixture *f = *state;
    struct event list[2];

    stored_event(f, "store", 1, "store.created");
    stored_event(f, "CS0001001", 2, "case.enriched");
    stored_event(f, "CS0001001", 1, "case.created");
    assert_int_equal(event_page_all(f->db, "", 0, &f->arena, list, 2, &f->err), 2);
    assert_int_equal(list[1].seq, 2);
    assert_int_equal(event_page_all(f->db, list[1].subject, list[1].seq, &f->arena, list, 2, &f->err), 1);
    assert_string_equal(list[0].subject, "store");
}

static void events_of_a_family_come_after_an_id(void **state)
{
    struct fixture *f = *state;
    struct event first = stored_event(f, "CS0001001", 1, "sla.warned"), list[8];

    stored_event(f, "CS0001001", 2, "case.created");
    stored_event(f, "CS0001001", 3, "sla.breached");
    stored_event(f, "CS0001001", 4, "slax");
    assert_int_equal(event_page_type(f->db, "sla.", 0, &f->arena, list, 8, &f->err), 2);
    assert_int_equal(event_page_type(f->db, "sla.", first.id, &f->arena, list, 8, &f->err), 1);
    assert_string_equal(list[0].type, "sla.breached");
}

static void an_event_is_recognised_by_what_its_body_holds(void **state)
{
    struct fixture *f = *state;
    bool exists;

    stored_event(f, "CS0001001", 1, "case.duplicate");
    OK(event_exists(f->db, "CS0001001", "case.duplicate", "\"abc\"", &exists, &f->err));
    assert_true(exists);
    OK(event_exists(f->db, "CS0001001", "case.duplicate", "\"abd\"", &exists, &f->err));
    assert_false(exists);
    OK(event_exists(f->db, "CS0001001", "case.created", "\"abc\"", &exists, &f->err));
    assert_false(exists);
    OK(event_exists(f->db, "CS0001002", "case.duplicate", "\"abc\"", &exists, &f->err));
    assert_false(exists);
}

static void personal_values_lie_beside_their_event(void **state)
{
    struct fixture *f = *state;
    struct event e = stored_event(f, "CS0001001", 1, "case.created");
    struct event_value v = {e.id, "/data/record/description", {1, 2, 3}, "\"Since nine\""}, *list;
    size_t count;

    OK(event_value_insert(f->db, &v, &f->err));
    v.pointer = "/data/record/contact";
    OK(event_value_insert(f->db, &v, &f->err));
    OK(event_values(f->db, e.id, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 2);
    assert_string_equal(list[0].pointer, "/data/record/contact");
    assert_memory_equal(list[1].salt, v.salt, sizeof v.salt);
    assert_string_equal(list[1].value, "\"Since nine\"");
    v.event_id = 99;
    FAILS(CODE_REFUSED, event_value_insert(f->db, &v, &f->err));
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, transaction_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(an_event_keeps_its_exact_bytes),
        WITH_STORE(a_sequence_number_is_taken_once_a_subject),
        WITH_STORE(a_subjects_events_come_in_sequence),
        WITH_STORE(all_events_come_by_subject_and_sequence),
        WITH_STORE(events_of_a_family_come_after_an_id),
        WITH_STORE(an_event_is_recognised_by_what_its_body_holds),
        WITH_STORE(personal_values_lie_beside_their_event),
    };

    return cmocka_run_group_tests_name("journal_table", tests, NULL, NULL);
}
