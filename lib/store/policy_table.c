#include "store/policy_table.h"

#include "store/row.h"

enum {
    POLICY_KNOWN,
    POLICY_SAVE_BLOB,
    POLICY_SAVE_FILE,
    POLICY_READ
};

static const struct statement statements[] = {
    [POLICY_KNOWN] = {"SELECT 1 FROM policy_tree WHERE commit_id = $1 LIMIT 1", "t"},
    [POLICY_SAVE_BLOB] =
        {"INSERT INTO policy_blob (blob, content) VALUES ($1, $2) ON CONFLICT (blob) DO NOTHING", "tb"},
    [POLICY_SAVE_FILE] = {"INSERT INTO policy_tree (commit_id, path, blob) VALUES ($1, $2, $3) "
                          "ON CONFLICT (commit_id, path) DO NOTHING",
                          "ttt"},
    [POLICY_READ] =
        {"SELECT t.path, t.blob, b.content FROM policy_tree t JOIN policy_blob b ON b.blob = t.blob "
         "WHERE t.commit_id = $1 ORDER BY t.path",
         "t"},
};
const struct statement_set policy_statements = STATEMENT_SET("policy", statements);

int policy_known(struct db *db, const char *commit, bool *known, struct error *err)
{
    return query_any(db, &statements[POLICY_KNOWN], BINDS(bind_text(commit)), known, err);
}

static int save_file(struct db *db, const char *commit, const struct policy_file *f, struct error *err)
{
    int rc = db_exec(db, &statements[POLICY_SAVE_BLOB],
                     BINDS(bind_text(f->blob), bind_bytes(f->text, f->length)), NULL, err);

    if (rc == 0)
        rc = db_exec(db, &statements[POLICY_SAVE_FILE],
                     BINDS(bind_text(commit), bind_text(f->path), bind_text(f->blob)), NULL, err);
    return rc;
}

int policy_save(struct db *db, const char *commit, const struct policy_file *files, size_t count,
                struct error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = save_file(db, commit, &files[i], err);
    return rc;
}

static void read_policy_file(const struct rows *rows, void *object, struct arena *arena)
{
    struct policy_file *f = object;
    const char *content;

    f->path = row_text(rows, 0, arena);
    f->blob = row_text(rows, 1, arena);
    content = row_bytes(rows, 2, &f->length);
    f->text = arena_strndup(arena, f->length > 0 ? content : "", f->length);
}

int policy_read(struct db *db, const char *commit, struct arena *arena, struct policy_file **files,
                size_t *count, struct error *err)
{
    static const struct row_type file_row = {read_policy_file, sizeof(struct policy_file)};
    void *rows;
    int rc = query_list(db, &statements[POLICY_READ], BINDS(bind_text(commit)), &file_row, arena, &rows,
                        count, err);

    *files = rows;
    return rc;
}
