#include "rule/match_internal.h"

#include <string.h>

/* Records that case-enrich puts below `context`; alone, each of these names is the case's key of that record.
 */
static const char *const context_records[] = {"account", "contact",  "consumer",    "product",
                                              "asset",   "contract", "entitlement", NULL};
/* Members that only `context` has. */
static const char *const context_lists[] = {"services", "history", NULL};

static bool step_is(const struct path_step *step, const char *const *names)
{
    for (; *names; names++)
        if (strlen(*names) == step->length && memcmp(*names, step->name, step->length) == 0)
            return true;
    return false;
}

bool path_through_context(const struct path_step *steps, size_t count)
{
    return (count > 1 && step_is(&steps[0], context_records)) || step_is(&steps[0], context_lists);
}

/* "0", "17": an array's index. Nine digits are more than any array has. */
static void read_index(struct path_step *step)
{
    size_t i;

    step->is_index = false;
    step->index = 0;
    if (step->length > 9 || (step->length > 1 && step->name[0] == '0'))
        return;
    for (i = 0; i < step->length; i++) {
        if (step->name[i] < '0' || step->name[i] > '9')
            return;
        step->index = step->index * 10 + (size_t)(step->name[i] - '0');
    }
    step->is_index = true;
}

size_t path_split(const char *text, struct path_step *steps, size_t room)
{
    size_t count = 0;

    for (;;) {
        size_t length = strcspn(text, ".");

        if (length == 0 || count == room)
            return 0;
        steps[count].name = text;
        steps[count].length = length;
        read_index(&steps[count]);
        count++;
        if (text[length] == '\0')
            return count;
        text += length + 1;
    }
}

static const json_t *first_value(const json_t *node, const struct path_step *steps, size_t count)
{
    const json_t *found, *element;
    size_t i;

    if (!node || count == 0)
        return node;
    if (json_is_object(node))
        return first_value(json_object_getn(node, steps->name, steps->length), steps + 1, count - 1);
    json_array_foreach (node, i, element)
        if (json_is_object(element) && (found = first_value(element, steps, count)))
            return found;
    if (steps->is_index)
        return first_value(json_array_get(node, steps->index), steps + 1, count - 1);
    return NULL;
}

const json_t *match_resolve(const json_t *document, const char *path)
{
    struct path_step steps[PATH_STEPS_MAX];
    size_t count = path_split(path, steps, PATH_STEPS_MAX);
    const json_t *context;

    if (count == 0)
        return NULL;
    context = path_through_context(steps, count) ? json_object_get(document, "context") : NULL;
    return first_value(json_is_object(context) ? context : document, steps, count);
}

struct values {
    path_visit_value *visit;
    void *context;
};

static void visit_from(const json_t *node, const struct path_step *steps, size_t count,
                       const struct values *v);

/* As any_element_passes() of match_eval.c goes on. */
static void visit_elements(const json_t *array, const struct path_step *steps, size_t count,
                           const struct values *v)
{
    const json_t *element;
    size_t i;

    json_array_foreach (array, i, element)
        if (json_is_object(element) &&
            (!steps->is_index || json_object_getn(element, steps->name, steps->length)))
            visit_from(element, steps, count, v);
    if (steps->is_index && steps->index < json_array_size(array))
        visit_from(json_array_get(array, steps->index), steps + 1, count - 1, v);
}

static void visit_from(const json_t *node, const struct path_step *steps, size_t count,
                       const struct values *v)
{
    const json_t *element;
    size_t i;

    if (count == 0 && node) {
        v->visit(v->context, node);
        json_array_foreach (node, i, element)
            v->visit(v->context, element);
    } else if (json_is_object(node)) {
        visit_from(json_object_getn(node, steps->name, steps->length), steps + 1, count - 1, v);
    } else if (json_is_array(node)) {
        visit_elements(node, steps, count, v);
    } else {
        v->visit(v->context, json_null());
    }
}

void path_visit_values(const struct path *path, const json_t *document, path_visit_value *visit,
                       void *context)
{
    const json_t *below = path->through_context ? json_object_get(document, "context") : NULL;
    struct values v = {visit, context};

    if (json_is_array(document)) /* match_eval.c reads an array as an object with its indexes for names */
        visit_from(path->steps->is_index ? json_array_get(document, path->steps->index) : NULL,
                   path->steps + 1, path->count - 1, &v);
    else
        visit_from(json_is_object(below) ? below : document, path->steps, path->count, &v);
}
