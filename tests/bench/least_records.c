/*
 * Loading customer records with the least work: the rows that crm-put leaves of the kinds that customers.awk
 * makes, and of what it gives of them. A record's row; its addresses or the ways in which failure spreads
 * along it; its event, and of a contact's name, e-mail and phone the values beside the event, which has
 * digests in their place (here zeroes). Nothing is looked up: references, trees and what is there already are
 * not checked.
 */
#include "least.h"

#include <time.h>

#define COLUMNS 14

/* t text, p personal text, i integer, r real, m moment, b truth, c criticality */
struct column {
    const char *name;
    char type;
};

static struct kind {
    const char *name;
    struct column columns[COLUMNS];
    sqlite3_stmt *insert;
} kinds[] = {
    {.name = "account",
     .columns = {{"name", 't'},
                 {"parent", 't'},
                 {"tier", 't'},
                 {"region", 't'},
                 {"customer", 'b'},
                 {"partner", 'b'}}},
    {.name = "contact",
     .columns = {{"account", 't'}, {"name", 'p'}, {"email", 'p'}, {"phone", 'p'}, {"language", 't'}}},
    {.name = "product", .columns = {{"name", 't'}, {"parent", 't'}, {"model", 't'}}},
    {.name = "asset",
     .columns = {{"name", 't'},
                 {"product", 't'},
                 {"account", 't'},
                 {"ci", 't'},
                 {"serial", 't'},
                 {"lifecycle", 't'}}},
    {.name = "entitlement",
     .columns = {{"account", 't'},
                 {"product", 't'},
                 {"asset", 't'},
                 {"channel", 't'},
                 {"level", 't'},
                 {"state", 't'},
                 {"starts_at", 'm'},
                 {"ends_at", 'm'},
                 {"units", 'i'}}},
    {.name = "ci", .columns = {{"name", 't'}, {"class", 't'}, {"criticality", 'c'}}},
    {.name = "ci_relation", .columns = {{"from", 't'}, {"to", 't'}, {"type", 't'}, {"strength", 'r'}}},
};

#define KINDS (sizeof kinds / sizeof *kinds)

static sqlite3_stmt *insert_value, *insert_address, *insert_edge;

static void prepare_kind(struct kind *k)
{
    char sql[1024];
    size_t n = (size_t)snprintf(sql, sizeof sql, "INSERT INTO %s (key, seq, hash, active", k->name);

    for (const struct column *c = k->columns; c->name; c++)
        n += (size_t)snprintf(sql + n, sizeof sql - n, ", \"%s\"", c->name);
    n += (size_t)snprintf(sql + n, sizeof sql - n, ") VALUES (?, 1, zeroblob(32), 1");
    for (const struct column *c = k->columns; c->name; c++)
        n += (size_t)snprintf(sql + n, sizeof sql - n, ", ?");
    snprintf(sql + n, sizeof sql - n, ")");
    k->insert = prepare(sql);
}

static void prepare_records(void)
{
    for (size_t i = 0; i < KINDS; i++)
        prepare_kind(&kinds[i]);
    insert_value = prepare("INSERT INTO event_value (event_id, pointer, salt, value)"
                           " VALUES (?1, ?2, zeroblob(16), ?3)");
    insert_address = prepare("INSERT INTO address (address, kind, person) VALUES (?1, 'contact', ?2)");
    insert_edge = prepare("INSERT INTO ci_edge (dependent, cause, relation) VALUES (?1, ?2, ?3)");
}

static struct kind *kind_of(const struct record *r)
{
    struct text name = get(r, "kind");

    for (size_t i = 0; i < KINDS; i++)
        if (is(name, kinds[i].name))
            return &kinds[i];
    die("a kind that is not known here");
}

/* What an event says is put together here. */
static char body[8192];
static size_t body_length;

static void add(const void *text, size_t n)
{
    if (n > sizeof body - body_length)
        die("a record too long");
    memcpy(body + body_length, text, n);
    body_length += n;
}

static void add_text(const char *text)
{
    add(text, strlen(text));
}

/* The value as it stands in the line, with its quotes. */
static struct text whole(struct text t)
{
    return t.quoted ? (struct text){t.data - 1, t.length + 2, false} : t;
}

static void add_member(const char *name, struct text value)
{
    add_text(",\"");
    add_text(name);
    add_text("\":");
    add(value.data, (size_t)value.length);
}

/* As long as crm-put's: its members are in the same words. */
static int64_t add_created(const struct kind *k, const struct record *r, struct text key)
{
    static const char digest[] =
        "{\"sha256\":\"0000000000000000000000000000000000000000000000000000000000000000\"}";
    static const struct text masked = {(const unsigned char *)digest, sizeof digest - 1, false};
    char subject[256];

    snprintf(subject, sizeof subject, "%s/%.*s", k->name, key.length, (const char *)key.data);
    body_length = 0;
    add_text("{\"subject\":\"");
    add_text(subject);
    add_text("\",\"seq\":1,\"at\":\"2026-01-01T00:00:00.000000Z\",\"recorded_at\":"
             "\"2026-01-01T00:00:00.000000Z\",\"actor\":\"least\",\"uid\":0,\"tool\":\"least\","
             "\"type\":\"record.created\",\"data\":{\"record\":{\"key\":\"");
    add(key.data, (size_t)key.length);
    add_text("\"");
    for (const struct column *c = k->columns; c->name; c++) {
        struct text value = get(r, c->name);
        if (value.data)
            add_member(c->name, c->type == 'p' ? masked : whole(value));
    }
    add_text(",\"active\":true}}}");
    return add_event(subject, 1, "record.created",
                     (struct text){(const unsigned char *)body, (int)body_length, false});
}

static void add_values(const struct kind *k, const struct record *r, int64_t event)
{
    for (const struct column *c = k->columns; c->name; c++) {
        struct text value = get(r, c->name);
        char pointer[64];
        if (c->type != 'p' || !value.data)
            continue;
        snprintf(pointer, sizeof pointer, "/data/record/%s", c->name);
        sqlite3_bind_int64(insert_value, 1, event);
        sqlite3_bind_text(insert_value, 2, pointer, -1, SQLITE_STATIC);
        bind(insert_value, 3, whole(value));
        step(insert_value);
    }
}

/* "2026-01-01T00:00:00Z" in microseconds */
static int64_t moment(struct text t)
{
    struct tm tm = {0};

    if (!strptime((const char *)t.data, "%Y-%m-%dT%H:%M:%SZ", &tm))
        die("a moment that is none");
    return timegm(&tm) * INT64_C(1000000);
}

static int rank(struct text t)
{
    static const char *const names[] = {"critical", "high", "medium", "low"};

    for (int i = 0; i < 4; i++)
        if (is(t, names[i]))
            return i + 1;
    return 0;
}

static void bind_column(sqlite3_stmt *s, int i, const struct column *c, struct text value)
{
    if (c->type == 'b')
        sqlite3_bind_int(s, i, is(value, "true"));
    else if (c->type == 'c')
        sqlite3_bind_int(s, i, rank(value));
    else if (c->type == 'm' && value.data)
        sqlite3_bind_int64(s, i, moment(value));
    else if (c->type == 'i' && value.data)
        sqlite3_bind_int64(s, i, strtoll((const char *)value.data, NULL, 10));
    else if (c->type == 'r' && value.data)
        sqlite3_bind_double(s, i, strtod((const char *)value.data, NULL));
    else
        bind(s, i, value);
}

static void insert_row(const struct kind *k, const struct record *r, struct text key)
{
    int i = 1;

    bind(k->insert, i++, key);
    for (const struct column *c = k->columns; c->name; c++)
        bind_column(k->insert, i++, c, get(r, c->name));
    step(k->insert);
}

static void add_address(struct text address, struct text key)
{
    if (!address.data)
        return;
    bind(insert_address, 1, address);
    bind(insert_address, 2, key);
    step(insert_address);
}

static void add_edge(struct text dependent, struct text cause, struct text key)
{
    bind(insert_edge, 1, dependent);
    bind(insert_edge, 2, cause);
    bind(insert_edge, 3, key);
    step(insert_edge);
}

/* Of the other types nothing follows. */
static void add_edges(const struct record *r, struct text key)
{
    static const char *const spreading[] = {"depends_on", "runs_on", "hosted_on", "member_of",
                                            "connected_to"};
    struct text from = get(r, "from"), to = get(r, "to"), type = get(r, "type");

    for (size_t i = 0; i < sizeof spreading / sizeof *spreading; i++)
        if (is(type, spreading[i]))
            add_edge(from, to, key);
    if (is(type, "connected_to"))
        add_edge(to, from, key);
}

/* A relation is known by what it relates. */
static struct text key_of(const struct record *r)
{
    static char made[256];
    struct text key = get(r, "key"), from = get(r, "from"), type = get(r, "type"), to = get(r, "to");
    int n;

    if (key.data)
        return key;
    n = snprintf(made, sizeof made, "%.*s/%.*s/%.*s", from.length, (const char *)from.data, type.length,
                 (const char *)type.data, to.length, (const char *)to.data);
    return (struct text){(const unsigned char *)made, n, false};
}

static void do_record(struct record *r)
{
    struct kind *k = kind_of(r);
    struct text key = key_of(r);
    int64_t event = add_created(k, r, key);

    add_values(k, r, event);
    insert_row(k, r, key);
    if (strcmp(k->name, "contact") == 0) {
        add_address(get(r, "email"), key);
        add_address(get(r, "phone"), key);
    } else if (strcmp(k->name, "ci_relation") == 0) {
        add_edges(r, key);
    }
}

static void print_record(const struct record *r)
{
    fwrite(r->line, 1, r->length, stdout);
    putchar('\n');
}

const struct job record_jobs[] = {
    {"records", prepare_records, do_record, print_record},
    {NULL, NULL, NULL, NULL},
};
