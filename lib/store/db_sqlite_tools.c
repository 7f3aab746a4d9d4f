/*
 * Of the SQLite driver, what few tools need: scripts, query plans, integrity, copies.
 */
#include "store/db_sqlite.h"

#include <errno.h>
#include <fcntl.h>

#include "base/buf.h"

int db_script(struct db *db, const char *sql, struct error *err)
{
    int rc;

    if (!db_in_transaction(db))
        return error_set(err, CODE_BUG, NULL, "a script outside a transaction");
    rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : db_fail(db, rc, err);
}

int db_explain(struct db *db, const struct statement *st, struct arena *arena, const char **plan,
               struct error *err)
{
    struct buf sql = BUF_INIT, text = BUF_INIT;
    struct statement explain = {.types = st->types};
    struct bind nulls[64] = {0};
    struct rows *rows = NULL;
    int rc;

    buf_add_format(&sql, "EXPLAIN QUERY PLAN %s", st->sql);
    explain.sql = buf_text(&sql);
    rc = db_query(db, &explain, nulls, strlen(st->types), &rows, err);
    while (rc == 0 && (rc = rows_next(rows, err)) > 0) {
        buf_add_format(&text, "%s\n", (const char *)sqlite3_column_text(rows->stmt, 3));
        rc = 0;
    }
    rows_done(rows);
    if (rows)
        rows->sql = NULL; /* its text goes away: the slot is prepared anew when it is used again */
    if (rc == 0)
        *plan = arena_strndup(arena, buf_text(&text), text.len);
    buf_release(&sql);
    buf_release(&text);
    return rc == 0 && arena_failed(arena) ? error_no_memory(err) : rc;
}

static int each_finding(struct db *db, const struct statement *st,
                        void (*finding)(void *context, const char *text), void *context, struct error *err)
{
    struct rows *rows;
    int found = 0, rc = db_query(db, st, NO_BINDS, &rows, err);

    while (rc == 0 && (rc = rows_next(rows, err)) > 0) {
        const char *text = (const char *)sqlite3_column_text(rows->stmt, 0);
        if (text && strcmp(text, "ok") != 0) {
            finding(context, text);
            found++;
        }
        rc = 0;
    }
    rows_done(rows);
    return rc < 0 ? rc : found;
}

int db_integrity(struct db *db, void (*finding)(void *context, const char *text), void *context,
                 struct error *err)
{
    static const struct statement integrity = {"PRAGMA integrity_check", ""};
    static const struct statement foreign_keys = {"SELECT 'row ' || coalesce(rowid, '?') || ' of ' || "
                                                  "\"table\" || ' refers to a missing row of ' || parent "
                                                  "FROM pragma_foreign_key_check",
                                                  ""};
    int broken = each_finding(db, &integrity, finding, context, err);
    int orphans = broken < 0 ? broken : each_finding(db, &foreign_keys, finding, context, err);

    return orphans < 0 ? orphans : broken + orphans;
}

/* One step copies all of it inside one read transaction: consistent, and writers go on. */
static int copy_into(struct db *db, struct db *copy, struct error *err)
{
    sqlite3_backup *backup;
    int rc = sqlite3_open_v2(copy->path, &copy->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL);

    if (rc != SQLITE_OK)
        return copy->handle ? db_fail(copy, rc, err) : error_no_memory(err);
    backup = sqlite3_backup_init(copy->handle, "main", db->handle, "main");
    if (!backup)
        return db_fail(copy, sqlite3_extended_errcode(copy->handle), err);
    sqlite3_backup_step(backup, -1);
    rc = sqlite3_backup_finish(backup);
    return rc == SQLITE_OK ? 0 : db_fail(copy, rc, err);
}

int db_backup(struct db *db, const char *path, struct error *err)
{
    struct db copy = {.turnstile = -1, .deadline = TIME_NONE, .mode = DB_CREATE};
    char *own_path;
    int rc, fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0 && errno == EEXIST)
        return error_set(err, CODE_UNAVAILABLE, NULL, "%s: exists already", path);
    if (fd < 0)
        return error_errno(err, CODE_UNAVAILABLE, errno, "%s: cannot be made", path);
    close(fd);
    copy.path = own_path = strdup(path);
    rc = own_path ? copy_into(db, &copy, err) : error_no_memory(err);
    if (sqlite3_close(copy.handle) != SQLITE_OK && rc == 0)
        rc = error_set(err, CODE_BUG, NULL, "%s: left open", path);
    free(own_path);
    if (rc != 0)
        unlink(path);
    return rc;
}
