/*
 * The named subset of JSON Schema (draft 2020-12) that describes a field: type, enum, format, minimum,
 * maximum, maxLength, description, and the extension `personal`. A keyword with a meaning that is not
 * implemented is refused when the policy loads: ignoring it would let values pass that its author meant to
 * keep out.
 */
#include <string.h>

#include "base/timestamp.h"
#include "base/utf8.h"
#include "config/compile.h"
#include "config/member.h"

static bool is_text(const json_t *v)
{
    return json_is_string(v);
}

#define TWO_TO_63 9223372036854775808.0

/* 3.0 is an integer to JSON Schema. */
static bool is_integer(const json_t *v)
{
    double real = json_real_value(v);

    if (json_is_integer(v))
        return true;
    return json_is_real(v) && real >= -TWO_TO_63 && real < TWO_TO_63 && real == (double)(int64_t)real;
}

static bool is_number(const json_t *v)
{
    return json_is_number(v);
}

static bool is_boolean(const json_t *v)
{
    return json_is_boolean(v);
}

static const struct type_row {
    const char *name;
    bool (*holds)(const json_t *value);
    const char *expected;
} types[] = {
    {"string", is_text, "a string"},
    {"integer", is_integer, "an integer"},
    {"number", is_number, "a number"},
    {"boolean", is_boolean, "true or false"},
};

static const struct type_row *type_find(const char *name)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(types[i].name, name) == 0)
            return &types[i];
    return NULL;
}

static bool digits(const char *s, size_t n)
{
    return strspn(s, "0123456789") >= n;
}

static bool is_date(const char *s, size_t n)
{
    char moment[] = "0000-00-00T00:00:00Z";
    usec at;

    if (n != 10 || !digits(s, 4) || s[4] != '-' || !digits(s + 5, 2) || s[7] != '-' || !digits(s + 8, 2))
        return false;
    memcpy(moment, s, n);
    return time_parse(moment, sizeof(moment) - 1, &at) == 0;
}

static bool is_date_time(const char *s, size_t n)
{
    usec at;

    return time_parse(s, n, &at) == 0;
}

/* Enough to catch a slip: one @ with something on both sides and no blanks. Whether mail arrives only sending
 * tells. */
static bool is_email(const char *s, size_t n)
{
    const char *at = memchr(s, '@', n);

    return at != NULL && at != s && at + 1 < s + n && strchr(at + 1, '@') == NULL &&
           strcspn(s, " \t\r\n<>,;") == n;
}

static const struct format_row {
    const char *name;
    bool (*holds)(const char *s, size_t n);
    const char *expected;
} formats[] = {
    {"date", is_date, "a date (YYYY-MM-DD)"},
    {"date-time", is_date_time, "a date and time (RFC 3339)"},
    {"email", is_email, "an e-mail address"},
};

static const struct format_row *format_find(const char *name)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

static int check_type(const json_t *schema, const char *pointer, const struct type_row **row,
                      struct error *err)
{
    static const char *const later[] = {"object", "array", "null"};
    const char *type;
    int rc = rule_read_text(schema, pointer, "type", MEMBER_OPTIONAL, &type, err);

    *row = NULL;
    if (rc != 0 || type == NULL)
        return rc;
    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
        if (strcmp(type, later[i]) == 0)
            return error_set(err, CODE_NOT_SUPPORTED, pointer_to_member(pointer, "type").text,
                             "the type \"%s\" is not supported yet", type);
    *row = type_find(type);
    if (*row == NULL)
        return rule_unexpected(json_object_get(schema, "type"), pointer_to_member(pointer, "type").text,
                               "string, integer, number or boolean", err);
    return 0;
}

static int check_format(const json_t *schema, const char *pointer, struct error *err)
{
    const char *format;
    int rc = rule_read_text(schema, pointer, "format", MEMBER_OPTIONAL, &format, err);

    if (rc == 0 && format != NULL && format_find(format) == NULL)
        return error_set(err, CODE_NOT_SUPPORTED, pointer_to_member(pointer, "format").text,
                         "the format \"%s\" is not supported yet", format);
    return rc;
}

/* A keyword that is about another type would never apply. */
static int check_applies(const json_t *schema, const char *pointer, const struct type_row *type,
                         struct error *err)
{
    static const struct {
        const char *keyword;
        bool of_text;
    } about[] = {{"minimum", false}, {"maximum", false}, {"maxLength", true}, {"format", true}};

    for (size_t i = 0; i < sizeof(about) / sizeof(about[0]); i++) {
        bool applies =
            type != NULL && (about[i].of_text ? type->holds == is_text
                                              : type->holds == is_number || type->holds == is_integer);
        if (json_object_get(schema, about[i].keyword) != NULL && !applies)
            return error_set(err, CODE_INVALID, pointer_to_member(pointer, about[i].keyword).text,
                             "\"%s\" needs the type \"%s\"", about[i].keyword,
                             about[i].of_text ? "string" : "integer\" or \"number");
    }
    return 0;
}

static int check_bound(const json_t *schema, const char *pointer, const char *name, struct error *err)
{
    const json_t *v = json_object_get(schema, name);

    if (v == NULL || json_is_number(v))
        return 0;
    return rule_unexpected(v, pointer_to_member(pointer, name).text, "a number", err);
}

static int check_enum(const json_t *schema, const char *pointer, const struct type_row *type,
                      struct error *err)
{
    struct pointer_text at = pointer_to_member(pointer, "enum");
    const json_t *values, *value;
    size_t i;
    int rc = rule_read_member(schema, pointer, "enum", JSON_ARRAY, MEMBER_OPTIONAL, &values, err);

    if (rc != 0 || values == NULL)
        return rc;
    if (json_array_size(values) == 0)
        return error_set(err, CODE_INVALID, at.text, "expected one value at the least");
    json_array_foreach (values, i, value) {
        if (type != NULL && !type->holds(value))
            return rule_unexpected(value, pointer_to_element(at.text, i).text, type->expected, err);
    }
    return 0;
}

static const char *const keywords_known[] = {"type",      "enum",        "format",   "minimum", "maximum",
                                             "maxLength", "description", "personal", NULL};
static const char *const keywords_later[] = {"pattern",
                                             "minLength",
                                             "multipleOf",
                                             "exclusiveMinimum",
                                             "exclusiveMaximum",
                                             "const",
                                             "items",
                                             "minItems",
                                             "maxItems",
                                             "uniqueItems",
                                             "prefixItems",
                                             "contains",
                                             "allOf",
                                             "default",
                                             "properties",
                                             "required",
                                             "readOnly",
                                             "additionalProperties",
                                             "deprecated",
                                             "anyOf",
                                             "oneOf",
                                             "not",
                                             "if",
                                             "then",
                                             "else",
                                             "$ref",
                                             "$defs",
                                             "examples",
                                             "title",
                                             "writeOnly",
                                             NULL};
static const struct member_names keywords = {keywords_known, keywords_later};

int schema_check(const json_t *schema, const char *pointer, struct error *err)
{
    const struct type_row *type;
    const char *description;
    int64_t most;
    bool personal;
    int rc;

    if ((rc = rule_read_members(schema, pointer, &keywords, err)) ||
        (rc = check_type(schema, pointer, &type, err)) || (rc = check_format(schema, pointer, err)) ||
        (rc = check_bound(schema, pointer, "minimum", err)) ||
        (rc = check_bound(schema, pointer, "maximum", err)) ||
        (rc = rule_read_integer(schema, pointer, "maxLength", 0, INT64_MAX, &most, err)) ||
        (rc = rule_read_text(schema, pointer, "description", MEMBER_OPTIONAL, &description, err)) ||
        (rc = read_boolean(schema, pointer, "personal", &personal, err)) ||
        (rc = check_applies(schema, pointer, type, err)))
        return rc;
    return check_enum(schema, pointer, type, err);
}

/* long double holds every int64_t and every double exactly. */
static long double number(const json_t *v)
{
    return json_is_integer(v) ? (long double)json_integer_value(v) : (long double)json_real_value(v);
}

static int test_number(const json_t *schema, const json_t *value, const char *pointer, struct error *err)
{
    const json_t *least = json_object_get(schema, "minimum"), *most = json_object_get(schema, "maximum");

    if (least != NULL && number(value) < number(least))
        return error_set(err, CODE_INVALID, pointer, "expected at least %.15Lg, got %.15Lg", number(least),
                         number(value));
    if (most != NULL && number(value) > number(most))
        return error_set(err, CODE_INVALID, pointer, "expected at most %.15Lg, got %.15Lg", number(most),
                         number(value));
    return 0;
}

static int test_text(const json_t *schema, const json_t *value, const char *pointer, struct error *err)
{
    const char *text = json_string_value(value);
    size_t n = json_string_length(value), length;
    const json_t *format = json_object_get(schema, "format"), *most = json_object_get(schema, "maxLength");
    const struct format_row *row;

    length = utf8_length(text, n);
    if (most != NULL && (json_int_t)length > json_integer_value(most))
        return error_set(err, CODE_LIMIT, pointer,
                         "expected at most %" JSON_INTEGER_FORMAT " characters, got %zu",
                         json_integer_value(most), length);
    if (format == NULL)
        return 0;
    row = format_find(json_string_value(format));
    if (row != NULL && !row->holds(text, n))
        return rule_unexpected(value, pointer, row->expected, err);
    return 0;
}

static bool in_enum(const json_t *values, const json_t *value)
{
    const json_t *item;
    size_t i;

    json_array_foreach (values, i, item) {
        if (json_equal(item, value))
            return true;
    }
    return false;
}

int schema_test(const json_t *schema, const json_t *value, const char *pointer, struct error *err)
{
    const json_t *type = json_object_get(schema, "type"), *values = json_object_get(schema, "enum");
    const struct type_row *row = type != NULL ? type_find(json_string_value(type)) : NULL;

    if (row != NULL && !row->holds(value))
        return rule_unexpected(value, pointer, row->expected, err);
    if (values != NULL && !in_enum(values, value))
        return rule_unexpected(value, pointer, "one of the values that the case type lists", err);
    if (json_is_number(value))
        return test_number(schema, value, pointer, err);
    return json_is_string(value) ? test_text(schema, value, pointer, err) : 0;
}
