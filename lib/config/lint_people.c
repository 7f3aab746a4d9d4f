/* Whether anybody in the store can be picked by the rules of the assignment table. */
#include <stdio.h>
#include <string.h>

#include "config/compile.h"
#include "rule/reading.h"
#include "store/crm_table.h"

#define PAGE 256

struct person {
    json_t *groups; /* an array of names, or NULL */
    json_t *skills; /* an object of levels, or NULL */
};

struct roster {
    struct policy *policy;
    struct findings findings;
    const struct policy_file *file;
    const struct table *table;
    struct person *people; /* active agents */
    size_t count, room;
    struct arena arena;
};

static json_t *list_of(const struct crm_record *r, const char *name)
{
    const struct field *f = field_find(r->kind->fields, name);
    const char *text = f != NULL ? field_text(f, r) : NULL;

    return text != NULL ? json_loads(text, 0, NULL) : NULL;
}

static int add_person(struct roster *r, const struct crm_record *agent, struct error *err)
{
    struct person *people = r->people;

    if (!agent->active)
        return 0;
    if (r->count == r->room) {
        r->room = r->room > 0 ? r->room * 2 : 64;
        people = realloc(r->people, r->room * sizeof(*people));
        if (people == NULL)
            return error_no_memory(err);
        r->people = people;
    }
    people[r->count++] = (struct person){list_of(agent, "groups"), list_of(agent, "skills")};
    return 0;
}

static int read_page(struct roster *r, struct db *db, char after[KEY_MAX + 1], bool *end, struct error *err)
{
    const struct record_kind *kind = &record_kinds[KIND_AGENT];
    struct arena arena = ARENA_INIT;
    const char *keys[PAGE];
    struct crm_record agent;
    bool found;
    int rc = crm_page(db, kind, after, &arena, keys, PAGE, err), count = rc;

    for (int i = 0; i < count && rc >= 0; i++) {
        rc = crm_find(db, kind, keys[i], &arena, &agent, &found, err);
        if (rc == 0 && found)
            rc = add_person(r, &agent, err);
        snprintf(after, KEY_MAX + 1, "%s", keys[i]);
    }
    *end = count < PAGE;
    arena_release(&arena);
    return rc < 0 ? rc : 0;
}

static bool is_member(const struct person *who, const char *group)
{
    const json_t *name;
    size_t i;

    json_array_foreach (who->groups, i, name) {
        if (strcmp(json_string_value(name), group) == 0)
            return true;
    }
    return false;
}

static bool is_in_pools(const struct person *who, const struct assignment *a)
{
    for (size_t i = 0; i < a->pool_count; i++)
        for (size_t k = 0; k < a->pools[i].group_count; k++)
            if (is_member(who, a->pools[i].groups[k]))
                return true;
    return false;
}

static bool has_skill(const struct person *who, const struct skill_need *need)
{
    const json_t *level = json_object_get(who->skills, need->name);

    return level != NULL && json_number_value(level) >= (double)need->level;
}

static bool has_skills(const struct person *who, const struct assignment *a)
{
    for (size_t i = 0; i < a->skill_count; i++)
        if (!has_skill(who, &a->skills[i]))
            return false;
    return true;
}

/* Who works for a vendor is not in the store. */
static bool is_vendors(struct roster *r, const struct assignment *a)
{
    const struct group *g;
    struct error ignored;

    error_init(&ignored);
    return a->skill_count == 0 && policy_group(r->policy, a->group, &g, &ignored) == 0 && g->vendor;
}

static bool known_skill(const struct roster *r, const char *name)
{
    for (size_t i = 0; i < r->count; i++)
        if (json_object_get(r->people[i].skills, name) != NULL)
            return true;
    return false;
}

static void tell(struct roster *r, const char *code, enum severity severity, const char *rule,
                 const char *pointer, const char *message)
{
    struct finding finding = {.code = code,
                              .severity = severity,
                              .pointer = pointer,
                              .rule = rule,
                              .message = message,
                              .at = TIME_NONE};

    if (message != NULL)
        findings_tell(&r->findings, r->file, &finding);
}

/* A skill that nobody at all has is a misspelt name: an error, and the reason why nobody can be picked. */
static bool tell_unknown_skills(struct roster *r, const struct assignment *a, const char *rule,
                                const char *pointer)
{
    struct pointer_text at = pointer_to_member(pointer, "skills");
    bool told = false;

    for (size_t i = 0; i < a->skill_count; i++) {
        if (known_skill(r, a->skills[i].name))
            continue;
        told = true;
        tell(r, code_name(CODE_UNKNOWN_REFERENCE), SEVERITY_ERROR, rule, at.text,
             arena_printf(&r->arena, "no active agent has the skill \"%s\"", a->skills[i].name));
    }
    return told;
}

static const char *say_no_one(struct roster *r, const struct assignment *a, const char *rule)
{
    const char *where = a->pool_count > 1 ? " or the other groups of its pools" : "", *needs = NULL;

    for (size_t i = 0; i < a->skill_count; i++)
        needs = arena_printf(&r->arena, "%s%s%s at level %lld", needs != NULL ? needs : "",
                             needs != NULL ? ", " : "", a->skills[i].name, (long long)a->skills[i].level);
    return arena_printf(&r->arena, "%s%s%s: no active agent of group \"%s\"%s%s%s", rule ? "rule \"" : "",
                        rule ? rule : "the default", rule ? "\"" : "", a->group, where,
                        needs != NULL ? " has " : "", needs != NULL ? needs : "");
}

/* What a rule says, or the default (id NULL). */
static int check_then(struct roster *r, const json_t *then, const char *id, const char *at, struct error *err)
{
    struct assignment a;
    int rc = assignment_read(then, at, &r->arena, &a, err);

    if (rc != 0 || a.group == NULL || tell_unknown_skills(r, &a, id, at) || is_vendors(r, &a))
        return rc;
    for (size_t i = 0; i < r->count; i++)
        if (is_in_pools(&r->people[i], &a) && has_skills(&r->people[i], &a))
            return 0;
    tell(r, "no_one", SEVERITY_WARNING, id, at, say_no_one(r, &a, id));
    return 0;
}

static int check_table(struct roster *r, struct error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < r->table->count; i++)
        rc = check_then(r, r->table->rules[i].then, r->table->rules[i].id,
                        pointer_to_member(pointer_to_element("/rules", i).text, "then").text, err);
    return rc == 0 && r->table->fallback ? check_then(r, r->table->fallback, NULL, "/default", err) : rc;
}

static void roster_release(struct roster *r)
{
    for (size_t i = 0; i < r->count; i++) {
        json_decref(r->people[i].groups);
        json_decref(r->people[i].skills);
    }
    free(r->people);
    arena_release(&r->arena);
}

long lint_people(struct policy *p, struct db *db, lint_report *report, void *context, struct error *err)
{
    struct roster r = {.policy = p, .findings = {.report = report, .context = context}};
    const struct entry *e = policy_find(p, FILE_TABLE, "assignment");
    char after[KEY_MAX + 1] = "";
    bool end = false;
    int rc = 0;

    if (e == NULL || e->object == NULL)
        return 0; /* none, or one that has findings of its own */
    r.file = e->file;
    r.table = e->object;
    while (rc == 0 && !end)
        rc = read_page(&r, db, after, &end, err);
    if (rc == 0)
        rc = check_table(&r, err);
    if (rc == 0 && arena_failed(&r.arena))
        rc = error_no_memory(err);
    roster_release(&r);
    return rc != 0 ? rc : r.findings.count;
}
