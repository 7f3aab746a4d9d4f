#include "base/json_read.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json_write.h"
#include "base/utf8.h"

static enum code code_of(enum json_error_code error)
{
    switch (error) {
    case json_error_out_of_memory:
        return CODE_NO_MEMORY;
    case json_error_stack_overflow:
        return CODE_LIMIT;
    case json_error_invalid_utf8:
    case json_error_null_character:
    case json_error_null_byte_in_key:
    case json_error_duplicate_key:
    case json_error_numeric_overflow:
        return CODE_INVALID;
    default:
        return CODE_SYNTAX;
    }
}

static bool is_deeper(const json_t *tree, int depth)
{
    const char *name;
    json_t *value;
    size_t i;

    if (depth == 0)
        return json_is_object(tree) || json_is_array(tree);
    json_object_foreach ((json_t *)tree, name, value)
        if (is_deeper(value, depth - 1))
            return true;
    json_array_foreach (tree, i, value)
        if (is_deeper(value, depth - 1))
            return true;
    return false;
}

json_t *json_tree(const char *text, size_t n, struct error *err)
{
    const char *nul = memchr(text, '\0', n); /* jansson overlooks one behind an integer */
    json_error_t fault;
    json_t *tree;

    if (n > JSON_MAX_SIZE) {
        error_set(err, CODE_LIMIT, NULL, "larger than %u bytes", JSON_MAX_SIZE);
        return NULL;
    }
    if (nul != NULL) {
        error_set(err, CODE_SYNTAX, NULL, "unexpected byte 0x00 at byte %zu", (size_t)(nul - text) + 1);
        return NULL;
    }
    tree = json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
    if (tree == NULL && fault.text[0] == '\0') { /* jansson found nothing wrong */
        error_no_memory(err);
        return NULL;
    }
    if (tree == NULL) {
        error_set(err, code_of(json_error_code(&fault)), NULL, "line %d, column %d: %s", fault.line,
                  fault.column, fault.text);
        return NULL;
    }
    if (is_deeper(tree, JSON_MAX_DEPTH)) {
        error_set(err, CODE_LIMIT, NULL, "nested too deep");
        json_decref(tree);
        return NULL;
    }
    return tree;
}

/* A real stays a real when it is read back, so 1.0 keeps its fraction. */
static void put_number(struct json_writer *w, const char *name, double value)
{
    char text[32];

    if (fabs(value) < 1e15 && value == (double)(int64_t)value) {
        snprintf(text, sizeof(text), "%.0f.0", value);
        json_put_raw(w, name, text);
    } else {
        json_put_real(w, name, value);
    }
}

static void put_tree(struct json_writer *w, const char *name, const json_t *tree);

static void put_members(struct json_writer *w, const char *name, const json_t *object)
{
    const char *key;
    json_t *value;

    json_begin_object(w, name);
    json_object_foreach ((json_t *)object, key, value)
        put_tree(w, key, value);
    json_end_object(w);
}

static void put_elements(struct json_writer *w, const char *name, const json_t *array)
{
    json_t *value;
    size_t i;

    json_begin_array(w, name);
    json_array_foreach (array, i, value)
        put_tree(w, NULL, value);
    json_end_array(w);
}

static void put_tree(struct json_writer *w, const char *name, const json_t *tree)
{
    switch (json_typeof(tree)) {
    case JSON_OBJECT:
        put_members(w, name, tree);
        break;
    case JSON_ARRAY:
        put_elements(w, name, tree);
        break;
    case JSON_STRING:
        json_put_text_n(w, name, json_string_value(tree), json_string_length(tree));
        break;
    case JSON_INTEGER:
        json_put_int(w, name, json_integer_value(tree));
        break;
    case JSON_REAL:
        put_number(w, name, json_real_value(tree));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        json_put_bool(w, name, json_is_true(tree));
        break;
    case JSON_NULL:
        json_put_null(w, name);
        break;
    }
}

const char *json_tree_text(const json_t *tree, struct arena *arena)
{
    struct buf text = BUF_INIT;
    struct json_writer w;
    const char *copy = NULL;

    json_writer_init(&w, &text);
    put_tree(&w, NULL, tree);
    if (!buf_failed(&text))
        copy = arena_strndup(arena, buf_text(&text), text.len);
    buf_release(&text);
    return copy;
}

int json_tree_check_text(const json_t *tree, char *pointer, size_t size, struct error *err)
{
    size_t length = strlen(pointer), i;
    const char *key;
    json_t *item;
    int rc = 0;

    if (json_is_string(tree) &&
        utf8_find_control(json_string_value(tree), json_string_length(tree), TEXT_LONG) >= 0)
        return error_set(err, CODE_INVALID, pointer, "control character");
    json_object_foreach ((json_t *)tree, key, item) {
        pointer_push(pointer, (int)size, key);
        if (rc == 0 && utf8_find_control(key, strlen(key), TEXT_LINE) >= 0)
            rc = error_set(err, CODE_INVALID, pointer, "control character in a name");
        if (rc == 0)
            rc = json_tree_check_text(item, pointer, size, err);
        pointer[length] = '\0';
    }
    json_array_foreach (tree, i, item) {
        char index[24];
        snprintf(index, sizeof index, "%zu", i);
        pointer_push(pointer, (int)size, index);
        if (rc == 0)
            rc = json_tree_check_text(item, pointer, size, err);
        pointer[length] = '\0';
    }
    return rc;
}

int json_tree_patch(json_t *target, const json_t *patch)
{
    const char *key;
    json_t *value, *inner;
    int failed = 0;

    json_object_foreach ((json_t *)patch, key, value) {
        if (json_is_null(value)) {
            json_object_del(target, key);
        } else if (!json_is_object(value)) {
            failed |= json_object_set_nocheck(target, key, value);
        } else {
            inner = json_object_get(target, key);
            inner = json_is_object(inner) ? json_incref(inner) : json_object();
            failed |= json_tree_patch(inner, value);
            failed |= json_object_set_new_nocheck(target, key, inner);
        }
    }
    return failed;
}
