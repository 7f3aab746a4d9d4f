#include "crm_support.h"

#include "store/agent_table.h"

static void store_agent(struct fixture *f, const char *key, const char *groups, int64_t capacity,
                        int presence)
{
    struct crm_record r = new_record(KIND_AGENT, key);

    set_text(&r, "groups", groups);
    r.presence = presence;
    *(int64_t *)((char *)&r + field_find(r.kind->fields, "capacity")->offset) = capacity;
    OK(crm_save(f->db, &r, &f->err));
}

static size_t members(struct fixture *f, const char *group, struct agent_member **list)
{
    size_t count;

    OK(agent_members(f->db, group, &f->arena, list, &count, &f->err));
    return count;
}

static void members_come_by_key_with_what_decides(void **state)
{
    struct fixture *f = *state;
    struct agent_member *list;

    store_agent(f, "maria", "[\"noc\",\"field\"]", INT_NONE, 1);
    store_agent(f, "jonas", "[\"noc\"]", 4, 0);
    store_agent(f, "ana", "[\"noc\"]", INT_NONE, 2);
    assert_int_equal(members(f, "noc", &list), 3);
    assert_string_equal(list[0].key, "ana");
    assert_false(list[0].present);
    assert_string_equal(list[1].key, "jonas");
    assert_true(list[1].present);
    assert_int_equal(list[1].capacity, 4);
    assert_int_equal(list[2].capacity, INT_NONE);
    assert_true(list[2].active);
    assert_int_equal(list[2].last_assigned, TIME_NONE);
    assert_int_equal(members(f, "field", &list), 1);
    assert_int_equal(members(f, "billing", &list), 0);
}

static void a_load_says_when_the_last_case_came(void **state)
{
    struct fixture *f = *state;
    struct agent_member *list;

    store_agent(f, "maria", "[\"noc\"]", INT_NONE, 1);
    OK(agent_add_load(f->db, "maria", 3, NOW, &f->err));
    OK(agent_add_load(f->db, "maria", -2, TIME_NONE, &f->err));
    OK(agent_add_load(f->db, "stranger", 1, NOW, &f->err));
    members(f, "noc", &list);
    assert_int_equal(list[0].load, 1);
    assert_int_equal(list[0].last_assigned, NOW);
}

static void load_and_groups_follow_an_update(void **state)
{
    struct fixture *f = *state;
    struct agent_member *list;
    struct crm_record r;

    store_agent(f, "maria", "[\"noc\"]", 4, 1);
    OK(agent_add_load(f->db, "maria", 4, NOW, &f->err));
    r = found_record(f, KIND_AGENT, "maria");
    set_text(&r, "groups", "[\"field\",\"field\"]");
    OK(crm_save(f->db, &r, &f->err));
    assert_int_equal(members(f, "noc", &list), 0);
    assert_int_equal(members(f, "field", &list), 1);
    assert_int_equal(list[0].load, 4);
    assert_int_equal(list[0].last_assigned, NOW);
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, transaction_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(members_come_by_key_with_what_decides),
        WITH_STORE(a_load_says_when_the_last_case_came),
        WITH_STORE(load_and_groups_follow_an_update),
    };

    return cmocka_run_group_tests_name("agent_table", tests, NULL, NULL);
}
