/*
 * What the files of the SQLite driver share. Nothing outside db_sqlite*.c includes this.
 */
#ifndef CASEWORK_STORE_DB_SQLITE_H
#define CASEWORK_STORE_DB_SQLITE_H

#include <sqlite3.h>

#include "store/db.h"

/* The application id in the head of every store: "case" in ASCII. */
#define DB_APPLICATION_ID 0x63617365
#define DB_LOCK_TIMEOUT   (30 * USEC_SECOND)

/* A prepared statement, kept for the life of the connection; also its cursor. */
struct rows {
    struct db *db;
    const struct statement *statement; /* the slot's key; NULL: free */
    const char *sql;                   /* as prepared: a statement on the stack may reuse an address */
    sqlite3_stmt *stmt;
    int count;             /* of parameters declared */
    unsigned char map[64]; /* SQLite's index of $1..$count, 0 for one that is not used */
    bool busy;             /* a cursor is open */
};

struct db {
    sqlite3 *handle;
    char *path;
    enum db_mode mode;
    int64_t version;      /* PRAGMA user_version */
    int64_t data_version; /* of the last db_changed_elsewhere() */
    int turnstile;        /* descriptor of the side file, -1 until it is needed */
    usec deadline;        /* of the db_begin() under way, TIME_NONE outside: a wait then has its own */
    usec wait_until;      /* of the present wait for a lock */
    struct rows **slots;  /* open-addressed by the statement's address */
    size_t slot_count;    /* a power of two */
    size_t slot_used;
};

/* Turns a result code of SQLite into ours; the message says path and cause. */
int db_fail(struct db *db, int rc, struct error *err);

/* The turnstile: enter waits until the deadline, then CODE_TEMPORARY. */
int turnstile_enter(struct db *db, usec deadline, struct error *err);
void turnstile_leave(struct db *db);

void db_release_statements(struct db *db);

#endif
