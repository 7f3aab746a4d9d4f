#include "store_support.h"

#include "store/reject_table.h"

static struct reject new_reject(unsigned char first, usec at)
{
    return (struct reject){.digest = {{first, 0xcd}},
                           .tool = "case-new",
                           .body = "{\"tool\":\"case-new\"}",
                           .count = 1,
                           .first_at = at,
                           .last_at = at};
}

static struct reject stored_reject(struct fixture *f, unsigned char first, usec at)
{
    struct reject r = new_reject(first, at);

    OK(reject_save(f->db, &r, &f->err));
    return r;
}

static int page(struct fixture *f, struct reject *list)
{
    int n = reject_page(f->db, INT64_MIN, "", &f->arena, list, 8, &f->err);

    OK(n);
    return n;
}

static void the_same_content_is_kept_once_and_counted(void **state)
{
    struct fixture *f = *state;
    struct reject list[8];

    stored_reject(f, 1, NOW);
    stored_reject(f, 1, NOW + 5);
    assert_int_equal(page(f, list), 1);
    assert_int_equal(list[0].count, 2);
    assert_int_equal(list[0].first_at, NOW);
    assert_int_equal(list[0].last_at, NOW + 5);
    assert_string_equal(list[0].tool, "case-new");
    assert_string_equal(list[0].body, "{\"tool\":\"case-new\"}");
    assert_null(list[0].source);
}

static void rejects_are_paged_by_time(void **state)
{
    struct fixture *f = *state;
    struct reject list[8];
    char hex[DIGEST_HEX];

    stored_reject(f, 3, NOW);
    stored_reject(f, 1, NOW + 1);
    stored_reject(f, 2, NOW);
    assert_int_equal(page(f, list), 3);
    assert_int_equal(list[0].digest.bytes[0], 2);
    assert_int_equal(list[2].digest.bytes[0], 1);
    digest_hex(&list[0].digest, hex);
    assert_int_equal(reject_page(f->db, list[0].last_at, hex, &f->arena, list, 8, &f->err), 2);
    assert_int_equal(list[0].digest.bytes[0], 3);
}

static void a_captured_record_leaves_the_list(void **state)
{
    struct fixture *f = *state;
    struct reject keyed = new_reject(9, NOW), other = stored_reject(f, 1, NOW), list[8];
    struct digest unknown = {{7}};
    bool any;

    keyed.source = "erp";
    keyed.external_id = "order-1";
    OK(reject_save(f->db, &keyed, &f->err));
    OK(reject_captured(f->db, &unknown, "erp", "order-2", &f->err));
    assert_int_equal(page(f, list), 2);
    OK(reject_captured(f->db, &unknown, "erp", "order-1", &f->err));
    assert_int_equal(page(f, list), 1);
    OK(reject_any(f->db, &any, &f->err));
    assert_true(any);
    OK(reject_captured(f->db, &other.digest, NULL, NULL, &f->err));
    OK(reject_any(f->db, &any, &f->err));
    assert_false(any);
}

static void a_reject_is_dropped_by_its_first_digits(void **state)
{
    struct fixture *f = *state;
    struct reject list[8];
    bool dropped;

    stored_reject(f, 0xa1, NOW);
    stored_reject(f, 0xa2, NOW);
    FAILS(CODE_INVALID, reject_drop(f->db, "a", &dropped, &f->err));
    FAILS(CODE_INVALID, reject_drop(f->db, "", &dropped, &f->err));
    FAILS(CODE_INVALID, reject_drop(f->db, "x1", &dropped, &f->err));
    OK(reject_drop(f->db, "a3", &dropped, &f->err));
    assert_false(dropped);
    OK(reject_drop(f->db, "A1cd00000000", &dropped, &f->err));
    assert_true(dropped);
    assert_int_equal(page(f, list), 1);
    assert_int_equal(list[0].digest.bytes[0], 0xa2);
}

static void all_rejects_are_dropped_at_once(void **state)
{
    struct fixture *f = *state;
    int64_t count;

    stored_reject(f, 1, NOW);
    stored_reject(f, 2, NOW);
    OK(reject_drop_all(f->db, &count, &f->err));
    assert_int_equal(count, 2);
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, transaction_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(the_same_content_is_kept_once_and_counted),
        WITH_STORE(rejects_are_paged_by_time),
        WITH_STORE(a_captured_record_leaves_the_list),
        WITH_STORE(a_reject_is_dropped_by_its_first_digits),
        WITH_STORE(all_rejects_are_dropped_at_once),
    };

    return cmocka_run_group_tests_name("reject_table", tests, NULL, NULL);
}
