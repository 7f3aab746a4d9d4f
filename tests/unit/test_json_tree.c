#include "json_vectors.h"

#include "base/json_read.h"

static void reads_and_writes(const char *text, const char *expected)
{
    struct arena arena = ARENA_INIT;
    struct error err;
    json_t *tree, *again;
    const char *written;

    error_init(&err);
    tree = json_tree(text, strlen(text), &err);
    if (tree == NULL)
        fail_msg("%s: %s", text, err.message);
    written = json_tree_text(tree, &arena);
    assert_string_equal(written, expected);
    again = json_tree(written, strlen(written), &err);
    assert_true(json_equal(tree, again));
    json_decref(tree);
    json_decref(again);
    arena_release(&arena);
}

static void refuses(const char *text, enum code code, const char *message)
{
    struct error err;

    error_init(&err);
    assert_null(json_tree(text, strlen(text), &err));
    assert_int_equal(err.code, code);
    if (strncmp(err.message, message, strlen(message)) != 0)
        fail_msg("%s: %s", text, err.message);
}

static void a_tree_is_written_compact_and_in_order(void **state)
{
    (void)state;
    reads_and_writes(
        "{ \"b\" : [ 1 , true, false, null, \"\\u00e9\\n\\\"\" ] , \"a\" : { \"z\":{}, \"y\" : [] } }",
        "{\"b\":[1,true,false,null,\"\xC3\xA9\\n\\\"\"],\"a\":{\"z\":{},\"y\":[]}}");
}

static void any_value_can_be_a_tree(void **state)
{
    (void)state;
    reads_and_writes(" \"x\" ", "\"x\"");
    reads_and_writes("17", "17");
    reads_and_writes("null", "null");
}

static void reals_stay_reals_and_are_short(void **state)
{
    (void)state;
    reads_and_writes("[1.0,0.1,-2.5,1e300,123456789012345680000.0,0.30000000000000004,-0.0]",
                     "[1.0,0.1,-2.5,1e+300,1.2345678901234568e+20,0.30000000000000004,-0.0]");
}

static void integers_keep_every_digit(void **state)
{
    (void)state;
    reads_and_writes("[9223372036854775807,-9223372036854775808]",
                     "[9223372036854775807,-9223372036854775808]");
}

static void syntax_errors_have_line_and_column(void **state)
{
    (void)state;
    refuses("", CODE_SYNTAX, "line 1, column 0: ");
    refuses("{\"a\": 1,\n \"b\" 2}", CODE_SYNTAX, "line 2, column 6: ");
    refuses("{} {}", CODE_SYNTAX, "line 1, column 4: ");
}

static void what_records_may_not_hold_trees_may_not_either(void **state)
{
    (void)state;
    refuses("{\"a\":{\"b\":1,\"\\u0062\":2}}", CODE_INVALID, "line 1, column ");
    refuses("{\"a\":9223372036854775808}", CODE_INVALID, "line 1, column ");
    refuses("[1e999]", CODE_INVALID, "line 1, column ");
    refuses("[\"\\u0000\"]", CODE_INVALID, "line 1, column ");
    refuses("{\"\\u0000\":1}", CODE_INVALID, "line 1, column ");
    refuses("[\"\xFF\"]", CODE_INVALID, "line 1, column ");
    refuses("[\"\\ud834\"]", CODE_SYNTAX, "line 1, column ");
}

static void a_nul_byte_behind_a_number_is_refused(void **state)
{
    static const char text[] = "{\"a\":1\0,\"b\":2}";
    struct error err;

    (void)state;
    error_init(&err);
    assert_null(json_tree(text, sizeof(text) - 1, &err));
    assert_int_equal(err.code, CODE_SYNTAX);
}

static void depth_is_bounded(void **state)
{
    char text[2 * 3000 + 1];
    struct error err;
    json_t *tree;

    (void)state;
    for (size_t depth = JSON_MAX_DEPTH; depth <= 3000; depth += depth == JSON_MAX_DEPTH ? 1 : 2935) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        error_init(&err);
        tree = json_tree(text, 2 * depth, &err);
        assert_int_equal(err.code, depth == JSON_MAX_DEPTH ? CODE_OK : CODE_LIMIT);
        assert_true((tree != NULL) == (err.code == CODE_OK));
        json_decref(tree);
    }
}

static void size_is_bounded(void **state)
{
    char *text = malloc(JSON_MAX_SIZE + 1);
    struct error err;
    json_t *tree;

    (void)state;
    assert_non_null(text);
    memset(text, ' ', JSON_MAX_SIZE + 1);
    text[0] = '1';
    error_init(&err);
    tree = json_tree(text, JSON_MAX_SIZE, &err);
    assert_non_null(tree);
    json_decref(tree);
    assert_null(json_tree(text, JSON_MAX_SIZE + 1, &err));
    assert_int_equal(err.code, CODE_LIMIT);
    free(text);
}

static void the_json_test_suite_is_answered_as_listed(void **state)
{
    json_t *vectors = load_vectors("JSONTestSuite.jsonl"), *vector;
    size_t i;

    (void)state;
    json_array_foreach (vectors, i, vector) {
        const char *name = json_string_value(json_object_get(vector, "name"));
        bool refused = is_refused(name, json_string_value(json_object_get(vector, "expect")));
        struct error err;
        size_t n;
        char *bytes = decode_base64(json_string_value(json_object_get(vector, "base64")), &n);
        json_t *tree;

        error_init(&err);
        tree = json_tree(bytes, n, &err);
        if ((tree == NULL) != refused)
            fail_msg("%s: expected %s: %s", name, refused ? "an error" : "a tree", err.message);
        json_decref(tree);
        free(bytes);
    }
    json_decref(vectors);
}

static void naughty_strings_come_back_as_they_were(void **state)
{
    json_t *vectors = load_vectors("blns.jsonl"), *vector;
    struct arena arena = ARENA_INIT;
    size_t i;

    (void)state;
    json_array_foreach (vectors, i, vector) {
        const char *text = json_tree_text(vector, &arena);
        json_t *again = json_tree(text, strlen(text), NULL);

        assert_true(json_equal(vector, again));
        json_decref(again);
    }
    arena_release(&arena);
    json_decref(vectors);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_is_written_compact_and_in_order),
        cmocka_unit_test(any_value_can_be_a_tree),
        cmocka_unit_test(reals_stay_reals_and_are_short),
        cmocka_unit_test(integers_keep_every_digit),
        cmocka_unit_test(syntax_errors_have_line_and_column),
        cmocka_unit_test(what_records_may_not_hold_trees_may_not_either),
        cmocka_unit_test(a_nul_byte_behind_a_number_is_refused),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(size_is_bounded),
        cmocka_unit_test(the_json_test_suite_is_answered_as_listed),
        cmocka_unit_test(naughty_strings_come_back_as_they_were),
    };

    return cmocka_run_group_tests_name("json_tree", tests, NULL, NULL);
}
