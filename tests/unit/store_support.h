/*
 * What the tests of lib/store share: a fresh store in a folder of its own, opened for writing, inside a
 * transaction when the test says so; a case to begin with.
 */
#ifndef CASEWORK_TESTS_STORE_SUPPORT_H
#define CASEWORK_TESTS_STORE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <ftw.h>

#include "base/buf.h"
#include "store/case_table.h"
#include "store/store.h"

#define SCHEMA_FILE "share/sql/schema.sql" /* tests run in the source tree */
#define NOW         INT64_C(1790000000000000)

struct fixture {
    char folder[64];
    char path[96]; /* of the store */
    struct db *db;
    struct arena arena;
    struct error err;
};

/* Fails the test with the error's own words. */
#define OK(call)                                                                                             \
    do {                                                                                                     \
        int ok_rc = (call);                                                                                  \
        if (ok_rc < 0)                                                                                       \
            fail_msg("%s: %d %s", #call, ok_rc, f->err.message);                                             \
    } while (0)

/* Expects this error, and forgets it. */
#define FAILS(expected, call)                                                                                \
    do {                                                                                                     \
        int fails_rc = (call);                                                                               \
        if (fails_rc != (expected))                                                                          \
            fail_msg("%s: %d %s", #call, fails_rc, f->err.message);                                          \
        error_init(&f->err);                                                                                 \
    } while (0)

static inline int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

/* A folder, no store yet. */
static inline int folder_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    snprintf(f->folder, sizeof f->folder, "/tmp/casework-test-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/store.db", f->folder);
    *state = f;
    return 0;
}

static inline void make_store(struct fixture *f)
{
    struct store_info info = {.store_id = "0123456789abcdef0123456789abcdef",
                              .config_repo = "/srv/policy",
                              .config_ref = "refs/heads/main",
                              .proxies = "[]",
                              .secret = "secret",
                              .created_at = NOW};
    struct buf schema = BUF_INIT;

    OK(buf_read_file(&schema, SCHEMA_FILE, 1 << 20, &f->err));
    OK(db_open(&f->db, f->path, DB_CREATE, &f->err));
    OK(db_begin(f->db, &f->err));
    OK(store_create(f->db, buf_text(&schema), &info, &f->err));
    OK(db_commit(f->db, &f->err));
    buf_release(&schema);
}

static inline int store_setup(void **state)
{
    folder_setup(state);
    make_store(*state);
    return 0;
}

/* As store_setup, and a transaction is open. */
static inline int transaction_setup(void **state)
{
    struct fixture *f;

    store_setup(state);
    f = *state;
    OK(db_begin(f->db, &f->err));
    return 0;
}

static inline int store_teardown(void **state)
{
    struct fixture *f = *state;

    db_close(f->db);
    arena_release(&f->arena);
    nftw(f->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    free(f);
    return 0;
}

/* A captured case, not stored yet: id gives the number. */
static inline struct casefile new_case(struct fixture *f, int64_t id)
{
    struct casefile c;

    casefile_init(&c);
    c.id = id;
    c.number = arena_printf(&f->arena, "CS%07lld", (long long)(1000 + id));
    c.head.subject = c.number;
    c.head.seq = 1;
    c.case_type = "general";
    c.channel = 1;
    c.short_description = "Line down";
    c.impact = c.urgency = 2;
    c.priority = 3;
    c.state = STATE_NEW;
    c.progress = PROGRESS_CAPTURED;
    c.opened_at = c.created_at = c.updated_at = NOW + id;
    return c;
}

static inline void insert_case(struct fixture *f, const struct casefile *c)
{
    bool inserted;

    OK(case_insert(f->db, c, &inserted, &f->err));
    assert_true(inserted);
}

static inline struct casefile stored_case(struct fixture *f, int64_t id)
{
    struct casefile c = new_case(f, id);

    insert_case(f, &c);
    return c;
}

#endif
