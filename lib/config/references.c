/* References between the files of a policy. */
#include <stdio.h>
#include <string.h>

#include "config/compile.h"
#include "config/zone.h"
#include "rule/reading.h"

struct references {
    struct policy *policy;
    struct findings *findings;
    const struct entry *from; /* the file at hand */
};

static void add(struct references *r, const char *pointer, const char *message)
{
    struct error error;

    error_init(&error);
    error_set(&error, CODE_UNKNOWN_REFERENCE, pointer, "%s", message);
    findings_add(r->findings, r->from->file, SEVERITY_ERROR, &error);
}

static void refer(struct references *r, const char *pointer, enum file_kind kind, const char *name)
{
    char message[512];

    if (name == NULL || policy_find(r->policy, kind, name) != NULL)
        return;
    snprintf(message, sizeof(message), "there is no %s \"%s\"", file_kind_name(kind), name);
    add(r, pointer, message);
}

static void refer_zone(struct references *r, const char *name)
{
    char message[512];

    if (zone_exists(name))
        return;
    snprintf(message, sizeof(message), "the system's time zone database has no \"%s\"", name);
    add(r, "/time_zone", message);
}

static void check_settings(struct references *r)
{
    const struct policy_settings *s = r->from->object;

    refer(r, "/default_group", FILE_GROUP, s->default_group);
    refer_zone(r, s->time_zone);
}

static void check_calendar(struct references *r)
{
    const struct calendar_cache *c = r->from->object;

    /* A zone taken over from casework.json is that file's. */
    if (json_object_get(r->from->json, "time_zone") != NULL)
        refer_zone(r, calendar_zone(c->spec));
}

static void check_group(struct references *r)
{
    const struct group *g = r->from->object;

    refer(r, "/calendar", FILE_CALENDAR, g->calendar);
}

static void check_case_type(struct references *r)
{
    const struct case_type *t = r->from->object;

    refer(r, "/workflow", FILE_WORKFLOW, t->workflow);
}

static void check_workflow(struct references *r)
{
    const struct workflow *w = r->from->object;

    for (size_t i = 0; i < w->task_count; i++) {
        struct pointer_text at = pointer_to_member("/tasks", w->tasks[i].name);
        refer(r, pointer_to_member(at.text, "group").text, FILE_GROUP, w->tasks[i].group);
    }
}

/* The groups of an assignment's pools. */
static void check_pools(struct references *r, const char *pointer, const json_t *then)
{
    struct pointer_text pools = pointer_to_member(pointer, "pools");
    const json_t *pool, *group;
    size_t i, k;

    json_array_foreach (json_object_get(then, "pools"), i, pool) {
        struct pointer_text at = pointer_to_member(pointer_to_element(pools.text, i).text, "groups");
        json_array_foreach (json_object_get(pool, "groups"), k, group) {
            refer(r, pointer_to_element(at.text, k).text, FILE_GROUP, json_string_value(group));
        }
    }
}

static void check_then(struct references *r, const char *pointer, const json_t *then)
{
    static const struct {
        const char *member;
        enum file_kind kind;
    } members[] = {{"assignment_group", FILE_GROUP}, {"workflow", FILE_WORKFLOW}};

    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        refer(r, pointer_to_member(pointer, members[i].member).text, members[i].kind,
              json_string_value(json_object_get(then, members[i].member)));
    check_pools(r, pointer, then);
}

static void check_table(struct references *r)
{
    const struct table *t = r->from->object;

    for (size_t i = 0; i < t->count; i++)
        check_then(r, pointer_to_member(pointer_to_element("/rules", i).text, "then").text, t->rules[i].then);
    check_then(r, "/default", t->fallback);
}

enum part {
    PART_TASK,
    PART_MILESTONE
};

static bool workflow_has(const struct workflow *w, enum part part, const char *name)
{
    if (part == PART_TASK)
        return workflow_find(w, name) >= 0;
    for (size_t i = 0; i < w->milestone_count; i++)
        if (strcmp(w->milestones[i].name, name) == 0)
            return true;
    return false;
}

/* Some workflow must have the task or milestone, else no clock would ever stop. One that does not compile
 * might. */
static void refer_part(struct references *r, const char *pointer, enum part part, const char *name)
{
    char message[512];

    if (name == NULL)
        return;
    for (size_t i = 0; i < r->policy->count; i++) {
        const struct entry *e = &r->policy->entries[i];
        if (e->kind == FILE_WORKFLOW && (e->object == NULL || workflow_has(e->object, part, name)))
            return;
    }
    snprintf(message, sizeof(message), "no workflow has the %s \"%s\"",
             part == PART_TASK ? "task" : "milestone", name);
    add(r, pointer, message);
}

static void check_clock(struct references *r)
{
    const struct clock_definition *d = r->from->object;

    refer(r, "/calendar", FILE_CALENDAR, d->calendar);
    refer_part(r, "/stop/task", PART_TASK, d->stop.task);
    refer_part(r, "/stop/milestone", PART_MILESTONE, d->stop.milestone);
    for (size_t i = 0; i < d->on_breach_count; i++) {
        struct pointer_text at = pointer_to_element("/on_breach", i);
        refer(r, pointer_to_member(at.text, d->on_breach[i].kind).text, FILE_GROUP, d->on_breach[i].target);
    }
}

static void (*const checks[])(struct references *) = {
    [FILE_SETTINGS] = check_settings, [FILE_CASE_TYPE] = check_case_type, [FILE_GROUP] = check_group,
    [FILE_WORKFLOW] = check_workflow, [FILE_TABLE] = check_table,         [FILE_CLOCK] = check_clock,
    [FILE_CALENDAR] = check_calendar,
};

void references_check(struct policy *p, const struct entry *e, struct findings *f)
{
    struct references r = {.policy = p, .findings = f, .from = e};

    if (e->kind < sizeof(checks) / sizeof(checks[0]) && checks[e->kind] != NULL)
        checks[e->kind](&r);
}
