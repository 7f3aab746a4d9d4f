#include "store/crm_table.h"
#include "store/row.h"

enum {
    AGENT_CANDIDATES,
    AGENT_ADD_LOAD
};

static const struct statement statements[] = {
    [AGENT_CANDIDATES] = {"SELECT a.load, a.key FROM agent_group g JOIN agent a ON a.key = g.agent "
                          "WHERE g.group_name = $1 AND a.active = 1 "
                          "AND coalesce(a.presence, 'available') = 'available' "
                          "AND a.load + $2 <= coalesce(a.capacity, $3)",
                          "tii"},
    [AGENT_ADD_LOAD] = {"UPDATE agent SET load = load + $2 WHERE key = $1", "ti"},
};
const struct statement_set agent_statements = STATEMENT_SET("agent", statements);

struct agent_choice {
    bool made;
    int64_t load;
    const char *key;
};

/* The members of a group are few: going through them costs less than sorting them. */
static void consider(struct agent_choice *best, const struct rows *rows, struct arena *arena)
{
    int64_t load = row_int(rows, 0);
    const char *key;
    size_t n;

    if (best->made && load > best->load)
        return;
    key = row_text_n(rows, 1, &n);
    if (best->made && load == best->load && (!best->key || strcmp(key, best->key) >= 0))
        return;
    *best = (struct agent_choice){true, load, arena_strndup(arena, key, n)};
}

int agent_least_loaded(struct db *db, const char *group, int64_t size, int64_t default_capacity,
                       struct arena *arena, const char **key, struct error *err)
{
    struct agent_choice best = {0};
    struct rows *rows;
    int rc = db_query(db, &statements[AGENT_CANDIDATES],
                      BINDS(bind_text(group), bind_int(size), bind_int(default_capacity)), &rows, err);

    *key = NULL;
    while (rc == 0 && (rc = rows_next(rows, err)) > 0) {
        consider(&best, rows, arena);
        rc = 0;
    }
    rows_done(rows);
    if (rc == 0 && arena_failed(arena))
        rc = error_no_memory(err);
    if (rc == 0)
        *key = best.key;
    return rc;
}

int agent_add_load(struct db *db, const char *key, int64_t delta, struct error *err)
{
    return db_exec(db, &statements[AGENT_ADD_LOAD], BINDS(bind_text(key), bind_int(delta)), NULL, err);
}
