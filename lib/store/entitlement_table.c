#include "store/entitlement_table.h"

#include "store/row.h"

const char *const use_state_names[] = {"", "reserved", "used", "released", NULL};

/* What was retired covers nothing any more. */
#define STATE_OF(term) "CASE WHEN " term ".active = 0 THEN 'cancelled' ELSE " term ".state END"

/* An entitlement with the terms that it inherits; it inherits its contract by its line, too. */
#define SELECT                                                                                               \
    "SELECT e.key, e.account, e.consumer, e.product, e.sold_product, e.asset, e.contract, e.channel, "       \
    "e.units - coalesce(e.used, 0) - e.reserved, " STATE_OF("e") ", e.starts_at, e.ends_at, " STATE_OF(      \
        "l") ", l.starts_at, "                                                                               \
             "l.ends_at, " STATE_OF(                                                                         \
                 "a") ", a.starts_at, a.ends_at FROM entitlement e "                                         \
                      "LEFT JOIN contract_line l ON l.key = e.contract_line "                                \
                      "LEFT JOIN contract a ON a.key = coalesce(e.contract, l.contract) WHERE "
#define ACTIVE SELECT "e.active = 1 AND "

/* The branches: each entitlement is found in one only, by the most particular thing it names. */
#define NO_ITEM     "e.sold_product IS NULL AND e.asset IS NULL"
#define NO_OWNER    "e.consumer IS NULL AND e.account IS NULL AND " NO_ITEM
#define NO_CONTRACT "e.contract IS NULL AND " NO_OWNER

enum {
    BY_ASSET,
    BY_SOLD_PRODUCT,
    BY_ACCOUNT,
    BY_CONSUMER,
    BY_CONTRACT,
    BY_PRODUCT,
    BY_PRODUCT_UNITS,
    NAMING_NOTHING,
    NEAR_MISSES,
    TERMS,
    RESERVE,
    USE_FIND,
    USE_COUNT,
    USE_SAVE
};

static const struct statement statements[] = {
    [BY_ASSET] = {ACTIVE "e.asset = $1", "t"},
    [BY_SOLD_PRODUCT] = {ACTIVE "e.sold_product = $1 AND e.asset IS NULL", "t"},
    [BY_ACCOUNT] = {ACTIVE "e.account = $1 AND " NO_ITEM, "t"},
    [BY_CONSUMER] = {ACTIVE "e.consumer = $1 AND e.account IS NULL AND " NO_ITEM, "t"},
    [BY_CONTRACT] = {ACTIVE "e.contract = $1 AND " NO_OWNER, "t"},
    [BY_PRODUCT] = {ACTIVE "e.product = $1 AND e.units IS NULL AND " NO_CONTRACT, "t"},
    [BY_PRODUCT_UNITS] = {ACTIVE "e.product = $1 AND e.units IS NOT NULL AND " NO_CONTRACT, "t"},
    [NAMING_NOTHING] = {ACTIVE "e.product IS NULL AND " NO_CONTRACT " ORDER BY e.key LIMIT 8", ""},
    [NEAR_MISSES] = {ACTIVE "e.account = $1 AND e.asset IS NOT NULL AND ($2 IS NULL OR e.asset <> $2) "
                            "ORDER BY e.key LIMIT 8",
                     "tt"},
    [TERMS] = {SELECT "e.key = $1", "t"},
    [RESERVE] = {"UPDATE entitlement SET reserved = reserved + $2 WHERE key = $1 AND ($2 <= 0 "
                 "OR units IS NULL OR coalesce(used, 0) + reserved + $2 <= units)",
                 "ti"},
    [USE_FIND] = {"SELECT case_id, entitlement, units, state FROM entitlement_use WHERE case_id = $1", "i"},
    [USE_COUNT] = {"SELECT CAST(coalesce(sum(units), 0) AS BIGINT) FROM entitlement_use "
                   "WHERE entitlement = $1 AND state = 'used'",
                   "t"},
    [USE_SAVE] = {"INSERT INTO entitlement_use (case_id, entitlement, units, state) VALUES ($1, $2, $3, $4) "
                  "ON CONFLICT (case_id) DO UPDATE SET entitlement = $2, units = $3, state = $4",
                  "itit"},
};
const struct statement_set entitlement_statements = STATEMENT_SET("entitlement", statements);

static int read_name(const struct rows *rows, int column, const char *const *names)
{
    size_t n;
    const char *text = row_text_n(rows, column, &n);

    return text ? enum_from_name(names, text) : 0;
}

static struct entitle_term read_term(const struct rows *rows, int column)
{
    return (struct entitle_term){read_name(rows, column, contract_state_names),
                                 row_int_or_none(rows, column + 1), row_int_or_none(rows, column + 2)};
}

static void read_candidate(const struct rows *rows, void *object, struct arena *arena)
{
    struct entitle_candidate *e = object;

    e->key = row_text(rows, 0, arena);
    e->account = row_text(rows, 1, arena);
    e->consumer = row_text(rows, 2, arena);
    e->product = row_text(rows, 3, arena);
    e->sold_product = row_text(rows, 4, arena);
    e->asset = row_text(rows, 5, arena);
    e->contract = row_text(rows, 6, arena);
    e->channel = read_name(rows, 7, case_channel_names);
    e->units_left = row_int_or_none(rows, 8);
    e->own = read_term(rows, 9);
    e->line = read_term(rows, 12);
    e->agreement = read_term(rows, 15);
}

static const struct row_type candidate_row = {read_candidate, sizeof(struct entitle_candidate)};

/* Candidates of several branches, one after the other. */
struct gathering {
    struct db *db;
    struct arena *arena;
    struct entitle_list *list;
};

static int add_rows(struct gathering *g, int branch, const struct bind *binds, size_t bind_count,
                    struct error *err)
{
    void *rows;
    size_t count;
    int rc = query_list(g->db, &statements[branch], binds, bind_count, &candidate_row, g->arena, &rows,
                        &count, err);

    return rc == 0 ? entitle_list_add(g->list, rows, count, g->arena, err) : rc;
}

static int add_by(struct gathering *g, int branch, const char *key, struct error *err)
{
    return key ? add_rows(g, branch, BINDS(bind_text(key)), err) : 0;
}

static int add_by_chain(struct gathering *g, int branch, const struct key_chain *chain, struct error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < chain->count; i++)
        rc = add_by(g, branch, chain->keys[i], err);
    return rc;
}

int entitlement_candidates(struct db *db, const struct entitle_case *c, struct arena *arena,
                           struct entitle_list *list, struct error *err)
{
    struct gathering g = {db, arena, list};
    int rc = add_by(&g, BY_ASSET, c->asset, err);

    if (rc == 0)
        rc = add_by_chain(&g, BY_SOLD_PRODUCT, &c->sold_products, err);
    if (rc == 0)
        rc = add_by_chain(&g, BY_ACCOUNT, &c->accounts, err);
    if (rc == 0)
        rc = add_by(&g, BY_CONSUMER, c->consumer, err);
    return rc == 0 ? add_by(&g, BY_CONTRACT, c->contract, err) : rc;
}

int entitlement_of_product(struct db *db, const char *product, bool units, struct arena *arena,
                           struct entitle_list *list, struct error *err)
{
    struct gathering g = {db, arena, list};

    return add_by(&g, units ? BY_PRODUCT_UNITS : BY_PRODUCT, product, err);
}

int entitlement_of_nothing(struct db *db, struct arena *arena, struct entitle_list *list, struct error *err)
{
    struct gathering g = {db, arena, list};

    return add_rows(&g, NAMING_NOTHING, NO_BINDS, err);
}

int entitlement_near(struct db *db, const char *account, const char *asset, struct arena *arena,
                     struct entitle_list *list, struct error *err)
{
    struct gathering g = {db, arena, list};

    return add_rows(&g, NEAR_MISSES, BINDS(bind_text(account), bind_text(asset)), err);
}

int entitlement_terms(struct db *db, const char *key, struct arena *arena, struct entitle_candidate *e,
                      bool *found, struct error *err)
{
    return query_one(db, &statements[TERMS], BINDS(bind_text(key)), &candidate_row, arena, e, found, err);
}

static void read_use(const struct rows *rows, void *object, struct arena *arena)
{
    struct entitlement_use *use = object;

    use->case_id = row_int(rows, 0);
    use->entitlement = row_text(rows, 1, arena);
    use->units = row_int(rows, 2);
    use->state = read_name(rows, 3, use_state_names);
}

int entitlement_use_find(struct db *db, int64_t case_id, struct arena *arena, struct entitlement_use *use,
                         bool *found, struct error *err)
{
    static const struct row_type use_row = {read_use, sizeof(struct entitlement_use)};

    return query_one(db, &statements[USE_FIND], BINDS(bind_int(case_id)), &use_row, arena, use, found, err);
}

int entitlement_use_save(struct db *db, const struct entitlement_use *use, struct error *err)
{
    return db_exec(db, &statements[USE_SAVE],
                   BINDS(bind_int(use->case_id), bind_text(use->entitlement), bind_int(use->units),
                         bind_text(use_state_names[use->state])),
                   NULL, err);
}

int entitlement_reserve(struct db *db, const char *key, int64_t units, bool *done, struct error *err)
{
    int64_t changed = 0;
    int rc = db_exec(db, &statements[RESERVE], BINDS(bind_text(key), bind_int(units)), &changed, err);

    *done = rc == 0 && changed == 1;
    return rc;
}

int entitlement_used(struct db *db, const char *key, int64_t *units, struct error *err)
{
    bool found;

    return db_query_int(db, &statements[USE_COUNT], BINDS(bind_text(key)), units, &found, err);
}
