#include "json_vectors.h"

#include "base/buf.h"
#include "base/json_read.h"

struct fixture {
    struct json_parser *parser;
    struct arena arena;
    struct json_record record;
    struct error err;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    *state = f;
    return f == NULL ? -1 : json_parser_new(&f->parser, &f->err);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    json_parser_free(f->parser);
    arena_release(&f->arena);
    free(f);
    return 0;
}

/* Parses a copy of exactly that size, so that reading past it is seen. */
static int parse_bytes(struct fixture *f, const char *text, size_t n)
{
    char *copy = malloc(n == 0 ? 1 : n);
    int code;

    assert_non_null(copy);
    memcpy(copy, text, n);
    error_init(&f->err);
    code = json_parse(f->parser, copy, n, &f->arena, &f->record, &f->err);
    free(copy);
    assert_int_equal(code, f->err.code);
    return code;
}

static void parses(struct fixture *f, const char *text)
{
    if (parse_bytes(f, text, strlen(text)) != 0)
        fail_msg("%s: %s: %s", text, f->err.pointer, f->err.message);
}

static void refuses(struct fixture *f, const char *text, enum code code, const char *pointer,
                    const char *message)
{
    assert_int_equal(parse_bytes(f, text, strlen(text)), code);
    assert_string_equal(f->err.pointer, pointer);
    assert_string_equal(f->err.message, message);
}

static const struct json_value *member(struct fixture *f, const char *name, enum json_type_of type,
                                       const char *text)
{
    const struct json_value *value = json_get(&f->record, name);

    assert_non_null(value);
    assert_int_equal(value->type, type);
    assert_string_equal(value->text, text);
    assert_int_equal(value->length, strlen(text));
    return value;
}

static void members_are_typed_and_keep_their_text(void **state)
{
    struct fixture *f = *state;

    parses(f, " { \"s\" : \"x y\" , \"i\":-17, \"r\":1.50e1,\"t\":true,\"f\":false,\"n\":null,\n\t"
              "\"o\": { \"a\" : [ 1 , \" b \" ] } , \"a\":[ ]\r\n} ");
    assert_int_equal(f->record.count, 8);
    member(f, "s", JSON_IS_STRING, "x y");
    assert_int_equal(member(f, "i", JSON_IS_INTEGER, "-17")->integer, -17);
    assert_true(member(f, "r", JSON_IS_REAL, "1.50e1")->real == 15.0);
    assert_true(member(f, "t", JSON_IS_BOOL, "true")->boolean);
    assert_false(member(f, "f", JSON_IS_BOOL, "false")->boolean);
    member(f, "n", JSON_IS_NULL, "null");
    member(f, "o", JSON_IS_OBJECT, "{\"a\":[1,\" b \"]}");
    member(f, "a", JSON_IS_ARRAY, "[]");
    assert_string_equal(f->record.members[6].name, "o");
    assert_string_equal(f->record.value.text,
                        "{\"s\":\"x y\",\"i\":-17,\"r\":1.50e1,\"t\":true,\"f\":false,\"n\":null,"
                        "\"o\":{\"a\":[1,\" b \"]},\"a\":[]}");
}

static void an_absent_member_is_null(void **state)
{
    struct fixture *f = *state;

    parses(f, "{}");
    assert_int_equal(f->record.count, 0);
    assert_null(json_get(&f->record, "a"));
}

static void escapes_are_decoded_in_members_and_kept_in_nested_text(void **state)
{
    struct fixture *f = *state;

    parses(f, "{\"\\u0061\\/"
              "\":\"\\\"\\\\\\b\\f\\n\\r\\t\\u00e9\\uD834\\uDD1E\",\"o\":[\"\\u0041\\ud834\\udd1e\"]}");
    member(f, "a/", JSON_IS_STRING, "\"\\\b\f\n\r\t\xC3\xA9\xF0\x9D\x84\x9E");
    member(f, "o", JSON_IS_ARRAY, "[\"\\u0041\\ud834\\udd1e\"]");
}

static void a_value_other_than_an_object_stands_alone(void **state)
{
    struct fixture *f = *state;

    parses(f, " \"CS\\u00300\" ");
    assert_int_equal(f->record.value.type, JSON_IS_STRING);
    assert_string_equal(f->record.value.text, "CS00");
    parses(f, "42");
    assert_int_equal(f->record.value.integer, 42);
    assert_string_equal(f->record.value.text, "42");
    parses(f, "\t-0.5\n");
    assert_true(f->record.value.real == -0.5);
    parses(f, "true");
    assert_true(f->record.value.boolean);
    parses(f, "[ {\"a\" : 1} , 2 ]");
    assert_int_equal(f->record.value.type, JSON_IS_ARRAY);
    assert_string_equal(f->record.value.text, "[{\"a\":1},2]");
    assert_null(f->record.members);
    assert_int_equal(f->record.count, 0);
}

static void integers_fit_int64_and_reals_are_finite(void **state)
{
    struct fixture *f = *state;

    parses(f, "[9223372036854775807,-9223372036854775808,1e308,1e-400,-0]");
    parses(f, "{\"a\":-9223372036854775808,\"b\":9223372036854775807}");
    assert_true(json_get(&f->record, "a")->integer == INT64_MIN);
    assert_true(json_get(&f->record, "b")->integer == INT64_MAX);
    refuses(f, "{\"a\":9223372036854775808}", CODE_INVALID, "/a", "number out of range");
    refuses(f, "{\"a\":-9223372036854775809}", CODE_INVALID, "/a", "number out of range");
    refuses(f, "{\"a\":[0,1e400]}", CODE_INVALID, "/a/1", "number out of range");
    refuses(f, "99999999999999999999999999999999999999", CODE_INVALID, "", "number out of range");
    refuses(f, "-1e999", CODE_INVALID, "", "number out of range");
}

static void an_error_names_the_member_at_every_depth(void **state)
{
    struct fixture *f = *state;

    refuses(f, "{\"x\":1,\"fields\":{\"a\":[{\"b\":1e999}]}}", CODE_INVALID, "/fields/a/0/b",
            "number out of range");
    refuses(f, "{\"a/b\":{\"c~d\":[[],{},[1e999]]}}", CODE_INVALID, "/a~1b/c~0d/2/0", "number out of range");
    refuses(f, "[1,{\"a\":[2]},1e999]", CODE_INVALID, "/2", "number out of range");
}

static void duplicate_members_are_refused_at_every_depth(void **state)
{
    struct fixture *f = *state;

    refuses(f, "{\"a\":1,\"b\":2,\"a\":1}", CODE_INVALID, "/a", "duplicate member");
    refuses(f, "{\"a\":[{\"b\":{\"c\":1,\"c\":1}}]}", CODE_INVALID, "/a/0/b/c", "duplicate member");
    refuses(f, "{\"o\":{\"a\":1,\"\\u0061\":1}}", CODE_INVALID, "/o/a", "duplicate member");
    refuses(f, "{\"o\":{\"\\u0061\":1,\"\\u0062\":1,\"a\":1}}", CODE_INVALID, "/o/a", "duplicate member");
    refuses(f, "{\"\":1,\"\":1}", CODE_INVALID, "/", "duplicate member");
    parses(f, "{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":1},\"ab\":[{\"a\":1},{\"a\":1}]}");
}

/* An object under "o" with members m0 to m<count - 1>, then `last`. */
static int parse_many(struct fixture *f, int count, const char *last)
{
    struct buf text = BUF_INIT;
    int code;

    buf_add_text(&text, "{\"z\":0,\"o\":{");
    for (int i = 0; i < count; i++)
        buf_add_format(&text, "\"m%d\":{\"x\":%d},", i, i);
    buf_add_format(&text, "\"%s\":0}}", last);
    code = parse_bytes(f, text.data, text.len);
    buf_release(&text);
    return code;
}

static void duplicates_are_found_among_many_members(void **state)
{
    struct fixture *f = *state;

    for (int count = 14; count < 20; count++) {
        assert_int_equal(parse_many(f, count, "last"), 0);
        assert_int_equal(parse_many(f, count, "m3"), CODE_INVALID);
        assert_string_equal(f->err.pointer, "/o/m3");
    }
    assert_int_equal(parse_many(f, 100000, "last"), 0);
    assert_int_equal(parse_many(f, 100000, "m77777"), CODE_INVALID);
    assert_string_equal(f->err.pointer, "/o/m77777");
}

static void many_members_keep_their_order(void **state)
{
    struct fixture *f = *state;
    struct buf text = BUF_INIT;

    for (int i = 0; i < 5000; i++)
        buf_add_format(&text, "%s\"m%d\":\"v%d\"", i == 0 ? "{" : ",", 4999 - i, i);
    buf_add_char(&text, '}');
    assert_int_equal(parse_bytes(f, text.data, text.len), 0);
    assert_int_equal(f->record.count, 5000);
    assert_string_equal(f->record.members[0].name, "m4999");
    assert_string_equal(json_get(&f->record, "m1")->text, "v4998");
    assert_string_equal(f->record.value.text, text.data);
    buf_release(&text);
}

static void a_long_array_of_numbers_keeps_its_text(void **state)
{
    struct fixture *f = *state;
    struct buf text = BUF_INIT;

    for (int i = 0; i < 20000; i++)
        buf_add_format(&text, "%s%d", i == 0 ? "{\"a\":[" : ",", i);
    buf_add_text(&text, "]}");
    assert_int_equal(parse_bytes(f, text.data, text.len), 0);
    assert_string_equal(f->record.value.text, text.data);
    assert_int_equal(json_get(&f->record, "a")->length, text.len - strlen("{\"a\":}"));
    buf_release(&text);
}

static void text_must_be_utf8(void **state)
{
    struct fixture *f = *state;

    refuses(f, "{\"a\":1,\"b\":[\"ok\",\"\xC3(\"]}", CODE_INVALID, "/b/1", "not valid UTF-8");
    refuses(f, "{\"a\":\"\xED\xA0\x80\"}", CODE_INVALID, "/a", "not valid UTF-8");
    refuses(f, "{\"o\":{\"a\":1,\"\xFF\":1}}", CODE_INVALID, "/o", "not valid UTF-8");
    refuses(f, "{\"a\":\xFF}", CODE_SYNTAX, "", "unexpected byte 0xff at byte 6");
    parses(f, "{\"\xC3\xA9\":\"\xF0\x9D\x84\x9E\"}");
}

static void nul_and_halves_of_surrogate_pairs_are_refused(void **state)
{
    static const char half[] = "a string must not contain half of a surrogate pair";
    struct fixture *f = *state;

    refuses(f, "{\"a\":\"x\\u0000\"}", CODE_INVALID, "/a", "a string must not contain NUL");
    refuses(f, "{\"o\":{\"\\u0000\":1}}", CODE_INVALID, "/o", "a string must not contain NUL");
    refuses(f, "{\"a\":[\"\\ud834\"]}", CODE_INVALID, "/a/0", half);
    refuses(f, "{\"a\":\"\\ud834\\u0041\"}", CODE_INVALID, "/a", half);
    refuses(f, "{\"a\":\"\\ud834\\ud834\\udd1e\"}", CODE_INVALID, "/a", half);
    refuses(f, "{\"a\":\"\\ud834\\\\udd1e\"}", CODE_INVALID, "/a", half);
    refuses(f, "{\"a\":\"\\udd1e\"}", CODE_INVALID, "/a", half);
    parses(f, "{\"a\":\"\\\\u0000\\\\ud834\"}");
    assert_string_equal(json_get(&f->record, "a")->text, "\\u0000\\ud834");
}

static void depth_is_bounded(void **state)
{
    struct fixture *f = *state;
    char text[2 * JSON_MAX_DEPTH + 3];

    for (int depth = JSON_MAX_DEPTH; depth <= JSON_MAX_DEPTH + 1; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        text[2 * depth] = '\0';
        assert_int_equal(parse_bytes(f, text, strlen(text)), depth > JSON_MAX_DEPTH ? CODE_LIMIT : 0);
    }
    assert_string_equal(f->err.message, "nested too deep");
}

static void size_is_bounded(void **state)
{
    struct fixture *f = *state;
    char *text = malloc(JSON_MAX_SIZE + 1);

    assert_non_null(text);
    memset(text, 'x', JSON_MAX_SIZE + 1);
    text[0] = '"';
    text[JSON_MAX_SIZE - 1] = '"';
    assert_int_equal(parse_bytes(f, text, JSON_MAX_SIZE), 0);
    assert_int_equal(f->record.value.length, JSON_MAX_SIZE - 2);
    assert_int_equal(parse_bytes(f, text, JSON_MAX_SIZE + 1), CODE_LIMIT);
    free(text);
}

static void syntax_errors_say_what_and_where(void **state)
{
    struct fixture *f = *state;

    refuses(f, "", CODE_SYNTAX, "", "unexpected end of input");
    refuses(f, " \n", CODE_SYNTAX, "", "unexpected end of input");
    refuses(f, "{\"a\":", CODE_SYNTAX, "", "unexpected end of input");
    refuses(f, "{\"a\":\"b", CODE_SYNTAX, "", "unexpected end of input");
    refuses(f, "{\"a\":1}x", CODE_SYNTAX, "", "unexpected character 'x' at byte 8");
    refuses(f, "{\"a\":1} {}", CODE_SYNTAX, "", "unexpected character '{' at byte 9");
    refuses(f, "1 2", CODE_SYNTAX, "", "unexpected character '2' at byte 3");
    refuses(f, "{\"a\" 1}", CODE_SYNTAX, "", "unexpected character '1' at byte 6");
    refuses(f, "{\"a\":1,}", CODE_SYNTAX, "", "unexpected character '}' at byte 8");
    refuses(f, "[1,,2]", CODE_SYNTAX, "", "unexpected character ',' at byte 4");
    refuses(f, "[tru]", CODE_SYNTAX, "", "unexpected character 't' at byte 2");
    refuses(f, "[01]", CODE_SYNTAX, "", "unexpected character '1' at byte 3");
    refuses(f, "[\"a\tb\"]", CODE_SYNTAX, "", "control character in a string at byte 4");
    refuses(f, "[\"a\\qb\"]", CODE_SYNTAX, "", "unknown escape in a string at byte 4");
    refuses(f, "[\"\\u12g4\"]", CODE_SYNTAX, "", "unknown escape in a string at byte 3");
    refuses(f, "{\"a\":1} \"b", CODE_SYNTAX, "", "unexpected character '\"' at byte 9");
    refuses(f, "[1,\f2]", CODE_SYNTAX, "", "unexpected byte 0x0c at byte 4");
    refuses(f, "[1]\v", CODE_SYNTAX, "", "unexpected byte 0x0b at byte 4");
    refuses(f, "// no\n1", CODE_SYNTAX, "", "unexpected character '/' at byte 1");
    refuses(f, "\xEF\xBB\xBF{}", CODE_SYNTAX, "", "unexpected byte 0xef at byte 1");
}

static void every_truncation_is_an_error_and_leaves_the_parser_usable(void **state)
{
    static const char text[] =
        "{\"a\":\"\\u00e9\\ud834\\udd1e\",\"b\":[1.5e3,-2,true,null,{\"c\":{}}],\"d\":17}";
    struct fixture *f = *state;

    for (size_t n = 0; n < strlen(text); n++) {
        assert_int_equal(parse_bytes(f, text, n), CODE_SYNTAX);
        assert_string_equal(f->err.message, "unexpected end of input");
        parses(f, text);
        assert_int_equal(json_get(&f->record, "d")->integer, 17);
    }
}

static void a_set_member_is_added_or_replaced(void **state)
{
    struct fixture *f = *state;

    parses(f, "{\"a\":1,\"b\":{\"c\":\"\\u00e9\"}}");
    assert_int_equal(json_set_string(&f->record, &f->arena, "source", "a \"b\""), 0);
    assert_int_equal(json_set_string(&f->record, &f->arena, "a", "2"), 0);
    assert_int_equal(f->record.count, 3);
    member(f, "a", JSON_IS_STRING, "2");
    member(f, "source", JSON_IS_STRING, "a \"b\"");
    assert_string_equal(f->record.value.text,
                        "{\"a\":\"2\",\"b\":{\"c\":\"\\u00e9\"},\"source\":\"a \\\"b\\\"\"}");
}

static void a_record_can_be_made_of_set_members_alone(void **state)
{
    struct fixture *f = *state;
    struct json_record record = {0};

    assert_int_equal(json_set_string(&record, &f->arena, "account", "ACME"), 0);
    assert_int_equal(record.value.type, JSON_IS_OBJECT);
    assert_string_equal(record.value.text, "{\"account\":\"ACME\"}");
}

static void a_description_is_a_short_picture(void **state)
{
    struct fixture *f = *state;

    parses(f, "{\"s\":\"sev\\\"ere\\n\",\"i\":17,\"n\":null,\"o\":{\"a\":1},\"a\":[1],\"l\":"
              "\"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
              "012345678901234567890123456789z\"}");
    assert_string_equal(json_describe(json_get(&f->record, "s"), &f->arena), "\"sev\\\"ere\\n\"");
    assert_string_equal(json_describe(json_get(&f->record, "i"), &f->arena), "17");
    assert_string_equal(json_describe(json_get(&f->record, "n"), &f->arena), "null");
    assert_string_equal(json_describe(json_get(&f->record, "o"), &f->arena), "an object");
    assert_string_equal(json_describe(json_get(&f->record, "a"), &f->arena), "an array");
    assert_string_equal(json_describe(json_get(&f->record, "l"), &f->arena),
                        "\"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
                        "012345678901234567890123456789...\"");
}

static void the_json_test_suite_is_answered_as_listed(void **state)
{
    struct fixture *f = *state;
    json_t *vectors = load_vectors("JSONTestSuite.jsonl"), *vector;
    size_t i;

    json_array_foreach (vectors, i, vector) {
        const char *name = json_string_value(json_object_get(vector, "name"));
        bool refused = is_refused(name, json_string_value(json_object_get(vector, "expect")));
        size_t n;
        char *bytes = decode_base64(json_string_value(json_object_get(vector, "base64")), &n);

        if ((parse_bytes(f, bytes, n) != 0) != refused)
            fail_msg("%s: expected %s: %s", name, refused ? "an error" : "a value", f->err.message);
        free(bytes);
    }
    json_decref(vectors);
}

static void naughty_strings_come_back_as_they_were(void **state)
{
    struct fixture *f = *state;
    json_t *vectors = load_vectors("blns.jsonl"), *vector;
    size_t i;

    json_array_foreach (vectors, i, vector) {
        const json_t *string = json_object_get(vector, "s");
        const char *quoted = json_quote(json_string_value(string), json_string_length(string), &f->arena);

        assert_non_null(quoted);
        parses(f, quoted);
        assert_int_equal(f->record.value.length, json_string_length(string));
        assert_memory_equal(f->record.value.text, json_string_value(string), json_string_length(string));
    }
    json_decref(vectors);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(members_are_typed_and_keep_their_text),
        TEST(an_absent_member_is_null),
        TEST(escapes_are_decoded_in_members_and_kept_in_nested_text),
        TEST(a_value_other_than_an_object_stands_alone),
        TEST(integers_fit_int64_and_reals_are_finite),
        TEST(an_error_names_the_member_at_every_depth),
        TEST(duplicate_members_are_refused_at_every_depth),
        TEST(duplicates_are_found_among_many_members),
        TEST(many_members_keep_their_order),
        TEST(a_long_array_of_numbers_keeps_its_text),
        TEST(text_must_be_utf8),
        TEST(nul_and_halves_of_surrogate_pairs_are_refused),
        TEST(depth_is_bounded),
        TEST(size_is_bounded),
        TEST(syntax_errors_say_what_and_where),
        TEST(every_truncation_is_an_error_and_leaves_the_parser_usable),
        TEST(a_set_member_is_added_or_replaced),
        TEST(a_record_can_be_made_of_set_members_alone),
        TEST(a_description_is_a_short_picture),
        TEST(the_json_test_suite_is_answered_as_listed),
        TEST(naughty_strings_come_back_as_they_were),
    };

    return cmocka_run_group_tests_name("json_read", tests, NULL, NULL);
}
