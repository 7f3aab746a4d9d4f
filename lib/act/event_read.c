#include "act/event_read.h"

#include "base/json_read.h"
#include "store/journal_table.h"

/* Takes the next reference token off *pointer, unescaped (RFC 6901). */
static bool next_token(const char **pointer, char token[256])
{
    size_t n = 0;
    const char *p = *pointer;

    if (*p != '/')
        return false;
    for (p++; *p && *p != '/'; p++) {
        char c = *p;
        if (c == '~' && (p[1] == '0' || p[1] == '1'))
            c = *++p == '0' ? '~' : '/';
        if (n == 255)
            return false;
        token[n++] = c;
    }
    token[n] = '\0';
    *pointer = p;
    return true;
}

bool pointer_find(json_t *tree, const char *pointer, json_t **container, char name[256], size_t *index)
{
    json_t *at = tree;

    while (at && next_token(&pointer, name)) {
        if (json_is_array(at))
            *index = (size_t)strtoul(name, NULL, 10);
        if (*pointer == '\0') {
            *container = at;
            return json_is_object(at) ? json_object_get(at, name) != NULL
                                      : json_is_array(at) && *index < json_array_size(at);
        }
        at = json_is_array(at) ? json_array_get(at, *index) : json_object_get(at, name);
    }
    return false;
}

static int put_back(json_t *tree, const struct event_value *value, struct error *err)
{
    json_t *container = NULL, *inner;
    char name[256];
    size_t index = 0;

    if (!pointer_find(tree, value->pointer, &container, name, &index))
        return 0;
    inner = json_tree(value->value, strlen(value->value), err);
    if (!inner)
        return (int)err->code;
    if (json_is_array(container) ? json_array_set_new(container, index, inner)
                                 : json_object_set_new_nocheck(container, name, inner))
        return error_no_memory(err);
    return 0;
}

int event_put_back(json_t *tree, const struct event_value *values, size_t count, struct error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = put_back(tree, &values[i], err);
    return rc;
}

int event_tree(struct context *ctx, const struct event *event, json_t **tree, struct error *err)
{
    struct event_value *values = NULL;
    size_t count = 0;
    int rc = event_values(ctx->db, event->id, ctx->arena, &values, &count, err);

    *tree = NULL;
    if (rc != 0)
        return rc;
    *tree = json_tree(event->body, event->body_length, err);
    if (!*tree)
        return (int)err->code;
    return event_put_back(*tree, values, count, err);
}

/* Whoever accepts a case decides who has it, though it changes hands no more. */
static bool is_acceptance(const struct event *e, const char *field)
{
    return strcmp(e->type, "case.accepted") == 0 && strcmp(field, "assigned_to") == 0;
}

static int note_changes(const struct event *e, const char *const *fields, size_t count, const char **types,
                        struct error *err)
{
    json_t *tree = json_tree(e->body, e->body_length, err);
    const json_t *changes = json_object_get(json_object_get(tree, "data"), "changes");

    for (size_t i = 0; i < count; i++)
        if (json_object_get(changes, fields[i]) || is_acceptance(e, fields[i]))
            types[i] = e->type;
    json_decref(tree);
    return tree ? 0 : (int)err->code;
}

int last_changes(struct context *ctx, const char *number, const char *const *fields, size_t count,
                 const char **types, struct error *err)
{
    struct event list[64];
    int64_t after = 0;
    int n, rc = 0;

    for (size_t i = 0; i < count; i++)
        types[i] = NULL;
    while ((n = event_page(ctx->db, number, after, ctx->arena, list, 64, err)) > 0) {
        for (int i = 0; rc == 0 && i < n; i++)
            rc = note_changes(&list[i], fields, count, types, err);
        if (rc != 0)
            return rc;
        after = list[n - 1].seq;
    }
    return n;
}
