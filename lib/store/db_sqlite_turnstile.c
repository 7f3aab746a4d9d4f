/*
 * The turnstile: a lock on the file STORE-lock that a writer holds while it waits for the write lock, so that
 * one waits there and the others here, in some order. SQLite's own waiting alone starves whoever sleeps
 * longest.
 */
#include "store/db_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

/* The side file has the mode of the store, whatever the umask: everyone who may write the store has to pass.
 */
static int open_side_file(struct db *db, struct error *err)
{
    const char *store = sqlite3_db_filename(db->handle, "main");
    char path[4096];
    struct stat st;

    if (snprintf(path, sizeof path, "%s-lock", store) >= (int)sizeof path)
        return error_set(err, CODE_UNAVAILABLE, NULL, "%s: path is too long", db->path);
    db->turnstile = open(path, O_RDWR | O_CLOEXEC);
    if (db->turnstile < 0 && errno == ENOENT) {
        db->turnstile = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (db->turnstile >= 0 && stat(store, &st) == 0 && fchmod(db->turnstile, st.st_mode & 0666) != 0)
            errno = 0; /* another user made it in between: it has its mode */
    }
    if (db->turnstile < 0)
        return error_errno(err, CODE_UNAVAILABLE, errno, "%s", path);
    return 0;
}

/* How long to sleep before asking again: whoever has waited longer asks more often, so that it is likely to
 * be next; after two seconds somebody is stuck and haste is of no use. */
static long pause_after(usec waited)
{
    static const struct {
        usec waited;
        long nanoseconds;
    } steps[] = {{20000, 1000000}, {100000, 500000}, {400000, 250000}, {2 * USEC_SECOND, 100000}};

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (waited < steps[i].waited)
            return steps[i].nanoseconds;
    return 2000000;
}

int turnstile_enter(struct db *db, usec deadline, struct error *err)
{
    int rc = db->turnstile < 0 ? open_side_file(db, err) : 0;

    if (rc != 0)
        return rc;
    while (flock(db->turnstile, LOCK_EX | LOCK_NB) != 0) {
        struct timespec pause = {0};
        usec now = time_now();
        if (errno != EWOULDBLOCK && errno != EINTR)
            return error_errno(err, CODE_IO, errno, "%s: its lock file", db->path);
        if (now >= deadline)
            return db_fail(db, SQLITE_BUSY, err);
        pause.tv_nsec = pause_after(DB_LOCK_TIMEOUT - (deadline - now));
        nanosleep(&pause, NULL);
    }
    return 0;
}

void turnstile_leave(struct db *db)
{
    flock(db->turnstile, LOCK_UN);
}
