#include "store/crm_table.h"
#include "store/row.h"

enum {
    CLIMB_ACCOUNTS,
    CLIMB_PRODUCTS,
    CLIMB_SOLD_PRODUCTS,
    CLIMB_LOCATIONS,
    CLIMB_CONTRACTS,
    CLIMB_ENTITLEMENTS
};

/* The key itself comes first, whether there is such a record or not. */
#define CLIMB(table, parent)                                                                                 \
    {                                                                                                        \
        "WITH RECURSIVE above (key, level) AS (SELECT CAST($1 AS TEXT), 1 UNION ALL "                        \
        "SELECT t." parent ", above.level + 1 FROM above JOIN " table " t ON t.key = above.key "             \
        "WHERE t." parent " IS NOT NULL AND above.level < 64) SELECT key FROM above ORDER BY level",         \
            "t"                                                                                              \
    }

static const struct statement statements[] = {
    [CLIMB_ACCOUNTS] = CLIMB("account", "parent"),
    [CLIMB_PRODUCTS] = CLIMB("product", "parent"),
    [CLIMB_SOLD_PRODUCTS] = CLIMB("sold_product", "parent"),
    [CLIMB_LOCATIONS] = CLIMB("location", "parent"),
    [CLIMB_CONTRACTS] = CLIMB("contract", "renewed_from"),
    [CLIMB_ENTITLEMENTS] = CLIMB("entitlement", "renewed_from"),
};
const struct statement_set tree_statements = STATEMENT_SET("trees of records", statements);

static const struct statement *climb_of(enum record_kind_id kind)
{
    switch (kind) {
    case KIND_ACCOUNT:
        return &statements[CLIMB_ACCOUNTS];
    case KIND_PRODUCT:
        return &statements[CLIMB_PRODUCTS];
    case KIND_SOLD_PRODUCT:
        return &statements[CLIMB_SOLD_PRODUCTS];
    case KIND_LOCATION:
        return &statements[CLIMB_LOCATIONS];
    case KIND_CONTRACT:
        return &statements[CLIMB_CONTRACTS];
    case KIND_ENTITLEMENT:
        return &statements[CLIMB_ENTITLEMENTS];
    default:
        return NULL;
    }
}

int crm_ancestors(struct db *db, const struct record_kind *kind, const char *key, struct arena *arena,
                  const char ***keys, size_t *count, struct error *err)
{
    const struct statement *climb = climb_of(kind->id);
    void *rows;
    int rc;

    *keys = NULL;
    *count = 0;
    if (!climb)
        return error_set(err, CODE_BUG, NULL, "records of kind %s are in no tree", kind->name);
    rc = query_list(db, climb, BINDS(bind_text(key)), &text_row, arena, &rows, count, err);
    *keys = rows;
    return rc;
}
