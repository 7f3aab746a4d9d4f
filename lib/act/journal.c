#include "act/journal.h"

#include "store/journal_table.h"

/* Every value has a salt of its own: what a bare digest stands for could be guessed. */
static void keep_value(struct journal *j, const char *pointer, const char *value, char hex[DIGEST_HEX])
{
    struct digest digest;
    size_t i = j->value_count;

    hex[0] = '\0';
    if (i == JOURNAL_PERSONAL) {
        error_set(&j->error, CODE_LIMIT, pointer, "more than %d personal values in one event",
                  JOURNAL_PERSONAL);
        return;
    }
    if (random_bytes(&j->ctx->random, j->values[i].salt, SALT_SIZE, &j->error) != 0)
        return;
    j->values[i].pointer = arena_strdup(j->ctx->arena, pointer);
    j->values[i].value = value;
    j->value_count++;
    digest = digest_pair(j->values[i].salt, SALT_SIZE, value, strlen(value));
    digest_hex(&digest, hex);
}

void journal_personal(struct journal *j, const char *pointer, const char *name, const char *value)
{
    char hex[DIGEST_HEX];

    if (!value) {
        error_no_memory(&j->error);
        return;
    }
    if (strcmp(value, "null") == 0) {
        json_put_null(&j->w, name);
        return;
    }
    keep_value(j, pointer, value, hex);
    json_begin_object(&j->w, name);
    json_put_text(&j->w, "sha256", hex);
    json_end_object(&j->w);
}

static bool is_personal_member(const struct case_type *type, const char *name)
{
    for (size_t i = 0; type && i < type->field_count; i++)
        if (type->fields[i].personal && strcmp(type->fields[i].name, name) == 0)
            return true;
    return false;
}

static bool has_personal_members(const struct case_type *type)
{
    for (size_t i = 0; type && i < type->field_count; i++)
        if (type->fields[i].personal)
            return true;
    return false;
}

/* An object of which the case type marks some members personal. */
static void write_typed(struct journal *j, const char *pointer, const char *name, const char *json)
{
    struct arena *arena = j->ctx->arena;
    json_t *tree, *value;
    const char *key;

    if (!has_personal_members(j->ctx->case_type) || strcmp(json, "null") == 0) {
        json_put_raw(&j->w, name, json);
        return;
    }
    tree = json_tree(json, strlen(json), &j->error);
    json_begin_object(&j->w, name);
    json_object_foreach (tree, key, value) {
        const char *text = json_tree_text(value, arena);
        char at[256];
        snprintf(at, sizeof at, "%s", pointer);
        pointer_push(at, sizeof at, key);
        if (is_personal_member(j->ctx->case_type, key))
            journal_personal(j, at, key, text);
        else
            json_put_raw(&j->w, key, text);
    }
    json_end_object(&j->w);
    json_decref(tree);
}

/* One value under its name, or as an element when `name` is NULL. A personal one is masked; it lies at
 * pointer/field and `element` ("", "/0" or "/1"). */
static void write_value(struct journal *j, const char *pointer, const char *element, const char *name,
                        const struct field *f, const void *object)
{
    bool personal = field_is_personal(f, object);
    struct field named = *f;
    char at[128];

    if (!personal && (!(f->flags & FIELD_TYPED) || field_absent(f, object))) {
        named.name = name;
        field_write(&named, object, &j->w, name == NULL);
        return;
    }
    snprintf(at, sizeof at, "%s/%s%s", pointer, f->name, element);
    if (personal)
        journal_personal(j, at, name, field_json(f, object, j->ctx->arena));
    else
        write_typed(j, at, name, field_json(f, object, j->ctx->arena));
}

void journal_record(struct journal *j, const char *name, const char *pointer, const struct field *fields,
                    const void *object)
{
    json_begin_object(&j->w, name);
    for (const struct field *f = fields; f->name; f++) {
        if (!field_absent(f, object))
            write_value(j, pointer, "", f->name, f, object);
    }
    json_end_object(&j->w);
}

int journal_changes(struct journal *j, const char *name, const char *pointer, const struct field *fields,
                    const void *before, const void *after)
{
    int count = 0;

    for (const struct field *f = fields; f->name; f++) {
        if (f->flags & FIELD_NO_CHANGE || field_equal(f, before, after))
            continue;
        if (count++ == 0)
            json_begin_object(&j->w, name);
        json_begin_array(&j->w, f->name);
        write_value(j, pointer, "/0", NULL, f, before);
        write_value(j, pointer, "/1", NULL, f, after);
        json_end_array(&j->w);
    }
    if (count > 0)
        json_end_object(&j->w);
    return count;
}

struct json_writer *journal_open(struct journal *j, struct context *ctx, struct chain *chain,
                                 const char *type, usec at, const char *config)
{
    struct json_writer *w = &j->w;

    j->ctx = ctx;
    j->chain = chain;
    j->type = type;
    j->at = at;
    j->value_count = 0;
    j->event_id = 0;
    error_init(&j->error);
    if (!config && ctx->policy)
        config = policy_commit(ctx->policy);
    j->config = config && *config ? config : NULL;
    buf_clear(&ctx->event_body);
    json_writer_init(w, &ctx->event_body);
    json_begin_object(w, NULL);
    json_put_text(w, "subject", chain->subject);
    json_put_int(w, "seq", chain->seq + 1);
    json_put_time(w, "at", at);
    json_put_time(w, "recorded_at", ctx->recorded_at);
    json_put_text(w, "actor", ctx->actor);
    json_put_int(w, "uid", ctx->uid);
    json_put_text(w, "tool", ctx->tool);
    json_put_text(w, "type", type);
    json_put_text(w, "config", j->config);
    json_begin_object(w, "data");
    return w;
}

int journal_close(struct journal *j, struct error *err)
{
    struct context *ctx = j->ctx;
    struct event event = {
        .subject = j->chain->subject,
        .seq = j->chain->seq + 1,
        .type = j->type,
        .at = j->at,
        .actor = ctx->actor,
        .config = j->config,
    };
    int rc;

    json_end_object(&j->w);
    json_end_object(&j->w);
    if (j->error.code)
        return error_copy(err, &j->error);
    if (buf_failed(&ctx->event_body) || arena_failed(ctx->arena))
        return error_no_memory(err);
    event.body = ctx->event_body.data;
    event.body_length = ctx->event_body.len;
    event.hash = digest_pair(j->chain->hash.bytes, DIGEST_SIZE, event.body, event.body_length);
    rc = event_insert(ctx->db, &event, err);
    for (size_t i = 0; rc == 0 && i < j->value_count; i++) {
        struct event_value value = {
            .event_id = event.id, .pointer = j->values[i].pointer, .value = j->values[i].value};
        memcpy(value.salt, j->values[i].salt, SALT_SIZE);
        rc = event_value_insert(ctx->db, &value, err);
    }
    if (rc != 0)
        return rc;
    j->event_id = event.id;
    j->chain->seq = event.seq;
    j->chain->hash = event.hash;
    return 0;
}
