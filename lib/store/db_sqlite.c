#include "store/db_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* A bulk import writes 1 to 2 MiB a batch: 16 MiB of log between checkpoints keeps both its size and their
 * cost small. 24 MiB of cache hold the indexes on who asked before, which every case of a stream looks into
 * at another place: with 16 MiB each of these looks read a page. */
#define CHECKPOINT_PAGES "4000"
#define CACHE_KIB        "24576"

const char *db_path(const struct db *db)
{
    return db->path;
}

int64_t db_version(const struct db *db)
{
    return db->version;
}

bool db_in_transaction(const struct db *db)
{
    return sqlite3_get_autocommit(db->handle) == 0;
}

/* SQLite reports a full disk by its own code, but a quota or a file-size limit as an I/O error. */
static int fail_io(struct db *db, int rc, struct error *err)
{
    int left = errno, cause = sqlite3_system_errno(db->handle);

    if (cause == 0) /* a failed commit does not tell it */
        cause = left;
    if (rc == SQLITE_IOERR_NOMEM)
        return error_no_memory(err);
    if (cause == ENOSPC || cause == EDQUOT || cause == EFBIG)
        return error_errno(err, CODE_TEMPORARY, cause, "%s: disk is full", db->path);
    if (cause == EISDIR)
        return error_set(err, CODE_UNAVAILABLE, NULL, "%s: not a casework store", db->path);
    if (cause != 0)
        return error_errno(err, CODE_IO, cause, "%s: %s", db->path, sqlite3_errmsg(db->handle));
    return error_set(err, CODE_IO, NULL, "%s: %s", db->path, sqlite3_errmsg(db->handle));
}

static int fail_open(struct db *db, struct error *err)
{
    if (access(db->path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return error_set(err, CODE_UNAVAILABLE, NULL, "no store at %s: run store-init", db->path);
    if (db->mode == DB_READ && access(db->path, R_OK) == 0)
        return error_set(
            err, CODE_UNAVAILABLE, NULL,
            "%s: cannot be read by one who may not write beside it while nobody else has it open", db->path);
    return error_set(err, CODE_UNAVAILABLE, NULL, "%s: cannot be opened: %s", db->path,
                     sqlite3_errmsg(db->handle));
}

int db_fail(struct db *db, int rc, struct error *err)
{
    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return error_set(err, CODE_TEMPORARY, NULL, "%s: locked by others for 30 s", db->path);
    case SQLITE_FULL:
        return error_set(err, CODE_TEMPORARY, NULL, "%s: disk is full", db->path);
    case SQLITE_IOERR:
        return fail_io(db, rc, err);
    case SQLITE_NOMEM:
        return error_no_memory(err);
    case SQLITE_CONSTRAINT:
        return error_set(err, CODE_REFUSED, NULL, "refused by the store: %s", sqlite3_errmsg(db->handle));
    case SQLITE_TOOBIG:
        return error_set(err, CODE_LIMIT, NULL, "too large for the store");
    case SQLITE_CANTOPEN:
        return fail_open(db, err);
    case SQLITE_NOTADB:
        return error_set(err, CODE_UNAVAILABLE, NULL, "%s: not a casework store", db->path);
    case SQLITE_CORRUPT:
        return error_set(err, CODE_UNAVAILABLE, NULL, "%s: damaged: %s", db->path,
                         sqlite3_errmsg(db->handle));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return error_set(err, CODE_UNAVAILABLE, NULL, "%s: no permission to write", db->path);
    default:
        return error_set(err, CODE_BUG, NULL, "%s: %s", db->path, sqlite3_errmsg(db->handle));
    }
}

/* SQLite waits here for its own locks: shortly at first, for what is held is a commit; never past the
 * deadline. */
static int wait_for_lock(void *context, int count)
{
    struct db *db = context;
    struct timespec pause = {.tv_nsec = count < 5 ? 200000 : count < 20 ? 500000 : 2000000};

    if (count == 0)
        db->wait_until = db->deadline != TIME_NONE ? db->deadline : time_now() + DB_LOCK_TIMEOUT;
    if (time_now() >= db->wait_until)
        return 0;
    nanosleep(&pause, NULL);
    return 1;
}

/* Runs a pragma and compares what it answers: a misspelt one answers nothing. NULL expects any answer. */
static int set_pragma(struct db *db, const char *pragma, const char *expected, int64_t *value,
                      struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db->handle, pragma, -1, &stmt, NULL), result = 0;

    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc != SQLITE_ROW)
        result = rc == SQLITE_DONE ? error_set(err, CODE_BUG, NULL, "%s: no answer", pragma)
                                   : db_fail(db, rc, err);
    else if (expected && strcmp((const char *)sqlite3_column_text(stmt, 0), expected) != 0)
        result = error_set(err, CODE_UNAVAILABLE, NULL, "%s: %s gave %s", db->path, pragma,
                           (const char *)sqlite3_column_text(stmt, 0));
    else if (value)
        *value = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return result;
}

/* A pragma that answers nothing when it sets, and its question. */
static int set_silent_pragma(struct db *db, const char *set, const char *get, const char *expected,
                             struct error *err)
{
    int rc = sqlite3_exec(db->handle, set, NULL, NULL, NULL);

    return rc == SQLITE_OK ? set_pragma(db, get, expected, NULL, err) : db_fail(db, rc, err);
}

static int configure(struct db *db, struct error *err)
{
    int foreign_keys = 0, rc;

    rc = set_silent_pragma(db, "PRAGMA temp_store = MEMORY", "PRAGMA temp_store", "2", err);
    if (rc == 0)
        rc =
            set_silent_pragma(db, "PRAGMA cache_size = -" CACHE_KIB, "PRAGMA cache_size", "-" CACHE_KIB, err);
    if (rc != 0 || db->mode == DB_READ)
        return rc;
    rc = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, &foreign_keys);
    if (rc != SQLITE_OK || !foreign_keys)
        return error_set(err, CODE_BUG, NULL, "this SQLite does not enforce foreign keys");
    rc = set_pragma(db, "PRAGMA journal_mode = WAL", "wal", NULL, err);
    if (rc == 0)
        rc = set_silent_pragma(db, "PRAGMA synchronous = FULL", "PRAGMA synchronous", "2", err);
    if (rc == 0)
        rc = set_pragma(db, "PRAGMA wal_autocheckpoint = " CHECKPOINT_PAGES, CHECKPOINT_PAGES, NULL, err);
    return rc;
}

/* Is it ours? A new one must hold nothing. */
static int check_owner(struct db *db, struct error *err)
{
    int64_t id = 0, objects = 0;
    int rc = set_pragma(db, "PRAGMA application_id", NULL, &id, err);

    if (rc == 0)
        rc = set_pragma(db, "PRAGMA user_version", NULL, &db->version, err);
    if (rc == 0 && db->mode == DB_CREATE)
        rc = set_pragma(db, "SELECT count(*) FROM sqlite_schema", NULL, &objects, err);
    if (rc != 0)
        return rc;
    if (db->mode == DB_CREATE && (id != 0 || objects > 0))
        return error_set(err, CODE_UNAVAILABLE, NULL, "%s: exists already", db->path);
    if (db->mode != DB_CREATE && id != DB_APPLICATION_ID)
        return error_set(err, CODE_UNAVAILABLE, NULL, "%s: not a casework store", db->path);
    return 0;
}

/* SQLite would make a new file as the umask says; a store is its owner's until store-init says otherwise. */
static int make_file(struct db *db, struct error *err)
{
    int fd = open(db->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return error_errno(err, CODE_UNAVAILABLE, errno, "%s: cannot be made", db->path);
    close(fd);
    return 0;
}

/* A tool has one thread and never asks how much memory SQLite has: without these each of its allocations
 * would take a lock to count itself. Both are refused once the library is in use; they are set by then. */
static void configure_library(void)
{
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int open_handle(struct db *db, struct error *err)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (db->mode == DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    int rc = db->mode == DB_CREATE ? make_file(db, err) : 0;

    if (rc != 0)
        return rc;
    configure_library();
    rc = sqlite3_open_v2(db->path, &db->handle, flags, NULL);
    if (rc != SQLITE_OK)
        return db->handle ? db_fail(db, rc, err) : error_no_memory(err);
    sqlite3_busy_handler(db->handle, wait_for_lock, db);
    rc = check_owner(db, err);
    if (rc == 0)
        rc = configure(db, err);
    if (rc == 0)
        db_changed_elsewhere(db);
    return rc;
}

int db_open(struct db **db, const char *path, enum db_mode mode, struct error *err)
{
    struct db *new = calloc(1, sizeof *new);
    int rc;

    *db = NULL;
    if (!new)
        return error_no_memory(err);
    new->mode = mode;
    new->turnstile = -1;
    new->deadline = TIME_NONE;
    new->path = strdup(path);
    rc = new->path ? open_handle(new, err) : error_no_memory(err);
    if (rc != 0) {
        db_close(new);
        return rc;
    }
    *db = new;
    return 0;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    db_release_statements(db);
    sqlite3_close(db->handle);
    if (db->turnstile >= 0)
        close(db->turnstile);
    free(db->path);
    free(db);
}

static int run(struct db *db, const struct statement *st, struct error *err)
{
    return db_exec(db, st, NO_BINDS, NULL, err);
}

int db_stamp(struct db *db, int64_t version, struct error *err)
{
    char sql[96];
    int rc;

    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %lld", DB_APPLICATION_ID,
             (long long)version);
    rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        return db_fail(db, rc, err);
    db->version = version;
    return 0;
}

int db_begin(struct db *db, struct error *err)
{
    static const struct statement begin = {"BEGIN IMMEDIATE", ""};
    usec deadline = time_now() + DB_LOCK_TIMEOUT;
    int rc;

    if (db->mode == DB_READ || db_in_transaction(db))
        return error_set(err, CODE_BUG, NULL, "cannot begin: %s",
                         db->mode == DB_READ ? "opened for reading" : "a transaction is open already");
    rc = turnstile_enter(db, deadline, err);
    if (rc != 0)
        return rc;
    db->deadline = deadline;
    rc = run(db, &begin, err);
    db->deadline = TIME_NONE;
    turnstile_leave(db);
    return rc;
}

int db_commit(struct db *db, struct error *err)
{
    static const struct statement commit = {"COMMIT", ""};
    int rc = run(db, &commit, err);

    if (rc != 0)
        db_rollback(db);
    return rc;
}

void db_rollback(struct db *db)
{
    static const struct statement rollback = {"ROLLBACK", ""};

    if (db_in_transaction(db))
        run(db, &rollback, NULL);
}

int db_begin_read(struct db *db, struct error *err)
{
    static const struct statement begin = {"BEGIN", ""};

    return run(db, &begin, err);
}

void db_end_read(struct db *db)
{
    db_rollback(db);
}

int db_savepoint(struct db *db, struct error *err)
{
    static const struct statement savepoint = {"SAVEPOINT record", ""};

    if (!db_in_transaction(db)) /* SQLite would silently open another */
        return error_set(err, CODE_BUG, NULL, "a savepoint outside a transaction");
    return run(db, &savepoint, err);
}

int db_release(struct db *db, struct error *err)
{
    static const struct statement release = {"RELEASE record", ""};

    return run(db, &release, err);
}

int db_rollback_to(struct db *db, struct error *err)
{
    static const struct statement rollback_to = {"ROLLBACK TO record", ""};
    int rc = run(db, &rollback_to, err);

    return rc == 0 ? db_release(db, err) : rc;
}

int64_t db_written(struct db *db)
{
    return sqlite3_total_changes64(db->handle);
}

bool db_changed_elsewhere(struct db *db)
{
    static const struct statement data_version = {"PRAGMA data_version", ""};
    int64_t before = db->data_version;
    bool found;

    if (db_query_int(db, &data_version, NO_BINDS, &db->data_version, &found, NULL) != 0)
        return true; /* whoever cannot tell must not trust a cache */
    return db->data_version != before && before != 0;
}
