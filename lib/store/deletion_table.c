#include "store/crm_side.h"
#include "store/row.h"

/* X(kind of the referring record, its table, its column). The lists of links are below. */
#define REFERENCES(X)                                                                                        \
    X(ACCOUNT, "account", "parent")                                                                          \
    X(ACCOUNT_RELATIONSHIP, "account_relationship", "from")                                                  \
    X(ACCOUNT_RELATIONSHIP, "account_relationship", "to")                                                    \
    X(CONTACT, "contact", "account")                                                                         \
    X(PRODUCT, "product", "parent")                                                                          \
    X(SOLD_PRODUCT, "sold_product", "parent")                                                                \
    X(SOLD_PRODUCT, "sold_product", "product")                                                               \
    X(SOLD_PRODUCT, "sold_product", "account")                                                               \
    X(SOLD_PRODUCT, "sold_product", "consumer")                                                              \
    X(LOCATION, "location", "parent")                                                                        \
    X(LOCATION, "location", "account")                                                                       \
    X(CI_RELATION, "ci_relation", "from")                                                                    \
    X(CI_RELATION, "ci_relation", "to")                                                                      \
    X(ASSET, "asset", "product")                                                                             \
    X(ASSET, "asset", "sold_product")                                                                        \
    X(ASSET, "asset", "account")                                                                             \
    X(ASSET, "asset", "consumer")                                                                            \
    X(ASSET, "asset", "location")                                                                            \
    X(ASSET, "asset", "ci")                                                                                  \
    X(CONTRACT, "contract", "account")                                                                       \
    X(CONTRACT, "contract", "consumer")                                                                      \
    X(CONTRACT, "contract", "renewed_from")                                                                  \
    X(CONTRACT_LINE, "contract_line", "contract")                                                            \
    X(CONTRACT_LINE, "contract_line", "product")                                                             \
    X(CONTRACT_LINE, "contract_line", "sold_product")                                                        \
    X(CONTRACT_LINE, "contract_line", "asset")                                                               \
    X(ENTITLEMENT, "entitlement", "asset")                                                                   \
    X(ENTITLEMENT, "entitlement", "contract_line")                                                           \
    X(ENTITLEMENT, "entitlement", "renewed_from")                                                            \
    X(ARTICLE, "article", "product")

/* X(its column, which of them). An entitlement is in the index of the most particular thing that it names,
 * and in others of the rest; the conditions are those of the indexes, word for word. */
#define ENTITLEMENTS(X)                                                                                      \
    X("account", "sold_product IS NULL AND asset IS NULL")                                                   \
    X("account", "coalesce(sold_product, asset) IS NOT NULL")                                                \
    X("consumer", "account IS NULL AND sold_product IS NULL AND asset IS NULL")                              \
    X("consumer", "coalesce(account, sold_product, asset) IS NOT NULL")                                      \
    X("product", "contract IS NULL AND consumer IS NULL AND account IS NULL AND sold_product IS NULL AND "   \
                 "asset IS NULL")                                                                            \
    X("product", "coalesce(contract, consumer, account, sold_product, asset) IS NOT NULL")                   \
    X("sold_product", "asset IS NULL")                                                                       \
    X("sold_product", "asset IS NOT NULL")                                                                   \
    X("contract", "consumer IS NULL AND account IS NULL AND sold_product IS NULL AND asset IS NULL")         \
    X("contract", "coalesce(consumer, account, sold_product, asset) IS NOT NULL")

/* X(kind referred to, what of a case, where the case's row is c). */
#define CASES(X)                                                                                             \
    X(ACCOUNT, "cases c WHERE c.account")                                                                    \
    X(CONTACT, "cases c WHERE c.contact")                                                                    \
    X(CONSUMER, "cases c WHERE c.consumer")                                                                  \
    X(CONSUMER, "cases c WHERE c.contact")                                                                   \
    X(PRODUCT, "cases c WHERE c.product")                                                                    \
    X(ASSET, "cases c WHERE c.asset")                                                                        \
    X(CONTRACT, "cases c WHERE c.contract")                                                                  \
    X(ENTITLEMENT, "cases c WHERE c.entitlement")                                                            \
    X(ENTITLEMENT, "entitlement_use u JOIN cases c ON c.id = u.case_id WHERE u.entitlement")                 \
    X(AGENT, "cases c WHERE c.assigned_to")                                                                  \
    X(AGENT, "task t JOIN cases c ON c.id = t.case_id WHERE t.assigned_to")

#define RECORD_STATEMENT(kind, table, column) {"SELECT key FROM " table " WHERE \"" column "\" = $1", "t"},
#define ENTITLEMENT_STATEMENT(column, which)                                                                 \
    {"SELECT key FROM entitlement WHERE " column " = $1 AND " which, "t"},
#define CASE_STATEMENT(kind, rows) {"SELECT c.number FROM " rows " = $1 LIMIT 1", "t"},

/* Customers go by the thousand, and each of their records is looked for in every column here: so the columns
 * have indexes. Without one are the product of an asset, since products are few and seldom go but the index
 * would be a tenth of loading assets, and some columns of cases, which every case would pay for. */
static const struct statement case_references[] = {CASES(CASE_STATEMENT)};
static const struct statement record_references[] = {REFERENCES(RECORD_STATEMENT)
                                                         ENTITLEMENTS(ENTITLEMENT_STATEMENT)};
const struct statement_set case_reference_statements = STATEMENT_SET("references of cases", case_references);
const struct statement_set record_reference_statements =
    STATEMENT_SET("references of records", record_references);

#define CASE_TARGET(kind, rows)         KIND_##kind,
#define RECORD_FIELD(kind, table, name) {KIND_##kind, name},
#define ENTITLEMENT_FIELD(name, which)  {KIND_ENTITLEMENT, name},

static const enum record_kind_id case_targets[] = {CASES(CASE_TARGET)};
static const struct {
    enum record_kind_id kind;
    const char *field;
} record_fields[] = {REFERENCES(RECORD_FIELD) ENTITLEMENTS(ENTITLEMENT_FIELD)};

enum {
    LINKS_MEMBER,
    LINKS_ACCOUNTS,
    LINKS_CONTACTS,
    DELETED_INSERT,
    DELETED_FIND,
    DELETED_FORGET,
    DELETED_ANY
};

static const struct statement statements[] = {
    [LINKS_MEMBER] = {"SELECT household FROM household_member WHERE consumer = $1", "t"},
    [LINKS_ACCOUNTS] = {"SELECT key, accounts FROM contact WHERE accounts IS NOT NULL", ""},
    [LINKS_CONTACTS] = {"SELECT key, contacts FROM asset WHERE contacts IS NOT NULL", ""},
    [DELETED_INSERT] = {"INSERT INTO deleted_record (subject, seq, hash) VALUES ($1, $2, $3)", "tib"},
    [DELETED_FIND] = {"SELECT seq, hash FROM deleted_record WHERE subject = $1", "t"},
    [DELETED_FORGET] = {"DELETE FROM deleted_record WHERE subject = $1", "t"},
    [DELETED_ANY] = {"SELECT 1 FROM deleted_record LIMIT 1", ""},
};
const struct statement_set deletion_statements = STATEMENT_SET("deletions", statements);

/* Who refers to this record? */
struct inquiry {
    struct db *db;
    const struct crm_record *r;
    const struct number_map *gone;
    struct arena *arena;
    struct crm_referrer *referrer;
};

static bool is_gone(const struct inquiry *q, const struct record_kind *kind, const char *key)
{
    return kind && q->gone->count > 0 && number_map_find(q->gone, crm_name(kind, key));
}

/* The key of whoever of this kind (NULL: a case's number) refers to the record, by a statement that finds
 * them. */
static int ask(const struct inquiry *q, const struct statement *st, const struct record_kind *kind,
               struct error *err)
{
    struct rows *rows;
    int rc = db_query(q->db, st, BINDS(bind_text(q->r->key)), &rows, err);

    while (rc == 0 && !q->referrer->key && (rc = rows_next(rows, err)) > 0) {
        const char *key = row_text(rows, 0, q->arena);
        rc = key ? 0 : error_no_memory(err);
        if (key && !is_gone(q, kind, key))
            *q->referrer = (struct crm_referrer){kind, key};
    }
    rows_done(rows);
    return rc;
}

static int ask_cases(const struct inquiry *q, struct error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && !q->referrer->key && i < case_reference_statements.count; i++)
        if (case_targets[i] == q->r->kind->id)
            rc = ask(q, &case_references[i], NULL, err);
    return rc;
}

static int ask_records(const struct inquiry *q, struct error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && !q->referrer->key && i < record_reference_statements.count; i++) {
        const struct record_kind *kind = &record_kinds[record_fields[i].kind];
        const struct field *f = field_find(kind->fields, record_fields[i].field);
        if (f && strcmp(f->reference, q->r->kind->name) == 0)
            rc = ask(q, &record_references[i], kind, err);
    }
    return rc;
}

/* Is the key in the list of links that the row has behind its own key? */
static int has_link(const struct rows *rows, const struct field *list, const struct record_kind *kind,
                    const char *key, struct arena *scratch, bool *linked, struct error *err)
{
    struct crm_record owner;
    struct record_link *links;
    size_t count;
    int rc;

    crm_record_init(&owner, kind);
    *(const char **)((char *)&owner + list->offset) = row_text(rows, 1, scratch);
    rc = crm_links(&owner, list->name, scratch, &links, &count, err);
    for (size_t i = 0; rc == 0 && i < count && !*linked; i++)
        *linked = strcmp(links[i].key, key) == 0;
    return rc;
}

/* Lists of links are JSON: a walk over the few records that have one, which an index knows. */
static int ask_links(const struct inquiry *q, int statement, enum record_kind_id kind, const char *list,
                     struct error *err)
{
    const struct record_kind *owners = &record_kinds[kind];
    struct arena scratch = ARENA_INIT;
    struct rows *rows;
    int rc = db_query(q->db, &statements[statement], NO_BINDS, &rows, err);

    while (rc == 0 && !q->referrer->key && (rc = rows_next(rows, err)) > 0) {
        bool linked = false;
        arena_clear(&scratch);
        rc = has_link(rows, field_find(owners->fields, list), owners, q->r->key, &scratch, &linked, err);
        if (rc == 0 && linked && !is_gone(q, owners, row_text(rows, 0, &scratch)))
            *q->referrer = (struct crm_referrer){owners, row_text(rows, 0, q->arena)};
    }
    rows_done(rows);
    arena_release(&scratch);
    return rc == 0 && arena_failed(q->arena) ? error_no_memory(err) : rc;
}

int crm_referrer(struct db *db, const struct crm_record *r, const struct number_map *gone,
                 struct arena *arena, struct crm_referrer *referrer, struct error *err)
{
    const struct inquiry q = {db, r, gone, arena, referrer};
    int rc;

    *referrer = (struct crm_referrer){0};
    rc = ask_cases(&q, err);
    if (rc == 0 && !referrer->key)
        rc = ask_records(&q, err);
    if (rc != 0 || referrer->key)
        return rc;
    switch (r->kind->id) {
    case KIND_CONSUMER:
        return ask(&q, &statements[LINKS_MEMBER], &record_kinds[KIND_HOUSEHOLD], err);
    case KIND_ACCOUNT:
        return ask_links(&q, LINKS_ACCOUNTS, KIND_CONTACT, "accounts", err);
    case KIND_CONTACT:
        return ask_links(&q, LINKS_CONTACTS, KIND_ASSET, "contacts", err);
    default:
        return 0;
    }
}

int crm_delete(struct db *db, const struct crm_record *r, struct error *err)
{
    int rc = crm_side_delete(db, r, err);

    if (rc == 0)
        rc = crm_delete_row(db, r, err);
    if (rc != 0)
        return rc;
    return db_exec(db, &statements[DELETED_INSERT],
                   BINDS(bind_text(r->head.subject), bind_int(r->head.seq), bind_digest(&r->head.hash)), NULL,
                   err);
}

static void read_head(const struct rows *rows, void *object, struct arena *arena)
{
    struct chain *head = object;

    (void)arena;
    head->seq = row_int(rows, 0);
    row_digest(rows, 1, &head->hash);
}

int crm_revive(struct db *db, const char *subject, struct chain *head, bool *found, struct error *err)
{
    static const struct row_type head_row = {read_head, sizeof(struct chain)};
    struct chain last;
    int rc = query_one(db, &statements[DELETED_FIND], BINDS(bind_text(subject)), &head_row, NULL, &last,
                       found, err);

    if (rc != 0 || !*found)
        return rc;
    head->seq = last.seq;
    head->hash = last.hash;
    return db_exec(db, &statements[DELETED_FORGET], BINDS(bind_text(subject)), NULL, err);
}

int crm_any_deleted(struct db *db, bool *any, struct error *err)
{
    return query_any(db, &statements[DELETED_ANY], NO_BINDS, any, err);
}

int crm_was_deleted(struct db *db, const char *subject, bool *deleted, struct error *err)
{
    return query_any(db, &statements[DELETED_FIND], BINDS(bind_text(subject)), deleted, err);
}
