/*
 * The driver interface: what lib/store needs of a database engine. db_sqlite.c implements it; nothing else
 * includes <sqlite3.h>.
 *
 * Statements are const data ({sql, types}); the driver prepares each once a connection and keeps it.
 * Parameters are $1..$n; `types` declares each (i integer, t text, b bytes, r real), so that an engine with
 * typed parameters can prepare. Writers take turns: db_begin() waits in a turnstile (an flock on a side
 * file), takes the write lock, and lets the next one into the turnstile. Reading needs no transaction;
 * db_begin_read() holds one moment for several statements.
 *
 * An error may have ended the transaction (disk full, I/O): after any error db_in_transaction() says whether
 * it stands. Constraint errors are CODE_REFUSED: a reject, never a branch. CODE_TEMPORARY: locked past 30 s,
 * disk full. CODE_IO: I/O errors; CODE_UNAVAILABLE: no such store, not a casework store, a newer schema,
 * damaged header.
 */
#ifndef CASEWORK_STORE_DB_H
#define CASEWORK_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/timestamp.h"

struct db;

enum db_mode {
    DB_READ,   /* read only: works for a user who may not write */
    DB_WRITE,  /* the store must exist */
    DB_CREATE, /* it must not */
};

/* DB_CREATE takes a file that holds nothing yet, too: what a creation that was killed leaves behind. */
int db_open(struct db **db, const char *path, enum db_mode mode, struct error *err);
void db_close(struct db *db); /* takes NULL; rolls back what is open */
const char *db_path(const struct db *db);

/* The schema version, kept in the file's head where any version of the program finds it; db_stamp() also
 * marks the file as casework's. 0: nothing was stamped. */
int db_stamp(struct db *db, int64_t version, struct error *err);
int64_t db_version(const struct db *db);

int db_begin(struct db *db, struct error *err);
int db_commit(struct db *db, struct error *err); /* a commit that fails has rolled back */
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);
int db_begin_read(struct db *db, struct error *err);
void db_end_read(struct db *db);

/* One savepoint at a time, around a record; db_rollback_to() undoes and ends it. CODE_BUG outside a
 * transaction. */
int db_savepoint(struct db *db, struct error *err);
int db_release(struct db *db, struct error *err);
int db_rollback_to(struct db *db, struct error *err);

/* Rows that this connection has written so far: has an act left anything that would have to be undone? */
int64_t db_written(struct db *db);

/* True once after another connection has committed since the last call, or since db_open(): for caches. */
bool db_changed_elsewhere(struct db *db);

struct statement {
    const char *sql;
    const char *types; /* one letter a parameter; a parameter may be NULL, used again, or not used */
};

enum bind_type {
    BIND_NULL,
    BIND_INT,
    BIND_TEXT,
    BIND_BYTES,
    BIND_REAL
};

struct bind {
    enum bind_type type;
    int64_t integer;
    double real;
    const void *data; /* must stay valid until the statement is done */
    size_t length;
};

struct bind bind_null(void);
struct bind bind_int(int64_t value);
struct bind bind_int_or_null(int64_t value); /* INT_NONE is NULL */
struct bind bind_time(usec at);              /* TIME_NONE is NULL */
struct bind bind_text(const char *text);     /* NULL is NULL */
struct bind bind_text_n(const char *text, size_t n);
struct bind bind_bytes(const void *bytes, size_t n);
struct bind bind_real(double value);

#define BINDS(...) (struct bind[]){__VA_ARGS__}, sizeof((struct bind[]){__VA_ARGS__}) / sizeof(struct bind)
#define NO_BINDS   NULL, 0

/* Runs a statement that returns no rows. *changed (may be NULL): rows inserted, updated or deleted. */
int db_exec(struct db *db, const struct statement *st, const struct bind *binds, size_t count,
            int64_t *changed, struct error *err);
int64_t db_last_id(struct db *db); /* of the last INSERT into a table with an ID */

/* Rows. A cursor must be finished (rows_done) before its statement is run again; column values are valid
 * until the next rows_next(). */
struct rows;
int db_query(struct db *db, const struct statement *st, const struct bind *binds, size_t count,
             struct rows **rows, struct error *err);
int rows_next(struct rows *rows, struct error *err); /* 1 a row, 0 the end, negative an error */
void rows_done(struct rows *rows);                   /* takes NULL */

bool row_is_null(const struct rows *rows, int column);
int64_t row_int(const struct rows *rows, int column);         /* 0 for NULL */
int64_t row_int_or_none(const struct rows *rows, int column); /* INT_NONE for NULL */
double row_real(const struct rows *rows, int column);
const char *row_text(const struct rows *rows, int column, struct arena *arena); /* copied; NULL for NULL */
const char *row_text_n(const struct rows *rows, int column, size_t *n);         /* borrowed */
const void *row_bytes(const struct rows *rows, int column, size_t *n);          /* borrowed */

/* First column of the first row, 0 when there is none (*found false). */
int db_query_int(struct db *db, const struct statement *st, const struct bind *binds, size_t count,
                 int64_t *value, bool *found, struct error *err);

/* Runs a script of statements (the schema) inside the caller's transaction. */
int db_script(struct db *db, const char *sql, struct error *err);
/* Prepares without running; for the test that prepares every statement, and its query plan as text (each step
 * ends in a newline). */
int db_explain(struct db *db, const struct statement *st, struct arena *arena, const char **plan,
               struct error *err);
/* The engine's own integrity findings, a line each, into the callback; returns how many. */
int db_integrity(struct db *db, void (*finding)(void *context, const char *text), void *context,
                 struct error *err);
/* A consistent copy into a new file (CODE_UNAVAILABLE when it exists) while others write. */
int db_backup(struct db *db, const char *path, struct error *err);

#endif
