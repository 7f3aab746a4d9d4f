#include "base/json_read.h"

#include <string.h>

#include "base/json_write.h"
#include "base/utf8.h"

#define DESCRIBED_COLUMNS 40 /* of a value in a message */

static struct json_member *find_member(const struct json_record *record, const char *name)
{
    for (size_t i = 0; i < record->count; i++)
        if (strcmp(record->members[i].name, name) == 0)
            return &record->members[i];
    return NULL;
}

const struct json_value *json_get(const struct json_record *record, const char *name)
{
    const struct json_member *member = find_member(record, name);

    return member == NULL ? NULL : &member->value;
}

static void put_member(struct json_writer *w, const struct json_member *member)
{
    if (member->value.type == JSON_IS_STRING)
        json_put_text_n(w, member->name, member->value.text, member->value.length);
    else
        json_put_raw(w, member->name, member->value.text);
}

/* The text of the whole follows its members. */
static int write_again(struct json_record *record, struct arena *arena)
{
    struct buf text = BUF_INIT;
    struct json_writer w;
    int code = CODE_NO_MEMORY;

    json_writer_init(&w, &text);
    json_begin_object(&w, NULL);
    for (size_t i = 0; i < record->count; i++)
        put_member(&w, &record->members[i]);
    json_end_object(&w);
    if (buf_failed(&text))
        goto out;
    record->value.type = JSON_IS_OBJECT;
    record->value.length = text.len;
    record->value.text = arena_strndup(arena, buf_text(&text), text.len);
    if (record->value.text != NULL)
        code = 0;
out:
    buf_release(&text);
    return code;
}

static struct json_member *add_member(struct json_record *record, struct arena *arena, const char *name)
{
    struct json_member *members = ARENA_ARRAY(arena, struct json_member, record->count + 1);
    const char *copy = arena_strdup(arena, name);

    if (members == NULL || copy == NULL)
        return NULL;
    if (record->count > 0)
        memcpy(members, record->members, record->count * sizeof(*members));
    record->members = members;
    members[record->count].name = copy;
    return &members[record->count++];
}

int json_set_string(struct json_record *record, struct arena *arena, const char *name, const char *text)
{
    struct json_member *member = find_member(record, name);
    const char *copy = arena_strdup(arena, text);

    if (copy == NULL)
        return CODE_NO_MEMORY;
    if (member == NULL)
        member = add_member(record, arena, name);
    if (member == NULL)
        return CODE_NO_MEMORY;
    member->value = (struct json_value){.type = JSON_IS_STRING, .text = copy, .length = strlen(copy)};
    return write_again(record, arena);
}

const char *json_quote(const char *text, size_t n, struct arena *arena)
{
    struct buf quoted = BUF_INIT;
    struct json_writer w;
    const char *copy = NULL;

    json_writer_init(&w, &quoted);
    json_put_text_n(&w, NULL, text, n);
    if (!buf_failed(&quoted))
        copy = arena_strndup(arena, buf_text(&quoted), quoted.len);
    buf_release(&quoted);
    return copy;
}

const char *json_describe(const struct json_value *value, struct arena *arena)
{
    const char *text = value->text;
    const char *more = "";
    size_t n = value->length;

    if (value->type == JSON_IS_OBJECT)
        return "an object";
    if (value->type == JSON_IS_ARRAY)
        return "an array";
    if (utf8_cut(text, n, DESCRIBED_COLUMNS) < n) {
        n = utf8_cut(text, n, DESCRIBED_COLUMNS);
        more = "...";
    }
    text = arena_printf(arena, "%.*s%s", (int)n, text, more);
    if (text != NULL && value->type == JSON_IS_STRING)
        text = json_quote(text, strlen(text), arena);
    return text == NULL ? "a value" : text;
}
