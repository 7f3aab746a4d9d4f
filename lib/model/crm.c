#include "model/crm.h"

#include <ctype.h>

const char *const presence_names[] = {"", "available", "away", "offline", NULL};
const char *const ci_criticality_names[] = {"", "critical", "high", "medium", "low", NULL};

#define AT(member) offsetof(struct crm_record, member)
#define TEXT(slot) (offsetof(struct crm_record, texts) + (slot) * sizeof(const char *))
#define INT(slot)  (offsetof(struct crm_record, ints) + (slot) * sizeof(int64_t))
#define TIME(slot) (offsetof(struct crm_record, times) + (slot) * sizeof(usec))

#define KEY_FIELD                                                                                            \
    {                                                                                                        \
        .name = "key", .type = FIELD_TEXT,                                                                   \
        .flags = FIELD_INPUT | FIELD_REQUIRED | FIELD_KEY | FIELD_NO_CHANGE, .offset = AT(key)               \
    }
#define REFERENCE(member, slot, kind)                                                                        \
    {                                                                                                        \
        .name = (member), .type = FIELD_TEXT, .flags = FIELD_INPUT | FIELD_KEY, .offset = TEXT(slot),        \
        .reference = (kind)                                                                                  \
    }
#define LINE(member, slot)                                                                                   \
    {                                                                                                        \
        .name = (member), .type = FIELD_TEXT, .flags = FIELD_INPUT, .offset = TEXT(slot)                     \
    }
#define PERSONAL_LINE(member, slot)                                                                          \
    {                                                                                                        \
        .name = (member), .type = FIELD_TEXT, .flags = FIELD_INPUT | FIELD_PERSONAL, .offset = TEXT(slot)    \
    }
#define NUMBER(member, slot)                                                                                 \
    {                                                                                                        \
        .name = (member), .type = FIELD_INT, .flags = FIELD_INPUT, .offset = INT(slot)                       \
    }
#define MOMENT(member, slot)                                                                                 \
    {                                                                                                        \
        .name = (member), .type = FIELD_TIME, .flags = FIELD_INPUT, .offset = TIME(slot)                     \
    }
#define DATA_FIELDS                                                                                          \
    {.name = "data", .type = FIELD_JSON, .flags = FIELD_OBJECT, .offset = AT(data)},                         \
        {.name = "active",                                                                                   \
         .type = FIELD_BOOL,                                                                                 \
         .flags = FIELD_UNPRINTED | FIELD_PRINT_FALSE,                                                       \
         .offset = AT(active)},                                                                              \
        FIELDS_END

static const struct field account_fields[] = {
    KEY_FIELD,       LINE("name", 0),   REFERENCE("parent", 1, "account"),
    LINE("tier", 2), LINE("region", 3), LINE("time_zone", 4),
    DATA_FIELDS,
};
static const struct field contact_fields[] = {
    KEY_FIELD,
    REFERENCE("account", 0, "account"),
    PERSONAL_LINE("name", 1),
    PERSONAL_LINE("email", 2),
    PERSONAL_LINE("phone", 3),
    LINE("language", 4),
    DATA_FIELDS,
};
static const struct field product_fields[] = {
    KEY_FIELD, LINE("name", 0), REFERENCE("parent", 1, "product"), LINE("model", 2), DATA_FIELDS,
};
static const struct field asset_fields[] = {
    KEY_FIELD,         REFERENCE("product", 0, "product"), REFERENCE("account", 1, "account"),
    LINE("serial", 2), REFERENCE("ci", 3, "ci"),           LINE("location", 4),
    DATA_FIELDS,
};
static const struct field entitlement_fields[] = {
    KEY_FIELD,
    REFERENCE("account", 0, "account"),
    REFERENCE("product", 1, "product"),
    REFERENCE("asset", 2, "asset"),
    REFERENCE("contract", 3, "contract"),
    LINE("level", 4),
    MOMENT("starts_at", 0),
    MOMENT("ends_at", 1),
    NUMBER("units", 0),
    DATA_FIELDS,
};
static const struct field agent_fields[] = {
    KEY_FIELD,
    PERSONAL_LINE("name", 0),
    {.name = "groups", .type = FIELD_JSON, .flags = FIELD_INPUT | FIELD_ARRAY, .offset = AT(groups)},
    {.name = "skills", .type = FIELD_JSON, .flags = FIELD_INPUT | FIELD_OBJECT, .offset = AT(skills)},
    NUMBER("capacity", 0),
    LINE("calendar", 1),
    {.name = "presence",
     .type = FIELD_ENUM,
     .flags = FIELD_INPUT,
     .offset = AT(presence),
     .names = presence_names},
    DATA_FIELDS,
};
static const struct field contract_fields[] = {
    KEY_FIELD,
    REFERENCE("account", 0, "account"),
    LINE("name", 1),
    MOMENT("starts_at", 0),
    MOMENT("ends_at", 1),
    DATA_FIELDS,
};
static const struct field ci_fields[] = {
    KEY_FIELD,
    LINE("name", 0),
    LINE("class", 1),
    {.name = "criticality",
     .type = FIELD_RANK,
     .flags = FIELD_INPUT,
     .offset = INT(0),
     .names = ci_criticality_names,
     .limit = 4},
    DATA_FIELDS,
};

const struct record_kind record_kinds[KIND_COUNT] = {
    [KIND_ACCOUNT] = {KIND_ACCOUNT, "account", account_fields, "parent"},
    [KIND_CONTACT] = {KIND_CONTACT, "contact", contact_fields, NULL},
    [KIND_PRODUCT] = {KIND_PRODUCT, "product", product_fields, "parent"},
    [KIND_ASSET] = {KIND_ASSET, "asset", asset_fields, NULL},
    [KIND_ENTITLEMENT] = {KIND_ENTITLEMENT, "entitlement", entitlement_fields, NULL},
    [KIND_AGENT] = {KIND_AGENT, "agent", agent_fields, NULL},
    [KIND_CONTRACT] = {KIND_CONTRACT, "contract", contract_fields, NULL},
    [KIND_CI] = {KIND_CI, "ci", ci_fields, NULL},
};

const struct record_kind *record_kind_find(const char *name)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (strcmp(record_kinds[i].name, name) == 0)
            return &record_kinds[i];
    return NULL;
}

void crm_record_init(struct crm_record *r, const struct record_kind *kind)
{
    memset(r, 0, sizeof *r);
    r->kind = kind;
    fields_init(kind->fields, r);
    r->active = true;
}

const char *email_normalise(const char *text, struct arena *arena)
{
    const char *at = strchr(text, '@');
    char *folded;

    if (!at || at == text || at[1] == '\0' || strchr(at + 1, '@') || strpbrk(text, " \t,;<>\"()"))
        return NULL;
    folded = arena_strdup(arena, text);
    for (char *p = folded; p && *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return folded;
}

const char *phone_normalise(const char *text, struct arena *arena)
{
    char digits[17] = "+";
    size_t n = 1;
    bool plus = text[0] == '+';

    if (!plus && strncmp(text, "00", 2) != 0)
        return NULL;
    for (const char *p = text + (plus ? 1 : 2); *p; p++) {
        if (strchr(" ./()-", *p))
            continue;
        if (*p < '0' || *p > '9' || n == sizeof digits - 1)
            return NULL;
        digits[n++] = *p;
    }
    if (n < 8 || digits[1] == '0') /* E.164: country codes do not begin with 0; 7 to 15 digits */
        return NULL;
    return arena_strndup(arena, digits, n);
}

/* What the kind alone can tell of its values. */
static int check_record(const struct crm_record *r, struct arena *arena, struct error *err)
{
    if (r->kind->id == KIND_CONTACT) {
        if (r->texts[2] && !email_normalise(r->texts[2], arena))
            return error_set(err, CODE_INVALID, "/email", "expected an e-mail address, got \"%s\"",
                             r->texts[2]);
        if (r->texts[3] && !phone_normalise(r->texts[3], arena))
            return error_set(err, CODE_INVALID, "/phone",
                             "expected a phone number with its country code, such as +4930555010, got \"%s\"",
                             r->texts[3]);
    }
    if ((r->kind->id == KIND_ENTITLEMENT || r->kind->id == KIND_CONTRACT) && r->times[0] != TIME_NONE &&
        r->times[1] != TIME_NONE && r->times[1] <= r->times[0])
        return error_set(err, CODE_INVALID, "/ends_at", "ends before it starts");
    if (r->kind->parent) {
        const struct field *parent = field_find(r->kind->fields, r->kind->parent);
        const char *value = field_text(parent, r);
        if (value && strcmp(value, r->key) == 0)
            return error_set(err, CODE_CYCLE, "/parent", "a record cannot be its own parent");
    }
    return 0;
}

/* Members the kind does not know are merged into `data`, one by one (null removes). */
static int merge_data(struct crm_record *r, const struct json_member *m, json_t **data, struct error *err)
{
    json_t *value;

    if (!*data)
        *data = r->data ? json_tree(r->data, strlen(r->data), err) : json_object();
    if (!*data)
        return err->code ? (int)err->code : error_no_memory(err);
    if (m->value.type == JSON_IS_NULL) {
        json_object_del(*data, m->name);
        return 0;
    }
    value = m->value.type == JSON_IS_STRING ? json_stringn_nocheck(m->value.text, m->value.length)
                                            : json_tree(m->value.text, strlen(m->value.text), err);
    if (json_object_set_new_nocheck(*data, m->name, value) != 0)
        return err->code ? (int)err->code : error_no_memory(err);
    return 0;
}

static int read_member(struct crm_record *r, const struct json_member *m, json_t **data, struct arena *arena,
                       struct error *err)
{
    const struct field *f = field_find(r->kind->fields, m->name);

    if (strcmp(m->name, "kind") == 0 || strcmp(m->name, "seq") == 0 || strcmp(m->name, "data") == 0)
        return 0;
    if (strcmp(m->name, "active") == 0) {
        if (m->value.type != JSON_IS_BOOL)
            return error_set(err, CODE_INVALID, "/active", "expected true or false, got %s",
                             json_describe(&m->value, arena));
        r->active = m->value.boolean;
        return 0;
    }
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

int crm_record_read(struct crm_record *r, const struct json_record *record, struct arena *arena,
                    struct error *err)
{
    const struct json_value *whole = json_get(record, "data"); /* first: unknown members add to it */
    json_t *data = NULL;
    int rc = whole ? field_read(field_find(r->kind->fields, "data"), r, whole, arena, err) : 0;

    for (size_t i = 0; rc == 0 && i < record->count; i++)
        rc = read_member(r, &record->members[i], &data, arena, err);
    if (rc == 0 && data)
        r->data = json_object_size(data) > 0 ? json_tree_text(data, arena) : NULL;
    json_decref(data);
    if (rc == 0 && !r->key)
        rc = error_set(err, CODE_REQUIRED, "/key", "required");
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
