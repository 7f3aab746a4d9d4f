#include "store/message_table.h"

#include "store/row.h"

enum {
    MESSAGE_INSERT,
    MESSAGE_OF_CASE
};

static const struct statement statements[] = {
    [MESSAGE_INSERT] =
        {"INSERT INTO message (event_id, case_id, template_name, recipient, config, state, created_at) "
         "VALUES ($1, $2, $3, $4, $5, $6, $7) "
         "ON CONFLICT (event_id, template_name, recipient) DO NOTHING",
         "iitttti"},
    [MESSAGE_OF_CASE] = {"SELECT id, event_id, case_id, template_name, recipient, config, state, created_at "
                         "FROM message WHERE case_id = $1 ORDER BY id",
                         "i"},
};
const struct statement_set message_statements = STATEMENT_SET("message", statements);

int message_insert(struct db *db, struct message *m, struct error *err)
{
    int64_t changed = 0;
    int rc = db_exec(db, &statements[MESSAGE_INSERT],
                     BINDS(bind_int(m->event_id), bind_int(m->case_id), bind_text(m->template_name),
                           bind_text(m->recipient), bind_text(m->config), bind_text(m->state),
                           bind_int(m->created_at)),
                     &changed, err);

    m->id = rc == 0 && changed == 1 ? db_last_id(db) : 0;
    return rc;
}

static void read_message(const struct rows *rows, void *object, struct arena *arena)
{
    struct message *m = object;

    m->id = row_int(rows, 0);
    m->event_id = row_int(rows, 1);
    m->case_id = row_int(rows, 2);
    m->template_name = row_text(rows, 3, arena);
    m->recipient = row_text(rows, 4, arena);
    m->config = row_text(rows, 5, arena);
    m->state = row_text(rows, 6, arena);
    m->created_at = row_int(rows, 7);
}

int message_of_case(struct db *db, int64_t case_id, struct arena *arena, struct message **list, size_t *count,
                    struct error *err)
{
    static const struct row_type message_row = {read_message, sizeof(struct message)};
    void *rows;
    int rc = query_list(db, &statements[MESSAGE_OF_CASE], BINDS(bind_int(case_id)), &message_row, arena,
                        &rows, count, err);

    *list = rows;
    return rc;
}
