#include "store_support.h"

#include "store/entitlement_table.h"

static void run(struct fixture *f, const char *sql)
{
    OK(db_script(f->db, sql, &f->err));
}

/* An entitlement of which `columns` have these values, in SQL. */
static void put(struct fixture *f, const char *key, const char *columns, const char *values)
{
    run(f,
        arena_printf(&f->arena,
                     "INSERT INTO entitlement (key, seq, hash, active%s%s) VALUES ('%s', 1, x'00', 1%s%s);",
                     *columns ? ", " : "", columns, key, *values ? ", " : "", values));
}

#define CHAIN(...)                                                                                           \
    {                                                                                                        \
        (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *)      \
    }

static const struct entitle_case east = {
    .accounts = CHAIN("EAST", "ACME"),
    .products = CHAIN("fiber-1000", "fiber"),
    .sold_products = CHAIN("SOLD-2", "SOLD-1"),
    .consumer = "C-1",
    .asset = "LINE-7",
    .contract = "K-1",
    .opened_at = NOW,
};

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct entitle_candidate *)a)->key, ((const struct entitle_candidate *)b)->key);
}

/* The keys of all candidates and near misses in order, with a blank between. */
static const char *candidates(struct fixture *f, const struct entitle_case *c)
{
    struct entitle_list list = {0};
    const char *keys = "";

    OK(entitlement_candidates(f->db, c, &f->arena, &list, &f->err));
    for (size_t i = 0; i < 2 * c->products.count; i++)
        OK(entitlement_of_product(f->db, c->products.keys[i / 2], i % 2, &f->arena, &list, &f->err));
    OK(entitlement_of_nothing(f->db, &f->arena, &list, &f->err));
    if (c->accounts.count > 0)
        OK(entitlement_near(f->db, c->accounts.keys[0], c->asset, &f->arena, &list, &f->err));
    if (list.count > 0)
        qsort(list.items, list.count, sizeof *list.items, by_key);
    for (size_t i = 0; i < list.count; i++)
        keys = arena_printf(&f->arena, "%s%s%s", keys, i ? " " : "", list.items[i].key);
    return keys;
}

static struct entitle_candidate terms_of(struct fixture *f, const char *key)
{
    struct entitle_candidate e;
    bool found;

    OK(entitlement_terms(f->db, key, &f->arena, &e, &found, &f->err));
    assert_true(found);
    return e;
}

static void each_that_may_cover_comes_once_by_the_most_particular_thing_it_names(void **state)
{
    struct fixture *f = *state;

    put(f, "account", "account", "'EAST'");
    put(f, "all", "account, consumer, product, sold_product, asset, contract",
        "'EAST', 'C-1', 'fiber', 'SOLD-1', 'LINE-7', 'K-1'");
    put(f, "asset", "asset", "'LINE-7'");
    put(f, "consumer", "consumer, product", "'C-1', 'fiber'");
    put(f, "contract", "contract, product", "'K-1', 'fiber'");
    put(f, "product", "product", "'fiber-1000'");
    put(f, "sold", "sold_product, account", "'SOLD-2', 'EAST'");
    assert_string_equal(candidates(f, &east), "account all asset consumer contract product sold");
}

static void what_is_promised_for_a_product_is_told_apart_by_its_units(void **state)
{
    struct fixture *f = *state;
    struct entitle_list some = {0}, others = {0};

    put(f, "all", "product", "'fiber'");
    put(f, "pack", "product, units", "'fiber', 3");
    OK(entitlement_of_product(f->db, "fiber", true, &f->arena, &some, &f->err));
    OK(entitlement_of_product(f->db, "fiber", false, &f->arena, &others, &f->err));
    assert_int_equal(some.count, 1);
    assert_string_equal(some.items[0].key, "pack");
    assert_int_equal(others.count, 1);
    assert_string_equal(others.items[0].key, "all");
}

static void what_is_above_in_a_tree_comes_too(void **state)
{
    struct fixture *f = *state;

    put(f, "account", "account", "'ACME'");
    put(f, "product", "product", "'fiber'");
    put(f, "sold", "sold_product", "'SOLD-1'");
    assert_string_equal(candidates(f, &east), "account product sold");
}

static void what_others_have_does_not_come(void **state)
{
    struct fixture *f = *state;

    put(f, "account", "account, product", "'WEST', 'fiber'");
    put(f, "asset", "asset, product, account", "'LINE-8', 'fiber', 'WEST'");
    put(f, "consumer", "consumer, product", "'C-2', 'fiber'");
    put(f, "contract", "contract, product", "'K-2', 'fiber'");
    put(f, "product", "product", "'voice'");
    put(f, "sold", "sold_product, product, account", "'SOLD-3', 'fiber', 'EAST'");
    assert_string_equal(candidates(f, &east), "");
}

static void a_case_of_nobody_has_what_names_nothing(void **state)
{
    struct fixture *f = *state;
    struct entitle_case bare = {.opened_at = NOW};

    put(f, "account", "account", "'EAST'");
    put(f, "channel", "channel", "'web'");
    put(f, "nothing", "", "");
    assert_string_equal(candidates(f, &bare), "channel nothing");
}

static void retired_ones_are_left_out(void **state)
{
    struct fixture *f = *state;

    put(f, "account", "account", "'EAST'");
    put(f, "asset", "asset, account", "'LINE-7', 'EAST'");
    put(f, "near", "asset, account", "'LINE-8', 'EAST'");
    put(f, "nothing", "", "");
    run(f, "UPDATE entitlement SET active = 0;");
    assert_string_equal(candidates(f, &east), "");
    terms_of(f, "account");
}

static void eight_bound_to_other_assets_of_the_account_come_along(void **state)
{
    struct fixture *f = *state;
    struct entitle_case no_asset = east;

    for (int i = 9; i >= 0; i--)
        put(f, arena_printf(&f->arena, "%d", i), "account, asset",
            arena_printf(&f->arena, "'EAST', 'LINE-%d'", i));
    put(f, "above", "account, asset", "'ACME', 'LINE-1'");
    assert_string_equal(candidates(f, &east), "0 1 2 3 4 5 6 7 8");
    no_asset.asset = NULL;
    assert_string_equal(candidates(f, &no_asset), "0 1 2 3 4 5 6 7");
}

static void terms_come_as_they_are_stored(void **state)
{
    struct fixture *f = *state;
    struct entitle_candidate e;

    put(f, "E",
        "account, consumer, product, sold_product, asset, contract, channel, state, starts_at, ends_at",
        "'EAST', 'C-1', 'fiber', 'SOLD-1', 'LINE-7', 'K-1', 'email', 'suspended', 7, 9");
    e = terms_of(f, "E");
    assert_string_equal(e.account, "EAST");
    assert_string_equal(e.consumer, "C-1");
    assert_string_equal(e.product, "fiber");
    assert_string_equal(e.sold_product, "SOLD-1");
    assert_string_equal(e.asset, "LINE-7");
    assert_string_equal(e.contract, "K-1");
    assert_string_equal(case_channel_names[e.channel], "email");
    assert_int_equal(e.own.state, CONTRACT_SUSPENDED);
    assert_int_equal(e.own.starts_at, 7);
    assert_int_equal(e.own.ends_at, 9);
    assert_true(e.units_left == INT_NONE);
}

static void what_is_not_there_has_open_terms(void **state)
{
    struct fixture *f = *state;
    struct entitle_candidate e;
    bool found;

    put(f, "E", "account, contract, contract_line", "'EAST', 'gone', 'gone'");
    e = terms_of(f, "E");
    assert_true(e.own.state == CONTRACT_NONE && e.line.state == CONTRACT_NONE &&
                e.agreement.state == CONTRACT_NONE && e.channel == 0);
    assert_true(e.own.starts_at == TIME_NONE && e.line.ends_at == TIME_NONE &&
                e.agreement.starts_at == TIME_NONE);
    OK(entitlement_terms(f->db, "nobody", &f->arena, &e, &found, &f->err));
    assert_false(found);
}

#define CONTRACTS                                                                                            \
    "INSERT INTO contract (key, seq, hash, active, state, starts_at, ends_at) VALUES "                       \
    "('K-1', 1, x'00', 1, 'suspended', 1, 2), ('K-2', 1, x'00', 1, 'draft', 3, 4); "                         \
    "INSERT INTO contract_line (key, seq, hash, active, contract, state, starts_at, ends_at) VALUES "        \
    "('K-1/1', 1, x'00', 1, 'K-1', 'expired', 5, 6);"

static void terms_of_its_contract_and_line_are_inherited(void **state)
{
    struct fixture *f = *state;
    struct entitle_candidate e;

    run(f, CONTRACTS);
    put(f, "both", "contract, contract_line", "'K-2', 'K-1/1'");
    put(f, "contract", "contract", "'K-2'");
    put(f, "line", "contract_line, account", "'K-1/1', 'EAST'");
    e = terms_of(f, "line");
    assert_int_equal(e.line.state, CONTRACT_EXPIRED);
    assert_int_equal(e.line.starts_at, 5);
    assert_int_equal(e.line.ends_at, 6);
    assert_int_equal(e.agreement.state, CONTRACT_SUSPENDED);
    assert_int_equal(e.agreement.starts_at, 1);
    assert_int_equal(e.agreement.ends_at, 2);
    assert_null(e.contract);
    e = terms_of(f, "contract");
    assert_int_equal(e.line.state, CONTRACT_NONE);
    assert_int_equal(e.agreement.state, CONTRACT_DRAFT);
    e = terms_of(f, "both");
    assert_int_equal(e.line.state, CONTRACT_EXPIRED);
    assert_int_equal(e.agreement.state, CONTRACT_DRAFT);
}

static bool reserve(struct fixture *f, const char *key, int64_t units)
{
    bool done;

    OK(entitlement_reserve(f->db, key, units, &done, &f->err));
    return done;
}

static void units_are_reserved_up_to_what_is_left(void **state)
{
    struct fixture *f = *state;

    put(f, "E", "units, used", "4, 1");
    assert_int_equal(terms_of(f, "E").units_left, 3);
    assert_true(reserve(f, "E", 1));
    assert_int_equal(terms_of(f, "E").units_left, 2);
    assert_false(reserve(f, "E", 3));
    assert_int_equal(terms_of(f, "E").units_left, 2);
    assert_true(reserve(f, "E", 2));
    assert_int_equal(terms_of(f, "E").units_left, 0);
    assert_false(reserve(f, "E", 1));
    assert_true(reserve(f, "E", -3));
    assert_int_equal(terms_of(f, "E").units_left, 3);
    assert_false(reserve(f, "nobody", 1));
}

static void units_are_given_back_even_when_fewer_are_left_than_none(void **state)
{
    struct fixture *f = *state;

    put(f, "E", "units, reserved", "5, 5");
    run(f, "UPDATE entitlement SET units = 2;");
    assert_int_equal(terms_of(f, "E").units_left, -3);
    assert_true(reserve(f, "E", -1));
    assert_int_equal(terms_of(f, "E").units_left, -2);
}

static void without_a_limit_any_number_can_be_reserved(void **state)
{
    struct fixture *f = *state;

    put(f, "E", "used", "7");
    assert_true(reserve(f, "E", 1000));
    assert_true(terms_of(f, "E").units_left == INT_NONE);
}

static void what_a_case_has_comes_back_as_it_was_saved_last(void **state)
{
    struct fixture *f = *state;
    struct entitlement_use use = {1, "E", 1, USE_RESERVED};
    bool found;

    stored_case(f, 1);
    put(f, "E", "units", "4");
    put(f, "F", "units", "4");
    OK(entitlement_use_find(f->db, 1, &f->arena, &use, &found, &f->err));
    assert_false(found);
    use = (struct entitlement_use){1, "E", 1, USE_RESERVED};
    OK(entitlement_use_save(f->db, &use, &f->err));
    use = (struct entitlement_use){1, "F", 2, USE_USED};
    OK(entitlement_use_save(f->db, &use, &f->err));
    memset(&use, 0, sizeof use);
    OK(entitlement_use_find(f->db, 1, &f->arena, &use, &found, &f->err));
    assert_true(found);
    assert_int_equal(use.case_id, 1);
    assert_string_equal(use.entitlement, "F");
    assert_int_equal(use.units, 2);
    assert_int_equal(use.state, USE_USED);
}

static void a_use_of_nothing_is_refused(void **state)
{
    struct fixture *f = *state;
    struct entitlement_use use = {1, "E", 0, USE_RESERVED};

    stored_case(f, 1);
    put(f, "E", "units", "4");
    FAILS(CODE_REFUSED, entitlement_use_save(f->db, &use, &f->err));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, transaction_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_that_may_cover_comes_once_by_the_most_particular_thing_it_names),
        TEST(what_is_promised_for_a_product_is_told_apart_by_its_units),
        TEST(what_is_above_in_a_tree_comes_too),
        TEST(what_others_have_does_not_come),
        TEST(a_case_of_nobody_has_what_names_nothing),
        TEST(retired_ones_are_left_out),
        TEST(eight_bound_to_other_assets_of_the_account_come_along),
        TEST(terms_come_as_they_are_stored),
        TEST(what_is_not_there_has_open_terms),
        TEST(terms_of_its_contract_and_line_are_inherited),
        TEST(units_are_reserved_up_to_what_is_left),
        TEST(units_are_given_back_even_when_fewer_are_left_than_none),
        TEST(without_a_limit_any_number_can_be_reserved),
        TEST(what_a_case_has_comes_back_as_it_was_saved_last),
        TEST(a_use_of_nothing_is_refused),
    };

    return cmocka_run_group_tests_name("entitlement_table", tests, NULL, NULL);
}
