#include "store/case_table.h"

#include "store/row.h"

/* X(parameter, column, type letter), in the order of case_fields. The columns of cases that no index has but
 * cases_updated: setting them costs one write of the row and one of that index. */
#define PLAIN_COLUMNS(X)                                                                                     \
    X(7, case_type, t)                                                                                       \
    X(8, channel, t)                                                                                         \
    X(9, short_description, t)                                                                               \
    X(10, consumer, t)                                                                                       \
    X(11, product, t)                                                                                        \
    X(12, contract, t)                                                                                       \
    X(13, entitlement, t)                                                                                    \
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
    X(27, closed_at, i)                                                                                      \
    X(28, cause, t)                                                                                          \
    X(29, resolution_code, t)                                                                                \
    X(30, priority_by, t)

/* What the stages and the end of a case change of what is indexed: SQLite rewrites every index that has a
 * column of the SET list, in its WHERE too. The end of a case and its reopening set `active` as well. */
#define PROGRESS_COLUMNS(X) PLAIN_COLUMNS(X) X(31, progress, t)
#define ROUTE_COLUMNS(X)                                                                                     \
    PROGRESS_COLUMNS(X) X(32, priority, i) X(33, assignment_group, t) X(34, assigned_to, t) X(35, size, i)
#define ACCOUNT_COLUMNS(X)  PROGRESS_COLUMNS(X) X(32, account, t)
#define CONTACT_COLUMNS(X)  PROGRESS_COLUMNS(X) X(32, contact, t)
#define CUSTOMER_COLUMNS(X) PROGRESS_COLUMNS(X) X(32, account, t) X(33, contact, t)
#define END_COLUMNS(X)      ROUTE_COLUMNS(X) X(36, resolved_at, i) X(37, reopen_count, i)
#define ALL_COLUMNS(X)                                                                                       \
    END_COLUMNS(X)                                                                                           \
    X(38, category, t)                                                                                       \
    X(39, major, i)                                                                                          \
    X(40, account, t)                                                                                        \
    X(41, contact, t) X(42, asset, t) X(43, source, t) X(44, external_id, t) X(45, opened_at, i)

#define NAME(k, column, type)  #column,
#define TYPE(k, column, type)  #type
#define SET(k, column, type)   ", " #column " = $" #k
#define AFTER(k, column, type) ", " #column
#define VALUE(k, column, type) ", $" #k

static const char *const plain_columns[] = {PLAIN_COLUMNS(NAME) NULL};
static const char *const progress_columns[] = {PROGRESS_COLUMNS(NAME) NULL};
static const char *const route_columns[] = {ROUTE_COLUMNS(NAME) NULL};
static const char *const account_columns[] = {ACCOUNT_COLUMNS(NAME) NULL};
static const char *const contact_columns[] = {CONTACT_COLUMNS(NAME) NULL};
static const char *const customer_columns[] = {CUSTOMER_COLUMNS(NAME) NULL};
static const char *const end_columns[] = {END_COLUMNS(NAME) NULL};
static const char *const all_columns[] = {ALL_COLUMNS(NAME) NULL};

/* For reading: the table's own order, then the columns of case_text. The context is read apart. */
#define READ_COLUMNS                                                                                         \
    "number", "case_type", "source", "external_id", "channel", "short_description", "account", "contact",    \
        "consumer", "product", "asset", "contract", "entitlement", "category", "subcategory", "impact",      \
        "urgency", "priority", "priority_by", "state", "progress", "assignment_group", "assigned_to",        \
        "size", "workflow", "config", "parent", "problem", "major", "reopen_count", "tags", "fields",        \
        "opened_at", "created_at", "updated_at", "first_responded_at", "resolved_at", "closed_at", "cause",  \
        "resolution_code", "description", "resolution_notes"
static const char *const read_columns[] = {READ_COLUMNS, NULL};

#define SELECT                                                                                               \
    "SELECT id, seq, hash, arrival, number, case_type, source, external_id, channel, short_description, "    \
    "account, contact, consumer, product, asset, contract, entitlement, category, subcategory, impact, "     \
    "urgency, priority, priority_by, state, progress, assignment_group, assigned_to, size, workflow, "       \
    "config, parent, problem, major, reopen_count, tags, fields, opened_at, created_at, updated_at, "        \
    "first_responded_at, resolved_at, closed_at, cause, resolution_code, description, resolution_notes, "    \
    "context, x.impact_list, "                                                                               \
    "l.body FROM cases LEFT JOIN case_text t ON t.case_id = id "                                             \
    "LEFT JOIN case_context x ON x.case_id = id LEFT JOIN impact_list l ON l.digest = x.impact_list "

/* $1 id, $2 the seq that was read, $3 and $4 the new head, $5 arrival, $6 active, then the columns. */
#define UPDATE(and_active, columns)                                                                          \
    {                                                                                                        \
        "UPDATE cases SET seq = $3, hash = $4, arrival = $5" and_active columns(                             \
            SET) " WHERE id = $1 AND seq = $2",                                                              \
            "iiibbi" columns(TYPE)                                                                           \
    }
#define AND_ACTIVE ", active = $6"

enum {
    CASE_LAST_ID,
    CASE_INSERT,
    CASE_FIND,
    CASE_FIND_ID,
    CASE_FIND_EXTERNAL,
    CASE_SAVE_PLAIN,
    CASE_SAVE_PROGRESS,
    CASE_SAVE_ROUTE,
    CASE_SAVE_ACCOUNT,
    CASE_SAVE_CONTACT,
    CASE_SAVE_CUSTOMER,
    CASE_SAVE_END,
    CASE_SAVE_ALL,
    TEXT_SAVE,
    TEXT_DELETE,
    CONTEXT_SAVE,
    CONTEXT_DELETE,
};

static const struct statement statements[] = {
    [CASE_LAST_ID] = {"SELECT max(id) FROM cases", ""},
    /* $2 is not used; see UPDATE for the rest */
    [CASE_INSERT] =
        {"INSERT INTO cases (id, seq, hash, arrival, active" ALL_COLUMNS(
             AFTER) ", number) "
                    "VALUES ($1, $3, $4, $5, $6" ALL_COLUMNS(
                        VALUE) ", $46) "
                               "ON CONFLICT (source, external_id) WHERE external_id IS NOT NULL DO NOTHING",
         "iiibbi" ALL_COLUMNS(TYPE) "t"},
    [CASE_FIND] = {SELECT "WHERE number = $1", "t"},
    [CASE_FIND_ID] = {SELECT "WHERE id = $1", "i"},
    [CASE_FIND_EXTERNAL] = {SELECT "WHERE source = $1 AND external_id = $2", "tt"},
    [CASE_SAVE_PLAIN] = UPDATE("", PLAIN_COLUMNS),
    [CASE_SAVE_PROGRESS] = UPDATE("", PROGRESS_COLUMNS),
    [CASE_SAVE_ROUTE] = UPDATE("", ROUTE_COLUMNS),
    [CASE_SAVE_ACCOUNT] = UPDATE("", ACCOUNT_COLUMNS),
    [CASE_SAVE_CONTACT] = UPDATE("", CONTACT_COLUMNS),
    [CASE_SAVE_CUSTOMER] = UPDATE("", CUSTOMER_COLUMNS),
    [CASE_SAVE_END] = UPDATE(AND_ACTIVE, END_COLUMNS),
    [CASE_SAVE_ALL] = UPDATE(AND_ACTIVE, ALL_COLUMNS),
    [TEXT_SAVE] = {"INSERT INTO case_text (case_id, description, resolution_notes) VALUES ($1, $2, $3) "
                   "ON CONFLICT (case_id) DO UPDATE SET description = excluded.description, "
                   "resolution_notes = excluded.resolution_notes",
                   "itt"},
    [TEXT_DELETE] = {"DELETE FROM case_text WHERE case_id = $1", "i"},
    /* $2 lacks the closing brace: what follows it in the case stands in impact_list */
    [CONTEXT_SAVE] = {"INSERT INTO case_context (case_id, context, impact_list) VALUES ($1, $2 || '}', $3) "
                      "ON CONFLICT (case_id) DO UPDATE SET context = excluded.context, "
                      "impact_list = excluded.impact_list",
                      "itb"},
    [CONTEXT_DELETE] = {"DELETE FROM case_context WHERE case_id = $1", "i"},
};
const struct statement_set case_statements = STATEMENT_SET("cases", statements);

#define MAX_PARAMETERS 46

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
    return db_exec(db, &statements[CONTEXT_SAVE],
                   BINDS(bind_int(c->id), bind_text_n(c->context, case_own_context(c)),
                         case_has_lists(c) ? bind_digest(&c->lists.digest) : bind_null()),
                   NULL, err);
}

/* $1 to $6 of what writes a row; `seq` is the one that was read. Returns how many. */
static size_t bind_head(struct bind *binds, const struct casefile *c, int64_t seq)
{
    binds[0] = bind_int(c->id);
    binds[1] = bind_int(seq);
    binds[2] = bind_int(c->head.seq);
    binds[3] = bind_digest(&c->head.hash);
    binds[4] = bind_digest(&c->arrival);
    binds[5] = bind_int(case_is_active(c));
    return 6;
}

int case_insert(struct db *db, const struct casefile *c, bool *inserted, struct error *err)
{
    struct bind binds[MAX_PARAMETERS];
    size_t n = bind_head(binds, c, 0);
    int64_t changed = 0;
    int rc;

    n += bind_fields(binds + n, case_fields, all_columns, c);
    binds[n++] = bind_text(c->number);
    rc = db_exec(db, &statements[CASE_INSERT], binds, n, &changed, err);
    *inserted = changed == 1;
    if (rc == 0 && *inserted && (c->description || c->resolution_notes))
        rc = save_text(db, c, err);
    if (rc == 0 && *inserted && c->context)
        rc = save_context(db, c, err);
    return rc;
}

/* What is no object is left as it is, for store-check to see. */
static void read_context(const struct rows *rows, int column, struct casefile *c, struct arena *arena)
{
    size_t n;
    const char *own = row_text_n(rows, column, &n), *lists;

    row_digest(rows, column + 1, &c->lists.digest);
    lists = row_text_n(rows, column + 2, &c->lists.length);
    if (!lists || n == 0 || own[n - 1] != '}') {
        c->lists.length = 0;
        c->context = row_text(rows, column, arena);
        return;
    }
    case_join_context(c, own, n - 1, lists, arena);
}

static void read_case(const struct rows *rows, void *object, struct arena *arena)
{
    struct casefile *c = object;
    int next;

    c->id = row_int(rows, 0);
    c->head.seq = row_int(rows, 1);
    row_digest(rows, 2, &c->head.hash);
    row_digest(rows, 3, &c->arrival);
    next = row_read_fields(rows, 4, case_fields, read_columns, c, arena);
    read_context(rows, next, c, arena);
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
    CHANGE_ACCOUNT = 1 << 3,
    CHANGE_CONTACT = 1 << 4,
    CHANGE_END = 1 << 5,
    CHANGE_OTHER = 1 << 6,
    CHANGE_TEXT = 1 << 7,
    CHANGE_CONTEXT = 1 << 8,
};

static unsigned place_of(const char *field)
{
    static const struct {
        const char *name;
        enum change change;
    } places[] = {
        {"progress", CHANGE_PROGRESS},
        {"priority", CHANGE_ROUTE},
        {"assignment_group", CHANGE_ROUTE},
        {"assigned_to", CHANGE_ROUTE},
        {"size", CHANGE_ROUTE},
        {"account", CHANGE_ACCOUNT},
        {"contact", CHANGE_CONTACT},
        {"resolved_at", CHANGE_END},
        {"reopen_count", CHANGE_END},
        {"asset", CHANGE_OTHER},
        {"category", CHANGE_OTHER},
        {"major", CHANGE_OTHER},
        {"source", CHANGE_OTHER},
        {"external_id", CHANGE_OTHER},
        {"opened_at", CHANGE_OTHER},
        {"description", CHANGE_TEXT},
        {"resolution_notes", CHANGE_TEXT},
        {"context", CHANGE_CONTEXT},
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
        changes |= CHANGE_END;
    return changes;
}

/* The narrowest UPDATE that covers the changes. */
static int choose_save(unsigned changes, const char *const **columns)
{
    static const struct {
        unsigned covers; /* of what is indexed */
        int statement;
        const char *const *columns;
    } saves[] = {
        {0, CASE_SAVE_PLAIN, plain_columns},
        {CHANGE_PROGRESS, CASE_SAVE_PROGRESS, progress_columns},
        {CHANGE_PROGRESS | CHANGE_ROUTE, CASE_SAVE_ROUTE, route_columns},
        {CHANGE_PROGRESS | CHANGE_ACCOUNT, CASE_SAVE_ACCOUNT, account_columns},
        {CHANGE_PROGRESS | CHANGE_CONTACT, CASE_SAVE_CONTACT, contact_columns},
        {CHANGE_PROGRESS | CHANGE_ACCOUNT | CHANGE_CONTACT, CASE_SAVE_CUSTOMER, customer_columns},
        {CHANGE_PROGRESS | CHANGE_ROUTE | CHANGE_END, CASE_SAVE_END, end_columns},
        {~0u, CASE_SAVE_ALL, all_columns},
    };
    unsigned indexed = changes & ~(unsigned)(CHANGE_PLAIN | CHANGE_TEXT | CHANGE_CONTEXT);
    size_t i = 0;

    while (indexed & ~saves[i].covers)
        i++;
    *columns = saves[i].columns;
    return saves[i].statement;
}

static int save_row(struct db *db, const struct casefile *before, const struct casefile *c, unsigned changes,
                    struct error *err)
{
    struct bind binds[MAX_PARAMETERS];
    const char *const *columns;
    int statement = choose_save(changes, &columns), rc;
    size_t n = bind_head(binds, c, before->head.seq);
    int64_t changed;

    n += bind_fields(binds + n, case_fields, columns, c);
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
