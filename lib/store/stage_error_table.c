#include "store/case_table.h"
#include "store/row.h"

enum {
    STAGE_ERROR_FIND,
    STAGE_ERROR_SAVE,
    STAGE_ERROR_CLEAR
};

static const struct statement statements[] = {
    [STAGE_ERROR_FIND] = {"SELECT case_id, stage, code, pointer, message, attempts, failed_at, next_try "
                          "FROM stage_error WHERE case_id = $1",
                          "i"},
    [STAGE_ERROR_SAVE] =
        {"INSERT INTO stage_error (case_id, stage, code, pointer, message, attempts, failed_at, "
         "next_try) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (case_id) DO UPDATE SET "
         "stage = excluded.stage, code = excluded.code, pointer = excluded.pointer, "
         "message = excluded.message, attempts = excluded.attempts, failed_at = excluded.failed_at, "
         "next_try = excluded.next_try",
         "ittttiii"},
    [STAGE_ERROR_CLEAR] = {"DELETE FROM stage_error WHERE case_id = $1", "i"},
};
const struct statement_set stage_error_statements = STATEMENT_SET("stage_error", statements);

static void read_stage_error(const struct rows *rows, void *object, struct arena *arena)
{
    struct stage_error *e = object;

    e->case_id = row_int(rows, 0);
    e->stage = row_text(rows, 1, arena);
    e->code = row_text(rows, 2, arena);
    e->pointer = row_text(rows, 3, arena);
    e->message = row_text(rows, 4, arena);
    e->attempts = row_int(rows, 5);
    e->failed_at = row_int(rows, 6);
    e->next_try = row_int(rows, 7);
}

int stage_error_find(struct db *db, int64_t case_id, struct arena *arena, struct stage_error *e, bool *found,
                     struct error *err)
{
    static const struct row_type stage_error_row = {read_stage_error, sizeof(struct stage_error)};

    return query_one(db, &statements[STAGE_ERROR_FIND], BINDS(bind_int(case_id)), &stage_error_row, arena, e,
                     found, err);
}

int stage_error_save(struct db *db, const struct stage_error *e, struct error *err)
{
    return db_exec(db, &statements[STAGE_ERROR_SAVE],
                   BINDS(bind_int(e->case_id), bind_text(e->stage), bind_text(e->code), bind_text(e->pointer),
                         bind_text(e->message), bind_int(e->attempts), bind_int(e->failed_at),
                         bind_int(e->next_try)),
                   NULL, err);
}

int stage_error_clear(struct db *db, int64_t case_id, struct error *err)
{
    return db_exec(db, &statements[STAGE_ERROR_CLEAR], BINDS(bind_int(case_id)), NULL, err);
}
