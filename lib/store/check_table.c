#include "store/check_table.h"

#include "base/digest.h"
#include "store/crm_table.h"
#include "store/journal_table.h"
#include "store/row.h"

enum {
    CHECK_COUNTERS,
    CHECK_CASES,
    CHECK_RECORDS,
    CHECK_CASE_EVENTS,
    CHECK_RECORD_EVENTS,
    CHECK_DELETED,
    CHECK_ADDRESSES,
    CHECK_MEMBERS,
    CHECK_EDGES,
    CHECK_OFFERS,
    CHECK_BLOBS,
    CHECK_LISTS,
    CHECK_LIST_REFERENCES
};

#define WITHOUT_EVENTS(kind)                                                                                 \
    "SELECT '" kind "/' || key FROM " kind " WHERE NOT EXISTS "                                              \
    "(SELECT 1 FROM event WHERE subject = '" kind "/' || key)"
#define AND_WITHOUT(kind) " UNION ALL " WITHOUT_EVENTS(kind)

#define NO_PERSON(kind) "(a.kind = '" kind "' AND NOT EXISTS (SELECT 1 FROM " kind " WHERE key = a.person))"

/* These read whole tables: it is what a check is for. */
static const struct statement statements[] = {
    [CHECK_COUNTERS] =
        {"SELECT 'agent', a.key, a.load, coalesce(c.counted, 0) FROM agent a LEFT JOIN "
         "(SELECT assigned_to, CAST(sum(size) AS BIGINT) AS counted FROM cases "
         "WHERE active = 1 AND assigned_to IS NOT NULL GROUP BY assigned_to) c ON c.assigned_to = a.key "
         "WHERE a.load <> coalesce(c.counted, 0) UNION ALL "
         "SELECT 'entitlement', e.key, e.reserved, coalesce(u.counted, 0) FROM entitlement e LEFT JOIN "
         "(SELECT entitlement, CAST(sum(units) AS BIGINT) AS counted FROM entitlement_use "
         "WHERE state = 'reserved' GROUP BY entitlement) u ON u.entitlement = e.key "
         "WHERE e.reserved <> coalesce(u.counted, 0) ORDER BY 1, 2",
         ""},
    [CHECK_CASES] =
        {"SELECT number FROM cases c WHERE NOT EXISTS (SELECT 1 FROM event WHERE subject = c.number)", ""},
    [CHECK_RECORDS] = {WITHOUT_EVENTS("account") AND_WITHOUT("account_relationship") AND_WITHOUT("contact")
                           AND_WITHOUT("consumer") AND_WITHOUT("household") AND_WITHOUT("product")
                               AND_WITHOUT("sold_product") AND_WITHOUT("location") AND_WITHOUT("ci")
                                   AND_WITHOUT("ci_relation") AND_WITHOUT("asset") AND_WITHOUT("contract")
                                       AND_WITHOUT("contract_line") AND_WITHOUT("entitlement")
                                           AND_WITHOUT("agent") AND_WITHOUT("article"),
                       ""},
    [CHECK_CASE_EVENTS] = {"SELECT subject FROM event e WHERE type = 'case.created' AND NOT EXISTS "
                           "(SELECT 1 FROM cases WHERE number = e.subject)",
                           ""},
    [CHECK_RECORD_EVENTS] = {"SELECT DISTINCT subject FROM event e WHERE type = 'record.created' AND NOT "
                             "EXISTS (SELECT 1 FROM deleted_record WHERE subject = e.subject)",
                             ""},
    [CHECK_DELETED] = {"SELECT subject FROM deleted_record d WHERE NOT EXISTS "
                       "(SELECT 1 FROM event WHERE subject = d.subject AND seq = d.seq AND hash = d.hash "
                       "AND type = 'record.deleted') OR EXISTS "
                       "(SELECT 1 FROM event WHERE subject = d.subject AND seq > d.seq)",
                       ""},
    [CHECK_ADDRESSES] = {"SELECT address FROM address a WHERE " NO_PERSON("contact") " OR " NO_PERSON(
                             "consumer"),
                         ""},
    [CHECK_MEMBERS] = {"SELECT 'household/' || household FROM household_member m WHERE NOT EXISTS "
                       "(SELECT 1 FROM household WHERE key = m.household)",
                       ""},
    [CHECK_EDGES] = {"SELECT 'ci_relation/' || relation FROM ci_edge e WHERE NOT EXISTS "
                     "(SELECT 1 FROM ci_relation WHERE key = e.relation)",
                     ""},
    [CHECK_OFFERS] = {"SELECT c.number FROM case_offer o JOIN cases c ON c.id = o.case_id "
                      "WHERE c.active = 0 OR coalesce(c.assigned_to, '') <> o.agent",
                      ""},
    [CHECK_BLOBS] = {"SELECT blob, content FROM policy_blob", ""},
    [CHECK_LISTS] = {"SELECT digest, body FROM impact_list", ""},
    [CHECK_LIST_REFERENCES] = {"SELECT c.number FROM case_context x JOIN cases c ON c.id = x.case_id "
                               "WHERE x.impact_list IS NOT NULL AND NOT EXISTS "
                               "(SELECT 1 FROM impact_list WHERE digest = x.impact_list)",
                               ""},
};
const struct statement_set check_statements = STATEMENT_SET("checks", statements);

static void read_counter(const struct rows *rows, void *object, struct arena *arena)
{
    struct counter_finding *f = object;

    f->kind = row_text(rows, 0, arena);
    f->key = row_text(rows, 1, arena);
    f->kept = row_int(rows, 2);
    f->counted = row_int(rows, 3);
}

int check_counters(struct db *db, struct arena *arena, struct counter_finding **list, size_t *count,
                   struct error *err)
{
    static const struct row_type counter_row = {read_counter, sizeof(struct counter_finding)};
    void *rows;
    int rc = query_list(db, &statements[CHECK_COUNTERS], NO_BINDS, &counter_row, arena, &rows, count, err);

    *list = rows;
    return rc;
}

/* Findings are made into one list; it is short, or the store is past counting. */
struct findings {
    struct db *db;
    struct arena *arena;
    const char **list;
    size_t count, capacity;
};

static int add_finding(struct findings *f, const char *subject, const char *what, struct error *err)
{
    if (f->count == f->capacity) {
        size_t capacity = f->capacity ? f->capacity * 2 : 16;
        const char **list = ARENA_ARRAY(f->arena, const char *, capacity);
        if (!list)
            return error_no_memory(err);
        if (f->count > 0)
            memcpy(list, f->list, f->count * sizeof *list);
        f->list = list;
        f->capacity = capacity;
    }
    f->list[f->count++] = arena_printf(f->arena, "%s: %s", subject, what);
    return arena_failed(f->arena) ? error_no_memory(err) : 0;
}

static bool record_is_missing(struct db *db, const char *subject, struct error *err)
{
    const char *slash = strchr(subject, '/');
    char kind[32];
    bool exists = true;

    if (!slash || (size_t)(slash - subject) >= sizeof kind)
        return true;
    memcpy(kind, subject, (size_t)(slash - subject));
    kind[slash - subject] = '\0';
    return crm_exists(db, kind, slash + 1, &exists, err) == 0 && !exists;
}

/* Every row of the statement is a finding, or, with `record`, every subject whose record is not there. */
static int collect(struct findings *f, int statement, const char *what, bool record, struct error *err)
{
    struct rows *rows;
    int rc = db_query(f->db, &statements[statement], NO_BINDS, &rows, err);

    while (rc == 0 && (rc = rows_next(rows, err)) > 0) {
        size_t n;
        const char *subject = row_text_n(rows, 0, &n);
        rc = 0;
        if (!record || record_is_missing(f->db, subject, err))
            rc = add_finding(f, subject, what, err);
    }
    rows_done(rows);
    return rc;
}

/* Policy is kept under the name that git gave its bytes. */
static int check_blobs(struct findings *f, struct error *err)
{
    struct rows *rows;
    int rc = db_query(f->db, &statements[CHECK_BLOBS], NO_BINDS, &rows, err);

    while (rc == 0 && (rc = rows_next(rows, err)) > 0) {
        const char *blob = row_text(rows, 0, f->arena);
        size_t n;
        const void *content = row_bytes(rows, 1, &n);
        rc = 0;
        if (blob && !digest_is_git_blob(blob, content, n))
            rc = add_finding(f, blob, "the policy kept under this name is not what it names", err);
    }
    rows_done(rows);
    return rc;
}

/* What contexts share is kept by the digest of its text. */
static int check_lists(struct findings *f, struct error *err)
{
    struct rows *rows;
    int rc = db_query(f->db, &statements[CHECK_LISTS], NO_BINDS, &rows, err);

    while (rc == 0 && (rc = rows_next(rows, err)) > 0) {
        char hex[DIGEST_HEX];
        struct digest name, found;
        size_t n;
        const char *body = row_text_n(rows, 1, &n);
        row_digest(rows, 0, &name);
        found = digest_pair(body, n, NULL, 0);
        digest_hex(&name, hex);
        rc = 0;
        if (memcmp(&name, &found, sizeof name) != 0)
            rc = add_finding(f, hex, "the impact list kept under this digest does not have it", err);
    }
    rows_done(rows);
    return rc;
}

int check_orphans(struct db *db, struct arena *arena, const char ***findings, size_t *count,
                  struct error *err)
{
    static const struct {
        int statement;
        const char *what;
        bool record;
    } checks[] = {
        {CHECK_CASES, "a case without events", false},
        {CHECK_RECORDS, "a record without events", false},
        {CHECK_CASE_EVENTS, "the events of a case that is not there", false},
        {CHECK_RECORD_EVENTS, "the events of a record that is not there", true},
        {CHECK_DELETED, "the events of a deleted record do not end where the store says", false},
        {CHECK_ADDRESSES, "an address of a person who is not there", false},
        {CHECK_MEMBERS, "a member of a household that is not there", false},
        {CHECK_OFFERS, "an offer of a case that its person does not have", false},
        {CHECK_EDGES, "an edge of a relation that is not there", false},
        {CHECK_LIST_REFERENCES, "its context refers to an impact list that is not there", false},
    };
    struct findings f = {.db = db, .arena = arena};
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < sizeof checks / sizeof checks[0]; i++)
        rc = collect(&f, checks[i].statement, checks[i].what, checks[i].record, err);
    if (rc == 0)
        rc = check_blobs(&f, err);
    if (rc == 0)
        rc = check_lists(&f, err);
    *findings = f.list;
    *count = f.count;
    return rc;
}

int check_events(struct db *db, const char *after_subject, int64_t after_seq, struct arena *arena,
                 struct event *list, size_t limit, struct error *err)
{
    return event_page_all(db, after_subject, after_seq, arena, list, limit, err);
}
