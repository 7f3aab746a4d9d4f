#include "crm_support.h"

static void store_agent(struct fixture *f, const char *key, const char *groups, int64_t capacity,
                        int presence, int64_t load)
{
    struct crm_record r = new_record(KIND_AGENT, key);

    set_text(&r, "groups", groups);
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
    set_text(&r, "groups", "[\"field\",\"field\"]");
    OK(crm_save(f->db, &r, &f->err));
    assert_string_equal(least_loaded(f, "noc", 0, 8), "nobody");
    assert_string_equal(least_loaded(f, "field", 0, 8), "maria");
    assert_string_equal(least_loaded(f, "field", 1, 8), "nobody");
    r.active = false;
    OK(crm_save(f->db, &r, &f->err));
    assert_string_equal(least_loaded(f, "field", 0, 8), "nobody");
    OK(agent_add_load(f->db, "stranger", 1, &f->err));
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, transaction_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(the_least_loaded_agent_of_the_group_is_chosen),
        WITH_STORE(nobody_is_loaded_past_capacity),
        WITH_STORE(load_and_groups_follow_an_update),
    };

    return cmocka_run_group_tests_name("agent_table", tests, NULL, NULL);
}
