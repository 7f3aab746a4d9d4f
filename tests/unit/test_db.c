#include "store_support.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const struct statement make_note = {
    "CREATE TABLE note (id INTEGER PRIMARY KEY, n INTEGER UNIQUE, t TEXT, b BLOB, "
    "r REAL)",
    ""};
static const struct statement add_note = {"INSERT INTO note (n, t, b, r) VALUES ($1, $2, $3, $4)", "itbr"};
static const struct statement add_number = {"INSERT INTO note (n) VALUES ($1)", "i"};
static const struct statement read_note = {"SELECT n, t, b, r FROM note ORDER BY id", ""};
static const struct statement count_notes = {"SELECT count(*) FROM note", ""};

/* A store with one more table, and a transaction open. */
static int note_setup(void **state)
{
    struct fixture *f;

    transaction_setup(state);
    f = *state;
    OK(db_exec(f->db, &make_note, NO_BINDS, NULL, &f->err));
    OK(db_commit(f->db, &f->err));
    OK(db_begin(f->db, &f->err));
    return 0;
}

static int64_t query_int(struct fixture *f, const struct statement *st)
{
    int64_t value;
    bool found;

    OK(db_query_int(f->db, st, NO_BINDS, &value, &found, &f->err));
    return value;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void a_missing_store_is_unavailable_and_says_what_to_do(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(db_open(&f->db, f->path, DB_WRITE, &f->err), CODE_UNAVAILABLE);
    assert_null(f->db);
    assert_non_null(strstr(f->err.message, "no store at /tmp/"));
    assert_non_null(strstr(f->err.message, "run store-init"));
    error_init(&f->err);
    FAILS(CODE_UNAVAILABLE, db_open(&f->db, f->path, DB_READ, &f->err));
    assert_int_not_equal(access(f->path, F_OK), 0);
}

static void a_file_that_is_no_database_is_not_a_store(void **state)
{
    struct fixture *f = *state;

    write_file(f->path,
               "number,short_description\nCS0001001,something that is longer than a header of SQLite: "
               "one hundred bytes and more of it\n");
    assert_int_equal(db_open(&f->db, f->path, DB_WRITE, &f->err), CODE_UNAVAILABLE);
    assert_non_null(strstr(f->err.message, "not a casework store"));
}

static void another_programs_database_is_not_a_store(void **state)
{
    static const struct statement foreign = {"PRAGMA application_id = 7", ""};
    struct fixture *f = *state;

    OK(db_open(&f->db, f->path, DB_CREATE, &f->err));
    OK(db_exec(f->db, &foreign, NO_BINDS, NULL, &f->err));
    db_close(f->db);
    FAILS(CODE_UNAVAILABLE, db_open(&f->db, f->path, DB_READ, &f->err));
    FAILS(CODE_UNAVAILABLE, db_open(&f->db, f->path, DB_CREATE, &f->err));
}

static void a_store_is_never_made_over_another(void **state)
{
    struct fixture *f = *state;
    struct db *second;

    assert_int_equal(db_open(&second, f->path, DB_CREATE, &f->err), CODE_UNAVAILABLE);
    assert_non_null(strstr(f->err.message, "exists already"));
}

static void a_creation_that_was_cut_short_can_be_done_again(void **state)
{
    struct fixture *f = *state;

    OK(db_open(&f->db, f->path, DB_CREATE, &f->err));
    OK(db_begin(f->db, &f->err));
    OK(db_script(f->db, "CREATE TABLE half (a INTEGER)", &f->err));
    db_close(f->db);
    make_store(f);
}

static void a_new_store_is_its_owners_alone(void **state)
{
    struct fixture *f = *state;
    struct stat st;

    assert_int_equal(stat(f->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void the_side_file_has_the_mode_of_the_store(void **state)
{
    struct fixture *f = *state;
    char side[128];
    struct stat st;

    snprintf(side, sizeof side, "%s-lock", f->path);
    assert_int_equal(unlink(side), 0);
    assert_int_equal(chmod(f->path, 0660), 0);
    db_close(f->db);
    OK(db_open(&f->db, f->path, DB_WRITE, &f->err));
    OK(db_begin(f->db, &f->err));
    assert_int_equal(stat(side, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0660);
}

static void the_engine_is_set_as_durability_needs_it(void **state)
{
    static const struct statement foreign_keys = {"PRAGMA foreign_keys", ""};
    static const struct statement synchronous = {"PRAGMA synchronous", ""};
    static const struct statement temp_store = {"PRAGMA temp_store", ""};
    static const struct statement checkpoint = {"PRAGMA wal_autocheckpoint", ""};
    static const struct statement is_wal = {"SELECT journal_mode = 'wal' FROM pragma_journal_mode", ""};
    struct fixture *f = *state;

    db_close(f->db);
    OK(db_open(&f->db, f->path, DB_WRITE, &f->err));
    assert_int_equal(query_int(f, &foreign_keys), 1);
    assert_int_equal(query_int(f, &synchronous), 2);
    assert_int_equal(query_int(f, &temp_store), 2);
    assert_int_equal(query_int(f, &checkpoint), 4000);
    assert_int_equal(query_int(f, &is_wal), 1);
}

static void a_reader_cannot_write(void **state)
{
    static const struct statement remove_row = {"DELETE FROM store", ""};
    struct fixture *f = *state;
    struct db *reader;

    OK(db_open(&reader, f->path, DB_READ, &f->err));
    FAILS(CODE_UNAVAILABLE, db_exec(reader, &remove_row, NO_BINDS, NULL, &f->err));
    FAILS(CODE_BUG, db_begin(reader, &f->err));
    db_close(reader);
}

static void values_of_every_type_come_back(void **state)
{
    struct fixture *f = *state;
    struct rows *rows;
    size_t n;

    OK(db_exec(f->db, &add_note,
               BINDS(bind_int(INT64_MIN), bind_text_n("a\0b", 3), bind_bytes("", 0), bind_real(0.1)), NULL,
               &f->err));
    OK(db_exec(f->db, &add_note,
               BINDS(bind_int_or_null(INT64_MIN), bind_text(NULL), bind_null(), bind_null()), NULL, &f->err));
    OK(db_query(f->db, &read_note, NO_BINDS, &rows, &f->err));
    assert_int_equal(rows_next(rows, &f->err), 1);
    assert_true(row_int(rows, 0) == INT64_MIN);
    assert_memory_equal(row_text_n(rows, 1, &n), "a\0b", 4);
    assert_int_equal(n, 3);
    assert_false(row_is_null(rows, 2));
    row_bytes(rows, 2, &n);
    assert_int_equal(n, 0);
    assert_true(row_real(rows, 3) == 0.1);
    assert_int_equal(rows_next(rows, &f->err), 1);
    for (int i = 0; i < 4; i++)
        assert_true(row_is_null(rows, i));
    assert_true(row_int_or_none(rows, 0) == INT64_MIN);
    assert_int_equal(row_int(rows, 0), 0);
    assert_null(row_text(rows, 1, &f->arena));
    assert_int_equal(rows_next(rows, &f->err), 0);
    rows_done(rows);
}

static void parameters_are_bound_by_name_not_by_place(void **state)
{
    static const struct statement st = {"SELECT $3 - $1 * 10 + $3", "iti"};
    struct fixture *f = *state;
    int64_t value;
    bool found;

    OK(db_query_int(f->db, &st, BINDS(bind_int(1), bind_text("not used"), bind_int(100)), &value, &found,
                    &f->err));
    assert_true(found);
    assert_int_equal(value, 190);
}

static void a_value_of_another_type_than_declared_is_a_bug(void **state)
{
    struct fixture *f = *state;

    FAILS(CODE_BUG, db_exec(f->db, &add_number, BINDS(bind_text("1")), NULL, &f->err));
    FAILS(CODE_BUG, db_exec(f->db, &add_number, BINDS(bind_int(1), bind_int(2)), NULL, &f->err));
}

static void a_parameter_that_was_not_declared_is_a_bug(void **state)
{
    static const struct statement st = {"SELECT $1 + $2", "i"};
    struct fixture *f = *state;
    int64_t value;
    bool found;

    FAILS(CODE_BUG, db_query_int(f->db, &st, BINDS(bind_int(1)), &value, &found, &f->err));
}

static void a_statement_cannot_run_inside_its_own_rows(void **state)
{
    struct fixture *f = *state;
    struct rows *rows, *again;

    OK(db_query(f->db, &read_note, NO_BINDS, &rows, &f->err));
    FAILS(CODE_BUG, db_query(f->db, &read_note, NO_BINDS, &again, &f->err));
    assert_null(again);
    rows_done(rows);
    OK(db_query(f->db, &read_note, NO_BINDS, &rows, &f->err));
    rows_done(rows);
}

static void more_statements_than_slots_keep_their_cursors(void **state)
{
    static struct statement many[300];
    struct fixture *f = *state;
    struct rows *rows;

    OK(db_exec(f->db, &add_number, BINDS(bind_int(1)), NULL, &f->err));
    OK(db_query(f->db, &read_note, NO_BINDS, &rows, &f->err));
    for (size_t i = 0; i < sizeof many / sizeof *many; i++) {
        many[i] = count_notes;
        assert_int_equal(query_int(f, &many[i]), 1);
    }
    assert_int_equal(rows_next(rows, &f->err), 1);
    rows_done(rows);
    for (size_t i = 0; i < sizeof many / sizeof *many; i++)
        assert_int_equal(query_int(f, &many[i]), 1);
}

static void a_constraint_is_refused_and_the_transaction_stands(void **state)
{
    struct fixture *f = *state;

    OK(db_exec(f->db, &add_number, BINDS(bind_int(1)), NULL, &f->err));
    FAILS(CODE_REFUSED, db_exec(f->db, &add_number, BINDS(bind_int(1)), NULL, &f->err));
    assert_true(db_in_transaction(f->db));
    OK(db_exec(f->db, &add_number, BINDS(bind_int(2)), NULL, &f->err));
    OK(db_commit(f->db, &f->err));
    assert_int_equal(query_int(f, &count_notes), 2);
}

static void a_savepoint_undoes_its_record_alone(void **state)
{
    struct fixture *f = *state;

    for (int64_t n = 1; n <= 3; n++) {
        OK(db_savepoint(f->db, &f->err));
        OK(db_exec(f->db, &add_number, BINDS(bind_int(n)), NULL, &f->err));
        OK(n == 2 ? db_rollback_to(f->db, &f->err) : db_release(f->db, &f->err));
    }
    OK(db_commit(f->db, &f->err));
    assert_int_equal(query_int(f, &count_notes), 2);
}

static void a_savepoint_outside_a_transaction_is_a_bug(void **state)
{
    struct fixture *f = *state;

    FAILS(CODE_BUG, db_savepoint(f->db, &f->err));
    assert_false(db_in_transaction(f->db));
}

static void a_rollback_leaves_nothing(void **state)
{
    struct fixture *f = *state;

    OK(db_exec(f->db, &add_number, BINDS(bind_int(1)), NULL, &f->err));
    db_rollback(f->db);
    assert_false(db_in_transaction(f->db));
    assert_int_equal(query_int(f, &count_notes), 0);
}

static void reading_holds_one_moment(void **state)
{
    struct fixture *f = *state;
    struct db *writer = f->db, *reader;

    OK(db_open(&reader, f->path, DB_READ, &f->err));
    OK(db_begin_read(reader, &f->err));
    f->db = reader;
    assert_int_equal(query_int(f, &count_notes), 0);
    OK(db_exec(writer, &add_number, BINDS(bind_int(1)), NULL, &f->err));
    OK(db_commit(writer, &f->err));
    assert_int_equal(query_int(f, &count_notes), 0);
    db_end_read(reader);
    assert_int_equal(query_int(f, &count_notes), 1);
    db_close(reader);
    f->db = writer;
}

static void what_others_commit_is_noticed_and_ones_own_is_not(void **state)
{
    struct fixture *f = *state;
    struct db *other;

    OK(db_commit(f->db, &f->err));
    OK(db_open(&other, f->path, DB_WRITE, &f->err));
    assert_false(db_changed_elsewhere(other));
    assert_false(db_changed_elsewhere(f->db));
    OK(db_begin(f->db, &f->err));
    OK(db_exec(f->db, &add_number, BINDS(bind_int(1)), NULL, &f->err));
    OK(db_commit(f->db, &f->err));
    assert_false(db_changed_elsewhere(f->db));
    assert_true(db_changed_elsewhere(other));
    assert_false(db_changed_elsewhere(other));
    db_close(other);
}

/* Adds one to the counter `rounds` times, each reading and writing in a transaction of its own. */
static int count_up(const char *path, int rounds)
{
    static const struct statement read_counter = {"SELECT max(n) FROM note", ""};
    static const struct statement write_counter = {"UPDATE note SET n = $1", "i"};
    struct error err = {0};
    struct db *db;
    int rc = db_open(&db, path, DB_WRITE, &err);

    for (int i = 0; rc == 0 && i < rounds; i++) {
        int64_t n;
        bool found;
        rc = db_begin(db, &err);
        if (rc == 0)
            rc = db_query_int(db, &read_counter, NO_BINDS, &n, &found, &err);
        if (rc == 0)
            rc = db_exec(db, &write_counter, BINDS(bind_int(n + 1)), NULL, &err);
        if (rc == 0)
            rc = db_commit(db, &err);
    }
    db_close(db);
    return rc;
}

static void writers_of_several_processes_take_turns(void **state)
{
    static const struct statement read_counter = {"SELECT n FROM note", ""};
    struct fixture *f = *state;

    OK(db_exec(f->db, &add_number, BINDS(bind_int(0)), NULL, &f->err));
    OK(db_commit(f->db, &f->err));
    db_close(f->db);
    f->db = NULL;
    for (int i = 0; i < 4; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(count_up(f->path, 50) == 0 ? 0 : 1);
        assert_true(child > 0);
    }
    for (int i = 0; i < 4; i++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    OK(db_open(&f->db, f->path, DB_WRITE, &f->err));
    assert_int_equal(query_int(f, &read_counter), 200);
}

/* The process may write no file beyond `size`: what a full disk looks like from inside. */
static void limit_files(rlim_t size, struct rlimit *before)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, before), 0);
    limit = *before;
    limit.rlim_cur = size;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_ends_the_transaction_and_is_temporary(void **state)
{
    struct fixture *f = *state;
    struct rlimit before;
    static char big[300000];
    enum code code = CODE_OK;

    limit_files(600000, &before);
    for (int64_t n = 0; n < 200 && code == CODE_OK; n++)
        code = (enum code)db_exec(f->db, &add_note,
                                  BINDS(bind_int(n), bind_null(), bind_bytes(big, sizeof big), bind_null()),
                                  NULL, &f->err);
    if (code == CODE_OK)
        code = (enum code)db_commit(f->db, &f->err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(code, CODE_TEMPORARY);
    assert_non_null(strstr(f->err.message, "disk is full"));
    assert_false(db_in_transaction(f->db));
    error_init(&f->err);
    FAILS(CODE_BUG, db_savepoint(f->db, &f->err));
    OK(db_begin(f->db, &f->err));
    OK(db_exec(f->db, &add_number, BINDS(bind_int(1)), NULL, &f->err));
    OK(db_commit(f->db, &f->err));
    assert_int_equal(query_int(f, &count_notes), 1);
}

static void a_commit_that_fails_has_rolled_back(void **state)
{
    struct fixture *f = *state;
    struct rlimit before;
    char big[60000] = {0};
    int code;

    OK(db_exec(f->db, &add_note, BINDS(bind_int(1), bind_null(), bind_bytes(big, sizeof big), bind_null()),
               NULL, &f->err));
    limit_files(8192, &before);
    code = db_commit(f->db, &f->err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    FAILS(CODE_TEMPORARY, code);
    assert_false(db_in_transaction(f->db));
    assert_int_equal(query_int(f, &count_notes), 0);
}

static void a_backup_is_a_store_and_overwrites_nothing(void **state)
{
    struct fixture *f = *state;
    struct db *copy;
    char path[128];

    OK(db_exec(f->db, &add_number, BINDS(bind_int(1)), NULL, &f->err));
    OK(db_commit(f->db, &f->err));
    snprintf(path, sizeof path, "%s/copy.db", f->folder);
    OK(db_backup(f->db, path, &f->err));
    FAILS(CODE_UNAVAILABLE, db_backup(f->db, path, &f->err));
    OK(db_open(&copy, path, DB_WRITE, &f->err));
    db_close(f->db);
    f->db = copy;
    assert_int_equal(query_int(f, &count_notes), 1);
    assert_int_equal(db_version(copy), STORE_SCHEMA_VERSION);
}

static void count_finding(void *context, const char *text)
{
    (void)text;
    ++*(int *)context;
}

static void integrity_finds_a_row_without_its_parent(void **state)
{
    static const struct statement off = {"PRAGMA foreign_keys = OFF", ""};
    static const struct statement orphan = {"INSERT INTO case_text (case_id, description) VALUES (7, 'x')",
                                            ""};
    struct fixture *f = *state;
    int findings = 0;

    assert_int_equal(db_integrity(f->db, count_finding, &findings, &f->err), 0);
    OK(db_exec(f->db, &off, NO_BINDS, NULL, &f->err));
    OK(db_exec(f->db, &orphan, NO_BINDS, NULL, &f->err));
    assert_int_equal(db_integrity(f->db, count_finding, &findings, &f->err), 1);
    assert_int_equal(findings, 1);
}

#define IN_FOLDER(test)  cmocka_unit_test_setup_teardown(test, folder_setup, store_teardown)
#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, store_setup, store_teardown)
#define WITH_NOTES(test) cmocka_unit_test_setup_teardown(test, note_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_missing_store_is_unavailable_and_says_what_to_do),
        IN_FOLDER(a_file_that_is_no_database_is_not_a_store),
        IN_FOLDER(another_programs_database_is_not_a_store),
        WITH_STORE(a_store_is_never_made_over_another),
        IN_FOLDER(a_creation_that_was_cut_short_can_be_done_again),
        WITH_STORE(a_new_store_is_its_owners_alone),
        WITH_STORE(the_side_file_has_the_mode_of_the_store),
        WITH_STORE(the_engine_is_set_as_durability_needs_it),
        WITH_STORE(a_reader_cannot_write),
        WITH_NOTES(values_of_every_type_come_back),
        WITH_NOTES(parameters_are_bound_by_name_not_by_place),
        WITH_NOTES(a_value_of_another_type_than_declared_is_a_bug),
        WITH_NOTES(a_parameter_that_was_not_declared_is_a_bug),
        WITH_NOTES(a_statement_cannot_run_inside_its_own_rows),
        WITH_NOTES(more_statements_than_slots_keep_their_cursors),
        WITH_NOTES(a_constraint_is_refused_and_the_transaction_stands),
        WITH_NOTES(a_savepoint_undoes_its_record_alone),
        WITH_STORE(a_savepoint_outside_a_transaction_is_a_bug),
        WITH_NOTES(a_rollback_leaves_nothing),
        WITH_NOTES(reading_holds_one_moment),
        WITH_NOTES(what_others_commit_is_noticed_and_ones_own_is_not),
        WITH_NOTES(writers_of_several_processes_take_turns),
        WITH_NOTES(a_full_disk_ends_the_transaction_and_is_temporary),
        WITH_NOTES(a_commit_that_fails_has_rolled_back),
        WITH_NOTES(a_backup_is_a_store_and_overwrites_nothing),
        WITH_STORE(integrity_finds_a_row_without_its_parent),
    };

    return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
