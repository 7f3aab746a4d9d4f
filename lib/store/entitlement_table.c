#include "store/crm_table.h"
#include "store/row.h"

#define SELECT                                                                                               \
    "SELECT key, account, product, asset, contract, starts_at, ends_at FROM entitlement WHERE active = 1 "   \
    "AND "

/* Each entitlement is found in one branch only: by the most particular thing it names. What is bound to
 * another asset of the same account cannot cover the case; a few of these come along, so that the nearest
 * miss can be told. */
static const struct statement statements[] = {
    {SELECT "asset = $3 UNION ALL " SELECT "account = $1 AND asset IS NULL UNION ALL " SELECT
            "contract = $4 AND account IS NULL AND asset IS NULL UNION ALL " SELECT
            "product = $2 AND contract IS NULL AND account IS NULL AND asset IS NULL UNION ALL " SELECT
            "product IS NULL AND contract IS NULL AND account IS NULL AND asset IS NULL UNION ALL "
            "SELECT key, account, product, asset, contract, starts_at, ends_at FROM (" SELECT
            "account = $1 AND asset IS NOT NULL AND ($3 IS NULL OR asset <> $3) ORDER BY id LIMIT 8) near",
     "tttt"},
};
const struct statement_set entitlement_statements = STATEMENT_SET("entitlement", statements);

static void read_candidate(const struct rows *rows, void *object, struct arena *arena)
{
    struct entitle_candidate *e = object;

    e->key = row_text(rows, 0, arena);
    e->account = row_text(rows, 1, arena);
    e->product = row_text(rows, 2, arena);
    e->asset = row_text(rows, 3, arena);
    e->contract = row_text(rows, 4, arena);
    e->starts_at = row_int_or_none(rows, 5);
    e->ends_at = row_int_or_none(rows, 6);
}

int entitlement_candidates(struct db *db, const struct entitle_case *c, struct arena *arena,
                           struct entitle_candidate **list, size_t *count, struct error *err)
{
    static const struct row_type candidate_row = {read_candidate, sizeof(struct entitle_candidate)};
    void *rows;
    int rc = query_list(
        db, &statements[0],
        BINDS(bind_text(c->account), bind_text(c->product), bind_text(c->asset), bind_text(c->contract)),
        &candidate_row, arena, &rows, count, err);

    *list = rows;
    return rc;
}
