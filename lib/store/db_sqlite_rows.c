/*
 * Statements of the SQLite driver: prepared once a connection, bound by name, run, read.
 */
#include "store/db_sqlite.h"

#include <errno.h>

struct bind bind_null(void)
{
    return (struct bind){.type = BIND_NULL};
}

struct bind bind_int(int64_t value)
{
    return (struct bind){.type = BIND_INT, .integer = value};
}

struct bind bind_int_or_null(int64_t value)
{
    return value == INT64_MIN ? bind_null() : bind_int(value);
}

struct bind bind_time(usec at)
{
    return at == TIME_NONE ? bind_null() : bind_int(at);
}

struct bind bind_text(const char *text)
{
    return text ? bind_text_n(text, strlen(text)) : bind_null();
}

struct bind bind_text_n(const char *text, size_t n)
{
    return (struct bind){.type = BIND_TEXT, .data = text, .length = n};
}

struct bind bind_bytes(const void *bytes, size_t n)
{
    return (struct bind){.type = BIND_BYTES, .data = bytes, .length = n};
}

struct bind bind_real(double value)
{
    return (struct bind){.type = BIND_REAL, .real = value};
}

static size_t slot_of(const struct db *db, const struct statement *st)
{
    size_t i = ((uintptr_t)st >> 4) * 2654435761u & (db->slot_count - 1);

    while (db->slots[i] && db->slots[i]->statement != st)
        i = (i + 1) & (db->slot_count - 1);
    return i;
}

/* Slots are pointers, so that an open cursor survives that the table grows. */
static bool grow_slots(struct db *db)
{
    struct rows **old = db->slots;
    size_t count = db->slot_count;

    db->slots = calloc(count ? count * 2 : 64, sizeof *db->slots);
    if (!db->slots) {
        db->slots = old;
        return false;
    }
    db->slot_count = count ? count * 2 : 64;
    for (size_t i = 0; i < count; i++)
        if (old[i])
            db->slots[slot_of(db, old[i]->statement)] = old[i];
    free(old);
    return true;
}

void db_release_statements(struct db *db)
{
    for (size_t i = 0; i < db->slot_count; i++) {
        if (db->slots[i])
            sqlite3_finalize(db->slots[i]->stmt);
        free(db->slots[i]);
    }
    free(db->slots);
    db->slots = NULL;
    db->slot_count = db->slot_used = 0;
}

/* Where SQLite put each $k; every parameter it found must be one that was declared. */
static int map_parameters(struct rows *r, struct error *err)
{
    int found = 0;

    r->count = (int)strlen(r->statement->types);
    if (r->count > (int)sizeof r->map)
        return error_set(err, CODE_BUG, NULL, "too many parameters: %s", r->sql);
    for (int k = 0; k < r->count; k++) {
        char name[16];
        snprintf(name, sizeof name, "$%d", k + 1);
        r->map[k] = (unsigned char)sqlite3_bind_parameter_index(r->stmt, name);
        found += r->map[k] != 0;
    }
    if (found != sqlite3_bind_parameter_count(r->stmt))
        return error_set(err, CODE_BUG, NULL, "%d parameters declared, %d in: %s", r->count,
                         sqlite3_bind_parameter_count(r->stmt), r->sql);
    return 0;
}

static int prepare(struct db *db, const struct statement *st, struct rows *r, struct error *err)
{
    int rc = sqlite3_prepare_v3(db->handle, st->sql, -1, SQLITE_PREPARE_PERSISTENT, &r->stmt, NULL);

    r->db = db;
    r->statement = st;
    r->sql = st->sql;
    if (rc != SQLITE_OK)
        return db_fail(db, rc, err);
    return map_parameters(r, err);
}

static int add_statement(struct db *db, const struct statement *st, struct rows **rows, struct error *err)
{
    struct rows *r;
    int rc;

    if (db->slot_used * 2 >= db->slot_count && !grow_slots(db))
        return error_no_memory(err);
    r = calloc(1, sizeof *r);
    rc = r ? prepare(db, st, r, err) : error_no_memory(err);
    if (rc != 0) {
        if (r)
            sqlite3_finalize(r->stmt);
        free(r);
        return rc;
    }
    db->slots[slot_of(db, st)] = r;
    db->slot_used++;
    *rows = r;
    return 0;
}

static int find_statement(struct db *db, const struct statement *st, struct rows **rows, struct error *err)
{
    struct rows *r = db->slot_count > 0 ? db->slots[slot_of(db, st)] : NULL;
    int rc;

    if (!r)
        return add_statement(db, st, rows, err);
    if (r->busy)
        return error_set(err, CODE_BUG, NULL, "run again inside its own rows: %s", st->sql);
    *rows = r;
    if (r->sql == st->sql)
        return 0;
    sqlite3_finalize(r->stmt);
    r->stmt = NULL;
    rc = prepare(db, st, r, err);
    if (rc != 0)
        r->sql = NULL;
    return rc;
}

static int bind_one(struct rows *r, int index, const struct bind *b)
{
    switch (b->type) {
    case BIND_NULL:
        return sqlite3_bind_null(r->stmt, index);
    case BIND_INT:
        return sqlite3_bind_int64(r->stmt, index, b->integer);
    case BIND_TEXT:
        return sqlite3_bind_text64(r->stmt, index, b->data, b->length, SQLITE_STATIC, SQLITE_UTF8);
    case BIND_BYTES: /* no bytes are still bytes, not NULL */
        return sqlite3_bind_blob64(r->stmt, index, b->data ? b->data : "", b->length, SQLITE_STATIC);
    case BIND_REAL:
        return sqlite3_bind_double(r->stmt, index, b->real);
    }
    return SQLITE_MISUSE;
}

static int bind_all(struct rows *r, const struct bind *binds, size_t count, struct error *err)
{
    static const char letters[] = {
        [BIND_INT] = 'i', [BIND_TEXT] = 't', [BIND_BYTES] = 'b', [BIND_REAL] = 'r'};

    if ((size_t)r->count != count)
        return error_set(err, CODE_BUG, NULL, "%zu values for %d parameters of: %s", count, r->count, r->sql);
    for (size_t k = 0; k < count; k++) {
        int rc;
        if (binds[k].type != BIND_NULL && letters[binds[k].type] != r->statement->types[k])
            return error_set(err, CODE_BUG, NULL, "$%zu is not of its type in: %s", k + 1, r->sql);
        if (r->map[k] == 0)
            continue;
        rc = bind_one(r, r->map[k], &binds[k]);
        if (rc != SQLITE_OK)
            return db_fail(r->db, rc, err);
    }
    return 0;
}

int db_query(struct db *db, const struct statement *st, const struct bind *binds, size_t count,
             struct rows **rows, struct error *err)
{
    int rc;

    *rows = NULL;
    rc = find_statement(db, st, rows, err);
    if (rc == 0)
        rc = bind_all(*rows, binds, count, err);
    if (rc != 0) {
        *rows = NULL;
        return rc;
    }
    (*rows)->busy = true;
    return 0;
}

int rows_next(struct rows *rows, struct error *err)
{
    int rc;

    errno = 0; /* so that db_fail() finds the cause of this failure or none */
    rc = sqlite3_step(rows->stmt);
    if (rc == SQLITE_ROW)
        return 1;
    return rc == SQLITE_DONE ? 0 : db_fail(rows->db, rc, err);
}

void rows_done(struct rows *rows)
{
    if (!rows)
        return;
    sqlite3_reset(rows->stmt);
    rows->busy = false;
}

int db_exec(struct db *db, const struct statement *st, const struct bind *binds, size_t count,
            int64_t *changed, struct error *err)
{
    struct rows *rows;
    int rc = db_query(db, st, binds, count, &rows, err);

    if (rc != 0)
        return rc;
    rc = rows_next(rows, err);
    if (rc > 0)
        rc = error_set(err, CODE_BUG, NULL, "rows from: %s", st->sql);
    if (rc == 0 && changed)
        *changed = sqlite3_changes64(db->handle);
    rows_done(rows);
    return rc;
}

int db_query_int(struct db *db, const struct statement *st, const struct bind *binds, size_t count,
                 int64_t *value, bool *found, struct error *err)
{
    struct rows *rows;
    int rc = db_query(db, st, binds, count, &rows, err);

    *found = false;
    *value = 0;
    if (rc != 0)
        return rc;
    rc = rows_next(rows, err);
    if (rc > 0) {
        *found = true;
        *value = row_int(rows, 0);
        rc = 0;
    }
    rows_done(rows);
    return rc;
}

int64_t db_last_id(struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

bool row_is_null(const struct rows *rows, int column)
{
    return sqlite3_column_type(rows->stmt, column) == SQLITE_NULL;
}

int64_t row_int(const struct rows *rows, int column)
{
    return sqlite3_column_int64(rows->stmt, column);
}

int64_t row_int_or_none(const struct rows *rows, int column)
{
    return row_is_null(rows, column) ? INT64_MIN : row_int(rows, column);
}

double row_real(const struct rows *rows, int column)
{
    return sqlite3_column_double(rows->stmt, column);
}

const char *row_text_n(const struct rows *rows, int column, size_t *n)
{
    const char *text = (const char *)sqlite3_column_text(rows->stmt, column);

    *n = text ? (size_t)sqlite3_column_bytes(rows->stmt, column) : 0;
    return text;
}

const char *row_text(const struct rows *rows, int column, struct arena *arena)
{
    size_t n;
    const char *text = row_text_n(rows, column, &n);

    return text ? arena_strndup(arena, text, n) : NULL;
}

const void *row_bytes(const struct rows *rows, int column, size_t *n)
{
    const void *bytes = sqlite3_column_blob(rows->stmt, column);

    *n = (size_t)sqlite3_column_bytes(rows->stmt, column);
    return bytes;
}
