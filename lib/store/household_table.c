#include "store/crm_table.h"
#include "store/row.h"

enum {
    HOUSEHOLDS_OF,
    ACCOUNT_RELATED
};

#define HOLDS "active = 1 AND (starts_at IS NULL OR starts_at <= $3) AND (ends_at IS NULL OR ends_at > $3)"

static const struct statement statements[] = {
    [HOUSEHOLDS_OF] = {"SELECT household FROM household_member WHERE consumer = $1 ORDER BY household", "t"},
    [ACCOUNT_RELATED] = {"SELECT 1 FROM account_relationship WHERE \"from\" = $1 AND \"to\" = $2 AND " HOLDS
                         " UNION ALL "
                         "SELECT 1 FROM account_relationship WHERE \"from\" = $2 AND \"to\" = $1 AND " HOLDS
                         " LIMIT 1",
                         "tti"},
};
const struct statement_set household_statements = STATEMENT_SET("who belongs together", statements);

int households_of(struct db *db, const char *consumer, struct arena *arena, const char ***keys, size_t *count,
                  struct error *err)
{
    void *rows;
    int rc = query_list(db, &statements[HOUSEHOLDS_OF], BINDS(bind_text(consumer)), &text_row, arena, &rows,
                        count, err);

    *keys = rows;
    return rc;
}

int account_related(struct db *db, const char *one, const char *other, usec at, bool *related,
                    struct error *err)
{
    return query_any(db, &statements[ACCOUNT_RELATED], BINDS(bind_text(one), bind_text(other), bind_int(at)),
                     related, err);
}
