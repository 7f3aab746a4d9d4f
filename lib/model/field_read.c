#include "base/utf8.h"
#include "model/field.h"

/* The pointer of the member, for messages. */
static const char *pointer_of(const struct field *f, char pointer[160])
{
    snprintf(pointer, 160, "/%s", f->name);
    return pointer;
}

static int expected(const struct field *f, const char *what, const struct json_value *value,
                    struct arena *arena, struct error *err)
{
    char pointer[160];

    return error_set(err, CODE_INVALID, pointer_of(f, pointer), "expected %s, got %s", what,
                     json_describe(value, arena));
}

static int check_text(const struct field *f, const char *text, size_t length, struct error *err)
{
    char pointer[160];
    bool is_long = f->flags & FIELD_LONG;
    size_t limit = f->limit ? (size_t)f->limit : is_long ? DESCRIPTION_MAX : SHORT_DESCRIPTION_MAX;
    long at = utf8_find_control(text, length, is_long ? TEXT_LONG : TEXT_LINE);

    if (at >= 0)
        return error_set(err, CODE_INVALID, pointer_of(f, pointer), "control character at byte %ld", at);
    if (f->flags & FIELD_KEY) {
        if (length == 0)
            return error_set(err, CODE_INVALID, pointer_of(f, pointer),
                             "expected a key, got an empty string");
        limit = f->limit ? (size_t)f->limit : KEY_MAX;
        if (length > limit)
            return error_set(err, CODE_LIMIT, pointer_of(f, pointer), "longer than %zu bytes (%zu)", limit,
                             length);
        return 0;
    }
    if (length <= limit)
        return 0;
    if (is_long)
        return error_set(err, CODE_LIMIT, pointer_of(f, pointer), "longer than %zu bytes (%zu)", limit,
                         length);
    if (utf8_length(text, length) > limit)
        return error_set(err, CODE_LIMIT, pointer_of(f, pointer), "longer than %zu characters (%zu)", limit,
                         utf8_length(text, length));
    return 0;
}

static int read_text(const struct field *f, void *object, const struct json_value *value, struct arena *arena,
                     struct error *err)
{
    int rc;

    if (value->type != JSON_IS_STRING)
        return expected(f, "a string", value, arena, err);
    rc = check_text(f, value->text, value->length, err);
    if (rc == 0)
        *(const char **)((char *)object + f->offset) = value->text;
    return rc;
}

/* "expected 1, 2 or 3" */
static const char *rank_choices(const struct field *f, char text[64])
{
    int n = 0;

    for (int64_t i = 1; i <= f->limit && n < 60; i++)
        n += snprintf(text + n, 64 - (size_t)n, "%s%d", i == 1 ? "" : i == f->limit ? " or " : ", ", (int)i);
    return text;
}

static int read_rank(const struct field *f, void *object, const struct json_value *value, struct arena *arena,
                     struct error *err)
{
    char choices[64];
    int64_t rank = 0;

    if (value->type == JSON_IS_INTEGER && value->integer >= 1 && value->integer <= f->limit)
        rank = value->integer;
    else if (value->type == JSON_IS_REAL && value->real >= 1 && value->real <= (double)f->limit &&
             value->real == (double)(int64_t)value->real)
        rank = (int64_t)value->real; /* 1.0, as some exports write a whole number */
    else if (value->type == JSON_IS_STRING)
        rank = rank_from_text(value->text, f->names, f->limit);
    if (rank == 0)
        return expected(f, rank_choices(f, choices), value, arena, err);
    *(int64_t *)((char *)object + f->offset) = rank;
    return 0;
}

static int read_enum(const struct field *f, void *object, const struct json_value *value, struct arena *arena,
                     struct error *err)
{
    char choices[256];
    int n = 0, index = value->type == JSON_IS_STRING ? enum_from_name(f->names, value->text) : 0;

    if (index == 0) {
        choices[0] = '\0';
        for (int i = 1; f->names[i] && n < 250; i++)
            n += snprintf(choices + n, sizeof choices - (size_t)n, "%s%s", i == 1 ? "one of " : ", ",
                          f->names[i]);
        return expected(f, choices, value, arena, err);
    }
    *(int *)((char *)object + f->offset) = index;
    return 0;
}

static int read_time(const struct field *f, void *object, const struct json_value *value, struct arena *arena,
                     struct error *err)
{
    usec at;

    if (value->type != JSON_IS_STRING || time_parse(value->text, value->length, &at) != 0)
        return expected(f, "a time such as 2026-03-01T09:00:00Z", value, arena, err);
    *(usec *)((char *)object + f->offset) = at;
    return 0;
}

static int read_duration(const struct field *f, void *object, const struct json_value *value,
                         struct arena *arena, struct error *err)
{
    usec duration;

    if (value->type != JSON_IS_STRING || duration_parse(value->text, value->length, &duration) != 0)
        return expected(f, "a duration such as PT4H30M", value, arena, err);
    *(usec *)((char *)object + f->offset) = duration;
    return 0;
}

static int check_strings(const struct field *f, const struct json_value *value, struct error *err)
{
    char pointer[200];
    json_t *tree = json_tree(value->text, value->length, err), *item;
    size_t i;
    int rc = tree ? 0 : (int)err->code;

    json_array_foreach (tree, i, item) {
        if (rc != 0)
            break;
        snprintf(pointer, sizeof pointer, "/%s/%zu", f->name, i);
        if (!json_is_string(item))
            rc = error_set(err, CODE_INVALID, pointer, "expected a string");
        else if (utf8_find_control(json_string_value(item), json_string_length(item), TEXT_LINE) >= 0)
            rc = error_set(err, CODE_INVALID, pointer, "control character");
        else if (json_string_length(item) == 0)
            rc = error_set(err, CODE_INVALID, pointer, "expected a word, got an empty string");
        else if (json_string_length(item) > KEY_MAX)
            rc = error_set(err, CODE_LIMIT, pointer, "longer than %d bytes", KEY_MAX);
    }
    json_decref(tree);
    return rc;
}

static int read_json(const struct field *f, void *object, const struct json_value *value, struct arena *arena,
                     struct error *err)
{
    int rc = 0;

    if (f->flags & FIELD_OBJECT && value->type != JSON_IS_OBJECT)
        return expected(f, "an object", value, arena, err);
    if (f->flags & FIELD_ARRAY && value->type != JSON_IS_ARRAY)
        return expected(f, "an array of strings", value, arena, err);
    if (f->flags & FIELD_LINKS && value->type != JSON_IS_ARRAY)
        return expected(f, "an array of objects", value, arena, err);
    if (f->flags & FIELD_ARRAY)
        rc = check_strings(f, value, err);
    if (rc == 0)
        *(const char **)((char *)object + f->offset) =
            value->type == JSON_IS_STRING ? json_quote(value->text, value->length, arena) : value->text;
    return rc;
}

int field_read(const struct field *f, void *object, const struct json_value *value, struct arena *arena,
               struct error *err)
{
    if (value->type == JSON_IS_NULL) {
        field_clear(f, object);
        return 0;
    }
    switch (f->type) {
    case FIELD_TEXT:
        return read_text(f, object, value, arena, err);
    case FIELD_RANK:
        return read_rank(f, object, value, arena, err);
    case FIELD_ENUM:
        return read_enum(f, object, value, arena, err);
    case FIELD_TIME:
        return read_time(f, object, value, arena, err);
    case FIELD_DURATION:
        return read_duration(f, object, value, arena, err);
    case FIELD_JSON:
        return read_json(f, object, value, arena, err);
    case FIELD_INT:
        if (value->type != JSON_IS_INTEGER || (f->limit == 0 && value->integer < 0))
            return expected(f, "a whole number, not negative", value, arena, err);
        *(int64_t *)((char *)object + f->offset) = value->integer;
        return 0;
    case FIELD_BOOL:
        if (value->type != JSON_IS_BOOL)
            return expected(f, "true or false", value, arena, err);
        *(bool *)((char *)object + f->offset) = value->boolean;
        return 0;
    case FIELD_REAL:
        if (value->type != JSON_IS_REAL && value->type != JSON_IS_INTEGER)
            return expected(f, "a number", value, arena, err);
        *(double *)(void *)((char *)object + f->offset) =
            value->type == JSON_IS_REAL ? value->real : (double)value->integer;
        return 0;
    }
    return CODE_BUG;
}
