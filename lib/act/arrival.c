#include "act/arrival.h"

#include "act/event_read.h"

void arrival_default(struct arrival *a, const char *name)
{
    if (a->default_count < sizeof a->defaults / sizeof a->defaults[0])
        a->defaults[a->default_count++] = name;
}

/* Marks that tools print beside a case; a printed line may be fed back. */
static bool is_mark(const char *name)
{
    static const char *const marks[] = {"unchanged", "duplicate", "differs", "changes", "explain",
                                        "trace",     "tasks",     "dry_run", "failed"};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (strcmp(marks[i], name) == 0)
            return true;
    return false;
}

/* Is the member of this name what the pointer names? */
static bool is_at(const char *pointer, const char *name)
{
    char own[2 * KEY_MAX + 2] = "";

    pointer_push(own, (int)sizeof own, name);
    return strcmp(own, pointer) == 0;
}

/* The record without printed marks and without the member that is the external id. */
static int strip(const struct json_record *record, const char *id_pointer, struct arena *arena,
                 struct json_record *out, struct error *err)
{
    *out = *record;
    out->members =
        ARENA_ARRAY(arena, struct json_member, record->count + 3); /* room for source and external id */
    if (!out->members)
        return error_no_memory(err);
    out->count = 0;
    for (size_t i = 0; i < record->count; i++) {
        const struct json_member *m = &record->members[i];
        if (is_mark(m->name) || (id_pointer && is_at(id_pointer, m->name)))
            continue;
        out->members[out->count++] = *m;
    }
    return 0;
}

/* The value at a pointer, a new reference. NULL: there is none. */
static json_t *nested_value(const struct json_record *record, const char *pointer, struct error *err)
{
    json_t *tree = json_tree(record->value.text, record->value.length, err), *container = NULL, *value = NULL;
    char name[256];
    size_t index = 0;

    if (tree && pointer_find(tree, pointer, &container, name, &index))
        value =
            json_is_array(container) ? json_array_get(container, index) : json_object_get(container, name);
    json_incref(value);
    json_decref(tree);
    return value;
}

/* A string or a whole number. */
static int external_id(const struct json_record *record, const char *pointer, struct arena *arena,
                       const char **id, struct error *err)
{
    json_t *value = nested_value(record, pointer, err);
    int rc = err->code;

    if (rc == 0 && (!value || json_is_null(value)))
        rc = error_set(err, CODE_REQUIRED, pointer, "required as the external id");
    if (rc == 0 && json_is_string(value))
        *id = arena_strdup(arena, json_string_value(value));
    else if (rc == 0 && json_is_integer(value))
        *id = json_tree_text(value, arena);
    else if (rc == 0)
        rc = error_set(err, CODE_INVALID, pointer, "expected a string or a whole number");
    json_decref(value);
    return rc == 0 && !*id ? error_no_memory(err) : rc;
}

static int supply_key(const struct capture_options *options, const struct json_record *record,
                      struct arena *arena, struct json_record *out, struct error *err)
{
    const char *id = NULL;
    int rc = options->id_member ? external_id(record, options->id_member, arena, &id, err) : 0;

    if (rc == 0)
        rc = strip(record, options->id_member, arena, out, err);
    if (rc == 0 && id)
        rc = json_set_string(out, arena, "external_id", id);
    if (rc == 0 && options->source && !json_get(out, "source"))
        rc = json_set_string(out, arena, "source", options->source);
    return rc;
}

/* Digest of what the record says, member by member in the table's order: white space and order do not count.
 */
static int content_digest(struct context *ctx, const struct arrival *a, struct digest *digest,
                          struct error *err)
{
    struct buf text = BUF_INIT;
    struct json_writer w;
    int rc;

    json_writer_init(&w, &text);
    json_begin_object(&w, NULL);
    for (const struct field *f = case_fields; f->name; f++)
        if (f->flags & FIELD_INPUT)
            field_write(f, &a->given, &w, false);
    json_put_raw(&w, "extra", a->extra);
    json_end_object(&w);
    rc = buf_failed(&text) ? error_no_memory(err) : 0;
    if (rc == 0)
        *digest = digest_pair(ctx->store.secret, sizeof ctx->store.secret, text.data, text.len);
    buf_release(&text);
    return rc;
}

int arrival_read(struct context *ctx, const struct capture_options *options, const struct json_record *record,
                 struct casefile *c, struct arrival *a, struct error *err)
{
    struct json_record own;
    int rc;

    memset(a, 0, sizeof *a);
    if (record->value.type != JSON_IS_OBJECT)
        return error_set(err, CODE_SYNTAX, NULL, "expected an object, got %s",
                         json_describe(&record->value, ctx->arena));
    rc = supply_key(options, record, ctx->arena, &own, err);
    casefile_init(c);
    if (rc == 0)
        rc = case_read(c, &own, &a->members, &a->extra, ctx->arena, err);
    if (rc == 0)
        rc = case_check_required(c, err);
    if (rc == 0 && c->external_id && !c->source)
        rc = error_set(err, CODE_REQUIRED, "/source", "required with external_id");
    if (rc != 0)
        return rc;
    a->given = *c;
    for (const struct field *f = case_fields; f->name; f++)
        if (!(f->flags & FIELD_INPUT))
            field_clear(f, c);
    c->head.seq = 0;
    return content_digest(ctx, a, &c->arrival, err);
}

/* `fields` and the unknown members in one object. */
static int merge_fields(struct context *ctx, const struct arrival *a, struct casefile *c, json_t *fields,
                        struct error *err)
{
    json_t *extra = json_tree(a->extra, strlen(a->extra), err), *value;
    const char *key;
    char pointer[160] = "";
    int rc = extra ? 0 : (int)err->code;

    json_object_foreach (extra, key, value) {
        pointer[0] = '\0';
        pointer_push(pointer, sizeof pointer, key);
        if (rc == 0)
            rc = json_tree_check_text(value, pointer, sizeof pointer, err);
        if (rc == 0 && !ctx->case_type->open)
            rc = error_set(err, CODE_UNKNOWN_MEMBER, pointer, "unknown member");
        if (rc == 0 && json_object_get(fields, key))
            rc = error_set(err, CODE_INVALID, pointer, "given twice: here and in fields");
        if (rc == 0 && json_object_set_nocheck(fields, key, value) != 0)
            rc = error_no_memory(err);
    }
    json_decref(extra);
    if (rc == 0)
        c->fields = json_tree_text(fields, ctx->arena);
    return rc == 0 && !c->fields ? error_no_memory(err) : rc;
}

int arrival_check_fields(struct context *ctx, struct arrival *a, struct casefile *c, struct error *err)
{
    json_t *fields;
    char pointer[256] = "/fields";
    int rc;

    if (!c->fields && !a->extra && ctx->case_type->field_count == 0)
        return 0;
    fields = c->fields ? json_tree(c->fields, strlen(c->fields), err) : json_object();
    if (!fields)
        return err->code ? (int)err->code : error_no_memory(err);
    rc = json_tree_check_text(fields, pointer, sizeof pointer, err);
    if (rc == 0 && a->extra)
        rc = merge_fields(ctx, a, c, fields, err);
    if (rc == 0)
        rc = case_type_check(ctx->case_type, fields, err);
    json_decref(fields);
    return rc;
}

int arrival_check_read_only(const struct arrival *a, const struct casefile *c, struct error *err)
{
    for (size_t i = 0; case_fields[i].name; i++) {
        const struct field *f = &case_fields[i];
        char pointer[64];
        if (f->flags & FIELD_INPUT || !(a->members & UINT64_C(1) << i) || field_equal(f, &a->given, c))
            continue;
        snprintf(pointer, sizeof pointer, "/%s", f->name);
        if (!c->number)
            return error_set(err, CODE_READ_ONLY, pointer, "is set by the tools alone");
        return error_set(err, CODE_READ_ONLY, pointer, "is set by the tools alone, and is not what %s has",
                         c->number);
    }
    return 0;
}
