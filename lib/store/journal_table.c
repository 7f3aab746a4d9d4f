#include "store/journal_table.h"

#include "store/row.h"

enum {
    EVENT_INSERT,
    EVENT_VALUE_INSERT,
    EVENT_PAGE,
    EVENT_VALUES,
    EVENT_OF_TYPE,
    EVENT_PAGE_TYPE,
    EVENT_PAGE_ALL,
};

#define SELECT "SELECT id, subject, seq, type, at, actor, config, body, hash FROM event "

static const struct statement statements[] = {
    [EVENT_INSERT] = {"INSERT INTO event (subject, seq, type, at, actor, config, hash, body) "
                      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                      "titittbt"},
    [EVENT_VALUE_INSERT] =
        {"INSERT INTO event_value (event_id, pointer, salt, value) VALUES ($1, $2, $3, $4)", "itbt"},
    [EVENT_PAGE] = {SELECT "WHERE subject = $1 AND seq > $2 ORDER BY seq LIMIT $3", "tii"},
    [EVENT_VALUES] =
        {"SELECT event_id, pointer, salt, value FROM event_value WHERE event_id = $1 ORDER BY pointer", "i"},
    [EVENT_OF_TYPE] = {"SELECT body FROM event WHERE subject = $1 AND type = $2", "tt"},
    [EVENT_PAGE_TYPE] = {SELECT "WHERE id > $2 AND substr(type, 1, length($1)) = $1 ORDER BY id LIMIT $3",
                         "tii"},
    [EVENT_PAGE_ALL] = {SELECT "WHERE (subject, seq) > ($1, $2) ORDER BY subject, seq LIMIT $3", "tii"},
};
const struct statement_set event_statements = STATEMENT_SET("event", statements);

int event_insert(struct db *db, struct event *e, struct error *err)
{
    int rc = db_exec(db, &statements[EVENT_INSERT],
                     BINDS(bind_text(e->subject), bind_int(e->seq), bind_text(e->type), bind_time(e->at),
                           bind_text(e->actor), bind_text(e->config), bind_digest(&e->hash),
                           bind_text_n(e->body, e->body_length)),
                     NULL, err);

    if (rc == 0)
        e->id = db_last_id(db);
    return rc;
}

int event_value_insert(struct db *db, const struct event_value *v, struct error *err)
{
    return db_exec(db, &statements[EVENT_VALUE_INSERT],
                   BINDS(bind_int(v->event_id), bind_text(v->pointer), bind_bytes(v->salt, sizeof v->salt),
                         bind_text(v->value)),
                   NULL, err);
}

static void read_event(const struct rows *rows, void *object, struct arena *arena)
{
    struct event *e = object;
    const char *body;

    e->id = row_int(rows, 0);
    e->subject = row_text(rows, 1, arena);
    e->seq = row_int(rows, 2);
    e->type = row_text(rows, 3, arena);
    e->at = row_int(rows, 4);
    e->actor = row_text(rows, 5, arena);
    e->config = row_text(rows, 6, arena);
    body = row_text_n(rows, 7, &e->body_length);
    e->body = arena_strndup(arena, body, e->body_length);
    row_digest(rows, 8, &e->hash);
}

static const struct row_type event_row = {read_event, sizeof(struct event)};

int event_page(struct db *db, const char *subject, int64_t after_seq, struct arena *arena, struct event *list,
               size_t limit, struct error *err)
{
    return query_page(db, &statements[EVENT_PAGE],
                      BINDS(bind_text(subject), bind_int(after_seq), bind_int((int64_t)limit)), &event_row,
                      arena, list, limit, err);
}

static void read_event_value(const struct rows *rows, void *object, struct arena *arena)
{
    struct event_value *v = object;
    const void *salt;
    size_t n;

    v->event_id = row_int(rows, 0);
    v->pointer = row_text(rows, 1, arena);
    salt = row_bytes(rows, 2, &n);
    if (n == sizeof v->salt)
        memcpy(v->salt, salt, n);
    v->value = row_text(rows, 3, arena);
}

int event_values(struct db *db, int64_t event_id, struct arena *arena, struct event_value **list,
                 size_t *count, struct error *err)
{
    static const struct row_type value_row = {read_event_value, sizeof(struct event_value)};
    void *rows;
    int rc = query_list(db, &statements[EVENT_VALUES], BINDS(bind_int(event_id)), &value_row, arena, &rows,
                        count, err);

    *list = rows;
    return rc;
}

int event_exists(struct db *db, const char *subject, const char *type, const char *text, bool *exists,
                 struct error *err)
{
    struct rows *rows;
    int rc = db_query(db, &statements[EVENT_OF_TYPE], BINDS(bind_text(subject), bind_text(type)), &rows, err);

    *exists = false;
    while (rc == 0 && !*exists && (rc = rows_next(rows, err)) > 0) {
        size_t n;
        const char *body = row_text_n(rows, 0, &n);
        *exists = body && memmem(body, n, text, strlen(text)) != NULL;
        rc = 0;
    }
    rows_done(rows);
    return rc < 0 ? rc : 0;
}

int event_page_type(struct db *db, const char *type_prefix, int64_t after_id, struct arena *arena,
                    struct event *list, size_t limit, struct error *err)
{
    return query_page(db, &statements[EVENT_PAGE_TYPE],
                      BINDS(bind_text(type_prefix), bind_int(after_id), bind_int((int64_t)limit)), &event_row,
                      arena, list, limit, err);
}

int event_page_all(struct db *db, const char *after_subject, int64_t after_seq, struct arena *arena,
                   struct event *list, size_t limit, struct error *err)
{
    return query_page(db, &statements[EVENT_PAGE_ALL],
                      BINDS(bind_text(after_subject), bind_int(after_seq), bind_int((int64_t)limit)),
                      &event_row, arena, list, limit, err);
}
