#include "store/crm_table.h"

#include "store/crm_side.h"
#include "store/row.h"

/* X(parameter, column, type letter): what a kind has beside key, data and active, in the order of its fields.
 */
#define ACCOUNT(X)                                                                                           \
    X(6, name, t)                                                                                            \
    X(7, parent, t)                                                                                          \
    X(8, tier, t) X(9, region, t) X(10, time_zone, t) X(11, currency, t) X(12, customer, i) X(13, partner, i)
#define ACCOUNT_RELATIONSHIP(X)                                                                              \
    X(6, from, t) X(7, to, t) X(8, type, t) X(9, reverse, t) X(10, starts_at, i) X(11, ends_at, i)
#define CONTACT(X)                                                                                           \
    X(6, account, t)                                                                                         \
    X(7, name, t)                                                                                            \
    X(8, email, t)                                                                                           \
    X(9, phone, t)                                                                                           \
    X(10, emails, t) X(11, phones, t) X(12, language, t) X(13, time_zone, t) X(14, accounts, t)
#define CONSUMER(X)                                                                                          \
    X(6, name, t)                                                                                            \
    X(7, email, t) X(8, phone, t) X(9, emails, t) X(10, phones, t) X(11, language, t) X(12, time_zone, t)
#define HOUSEHOLD(X) X(6, name, t) X(7, members, t)
#define PRODUCT(X)   X(6, name, t) X(7, parent, t) X(8, model, t) X(9, version, t)
#define SOLD_PRODUCT(X)                                                                                      \
    X(6, name, t)                                                                                            \
    X(7, parent, t)                                                                                          \
    X(8, product, t) X(9, account, t) X(10, consumer, t) X(11, starts_at, i) X(12, ends_at, i)
#define LOCATION(X)                                                                                          \
    X(6, name, t)                                                                                            \
    X(7, parent, t)                                                                                          \
    X(8, account, t) X(9, address, t) X(10, city, t) X(11, region, t) X(12, country, t) X(13, time_zone, t)
#define CI(X)          X(6, name, t) X(7, class, t) X(8, criticality, i)
#define CI_RELATION(X) X(6, from, t) X(7, to, t) X(8, type, t) X(9, strength, r)
#define ASSET(X)                                                                                             \
    X(6, name, t)                                                                                            \
    X(7, product, t)                                                                                         \
    X(8, sold_product, t)                                                                                    \
    X(9, account, t)                                                                                         \
    X(10, consumer, t)                                                                                       \
    X(11, location, t) X(12, ci, t) X(13, serial, t) X(14, lifecycle, t) X(15, contacts, t)
#define CONTRACT(X)                                                                                          \
    X(6, account, t)                                                                                         \
    X(7, consumer, t)                                                                                        \
    X(8, name, t) X(9, state, t) X(10, starts_at, i) X(11, ends_at, i) X(12, renewed_from, t)
#define CONTRACT_LINE(X)                                                                                     \
    X(6, contract, t)                                                                                        \
    X(7, name, t)                                                                                            \
    X(8, product, t)                                                                                         \
    X(9, sold_product, t) X(10, asset, t) X(11, state, t) X(12, starts_at, i) X(13, ends_at, i)
#define ENTITLEMENT(X)                                                                                       \
    X(6, account, t)                                                                                         \
    X(7, consumer, t)                                                                                        \
    X(8, product, t)                                                                                         \
    X(9, sold_product, t)                                                                                    \
    X(10, asset, t)                                                                                          \
    X(11, contract, t)                                                                                       \
    X(12, contract_line, t)                                                                                  \
    X(13, channel, t)                                                                                        \
    X(14, level, t)                                                                                          \
    X(15, state, t)                                                                                          \
    X(16, starts_at, i) X(17, ends_at, i) X(18, units, i) X(19, used, i) X(20, renewed_from, t)
#define AGENT(X)                                                                                             \
    X(6, name, t) X(7, groups, t) X(8, skills, t) X(9, capacity, i) X(10, calendar, t) X(11, presence, t)
#define ARTICLE(X) X(6, title, t) X(7, body, t) X(8, product, t) X(9, category, t) X(10, language, t)

/* Columns are quoted: "from" and "to" are words of SQL. */
#define NAME(k, column, type)  #column,
#define TYPE(k, column, type)  #type
#define SET(k, column, type)   ", \"" #column "\" = $" #k
#define AFTER(k, column, type) ", \"" #column "\""
#define VALUE(k, column, type) ", $" #k

#define MAX_PARAMETERS 20

enum {
    CRM_FIND,
    CRM_EXISTS,
    CRM_PAGE,
    CRM_INSERT,
    CRM_UPDATE,
    CRM_DELETE,
    CRM_EACH
};

/* $1 key, $2 seq, $3 hash, $4 active, $5 data, then the kind's own. */
#define STATEMENTS(table, columns)                                                                           \
    {"SELECT seq, hash, key" columns(AFTER) ", data, active FROM " table " WHERE key = $1", "t"},            \
        {"SELECT 1 FROM " table " WHERE key = $1", "t"},                                                     \
        {"SELECT key FROM " table " WHERE key > $1 ORDER BY key LIMIT $2", "ti"},                            \
        {"INSERT INTO " table                                                                                \
         " (key, seq, hash, active, data" columns(AFTER) ") VALUES ($1, $2, $3, $4, $5" columns(VALUE) ")",  \
         "tibit" columns(TYPE)},                                                                             \
        {"UPDATE " table                                                                                     \
         " SET seq = $2, hash = $3, active = $4, data = $5" columns(SET) " WHERE key = $1 AND seq <= $2",    \
         "tibit" columns(TYPE)},                                                                             \
    {                                                                                                        \
        "DELETE FROM " table " WHERE key = $1 AND seq <= $2", "ti"                                           \
    }

static const struct statement statements[] = {
    [KIND_ACCOUNT * CRM_EACH] = STATEMENTS("account", ACCOUNT),
    [KIND_ACCOUNT_RELATIONSHIP * CRM_EACH] = STATEMENTS("account_relationship", ACCOUNT_RELATIONSHIP),
    [KIND_CONTACT * CRM_EACH] = STATEMENTS("contact", CONTACT),
    [KIND_CONSUMER * CRM_EACH] = STATEMENTS("consumer", CONSUMER),
    [KIND_HOUSEHOLD * CRM_EACH] = STATEMENTS("household", HOUSEHOLD),
    [KIND_PRODUCT * CRM_EACH] = STATEMENTS("product", PRODUCT),
    [KIND_SOLD_PRODUCT * CRM_EACH] = STATEMENTS("sold_product", SOLD_PRODUCT),
    [KIND_LOCATION * CRM_EACH] = STATEMENTS("location", LOCATION),
    [KIND_CI * CRM_EACH] = STATEMENTS("ci", CI),
    [KIND_CI_RELATION * CRM_EACH] = STATEMENTS("ci_relation", CI_RELATION),
    [KIND_ASSET * CRM_EACH] = STATEMENTS("asset", ASSET),
    [KIND_CONTRACT * CRM_EACH] = STATEMENTS("contract", CONTRACT),
    [KIND_CONTRACT_LINE * CRM_EACH] = STATEMENTS("contract_line", CONTRACT_LINE),
    [KIND_ENTITLEMENT * CRM_EACH] = STATEMENTS("entitlement", ENTITLEMENT),
    [KIND_AGENT * CRM_EACH] = STATEMENTS("agent", AGENT),
    [KIND_ARTICLE * CRM_EACH] = STATEMENTS("article", ARTICLE),
};
const struct statement_set crm_statements = STATEMENT_SET("customer records", statements);

#define COLUMNS(columns)                                                                                     \
    (const char *const[])                                                                                    \
    {                                                                                                        \
        "key", columns(NAME) "data", "active", NULL                                                          \
    }

static const char *const *const kind_columns[KIND_COUNT] = {
    [KIND_ACCOUNT] = COLUMNS(ACCOUNT),
    [KIND_ACCOUNT_RELATIONSHIP] = COLUMNS(ACCOUNT_RELATIONSHIP),
    [KIND_CONTACT] = COLUMNS(CONTACT),
    [KIND_CONSUMER] = COLUMNS(CONSUMER),
    [KIND_HOUSEHOLD] = COLUMNS(HOUSEHOLD),
    [KIND_PRODUCT] = COLUMNS(PRODUCT),
    [KIND_SOLD_PRODUCT] = COLUMNS(SOLD_PRODUCT),
    [KIND_LOCATION] = COLUMNS(LOCATION),
    [KIND_CI] = COLUMNS(CI),
    [KIND_CI_RELATION] = COLUMNS(CI_RELATION),
    [KIND_ASSET] = COLUMNS(ASSET),
    [KIND_CONTRACT] = COLUMNS(CONTRACT),
    [KIND_CONTRACT_LINE] = COLUMNS(CONTRACT_LINE),
    [KIND_ENTITLEMENT] = COLUMNS(ENTITLEMENT),
    [KIND_AGENT] = COLUMNS(AGENT),
    [KIND_ARTICLE] = COLUMNS(ARTICLE),
};

static const struct statement *statement_of(const struct record_kind *kind, int operation)
{
    return &statements[(int)kind->id * CRM_EACH + operation];
}

static void read_record(const struct rows *rows, struct crm_record *r, const struct record_kind *kind,
                        struct arena *arena)
{
    crm_record_init(r, kind);
    r->stored = true;
    r->head.seq = row_int(rows, 0);
    row_digest(rows, 1, &r->head.hash);
    row_read_fields(rows, 2, kind->fields, kind_columns[kind->id], r, arena);
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

static int moved_on(const struct crm_record *r, struct error *err)
{
    return error_set(err, CODE_STALE, "/seq", "%s %s has changed since it was read", r->kind->name, r->key);
}

static int save_row(struct db *db, const struct crm_record *r, struct error *err)
{
    struct bind binds[MAX_PARAMETERS] = {bind_text(r->key), bind_int(r->head.seq), bind_digest(&r->head.hash),
                                         bind_int(r->active), bind_text(r->data)};
    size_t n = 5 + bind_own(binds + 5, r);
    int64_t changed;
    int rc = db_exec(db, statement_of(r->kind, r->stored ? CRM_UPDATE : CRM_INSERT), binds, n, &changed, err);

    return rc == 0 && changed != 1 ? moved_on(r, err) : rc;
}

int crm_save(struct db *db, struct crm_record *r, struct error *err)
{
    int rc = save_row(db, r, err);

    if (rc == 0)
        rc = crm_side_save(db, r, err);
    if (rc == 0)
        r->stored = true;
    return rc;
}

int crm_delete_row(struct db *db, const struct crm_record *r, struct error *err)
{
    int64_t changed;
    int rc = db_exec(db, statement_of(r->kind, CRM_DELETE), BINDS(bind_text(r->key), bind_int(r->head.seq)),
                     &changed, err);

    return rc == 0 && changed != 1 ? moved_on(r, err) : rc;
}
