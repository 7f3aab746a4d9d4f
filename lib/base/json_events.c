#include "base/json_events.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_check.h"
#include "base/utf8.h"

#define COMPARED_IN_TURN                                                                                     \
    16 /* members up to which a new name is compared with each; more are sorted at the end */

/* Memory */

struct chunk {
    size_t size;
    max_align_t bytes[];
};

static void *yajl_take(void *ctx, size_t size)
{
    struct json_parser *p = ctx;
    struct chunk *chunk = arena_alloc(&p->scratch, sizeof(*chunk) + size);

    if (chunk == NULL)
        longjmp(p->no_memory, 1);
    chunk->size = size;
    return chunk->bytes;
}

static void *yajl_retake(void *ctx, void *old, size_t size)
{
    void *bytes = yajl_take(ctx, size);

    if (old != NULL) {
        size_t had = ((struct chunk *)((char *)old - offsetof(struct chunk, bytes)))->size;

        memcpy(bytes, old, had < size ? had : size);
    }
    return bytes;
}

static void yajl_leave(void *ctx, void *bytes)
{
    (void)ctx;
    (void)bytes;
}

static void *grown(struct json_parser *p, void *array, size_t *capacity, size_t size)
{
    size_t wanted = *capacity == 0 ? 64 : *capacity * 2;
    void *larger = realloc(array, wanted * size);

    if (larger == NULL)
        longjmp(p->no_memory, 1);
    *capacity = wanted;
    return larger;
}

/* Errors */

static void pointer_to(const struct json_parser *p, int levels, char *pointer, int size)
{
    pointer[0] = '\0';
    for (int i = 0; i < levels; i++) {
        const struct level *level = &p->levels[i];
        size_t names = i + 1 < p->depth ? level[1].first_name : p->name_count;
        char text[256];

        if (level->is_array)
            snprintf(text, sizeof(text), "%zu", level->elements - 1);
        else
            snprintf(text, sizeof(text), "%.*s", (int)p->names[names - 1].length, p->names[names - 1].text);
        pointer_push(pointer, size, text);
    }
}

/* Ends the parse: callbacks return what this returns. `levels` counts the parts of the pointer. */
static int fail(struct json_parser *p, enum code code, int levels, const char *message)
{
    char pointer[sizeof(p->err->pointer)];

    pointer_to(p, levels, pointer, sizeof(pointer));
    p->code = error_set(p->err, code, pointer, "%s", message);
    return 0;
}

static int fail_duplicate(struct json_parser *p, const struct name *name)
{
    p->names[p->name_count - 1] = *name;
    return fail(p, CODE_INVALID, p->depth, "duplicate member");
}

/* Tokens */

/* Moves on to the end of the token that yajl reports, and appends it, with the separator before it, to the
 * compact text. Returns where it begins. */
static const char *take_token(struct json_parser *p)
{
    size_t end = p->at_end ? p->length : yajl_get_bytes_consumed(p->yajl);
    size_t at = p->done;
    char *to = p->compact + p->compact_length;
    char c;

    while ((c = p->text[at]) <= ' ' || c == ',' || c == ':') {
        if (c > ' ')
            *to++ = c;
        at++;
    }
    memcpy(to, p->text + at, end - at);
    p->compact_length = (size_t)(to - p->compact) + (end - at);
    p->done = end;
    return p->text + at;
}

/* Where the value that begins or ends belongs; NULL when it is nested deeper than a member. */
static struct json_value *place_of_value(struct json_parser *p)
{
    if (p->depth == 0)
        return &p->top;
    if (p->depth == 1 && !p->levels[0].is_array)
        return &p->members[p->member_count - 1].value;
    return NULL;
}

static struct json_value *begin_value(struct json_parser *p)
{
    if (p->depth > 0)
        p->levels[p->depth - 1].elements++;
    return place_of_value(p);
}

static char *keep_text(struct json_parser *p, const char *text, size_t n)
{
    char *copy = p->values;

    memcpy(copy, text, n);
    copy[n] = '\0';
    p->values += n + 1;
    return copy;
}

static void set_value(struct json_value *value, enum json_type_of type, const char *text, size_t n)
{
    value->type = type;
    value->text = text;
    value->length = n;
}

static int check_string(struct json_parser *p, const char *raw, const char *text, size_t n, int levels)
{
    const char *fault = NULL;

    if (p->utf8_broken && !utf8_valid(text, n))
        return fail(p, CODE_INVALID, levels, "not valid UTF-8");
    if (n > 0 && text != raw + 1) /* decoded into yajl's own buffer */
        fault = json_check_escapes(raw, (size_t)(p->text + p->done - raw));
    return fault == NULL ? 1 : fail(p, CODE_INVALID, levels, fault);
}

/* Events */

static int on_null(void *ctx)
{
    struct json_parser *p = ctx;
    struct json_value *value = begin_value(p);

    take_token(p);
    if (value != NULL)
        set_value(value, JSON_IS_NULL, "null", 4);
    return 1;
}

static int on_boolean(void *ctx, int truth)
{
    struct json_parser *p = ctx;
    struct json_value *value = begin_value(p);

    take_token(p);
    if (value == NULL)
        return 1;
    set_value(value, JSON_IS_BOOL, truth ? "true" : "false", truth ? 4 : 5);
    value->boolean = truth;
    return 1;
}

static int on_number(void *ctx, const char *digits, size_t n)
{
    struct json_parser *p = ctx;
    struct json_value *value = begin_value(p);
    struct json_value ignored;
    char *text = keep_text(p, digits, n);

    take_token(p);
    if (value == NULL) {
        value = &ignored;
        p->values = text;
    }
    if (!json_read_number(text, n, p->c_locale, value))
        return fail(p, CODE_INVALID, p->depth, "number out of range");
    set_value(value, value->type, text, n);
    return 1;
}

static int on_string(void *ctx, const unsigned char *bytes, size_t n)
{
    struct json_parser *p = ctx;
    struct json_value *value = begin_value(p);
    const char *text = (const char *)bytes;

    if (!check_string(p, take_token(p), text, n, p->depth))
        return 0;
    if (value != NULL)
        set_value(value, JSON_IS_STRING, keep_text(p, text, n), n);
    return 1;
}

static bool same_name(const struct name *a, const struct name *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

/* A name that yajl decoded lies in its buffer only until the next one comes. */
static const char *lasting_name(struct json_parser *p, const char *text, size_t n)
{
    if (p->depth == 1) {
        struct json_member *member;

        if (p->member_count == p->member_capacity)
            p->members = grown(p, p->members, &p->member_capacity, sizeof(*p->members));
        member = &p->members[p->member_count++];
        *member = (struct json_member){.name = keep_text(p, text, n)};
        return member->name;
    }
    if (text >= p->text && text < p->text + p->length)
        return text;
    text = arena_strndup(&p->scratch, text, n);
    if (text == NULL)
        longjmp(p->no_memory, 1);
    return text;
}

static int on_name(void *ctx, const unsigned char *bytes, size_t n)
{
    struct json_parser *p = ctx;
    size_t first = p->levels[p->depth - 1].first_name;
    struct name *name;

    if (!check_string(p, take_token(p), (const char *)bytes, n, p->depth - 1))
        return 0;
    if (p->name_count == p->name_capacity)
        p->names = grown(p, p->names, &p->name_capacity, sizeof(*p->names));
    name = &p->names[p->name_count++];
    *name = (struct name){lasting_name(p, (const char *)bytes, n), n};
    if (p->name_count - first > COMPARED_IN_TURN)
        return 1;
    for (const struct name *other = p->names + first; other < name; other++)
        if (same_name(other, name))
            return fail_duplicate(p, name);
    return 1;
}

static int begin_level(struct json_parser *p, bool is_array)
{
    begin_value(p);
    take_token(p);
    if (p->depth == JSON_MAX_DEPTH)
        return fail(p, CODE_LIMIT, p->depth, "nested too deep");
    p->levels[p->depth++] = (struct level){is_array, p->compact_length - 1, p->name_count, 0};
    return 1;
}

static int on_object(void *ctx)
{
    return begin_level(ctx, false);
}

static int on_array(void *ctx)
{
    return begin_level(ctx, true);
}

static int end_level(struct json_parser *p, enum json_type_of type)
{
    const struct level *level = &p->levels[--p->depth];
    struct json_value *value = place_of_value(p);
    size_t n;

    take_token(p);
    p->name_count = level->first_name;
    n = p->compact_length - level->start;
    if (p->depth == 0)
        set_value(value, type, p->compact, n);
    else if (value != NULL)
        set_value(value, type, keep_text(p, p->compact + level->start, n), n);
    return 1;
}

static int compare_names(const void *one, const void *other)
{
    const struct name *a = one;
    const struct name *b = other;

    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return memcmp(a->text, b->text, a->length);
}

static int on_object_end(void *ctx)
{
    struct json_parser *p = ctx;
    size_t first = p->levels[p->depth - 1].first_name;
    size_t count = p->name_count - first;

    if (count > COMPARED_IN_TURN) {
        struct name *names = p->names + first;

        qsort(names, count, sizeof(*names), compare_names);
        for (size_t i = 1; i < count; i++)
            if (same_name(&names[i - 1], &names[i]))
                return fail_duplicate(p, &names[i]);
    }
    return end_level(p, JSON_IS_OBJECT);
}

static int on_array_end(void *ctx)
{
    return end_level(ctx, JSON_IS_ARRAY);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_object,
    .yajl_map_key = on_name,
    .yajl_end_map = on_object_end,
    .yajl_start_array = on_array,
    .yajl_end_array = on_array_end,
};

int json_events_run(struct json_parser *p)
{
    yajl_alloc_funcs memory = {yajl_take, yajl_retake, yajl_leave, p};
    yajl_status status;

    if (setjmp(p->no_memory) != 0)
        return error_no_memory(p->err);
    p->yajl = yajl_alloc(&callbacks, &memory, p);
    yajl_config(p->yajl, yajl_dont_validate_strings, 1);
    status = yajl_parse(p->yajl, (const unsigned char *)p->text, p->length);
    if (status == yajl_status_ok) {
        p->at_end = true;
        status = yajl_complete_parse(p->yajl);
    }
    if (status == yajl_status_client_canceled)
        return p->code;
    if (status == yajl_status_error && p->at_end && (p->depth > 0 || p->done == 0))
        return error_set(p->err, CODE_SYNTAX, NULL, "unexpected end of input");
    if (status == yajl_status_error)
        return json_syntax_error(p->text, p->length, p->done, yajl_get_bytes_consumed(p->yajl), p->err);
    return json_check_blanks(p->text, p->length, p->done, p->err);
}
