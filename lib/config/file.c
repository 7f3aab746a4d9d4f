/* From a file's tree to its rule object, one row a kind. */
#include <string.h>

#include "config/compile.h"
#include "config/member.h"

struct checking {
    struct arena *arena;
    bool partial; /* several rules together make up what is said */
};

static int check_assignment(const json_t *then, const char *pointer, void *context, struct error *err)
{
    const struct checking *c = context;
    struct assignment a;
    int rc = assignment_read(then, pointer, c->arena, &a, err);

    if (rc != 0 || a.group != NULL || c->partial)
        return rc;
    return error_set(err, CODE_REQUIRED, pointer_to_member(pointer, "assignment_group").text, "missing");
}

static int check_priority(const json_t *then, const char *pointer, void *context, struct error *err)
{
    struct priority_effect unused;

    (void)context;
    return priority_effect_read(then, pointer, &unused, err);
}

static int check_workflow(const json_t *then, const char *pointer, void *context, struct error *err)
{
    static const char *const known[] = {"workflow", NULL};
    static const struct member_names names = {known, NULL};
    const char *name;
    int rc = rule_read_members(then, pointer, &names, err);

    (void)context;
    return rc != 0 ? rc : rule_read_text(then, pointer, "workflow", MEMBER_REQUIRED, &name, err);
}

static int compile_settings(struct policy *p, const char *name, const json_t *json, struct arena *arena,
                            void **object, struct error *err)
{
    struct policy_settings *s;
    int rc = settings_compile(json, arena, &s, err);

    (void)p, (void)name;
    if (rc == 0)
        *object = s;
    return rc;
}

static int compile_case_type(struct policy *p, const char *name, const json_t *json, struct arena *arena,
                             void **object, struct error *err)
{
    struct case_type *t;
    int rc = case_type_compile(name, json, arena, &t, err);

    (void)p;
    if (rc == 0)
        *object = t;
    return rc;
}

static int compile_group(struct policy *p, const char *name, const json_t *json, struct arena *arena,
                         void **object, struct error *err)
{
    struct group *g;
    int rc = group_compile(name, json, arena, &g, err);

    (void)p;
    if (rc == 0)
        *object = g;
    return rc;
}

static int compile_workflow(struct policy *p, const char *name, const json_t *json, struct arena *arena,
                            void **object, struct error *err)
{
    struct workflow *w;
    int rc = workflow_compile(name, json, arena, &w, err);

    (void)p;
    if (rc == 0)
        *object = w;
    return rc;
}

static int compile_table(struct policy *p, const char *name, const json_t *json, struct arena *arena,
                         void **object, struct error *err)
{
    table_check_then *check = strcmp(name, "assignment") == 0 ? check_assignment
                              : strcmp(name, "priority") == 0 ? check_priority
                                                              : check_workflow;
    const char *policy = json_string_value(json_object_get(json, "policy"));
    struct checking c = {arena, policy != NULL && strcmp(policy, "collect") == 0};
    struct table *t;
    int rc = table_compile(name, json, check, &c, arena, &t, err);

    (void)p;
    if (rc == 0)
        *object = t;
    return rc;
}

static int compile_clock(struct policy *p, const char *name, const json_t *json, struct arena *arena,
                         void **object, struct error *err)
{
    struct clock_definition *d;
    int rc = clock_compile(name, json, arena, &d, err);

    (void)p;
    if (rc == 0)
        *object = d;
    return rc;
}

static int compile_calendar(struct policy *p, const char *name, const json_t *json, struct arena *arena,
                            void **object, struct error *err)
{
    const struct policy_settings *s;
    struct error ignored;
    struct calendar_cache *c = ARENA_NEW(arena, struct calendar_cache);
    const char *zone = "UTC";
    int rc;

    if (c == NULL)
        return error_no_memory(err);
    /* Settings that do not load are casework.json's own finding. */
    error_init(&ignored);
    if (policy_settings(p, &s, &ignored) == 0)
        zone = s->time_zone;
    rc = calendar_parse(name, json, zone, arena, &c->spec, err);
    if (rc == 0)
        *object = c;
    return rc;
}

typedef int compile_function(struct policy *p, const char *name, const json_t *json, struct arena *arena,
                             void **object, struct error *err);

static compile_function *const functions[] = {
    [FILE_SETTINGS] = compile_settings, [FILE_CASE_TYPE] = compile_case_type, [FILE_GROUP] = compile_group,
    [FILE_WORKFLOW] = compile_workflow, [FILE_TABLE] = compile_table,         [FILE_CLOCK] = compile_clock,
    [FILE_CALENDAR] = compile_calendar,
};

int file_compile(struct policy *p, enum file_kind kind, const char *name, const json_t *json,
                 struct arena *arena, void **object, struct error *err)
{
    if (kind >= sizeof(functions) / sizeof(functions[0]) || functions[kind] == NULL)
        return error_set(err, CODE_BUG, NULL, "files of kind %d are not compiled", (int)kind);
    return functions[kind](p, name, json, arena, object, err);
}
