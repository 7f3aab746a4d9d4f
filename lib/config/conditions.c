/*
 * What the conditions of a policy speak of.
 *
 * A member that no case has is an error: the clause would be true or false for ever. A group, workflow or
 * case type that the policy does not have, and a field that no case type has, is a warning: cases that were
 * made under an earlier commit may have it.
 */
#include <stdio.h>
#include <string.h>

#include "config/compile.h"

#define PATH_ROOM 1024

struct conditions {
    const struct policy *policy;
    struct findings *findings;
    const struct entry *from;
};

static void tell(struct conditions *c, enum severity severity, enum code code, const char *pointer,
                 const char *message)
{
    struct error error;

    error_init(&error);
    error_set(&error, code, pointer, "%s", message);
    findings_add(c->findings, c->from->file, severity, &error);
}

static void check_field(struct conditions *c, const char *path, const char *pointer)
{
    const char *name = strchr(path, '.') + 1;
    size_t length = strcspn(name, ".");
    char message[512];

    if (case_types_shape(c->policy, name, length).kind != SHAPE_NOTHING)
        return;
    snprintf(message, sizeof(message), "no case type has a field \"%.*s\"", (int)length, name);
    tell(c, SEVERITY_WARNING, CODE_UNKNOWN_MEMBER, pointer, message);
}

static void tell_lost(struct conditions *c, const char *path, const struct shape *shape, const char *pointer)
{
    int before = (int)(shape->lost - path), length = (int)strcspn(shape->lost, ".");
    char message[512];

    if (before == 0)
        snprintf(message, sizeof(message), "no case has a member \"%.*s\"", length, shape->lost);
    else if (shape->field != NULL)
        snprintf(message, sizeof(message), "\"%.*s\" has no members", before - 1, path);
    else
        snprintf(message, sizeof(message), "\"%.*s\" has no member \"%.*s\"", before - 1, path, length,
                 shape->lost);
    tell(c, SEVERITY_ERROR, CODE_UNKNOWN_MEMBER, pointer, message);
}

/* false: the path leads nowhere, and nothing behind it leads anywhere. */
static bool check_path(struct conditions *c, const char *path, const char *pointer)
{
    struct shape shape;

    if (c->from->kind == FILE_WORKFLOW && strncmp(path, "tasks.", strlen("tasks.")) == 0)
        return true; /* workflow_compile() knows them */
    shape = shape_of(path);
    if (shape.kind == SHAPE_TYPED)
        check_field(c, path, pointer);
    else if (shape.kind == SHAPE_NOTHING)
        tell_lost(c, path, &shape, pointer);
    return shape.kind != SHAPE_NOTHING;
}

/* Literals that name a file of the policy. */
static void check_literal(struct conditions *c, const char *path, const json_t *literal, const char *pointer)
{
    static const struct {
        const char *path;
        enum file_kind kind;
    } names[] = {
        {"assignment_group", FILE_GROUP},
        {"workflow", FILE_WORKFLOW},
        {"case_type", FILE_CASE_TYPE},
    };
    const char *name = json_string_value(literal);
    char message[512];

    for (size_t i = 0; name != NULL && i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i].path, path) != 0 || policy_find(c->policy, names[i].kind, name) != NULL)
            continue;
        snprintf(message, sizeof(message), "there is no %s \"%s\"", file_kind_name(names[i].kind), name);
        tell(c, SEVERITY_WARNING, CODE_UNKNOWN_REFERENCE, pointer, message);
    }
}

static void check_condition(struct conditions *c, const json_t *condition, const char *pointer,
                            const char *base);

/* What stands beside a path: a literal, or operators. */
static void check_operand(struct conditions *c, const char *path, const json_t *operand, const char *pointer)
{
    json_t *value, *element;
    const char *name;
    size_t i;

    if (!has_operator(operand)) {
        check_literal(c, path, operand, pointer);
        return;
    }
    json_object_foreach ((json_t *)operand, name, value) {
        struct pointer_text at = pointer_to_member(pointer, name);
        if (strcmp(name, "$elemMatch") == 0 && !is_for_element(value))
            check_condition(c, value, at.text, path);
        else if (json_is_object(value) || strcmp(name, "$eq") == 0 || strcmp(name, "$ne") == 0)
            check_operand(c, path, value, at.text);
        json_array_foreach (value, i, element) {
            check_operand(c, path, element, pointer_to_element(at.text, i).text);
        }
    }
}

/* `base`: the path of the array whose elements are looked at, or "". */
static void check_condition(struct conditions *c, const json_t *condition, const char *pointer,
                            const char *base)
{
    char path[PATH_ROOM];
    json_t *value;
    const char *name;

    json_object_foreach ((json_t *)condition, name, value) {
        struct pointer_text at = pointer_to_member(pointer, name);
        json_t *branch;
        size_t i;
        if (operator_joins(name)) {
            json_array_foreach (value, i, branch)
                check_condition(c, branch, pointer_to_element(at.text, i).text, base);
            continue;
        }
        if (snprintf(path, sizeof(path), "%s%s%s", base, *base ? "." : "", name) >= (int)sizeof(path))
            continue;
        if (check_path(c, path, at.text))
            check_operand(c, path, value, at.text);
    }
}

static void check_when(struct conditions *c, const json_t *holder, const char *pointer)
{
    check_condition(c, json_object_get(holder, "when"), pointer_to_member(pointer, "when").text, "");
}

void conditions_check(struct policy *p, const struct entry *e, struct findings *f)
{
    struct conditions c = {p, f, e};
    const json_t *json = e->json;
    const char *name;
    json_t *value;
    size_t i;

    if (e->kind == FILE_CLOCK)
        check_when(&c, json, "");
    if (e->kind == FILE_TABLE)
        json_array_foreach (json_object_get(json, "rules"), i, value)
            check_when(&c, value, pointer_to_element("/rules", i).text);
    if (e->kind == FILE_WORKFLOW)
        json_object_foreach (json_object_get(json, "tasks"), name, value)
            check_when(&c, value, pointer_to_member("/tasks", name).text);
}
