#include "impact_support.h"

#include "act/impact.h"
#include "policy_support.h"
#include "store/impact_table.h"

static struct context new_context(struct fixture *f, const char *settings)
{
    struct context ctx = {.db = f->db, .arena = &f->arena};

    OK(context_init(&ctx, &f->err));
    ctx.policy = POLICY({"casework.json", settings});
    return ctx;
}

static const char *lists(struct fixture *f, struct context *ctx, const char *ci)
{
    const struct impact *impact;

    OK(impact_of(ctx, ci, &impact, &f->err));
    assert_non_null(impact);
    return impact->lists ? impact->lists : "";
}

static int64_t distance_to(const struct impact *impact, const char *key)
{
    int64_t distance;

    impact_distances(impact, &key, 1, &distance);
    return distance;
}

static void lists_tell_what_people_ask_for(void **state)
{
    struct fixture *f = *state;
    struct context ctx = new_context(f, "{'format':1}");
    const struct impact *impact;

    items(f, "ad");
    SAVE(KIND_CI, "web", "class", "Web Service", "name", "The shop");
    SAVE(KIND_CI, "app", "class", "SERVICE");
    SAVE(KIND_CI, "server", "class", "server");
    SAVE(KIND_CI, "serviced", "class", "service desk");
    relate(f, "a", "depends_on", "d", true);
    relate(f, "app", "depends_on", "a", true);
    relate(f, "web", "depends_on", "app", true);
    relate(f, "server", "depends_on", "a", true);
    relate(f, "serviced", "depends_on", "a", true);
    SAVE(KIND_ASSET, "1", "ci", "a", "account", "ACME");
    SAVE(KIND_ASSET, "2", "ci", "web", "account", "ORBIT");
    OK(impact_of(&ctx, "a", &impact, &f->err));
    assert_string_equal(impact->lists,
                        "\"upstream\":[{\"key\":\"d\",\"name\":\"d\",\"customers\":2,\"distance\":1}],"
                        "\"services\":[{\"key\":\"app\",\"customers\":1,\"distance\":1},"
                        "{\"key\":\"web\",\"name\":\"The shop\",\"customers\":1,\"distance\":2}]");
    assert_int_equal(distance_to(impact, "d"), 1);
    assert_int_equal(distance_to(impact, "web"), 2);
    assert_int_equal(distance_to(impact, "server"), 1);
    assert_int_equal(distance_to(impact, "a"), 0);
    assert_int_equal(distance_to(impact, "nowhere"), -1);
    OK(impact_of(&ctx, "d", &impact, &f->err));
    assert_null(strstr(impact->lists, "\"upstream\""));
    OK(impact_of(&ctx, "nowhere", &impact, &f->err));
    assert_null(impact);
    context_release(&ctx);
}

static void rate(struct fixture *f, const char *key, const char *class_name, int64_t criticality)
{
    struct crm_record r;

    crm_record_init(&r, &record_kinds[KIND_CI]);
    r.key = key;
    r.head.seq = 1;
    *(const char **)((char *)&r + field_find(r.kind->fields, "class")->offset) = class_name;
    *(int64_t *)(void *)((char *)&r + field_find(r.kind->fields, "criticality")->offset) = criticality;
    OK(crm_save(f->db, &r, &f->err));
}

static void the_most_critical_come_first_and_long_lists_are_cut(void **state)
{
    struct fixture *f = *state;
    struct context ctx = new_context(f, "{'format':1}");
    const struct impact *impact;

    items(f, "a");
    for (int i = 0; i < 100; i++) {
        const char *key = arena_printf(&f->arena, "s%02d", i);
        rate(f, key, "service", i == 70 ? 1 : i == 90 ? 4 : i == 80 ? 2 : 0);
        relate(f, key, "depends_on", i == 80 ? "s79" : "a", true);
    }
    OK(impact_of(&ctx, "a", &impact, &f->err));
    assert_memory_equal(
        impact->lists,
        "\"services\":[{\"key\":\"s70\",\"criticality\":\"critical\",\"customers\":0,\"distance\":1},"
        "{\"key\":\"s80\",\"criticality\":\"high\",\"customers\":0,\"distance\":2},"
        "{\"key\":\"s90\",\"criticality\":\"low\",\"customers\":0,\"distance\":1},"
        "{\"key\":\"s00\",",
        200);
    assert_non_null(strstr(impact->lists, "\"s60\""));
    assert_null(strstr(impact->lists, "\"s61\""));
    assert_non_null(strstr(impact->lists, "],\"services_count\":100"));
    context_release(&ctx);
}

static void a_change_is_seen_in_the_next_transaction(void **state)
{
    struct fixture *f = *state;
    struct context ctx = new_context(f, "{'format':1}");

    items(f, "ab");
    assert_string_equal(lists(f, &ctx, "a"), "");
    depend(f, "ab");
    context_forget(&ctx);
    assert_string_equal(lists(f, &ctx, "a"), ""); /* nobody has said so */
    OK(impact_revise(f->db, &f->err));
    assert_string_equal(lists(f, &ctx, "a"), "");
    context_forget(&ctx);
    assert_non_null(strstr(lists(f, &ctx, "a"), "\"b\""));
    context_release(&ctx);
}

static void the_policy_says_how_deep(void **state)
{
    struct fixture *f = *state;
    struct context ctx = new_context(f, "{'format':1,'impact_depth':2}");
    const struct impact *impact;

    items(f, "abcd");
    depend(f, "ab bc cd");
    OK(impact_of(&ctx, "a", &impact, &f->err));
    assert_null(strstr(impact->lists, "\"d\""));
    assert_int_equal(distance_to(impact, "c"), 2);
    assert_int_equal(distance_to(impact, "d"), -1);
    policy_free(ctx.policy);
    ctx.policy = POLICY(SETTINGS);
    OK(impact_of(&ctx, "a", &impact, &f->err));
    assert_non_null(strstr(impact->lists, "\"d\""));
    assert_int_equal(distance_to(impact, "d"), 3);
    context_release(&ctx);
}

static int64_t lists_kept(struct fixture *f)
{
    static const struct statement count = {"SELECT count(*) FROM impact_list", ""};
    int64_t n;
    bool found;

    OK(db_query_int(f->db, &count, NO_BINDS, &n, &found, &f->err));
    return n;
}

static void lists_are_kept_once_and_again_after_a_rollback(void **state)
{
    struct fixture *f = *state;
    struct context ctx = new_context(f, "{'format':1}");
    const struct impact *impact;

    items(f, "abc");
    depend(f, "ac bc");
    OK(db_savepoint(f->db, &f->err));
    OK(impact_of(&ctx, "a", &impact, &f->err));
    OK(impact_keep(&ctx, impact, &f->err));
    OK(impact_of(&ctx, "b", &impact, &f->err));
    OK(impact_keep(&ctx, impact, &f->err));
    OK(impact_of(&ctx, "c", &impact, &f->err)); /* nothing to keep */
    OK(impact_keep(&ctx, impact, &f->err));
    assert_int_equal(lists_kept(f), 1);
    OK(db_rollback_to(f->db, &f->err));
    context_forget(&ctx);
    assert_int_equal(lists_kept(f), 0);
    OK(impact_of(&ctx, "a", &impact, &f->err));
    OK(impact_keep(&ctx, impact, &f->err));
    assert_int_equal(lists_kept(f), 1);
    context_release(&ctx);
}

static void lists_that_are_known_to_be_kept_are_not_written_again(void **state)
{
    struct fixture *f = *state;
    struct context ctx = new_context(f, "{'format':1}");
    const struct impact *impact;
    int64_t written;

    items(f, "ab");
    depend(f, "ab");
    OK(impact_of(&ctx, "a", &impact, &f->err));
    OK(impact_keep(&ctx, impact, &f->err));
    context_begin(&ctx);
    OK(impact_of(&ctx, "a", &impact, &f->err));
    OK(db_exec(f->db, &(const struct statement){"DELETE FROM impact_list", ""}, NO_BINDS, NULL, &f->err));
    written = db_written(f->db);
    OK(impact_keep(&ctx, impact, &f->err));
    assert_int_equal(db_written(f->db), written);
    context_release(&ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(lists_tell_what_people_ask_for),
        WITH_STORE(the_most_critical_come_first_and_long_lists_are_cut),
        WITH_STORE(a_change_is_seen_in_the_next_transaction),
        WITH_STORE(the_policy_says_how_deep),
        WITH_STORE(lists_are_kept_once_and_again_after_a_rollback),
        WITH_STORE(lists_that_are_known_to_be_kept_are_not_written_again),
    };

    return cmocka_run_group_tests_name("impact", tests, NULL, NULL);
}
