/*
 * Which cases: the queues of the stages, pages of lists, the history of a customer, what is like a case.
 */
#include "store/case_table.h"
#include "store/row.h"

/* A history is counted over the last 1,000 entries of its covering index, so that its cost has a bound. The
 * sum is a floating one: a thousand cases that were opened in other millennia would overflow an integer. */
#define HISTORY(column)                                                                                      \
    {                                                                                                        \
        "SELECT count(CASE WHEN active = 1 THEN 1 END), count(CASE WHEN opened_at BETWEEN $3 AND $4 THEN 1 " \
        "END), "                                                                                             \
        "count(reopen_count), count(resolved_at), sum(CAST(resolved_at - opened_at AS DOUBLE PRECISION)) "   \
        "FROM (SELECT active, opened_at, resolved_at, reopen_count FROM cases WHERE " column                 \
        " = $1 AND id < $2 ORDER BY id DESC LIMIT 1000) h",                                                  \
            "tiii"                                                                                           \
    }

#define NOT_PUT_OFF(now)                                                                                     \
    "AND NOT EXISTS (SELECT 1 FROM stage_error e WHERE e.case_id = cases.id AND e.next_try > " now ") "

/* Statements of case_page: a driver (the condition that an index answers), an order, a direction. All take
 * the same parameters: $1 active only, $2-$9 filters, $10 failed only, $11-$13 the cursor, $14 the limit. */
#define FILTERS                                                                                              \
    " AND ($1 = 0 OR active = 1) AND ($2 IS NULL OR state = $2) AND ($3 IS NULL OR progress = $3)"           \
    " AND ($4 IS NULL OR assignment_group = $4) AND ($5 IS NULL OR assigned_to = $5)"                        \
    " AND ($6 IS NULL OR account = $6) AND ($7 IS NULL OR contact = $7) AND ($8 IS NULL OR asset = $8)"      \
    " AND ($9 IS NULL OR case_type = $9)"                                                                    \
    " AND ($10 = 0 OR EXISTS (SELECT 1 FROM stage_error e WHERE e.case_id = cases.id))"
#define PAGE(driver, keys, from, op, order)                                                                  \
    {                                                                                                        \
        "SELECT id, priority, opened_at, updated_at FROM cases WHERE (" keys ") " op " (" from               \
        ")" driver FILTERS " ORDER BY " order " LIMIT $14",                                                  \
            "ittttttttiiiii"                                                                                 \
    }
/* In the order of enum case_sort, ascending and descending. */
#define PAGES(driver)                                                                                        \
    PAGE(driver, "id", "$13", ">", "id"), PAGE(driver, "id", "$13", "<", "id DESC"),                         \
        PAGE(driver, "opened_at, id", "$12, $13", ">", "opened_at, id"),                                     \
        PAGE(driver, "opened_at, id", "$12, $13", "<", "opened_at DESC, id DESC"),                           \
        PAGE(driver, "priority, opened_at, id", "$11, $12, $13", ">", "priority, opened_at, id"),            \
        PAGE(driver, "priority, opened_at, id", "$11, $12, $13", "<",                                        \
             "priority DESC, opened_at DESC, id DESC"),                                                      \
        PAGE(driver, "updated_at, id", "$12, $13", ">", "updated_at, id"),                                   \
        PAGE(driver, "updated_at, id", "$12, $13", "<", "updated_at DESC, id DESC")
#define PAGES_EACH 8

/* Active cases by urgency: the queues of the five stages, each in this order already, put together. */
#define QUEUE(progress, op, order)                                                                           \
    "SELECT * FROM (SELECT id, priority, opened_at, updated_at FROM cases WHERE active = 1 AND progress = "  \
    "'" progress "' AND (priority, opened_at, id) " op " ($11, $12, $13)" FILTERS " ORDER BY " order         \
    " LIMIT $14) AS " progress
#define PAGE_URGENT(op, order)                                                                               \
    {                                                                                                        \
        QUEUE("captured", op, order)                                                                         \
        " UNION ALL " QUEUE("enriched", op, order) " UNION ALL " QUEUE(                                      \
            "routed", op, order) " UNION ALL " QUEUE("dispatched", op,                                       \
                                                     order) " UNION ALL " QUEUE("fulfilled", op,             \
                                                                                order) " ORDER BY " order    \
                                                                                       " LIMIT $14",         \
            "ittttttttiiiii"                                                                                 \
    }
#define PAGES_ACTIVE(driver)                                                                                 \
    PAGE(driver, "id", "$13", ">", "id"), PAGE(driver, "id", "$13", "<", "id DESC"),                         \
        PAGE(driver, "opened_at, id", "$12, $13", ">", "opened_at, id"),                                     \
        PAGE(driver, "opened_at, id", "$12, $13", "<", "opened_at DESC, id DESC"),                           \
        PAGE_URGENT(">", "priority, opened_at, id"),                                                         \
        PAGE_URGENT("<", "priority DESC, opened_at DESC, id DESC"),                                          \
        PAGE(driver, "updated_at, id", "$12, $13", ">", "updated_at, id"),                                   \
        PAGE(driver, "updated_at, id", "$12, $13", "<", "updated_at DESC, id DESC")

enum driver {
    BY_NOTHING,
    BY_ACTIVE,
    BY_FAILED,
    BY_GROUP,
    BY_AGENT,
    BY_ACCOUNT,
    BY_CONTACT,
    BY_ASSET,
};

static const struct statement page_statements[] = {
    PAGES(""),
    PAGES_ACTIVE(" AND active = 1"),
    PAGES(" AND id IN (SELECT case_id FROM stage_error)"),
    PAGES(" AND active = 1 AND assignment_group = $4"),
    PAGES(" AND active = 1 AND assigned_to = $5"),
    PAGES(" AND account = $6"),
    PAGES(" AND contact = $7"),
    PAGES(" AND asset = $8"),
};
const struct statement_set case_page_statements = STATEMENT_SET("cases (pages)", page_statements);

enum {
    WAITING,
    UNASSIGNED,
    HISTORY_ACCOUNT,
    HISTORY_CONTACT,
    HISTORY_ASSET,
    SIMILAR,
    MAJORS,
    ANY_MAJOR,
};

static const struct statement statements[] = {
    [WAITING] = {"SELECT id, priority, opened_at, updated_at FROM cases WHERE active = 1 AND progress = $1 "
                 "AND (priority, opened_at, id) > ($3, $4, $5) " NOT_PUT_OFF(
                     "$2") "ORDER BY priority, opened_at, id "
                           "LIMIT $6",
                 "tiiiii"},
    [UNASSIGNED] =
        {"SELECT id, priority, opened_at, updated_at FROM cases WHERE active = 1 AND assigned_to IS NULL "
         "AND assignment_group IS NOT NULL AND progress NOT IN ('captured', 'enriched') "
         "AND (priority, opened_at, id) > ($3, $4, $5) " NOT_PUT_OFF("$2") "ORDER BY priority, opened_at, id "
                                                                           "LIMIT $6",
         "tiiiii"},
    [HISTORY_ACCOUNT] = HISTORY("account"),
    [HISTORY_CONTACT] = HISTORY("contact"),
    [HISTORY_ASSET] = HISTORY("asset"),
    /* Two indexes in this order already, put together; a case in both comes twice, of its asset first. */
    [SIMILAR] = {"SELECT id, 1 AS same_asset, number, resolved_at, cause, resolution_code FROM cases "
                 "WHERE asset = $1 AND id < $3 UNION ALL "
                 "SELECT id, 0, number, resolved_at, cause, resolution_code FROM cases "
                 "WHERE category = $2 AND id < $3 ORDER BY id DESC, same_asset DESC LIMIT $4",
                 "ttii"},
    [MAJORS] = {"SELECT c.number, a.ci FROM cases c LEFT JOIN asset a ON a.key = c.asset "
                "WHERE c.active = 1 AND c.major = 1 AND c.id < $1 ORDER BY c.id",
                "i"},
    [ANY_MAJOR] = {"SELECT 1 FROM cases WHERE active = 1 AND major = 1 LIMIT 1", ""},
};
const struct statement_set case_query_statements = STATEMENT_SET("cases (queues)", statements);

struct key {
    int64_t id, priority;
    usec opened_at, updated_at;
};

/* Runs a statement that gives keys; ids[] receives theirs, *last the last of them. */
static int read_keys(struct db *db, const struct statement *st, const struct bind *binds, size_t count,
                     int64_t *ids, size_t limit, struct key *last, struct error *err)
{
    struct rows *rows;
    size_t n = 0;
    int rc = db_query(db, st, binds, count, &rows, err);

    while (rc == 0 && n < limit && (rc = rows_next(rows, err)) > 0) {
        *last = (struct key){row_int(rows, 0), row_int(rows, 1), row_int(rows, 2), row_int(rows, 3)};
        ids[n++] = last->id;
        rc = 0;
    }
    rows_done(rows);
    return rc < 0 ? rc : (int)n;
}

int case_waiting(struct db *db, int progress, bool unassigned, usec now, struct case_cursor *cursor,
                 int64_t *ids, size_t limit, struct error *err)
{
    struct key last;
    int n =
        read_keys(db, &statements[unassigned ? UNASSIGNED : WAITING],
                  BINDS(bind_text(case_progress_names[progress]), bind_int(now), bind_int(cursor->priority),
                        bind_int(cursor->opened_at), bind_int(cursor->id), bind_int((int64_t)limit)),
                  ids, limit, &last, err);

    if (n > 0)
        *cursor = (struct case_cursor){last.priority, last.opened_at, last.id};
    return n;
}

static usec usec_from_real(double value)
{
    return value >= (double)INT64_MAX ? INT64_MAX : value <= (double)-INT64_MAX ? -INT64_MAX : (usec)value;
}

int case_history(struct db *db, const char *column, const char *key, int64_t id, usec since, usec until,
                 struct case_history *history, struct error *err)
{
    int statement = strcmp(column, "account") == 0   ? HISTORY_ACCOUNT
                    : strcmp(column, "contact") == 0 ? HISTORY_CONTACT
                                                     : HISTORY_ASSET;
    struct rows *rows;
    int rc = db_query(db, &statements[statement],
                      BINDS(bind_text(key), bind_int(id), bind_int(since), bind_int(until)), &rows, err);

    *history = (struct case_history){0};
    if (rc != 0)
        return rc;
    rc = rows_next(rows, err);
    if (rc > 0)
        *history = (struct case_history){row_int(rows, 0), row_int(rows, 1), row_int(rows, 2),
                                         row_int(rows, 3), usec_from_real(row_real(rows, 4))};
    rows_done(rows);
    return rc < 0 ? rc : 0;
}

int case_similar(struct db *db, const char *asset, const char *category, int64_t id, struct arena *arena,
                 struct case_similar *list, size_t limit, struct error *err)
{
    struct rows *rows;
    int64_t last = 0;
    size_t n = 0;
    int rc = db_query(
        db, &statements[SIMILAR],
        BINDS(bind_text(asset), bind_text(category), bind_int(id), bind_int(2 * (int64_t)limit)), &rows, err);

    if (rc != 0)
        return rc;
    while (n < limit && (rc = rows_next(rows, err)) > 0) {
        if (n > 0 && row_int(rows, 0) == last)
            continue;
        last = row_int(rows, 0);
        list[n++] =
            (struct case_similar){row_text(rows, 2, arena), row_int(rows, 1) != 0, row_int_or_none(rows, 3),
                                  row_text(rows, 4, arena), row_text(rows, 5, arena)};
    }
    rows_done(rows);
    if (rc >= 0 && arena_failed(arena))
        rc = error_no_memory(err);
    return rc < 0 ? rc : (int)n;
}

static void read_major(const struct rows *rows, void *object, struct arena *arena)
{
    struct case_major *major = object;

    major->number = row_text(rows, 0, arena);
    major->ci = row_text(rows, 1, arena);
}

int case_majors(struct db *db, int64_t id, struct arena *arena, struct case_major **list, size_t *count,
                struct error *err)
{
    static const struct row_type row = {read_major, sizeof(struct case_major)};
    void *majors;
    int rc = query_list(db, &statements[MAJORS], BINDS(bind_int(id)), &row, arena, &majors, count, err);

    *list = majors;
    return rc;
}

int case_any_major(struct db *db, bool *any, struct error *err)
{
    return query_any(db, &statements[ANY_MAJOR], NO_BINDS, any, err);
}

/* The condition that leaves the fewest cases to look at. The indexes on groups and agents hold active cases
 * alone. */
static enum driver choose_driver(const struct case_query *q)
{
    bool active = q->active_only || (q->state >= STATE_NEW && q->state <= STATE_AWAITING_INFO);

    if (q->asset)
        return BY_ASSET;
    if (q->contact)
        return BY_CONTACT;
    if (q->agent && active)
        return BY_AGENT;
    if (q->failed_only)
        return BY_FAILED;
    if (q->account)
        return BY_ACCOUNT;
    if (q->group && active)
        return BY_GROUP;
    return active ? BY_ACTIVE : BY_NOTHING;
}

int case_page(struct db *db, struct case_query *q, int64_t *ids, size_t limit, struct error *err)
{
    const struct statement *st =
        &page_statements[choose_driver(q) * PAGES_EACH + (unsigned)q->sort * 2 + q->descending];
    int64_t far = q->descending ? INT64_MAX : INT64_MIN;
    struct case_cursor after = q->started ? q->after : (struct case_cursor){far, far, far};
    struct key last;
    int n;

    n = read_keys(
        db, st,
        BINDS(bind_int(q->active_only), q->state ? bind_text(case_state_names[q->state]) : bind_null(),
              q->progress ? bind_text(case_progress_names[q->progress]) : bind_null(), bind_text(q->group),
              bind_text(q->agent), bind_text(q->account), bind_text(q->contact), bind_text(q->asset),
              bind_text(q->case_type), bind_int(q->failed_only), bind_int(after.priority),
              bind_int(after.opened_at), bind_int(after.id), bind_int((int64_t)limit)),
        ids, limit, &last, err);
    if (n > 0) {
        q->started = true;
        q->after = (struct case_cursor){
            last.priority, q->sort == CASE_SORT_UPDATED_AT ? last.updated_at : last.opened_at, last.id};
    }
    return n;
}
