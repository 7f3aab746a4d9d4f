#include "act/verbs.h"

#include "act/assign.h"
#include "act/journal.h"
#include "act/levels.h"
#include "act/prioritise.h"
#include "act/reference.h"
#include "act/units.h"
#include "store/case_table.h"

#define PARENTS_MAX 64 /* cases above a case */

static const char *pointer_to(const char *name, char pointer[160])
{
    pointer[0] = '\0';
    pointer_push(pointer, 160, name);
    return pointer;
}

/* Merges an object text into the case's `fields`. */
static int patch_fields(struct context *ctx, struct casefile *c, const json_t *patch, struct error *err)
{
    json_t *fields = c->fields ? json_tree(c->fields, strlen(c->fields), err) : json_object();
    char pointer[256] = "/fields";
    int rc = fields ? 0 : err->code ? (int)err->code : error_no_memory(err);

    if (rc == 0 && json_tree_patch(fields, patch) != 0)
        rc = error_no_memory(err);
    if (rc == 0)
        rc = json_tree_check_text(fields, pointer, sizeof pointer, err);
    if (rc == 0)
        rc = case_type_check(ctx->case_type, fields, err);
    if (rc == 0)
        c->fields = json_object_size(fields) > 0 ? json_tree_text(fields, ctx->arena) : NULL;
    json_decref(fields);
    return rc == 0 && arena_failed(ctx->arena) ? error_no_memory(err) : rc;
}

static int patch_unknown(struct context *ctx, struct casefile *c, const struct json_member *m,
                         struct error *err)
{
    char pointer[160];
    json_t *patch, *value;
    int rc;

    if (!ctx->case_type->open)
        return error_set(err, CODE_UNKNOWN_MEMBER, pointer_to(m->name, pointer), "unknown member");
    value = m->value.type == JSON_IS_STRING ? json_stringn_nocheck(m->value.text, m->value.length)
                                            : json_tree(m->value.text, strlen(m->value.text), err);
    patch = json_object();
    if (!patch || json_object_set_new_nocheck(patch, m->name, value) != 0)
        rc = err->code ? (int)err->code : error_no_memory(err);
    else
        rc = patch_fields(ctx, c, patch, err);
    json_decref(patch);
    return rc;
}

/* Members that a case has from the start to the end. */
static bool is_fixed(const struct field *f)
{
    static const char *const fixed[] = {"case_type", "source", "external_id", "opened_at", "channel"};

    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        if (strcmp(f->name, fixed[i]) == 0)
            return true;
    return !(f->flags & (FIELD_INPUT | FIELD_UPDATE));
}

/* Climbs from the parent; one that is not there ends the climb. */
static int check_parent(struct context *ctx, const struct casefile *c, struct error *err)
{
    const char *number = c->parent;

    for (int level = 0; number && level < PARENTS_MAX; level++) {
        struct casefile above;
        struct error missing;
        int rc;
        if (strcmp(number, c->number) == 0)
            return error_set(err, CODE_CYCLE, "/parent", "%s would be above itself", c->number);
        error_init(&missing);
        casefile_init(&above);
        rc = case_find(ctx->db, number, ctx->arena, &above, &missing);
        if (rc != 0)
            return rc == CODE_NOT_FOUND ? 0 : error_copy(err, &missing);
        number = above.parent;
    }
    return number ? error_set(err, CODE_LIMIT, "/parent", "more than %d levels", PARENTS_MAX) : 0;
}

/* A priority by hand stays until it is "auto" again. The same one once more remains whose it was. */
static int patch_priority(struct context *ctx, const struct field *f, struct casefile *c,
                          const struct json_value *value, struct error *err)
{
    int64_t before = c->priority;
    int rc;

    if (value->type == JSON_IS_NULL || (value->type == JSON_IS_STRING && strcmp(value->text, "auto") == 0)) {
        c->priority_by = NULL;
        return 0;
    }
    rc = field_read(f, c, value, ctx->arena, err);
    if (rc == 0 && (!c->priority_by || c->priority != before))
        c->priority_by = ctx->actor;
    return rc;
}

static int patch_member(struct context *ctx, struct casefile *c, const struct json_member *m,
                        struct error *err)
{
    const struct field *f = field_find(case_fields, m->name);
    struct casefile given = *c;
    char pointer[160];
    int rc;

    if (!f || f->flags & FIELD_UNPRINTED)
        return patch_unknown(ctx, c, m, err);
    if (strcmp(f->name, "priority") == 0)
        return patch_priority(ctx, f, c, &m->value, err);
    if (f->flags & FIELD_TYPED && m->value.type == JSON_IS_OBJECT) {
        json_t *patch = json_tree(m->value.text, m->value.length, err);
        rc = patch ? patch_fields(ctx, c, patch, err) : (int)err->code;
        json_decref(patch);
        return rc;
    }
    rc = field_read(f, &given, &m->value, ctx->arena, err);
    if (rc != 0)
        return rc;
    if (is_fixed(f) && !field_equal(f, &given, c))
        return error_set(err, CODE_READ_ONLY, pointer_to(m->name, pointer), "cannot be changed");
    field_copy(f, c, &given);
    if (strcmp(f->name, "parent") == 0 && (rc = check_parent(ctx, c, err)))
        return rc;
    if ((f->flags & FIELD_REQUIRED || f->type == FIELD_RANK) && field_absent(f, c))
        return error_set(err, CODE_REQUIRED, pointer_to(m->name, pointer), "required");
    return f->flags & FIELD_TYPED ? case_type_check(ctx->case_type, NULL, err) : 0; /* null took them all */
}

static bool changed_text(const char *a, const char *b)
{
    return a != b && (!a || !b || strcmp(a, b) != 0);
}

/* Assignment by hand: the load moves with the person; a new group leaves the case to that group, unless the
 * patch names a person as well. */
static int reassign(struct context *ctx, struct work *w, bool names_person, struct error *err)
{
    struct casefile *c = &w->c, before = w->before;
    bool person = changed_text(before.assigned_to, c->assigned_to);
    bool group = changed_text(before.assignment_group, c->assignment_group);
    int rc = 0;

    if (group)
        rc = check_group(ctx, c->assignment_group, err);
    if (rc == 0 && person)
        rc = check_agent(ctx, c->assigned_to, err);
    if (rc != 0 || (!person && !group))
        return rc;
    if (group && !names_person)
        c->assigned_to = NULL;
    rc = group ? assign_need_forget(ctx, c, err) : 0;
    if (rc == 0)
        rc = release_load(ctx, &before, err);
    c->size = 0;
    return rc == 0 ? charge_load(ctx, c, err) : rc;
}

static int journal_updated(struct context *ctx, struct work *w, struct error *err)
{
    struct journal j;
    journal_open(&j, ctx, &w->c.head, "case.updated", ctx->now, NULL);
    journal_changes(&j, "changes", "/data/changes", case_fields, &w->before, &w->c);
    return journal_close(&j, err);
}

int update_case(struct context *ctx, struct work *w, const struct json_record *patch, int64_t seq,
                struct error *err)
{
    int rc = policy_case_type(ctx->policy, w->c.case_type, &ctx->case_type, err);

    if (rc == 0 && seq != INT_NONE && seq != w->c.head.seq)
        return error_set(err, CODE_STALE, "/seq", "%s is at seq %lld, not %lld", w->c.number,
                         (long long)w->c.head.seq, (long long)seq);
    if (rc == 0 && patch->value.type != JSON_IS_OBJECT)
        return error_set(err, CODE_INVALID, "/patch", "expected an object");
    for (size_t i = 0; rc == 0 && i < patch->count; i++)
        rc = patch_member(ctx, &w->c, &patch->members[i], err);
    if (rc != 0)
        return rc;
    if (!fields_differ(case_fields, &w->before, &w->c)) {
        w->unchanged = true;
        return 0;
    }
    if (!case_is_active(&w->c))
        return error_set(err, CODE_BAD_STATE, NULL, "%s is %s and cannot be changed", w->c.number,
                         case_state_names[w->c.state]);
    rc = reassign(ctx, w, json_get(patch, "assigned_to") != NULL, err);
    if (rc == 0 && changed_text(w->before.entitlement, w->c.entitlement) &&
        w->c.progress >= PROGRESS_ENRICHED)
        rc = units_hold(ctx, &w->c, w->c.entitlement, err);
    if (rc == 0)
        rc = journal_updated(ctx, w, err);
    if (rc == 0)
        rc = follow_priority(ctx, &w->c, w->before.priority, err);
    if (rc == 0)
        rc = prioritise_again(ctx, w, err);
    if (rc == 0)
        rc = levels_evaluate(ctx, w, NULL, err);
    return rc == 0 ? work_save(ctx, w, err) : rc;
}
