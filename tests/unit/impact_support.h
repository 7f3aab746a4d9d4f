/*
 * What the tests of impact share: small maps of configuration items, written in letters.
 */
#ifndef CASEWORK_TESTS_IMPACT_SUPPORT_H
#define CASEWORK_TESTS_IMPACT_SUPPORT_H

#include "store_support.h"

#include "store/crm_table.h"

/* Saves a record whose text members are given in pairs. */
static inline void save(struct fixture *f, enum record_kind_id kind, const char *key, bool active,
                        const char *const *members)
{
    struct crm_record r;
    bool found;

    OK(crm_find(f->db, &record_kinds[kind], key, &f->arena, &r, &found, &f->err));
    if (!found)
        crm_record_init(&r, &record_kinds[kind]);
    r.key = key;
    r.head.seq++;
    r.active = active;
    for (; members[0]; members += 2) {
        const struct field *field = field_find(r.kind->fields, members[0]);
        assert_non_null(field);
        *(const char **)((char *)&r + field->offset) = members[1];
    }
    OK(crm_save(f->db, &r, &f->err));
}

#define SAVE(kind, key, ...) save(f, kind, key, true, (const char *const[]){__VA_ARGS__, NULL})

/* Items are named by one letter each: "abc". */
static inline void items(struct fixture *f, const char *letters)
{
    for (; *letters; letters++) {
        const char *key = arena_strndup(&f->arena, letters, 1);
        SAVE(KIND_CI, key, "name", key);
    }
}

static inline void relate(struct fixture *f, const char *from, const char *type, const char *to, bool active)
{
    save(f, KIND_CI_RELATION, arena_printf(&f->arena, "%s/%s/%s", from, type, to), active,
         (const char *const[]){"from", from, "to", to, "type", type, NULL});
}

/* Relations in pairs of letters, the first depends on the second: "ab bc". */
static inline void depend(struct fixture *f, const char *pairs)
{
    for (; *pairs; pairs += pairs[2] ? 3 : 2)
        relate(f, arena_strndup(&f->arena, pairs, 1), "depends_on", arena_strndup(&f->arena, pairs + 1, 1),
               true);
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, transaction_setup, store_teardown)

#endif
