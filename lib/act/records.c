#include "act/records.h"

#include "act/journal.h"
#include "base/json_read.h"
#include "store/crm_table.h"
#include "store/entitlement_table.h"
#include "store/impact_table.h"

#define LEVELS_MAX 10000 /* a loop that is in the store all the same must not hang the tool */

static int find_kind(const struct json_record *json, const struct record_kind **kind, struct error *err)
{
    const struct json_value *name = json_get(json, "kind");

    if (json->value.type != JSON_IS_OBJECT)
        return error_set(err, CODE_SYNTAX, NULL, "expected an object");
    if (*kind && name && (name->type != JSON_IS_STRING || strcmp(name->text, (*kind)->name) != 0))
        return error_set(err, CODE_INVALID, "/kind", "expected \"%s\"", (*kind)->name);
    if (*kind)
        return 0;
    if (!name || name->type != JSON_IS_STRING)
        return error_set(err, CODE_REQUIRED, "/kind", "required");
    *kind = record_kind_find(name->text);
    return *kind ? 0 : error_set(err, CODE_INVALID, "/kind", "there is no kind \"%s\"", name->text);
}

uint64_t record_identity(struct context *ctx, const struct record_kind *kind, const struct json_record *json)
{
    bool named = kind && json->value.type == JSON_IS_STRING;
    const char *key = named ? json->value.text : NULL;
    struct error ignored; /* it will be told when the record's turn comes */

    error_init(&ignored);
    if (!named && (find_kind(json, &kind, &ignored) != 0 ||
                   crm_record_key(kind, json, ctx->arena, &key, &ignored) != 0))
        return 0;
    return key ? crm_name(kind, key) : 0;
}

/* Put, or deleted, in a batch that a dry run has taken back. */
static bool passed_before(const struct context *ctx, const struct record_kind *kind, const char *key)
{
    return ctx->passed.count > 0 && number_map_find(&ctx->passed, crm_name(kind, key));
}

static int check_reference(struct context *ctx, struct put_report *out, const char *kind, const char *key,
                           const char *pointer, struct error *err)
{
    const struct record_kind *referred = record_kind_find(kind);
    bool exists = false;
    int rc = crm_exists(ctx->db, kind, key, &exists, err);

    if (rc != 0 || exists || (referred && passed_before(ctx, referred, key)))
        return rc;
    out->waits_for = referred ? crm_name(referred, key) : 0;
    return error_set(err, CODE_UNKNOWN_REFERENCE, pointer, "there is no %s \"%s\"", kind, key);
}

static int check_links(struct context *ctx, struct put_report *out, const struct field *list,
                       struct error *err)
{
    struct record_link *links;
    size_t count;
    int rc = crm_links(&out->record, list->name, ctx->arena, &links, &count, err);

    for (size_t i = 0; rc == 0 && i < count; i++) {
        char pointer[96];
        snprintf(pointer, sizeof pointer, "/%s/%zu/%s", list->name, i, list->reference);
        rc = check_reference(ctx, out, list->reference, links[i].key, pointer, err);
    }
    return rc;
}

/* What a record referred to already is there still: nothing that is referred to can be deleted. */
static int check_references(struct context *ctx, struct put_report *out, const struct crm_record *before,
                            struct error *err)
{
    const struct crm_record *r = &out->record;
    int rc = 0;

    for (const struct field *f = r->kind->fields; rc == 0 && f->name; f++) {
        char pointer[64];
        if (!f->reference || field_absent(f, r) || (!out->created && field_equal(f, before, r)))
            continue;
        snprintf(pointer, sizeof pointer, "/%s", f->name);
        rc = f->flags & FIELD_LINKS ? check_links(ctx, out, f, err)
                                    : check_reference(ctx, out, f->reference, field_text(f, r), pointer, err);
    }
    return rc;
}

/* Climbs from the parent: the record itself must not be above it. Nothing can be below a new one yet. */
static int check_tree(struct context *ctx, const struct put_report *out, const struct crm_record *before,
                      struct error *err)
{
    const struct crm_record *r = &out->record;
    const struct field *f = r->kind->parent ? field_find(r->kind->fields, r->kind->parent) : NULL;
    const char *key = f ? field_text(f, r) : NULL;
    struct crm_record above;
    char pointer[64];
    bool found = true;
    int rc = 0;

    if (!key || out->created || field_equal(f, before, r))
        return 0;
    snprintf(pointer, sizeof pointer, "/%s", f->name);
    for (int level = 1; rc == 0 && key && found; level++) {
        if (strcmp(key, r->key) == 0)
            return error_set(err, CODE_CYCLE, pointer, "%s would be above itself", r->key);
        if (level == LEVELS_MAX)
            return error_set(err, CODE_LIMIT, pointer, "more than %d levels", LEVELS_MAX);
        rc = crm_find(ctx->db, r->kind, key, ctx->arena, &above, &found, err);
        key = found ? field_text(f, &above) : NULL;
    }
    return rc;
}

/* `used` cannot become less than what cases have used: an old line put back must not free spent units. */
static int check_used(struct context *ctx, const struct put_report *out, const struct crm_record *before,
                      struct error *err)
{
    const struct crm_record *r = &out->record;
    const struct field *f = field_find(r->kind->fields, "used");
    int64_t used, units = 0;
    int rc;

    if (!f || out->created || field_equal(f, before, r))
        return 0;
    used = field_absent(f, r) ? 0 : *(const int64_t *)(const void *)((const char *)r + f->offset);
    rc = entitlement_used(ctx->db, r->key, &units, err);
    if (rc == 0 && used < units)
        rc = error_set(err, CODE_INVALID, "/used", "cases have used %lld", (long long)units);
    return rc;
}

static int journal_record_event(struct context *ctx, struct put_report *out, const struct crm_record *before,
                                struct error *err)
{
    struct crm_record *r = &out->record;
    const struct field *fields = r->kind->fields;
    struct journal j;
    const char *type = out->created                   ? "record.created"
                       : before->active && !r->active ? "record.retired"
                                                      : "record.updated";

    journal_open(&j, ctx, &r->head, type, ctx->now, "");
    if (out->created)
        journal_record(&j, "record", "/data/record", fields, r);
    else
        journal_changes(&j, "changes", "/data/changes", fields, before, r);
    return journal_close(&j, err);
}

/* A new record begins a journal, or goes on in the one that it had before it was deleted. */
static int begin_journal(struct context *ctx, struct crm_record *r, struct error *err)
{
    bool found = false;
    int rc = 0;

    r->head.subject = arena_printf(ctx->arena, "%s/%s", r->kind->name, r->key);
    if (!r->head.subject)
        return error_no_memory(err);
    if (!ctx->deleted_known)
        rc = crm_any_deleted(ctx->db, &ctx->deleted_any, err);
    if (rc != 0)
        return rc;
    ctx->deleted_known = true;
    return ctx->deleted_any ? crm_revive(ctx->db, r->head.subject, &r->head, &found, err) : 0;
}

/* What was worked out about items before is no longer true; once a transaction is enough to say so. */
static int revise_impact(struct context *ctx, const struct record_kind *kind, struct error *err)
{
    if (ctx->impact_revised ||
        (kind->id != KIND_CI && kind->id != KIND_CI_RELATION && kind->id != KIND_ASSET))
        return 0;
    ctx->impact_revised = true;
    return impact_revise(ctx->db, err);
}

static int save_change(struct context *ctx, struct put_report *out, const struct crm_record *before,
                       struct error *err)
{
    int rc = out->created ? begin_journal(ctx, &out->record, err) : 0;

    if (rc == 0)
        rc = journal_record_event(ctx, out, before, err);
    if (rc == 0)
        rc = crm_save(ctx->db, &out->record, err);
    return rc == 0 ? revise_impact(ctx, out->record.kind, err) : rc;
}

/* The record that the JSON names as it is stored; *key NULL: it names none. */
static int load_named(struct context *ctx, const struct record_kind *kind, const struct json_record *json,
                      struct crm_record *r, const char **key, bool *found, struct error *err)
{
    int rc;

    *found = false;
    *key = json->value.type == JSON_IS_STRING ? json->value.text : NULL;
    rc = *key ? 0 : crm_record_key(kind, json, ctx->arena, key, err);
    if (rc == 0 && *key)
        rc = crm_find(ctx->db, kind, *key, ctx->arena, r, found, err);
    if (rc == 0 && !*found)
        crm_record_init(r, kind);
    return rc;
}

/* The record as it is, or a new one. */
static int load_existing(struct context *ctx, const struct record_kind *kind, const struct json_record *json,
                         bool replace, struct put_report *out, struct crm_record *before, struct error *err)
{
    const struct field *counted = field_find(kind->fields, "used");
    struct crm_record *r = &out->record;
    const char *key;
    bool found;
    int rc = load_named(ctx, kind, json, r, &key, &found, err);

    if (rc != 0)
        return rc;
    out->created = !found;
    *before = *r;
    if (found && replace) {
        crm_record_init(r, kind);
        r->stored = true;
        r->key = before->key;
        r->head = before->head;
        if (counted) /* what cases have used stays used */
            field_copy(counted, r, before);
    }
    return 0;
}

int put_record(struct context *ctx, const struct record_kind *kind, const struct json_record *json,
               bool replace, struct put_report *out, struct error *err)
{
    struct crm_record before;
    int rc;

    memset(out, 0, sizeof *out);
    rc = find_kind(json, &kind, err);
    if (rc == 0)
        rc = load_existing(ctx, kind, json, replace, out, &before, err);
    if (rc == 0)
        rc = crm_record_read(&out->record, json, ctx->arena, err);
    if (rc != 0)
        return rc;
    if (!out->created && !fields_differ(kind->fields, &before, &out->record)) {
        out->record = before;
        out->unchanged = true;
        return 0;
    }
    rc = check_references(ctx, out, &before, err);
    if (rc == 0)
        rc = check_tree(ctx, out, &before, err);
    if (rc == 0)
        rc = check_used(ctx, out, &before, err);
    return rc == 0 ? save_change(ctx, out, &before, err) : rc;
}

/* Deleting again what is gone is no mistake; a key that never was is one. */
static int check_gone(struct context *ctx, struct put_report *out, struct error *err)
{
    const struct crm_record *r = &out->record;
    const char *subject = arena_printf(ctx->arena, "%s/%s", r->kind->name, r->key);
    int rc = subject ? crm_was_deleted(ctx->db, subject, &out->unchanged, err) : error_no_memory(err);

    if (rc == 0 && !out->unchanged)
        rc = error_set(err, CODE_NOT_FOUND, "/key", "there is no %s \"%s\"", r->kind->name, r->key);
    return rc;
}

static int check_unreferenced(struct context *ctx, struct put_report *out, struct error *err)
{
    const struct crm_record *r = &out->record;
    struct crm_referrer from;
    int rc = crm_referrer(ctx->db, r, &ctx->passed, ctx->arena, &from, err);

    if (rc != 0 || !from.key)
        return rc;
    out->waits_for = from.kind ? crm_name(from.kind, from.key) : 0;
    return error_set(err, CODE_REFUSED, NULL,
                     "%s %s is referred to by %s%s%s: retire it instead (\"active\": false)", r->kind->name,
                     r->key, from.kind ? from.kind->name : "", from.kind ? "/" : "", from.key);
}

static int journal_deletion(struct context *ctx, struct crm_record *r, struct error *err)
{
    struct journal j;

    journal_open(&j, ctx, &r->head, "record.deleted", ctx->now, "");
    return journal_close(&j, err);
}

/* The key that is given besides the parts that make it must be the same. */
static int check_key(const struct json_record *json, const char *key, struct error *err)
{
    const struct json_value *given = json_get(json, "key");

    if (!key)
        return error_set(err, CODE_REQUIRED, "/key", "required");
    if (given && given->type == JSON_IS_STRING && strcmp(given->text, key) != 0)
        return error_set(err, CODE_INVALID, "/key", "expected \"%s\", got \"%s\"", key, given->text);
    return 0;
}

int delete_record(struct context *ctx, const struct record_kind *kind, const struct json_record *json,
                  struct put_report *out, struct error *err)
{
    struct crm_record *r = &out->record;
    bool found = false, named = kind && json->value.type == JSON_IS_STRING;
    const char *key = NULL;
    int rc;

    memset(out, 0, sizeof *out);
    rc = named ? 0 : find_kind(json, &kind, err);
    if (rc == 0)
        rc = load_named(ctx, kind, json, r, &key, &found, err);
    if (rc == 0)
        rc = check_key(json, key, err);
    if (rc != 0)
        return rc;
    r->key = key;
    if (!found)
        return check_gone(ctx, out, err);
    out->unchanged = passed_before(ctx, kind, key);
    if (out->unchanged)
        return 0;
    rc = check_unreferenced(ctx, out, err);
    if (rc == 0)
        rc = journal_deletion(ctx, r, err);
    if (rc == 0)
        rc = crm_delete(ctx->db, r, err);
    ctx->deleted_known = ctx->deleted_any = true;
    return rc == 0 ? revise_impact(ctx, kind, err) : rc;
}
