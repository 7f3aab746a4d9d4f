#include "rule_support.h"

#include "rule/priority.h"

static void default_matrix_is_the_contracts(void **state)
{
    static const int64_t expected[3][3] = {{1, 2, 3}, {2, 3, 4}, {3, 4, 4}};
    int64_t i, u;

    (void)state;
    for (i = 1; i <= 3; i++)
        for (u = 1; u <= 3; u++)
            assert_int_equal(priority_compute(&priority_matrix_default, i, u, NULL), expected[i - 1][u - 1]);
}

static int64_t compute(const char *then, int64_t impact, int64_t urgency)
{
    json_t *json = tree(then);
    struct priority_effect effect;
    struct error err;

    error_init(&err);
    assert_int_equal(priority_effect_read(json, "/rules/0/then", &effect, &err), 0);
    json_decref(json);
    return priority_compute(&priority_matrix_default, impact, urgency, &effect);
}

static void effects_replace_raise_and_cap(void **state)
{
    (void)state;
    assert_int_equal(compute("{}", 2, 2), 3);
    assert_int_equal(compute("{'impact':1}", 3, 1), 1);
    assert_int_equal(compute("{'urgency':3}", 1, 1), 3);
    assert_int_equal(compute("{'raise':1}", 2, 2), 2);
    assert_int_equal(compute("{'raise':3}", 2, 2), 1);
    assert_int_equal(compute("{'cap':2}", 1, 1), 2);
    assert_int_equal(compute("{'cap':2}", 3, 3), 4);
    assert_int_equal(compute("{'impact':1,'urgency':1,'raise':1,'cap':2}", 3, 3), 2);
}

static void matrix_is_read_as_written(void **state)
{
    json_t *json = tree("[[1,1,1],[2,2,2],[4,4,4]]");
    struct priority_matrix m;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(priority_matrix_read(json, &m, &err), 0);
    assert_int_equal(priority_compute(&m, 3, 1, NULL), 4);
    assert_int_equal(priority_compute(&m, 1, 3, NULL), 1);
    json_decref(json);
}

static void matrix_refused(const char *text, const char *pointer)
{
    struct priority_matrix m = priority_matrix_default;
    json_t *json = tree(text);
    struct error err;

    error_init(&err);
    expect_error(priority_matrix_read(json, &m, &err), &err, CODE_INVALID, pointer);
    assert_memory_equal(&m, &priority_matrix_default, sizeof m);
    json_decref(json);
}

static void effect_refused(const char *text, enum code code, const char *pointer)
{
    json_t *json = tree(text);
    struct priority_effect effect;
    struct error err;

    error_init(&err);
    expect_error(priority_effect_read(json, "/then", &effect, &err), &err, code, pointer);
    json_decref(json);
}

static void errors_point_at_the_value(void **state)
{
    (void)state;
    matrix_refused("{}", "");
    matrix_refused("[[1,2,3],[1,2,3]]", "");
    matrix_refused("[[1,2,3],[1,2],[1,2,3]]", "/1");
    matrix_refused("[[1,2,3],[1,2,5],[1,2,3]]", "/1/2");
    matrix_refused("[[1,2,3],[1,2,3],['1',2,3]]", "/2/0");
    effect_refused("{'impact':4}", CODE_INVALID, "/then/impact");
    effect_refused("{'raise':0}", CODE_INVALID, "/then/raise");
    effect_refused("{'cap':'2'}", CODE_INVALID, "/then/cap");
    effect_refused("{'lower':1}", CODE_UNKNOWN_MEMBER, "/then/lower");
    effect_refused("[]", CODE_INVALID, "/then");
}

static void service_impact_refused(const char *text, enum code code, const char *pointer)
{
    json_t *json = tree(text);
    struct service_impact s;
    struct error err;

    error_init(&err);
    expect_error(service_impact_read(json, "/service_impact", &s, &err), &err, code, pointer);
    json_decref(json);
}

static void what_gives_an_impact_is_checked(void **state)
{
    (void)state;
    service_impact_refused("3", CODE_INVALID, "/service_impact");
    service_impact_refused("{'critical':4}", CODE_INVALID, "/service_impact/critical");
    service_impact_refused("{'urgent':1}", CODE_UNKNOWN_MEMBER, "/service_impact/urgent");
    service_impact_refused("{'customers':{}}", CODE_INVALID, "/service_impact/customers");
    service_impact_refused("{'customers':[[100]]}", CODE_INVALID, "/service_impact/customers/0");
    service_impact_refused("{'customers':[[0,1]]}", CODE_INVALID, "/service_impact/customers/0/0");
    service_impact_refused("{'customers':[[9,1],[5,4]]}", CODE_INVALID, "/service_impact/customers/1/1");
    service_impact_refused("{'customers':[[9,1],[8,1],[7,1],[6,1],[5,1],[4,1],[3,1],[2,1],[1,1]]}",
                           CODE_LIMIT, "/service_impact/customers");
}

/* The impact that services give, and the key of the one that gives it. */
static void gives(const char *settings, const char *services, int64_t impact, const char *key)
{
    json_t *json = tree(settings), *list = tree(services);
    struct service_impact s;
    const json_t *service;
    struct error err;

    error_init(&err);
    assert_int_equal(service_impact_read(json, "", &s, &err), 0);
    assert_true(s.wanted);
    assert_int_equal(service_impact_of(&s, list, &service), impact);
    if (key)
        assert_string_equal(json_string_value(json_object_get(service, "key")), key);
    else
        assert_null(service);
    json_decref(list);
    json_decref(json);
}

static void the_highest_impact_of_a_service_counts(void **state)
{
    static const char services[] = "[{'key':'a','criticality':'low','customers':12},"
                                   "{'key':'b','criticality':'high','customers':3},{'key':'c'}]";

    (void)state;
    gives("{'critical':1,'high':2}", services, 2, "b");
    gives("{'critical':1}", services, 0, NULL);
    gives("{'high':2,'customers':[[100,1],[10,1]]}", services, 1, "a");
    gives("{'high':2,'customers':[[13,1]]}", services, 2, "b");
    gives("{'low':1,'customers':[[10,3]]}", services, 1, "a");
    gives("{}", services, 0, NULL);
    gives("{'critical':1,'customers':[[1,1]]}", "[]", 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default_matrix_is_the_contracts),
        cmocka_unit_test(effects_replace_raise_and_cap),
        cmocka_unit_test(matrix_is_read_as_written),
        cmocka_unit_test(errors_point_at_the_value),
        cmocka_unit_test(what_gives_an_impact_is_checked),
        cmocka_unit_test(the_highest_impact_of_a_service_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
