#include "store/sla_table.h"

#include "store/row.h"

enum {
    SLA_INSERT,
    SLA_SAVE,
    SLA_OF_CASE,
    SLA_DUE,
    SLA_PAGE, /* the next three follow it: + active only, + 2 breached only */
    SLA_PAGE_ACTIVE,
    SLA_PAGE_BREACHED,
    SLA_PAGE_ACTIVE_BREACHED,
};

/* "sla" is the field that holds the definition's name. */
static const char *const columns[] = {
    "sla",        "type",       "stage",   "has_breached",     "target",
    "start_time", "pause_time", "paused",  "planned_end_time", "breached_at",
    "end_time",   "warned",     "next_at", "config",           NULL};
/* What the life of a clock changes; the definition's part stays. */
static const char *const saved_columns[] = {"stage",  "has_breached",     "start_time",  "pause_time",
                                            "paused", "planned_end_time", "breached_at", "end_time",
                                            "warned", "next_at",          NULL};

#define SELECT                                                                                               \
    "SELECT s.id, s.case_id, s.definition, s.type, s.stage, s.has_breached, s.target, s.start_time, "        \
    "s.pause_time, "                                                                                         \
    "s.paused, s.planned_end_time, s.breached_at, s.end_time, s.warned, s.next_at, s.config"
#define COLUMN_NUMBER 16
#define PAGE(filter)                                                                                         \
    {                                                                                                        \
        SELECT ", c.number FROM sla s JOIN cases c ON c.id = s.case_id WHERE s.id > $1 " filter              \
               "ORDER BY s.id LIMIT $2",                                                                     \
            "ii"                                                                                             \
    }

static const struct statement statements[] = {
    [SLA_INSERT] =
        {"INSERT INTO sla (case_id, definition, type, stage, has_breached, target, start_time, pause_time, "
         "paused, planned_end_time, breached_at, end_time, warned, next_at, config) "
         "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
         "itttiiiiiiiiiit"},
    [SLA_SAVE] =
        {"UPDATE sla SET stage = $2, has_breached = $3, start_time = $4, pause_time = $5, paused = $6, "
         "planned_end_time = $7, breached_at = $8, end_time = $9, warned = $10, next_at = $11 WHERE id = $1",
         "itiiiiiiiii"},
    [SLA_OF_CASE] = {SELECT " FROM sla s WHERE s.case_id = $1 ORDER BY s.id", "i"},
    /* +id: the due ones are found by their moment and then put in order, never by walking all ids */
    [SLA_DUE] = {"SELECT id, case_id FROM sla WHERE next_at <= $1 AND +id > $2 ORDER BY +id LIMIT $3", "iii"},
    [SLA_PAGE] = PAGE(""),
    [SLA_PAGE_ACTIVE] = PAGE("AND s.stage IN ('in_progress', 'paused') "),
    [SLA_PAGE_BREACHED] = PAGE("AND s.has_breached = 1 "),
    [SLA_PAGE_ACTIVE_BREACHED] = PAGE("AND s.has_breached = 1 AND s.stage IN ('in_progress', 'paused') "),
};
const struct statement_set sla_statements = STATEMENT_SET("sla", statements);

int sla_insert(struct db *db, struct sla *s, struct error *err)
{
    struct bind binds[15] = {bind_int(s->case_id)};
    size_t n = 1 + bind_fields(binds + 1, sla_fields, columns, s);
    int rc = db_exec(db, &statements[SLA_INSERT], binds, n, NULL, err);

    if (rc == 0)
        s->id = db_last_id(db);
    return rc;
}

int sla_save(struct db *db, const struct sla *s, struct error *err)
{
    struct bind binds[11] = {bind_int(s->id)};
    size_t n = 1 + bind_fields(binds + 1, sla_fields, saved_columns, s);
    int64_t changed;
    int rc = db_exec(db, &statements[SLA_SAVE], binds, n, &changed, err);

    if (rc == 0 && changed != 1)
        rc = error_set(err, CODE_BUG, NULL, "no SLA of id %lld", (long long)s->id);
    return rc;
}

static void read_sla(const struct rows *rows, void *object, struct arena *arena)
{
    struct sla *s = object;

    s->id = row_int(rows, 0);
    s->case_id = row_int(rows, 1);
    row_read_fields(rows, 2, sla_fields, columns, s, arena);
}

static void read_listed_sla(const struct rows *rows, void *object, struct arena *arena)
{
    read_sla(rows, object, arena);
    ((struct sla *)object)->number = row_text(rows, COLUMN_NUMBER, arena);
}

int sla_of_case(struct db *db, int64_t case_id, const char *number, struct arena *arena, struct sla **list,
                size_t *count, struct error *err)
{
    static const struct row_type sla_row = {read_sla, sizeof(struct sla)};
    void *rows;
    int rc = query_list(db, &statements[SLA_OF_CASE], BINDS(bind_int(case_id)), &sla_row, arena, &rows, count,
                        err);

    *list = rows;
    for (size_t i = 0; i < *count; i++)
        (*list)[i].number = number;
    return rc;
}

static void read_due(const struct rows *rows, void *object, struct arena *arena)
{
    struct sla_due *due = object;

    (void)arena;
    due->id = row_int(rows, 0);
    due->case_id = row_int(rows, 1);
}

int sla_due(struct db *db, usec now, int64_t after_id, struct sla_due *due, size_t limit, struct error *err)
{
    static const struct row_type due_row = {read_due, sizeof(struct sla_due)};

    return query_page(db, &statements[SLA_DUE],
                      BINDS(bind_int(now), bind_int(after_id), bind_int((int64_t)limit)), &due_row, NULL, due,
                      limit, err);
}

int sla_page(struct db *db, bool active_only, bool breached_only, int64_t after_id, struct arena *arena,
             struct sla *list, size_t limit, struct error *err)
{
    static const struct row_type listed_sla_row = {read_listed_sla, sizeof(struct sla)};

    return query_page(db, &statements[SLA_PAGE + active_only + 2 * breached_only],
                      BINDS(bind_int(after_id), bind_int((int64_t)limit)), &listed_sla_row, arena, list,
                      limit, err);
}
