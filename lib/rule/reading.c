#include "rule/reading.h"

#include <stdio.h>
#include <string.h>

#define RULE_ID_MAX   128
#define TASK_WORD_MAX 64

struct pointer_text pointer_to_member(const char *pointer, const char *name)
{
    struct pointer_text p;

    snprintf(p.text, sizeof p.text, "%s", pointer);
    pointer_push(p.text, sizeof p.text, name);
    return p;
}

struct pointer_text pointer_to_element(const char *pointer, size_t index)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%zu", index);
    return pointer_to_member(pointer, digits);
}

static bool listed(const char *const *names, const char *name)
{
    for (; names && *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

int rule_read_members(const json_t *object, const char *pointer, const struct member_names *names,
                      struct error *err)
{
    const char *name;
    json_t *value;
    int rc;

    if ((rc = rule_expect(object, pointer, JSON_OBJECT, err)))
        return rc;
    json_object_foreach ((json_t *)object, name, value) {
        if (listed(names->known, name))
            continue;
        if (listed(names->later, name))
            return error_set(err, CODE_NOT_SUPPORTED, pointer_to_member(pointer, name).text,
                             "\"%s\" is not supported yet", name);
        return error_set(err, CODE_UNKNOWN_MEMBER, pointer_to_member(pointer, name).text,
                         "unknown member \"%s\"", name);
    }
    return 0;
}

static const char *type_text(json_type type)
{
    switch (type) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
        return "an integer";
    case JSON_REAL:
        return "a number";
    case JSON_TRUE:
        return "true";
    case JSON_FALSE:
        return "false";
    case JSON_NULL:
        break;
    }
    return "null";
}

/* Bytes of a string that fit a message, not cutting a character in two. */
static size_t cut_text(const char *text, size_t length, size_t most)
{
    if (length <= most)
        return length;
    while (most > 0 && ((unsigned char)text[most] & 0xC0) == 0x80)
        most--;
    return most;
}

int rule_unexpected(const json_t *value, const char *pointer, const char *expected, struct error *err)
{
    const char *text = json_string_value(value);

    if (text) {
        size_t length = json_string_length(value), n = cut_text(text, length, 60);

        return error_set(err, CODE_INVALID, pointer, "expected %s, got \"%.*s%s\"", expected, (int)n, text,
                         n < length ? "..." : "");
    }
    if (json_is_integer(value))
        return error_set(err, CODE_INVALID, pointer, "expected %s, got %" JSON_INTEGER_FORMAT, expected,
                         json_integer_value(value));
    if (json_is_real(value))
        return error_set(err, CODE_INVALID, pointer, "expected %s, got %.17g", expected,
                         json_real_value(value));
    return error_set(err, CODE_INVALID, pointer, "expected %s, got %s", expected,
                     value ? type_text(json_typeof(value)) : "nothing");
}

int rule_expect(const json_t *value, const char *pointer, json_type type, struct error *err)
{
    if (value && json_typeof(value) == type)
        return 0;
    return rule_unexpected(value, pointer, type_text(type), err);
}

int rule_read_member(const json_t *object, const char *pointer, const char *name, json_type type,
                     enum member_need need, const json_t **value, struct error *err)
{
    const json_t *found = json_object_get(object, name);
    int rc;

    *value = NULL;
    if (!found) {
        if (need == MEMBER_OPTIONAL)
            return 0;
        return error_set(err, CODE_REQUIRED, pointer_to_member(pointer, name).text, "\"%s\" is required",
                         name);
    }
    if ((rc = rule_expect(found, pointer_to_member(pointer, name).text, type, err)))
        return rc;
    *value = found;
    return 0;
}

int rule_read_text(const json_t *object, const char *pointer, const char *name, enum member_need need,
                   const char **value, struct error *err)
{
    const json_t *found;
    int rc;

    *value = NULL;
    if ((rc = rule_read_member(object, pointer, name, JSON_STRING, need, &found, err)) || !found)
        return rc;
    if (json_string_length(found) == 0)
        return rule_unexpected(found, pointer_to_member(pointer, name).text, "text", err);
    *value = json_string_value(found);
    return 0;
}

int rule_read_integer(const json_t *object, const char *pointer, const char *name, int64_t least,
                      int64_t most, int64_t *value, struct error *err)
{
    const json_t *found;
    char expected[64];
    int rc;

    if ((rc = rule_read_member(object, pointer, name, JSON_INTEGER, MEMBER_OPTIONAL, &found, err)) || !found)
        return rc;
    if (json_integer_value(found) < least || json_integer_value(found) > most) {
        snprintf(expected, sizeof expected, "%lld to %lld", (long long)least, (long long)most);
        return rule_unexpected(found, pointer_to_member(pointer, name).text, expected, err);
    }
    *value = json_integer_value(found);
    return 0;
}

int rule_read_duration(const json_t *object, const char *pointer, const char *name, enum member_need need,
                       usec *value, struct error *err)
{
    const json_t *found;
    int rc;

    *value = TIME_NONE;
    if ((rc = rule_read_member(object, pointer, name, JSON_STRING, need, &found, err)) || !found)
        return rc;
    if (duration_parse(json_string_value(found), json_string_length(found), value) || *value <= 0) {
        *value = TIME_NONE;
        return rule_unexpected(found, pointer_to_member(pointer, name).text, "a duration such as PT4H30M",
                               err);
    }
    return 0;
}

/* The inner pointer is escaped already: it is appended as it stands. */
int rule_error_below(const struct error *inner, const char *pointer, struct error *err)
{
    char whole[2 * sizeof inner->pointer];

    snprintf(whole, sizeof whole, "%.255s%s", pointer, inner->pointer);
    return error_set(err, inner->code, whole, "%s", inner->message);
}

int rule_read_condition(const json_t *object, const char *pointer, const char *name, enum member_need need,
                        struct arena *arena, const struct match **value, struct error *err)
{
    const json_t *found;
    struct match *match;
    struct error inner;
    int rc;

    *value = NULL;
    if ((rc = rule_read_member(object, pointer, name, JSON_OBJECT, need, &found, err)) || !found)
        return rc;
    error_init(&inner);
    if (match_compile(found, arena, &match, &inner) != 0)
        return rule_error_below(&inner, pointer_to_member(pointer, name).text, err);
    *value = match;
    return 0;
}

static bool of_characters(const char *name, const char *allowed, size_t most)
{
    size_t n = strlen(name);

    return n > 0 && n <= most && strspn(name, allowed) == n;
}

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

bool rule_id_valid(const char *name)
{
    return of_characters(name, LOWER UPPER DIGITS "._-", RULE_ID_MAX);
}

bool task_word_valid(const char *name)
{
    return of_characters(name, LOWER DIGITS "-", TASK_WORD_MAX) && name[0] != '-';
}
