#include "crm_support.h"

static void expect_equal(const struct crm_record *r, const struct crm_record *found)
{
    for (const struct field *field = r->kind->fields; field->name; field++)
        if (!field_equal(field, r, found))
            fail_msg("%s of %s differs", field->name, r->kind->name);
}

static void records_of_every_kind_come_back(void **state)
{
    struct fixture *f = *state;

    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct crm_record r = new_record(kind, "K1"), found;
        fill_record(f, &r);
        r.head.hash.bytes[3] = 5;
        OK(crm_save(f->db, &r, &f->err));
        assert_true(r.stored);
        found = found_record(f, kind, "K1");
        assert_true(found.stored);
        assert_int_equal(found.head.seq, 1);
        assert_memory_equal(&found.head.hash, &r.head.hash, sizeof r.head.hash);
        assert_string_equal(found.head.subject, arena_printf(&f->arena, "%s/K1", r.kind->name));
        expect_equal(&r, &found);
    }
}

static void records_of_every_kind_are_updated(void **state)
{
    struct fixture *f = *state;

    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct crm_record r = new_record(kind, "K1"), found;
        fill_required(&r);
        OK(crm_save(f->db, &r, &f->err));
        fill_record(f, &r);
        r.active = false;
        r.head.seq = 2;
        OK(crm_save(f->db, &r, &f->err));
        found = found_record(f, kind, "K1");
        assert_false(found.active);
        assert_int_equal(found.head.seq, 2);
        expect_equal(&r, &found);
        r.head.seq = 1;
        FAILS(CODE_STALE, crm_save(f->db, &r, &f->err));
    }
}

static void a_key_is_taken_once(void **state)
{
    struct fixture *f = *state;
    struct crm_record a = new_record(KIND_ACCOUNT, "ACME"), b = a;

    OK(crm_save(f->db, &a, &f->err));
    FAILS(CODE_REFUSED, crm_save(f->db, &b, &f->err));
}

static void what_is_not_there_does_not_exist(void **state)
{
    struct fixture *f = *state;
    struct crm_record a = new_record(KIND_ACCOUNT, "ACME");
    bool exists;

    OK(crm_save(f->db, &a, &f->err));
    OK(crm_exists(f->db, "account", "ACME", &exists, &f->err));
    assert_true(exists);
    OK(crm_exists(f->db, "account", "acme", &exists, &f->err));
    assert_false(exists);
    OK(crm_exists(f->db, "product", "ACME", &exists, &f->err));
    assert_false(exists);
    OK(crm_exists(f->db, "spaceship", "ACME", &exists, &f->err));
    assert_false(exists);
}

static void keys_are_paged_in_bytewise_order(void **state)
{
    static const char *const keys[] = {"b", "A", "a", "B"};
    struct fixture *f = *state;
    const char *list[4];

    for (size_t i = 0; i < 4; i++) {
        struct crm_record r = new_record(KIND_CI, keys[i]);
        OK(crm_save(f->db, &r, &f->err));
    }
    assert_int_equal(crm_page(f->db, &record_kinds[KIND_CI], "", &f->arena, list, 3, &f->err), 3);
    assert_string_equal(list[0], "A");
    assert_string_equal(list[2], "a");
    assert_int_equal(crm_page(f->db, &record_kinds[KIND_CI], "a", &f->arena, list, 3, &f->err), 1);
    assert_string_equal(list[0], "b");
}

static void people_are_found_by_their_normalised_addresses(void **state)
{
    struct fixture *f = *state;
    struct crm_record jo = new_record(KIND_CONTACT, "jo");

    set_text(&jo, "email", "Jo.Doe@Example.org");
    set_text(&jo, "phones", "[\"+49 30 5550-10\",\"+49 30 5550-11\"]");
    OK(crm_save(f->db, &jo, &f->err));
    assert_string_equal(people(f, "jo.doe@example.org", 4), "contact/jo ");
    assert_string_equal(people(f, "+4930555010", 4), "contact/jo ");
    assert_string_equal(people(f, "+4930555011", 4), "contact/jo ");
    assert_string_equal(people(f, "+4930555012", 4), "");
    set_text(&jo, "email", "jo@example.org");
    OK(crm_save(f->db, &jo, &f->err));
    assert_string_equal(people(f, "jo.doe@example.org", 4), "");
    assert_string_equal(people(f, "jo@example.org", 4), "contact/jo ");
}

static void contacts_come_before_consumers_and_the_retired_not_at_all(void **state)
{
    struct fixture *f = *state;
    struct crm_record b;

    stored(f, KIND_CONSUMER, "a", "phone", "+4930555010");
    b = stored(f, KIND_CONTACT, "b", "phone", "0049 30 555010");
    stored(f, KIND_CONTACT, "c", "phone", "+49 30 555010");
    stored(f, KIND_CONSUMER, "b", "email", "b@example.org");
    assert_string_equal(people(f, "+4930555010", 4), "contact/b contact/c consumer/a ");
    assert_string_equal(people(f, "+4930555010", 2), "contact/b contact/c ");
    b.active = false;
    OK(crm_save(f->db, &b, &f->err));
    assert_string_equal(people(f, "+4930555010", 4), "contact/c consumer/a ");
}

/* The rows beside a record; what they ought to be must be the same. */
static const char *beside(struct fixture *f, const struct crm_record *r)
{
    const char **rows, **expected, *text = "";
    size_t count, expected_count;

    OK(crm_side_rows(f->db, r, &f->arena, &rows, &count, &f->err));
    OK(crm_side_expected(r, &f->arena, &expected, &expected_count, &f->err));
    assert_int_equal(count, expected_count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(rows[i], expected[i]);
        text = arena_printf(&f->arena, "%s%s, ", text, rows[i]);
    }
    return text;
}

static void the_rows_beside_a_record_follow_it(void **state)
{
    struct fixture *f = *state;
    struct crm_record r = stored(f, KIND_CONSUMER, "ana", "emails", "[\"b@x.org\",\"A@x.org\",\"a@x.org\"]");

    assert_string_equal(beside(f, &r), "a@x.org, b@x.org, ");
    set_text(&r, "emails", NULL);
    OK(crm_save(f->db, &r, &f->err));
    assert_string_equal(beside(f, &r), "");
    r = stored(f, KIND_HOUSEHOLD, "h", "members",
               "[{\"consumer\":\"bo\"},{\"consumer\":\"ana\"},{\"consumer\":\"bo\"}]");
    assert_string_equal(beside(f, &r), "ana, bo, ");
    set_text(&r, "members", "[{\"consumer\":\"cy\"}]");
    OK(crm_save(f->db, &r, &f->err));
    assert_string_equal(beside(f, &r), "cy, ");
    r = stored(f, KIND_AGENT, "maria", "groups", "[\"noc\",\"field\",\"noc\"]");
    assert_string_equal(beside(f, &r), "field, noc, ");
    r = stored(f, KIND_ACCOUNT, "ACME", NULL, NULL);
    assert_string_equal(beside(f, &r), "");
}

static void edges_follow_the_type_of_the_relation_while_it_is_active(void **state)
{
    struct fixture *f = *state;
    struct crm_record r = stored(f, KIND_CI_RELATION, "k", "type", "runs_on");

    assert_string_equal(beside(f, &r), "from to, ");
    set_text(&r, "type", "connected_to");
    OK(crm_save(f->db, &r, &f->err));
    assert_string_equal(beside(f, &r), "from to, to from, ");
    r.active = false;
    OK(crm_save(f->db, &r, &f->err));
    assert_string_equal(beside(f, &r), "");
    r.active = true;
    set_text(&r, "type", "documented_by");
    OK(crm_save(f->db, &r, &f->err));
    assert_string_equal(beside(f, &r), "");
}

static void the_households_of_a_consumer_are_found(void **state)
{
    struct fixture *f = *state;
    const char **keys;
    size_t count;

    stored(f, KIND_HOUSEHOLD, "h2", "members", "[{\"consumer\":\"bo\"},{\"consumer\":\"ana\"}]");
    stored(f, KIND_HOUSEHOLD, "h1", "members", "[{\"consumer\":\"ana\"}]");
    OK(households_of(f->db, "ana", &f->arena, &keys, &count, &f->err));
    assert_int_equal(count, 2);
    assert_string_equal(keys[0], "h1");
    assert_string_equal(keys[1], "h2");
    OK(households_of(f->db, "cy", &f->arena, &keys, &count, &f->err));
    assert_int_equal(count, 0);
}

static bool related(struct fixture *f, const char *one, const char *other, usec at)
{
    bool answer;

    OK(account_related(f->db, one, other, at, &answer, &f->err));
    return answer;
}

static void accounts_are_related_both_ways_while_it_holds(void **state)
{
    struct fixture *f = *state;
    struct crm_record r = new_record(KIND_ACCOUNT_RELATIONSHIP, "k");

    fill_required(&r);
    r.times[0] = NOW;
    r.times[1] = NOW + 5;
    OK(crm_save(f->db, &r, &f->err));
    assert_true(related(f, "from", "to", NOW));
    assert_true(related(f, "to", "from", NOW + 4));
    assert_false(related(f, "from", "to", NOW - 1));
    assert_false(related(f, "to", "from", NOW + 5));
    assert_false(related(f, "from", "from", NOW));
    r.times[0] = r.times[1] = TIME_NONE;
    OK(crm_save(f->db, &r, &f->err));
    assert_true(related(f, "to", "from", NOW - 1));
    r.active = false;
    OK(crm_save(f->db, &r, &f->err));
    assert_false(related(f, "to", "from", NOW - 1));
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, transaction_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(records_of_every_kind_come_back),
        WITH_STORE(records_of_every_kind_are_updated),
        WITH_STORE(a_key_is_taken_once),
        WITH_STORE(what_is_not_there_does_not_exist),
        WITH_STORE(keys_are_paged_in_bytewise_order),
        WITH_STORE(people_are_found_by_their_normalised_addresses),
        WITH_STORE(contacts_come_before_consumers_and_the_retired_not_at_all),
        WITH_STORE(the_rows_beside_a_record_follow_it),
        WITH_STORE(edges_follow_the_type_of_the_relation_while_it_is_active),
        WITH_STORE(the_households_of_a_consumer_are_found),
        WITH_STORE(accounts_are_related_both_ways_while_it_holds),
    };

    return cmocka_run_group_tests_name("crm_table", tests, NULL, NULL);
}
