#include "rule_support.h"

#include "config/place.h"

#define TABLE                                                                                                \
    "{\n"                                                                                                    \
    "  \"rules\": [\n"                                                                                       \
    "    {\"when\": {\"id\": \"b\"}, \"id\": \"a\"},\n"                                                      \
    "    {\n"                                                                                                \
    "      \"when\": {},\n"                                                                                  \
    "      \"id\": \"b\"\n"                                                                                  \
    "    }\n"                                                                                                \
    "  ],\n"                                                                                                 \
    "  \"default\": {}\n"                                                                                    \
    "}\n"

static long rule(const char *text, const char *id)
{
    return place_of_rule(text, strlen(text), id);
}

static long pointer(const char *text, const char *p)
{
    return place_of_pointer(text, strlen(text), p);
}

static void a_rule_is_where_its_id_is(void **state)
{
    (void)state;
    assert_int_equal(rule(TABLE, "a"), 3);
    assert_int_equal(rule(TABLE, "b"), 6);
}

static void a_rule_that_is_not_there_has_no_line(void **state)
{
    (void)state;
    assert_int_equal(rule(TABLE, "c"), 0);
    assert_int_equal(rule("{\"rules\": 1}", "a"), 0);
    assert_int_equal(rule("[]", "a"), 0);
    assert_int_equal(rule("{\"rules\": [", "a"), 0);
    assert_int_equal(rule("", "a"), 0);
}

static void a_member_is_where_its_name_is(void **state)
{
    (void)state;
    assert_int_equal(pointer(TABLE, "/default"), 9);
    assert_int_equal(pointer(TABLE, "/rules"), 2);
    assert_int_equal(pointer("\n\n{\"a\":\n{\n\"b\": 1}}", "/a/b"), 5);
}

static void the_empty_pointer_is_where_the_file_begins(void **state)
{
    (void)state;
    assert_int_equal(pointer(TABLE, ""), 1);
    assert_int_equal(pointer("\n\n{}", ""), 3);
}

static void a_member_that_is_not_there_has_no_line(void **state)
{
    (void)state;
    assert_int_equal(pointer(TABLE, "/none"), 0);
    assert_int_equal(pointer(TABLE, "/default/none"), 0);
    assert_int_equal(pointer("no json", ""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_is_where_its_id_is),
        cmocka_unit_test(a_rule_that_is_not_there_has_no_line),
        cmocka_unit_test(a_member_is_where_its_name_is),
        cmocka_unit_test(the_empty_pointer_is_where_the_file_begins),
        cmocka_unit_test(a_member_that_is_not_there_has_no_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
