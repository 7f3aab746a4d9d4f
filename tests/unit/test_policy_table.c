#include "store_support.h"

#include "store/policy_table.h"

static void a_commit_comes_back_whole_and_in_path_order(void **state)
{
    static const struct policy_file files[] = {
        {"groups/noc.json", "b1", "{\0}", 3},
        {"casework.json", "b2", "{\"format\":1}", 12},
        {"groups/empty.json", "b3", "", 0},
    };
    struct fixture *f = *state;
    struct policy_file *list;
    size_t count;
    bool known;

    OK(policy_known(f->db, "c1", &known, &f->err));
    assert_false(known);
    OK(policy_save(f->db, "c1", files, 3, &f->err));
    OK(policy_known(f->db, "c1", &known, &f->err));
    assert_true(known);
    OK(policy_read(f->db, "c1", &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 3);
    assert_string_equal(list[0].path, "casework.json");
    assert_string_equal(list[0].text, "{\"format\":1}");
    assert_int_equal(list[1].length, 0);
    assert_string_equal(list[1].text, "");
    assert_int_equal(list[2].length, 3);
    assert_memory_equal(list[2].text, "{\0}", 4);
    assert_string_equal(list[2].blob, "b1");
}

static void two_commits_share_what_did_not_change(void **state)
{
    static const struct statement blobs = {"SELECT count(*) FROM policy_blob", ""};
    static const struct policy_file old[] = {{"a.json", "b1", "1", 1}, {"b.json", "b2", "2", 1}};
    static const struct policy_file new[] = {{"a.json", "b1", "1", 1}, {"b.json", "b3", "3", 1}};
    struct fixture *f = *state;
    struct policy_file *list;
    int64_t count;
    size_t length;
    bool found;

    OK(policy_save(f->db, "c1", old, 2, &f->err));
    OK(policy_save(f->db, "c2", new, 2, &f->err));
    OK(policy_save(f->db, "c2", new, 2, &f->err)); /* two tools at once */
    OK(db_query_int(f->db, &blobs, NO_BINDS, &count, &found, &f->err));
    assert_int_equal(count, 3);
    OK(policy_read(f->db, "c1", &f->arena, &list, &length, &f->err));
    assert_int_equal(length, 2);
    assert_string_equal(list[1].text, "2");
    OK(policy_read(f->db, "c3", &f->arena, &list, &length, &f->err));
    assert_int_equal(length, 0);
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, transaction_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_commit_comes_back_whole_and_in_path_order),
        WITH_STORE(two_commits_share_what_did_not_change),
    };

    return cmocka_run_group_tests_name("policy_table", tests, NULL, NULL);
}
