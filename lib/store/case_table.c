#include "store/case_table.h"

#include "store/row.h"

/* X(parameter, column, type letter), in the order of case_fields. The columns of cases that no index has:
 * setting them costs one write of the row. */
#define PLAIN_COLUMNS(X)                                                                                     \
    X(6, case_type, t)                                                                                       \
    X(7, channel, t)                                                                                         \
    X(8, short_description, t)                                                                               \
    X(9, consumer, t)                                                                                        \
    X(10, product, t)                                                                                        \
    X(11, contract, t)                                                                                       \
    X(12, entitlement, t)                                                                                    \
    X(13, category, t)                                                                                       \
    X(14, subcategory, t)                                                                                    \
    X(15, impact, i)                                                                                         \
    X(16, urgency, i)                                                                                        \
    X(17, state, t)                                                                                          \
    X(18, workflow, t)                                                                                       \
    X(19, config, t)                                                                                         \
    X(20, parent, t)                                                                                         \
    X(21, problem, t)                                                                                        \
    X(22, tags, t)                                                                                           \
    X(23, fields, t)                                                                                         \
    X(24, created_at, i)                                                                                     \
    X(25, updated_at, i)                                                                                     \
    X(26, first_responded_at, i)                                                                             \
    X(27, resolved_at, i)                                                                                    \
    X(28, closed_at, i)                                                                                      \
    X(29, cause, t)                                                                                          \
    X(30, resolution_code, t)

/* What the stages change of what is indexed: SQLite rewrites every index that has a column of the SET list.
 */
#define PROGRESS_COLUMNS(X) PLAIN_COLUMNS(X) X(31, progress, t)
#define ROUTE_COLUMNS(X)                                                                                     \
    PROGRESS_COLUMNS(X) X(32, priority, i) X(33, assignment_group, t) X(34, assigned_to, t) X(35, size, i)
#define CUSTOMER_COLUMNS(X) PROGRESS_COLUMNS(X) X(32, account, t) X(33, contact, t) X(34, asset, t)
#define ALL_COLUMNS(X)                                                                                       \
    ROUTE_COLUMNS(X)                                                                                         \
    X(36, account, t)                                                                                        \
    X(37, contact, t) X(38, asset, t) X(39, source, t) X(40, external_id, t) X(41, opened_at, i)

#define NAME(k, column, type)  #column,
#define TYPE(k, column, type)  #type
#define SET(k, column, type)   ", " #column " = $" #k
#define AFTER(k, column, type) ", " #column
#define VALUE(k, column, type) ", $" #k

static const char *const plain_columns[] = {PLAIN_COLUMNS(NAME) NULL};
static const char *const progress_columns[] = {PROGRESS_COLUMNS(NAME) NULL};
static const char *const route_columns[] = {ROUTE_COLUMNS(NAME) NULL};
static const char *const customer_columns[] = {CUSTOMER_COLUMNS(NAME) NULL};
static const char *const all_columns[] = {ALL_COLUMNS(NAME) NULL};

/* For reading: the table's own order, then the columns of case_text and case_context. */
#define READ_COLUMNS                                                                                         \
    "number", "case_type", "source", "external_id", "channel", "short_description", "account", "contact",    \
        "consumer", "product", "asset", "contract", "entitlement", "category", "subcategory", "impact",      \
        "urgency", "priority", "state", "progress", "assignment_group", "assigned_to", "size", "workflow",   \
        "config", "parent", "problem", "tags", "fields", "opened_at", "created_at", "updated_at",            \
        "first_responded_at", "resolved_at", "closed_at", "cause", "resolution_code", "description",         \
        "resolution_notes", "context"
static const char *const read_columns[] = {READ_COLUMNS, NULL};

#define SELECT                                                                                               \
    "SELECT id, seq, hash, arrival, number, case_type, source, external_id, channel, short_description, "    \
    "account, "                                                                                              \
    "contact, consumer, product, asset, contract, entitlement, category, subcategory, impact, urgency, "     \
    "priority, "                                                                                             \
    "state, progress, assignment_group, assigned_to, size, workflow, config, parent, problem, tags, "        \
    "fields, "                                                                                               \
    "opened_at, created_at, updated_at, first_responded_at, resolved_at, closed_at, cause, "                 \
    "resolution_code, "                                                                                      \
    "description, resolution_notes, context FROM cases LEFT JOIN case_text t ON t.case_id = id "             \
    "LEFT JOIN case_context x ON x.case_id = id "

/* $1 id, $2 the seq that was read, $3 and $4 the new head, $5 arrival, then the columns. */
#define UPDATE(columns)                                                                                      \
    {                                                                                                        \
        "UPDATE cases SET seq = $3, hash = $4, arrival = $5" columns(SET) " WHERE id = $1 AND seq = $2",     \
            "iiibb" columns(TYPE)                                                                            \
    }

enum {
    CASE_LAST_ID,
    CASE_INSERT,
    CASE_FIND,
    CASE_FIND_ID,
    CASE_FIND_EXTERNAL,
    CASE_SAVE_PLAIN,
    CASE_SAVE_PROGRESS,
    CASE_SAVE_ROUTE,
    CASE_SAVE_CUSTOMER,
    CASE_SAVE_ALL,
    TEXT_SAVE,
    TEXT_DELETE,
    CONTEXT_SAVE,
    CONTEXT_DELETE,
};

static const struct statement statements[] = {
    [CASE_LAST_ID] = {"SELECT max(id) FROM cases", ""},
    /* $2 active; see UPDATE for the rest */
    [CASE_INSERT] =
        {"INSERT INTO cases (id, active, seq, hash, arrival" ALL_COLUMNS(
             AFTER) ", number) "
                    "VALUES ($1, $2, $3, $4, $5" ALL_COLUMNS(
                        VALUE) ", $42) "
                               "ON CONFLICT (source, external_id) WHERE external_id IS NOT NULL DO NOTHING",
         "iiibb" ALL_COLUMNS(TYPE) "t"},
    [CASE_FIND] = {SELECT "WHERE number = $1", "t"},
    [CASE_FIND_ID] = {SELECT "WHERE id = $1", "i"},
    [CASE_FIND_EXTERNAL] = {SELECT "WHERE source = $1 AND external_id = $2", "tt"},
    [CASE_SAVE_PLAIN] = UPDATE(PLAIN_COLUMNS),
    [CASE_SAVE_PROGRESS] = UPDATE(PROGRESS_COLUMNS),
    [CASE_SAVE_ROUTE] = UPDATE(ROUTE_COLUMNS),
    [CASE_SAVE_CUSTOMER] = UPDATE(CUSTOMER_COLUMNS),
    [CASE_SAVE_ALL] = {"UPDATE cases SET seq = $3, hash = $4, arrival = $5" ALL_COLUMNS(
                           SET) ", active = $42 "
                                "WHERE id = $1 AND seq = $2",
                       "iiibb" ALL_COLUMNS(TYPE) "i"},
    [TEXT_SAVE] = {"INSERT INTO case_text (case_id, description, resolution_notes) VALUES ($1, $2, $3) "
                   "ON CONFLICT (case_id) DO UPDATE SET description = excluded.description, "
                   "resolution_notes = excluded.resolution_notes",
                   "itt"},
    [TEXT_DELETE] = {"DELETE FROM case_text WHERE case_id = $1", "i"},
    [CONTEXT_SAVE] =
        {"INSERT INTO case_context (case_id, context, version, at) VALUES ($1, $2, $3, $4) "
         "ON CONFLICT (case_id) DO UPDATE SET context = excluded.context, version = excluded.version, "
         "at = excluded.at",
         "itii"},
    [CONTEXT_DELETE] = {"DELETE FROM case_context WHERE case_id = $1", "i"},
};
const struct statement_set case_statements = STATEMENT_SET("cases", statements);

#define MAX_PARAMETERS 42

int case_last_id(struct db *db, int64_t *id, struct error *err)
{
    bool found;

    return db_query_int(db, &statements[CASE_LAST_ID], NO_BINDS, id, &found, err);
}

static int save_text(struct db *db, const struct casefile *c, struct error *err)
{
    if (!c->description && !c->resolution_notes)
        return db_exec(db, &statements[TEXT_DELETE], BINDS(bind_int(c->id)), NULL, err);
    return db_exec(db, &statements[TEXT_SAVE],
                   BINDS(bind_int(c->id), bind_text(c->description), bind_text(c->resolution_notes)), NULL,
                   err);
}

static int save_context(struct db *db, const struct casefile *c, struct error *err)
{
    if (!c->context)
        return db_exec(db, &statements[CONTEXT_DELETE], BINDS(bind_int(c->id)), NULL, err);
    return db_exec(
        db, &statements[CONTEXT_SAVE],
        BINDS(bind_int(c->id), bind_text(c->context), bind_int(c->head.seq), bind_time(c->updated_at)), NULL,
        err);
}

int case_insert(struct db *db, const struct casefile *c, bool *inserted, struct error *err)
{
    struct bind binds[MAX_PARAMETERS] = {bind_int(c->id), bind_int(case_is_active(c)), bind_int(c->head.seq),
                                         bind_digest(&c->head.hash), bind_digest(&c->arrival)};
    size_t n = 5 + bind_fields(binds + 5, case_fields, all_columns, c);
    int64_t changed = 0;
    int rc;

    binds[n++] = bind_text(c->number);
    rc = db_exec(db, &statements[CASE_INSERT], binds, n, &changed, err);
    *inserted = changed == 1;
    if (rc == 0 && *inserted && (c->description || c->resolution_notes))
        rc = save_text(db, c, err);
    if (rc == 0 && *inserted && c->context)
        rc = save_context(db, c, err);
    return rc;
}

static void read_case(const struct rows *rows, void *object, struct arena *arena)
{
    struct casefile *c = object;

    c->id = row_int(rows, 0);
    c->head.seq = row_int(rows, 1);
    row_digest(rows, 2, &c->head.hash);
    row_digest(rows, 3, &c->arrival);
    row_read_fields(rows, 4, case_fields, read_columns, c, arena);
    c->head.subject = c->number;
}

static const struct row_type case_row = {read_case, sizeof(struct casefile)};

int case_find(struct db *db, const char *number, struct arena *arena, struct casefile *c, struct error *err)
{
    bool found;
    int rc =
        query_one(db, &statements[CASE_FIND], BINDS(bind_text(number)), &case_row, arena, c, &found, err);

    if (rc == 0 && !found)
        rc = error_set(err, CODE_NOT_FOUND, NULL, "no case %s", number);
    return rc;
}

int case_find_id(struct db *db, int64_t id, struct arena *arena, struct casefile *c, struct error *err)
{
    bool found;
    int rc = query_one(db, &statements[CASE_FIND_ID], BINDS(bind_int(id)), &case_row, arena, c, &found, err);

    if (rc == 0 && !found)
        rc = error_set(err, CODE_NOT_FOUND, NULL, "no case of id %lld", (long long)id);
    return rc;
}

int case_find_external(struct db *db, const char *source, const char *external_id, struct arena *arena,
                       struct casefile *c, bool *found, struct error *err)
{
    return query_one(db, &statements[CASE_FIND_EXTERNAL], BINDS(bind_text(source), bind_text(external_id)),
                     &case_row, arena, c, found, err);
}

/* What has to be written, by where it lies. */
enum change {
    CHANGE_PLAIN = 1 << 0,
    CHANGE_PROGRESS = 1 << 1,
    CHANGE_ROUTE = 1 << 2,
    CHANGE_CUSTOMER = 1 << 3,
    CHANGE_OTHER = 1 << 4,
    CHANGE_TEXT = 1 << 5,
    CHANGE_CONTEXT = 1 << 6,
};

static unsigned place_of(const char *field)
{
    static const struct {
        const char *name;
        enum change change;
    } places[] = {
        {"progress", CHANGE_PROGRESS},     {"priority", CHANGE_ROUTE},  {"assignment_group", CHANGE_ROUTE},
        {"assigned_to", CHANGE_ROUTE},     {"size", CHANGE_ROUTE},      {"account", CHANGE_CUSTOMER},
        {"contact", CHANGE_CUSTOMER},      {"asset", CHANGE_CUSTOMER},  {"source", CHANGE_OTHER},
        {"external_id", CHANGE_OTHER},     {"opened_at", CHANGE_OTHER}, {"description", CHANGE_TEXT},
        {"resolution_notes", CHANGE_TEXT}, {"context", CHANGE_CONTEXT},
    };

    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strcmp(places[i].name, field) == 0)
            return places[i].change;
    return CHANGE_PLAIN;
}

static unsigned changes_between(const struct casefile *before, const struct casefile *c)
{
    unsigned changes = 0;

    for (const struct field *f = case_fields; f->name; f++)
        if (!field_equal(f, before, c))
            changes |= place_of(f->name);
    if (memcmp(&before->head.hash, &c->head.hash, sizeof c->head.hash) != 0 ||
        memcmp(&before->arrival, &c->arrival, sizeof c->arrival) != 0)
        changes |= CHANGE_PLAIN;
    if (case_is_active(before) != case_is_active(c))
        changes |= CHANGE_OTHER;
    return changes;
}

/* The narrowest UPDATE that covers the changes. */
static int choose_save(unsigned changes, const char *const **columns)
{
    unsigned wide = changes & (CHANGE_ROUTE | CHANGE_CUSTOMER);

    if (changes & CHANGE_OTHER || wide == (CHANGE_ROUTE | CHANGE_CUSTOMER)) {
        *columns = all_columns;
        return CASE_SAVE_ALL;
    }
    if (wide) {
        *columns = wide == CHANGE_ROUTE ? route_columns : customer_columns;
        return wide == CHANGE_ROUTE ? CASE_SAVE_ROUTE : CASE_SAVE_CUSTOMER;
    }
    *columns = changes & CHANGE_PROGRESS ? progress_columns : plain_columns;
    return changes & CHANGE_PROGRESS ? CASE_SAVE_PROGRESS : CASE_SAVE_PLAIN;
}

static int save_row(struct db *db, const struct casefile *before, const struct casefile *c, unsigned changes,
                    struct error *err)
{
    struct bind binds[MAX_PARAMETERS] = {bind_int(c->id), bind_int(before->head.seq), bind_int(c->head.seq),
                                         bind_digest(&c->head.hash), bind_digest(&c->arrival)};
    const char *const *columns;
    int statement = choose_save(changes, &columns), rc;
    size_t n = 5 + bind_fields(binds + 5, case_fields, columns, c);
    int64_t changed;

    if (statement == CASE_SAVE_ALL)
        binds[n++] = bind_int(case_is_active(c));
    rc = db_exec(db, &statements[statement], binds, n, &changed, err);
    if (rc == 0 && changed != 1)
        rc = error_set(err, CODE_STALE, "/seq", "%s has changed since it was read at seq %lld", c->number,
                       (long long)before->head.seq);
    return rc;
}

int case_save(struct db *db, const struct casefile *before, const struct casefile *c, struct error *err)
{
    unsigned changes = changes_between(before, c);
    int rc = changes ? save_row(db, before, c, changes, err) : 0;

    if (rc == 0 && changes & CHANGE_TEXT)
        rc = save_text(db, c, err);
    if (rc == 0 && changes & CHANGE_CONTEXT)
        rc = save_context(db, c, err);
    return rc;
}
