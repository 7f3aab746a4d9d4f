/*
 * The least work that the pipe's jobs can be done with, by hand, for `make bench` to measure against: it
 * parses (yajl), inserts the row and its journal row into a store made by store-init (the same schema, the
 * same indexes), commits a batch of 1,000 and prints. It checks nothing, decides nothing, hashes nothing. Its
 * pragmas are the store driver's.
 *
 *   least new|enrich|route|dispatch STORE < records   one stage, records on stdin, records on stdout
 *   least one STORE                                   one case, opened, inserted and committed
 *
 *   new: the case, its long text, 1 event.  enrich: its context, 1 event.  route: an update, 1 event.
 *   dispatch: a task, an update, 2 events.
 */
#include <sqlite3.h>
#include <yajl/yajl_parse.h>

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define BATCH   1000
#define MEMBERS 64

struct text {
    const unsigned char *data;
    int length;
};

struct record {
    char *line;
    size_t length;
    int64_t id;
    struct text names[MEMBERS], values[MEMBERS];
    int count, depth;
};

static sqlite3 *db;

static void die(const char *what)
{
    fprintf(stderr, "least: %s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

static sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *s = NULL;

    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) != SQLITE_OK)
        die(sql);
    return s;
}

static void step(sqlite3_stmt *s)
{
    if (sqlite3_step(s) != SQLITE_DONE)
        die(sqlite3_sql(s));
    sqlite3_reset(s);
}

static void run(const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(sql);
}

static int on_key(void *context, const unsigned char *text, size_t n)
{
    struct record *r = context;

    if (r->depth == 1 && r->count < MEMBERS)
        r->names[r->count] = (struct text){text, (int)n};
    return 1;
}

static int on_value(void *context, const unsigned char *text, size_t n)
{
    struct record *r = context;

    if (r->depth == 1 && r->count < MEMBERS)
        r->values[r->count++] = (struct text){text, (int)n};
    return 1;
}

static int on_number(void *context, const char *text, size_t n)
{
    return on_value(context, (const unsigned char *)text, n);
}

static int on_begin(void *context)
{
    ((struct record *)context)->depth++;
    return 1;
}

static int on_end(void *context)
{
    ((struct record *)context)->depth--;
    return 1;
}

static int on_bool(void *context, int value)
{
    return on_value(context, (const unsigned char *)(value ? "true" : "false"), value ? 4 : 5);
}

/* Values without escapes point into the line; the samples have none in what is looked up. */
static void parse(struct record *r)
{
    static const yajl_callbacks callbacks = {NULL,     on_bool, NULL,   NULL,     on_number, on_value,
                                             on_begin, on_key,  on_end, on_begin, on_end};
    yajl_handle handle = yajl_alloc(&callbacks, NULL, r);

    r->count = r->depth = 0;
    if (yajl_parse(handle, (const unsigned char *)r->line, r->length) != yajl_status_ok ||
        yajl_complete_parse(handle) != yajl_status_ok) {
        fprintf(stderr, "least: not JSON\n");
        exit(1);
    }
    yajl_free(handle);
}

static struct text get(const struct record *r, const char *name)
{
    int n = (int)strlen(name);

    for (int i = 0; i < r->count; i++)
        if (r->names[i].length == n && memcmp(r->names[i].data, name, (size_t)n) == 0)
            return r->values[i];
    return (struct text){NULL, 0};
}

static void bind(sqlite3_stmt *s, int i, struct text t)
{
    if (t.data)
        sqlite3_bind_text(s, i, (const char *)t.data, t.length, SQLITE_STATIC);
    else
        sqlite3_bind_null(s, i);
}

static int64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static sqlite3_stmt *insert_case, *insert_text, *insert_event, *insert_context, *insert_task, *find, *enrich,
    *route, *dispatch;

static void prepare_all(void)
{
    insert_case =
        prepare("INSERT INTO cases (id, number, seq, hash, arrival, active, case_type, source, external_id,"
                " channel, short_description, account, contact, category, subcategory, impact, urgency,"
                " priority, state, progress, size, opened_at, created_at, updated_at)"
                " VALUES (?1, ?2, 1, zeroblob(32), zeroblob(32), 1, 'general', ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                " ?10, ?11, ?12, ?13, 'new', 'captured', 0, ?14, ?14, ?14)");
    insert_text = prepare("INSERT INTO case_text (case_id, description) VALUES (?1, ?2)");
    insert_event = prepare("INSERT INTO event (subject, seq, type, at, actor, config, hash, body)"
                           " VALUES (?1, ?2, ?3, ?4, 'least', NULL, zeroblob(32), ?5)");
    insert_context =
        prepare("INSERT INTO case_context (case_id, context, version, at) VALUES (?1, ?2, 1, ?3)");
    insert_task = prepare("INSERT INTO task (case_id, name, iteration, element, position, type, state, open,"
                          " assignment_group, priority, queue_at, ready_at, attempts)"
                          " VALUES (?1, 'handle', 1, 0, 0, 'manual', 'ready', 1, 'triage', 4, ?2, ?2, 0)");
    find = prepare("SELECT id FROM cases WHERE number = ?1");
    enrich = prepare("UPDATE cases SET progress = 'enriched', seq = 2, hash = zeroblob(32), updated_at = ?2"
                     " WHERE id = ?1");
    route = prepare(
        "UPDATE cases SET progress = 'routed', state = 'open', priority = 3, assignment_group = 'triage',"
        " seq = 3, hash = zeroblob(32), updated_at = ?2 WHERE id = ?1");
    dispatch =
        prepare("UPDATE cases SET progress = 'dispatched', workflow = 'general', config = 'none', seq = 5,"
                " hash = zeroblob(32), updated_at = ?2 WHERE id = ?1");
}

static void add_event(const char *number, int64_t seq, const char *type, struct text body)
{
    sqlite3_bind_text(insert_event, 1, number, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert_event, 2, seq);
    sqlite3_bind_text(insert_event, 3, type, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert_event, 4, now());
    bind(insert_event, 5, body);
    step(insert_event);
}

static const char sample[] =
    "{\"account\":{\"key\":\"ACC00001\",\"tier\":\"gold\"},\"verified\":false,\"entitled\":false,"
    "\"history\":{\"account\":{\"active\":3,\"recent\":2}}}";

static void do_new(struct record *r)
{
    char number[32];
    static const char *const texts[] = {"source",  "external_id", "channel",  "short_description",
                                        "account", "contact",     "category", "subcategory"};
    struct text description = get(r, "description");

    snprintf(number, sizeof number, "CS%07lld", (long long)r->id);
    sqlite3_bind_int64(insert_case, 1, r->id);
    sqlite3_bind_text(insert_case, 2, number, -1, SQLITE_STATIC);
    for (int i = 0; i < 8; i++)
        bind(insert_case, i + 3, get(r, texts[i]));
    sqlite3_bind_int(insert_case, 11, get(r, "impact").data[0] - '0');
    sqlite3_bind_int(insert_case, 12, get(r, "urgency").data[0] - '0');
    sqlite3_bind_int(insert_case, 13, 3);
    sqlite3_bind_int64(insert_case, 14, now());
    step(insert_case);
    if (description.data) {
        sqlite3_bind_int64(insert_text, 1, r->id);
        bind(insert_text, 2, description);
        step(insert_text);
    }
    add_event(number, 1, "case.created", (struct text){(unsigned char *)r->line, (int)r->length});
}

static void update(sqlite3_stmt *s, int64_t id)
{
    sqlite3_bind_int64(s, 1, id);
    sqlite3_bind_int64(s, 2, now());
    step(s);
}

static void do_stage(struct record *r, char stage)
{
    struct text number = get(r, "number"), body = {(const unsigned char *)sample, sizeof sample - 1};
    char text[32];

    snprintf(text, sizeof text, "%.*s", number.length, (const char *)number.data);
    bind(find, 1, number);
    if (sqlite3_step(find) != SQLITE_ROW)
        die("no such case");
    r->id = sqlite3_column_int64(find, 0);
    sqlite3_reset(find);
    if (stage == 'e') {
        sqlite3_bind_int64(insert_context, 1, r->id);
        bind(insert_context, 2, body);
        sqlite3_bind_int64(insert_context, 3, now());
        step(insert_context);
        add_event(text, 2, "case.enriched", body);
        update(enrich, r->id);
    } else if (stage == 'r') {
        add_event(text, 3, "case.routed", body);
        update(route, r->id);
    } else {
        sqlite3_bind_int64(insert_task, 1, r->id);
        sqlite3_bind_int64(insert_task, 2, now());
        step(insert_task);
        add_event(text, 4, "workflow.started", body);
        add_event(text, 5, "task.created", body);
        update(dispatch, r->id);
    }
}

static void print(const struct record *r, char stage)
{
    if (stage == 'n')
        printf("{\"number\":\"CS%07lld\",", (long long)r->id);
    else if (stage == 'e')
        printf("{\"context\":%s,", sample);
    else
        putchar('{');
    fwrite(r->line + 1, 1, r->length - 1, stdout);
    putchar('\n');
}

static void stream(char stage)
{
    static struct record batch[BATCH];
    static char input[1 << 18];
    size_t capacity[BATCH] = {0};
    int64_t next = 1001;
    sqlite3_stmt *last = prepare("SELECT max(id) FROM cases");

    setvbuf(stdin, input, _IOFBF, sizeof input);
    if (stage == 'n' && sqlite3_step(last) == SQLITE_ROW && sqlite3_column_int64(last, 0) > 0)
        next = sqlite3_column_int64(last, 0) + 1;
    sqlite3_finalize(last);
    for (bool end = false; !end;) {
        int count = 0;
        for (; count < BATCH; count++) {
            ssize_t n = getline(&batch[count].line, &capacity[count], stdin);
            if (n <= 0) {
                end = true;
                break;
            }
            batch[count].length = (size_t)n - (batch[count].line[n - 1] == '\n');
            parse(&batch[count]);
        }
        if (count == 0)
            break;
        run("BEGIN IMMEDIATE");
        for (int i = 0; i < count; i++) {
            if (stage == 'n') {
                batch[i].id = next++;
                do_new(&batch[i]);
            } else {
                do_stage(&batch[i], stage);
            }
        }
        run("COMMIT");
        for (int i = 0; i < count; i++)
            print(&batch[i], stage);
        fflush(stdout);
    }
    for (int i = 0; i < BATCH; i++)
        free(batch[i].line);
}

static void one(void)
{
    static char line[] =
        "{\"source\":\"bench\",\"channel\":\"web\",\"short_description\":\"line down since nine\","
        "\"impact\":1,\"urgency\":2}";
    struct record r = {.line = line, .length = sizeof line - 1, .id = 1001};
    sqlite3_stmt *last;

    run("BEGIN IMMEDIATE");
    last = prepare("SELECT max(id) FROM cases");
    if (sqlite3_step(last) == SQLITE_ROW && sqlite3_column_int64(last, 0) > 0)
        r.id = sqlite3_column_int64(last, 0) + 1;
    sqlite3_finalize(last);
    parse(&r);
    do_new(&r);
    run("COMMIT");
    print(&r, 'n');
}

int main(int argc, char **argv)
{
    sqlite3_stmt **all[] = {&insert_case, &insert_text, &insert_event, &insert_context, &insert_task,
                            &find,        &enrich,      &route,        &dispatch};

    if (argc != 3) {
        fprintf(stderr, "usage: least new|enrich|route|dispatch|one STORE\n");
        return 64;
    }
    if (sqlite3_open_v2(argv[2], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        die(argv[2]);
    sqlite3_busy_timeout(db, 60000);
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL");
    run("PRAGMA cache_size = -16384");
    run("PRAGMA wal_autocheckpoint = 4000");
    prepare_all();
    if (strcmp(argv[1], "one") == 0)
        one();
    else
        stream(argv[1][0]);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        sqlite3_finalize(*all[i]);
    sqlite3_close(db);
    return 0;
}
