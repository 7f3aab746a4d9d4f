#include "act/records.h"

#include "act/journal.h"
#include "base/json_read.h"
#include "store/crm_table.h"

#define TREE_DEPTH 64 /* levels of a tree of accounts or products */

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

static int check_references(struct context *ctx, const struct crm_record *r, struct error *err)
{
    for (const struct field *f = r->kind->fields; f->name; f++) {
        char pointer[64];
        bool exists = true;
        int rc;
        if (!f->reference || field_absent(f, r))
            continue;
        rc = crm_exists(ctx->db, f->reference, field_text(f, r), &exists, err);
        snprintf(pointer, sizeof pointer, "/%s", f->name);
        if (rc == 0 && !exists)
            rc = error_set(err, CODE_UNKNOWN_REFERENCE, pointer, "there is no %s \"%s\"", f->reference,
                           field_text(f, r));
        if (rc != 0)
            return rc;
    }
    return 0;
}

/* Climbs from the parent: the record itself must not be above it. */
static int check_tree(struct context *ctx, const struct crm_record *r, struct error *err)
{
    const struct field *f = r->kind->parent ? field_find(r->kind->fields, r->kind->parent) : NULL;
    struct crm_record above;
    const char *key = f ? field_text(f, r) : NULL;
    bool found = true;
    int rc = 0;

    for (int depth = 1; rc == 0 && key && found; depth++) {
        if (strcmp(key, r->key) == 0)
            return error_set(err, CODE_CYCLE, "/parent", "%s would be above itself", r->key);
        if (depth == TREE_DEPTH)
            return error_set(err, CODE_LIMIT, "/parent", "more than %d levels", TREE_DEPTH);
        rc = crm_find(ctx->db, r->kind, key, ctx->arena, &above, &found, err);
        key = found ? field_text(f, &above) : NULL;
    }
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

    if (out->created)
        r->head.subject = arena_printf(ctx->arena, "%s/%s", r->kind->name, r->key);
    if (!r->head.subject)
        return error_no_memory(err);
    journal_open(&j, ctx, &r->head, type, ctx->now, "");
    if (out->created)
        journal_record(&j, "record", "/data/record", fields, r);
    else
        journal_changes(&j, "changes", "/data/changes", fields, before, r);
    return journal_close(&j, err);
}

/* The record as it is, or a new one under this key. */
static int load_existing(struct context *ctx, const struct record_kind *kind, const struct json_record *json,
                         bool replace, struct put_report *out, struct crm_record *before, struct error *err)
{
    const struct json_value *key = json_get(json, "key");
    struct crm_record *r = &out->record;
    bool found = false;
    int rc = 0;

    crm_record_init(r, kind);
    if (key && key->type == JSON_IS_STRING && key->length <= KEY_MAX)
        rc = crm_find(ctx->db, kind, key->text, ctx->arena, r, &found, err);
    if (rc != 0)
        return rc;
    if (!found)
        crm_record_init(r, kind);
    out->created = !found;
    *before = *r;
    if (found && replace) {
        crm_record_init(r, kind);
        r->id = before->id;
        r->key = before->key;
        r->head = before->head;
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
    if (rc == 0)
        rc = check_references(ctx, &out->record, err);
    if (rc == 0)
        rc = check_tree(ctx, &out->record, err);
    if (rc != 0)
        return rc;
    if (!out->created && !fields_differ(kind->fields, &before, &out->record)) {
        out->record = before;
        out->unchanged = true;
        return 0;
    }
    rc = journal_record_event(ctx, out, &before, err);
    return rc == 0 ? crm_save(ctx->db, &out->record, err) : rc;
}
