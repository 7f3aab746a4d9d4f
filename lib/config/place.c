#include "config/place.h"

#include <stdio.h>
#include <string.h>

#include "base/json_read.h"
#include "config/lint.h"

/* The last token of the pointer has to be there, for json_locate() stops where a pointer leads no further. */
static bool leads_somewhere(const json_t *tree, const char *pointer)
{
    const char *end;
    char name[256];

    for (; tree && *pointer == '/'; pointer = end) {
        end = strchrnul(pointer + 1, '/');
        snprintf(name, sizeof name, "%.*s", (int)(end - pointer - 1), pointer + 1);
        tree = json_object_get(tree, name);
    }
    return tree != NULL;
}

long place_of_pointer(const char *text, size_t n, const char *pointer)
{
    json_t *tree = json_tree(text, n, NULL);
    long line = 0, column;

    if (leads_somewhere(tree, pointer))
        json_locate(text, n, pointer, &line, &column);
    json_decref(tree);
    return line;
}

long place_of_rule(const char *text, size_t n, const char *id)
{
    json_t *tree = json_tree(text, n, NULL), *rule;
    long line = 0, column;
    char pointer[64];
    size_t i;

    json_array_foreach (json_object_get(tree, "rules"), i, rule) {
        const char *name = json_string_value(json_object_get(rule, "id"));
        if (line > 0 || !name || strcmp(name, id) != 0)
            continue;
        snprintf(pointer, sizeof pointer, "/rules/%zu/id", i);
        json_locate(text, n, pointer, &line, &column);
    }
    json_decref(tree);
    return line;
}
