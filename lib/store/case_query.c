/*
 * Which cases: the queues of the stages, pages of lists, the history of a customer, what is like a case.
 */
#include "store/case_table.h"
#include "store/row.h"

/* A history is counted over the last 1,000 entries of its covering index, so that its cost has a bound. The
 * sum is a floating one: a thousand cases that were opened in other millennia would overflow an integer. */
#define HISTORY(which, column, key)                                                                          \
    "SELECT " which " AS which, count(CASE WHEN active = 1 THEN 1 END), "                                    \
    "count(CASE WHEN opened_at BETWEEN $2 AND $3 THEN 1 END), count(reopen_count), count(resolved_at), "     \
    "sum(CAST(resolved_at - opened_at AS DOUBLE PRECISION)) "                                                \
    "FROM (SELECT active, opened_at, resolved_at, reopen_count FROM cases WHERE " column " = " key           \
    " AND id < $1 ORDER BY id DESC LIMIT 1000) h"

/* Of one column, from its index. */
#define SIMILAR(column)                                                                                      \
    {                                                                                                        \
        "SELECT id, number, resolved_at, cause, resolution_code FROM cases WHERE " column                    \
        " = $1 AND id < $2 ORDER BY id DESC LIMIT $3",                                                       \
            "tii"                                                                                            \
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
    HISTORIES,
    SIMILAR_ASSET,
    SIMILAR_CATEGORY,
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
    /* 0, 1, 2: HISTORY_CONTACT and so on */
    [HISTORIES] = {HISTORY("0", "contact", "$4") " UNION ALL " HISTORY(
                       "1", "account", "$5") " UNION ALL " HISTORY("2", "asset", "$6"),
                   "iiittt"},
    [SIMILAR_ASSET] = SIMILAR("asset"),
    [SIMILAR_CATEGORY] = SIMILAR("category"),
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

int case_history(struct db *db, const struct casefile *c, usec since, usec until,
                 struct case_history history[CASE_HISTORIES], struct error *err)
{
    struct rows *rows;
    int rc = db_query(db, &statements[HISTORIES],
                      BINDS(bind_int(c->id), bind_int(since), bind_int(until), bind_text(c->contact),
                            bind_text(c->account), bind_text(c->asset)),
                      &rows, err);

    memset(history, 0, CASE_HISTORIES * sizeof *history);
    while (rc == 0 && (rc = rows_next(rows, err)) > 0) {
        history[row_int(rows, 0)] =
            (struct case_history){row_int(rows, 1), row_int(rows, 2), row_int(rows, 3), row_int(rows, 4),
                                  usec_from_real(row_real(rows, 5))};
        rc = 0;
    }
    rows_done(rows);
    return rc;
}

static void read_similar(const struct rows *rows, void *object, struct arena *arena)
{
    *(struct case_similar *)object = (struct case_similar){
        .id = row_int(rows, 0),
        .number = row_text(rows, 1, arena),
        .resolved_at = row_int_or_none(rows, 2),
        .cause = row_text(rows, 3, arena),
        .resolution_code = row_text(rows, 4, arena),
    };
}

/* Two lists from the newest to the oldest become one; what is in both is of the same asset. */
static size_t merge_similar(const struct case_similar *of_asset, size_t m,
                            const struct case_similar *of_category, size_t n, struct case_similar *list,
                            size_t limit)
{
    size_t i = 0, j = 0, count = 0;

    while (count < limit && (i < m || j < n)) {
        bool same_asset = i < m && (j == n || of_asset[i].id >= of_category[j].id);
        if (same_asset && j < n && of_asset[i].id == of_category[j].id)
            j++;
        list[count] = same_asset ? of_asset[i++] : of_category[j++];
        list[count++].same_asset = same_asset;
    }
    return count;
}

int case_similar(struct db *db, const char *asset, const char *category, int64_t id, struct arena *arena,
                 struct case_similar *list, size_t limit, struct error *err)
{
    static const struct row_type row = {read_similar, sizeof(struct case_similar)};
    struct case_similar of_asset[CASE_SIMILAR_MAX], of_category[CASE_SIMILAR_MAX];
    int m = 0, n = 0;

    if (limit > CASE_SIMILAR_MAX)
        limit = CASE_SIMILAR_MAX;
    if (asset)
        m = query_page(db, &statements[SIMILAR_ASSET],
                       BINDS(bind_text(asset), bind_int(id), bind_int((int64_t)limit)), &row, arena, of_asset,
                       limit, err);
    if (m >= 0 && category)
        n = query_page(db, &statements[SIMILAR_CATEGORY],
                       BINDS(bind_text(category), bind_int(id), bind_int((int64_t)limit)), &row, arena,
                       of_category, limit, err);
    if (m < 0 || n < 0)
        return m < 0 ? m : n;
    return (int)merge_similar(of_asset, (size_t)m, of_category, (size_t)n, list, limit);
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
