/* Decisions by the index are those of a search from the first rule to the last. */
#include "rule_support.h"

#include "rule/table_internal.h"
#include "seeded.h"

#define TABLES    400
#define DOCUMENTS 40
#define NOW       INT64_C(1772355600000000)

static json_t *scalar(struct seeded *s)
{
    switch (seeded_below(s, 9)) {
    case 0:
        return json_null();
    case 1:
        return json_boolean(seeded_below(s, 2));
    case 2:
        return json_real((double)seeded_below(s, 3));
    case 3:
        return json_real((double)seeded_below(s, 3) + 0.5);
    case 4:
        return json_string("");
    case 5:
    case 6:
        return json_sprintf("v%d", (int)seeded_below(s, 3));
    default:
        return json_integer((json_int_t)seeded_below(s, 3));
    }
}

static json_t *scalars(struct seeded *s, uint64_t most)
{
    json_t *array = json_array();

    for (uint64_t n = seeded_below(s, most + 1); n > 0; n--)
        json_array_append_new(array, scalar(s));
    return array;
}

/* Values at the ends of the paths below, and in their way. */
static json_t *value(struct seeded *s, int depth)
{
    json_t *v;

    switch (depth > 0 ? seeded_below(s, 8) : 7) {
    case 0:
        return scalars(s, 3);
    case 1:
    case 2:
        v = json_object();
        if (seeded_below(s, 4) > 0)
            json_object_set_new(v, "x", value(s, depth - 1));
        if (seeded_below(s, 4) == 0)
            json_object_set_new(v, "0", value(s, depth - 1));
        return v;
    case 3:
        v = json_array();
        for (uint64_t n = seeded_below(s, 3); n > 0; n--)
            json_array_append_new(v, value(s, depth - 1));
        return v;
    default:
        return scalar(s);
    }
}

static const char *const paths[] = {"a", "b", "a.x", "b.0", "b.0.x", "account", "account.x", "services.x"};
#define PATHS (sizeof paths / sizeof *paths)

static json_t *document(struct seeded *s)
{
    static const char *const names[] = {"a", "b", "account", "services"};
    json_t *d = json_object(), *context = json_object();

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (seeded_below(s, 5) > 0)
            json_object_set_new(d, names[i], value(s, 2));
        if (seeded_below(s, 5) > 0)
            json_object_set_new(context, names[i], value(s, 2));
    }
    if (seeded_below(s, 3) > 0)
        json_object_set(d, "context", context);
    json_decref(context);
    return d;
}

static json_t *test(struct seeded *s)
{
    switch (seeded_below(s, 9)) {
    case 0:
        return json_pack("{s:o}", "$eq", scalar(s));
    case 1:
        return json_pack("{s:o}", "$in", scalars(s, 3));
    case 2:
        return json_pack("{s:o,s:o}", "$in", scalars(s, 3), "$ne", scalar(s));
    case 3:
        return json_pack("{s:o}", "$ne", scalar(s));
    case 4:
        return json_pack("{s:o}", "$gte", scalar(s));
    case 5:
        return json_pack("{s:b}", "$exists", (int)seeded_below(s, 2));
    case 6:
        return json_pack("[o]", scalar(s)); /* a literal that no index takes */
    default:
        return scalar(s);
    }
}

static json_t *condition(struct seeded *s)
{
    json_t *when = json_object();

    for (uint64_t n = seeded_below(s, 4); n > 0; n--)
        json_object_set_new(when, paths[seeded_below(s, PATHS)], test(s));
    if (seeded_below(s, 6) == 0)
        json_object_set_new(when, "$or",
                            json_pack("[{s:o},{s:o}]", "a", test(s), paths[seeded_below(s, PATHS)], test(s)));
    return when;
}

static json_t *random_table(struct seeded *s)
{
    static const char *const dates[] = {"2026-02-01", "2026-03-01", "2026-03-02", "2026-04-01"};
    json_t *rules = json_array(), *rule;
    int count = (int)seeded_below(s, 150);

    for (int i = 0; i < count; i++) {
        rule = json_pack("{s:o,s:o,s:{s:[i],s:i}}", "id", json_sprintf("r%d", i), "when", condition(s),
                         "then", "tags", i % 7, "last", i);
        if (seeded_below(s, 8) == 0)
            json_object_set_new(rule, seeded_below(s, 2) ? "from" : "until",
                                json_string(dates[seeded_below(s, 4)]));
        json_array_append_new(rules, rule);
    }
    return json_pack("{s:s,s:o}", "policy", table_policy_names[seeded_below(s, 3)], "rules", rules);
}

static void agree(const struct table *table, const json_t *d, size_t *fired)
{
    struct decision one, other;
    struct error err, other_err;
    int rc;

    error_init(&err);
    error_init(&other_err);
    rc = table_decide(table, d, NOW, &one, &err);
    assert_int_equal(table_decide_linear(table, d, NOW, &other, &other_err), rc);
    assert_string_equal(err.message, other_err.message);
    assert_ptr_equal(one.rule, other.rule);
    assert_ptr_equal(one.nearest, other.nearest);
    assert_int_equal(one.rule_count, other.rule_count);
    for (size_t i = 0; i < one.rule_count; i++)
        assert_ptr_equal(one.rules[i], other.rules[i]);
    assert_true(one.then == other.then || json_equal(one.then, other.then));
    *fired += one.rule_count;
    decision_release(&one);
    decision_release(&other);
}

static void the_index_changes_no_decision(void **state)
{
    struct seeded s = seeded_start("tables");
    size_t fired = 0, indexed = 0;

    (void)state;
    for (int i = 0; i < TABLES; i++) {
        struct arena arena = ARENA_INIT;
        json_t *json = random_table(&s);
        struct table *table;
        struct error err;

        error_init(&err);
        if (table_compile("t", json, NULL, NULL, &arena, &table, &err) != 0)
            fail_msg("%s: %s", err.pointer, err.message);
        for (size_t p = 0; p < table->index->path_count; p++)
            indexed += table->index->paths[p].rules;
        for (int k = 0; k < DOCUMENTS; k++) {
            json_t *d = document(&s);
            agree(table, d, &fired);
            json_decref(d);
        }
        arena_release(&arena);
        json_decref(json);
    }
    assert_true(fired > TABLES);
    assert_true(indexed > 10 * TABLES);
}

/* A pattern that the search from the first to the last would come to is come to, and one it spares is not. */
static void errors_are_those_of_the_search(void **state)
{
    static const struct {
        const char *when, *document;
    } cases[] = {
        {"{'t':{'$regex':'(a+)+$'},'k':'x'}", "{'k':'y','t':'" AAAA "'}"},
        {"{'k':'x','t':{'$regex':'(a+)+$'}}", "{'k':'y','t':'" AAAA "'}"},
        {"{'$or':[{'t':{'$regex':'(a+)+$'}}],'k':'x'}", "{'k':'y','t':'" AAAA "'}"},
        {"{'k':'x','t':{'$regex':'(a+)+$'}}", "{'k':['y','x'],'t':'" AAAA "'}"},
    };
    static const int codes[] = {CODE_RULE, 0, CODE_RULE, CODE_RULE};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *when = tree(cases[i].when), *d = tree(cases[i].document);
        json_t *json = json_pack("{s:[{s:s,s:O,s:{}}]}", "rules", "id", "r", "when", when, "then");
        struct arena arena = ARENA_INIT;
        struct decision one, other;
        struct table *table;
        struct error err;

        error_init(&err);
        assert_int_equal(table_compile("t", json, NULL, NULL, &arena, &table, &err), 0);
        assert_int_equal(table_decide(table, d, NOW, &one, &err), codes[i]);
        error_init(&err);
        assert_int_equal(table_decide_linear(table, d, NOW, &other, &err), codes[i]);
        decision_release(&one);
        decision_release(&other);
        arena_release(&arena);
        json_decref(json);
        json_decref(when);
        json_decref(d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_index_changes_no_decision),
        cmocka_unit_test(errors_are_those_of_the_search),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
