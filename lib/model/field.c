#include "model/field.h"

#include <ctype.h>
#include <math.h>

#include "base/utf8.h"

static void *member(const struct field *f, void *object)
{
    return (char *)object + f->offset;
}

static const void *member_const(const struct field *f, const void *object)
{
    return (const char *)object + f->offset;
}

const char *field_text(const struct field *f, const void *object)
{
    return *(const char *const *)member_const(f, object);
}

static int64_t get_int(const struct field *f, const void *object)
{
    return *(const int64_t *)member_const(f, object);
}

static int get_enum(const struct field *f, const void *object)
{
    return *(const int *)member_const(f, object);
}

static bool get_bool(const struct field *f, const void *object)
{
    return *(const bool *)member_const(f, object);
}

static double get_real(const struct field *f, const void *object)
{
    return *(const double *)member_const(f, object);
}

const struct field *field_find(const struct field *fields, const char *name)
{
    for (const struct field *f = fields; f->name; f++)
        if (f->name[0] == name[0] && strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

void field_clear(const struct field *f, void *object)
{
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_JSON:
        *(const char **)member(f, object) = NULL;
        return;
    case FIELD_INT:
    case FIELD_TIME:
    case FIELD_DURATION:
        *(int64_t *)member(f, object) = INT_NONE;
        return;
    case FIELD_RANK:
        *(int64_t *)member(f, object) = 0;
        return;
    case FIELD_BOOL:
        *(bool *)member(f, object) = false;
        return;
    case FIELD_ENUM:
        *(int *)member(f, object) = 0;
        return;
    case FIELD_REAL:
        *(double *)member(f, object) = NAN;
        return;
    }
}

void fields_init(const struct field *fields, void *object)
{
    for (const struct field *f = fields; f->name; f++)
        field_clear(f, object);
}

bool field_absent(const struct field *f, const void *object)
{
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_JSON:
        return field_text(f, object) == NULL;
    case FIELD_INT:
    case FIELD_TIME:
    case FIELD_DURATION:
        return get_int(f, object) == INT_NONE;
    case FIELD_RANK:
        return get_int(f, object) == 0 && !(f->flags & FIELD_PRINT_ZERO);
    case FIELD_BOOL:
        return !get_bool(f, object) && !(f->flags & FIELD_PRINT_FALSE);
    case FIELD_ENUM:
        return get_enum(f, object) == 0;
    case FIELD_REAL:
        return isnan(get_real(f, object));
    }
    return true;
}

bool field_equal(const struct field *f, const void *a, const void *b)
{
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_JSON: {
        const char *x = field_text(f, a), *y = field_text(f, b);
        return x == y || (x && y && strcmp(x, y) == 0);
    }
    case FIELD_INT:
    case FIELD_TIME:
    case FIELD_DURATION:
    case FIELD_RANK:
        return get_int(f, a) == get_int(f, b);
    case FIELD_BOOL:
        return get_bool(f, a) == get_bool(f, b);
    case FIELD_ENUM:
        return get_enum(f, a) == get_enum(f, b);
    case FIELD_REAL: {
        double x = get_real(f, a), y = get_real(f, b);
        return (x == y && signbit(x) == signbit(y)) || (isnan(x) && isnan(y));
    }
    }
    return false;
}

void field_copy(const struct field *f, void *to, const void *from)
{
    static const size_t sizes[] = {
        [FIELD_TEXT] = sizeof(const char *), [FIELD_INT] = sizeof(int64_t),
        [FIELD_RANK] = sizeof(int64_t),      [FIELD_TIME] = sizeof(usec),
        [FIELD_DURATION] = sizeof(usec),     [FIELD_BOOL] = sizeof(bool),
        [FIELD_ENUM] = sizeof(int),          [FIELD_JSON] = sizeof(const char *),
        [FIELD_REAL] = sizeof(double),
    };

    memcpy(member(f, to), member_const(f, from), sizes[f->type]);
}

/* A contact may be given as its key, or as an e-mail address or phone number, which is personal. */
static bool looks_like_address(const char *text)
{
    return strchr(text, '@') || text[strspn(text, "+0123456789 ()-./")] == '\0';
}

bool field_is_personal(const struct field *f, const void *object)
{
    if (field_absent(f, object))
        return false;
    if (f->flags & FIELD_ADDRESS)
        return looks_like_address(field_text(f, object));
    return f->flags & FIELD_PERSONAL;
}

bool fields_differ(const struct field *fields, const void *before, const void *after)
{
    for (const struct field *f = fields; f->name; f++)
        if (!(f->flags & FIELD_NO_CHANGE) && !field_equal(f, before, after))
            return true;
    return false;
}

int enum_from_name(const char *const *names, const char *text)
{
    for (int i = 1; names[i]; i++)
        if (strcmp(names[i], text) == 0)
            return i;
    return 0;
}

int64_t rank_from_text(const char *text, const char *const *names, int64_t limit)
{
    while (isspace((unsigned char)*text))
        text++;
    if (isdigit((unsigned char)text[0])) {
        char *end;
        long long rank = strtoll(text, &end, 10);
        while (isspace((unsigned char)*end))
            end++;
        if (*end != '\0' && *end != '-') /* "1 - High" says its name too; the number decides */
            return 0;
        return rank >= 1 && rank <= limit ? rank : 0;
    }
    for (int64_t i = 1; names && names[i]; i++)
        if (strcasecmp(names[i], text) == 0)
            return i;
    return 0;
}

void field_write(const struct field *f, const void *object, struct json_writer *w, bool null_when_absent)
{
    if (field_absent(f, object)) {
        if (null_when_absent)
            json_put_null(w, f->name);
        return;
    }
    switch (f->type) {
    case FIELD_TEXT:
        json_put_text(w, f->name, field_text(f, object));
        return;
    case FIELD_JSON:
        json_put_raw(w, f->name, field_text(f, object));
        return;
    case FIELD_INT:
    case FIELD_RANK:
        json_put_int(w, f->name, get_int(f, object));
        return;
    case FIELD_TIME:
        json_put_time(w, f->name, get_int(f, object));
        return;
    case FIELD_DURATION:
        json_put_duration(w, f->name, get_int(f, object));
        return;
    case FIELD_BOOL:
        json_put_bool(w, f->name, get_bool(f, object));
        return;
    case FIELD_ENUM:
        json_put_text(w, f->name, f->names[get_enum(f, object)]);
        return;
    case FIELD_REAL:
        json_put_real(w, f->name, get_real(f, object));
        return;
    }
}

const char *field_json(const struct field *f, const void *object, struct arena *arena)
{
    struct buf text = BUF_INIT;
    struct json_writer w;
    struct field unnamed = *f;
    const char *result;

    unnamed.name = NULL;
    json_writer_init(&w, &text);
    field_write(&unnamed, object, &w, true);
    result = buf_failed(&text) ? NULL : arena_strndup(arena, buf_text(&text), text.len);
    buf_release(&text);
    return result;
}

void fields_write(const struct field *fields, const void *object, struct json_writer *w)
{
    for (const struct field *f = fields; f->name; f++)
        if (!(f->flags & FIELD_UNPRINTED))
            field_write(f, object, w, false);
}

static json_t *field_tree(const struct field *f, const void *object)
{
    char text[TIME_TEXT], duration[48];
    const char *json;

    switch (f->type) {
    case FIELD_TEXT:
        return json_string_nocheck(field_text(f, object));
    case FIELD_JSON:
        json = field_text(f, object);
        return json_loads(json, JSON_DECODE_ANY, NULL);
    case FIELD_INT:
    case FIELD_RANK:
        return json_integer(get_int(f, object));
    case FIELD_TIME:
        time_format(get_int(f, object), text);
        return json_string_nocheck(text);
    case FIELD_DURATION:
        duration_format(get_int(f, object), duration);
        return json_string_nocheck(duration);
    case FIELD_BOOL:
        return json_boolean(get_bool(f, object));
    case FIELD_ENUM:
        return json_string_nocheck(f->names[get_enum(f, object)]);
    case FIELD_REAL:
        return json_real(get_real(f, object));
    }
    return NULL;
}

json_t *fields_tree(const struct field *fields, const void *object)
{
    json_t *tree = json_object();

    for (const struct field *f = fields; tree && f->name; f++) {
        if (f->flags & FIELD_UNPRINTED || field_absent(f, object))
            continue;
        if (json_object_set_new_nocheck(tree, f->name, field_tree(f, object)) != 0) {
            json_decref(tree);
            return NULL;
        }
    }
    return tree;
}

int fields_tree_update(const struct field *fields, const void *before, const void *after, json_t *tree)
{
    int failed = 0;

    for (const struct field *f = fields; f->name; f++) {
        if (f->flags & FIELD_UNPRINTED || field_equal(f, before, after))
            continue;
        if (field_absent(f, after))
            json_object_del(tree, f->name);
        else
            failed |= json_object_set_new_nocheck(tree, f->name, field_tree(f, after));
    }
    return failed;
}
