#include "store/store.h"

#include "base/buf.h"
#include "store/row.h"

enum {
    STORE_INSERT,
    STORE_INSERT_REVISION,
    STORE_READ,
    STORE_SAVE_HEAD,
    STORE_SAVE_CONFIG
};

static const struct statement statements[] = {
    [STORE_INSERT] =
        {"INSERT INTO store (one, schema_version, store_id, simulation, config_repo, config_ref, proxies, "
         "secret, head_seq, head_hash, created_at) VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
         "ititttbibi"},
    [STORE_INSERT_REVISION] = {"INSERT INTO ci_revision (one, revision) VALUES (1, 0)", ""},
    [STORE_READ] =
        {"SELECT schema_version, store_id, simulation, config_repo, config_ref, proxies, secret, head_seq, "
         "head_hash, created_at FROM store WHERE one = 1",
         ""},
    [STORE_SAVE_HEAD] = {"UPDATE store SET head_seq = $1, head_hash = $2 WHERE one = 1 AND head_seq < $1",
                         "ib"},
    [STORE_SAVE_CONFIG] = {"UPDATE store SET config_repo = $1, config_ref = $2 WHERE one = 1", "tt"},
};
const struct statement_set store_row_statements = STATEMENT_SET("store", statements);

const struct statement_set *const store_statements[] = {
    &store_row_statements,      &crm_statements,
    &crm_side_statements,       &deletion_statements,
    &case_reference_statements, &record_reference_statements,
    &household_statements,      &address_statements,
    &impact_statements,         &entitlement_statements,
    &agent_statements,          &assignment_statements,
    &case_statements,           &case_page_statements,
    &case_query_statements,     &stage_error_statements,
    &reject_statements,         &task_statements,
    &milestone_statements,      &sla_statements,
    &event_statements,          &message_statements,
    &policy_statements,         &check_statements,
};
const size_t store_statement_sets = sizeof store_statements / sizeof *store_statements;

static bool is_word(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static void add_word(struct buf *out, const char *word, size_t n)
{
    static const char *const meanings[][2] = {
        {"ID", "INTEGER PRIMARY KEY"},      {"INT64", "INTEGER"}, {"BYTES", "BLOB"}, {"BYID", ""},
        {"KEYED", "WITHOUT ROWID, STRICT"},
    };

    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strlen(meanings[i][0]) == n && memcmp(meanings[i][0], word, n) == 0) {
            buf_add_text(out, meanings[i][1]);
            return;
        }
    buf_add(out, word, n);
}

/* The template in SQLite's words, without comments and needless blanks: every process that opens the store
 * reads it. */
static void translate(struct buf *out, const char *p)
{
    while (*p) {
        size_t n = 0;
        if (strncmp(p, "--", 2) == 0) {
            p += strcspn(p, "\n");
            continue;
        }
        while (is_word(p[n]))
            n++;
        if (n > 0) {
            add_word(out, p, n);
            p += n;
        } else if (strchr(" \n\t", *p)) {
            p += strspn(p, " \n\t");
            if (out->len > 0 && is_word(out->data[out->len - 1]))
                buf_add_char(out, ' ');
        } else {
            buf_add_char(out, *p++);
        }
    }
}

/* The rows that every store has from the start: its facts, and how often its configuration items changed. */
static int insert_rows(struct db *db, const struct store_info *info, struct error *err)
{
    int rc =
        db_exec(db, &statements[STORE_INSERT],
                BINDS(bind_int(STORE_SCHEMA_VERSION), bind_text(info->store_id), bind_int(info->simulation),
                      bind_text(info->config_repo), bind_text(info->config_ref), bind_text(info->proxies),
                      bind_bytes(info->secret, sizeof info->secret), bind_int(info->head.seq),
                      bind_digest(&info->head.hash), bind_time(info->created_at)),
                NULL, err);

    return rc == 0 ? db_exec(db, &statements[STORE_INSERT_REVISION], NO_BINDS, NULL, err) : rc;
}

int store_create(struct db *db, const char *schema, const struct store_info *info, struct error *err)
{
    struct buf sql = BUF_INIT;
    int rc;

    translate(&sql, schema);
    if (buf_failed(&sql))
        rc = error_no_memory(err);
    else
        rc = db_script(db, buf_text(&sql), err);
    buf_release(&sql);
    if (rc == 0)
        rc = insert_rows(db, info, err);
    return rc == 0 ? db_stamp(db, STORE_SCHEMA_VERSION, err) : rc;
}

static void read_info(const struct rows *rows, void *object, struct arena *arena)
{
    struct store_info *info = object;
    struct digest secret;

    info->schema_version = row_int(rows, 0);
    info->store_id = row_text(rows, 1, arena);
    info->simulation = row_int(rows, 2) != 0;
    info->config_repo = row_text(rows, 3, arena);
    info->config_ref = row_text(rows, 4, arena);
    info->proxies = row_text(rows, 5, arena);
    row_digest(rows, 6, &secret);
    memcpy(info->secret, secret.bytes, sizeof info->secret);
    info->head.subject = "store";
    info->head.seq = row_int(rows, 7);
    row_digest(rows, 8, &info->head.hash);
    info->created_at = row_int(rows, 9);
}

int store_read(struct db *db, struct arena *arena, struct store_info *info, struct error *err)
{
    static const struct row_type info_row = {read_info, sizeof(struct store_info)};
    bool found;
    int rc;

    if (db_version(db) > STORE_SCHEMA_VERSION)
        return error_set(err, CODE_UNAVAILABLE, NULL,
                         "%s: made by a newer casework (schema %lld, this program knows %d)", db_path(db),
                         (long long)db_version(db), STORE_SCHEMA_VERSION);
    if (db_version(db) < 1)
        return error_set(err, CODE_UNAVAILABLE, NULL, "%s: not a casework store", db_path(db));
    rc = query_one(db, &statements[STORE_READ], NO_BINDS, &info_row, arena, info, &found, err);
    if (rc == 0 && !found)
        rc = error_set(err, CODE_UNAVAILABLE, NULL, "%s: not a casework store: its first row is missing",
                       db_path(db));
    return rc;
}

int store_save_head(struct db *db, const struct chain *head, struct error *err)
{
    int64_t changed;
    int rc = db_exec(db, &statements[STORE_SAVE_HEAD], BINDS(bind_int(head->seq), bind_digest(&head->hash)),
                     &changed, err);

    if (rc == 0 && changed != 1)
        rc = error_set(err, CODE_STALE, NULL, "the store's journal has moved on");
    return rc;
}

int store_save_config(struct db *db, const char *repository, const char *ref, struct error *err)
{
    return db_exec(db, &statements[STORE_SAVE_CONFIG], BINDS(bind_text(repository), bind_text(ref)), NULL,
                   err);
}
