#include "crm_support.h"

static const char *referrer_but(struct fixture *f, const struct crm_record *r, const struct number_map *gone)
{
    struct crm_referrer found;

    OK(crm_referrer(f->db, r, gone, &f->arena, &found, &f->err));
    if (!found.key)
        return "nobody";
    return found.kind ? arena_printf(&f->arena, "%s/%s", found.kind->name, found.key) : found.key;
}

static const char *referrer(struct fixture *f, const struct crm_record *r)
{
    return referrer_but(f, r, &(struct number_map){0});
}

static const char *link_to(struct fixture *f, const struct field *field, const char *key)
{
    return arena_printf(&f->arena, "[{\"%s\":\"other\"},{\"%s\":\"%s\"}]", field->reference, field->reference,
                        key);
}

/* Walks the fields: whatever is a key of another kind must be found, also one that is added later. */
static void every_field_that_refers_to_a_record_is_found(void **state)
{
    struct fixture *f = *state;

    for (int kind = 0; kind < KIND_COUNT; kind++)
        for (const struct field *field = record_kinds[kind].fields; field->name; field++) {
            struct crm_record target, from;
            if (!field->reference)
                continue;
            target = new_record(record_kind_find(field->reference)->id, "quo\"ted/key");
            target.head.subject = "x/y";
            fill_required(&target);
            assert_string_equal(referrer(f, &target), "nobody");
            from = stored(f, kind, "R1", field->name,
                          field->flags & FIELD_LINKS ? link_to(f, field, "quo\\\"ted/key") : target.key);
            if (strcmp(referrer(f, &target), arena_printf(&f->arena, "%s/R1", from.kind->name)) != 0)
                fail_msg("%s of %s: %s", field->name, from.kind->name, referrer(f, &target));
            OK(crm_delete(f->db, &from, &f->err));
            OK(crm_revive(f->db, from.head.subject, &from.head, &(bool){false}, &f->err));
        }
}

static void forget(struct fixture *f, struct number_map *gone, enum record_kind_id kind, const char *key)
{
    uint64_t *value;

    OK(number_map_make(gone, crm_name(&record_kinds[kind], key), &value, &f->err));
}

static void who_is_gone_refers_to_nobody(void **state)
{
    struct fixture *f = *state;
    struct number_map gone = {0};
    struct crm_record account = new_record(KIND_ACCOUNT, "ACME"), contact;

    stored(f, KIND_ASSET, "A1", "account", "ACME");
    stored(f, KIND_ASSET, "A2", "account", "ACME");
    contact = stored(f, KIND_CONTACT, "jo", "accounts", "[{\"account\":\"ACME\"}]");
    stored(f, KIND_ASSET, "A3", "contacts", "[{\"contact\":\"jo\"}]");
    assert_string_equal(referrer_but(f, &account, &gone), "asset/A1");
    forget(f, &gone, KIND_ASSET, "A1");
    forget(f, &gone, KIND_CONTACT, "A2"); /* of another kind */
    assert_string_equal(referrer_but(f, &account, &gone), "asset/A2");
    forget(f, &gone, KIND_ASSET, "A2");
    assert_string_equal(referrer_but(f, &account, &gone), "contact/jo");
    forget(f, &gone, KIND_CONTACT, "jo");
    assert_string_equal(referrer_but(f, &account, &gone), "nobody");
    assert_string_equal(referrer_but(f, &contact, &gone), "asset/A3");
    forget(f, &gone, KIND_ASSET, "A3");
    assert_string_equal(referrer_but(f, &contact, &gone), "nobody");
    number_map_release(&gone);
}

/* They lie in different indexes, by what else they name. */
static void an_entitlement_is_found_by_each_thing_that_it_names(void **state)
{
    static const char *const names[] = {"account",      "consumer", "product",
                                        "sold_product", "asset",    "contract"};
    enum {
        COUNT = sizeof names / sizeof *names
    };
    struct fixture *f = *state;

    for (unsigned named = 0; named < 1U << COUNT; named++) {
        struct crm_record r = new_record(KIND_ENTITLEMENT, "E1");
        for (unsigned i = 0; i < COUNT; i++)
            if (named & 1U << i)
                set_text(&r, names[i], "X");
        r.head.subject = "entitlement/E1";
        OK(crm_save(f->db, &r, &f->err));
        for (unsigned i = 0; i < COUNT; i++) {
            struct crm_record target = new_record(record_kind_find(names[i])->id, "X");
            assert_string_equal(referrer(f, &target), named & 1U << i ? "entitlement/E1" : "nobody");
        }
        OK(crm_delete(f->db, &r, &f->err));
        OK(crm_revive(f->db, r.head.subject, &r.head, &(bool){false}, &f->err));
    }
}

static void cases_that_refer_to_a_record_are_found(void **state)
{
    static const struct {
        enum record_kind_id kind;
        const char *field;
    } table[] = {
        {KIND_ACCOUNT, "account"},         {KIND_CONTACT, "contact"},   {KIND_CONSUMER, "consumer"},
        {KIND_PRODUCT, "product"},         {KIND_ASSET, "asset"},       {KIND_CONTRACT, "contract"},
        {KIND_ENTITLEMENT, "entitlement"}, {KIND_AGENT, "assigned_to"}, {KIND_CONSUMER, "contact"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const char *key = arena_printf(&f->arena, "K%zu", i);
        struct crm_record r = new_record(table[i].kind, key);
        struct casefile c = new_case(f, (int64_t)i + 1);
        assert_string_equal(referrer(f, &r), "nobody");
        *(const char **)((char *)&c + field_find(case_fields, table[i].field)->offset) = key;
        insert_case(f, &c);
        assert_string_equal(referrer(f, &r), c.number);
    }
}

static void a_deleted_record_leaves_the_head_of_its_journal(void **state)
{
    struct fixture *f = *state;

    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct crm_record r = new_record(kind, "K1");
        struct chain head = {0};
        bool found;
        fill_record(f, &r);
        r.head.subject = arena_printf(&f->arena, "%s/K1", r.kind->name);
        OK(crm_save(f->db, &r, &f->err));
        OK(crm_any_deleted(f->db, &found, &f->err));
        assert_false(found);
        r.head.seq = 7;
        r.head.hash.bytes[0] = 9;
        OK(crm_delete(f->db, &r, &f->err));
        OK(crm_any_deleted(f->db, &found, &f->err));
        assert_true(found);
        OK(crm_exists(f->db, r.kind->name, "K1", &found, &f->err));
        assert_false(found);
        OK(crm_revive(f->db, r.head.subject, &head, &found, &f->err));
        assert_true(found);
        assert_int_equal(head.seq, 7);
        assert_memory_equal(&head.hash, &r.head.hash, sizeof head.hash);
        OK(crm_revive(f->db, r.head.subject, &head, &found, &f->err));
        assert_false(found);
        r.stored = false;
        r.head.seq = 8;
        OK(crm_save(f->db, &r, &f->err));
        assert_int_equal(found_record(f, kind, "K1").head.seq, 8);
    }
}

static void nothing_stays_beside_a_deleted_record(void **state)
{
    struct fixture *f = *state;
    struct crm_record r = stored(f, KIND_CONTACT, "jo", "email", "jo@example.org");
    const char **rows;
    size_t count;

    OK(crm_delete(f->db, &r, &f->err));
    assert_string_equal(people(f, "jo@example.org", 4), "");
    r = stored(f, KIND_CI_RELATION, "k", "type", "runs_on");
    OK(crm_delete(f->db, &r, &f->err));
    OK(crm_side_rows(f->db, &r, &f->arena, &rows, &count, &f->err));
    assert_int_equal(count, 0);
    r = stored(f, KIND_AGENT, "maria", "groups", "[\"noc\"]");
    OK(crm_delete(f->db, &r, &f->err));
    FAILS(CODE_STALE, crm_delete(f->db, &r, &f->err));
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, transaction_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(every_field_that_refers_to_a_record_is_found),
        WITH_STORE(an_entitlement_is_found_by_each_thing_that_it_names),
        WITH_STORE(who_is_gone_refers_to_nobody),
        WITH_STORE(cases_that_refer_to_a_record_are_found),
        WITH_STORE(a_deleted_record_leaves_the_head_of_its_journal),
        WITH_STORE(nothing_stays_beside_a_deleted_record),
    };

    return cmocka_run_group_tests_name("deletion_table", tests, NULL, NULL);
}
