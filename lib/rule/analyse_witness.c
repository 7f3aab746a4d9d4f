/* Cases that show what was found. */
#include "rule/analyse_internal.h"

#include <string.h>

/* The members of one object of the list: of those that are arrays the i-th element. Null stands for none. */
static json_t *nth_object(const json_t *members, size_t i)
{
    json_t *object = json_object(), *value;
    const char *name;

    json_object_foreach ((json_t *)members, name, value) {
        bool spread = json_is_array(value) && json_array_size(value) > 0;
        json_t *element = spread ? json_array_get(value, i) : i == 0 ? value : NULL;
        if (element && !json_is_null(element) && json_object_set_nocheck(object, name, element) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

/* A list was made as one object, since paths do not tell. */
static json_t *list_of(const json_t *members)
{
    json_t *list = json_array(), *value;
    size_t count = 1, i;
    const char *name;

    json_object_foreach ((json_t *)members, name, value)
        if (json_is_array(value) && json_array_size(value) > count)
            count = json_array_size(value);
    for (i = 0; list && i < count; i++)
        if (json_array_append_new(list, nth_object(members, i)) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

/* Makes lists of what a case has lists of; false when memory ran out. */
static bool make_lists(json_t *document)
{
    for (size_t i = 0; shape_lists[i]; i++) {
        const char *path = shape_lists[i], *name = strrchr(path, '.') + 1;
        json_t *holder = document, *members, *list;
        for (size_t n; path != name; path += n + 1) {
            n = strcspn(path, ".");
            holder = json_object_getn(holder, path, n);
        }
        members = json_object_get(holder, name);
        if (!json_is_object(members))
            continue;
        list = list_of(members);
        if (!list || json_object_set_new_nocheck(holder, name, list) != 0)
            return false;
    }
    return true;
}

json_t *box_witness(const struct analysis *a, const struct box *box, usec *at)
{
    json_t *document = json_object();
    bool placed = document != NULL;
    size_t i;

    for (i = 0; i < a->axis_count && placed; i++) {
        const struct axis *axis = &a->axes[i];
        const struct span *span = box_span(box, i);
        const struct point *p = &axis->points[span ? set_first(span->set) : 0];
        const struct point array = {POINT_VALUE, span ? span->array : NULL, TIME_NONE};

        if (axis->kind == AXIS_MOMENT)
            *at = p->at;
        else
            placed = point_place(axis, array.value ? &array : p, document);
    }
    if (placed && make_lists(document))
        return document;
    json_decref(document);
    return NULL;
}

bool rule_matches(const struct rule *rule, const json_t *document, usec at)
{
    bool matches;

    if (at != TIME_NONE &&
        ((rule->from != TIME_NONE && at < rule->from) || (rule->until != TIME_NONE && at >= rule->until)))
        return false;
    return match_test(rule->when, document, &matches, NULL) == 0 && matches;
}
