#include "store/impact_table.h"

#include "store/row.h"

enum {
    IMPACT_WALK_CAUSES,
    IMPACT_WALK_AFFECTED,
    IMPACT_OWNERS,
    IMPACT_REVISION,
    IMPACT_REVISE,
    IMPACT_KEEP
};

/* UNION keeps each item once. CROSS JOIN: in this order, whatever the planner believes of the sizes. The
 * engine hands out what it has come to before it goes on, in the order it came there. */
#define WALK(side, other_side)                                                                               \
    "WITH RECURSIVE walk (key) AS (SELECT key FROM ci WHERE key = $1 AND active = 1 UNION "                  \
    "SELECT c.key FROM walk w CROSS JOIN ci_edge e CROSS JOIN ci c "                                         \
    "WHERE e." side " = w.key AND c.key = e." other_side " AND c.active = 1) "
#define STEPS(side, other_side)                                                                              \
    WALK(side, other_side)                                                                                   \
    "SELECT w.key, c.key, c.name, c.class, c.criticality FROM walk w "                                       \
    "LEFT JOIN ci_edge e ON e." side " = w.key LEFT JOIN ci c ON c.key = e." other_side " AND c.active = 1"

static const struct statement statements[] = {
    [IMPACT_WALK_CAUSES] = {STEPS("dependent", "cause"), "t"},
    [IMPACT_WALK_AFFECTED] = {STEPS("cause", "dependent"), "t"},
    [IMPACT_OWNERS] = {WALK("cause", "dependent") "SELECT w.key, a.account, a.consumer FROM walk w "
                                                  "LEFT JOIN asset a ON a.ci = w.key AND a.active = 1",
                       "t"},
    [IMPACT_REVISION] = {"SELECT revision FROM ci_revision WHERE one = 1", ""},
    [IMPACT_REVISE] = {"UPDATE ci_revision SET revision = revision + 1 WHERE one = 1", ""},
    [IMPACT_KEEP] = {"INSERT INTO impact_list (digest, body) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING",
                     "bt"},
};
const struct statement_set impact_statements = STATEMENT_SET("impact", statements);

static const char *borrowed(const struct rows *rows, int column)
{
    size_t n;

    return row_text_n(rows, column, &n);
}

int impact_walk(struct db *db, const char *ci, enum impact_direction direction, impact_step_visitor *visit,
                void *context, struct error *err)
{
    const struct statement *st =
        &statements[direction == IMPACT_CAUSES ? IMPACT_WALK_CAUSES : IMPACT_WALK_AFFECTED];
    struct rows *rows;
    int rc = db_query(db, st, BINDS(bind_text(ci)), &rows, err);

    while (rc == 0 && (rc = rows_next(rows, err)) > 0) {
        struct impact_step step = {borrowed(rows, 0), borrowed(rows, 1), borrowed(rows, 2), borrowed(rows, 3),
                                   row_int(rows, 4)};
        rc = visit(context, &step, err);
    }
    rows_done(rows);
    return rc < 0 ? rc : 0;
}

int impact_owners(struct db *db, const char *ci, impact_owner_visitor *visit, void *context,
                  struct error *err)
{
    struct rows *rows;
    int rc = db_query(db, &statements[IMPACT_OWNERS], BINDS(bind_text(ci)), &rows, err);

    while (rc == 0 && (rc = rows_next(rows, err)) > 0) {
        struct impact_owner owner = {borrowed(rows, 0), borrowed(rows, 1), borrowed(rows, 2)};
        rc = visit(context, &owner, err);
    }
    rows_done(rows);
    return rc < 0 ? rc : 0;
}

int impact_revision(struct db *db, int64_t *revision, struct error *err)
{
    bool found;

    return db_query_int(db, &statements[IMPACT_REVISION], NO_BINDS, revision, &found, err);
}

int impact_revise(struct db *db, struct error *err)
{
    return db_exec(db, &statements[IMPACT_REVISE], NO_BINDS, NULL, err);
}

int impact_list_keep(struct db *db, const struct digest *digest, const char *body, size_t n,
                     struct error *err)
{
    return db_exec(db, &statements[IMPACT_KEEP], BINDS(bind_digest(digest), bind_text_n(body, n)), NULL, err);
}
