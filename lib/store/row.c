#include "store/row.h"

#include <math.h>

/* The field of this name, looked for from `hint` on: columns in the table's order are found at once. */
static const struct field *next_field(const struct field *fields, const struct field *hint, const char *name)
{
    for (const struct field *f = hint; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return field_find(fields, name);
}

static void read_field(const struct rows *rows, int column, const struct field *f, void *object,
                       struct arena *arena)
{
    void *member = (char *)object + f->offset;
    const char *text;
    size_t n;

    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_JSON:
        *(const char **)member = row_text(rows, column, arena);
        return;
    case FIELD_INT:
    case FIELD_TIME:
    case FIELD_DURATION:
        *(int64_t *)member = row_int_or_none(rows, column);
        return;
    case FIELD_RANK:
        *(int64_t *)member = row_int(rows, column);
        return;
    case FIELD_BOOL:
        *(bool *)member = row_int(rows, column) != 0;
        return;
    case FIELD_ENUM:
        text = row_text_n(rows, column, &n);
        *(int *)member = text ? enum_from_name(f->names, text) : 0;
        return;
    case FIELD_REAL:
        *(double *)member = row_is_null(rows, column) ? NAN : row_real(rows, column);
        return;
    }
}

int row_read_fields(const struct rows *rows, int first_column, const struct field *fields,
                    const char *const *columns, void *object, struct arena *arena)
{
    const struct field *hint = fields;
    int column = first_column;

    for (; *columns; columns++, column++) {
        const struct field *f = next_field(fields, hint, *columns);
        read_field(rows, column, f, object, arena);
        hint = f + 1;
    }
    return column;
}

struct bind bind_field(const struct field *f, const void *object)
{
    const void *member = (const char *)object + f->offset;
    double real;

    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_JSON:
        return bind_text(*(const char *const *)member);
    case FIELD_INT:
    case FIELD_TIME:
    case FIELD_DURATION:
        return bind_int_or_null(*(const int64_t *)member);
    case FIELD_RANK:
        return bind_int(*(const int64_t *)member);
    case FIELD_BOOL:
        return bind_int(*(const bool *)member);
    case FIELD_ENUM:
        return *(const int *)member ? bind_text(f->names[*(const int *)member]) : bind_null();
    case FIELD_REAL:
        real = *(const double *)member;
        return isnan(real) ? bind_null() : bind_real(real);
    }
    return bind_null();
}

size_t bind_fields(struct bind *binds, const struct field *fields, const char *const *columns,
                   const void *object)
{
    const struct field *hint = fields;
    size_t n = 0;

    for (; *columns; columns++) {
        const struct field *f = next_field(fields, hint, *columns);
        binds[n++] = bind_field(f, object);
        hint = f + 1;
    }
    return n;
}

void row_digest(const struct rows *rows, int column, struct digest *d)
{
    size_t n;
    const void *bytes = row_bytes(rows, column, &n);

    memset(d, 0, sizeof *d);
    if (n == sizeof d->bytes)
        memcpy(d->bytes, bytes, n);
}

struct bind bind_digest(const struct digest *d)
{
    return bind_bytes(d->bytes, sizeof d->bytes);
}

static void read_text(const struct rows *rows, void *object, struct arena *arena)
{
    *(const char **)object = row_text(rows, 0, arena);
}

const struct row_type text_row = {read_text, sizeof(const char *)};

/* Reading may have run out of the arena's memory: texts are then missing. */
static int settle(int rc, const struct arena *arena, struct error *err)
{
    if (rc >= 0 && arena && arena_failed(arena))
        return error_no_memory(err);
    return rc;
}

int query_page(struct db *db, const struct statement *st, const struct bind *binds, size_t count,
               const struct row_type *type, struct arena *arena, void *list, size_t limit, struct error *err)
{
    struct rows *rows;
    size_t n = 0;
    int rc = db_query(db, st, binds, count, &rows, err);

    while (rc == 0 && n < limit && (rc = rows_next(rows, err)) > 0) {
        void *object = (char *)list + n++ * type->size;
        memset(object, 0, type->size);
        type->read(rows, object, arena);
        rc = 0;
    }
    rows_done(rows);
    rc = settle(rc, arena, err);
    return rc < 0 ? rc : (int)n;
}

int query_one(struct db *db, const struct statement *st, const struct bind *binds, size_t count,
              const struct row_type *type, struct arena *arena, void *object, bool *found, struct error *err)
{
    int n = query_page(db, st, binds, count, type, arena, object, 1, err);

    *found = n > 0;
    return n < 0 ? n : 0;
}

/* Room for one more: the list doubles, what it leaves behind lies in the arena. */
static void *push(struct arena *arena, void **list, size_t *length, size_t *capacity, size_t size)
{
    if (*length == *capacity) {
        size_t grown = *capacity ? *capacity * 2 : 4;
        void *copy = arena_alloc(arena, grown * size);
        if (!copy)
            return NULL;
        if (*length > 0)
            memcpy(copy, *list, *length * size);
        *list = copy;
        *capacity = grown;
    }
    return (char *)*list + (*length)++ * size;
}

int query_list(struct db *db, const struct statement *st, const struct bind *binds, size_t count,
               const struct row_type *type, struct arena *arena, void **list, size_t *length,
               struct error *err)
{
    struct rows *rows;
    size_t capacity = 0;
    int rc;

    *list = NULL;
    *length = 0;
    rc = db_query(db, st, binds, count, &rows, err);
    while (rc == 0 && (rc = rows_next(rows, err)) > 0) {
        void *object = push(arena, list, length, &capacity, type->size);
        if (!object)
            break;
        type->read(rows, object, arena);
        rc = 0;
    }
    rows_done(rows);
    rc = settle(rc, arena, err);
    return rc < 0 ? rc : 0;
}

int query_any(struct db *db, const struct statement *st, const struct bind *binds, size_t count, bool *any,
              struct error *err)
{
    int64_t ignored;

    return db_query_int(db, st, binds, count, &ignored, any, err);
}
