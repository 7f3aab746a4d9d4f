#include "store/agent_table.h"

#include "store/row.h"

enum {
    AGENT_MEMBERS,
    AGENT_ADD_LOAD
};

static const struct statement statements[] = {
    [AGENT_MEMBERS] = {"SELECT a.key, a.active, a.presence, a.capacity, a.load, a.last_assigned_at, "
                       "a.calendar, a.skills FROM agent_group g JOIN agent a ON a.key = g.agent "
                       "WHERE g.group_name = $1 ORDER BY g.agent",
                       "t"},
    [AGENT_ADD_LOAD] = {"UPDATE agent SET load = load + $2, "
                        "last_assigned_at = coalesce($3, last_assigned_at) WHERE key = $1",
                        "tii"},
};
const struct statement_set agent_statements = STATEMENT_SET("agent", statements);

static void read_member(const struct rows *rows, void *object, struct arena *arena)
{
    struct agent_member *m = object;
    const char *presence = row_text(rows, 2, arena);

    m->key = row_text(rows, 0, arena);
    m->active = row_int(rows, 1) != 0;
    m->present = !presence || strcmp(presence, "available") == 0;
    m->capacity = row_int_or_none(rows, 3);
    m->load = row_int(rows, 4);
    m->last_assigned = row_int_or_none(rows, 5);
    m->calendar = row_text(rows, 6, arena);
    m->skills = row_text(rows, 7, arena);
}

int agent_members(struct db *db, const char *group, struct arena *arena, struct agent_member **list,
                  size_t *count, struct error *err)
{
    static const struct row_type row = {read_member, sizeof(struct agent_member)};
    void *members;
    int rc = query_list(db, &statements[AGENT_MEMBERS], BINDS(bind_text(group)), &row, arena, &members, count,
                        err);

    *list = members;
    return rc;
}

int agent_add_load(struct db *db, const char *key, int64_t delta, usec assigned, struct error *err)
{
    return db_exec(db, &statements[AGENT_ADD_LOAD],
                   BINDS(bind_text(key), bind_int(delta), bind_time(assigned)), NULL, err);
}
