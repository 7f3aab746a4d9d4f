/*
 * Customer records for the tests of lib/store: empty ones, filled ones, stored ones.
 */
#ifndef CASEWORK_TESTS_CRM_SUPPORT_H
#define CASEWORK_TESTS_CRM_SUPPORT_H

#include "store_support.h"

#include "store/crm_table.h"

static inline void set_text(struct crm_record *r, const char *name, const char *value)
{
    const struct field *field = field_find(r->kind->fields, name);

    assert_non_null(field);
    *(const char **)((char *)r + field->offset) = value;
}

static inline struct crm_record new_record(enum record_kind_id kind, const char *key)
{
    struct crm_record r;

    crm_record_init(&r, &record_kinds[kind]);
    r.key = key;
    r.head.seq = 1;
    return r;
}

static inline struct crm_record found_record(struct fixture *f, enum record_kind_id kind, const char *key)
{
    struct crm_record r;
    bool found;

    OK(crm_find(f->db, &record_kinds[kind], key, &f->arena, &r, &found, &f->err));
    assert_true(found);
    return r;
}

static inline const char *json_value(const struct field *field)
{
    if (field->flags & FIELD_LINKS)
        return "[{\"account\":\"a\"},{\"account\":\"b\"}]";
    return field->flags & FIELD_ARRAY ? "[\"noc\",\"field\"]" : "{\"bgp\":3}";
}

/* Every member of every kind gets a value of its own. */
static inline void fill_record(struct fixture *f, struct crm_record *r)
{
    int i = 0;

    for (const struct field *field = r->kind->fields; field->name; field++, i++) {
        void *member = (char *)r + field->offset;
        if (field->type == FIELD_JSON)
            *(const char **)member =
                strcmp(field->name, "members") == 0 ? "[{\"consumer\":\"ana\"}]" : json_value(field);
        else if (field->type == FIELD_TEXT && strcmp(field->name, "key") != 0)
            *(const char **)member = arena_printf(&f->arena, "%s-%d", field->name, i);
        else if (field->type == FIELD_INT || field->type == FIELD_TIME)
            *(int64_t *)member = NOW + i;
        else if (field->type == FIELD_RANK)
            *(int64_t *)member = 2;
        else if (field->type == FIELD_ENUM)
            *(int *)member = 2;
        else if (field->type == FIELD_REAL)
            *(double *)member = 0.25;
        else if (field->type == FIELD_BOOL)
            *(bool *)member = true;
    }
}

/* The members without which the table takes no row. */
static inline void fill_required(struct crm_record *r)
{
    for (const struct field *field = r->kind->fields + 1; field->name; field++)
        if (field->flags & FIELD_REQUIRED)
            set_text(r, field->name, field->name);
}

static inline struct crm_record stored(struct fixture *f, enum record_kind_id kind, const char *key,
                                       const char *name, const char *value)
{
    struct crm_record r = new_record(kind, key);

    fill_required(&r);
    if (name)
        set_text(&r, name, value);
    r.head.subject = arena_printf(&f->arena, "%s/%s", r.kind->name, key);
    OK(crm_save(f->db, &r, &f->err));
    return r;
}

/* "contact/jo consumer/al " */
static inline const char *people(struct fixture *f, const char *address, size_t limit)
{
    struct person_key list[4];
    const char *text = "";
    int n = person_by_address(f->db, address, &f->arena, list, limit, &f->err);

    OK(n);
    for (int i = 0; i < n; i++)
        text = arena_printf(&f->arena, "%s%s/%s ", text, record_kinds[list[i].kind].name, list[i].key);
    return text;
}

#endif
