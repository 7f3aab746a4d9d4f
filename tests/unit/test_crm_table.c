#include "store_support.h"

#include "store/crm_table.h"

static void set_text(struct crm_record *r, const char *name, const char *value)
{
    const struct field *field = field_find(r->kind->fields, name);

    assert_non_null(field);
    *(const char **)((char *)r + field->offset) = value;
}

static struct crm_record new_record(enum record_kind_id kind, const char *key)
{
    struct crm_record r;

    crm_record_init(&r, &record_kinds[kind]);
    r.key = key;
    r.head.seq = 1;
    return r;
}

static struct crm_record found_record(struct fixture *f, enum record_kind_id kind, const char *key)
{
    struct crm_record r;
    bool found;

    OK(crm_find(f->db, &record_kinds[kind], key, &f->arena, &r, &found, &f->err));
    assert_true(found);
    return r;
}

/* Every member of every kind gets a value of its own. */
static void fill_record(struct fixture *f, struct crm_record *r)
{
    int i = 0;

    for (const struct field *field = r->kind->fields; field->name; field++, i++) {
        void *member = (char *)r + field->offset;
        if (field->type == FIELD_JSON)
            *(const char **)member = field->flags & FIELD_ARRAY ? "[\"noc\",\"field\"]" : "{\"bgp\":3}";
        else if (field->type == FIELD_TEXT && strcmp(field->name, "key") != 0)
            *(const char **)member = arena_printf(&f->arena, "%s-%d", field->name, i);
        else if (field->type == FIELD_INT || field->type == FIELD_TIME)
            *(int64_t *)member = NOW + i;
        else if (field->type == FIELD_RANK)
            *(int64_t *)member = 2;
        else if (field->type == FIELD_ENUM)
            *(int *)member = 2;
    }
}

static void records_of_every_kind_come_back(void **state)
{
    struct fixture *f = *state;

    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct crm_record r = new_record(kind, "K1"), found;
        fill_record(f, &r);
        r.head.hash.bytes[3] = 5;
        OK(crm_save(f->db, &r, &f->err));
        assert_true(r.id > 0);
        found = found_record(f, kind, "K1");
        assert_int_equal(found.id, r.id);
        assert_int_equal(found.head.seq, 1);
        assert_memory_equal(&found.head.hash, &r.head.hash, sizeof r.head.hash);
        assert_string_equal(found.head.subject, arena_printf(&f->arena, "%s/K1", r.kind->name));
        for (const struct field *field = r.kind->fields; field->name; field++)
            if (!field_equal(field, &r, &found))
                fail_msg("%s of %s differs", field->name, r.kind->name);
    }
}

static void records_of_every_kind_are_updated(void **state)
{
    struct fixture *f = *state;

    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct crm_record r = new_record(kind, "K1"), found;
        OK(crm_save(f->db, &r, &f->err));
        fill_record(f, &r);
        r.active = false;
        r.head.seq = 2;
        OK(crm_save(f->db, &r, &f->err));
        found = found_record(f, kind, "K1");
        assert_false(found.active);
        assert_int_equal(found.head.seq, 2);
        for (const struct field *field = r.kind->fields; field->name; field++)
            if (!field_equal(field, &r, &found))
                fail_msg("%s of %s differs", field->name, r.kind->name);
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
    OK(crm_exists(f->db, "household", "ACME", &exists, &f->err));
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

static void a_contact_is_found_by_its_normalised_addresses(void **state)
{
    struct fixture *f = *state;
    struct crm_record jo = new_record(KIND_CONTACT, "jo"), al = new_record(KIND_CONTACT, "al");
    const char *key;

    set_text(&jo, "email", "Jo.Doe@Example.org");
    set_text(&jo, "phone", "+49 30 5550-10");
    OK(crm_save(f->db, &jo, &f->err));
    OK(contact_by_address(f->db, "jo.doe@example.org", &f->arena, &key, &f->err));
    assert_string_equal(key, "jo");
    OK(contact_by_address(f->db, "+4930555010", &f->arena, &key, &f->err));
    assert_string_equal(key, "jo");
    set_text(&al, "phone", "0049 30 5550 10");
    OK(crm_save(f->db, &al, &f->err));
    OK(contact_by_address(f->db, "+4930555010", &f->arena, &key, &f->err));
    assert_string_equal(key, "al");
    set_text(&jo, "email", "jo@example.org");
    OK(crm_save(f->db, &jo, &f->err));
    OK(contact_by_address(f->db, "jo.doe@example.org", &f->arena, &key, &f->err));
    assert_null(key);
}

static void store_agent(struct fixture *f, const char *key, const char *groups, int64_t capacity,
                        int presence, int64_t load)
{
    struct crm_record r = new_record(KIND_AGENT, key);

    r.groups = groups;
    r.presence = presence;
    *(int64_t *)((char *)&r + field_find(r.kind->fields, "capacity")->offset) = capacity;
    OK(crm_save(f->db, &r, &f->err));
    OK(agent_add_load(f->db, key, load, &f->err));
}

static const char *least_loaded(struct fixture *f, const char *group, int64_t size, int64_t capacity)
{
    const char *key;

    OK(agent_least_loaded(f->db, group, size, capacity, &f->arena, &key, &f->err));
    return key ? key : "nobody";
}

static void the_least_loaded_agent_of_the_group_is_chosen(void **state)
{
    struct fixture *f = *state;

    store_agent(f, "maria", "[\"noc\",\"field\"]", INT_NONE, 1, 3);
    store_agent(f, "jonas", "[\"noc\"]", INT_NONE, 0, 2);
    store_agent(f, "ana", "[\"noc\"]", INT_NONE, 1, 2);
    store_agent(f, "away", "[\"noc\"]", INT_NONE, 2, 0);
    assert_string_equal(least_loaded(f, "noc", 1, 8), "ana");
    OK(agent_add_load(f->db, "ana", 1, &f->err));
    assert_string_equal(least_loaded(f, "noc", 1, 8), "jonas");
    assert_string_equal(least_loaded(f, "field", 1, 8), "maria");
    assert_string_equal(least_loaded(f, "billing", 1, 8), "nobody");
}

static void nobody_is_loaded_past_capacity(void **state)
{
    struct fixture *f = *state;

    store_agent(f, "maria", "[\"noc\"]", 4, 1, 3);
    store_agent(f, "jonas", "[\"noc\"]", INT_NONE, 1, 5);
    assert_string_equal(least_loaded(f, "noc", 1, 8), "maria");
    assert_string_equal(least_loaded(f, "noc", 2, 8), "jonas");
    assert_string_equal(least_loaded(f, "noc", 2, 6), "nobody");
}

static void load_and_groups_follow_an_update(void **state)
{
    struct fixture *f = *state;
    struct crm_record r;

    store_agent(f, "maria", "[\"noc\"]", 4, 1, 4);
    r = found_record(f, KIND_AGENT, "maria");
    r.groups = "[\"field\",\"field\"]";
    OK(crm_save(f->db, &r, &f->err));
    assert_string_equal(least_loaded(f, "noc", 0, 8), "nobody");
    assert_string_equal(least_loaded(f, "field", 0, 8), "maria");
    assert_string_equal(least_loaded(f, "field", 1, 8), "nobody");
    r.active = false;
    OK(crm_save(f->db, &r, &f->err));
    assert_string_equal(least_loaded(f, "field", 0, 8), "nobody");
    OK(agent_add_load(f->db, "stranger", 1, &f->err));
}

static void store_entitlement(struct fixture *f, const char *key, const char *account, const char *product,
                              const char *asset, const char *contract)
{
    struct crm_record r = new_record(KIND_ENTITLEMENT, key);

    set_text(&r, "account", account);
    set_text(&r, "product", product);
    set_text(&r, "asset", asset);
    set_text(&r, "contract", contract);
    OK(crm_save(f->db, &r, &f->err));
}

static const char *candidates(struct fixture *f, const struct entitle_case *c)
{
    struct entitle_candidate *list;
    const char *text = "";
    size_t count;

    OK(entitlement_candidates(f->db, c, &f->arena, &list, &count, &f->err));
    for (size_t i = 0; i < count; i++)
        text = arena_printf(&f->arena, "%s%s ", text, list[i].key);
    return text;
}

static void candidates_are_what_could_cover_the_case_each_once(void **state)
{
    struct fixture *f = *state;
    struct entitle_case c = {.account = "ACME", .product = "DSL", .asset = "line-1", .contract = "F1"};

    store_entitlement(f, "all", NULL, NULL, NULL, NULL);
    store_entitlement(f, "account", "ACME", NULL, NULL, NULL);
    store_entitlement(f, "account+product", "ACME", "DSL", NULL, NULL);
    store_entitlement(f, "product", NULL, "DSL", NULL, NULL);
    store_entitlement(f, "asset", NULL, NULL, "line-1", NULL);
    store_entitlement(f, "every", "ACME", "DSL", "line-1", "F1");
    store_entitlement(f, "contract", NULL, NULL, NULL, "F1");
    store_entitlement(f, "other-account", "OTHER", "DSL", NULL, NULL);
    store_entitlement(f, "other-product", NULL, "TV", NULL, NULL);
    assert_string_equal(candidates(f, &c), "asset every account account+product contract product all ");
    assert_string_equal(candidates(f, &(struct entitle_case){0}), "all ");
}

static void near_misses_of_the_account_are_few(void **state)
{
    struct fixture *f = *state;
    struct entitle_case c = {.account = "ACME", .asset = "line-0"};

    for (int i = 0; i < 20; i++)
        store_entitlement(f, arena_printf(&f->arena, "e%02d", i), "ACME", NULL,
                          arena_printf(&f->arena, "line-%d", i), NULL);
    assert_string_equal(candidates(f, &c), "e00 e01 e02 e03 e04 e05 e06 e07 e08 ");
    c.asset = NULL;
    assert_string_equal(candidates(f, &c), "e00 e01 e02 e03 e04 e05 e06 e07 ");
}

static void a_retired_entitlement_is_no_candidate(void **state)
{
    struct fixture *f = *state;
    struct crm_record r;

    store_entitlement(f, "account", "ACME", NULL, NULL, NULL);
    r = found_record(f, KIND_ENTITLEMENT, "account");
    r.active = false;
    OK(crm_save(f->db, &r, &f->err));
    assert_string_equal(candidates(f, &(struct entitle_case){.account = "ACME"}), "");
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
        WITH_STORE(a_contact_is_found_by_its_normalised_addresses),
        WITH_STORE(the_least_loaded_agent_of_the_group_is_chosen),
        WITH_STORE(nobody_is_loaded_past_capacity),
        WITH_STORE(load_and_groups_follow_an_update),
        WITH_STORE(candidates_are_what_could_cover_the_case_each_once),
        WITH_STORE(near_misses_of_the_account_are_few),
        WITH_STORE(a_retired_entitlement_is_no_candidate),
    };

    return cmocka_run_group_tests_name("crm_table", tests, NULL, NULL);
}
