#include "store/row.h"
#include "store/task_table.h"

enum {
    MILESTONE_INSERT,
    MILESTONE_OF_CASE,
    MILESTONE_DELETE
};

static const struct statement statements[] = {
    [MILESTONE_INSERT] = {"INSERT INTO milestone (case_id, name, reached, at) VALUES ($1, $2, $3, $4)",
                          "itii"},
    [MILESTONE_OF_CASE] = {"SELECT name, reached, at FROM milestone WHERE case_id = $1 ORDER BY name", "i"},
    [MILESTONE_DELETE] = {"DELETE FROM milestone WHERE case_id = $1 AND name = $2", "it"},
};
const struct statement_set milestone_statements = STATEMENT_SET("milestone", statements);

static void read_milestone(const struct rows *rows, void *object, struct arena *arena)
{
    struct milestone *m = object;

    m->name = row_text(rows, 0, arena);
    m->reached = row_int(rows, 1) != 0;
    m->at = row_int(rows, 2);
}

int milestone_insert(struct db *db, int64_t case_id, const struct milestone *m, struct error *err)
{
    return db_exec(db, &statements[MILESTONE_INSERT],
                   BINDS(bind_int(case_id), bind_text(m->name), bind_int(m->reached), bind_int(m->at)), NULL,
                   err);
}

int milestone_of_case(struct db *db, int64_t case_id, struct arena *arena, struct milestone **list,
                      size_t *count, struct error *err)
{
    static const struct row_type milestone_row = {read_milestone, sizeof(struct milestone)};
    void *rows;
    int rc = query_list(db, &statements[MILESTONE_OF_CASE], BINDS(bind_int(case_id)), &milestone_row, arena,
                        &rows, count, err);

    *list = rows;
    return rc;
}

int milestone_delete(struct db *db, int64_t case_id, const char *name, struct error *err)
{
    return db_exec(db, &statements[MILESTONE_DELETE], BINDS(bind_int(case_id), bind_text(name)), NULL, err);
}
