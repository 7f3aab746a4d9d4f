#include "store/crm_side.h"

#include "store/row.h"

enum {
    SIDE_DELETE,
    SIDE_INSERT,
    SIDE_LIST,
    SIDE_EACH
};

enum {
    CONTACT_ADDRESSES,
    CONSUMER_ADDRESSES,
    HOUSEHOLD_MEMBERS,
    RELATION_EDGES,
    AGENT_GROUPS,
    NO_SIDE
};

#define ADDRESSES(kind)                                                                                      \
    {"DELETE FROM address WHERE person = $1 AND kind = '" kind "'", "t"},                                    \
        {"INSERT INTO address (person, address, kind) VALUES ($1, $2, '" kind "') ON CONFLICT DO NOTHING",   \
         "tt"},                                                                                              \
    {                                                                                                        \
        "SELECT address FROM address WHERE person = $1 AND kind = '" kind "' ORDER BY 1", "t"                \
    }

/* $1 the record, $2 what the row says, $3 of an edge: the cause. */
static const struct statement statements[] = {
    [CONTACT_ADDRESSES * SIDE_EACH] = ADDRESSES("contact"),
    [CONSUMER_ADDRESSES * SIDE_EACH] = ADDRESSES("consumer"),
    [HOUSEHOLD_MEMBERS * SIDE_EACH] = {"DELETE FROM household_member WHERE household = $1", "t"},
    {"INSERT INTO household_member (household, consumer) VALUES ($1, $2) ON CONFLICT DO NOTHING", "tt"},
    {"SELECT consumer FROM household_member WHERE household = $1 ORDER BY 1", "t"},
    [RELATION_EDGES * SIDE_EACH] = {"DELETE FROM ci_edge WHERE relation = $1", "t"},
    {"INSERT INTO ci_edge (relation, dependent, cause) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", "ttt"},
    {"SELECT dependent || ' ' || cause FROM ci_edge WHERE relation = $1 ORDER BY 1", "t"},
    [AGENT_GROUPS * SIDE_EACH] = {"DELETE FROM agent_group WHERE agent = $1", "t"},
    {"INSERT INTO agent_group (agent, group_name) VALUES ($1, $2) ON CONFLICT DO NOTHING", "tt"},
    {"SELECT group_name FROM agent_group WHERE agent = $1 ORDER BY 1", "t"},
};
const struct statement_set crm_side_statements = STATEMENT_SET("beside customer records", statements);

static int side_of(const struct crm_record *r)
{
    switch (r->kind->id) {
    case KIND_CONTACT:
        return CONTACT_ADDRESSES;
    case KIND_CONSUMER:
        return CONSUMER_ADDRESSES;
    case KIND_HOUSEHOLD:
        return HOUSEHOLD_MEMBERS;
    case KIND_CI_RELATION:
        return RELATION_EDGES;
    case KIND_AGENT:
        return AGENT_GROUPS;
    default:
        return NO_SIDE;
    }
}

static const struct statement *statement_of(const struct crm_record *r, int operation)
{
    return &statements[side_of(r) * SIDE_EACH + operation];
}

/* What a row says. cause: of an edge. */
struct side_row {
    const char *value, *cause;
};

static int rows_of_texts(const char **texts, size_t count, struct arena *arena, struct side_row **rows,
                         struct error *err)
{
    *rows = ARENA_ARRAY(arena, struct side_row, count + 1);
    if (!*rows)
        return error_no_memory(err);
    for (size_t i = 0; i < count; i++)
        (*rows)[i] = (struct side_row){texts[i], NULL};
    return 0;
}

static int address_rows(const struct crm_record *person, struct arena *arena, struct side_row **rows,
                        size_t *count, struct error *err)
{
    const char **list;
    int rc = crm_addresses(person, arena, &list, count, err);

    return rc == 0 ? rows_of_texts(list, *count, arena, rows, err) : rc;
}

static int member_rows(const struct crm_record *household, struct arena *arena, struct side_row **rows,
                       size_t *count, struct error *err)
{
    struct record_link *links;
    int rc = crm_links(household, "members", arena, &links, count, err);

    if (rc != 0)
        return rc;
    *rows = ARENA_ARRAY(arena, struct side_row, *count + 1);
    if (!*rows)
        return error_no_memory(err);
    for (size_t i = 0; i < *count; i++)
        (*rows)[i] = (struct side_row){links[i].key, NULL};
    return 0;
}

static int edge_rows(const struct crm_record *relation, struct arena *arena, struct side_row **rows,
                     size_t *count, struct error *err)
{
    const char *from = crm_text(relation, "from"), *to = crm_text(relation, "to"),
               *type = crm_text(relation, "type");
    enum ci_spread spread = relation->active && type ? ci_relation_spread(type) : SPREAD_NONE;

    *rows = ARENA_ARRAY(arena, struct side_row, 2);
    if (!*rows)
        return error_no_memory(err);
    if (spread != SPREAD_NONE)
        (*rows)[(*count)++] = (struct side_row){from, to};
    if (spread == SPREAD_BOTH)
        (*rows)[(*count)++] = (struct side_row){to, from};
    return 0;
}

static int group_rows(const struct crm_record *agent, struct arena *arena, struct side_row **rows,
                      size_t *count, struct error *err)
{
    const char *text = crm_text(agent, "groups");
    json_t *groups = text ? json_tree(text, strlen(text), err) : json_array();
    json_t *group;
    size_t i;

    if (!groups)
        return error_set(err, CODE_INVALID, "/groups", "expected an array of group names");
    *rows = ARENA_ARRAY(arena, struct side_row, json_array_size(groups) + 1);
    json_array_foreach (groups, i, group) {
        if (*rows && json_is_string(group))
            (*rows)[(*count)++] = (struct side_row){arena_strdup(arena, json_string_value(group)), NULL};
    }
    json_decref(groups);
    return arena_failed(arena) ? error_no_memory(err) : 0;
}

static int expected_rows(const struct crm_record *r, struct arena *arena, struct side_row **rows,
                         size_t *count, struct error *err)
{
    *rows = NULL;
    *count = 0;
    switch (side_of(r)) {
    case CONTACT_ADDRESSES:
    case CONSUMER_ADDRESSES:
        return address_rows(r, arena, rows, count, err);
    case HOUSEHOLD_MEMBERS:
        return member_rows(r, arena, rows, count, err);
    case RELATION_EDGES:
        return edge_rows(r, arena, rows, count, err);
    case AGENT_GROUPS:
        return group_rows(r, arena, rows, count, err);
    default:
        return 0;
    }
}

int crm_side_delete(struct db *db, const struct crm_record *r, struct error *err)
{
    if (side_of(r) == NO_SIDE)
        return 0;
    return db_exec(db, statement_of(r, SIDE_DELETE), BINDS(bind_text(r->key)), NULL, err);
}

int crm_side_save(struct db *db, const struct crm_record *r, struct error *err)
{
    struct arena scratch = ARENA_INIT;
    struct side_row *rows;
    size_t count;
    int rc;

    if (side_of(r) == NO_SIDE)
        return 0;
    rc = expected_rows(r, &scratch, &rows, &count, err);
    if (rc == 0 && r->stored)
        rc = crm_side_delete(db, r, err);
    for (size_t i = 0; rc == 0 && i < count; i++) {
        const struct bind binds[] = {bind_text(r->key), bind_text(rows[i].value), bind_text(rows[i].cause)};
        rc = db_exec(db, statement_of(r, SIDE_INSERT), binds, rows[i].cause ? 3 : 2, NULL, err);
    }
    arena_release(&scratch);
    return rc;
}

int crm_side_rows(struct db *db, const struct crm_record *r, struct arena *arena, const char ***list,
                  size_t *count, struct error *err)
{
    void *rows = NULL;
    int rc = 0;

    *count = 0;
    if (side_of(r) != NO_SIDE)
        rc = query_list(db, statement_of(r, SIDE_LIST), BINDS(bind_text(r->key)), &text_row, arena, &rows,
                        count, err);
    *list = rows;
    return rc;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int crm_side_expected(const struct crm_record *r, struct arena *arena, const char ***list, size_t *count,
                      struct error *err)
{
    struct side_row *rows;
    size_t all, n = 0;
    int rc = expected_rows(r, arena, &rows, &all, err);

    *count = 0;
    *list = ARENA_ARRAY(arena, const char *, all + 1);
    for (size_t i = 0; rc == 0 && *list && i < all; i++)
        (*list)[i] =
            rows[i].cause ? arena_printf(arena, "%s %s", rows[i].value, rows[i].cause) : rows[i].value;
    if (rc == 0 && (!*list || arena_failed(arena)))
        rc = error_no_memory(err);
    if (rc != 0)
        return rc;
    qsort(*list, all, sizeof **list, by_bytes);
    for (size_t i = 0; i < all; i++) /* an address given twice is one row */
        if (n == 0 || strcmp((*list)[n - 1], (*list)[i]) != 0)
            (*list)[n++] = (*list)[i];
    *count = n;
    return 0;
}
