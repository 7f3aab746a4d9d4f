#include "model/crm.h"

#include "base/hash.h"

uint64_t crm_name(const struct record_kind *kind, const char *key)
{
    uint64_t name = hash_bytes(HASH_START, kind->name, strlen(kind->name) + 1);

    name = hash_bytes(name, key, strlen(key));
    return name != 0 ? name : 1;
}

void crm_record_init(struct crm_record *r, const struct record_kind *kind)
{
    memset(r, 0, sizeof *r);
    r->kind = kind;
    fields_init(kind->fields, r);
    r->active = true;
}

const char *crm_text(const struct crm_record *r, const char *name)
{
    const struct field *f = r->kind ? field_find(r->kind->fields, name) : NULL;

    return f ? field_text(f, r) : NULL;
}

usec crm_time(const struct crm_record *r, const char *name)
{
    const struct field *f = r->kind ? field_find(r->kind->fields, name) : NULL;

    return f ? *(const usec *)(const void *)((const char *)r + f->offset) : TIME_NONE;
}

/* A part of a relation's key: '%' and '/' escaped, so that the parts can be told apart. */
static void add_part(struct buf *key, const char *text)
{
    for (; *text; text++) {
        if (*text == '%' || *text == '/')
            buf_add_text(key, *text == '%' ? "%25" : "%2F");
        else
            buf_add_char(key, *text);
    }
}

/* *key is NULL when a part is missing, or is no key. */
static int make_key(const char *const *parts, size_t count, struct arena *arena, const char **key,
                    struct error *err)
{
    struct buf text = BUF_INIT;
    bool whole = true;
    int rc = 0;

    for (size_t i = 0; i < count && whole; i++) {
        whole = parts[i] && parts[i][0] && strlen(parts[i]) <= KEY_MAX;
        if (i > 0)
            buf_add_char(&text, '/');
        if (whole)
            add_part(&text, parts[i]);
    }
    *key = whole ? arena_strdup(arena, buf_text(&text)) : NULL;
    if (whole && (!*key || buf_failed(&text)))
        rc = error_no_memory(err);
    buf_release(&text);
    return rc;
}

static const char *text_of(const struct json_record *record, const char *name)
{
    const struct json_value *value = json_get(record, name);

    return value && value->type == JSON_IS_STRING ? value->text : NULL;
}

int crm_record_key(const struct record_kind *kind, const struct json_record *record, struct arena *arena,
                   const char **key, struct error *err)
{
    const char *given = text_of(record, "key"), *parts[RELATION_PARTS] = {0};
    size_t limit = kind->identity ? RELATION_KEY_MAX : KEY_MAX;
    int rc = 0;

    *key = NULL;
    if (kind->identity) {
        for (size_t i = 0; i < RELATION_PARTS; i++)
            parts[i] = text_of(record, kind->identity[i]);
        rc = make_key(parts, RELATION_PARTS, arena, key, err);
    }
    if (rc == 0 && !*key && given && given[0] && strlen(given) <= limit)
        *key = given;
    return rc;
}

static int check_addresses(const struct crm_record *r, const char *member, bool phone, struct arena *arena,
                           struct error *err)
{
    const struct field *f = field_find(r->kind->fields, member);
    const char *value = f ? field_text(f, r) : NULL, *text;
    char pointer[64];
    json_t *list, *item;
    size_t i;
    int rc = 0;

    if (!value)
        return 0;
    list = f->type == FIELD_JSON ? json_tree(value, strlen(value), err) : json_pack("[s]", value);
    if (!list)
        return err->code ? (int)err->code : error_no_memory(err);
    json_array_foreach (list, i, item) {
        text = json_string_value(item);
        if (rc != 0 || (phone ? phone_normalise(text, arena) : email_normalise(text, arena)))
            continue;
        snprintf(pointer, sizeof pointer, f->type == FIELD_JSON ? "/%s/%zu" : "/%s", member, i);
        rc = arena_failed(arena)
                 ? error_no_memory(err)
                 : error_set(err, CODE_INVALID, pointer, "expected %s, got \"%s\"",
                             phone ? "a phone number with its country code, such as +4930555010"
                                   : "an e-mail address",
                             text);
    }
    json_decref(list);
    return rc;
}

/* An agent's skills have levels. */
static int check_skills(const struct crm_record *r, struct error *err)
{
    const char *text = r->kind->id == KIND_AGENT ? crm_text(r, "skills") : NULL, *name;
    json_t *skills = text ? json_tree(text, strlen(text), err) : NULL, *level;
    char pointer[160] = "/skills";
    int rc = text && !skills ? (int)err->code : 0;

    json_object_foreach (skills, name, level) {
        if (rc != 0 || (json_is_integer(level) && json_integer_value(level) > 0))
            continue;
        pointer_push(pointer, sizeof pointer, name);
        rc = error_set(err, CODE_INVALID, pointer, "expected a level, 1 or more");
    }
    json_decref(skills);
    return rc;
}

/* The lists of links read well, and so do the addresses of people. */
static int check_lists(struct crm_record *r, struct arena *arena, struct error *err)
{
    int rc = 0;

    for (const struct field *f = r->kind->fields; rc == 0 && f->name; f++) {
        if (f->flags & FIELD_LINKS && !field_absent(f, r))
            rc = crm_tidy_links(r, f->name, arena, err);
    }
    if (rc == 0)
        rc = check_addresses(r, "email", false, arena, err);
    if (rc == 0)
        rc = check_addresses(r, "emails", false, arena, err);
    if (rc == 0)
        rc = check_addresses(r, "phone", true, arena, err);
    return rc == 0 ? check_addresses(r, "phones", true, arena, err) : rc;
}

static int check_required(const struct crm_record *r, struct error *err)
{
    char pointer[64];

    for (const struct field *f = r->kind->fields; f->name; f++) {
        if (!(f->flags & FIELD_REQUIRED) || !field_absent(f, r))
            continue;
        if (r->kind->identity && f == r->kind->fields) /* its parts are asked for */
            continue;
        snprintf(pointer, sizeof pointer, "/%s", f->name);
        return error_set(err, CODE_REQUIRED, pointer, "required");
    }
    return 0;
}

/* What the kind alone can tell of its values. */
static int check_record(struct crm_record *r, struct arena *arena, struct error *err)
{
    usec starts_at = crm_time(r, "starts_at"), ends_at = crm_time(r, "ends_at");
    const char *parent = r->kind->parent ? crm_text(r, r->kind->parent) : NULL;
    char pointer[64];
    int rc;

    if (starts_at != TIME_NONE && ends_at != TIME_NONE && ends_at <= starts_at)
        return error_set(err, CODE_INVALID, "/ends_at", "ends before it starts");
    if (parent && strcmp(parent, r->key) == 0) {
        snprintf(pointer, sizeof pointer, "/%s", r->kind->parent);
        return error_set(err, CODE_CYCLE, pointer, "%s would be above itself", r->key);
    }
    if (r->kind->identity && strcmp(crm_text(r, "from"), crm_text(r, "to")) == 0)
        return error_set(err, CODE_CYCLE, "/to", "%s cannot be related to itself", crm_text(r, "to"));
    rc = check_skills(r, err);
    return rc == 0 ? check_lists(r, arena, err) : rc;
}

/* Members the kind does not know are merged into `data`, one by one (null removes). */
static int merge_data(struct crm_record *r, const struct json_member *m, json_t **data, struct error *err)
{
    json_t *value, *patch;
    int rc = 0;

    if (!*data)
        *data = r->data ? json_tree(r->data, strlen(r->data), err) : json_object();
    if (!*data)
        return err->code ? (int)err->code : error_no_memory(err);
    value = m->value.type == JSON_IS_STRING ? json_stringn_nocheck(m->value.text, m->value.length)
                                            : json_tree(m->value.text, strlen(m->value.text), err);
    patch = json_object();
    if (!patch || json_object_set_new_nocheck(patch, m->name, value) != 0 ||
        json_tree_patch(*data, patch) != 0)
        rc = err->code ? (int)err->code : error_no_memory(err);
    json_decref(patch);
    return rc;
}

/* What the tools add to a record that they print, and `data`, which was read before. */
static bool is_passed_over(const char *name)
{
    static const char *const names[] = {"kind", "seq", "data", "unchanged", "dry_run", "deleted"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* An object merges into the one that is there. */
static int patch_object(const struct field *f, struct crm_record *r, const struct json_value *value,
                        struct arena *arena, struct error *err)
{
    const char **text = (const char **)(void *)((char *)r + f->offset);
    json_t *patch = json_tree(value->text, strlen(value->text), err);
    json_t *object = *text ? json_tree(*text, strlen(*text), err) : json_object();
    int rc = 0;

    if (!patch || !object || json_tree_patch(object, patch) != 0)
        rc = err->code ? (int)err->code : error_no_memory(err);
    else
        *text = json_object_size(object) > 0 ? json_tree_text(object, arena) : NULL;
    json_decref(patch);
    json_decref(object);
    return rc;
}

static int read_member(struct crm_record *r, const struct json_member *m, json_t **data, struct arena *arena,
                       struct error *err)
{
    const struct field *f = field_find(r->kind->fields, m->name);

    if (is_passed_over(m->name))
        return 0;
    if (strcmp(m->name, "active") == 0) {
        if (m->value.type != JSON_IS_BOOL && m->value.type != JSON_IS_NULL)
            return error_set(err, CODE_INVALID, "/active", "expected true or false, got %s",
                             json_describe(&m->value, arena));
        r->active = m->value.type == JSON_IS_NULL || m->value.boolean;
        return 0;
    }
    if (f && f->flags & FIELD_INPUT && f->flags & FIELD_OBJECT && m->value.type == JSON_IS_OBJECT)
        return patch_object(f, r, &m->value, arena, err);
    if (f && f->flags & FIELD_INPUT)
        return field_read(f, r, &m->value, arena, err);
    return merge_data(r, m, data, err);
}

/* Control characters can only have come in as escapes. */
static int check_data(const struct crm_record *r, struct error *err)
{
    char pointer[256] = "/data";
    json_t *tree;
    int rc;

    if (!r->data || !strchr(r->data, '\\'))
        return 0;
    tree = json_tree(r->data, strlen(r->data), err);
    rc = tree ? json_tree_check_text(tree, pointer, sizeof pointer, err) : (int)err->code;
    json_decref(tree);
    return rc;
}

/* A relation's key is made of what it relates, as it is now; one that is given, or that it had, must be the
 * same. */
static int set_key(struct crm_record *r, struct arena *arena, struct error *err)
{
    const char *parts[RELATION_PARTS], *key;
    int rc;

    if (!r->kind->identity)
        return 0;
    for (size_t i = 0; i < RELATION_PARTS; i++)
        parts[i] = crm_text(r, r->kind->identity[i]);
    rc = make_key(parts, RELATION_PARTS, arena, &key, err);
    if (rc != 0 || !key) /* a part that is missing is asked for */
        return rc;
    if (r->key && strcmp(r->key, key) != 0)
        return error_set(err, CODE_INVALID, "/key", "expected \"%s\", got \"%s\"", key, r->key);
    r->key = key;
    return 0;
}

int crm_record_read(struct crm_record *r, const struct json_record *record, struct arena *arena,
                    struct error *err)
{
    const struct json_value *whole = json_get(record, "data"); /* first: unknown members add to it */
    json_t *data = NULL;
    const struct field *free_form = field_find(r->kind->fields, "data");
    int rc = 0;

    if (whole)
        rc = whole->type == JSON_IS_OBJECT ? patch_object(free_form, r, whole, arena, err)
                                           : field_read(free_form, r, whole, arena, err);

    for (size_t i = 0; rc == 0 && i < record->count; i++)
        rc = read_member(r, &record->members[i], &data, arena, err);
    if (rc == 0 && data)
        r->data = json_object_size(data) > 0 ? json_tree_text(data, arena) : NULL;
    json_decref(data);
    if (rc == 0)
        rc = set_key(r, arena, err);
    if (rc == 0)
        rc = check_required(r, err);
    if (rc == 0)
        rc = check_data(r, err);
    if (rc == 0)
        rc = check_record(r, arena, err);
    return rc == 0 && arena_failed(arena) ? error_no_memory(err) : rc;
}

void crm_record_write(const struct crm_record *r, struct json_writer *w)
{
    json_begin_object(w, NULL);
    json_put_text(w, "kind", r->kind->name);
    fields_write(r->kind->fields, r, w);
    if (!r->active)
        json_put_bool(w, "active", false);
    json_put_int(w, "seq", r->head.seq);
    json_end_object(w);
}
