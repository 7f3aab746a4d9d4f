#include "store/crm_table.h"

#include "store/crm_side.h"
#include "store/row.h"

/* X(parameter, column, type letter): what a kind has beside key, data and active, in the order of its fields.
 */
#define ACCOUNT(X) X(6, name, t) X(7, parent, t) X(8, tier, t) X(9, region, t) X(10, time_zone, t)
#define CONTACT(X) X(6, account, t) X(7, name, t) X(8, email, t) X(9, phone, t) X(10, language, t)
#define PRODUCT(X) X(6, name, t) X(7, parent, t) X(8, model, t)
#define ASSET(X)   X(6, product, t) X(7, account, t) X(8, serial, t) X(9, ci, t) X(10, location, t)
#define ENTITLEMENT(X)                                                                                       \
    X(6, account, t)                                                                                         \
    X(7, product, t)                                                                                         \
    X(8, asset, t) X(9, contract, t) X(10, level, t) X(11, starts_at, i) X(12, ends_at, i) X(13, units, i)
#define AGENT(X)                                                                                             \
    X(6, name, t) X(7, groups, t) X(8, skills, t) X(9, capacity, i) X(10, calendar, t) X(11, presence, t)
#define CONTRACT(X) X(6, account, t) X(7, name, t) X(8, starts_at, i) X(9, ends_at, i)
#define CI(X)       X(6, name, t) X(7, class, t) X(8, criticality, i)

#define NAME(k, column, type)  #column,
#define TYPE(k, column, type)  #type
#define SET(k, column, type)   ", " #column " = $" #k
#define AFTER(k, column, type) ", " #column
#define VALUE(k, column, type) ", $" #k

#define MAX_PARAMETERS 16

enum {
    CRM_FIND,
    CRM_EXISTS,
    CRM_PAGE,
    CRM_INSERT,
    CRM_UPDATE,
    CRM_EACH
};

/* $1 key or id, $2 seq, $3 hash, $4 active, $5 data, then the kind's own. */
#define STATEMENTS(table, columns)                                                                           \
    {"SELECT id, seq, hash, key" columns(AFTER) ", data, active FROM " table " WHERE key = $1", "t"},        \
        {"SELECT 1 FROM " table " WHERE key = $1", "t"},                                                     \
        {"SELECT key FROM " table " WHERE key > $1 ORDER BY key LIMIT $2", "ti"},                            \
        {"INSERT INTO " table                                                                                \
         " (key, seq, hash, active, data" columns(AFTER) ") VALUES ($1, $2, $3, $4, $5" columns(VALUE) ")",  \
         "tibit" columns(TYPE)},                                                                             \
    {                                                                                                        \
        "UPDATE " table                                                                                      \
        " SET seq = $2, hash = $3, active = $4, data = $5" columns(SET) " WHERE id = $1 AND seq <= $2",      \
            "iibit" columns(TYPE)                                                                            \
    }

static const struct statement statements[] = {
    [KIND_ACCOUNT * CRM_EACH] = STATEMENTS("account", ACCOUNT),
    [KIND_CONTACT * CRM_EACH] = STATEMENTS("contact", CONTACT),
    [KIND_PRODUCT * CRM_EACH] = STATEMENTS("product", PRODUCT),
    [KIND_ASSET * CRM_EACH] = STATEMENTS("asset", ASSET),
    [KIND_ENTITLEMENT * CRM_EACH] = STATEMENTS("entitlement", ENTITLEMENT),
    [KIND_AGENT * CRM_EACH] = STATEMENTS("agent", AGENT),
    [KIND_CONTRACT * CRM_EACH] = STATEMENTS("contract", CONTRACT),
    [KIND_CI * CRM_EACH] = STATEMENTS("ci", CI),
};
const struct statement_set crm_statements = STATEMENT_SET("customer records", statements);

static const char *const account_columns[] = {"key", ACCOUNT(NAME) "data", "active", NULL};
static const char *const contact_columns[] = {"key", CONTACT(NAME) "data", "active", NULL};
static const char *const product_columns[] = {"key", PRODUCT(NAME) "data", "active", NULL};
static const char *const asset_columns[] = {"key", ASSET(NAME) "data", "active", NULL};
static const char *const entitlement_columns[] = {"key", ENTITLEMENT(NAME) "data", "active", NULL};
static const char *const agent_columns[] = {"key", AGENT(NAME) "data", "active", NULL};
static const char *const contract_columns[] = {"key", CONTRACT(NAME) "data", "active", NULL};
static const char *const ci_columns[] = {"key", CI(NAME) "data", "active", NULL};

static const char *const *const kind_columns[KIND_COUNT] = {
    [KIND_ACCOUNT] = account_columns,         [KIND_CONTACT] = contact_columns,
    [KIND_PRODUCT] = product_columns,         [KIND_ASSET] = asset_columns,
    [KIND_ENTITLEMENT] = entitlement_columns, [KIND_AGENT] = agent_columns,
    [KIND_CONTRACT] = contract_columns,       [KIND_CI] = ci_columns,
};

static const struct statement *statement_of(const struct record_kind *kind, int operation)
{
    return &statements[(int)kind->id * CRM_EACH + operation];
}

static void read_record(const struct rows *rows, struct crm_record *r, const struct record_kind *kind,
                        struct arena *arena)
{
    crm_record_init(r, kind);
    r->id = row_int(rows, 0);
    r->head.seq = row_int(rows, 1);
    row_digest(rows, 2, &r->head.hash);
    row_read_fields(rows, 3, kind->fields, kind_columns[kind->id], r, arena);
    r->head.subject = arena_printf(arena, "%s/%s", kind->name, r->key ? r->key : "");
}

int crm_find(struct db *db, const struct record_kind *kind, const char *key, struct arena *arena,
             struct crm_record *r, bool *found, struct error *err)
{
    struct rows *rows;
    int rc = db_query(db, statement_of(kind, CRM_FIND), BINDS(bind_text(key)), &rows, err);

    *found = false;
    if (rc == 0)
        rc = rows_next(rows, err);
    if (rc > 0) {
        *found = true;
        read_record(rows, r, kind, arena);
        rc = arena_failed(arena) ? error_no_memory(err) : 0;
    }
    rows_done(rows);
    return rc;
}

int crm_exists(struct db *db, const char *kind, const char *key, bool *exists, struct error *err)
{
    const struct record_kind *k = record_kind_find(kind);

    *exists = false;
    if (!k) /* a kind that this version keeps no records of */
        return 0;
    return query_any(db, statement_of(k, CRM_EXISTS), BINDS(bind_text(key)), exists, err);
}

int crm_page(struct db *db, const struct record_kind *kind, const char *after, struct arena *arena,
             const char **keys, size_t limit, struct error *err)
{
    return query_page(db, statement_of(kind, CRM_PAGE), BINDS(bind_text(after), bind_int((int64_t)limit)),
                      &text_row, arena, keys, limit, err);
}

/* The columns of the kind's own: without key, data and active. */
static size_t bind_own(struct bind *binds, const struct crm_record *r)
{
    struct bind all[MAX_PARAMETERS];
    size_t n = bind_fields(all, r->kind->fields, kind_columns[r->kind->id], r) - 3;

    memcpy(binds, all + 1, n * sizeof *all);
    return n;
}

static int save_row(struct db *db, struct crm_record *r, struct error *err)
{
    struct bind binds[MAX_PARAMETERS] = {r->id ? bind_int(r->id) : bind_text(r->key), bind_int(r->head.seq),
                                         bind_digest(&r->head.hash), bind_int(r->active), bind_text(r->data)};
    size_t n = 5 + bind_own(binds + 5, r);
    int64_t changed;
    int rc = db_exec(db, statement_of(r->kind, r->id ? CRM_UPDATE : CRM_INSERT), binds, n, &changed, err);

    if (rc != 0)
        return rc;
    if (changed != 1)
        return error_set(err, CODE_STALE, "/seq", "%s %s has changed since it was read", r->kind->name,
                         r->key);
    if (!r->id)
        r->id = db_last_id(db);
    return 0;
}

int crm_side_rows(struct db *db, const struct crm_record *r, struct arena *arena, const char ***list,
                  size_t *count, struct error *err)
{
    return r->kind->id == KIND_CONTACT ? address_list(db, r, arena, list, count, err)
                                       : agent_group_list(db, r, arena, list, count, err);
}

int crm_save(struct db *db, struct crm_record *r, struct error *err)
{
    bool fresh = r->id == 0;
    int rc = save_row(db, r, err);

    if (rc == 0 && r->kind->id == KIND_CONTACT)
        rc = address_save(db, r, fresh, err);
    if (rc == 0 && r->kind->id == KIND_AGENT)
        rc = agent_group_save(db, r, fresh, err);
    return rc;
}
