#include "store/assignment_table.h"

#include "store/row.h"

enum {
    NEED_FIND,
    NEED_SAVE,
    NEED_FORGET,
    OFFER_FIND,
    OFFER_SAVE,
    OFFER_END,
    OFFER_EXPIRED,
    DECLINES,
    DECLINE_SAVE,
    FAMILIAR_PARENT,
    FAMILIAR_CONTACT,
    FAMILIAR_ACCOUNT
};

/* A look at the last few has a bound, however many cases wait without a person. */
#define FAMILIAR(column)                                                                                     \
    {                                                                                                        \
        "SELECT assigned_to FROM (SELECT id, assigned_to FROM cases WHERE " column                           \
        " = $1 AND id < $2 ORDER BY id DESC LIMIT 8) h WHERE assigned_to IS NOT NULL ORDER BY id DESC "      \
        "LIMIT 1",                                                                                           \
            "ti"                                                                                             \
    }

static const struct statement statements[] = {
    [NEED_FIND] = {"SELECT need FROM case_need WHERE case_id = $1", "i"},
    [NEED_SAVE] = {"INSERT INTO case_need (case_id, need) VALUES ($1, $2) "
                   "ON CONFLICT (case_id) DO UPDATE SET need = excluded.need",
                   "it"},
    [NEED_FORGET] = {"DELETE FROM case_need WHERE case_id = $1", "i"},
    [OFFER_FIND] = {"SELECT agent, offered_at, expires_at FROM case_offer WHERE case_id = $1", "i"},
    [OFFER_SAVE] = {"INSERT INTO case_offer (case_id, agent, offered_at, expires_at) VALUES ($1, $2, $3, $4) "
                    "ON CONFLICT (case_id) DO UPDATE SET agent = excluded.agent, "
                    "offered_at = excluded.offered_at, expires_at = excluded.expires_at",
                    "itii"},
    [OFFER_END] = {"DELETE FROM case_offer WHERE case_id = $1", "i"},
    [OFFER_EXPIRED] = {"SELECT case_id, expires_at FROM case_offer o WHERE expires_at <= $1 "
                       "AND (expires_at, case_id) > ($2, $3) AND NOT EXISTS (SELECT 1 FROM stage_error e "
                       "WHERE e.case_id = o.case_id AND e.next_try > $1) "
                       "ORDER BY expires_at, case_id LIMIT $4",
                       "iiii"},
    [DECLINES] =
        {"SELECT agent, reason, again, declined_at FROM case_decline WHERE case_id = $1 ORDER BY agent", "i"},
    [DECLINE_SAVE] =
        {"INSERT INTO case_decline (case_id, agent, reason, again, declined_at) VALUES ($1, $2, $3, $4, $5) "
         "ON CONFLICT (case_id, agent) DO UPDATE SET reason = excluded.reason, "
         "declined_at = excluded.declined_at, "
         "again = CASE WHEN case_decline.again = 0 THEN 0 ELSE excluded.again END",
         "ittii"},
    [FAMILIAR_PARENT] = {"SELECT assigned_to FROM cases WHERE number = $1 AND id < $2", "ti"},
    [FAMILIAR_CONTACT] = FAMILIAR("contact"),
    [FAMILIAR_ACCOUNT] = FAMILIAR("account"),
};
const struct statement_set assignment_statements = STATEMENT_SET("assignment", statements);

int case_need_find(struct db *db, int64_t case_id, struct arena *arena, const char **need, struct error *err)
{
    bool found = false;
    int rc =
        query_one(db, &statements[NEED_FIND], BINDS(bind_int(case_id)), &text_row, arena, need, &found, err);

    if (rc == 0 && !found)
        *need = NULL;
    return rc;
}

int case_need_save(struct db *db, int64_t case_id, const char *need, struct error *err)
{
    if (!need)
        return db_exec(db, &statements[NEED_FORGET], BINDS(bind_int(case_id)), NULL, err);
    return db_exec(db, &statements[NEED_SAVE], BINDS(bind_int(case_id), bind_text(need)), NULL, err);
}

static void read_offer(const struct rows *rows, void *object, struct arena *arena)
{
    struct case_offer *offer = object;

    offer->agent = row_text(rows, 0, arena);
    offer->offered_at = row_int(rows, 1);
    offer->expires_at = row_int_or_none(rows, 2);
}

int case_offer_find(struct db *db, int64_t case_id, struct arena *arena, struct case_offer *offer,
                    bool *found, struct error *err)
{
    static const struct row_type row = {read_offer, sizeof(struct case_offer)};

    return query_one(db, &statements[OFFER_FIND], BINDS(bind_int(case_id)), &row, arena, offer, found, err);
}

int case_offer_save(struct db *db, int64_t case_id, const struct case_offer *offer, struct error *err)
{
    return db_exec(db, &statements[OFFER_SAVE],
                   BINDS(bind_int(case_id), bind_text(offer->agent), bind_time(offer->offered_at),
                         bind_time(offer->expires_at)),
                   NULL, err);
}

int case_offer_end(struct db *db, int64_t case_id, struct error *err)
{
    return db_exec(db, &statements[OFFER_END], BINDS(bind_int(case_id)), NULL, err);
}

int case_offer_expired(struct db *db, usec now, struct case_cursor *cursor, int64_t *ids, size_t limit,
                       struct error *err)
{
    struct rows *rows;
    size_t n = 0;
    int rc = db_query(
        db, &statements[OFFER_EXPIRED],
        BINDS(bind_int(now), bind_int(cursor->opened_at), bind_int(cursor->id), bind_int((int64_t)limit)),
        &rows, err);

    while (rc == 0 && n < limit && (rc = rows_next(rows, err)) > 0) {
        ids[n++] = row_int(rows, 0);
        *cursor = (struct case_cursor){0, row_int(rows, 1), row_int(rows, 0)};
        rc = 0;
    }
    rows_done(rows);
    return rc < 0 ? rc : (int)n;
}

static void read_decline(const struct rows *rows, void *object, struct arena *arena)
{
    struct case_decline *d = object;

    d->agent = row_text(rows, 0, arena);
    d->reason = row_text(rows, 1, arena);
    d->again = row_int(rows, 2) != 0;
    d->at = row_int(rows, 3);
}

int case_declines(struct db *db, int64_t case_id, struct arena *arena, struct case_decline **list,
                  size_t *count, struct error *err)
{
    static const struct row_type row = {read_decline, sizeof(struct case_decline)};
    void *declines;
    int rc =
        query_list(db, &statements[DECLINES], BINDS(bind_int(case_id)), &row, arena, &declines, count, err);

    *list = declines;
    return rc;
}

int case_decline_save(struct db *db, int64_t case_id, const struct case_decline *d, struct error *err)
{
    return db_exec(db, &statements[DECLINE_SAVE],
                   BINDS(bind_int(case_id), bind_text(d->agent), bind_text(d->reason), bind_int(d->again),
                         bind_time(d->at)),
                   NULL, err);
}

int case_familiar(struct db *db, const struct casefile *c, struct arena *arena, const char **agent,
                  struct error *err)
{
    const struct {
        int statement;
        const char *key;
    } asked[] = {
        {FAMILIAR_PARENT, c->parent}, {FAMILIAR_CONTACT, c->contact}, {FAMILIAR_ACCOUNT, c->account}};
    bool found = false;
    int rc = 0;

    *agent = NULL;
    for (size_t i = 0; rc == 0 && !*agent && i < sizeof asked / sizeof *asked; i++)
        if (asked[i].key)
            rc = query_one(db, &statements[asked[i].statement],
                           BINDS(bind_text(asked[i].key), bind_int(c->id)), &text_row, arena, agent, &found,
                           err);
    return rc;
}
