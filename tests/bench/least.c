/*
 * What the least programs share, see least.h.
 *
 *   least new|enrich|route|dispatch STORE < records   one stage of the pipe, records on stdout
 *   least one STORE                                   one case, opened, inserted and committed
 *   least records STORE < records                     customer records, see least_records.c
 */
#include "least.h"

#include <yajl/yajl_parse.h>

#include <time.h>

#define BATCH      1000
#define STATEMENTS 32

static sqlite3 *db;
static sqlite3_stmt *statements[STATEMENTS], *insert_event;
static int statement_count;

void die(const char *what)
{
    fprintf(stderr, "least: %s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}

sqlite3_stmt *prepare(const char *sql)
{
    sqlite3_stmt *s = NULL;

    if (statement_count == STATEMENTS ||
        sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL) != SQLITE_OK)
        die(sql);
    return statements[statement_count++] = s;
}

void step(sqlite3_stmt *s)
{
    if (sqlite3_step(s) != SQLITE_DONE)
        die(sqlite3_sql(s));
    sqlite3_reset(s);
}

void run(const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(sql);
}

static int on_key(void *context, const unsigned char *text, size_t n)
{
    struct record *r = context;

    if (r->depth == 1 && r->count < MEMBERS)
        r->names[r->count] = (struct text){text, (int)n, true};
    return 1;
}

static int on_value(struct record *r, const void *text, size_t n, bool quoted)
{
    if (r->depth == 1 && r->count < MEMBERS)
        r->values[r->count++] = (struct text){text, (int)n, quoted};
    return 1;
}

static int on_string(void *context, const unsigned char *text, size_t n)
{
    return on_value(context, text, n, true);
}

static int on_number(void *context, const char *text, size_t n)
{
    return on_value(context, text, n, false);
}

static int on_bool(void *context, int value)
{
    return on_value(context, value ? "true" : "false", value ? 4 : 5, false);
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

/* Values without escapes point into the line; the samples have none in what is looked up. */
void parse(struct record *r)
{
    static const yajl_callbacks callbacks = {NULL,     on_bool, NULL,   NULL,     on_number, on_string,
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

bool is(struct text t, const char *word)
{
    return t.data && (size_t)t.length == strlen(word) && memcmp(t.data, word, (size_t)t.length) == 0;
}

struct text get(const struct record *r, const char *name)
{
    for (int i = 0; i < r->count; i++)
        if (is(r->names[i], name))
            return r->values[i];
    return (struct text){0};
}

void bind(sqlite3_stmt *s, int i, struct text t)
{
    if (t.data)
        sqlite3_bind_text(s, i, (const char *)t.data, t.length, SQLITE_STATIC);
    else
        sqlite3_bind_null(s, i);
}

int64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

int64_t add_event(const char *subject, int64_t seq, const char *type, struct text body)
{
    sqlite3_bind_text(insert_event, 1, subject, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert_event, 2, seq);
    sqlite3_bind_text(insert_event, 3, type, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert_event, 4, now());
    bind(insert_event, 5, body);
    step(insert_event);
    return sqlite3_last_insert_rowid(db);
}

static int fill(struct record *batch, size_t *capacity)
{
    int count = 0;

    for (; count < BATCH; count++) {
        ssize_t n = getline(&batch[count].line, &capacity[count], stdin);
        if (n <= 0)
            break;
        batch[count].length = (size_t)n - (batch[count].line[n - 1] == '\n');
        parse(&batch[count]);
    }
    return count;
}

static void stream(const struct job *job)
{
    static struct record batch[BATCH];
    static size_t capacity[BATCH];
    static char input[1 << 18];
    int count;

    setvbuf(stdin, input, _IOFBF, sizeof input);
    while ((count = fill(batch, capacity)) > 0) {
        run("BEGIN IMMEDIATE");
        for (int i = 0; i < count; i++)
            job->work(&batch[i]);
        run("COMMIT");
        for (int i = 0; i < count; i++)
            job->print(&batch[i]);
        fflush(stdout);
    }
    for (int i = 0; i < BATCH; i++)
        free(batch[i].line);
}

static void open_store(const char *path)
{
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        die(path);
    sqlite3_busy_timeout(db, 60000);
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL");
    run("PRAGMA cache_size = -24576");
    run("PRAGMA wal_autocheckpoint = 4000");
    insert_event = prepare("INSERT INTO event (subject, seq, type, at, actor, config, hash, body)"
                           " VALUES (?1, ?2, ?3, ?4, 'least', NULL, zeroblob(32), ?5)");
}

static const struct job *job_find(const struct job *jobs, const char *name)
{
    while (jobs->name && strcmp(jobs->name, name) != 0)
        jobs++;
    return jobs->name ? jobs : NULL;
}

int main(int argc, char **argv)
{
    bool one = argc == 3 && strcmp(argv[1], "one") == 0;
    const struct job *job = argc == 3 ? job_find(case_jobs, one ? "new" : argv[1]) : NULL;

    if (argc == 3 && !job)
        job = job_find(record_jobs, argv[1]);
    if (!job) {
        fprintf(stderr, "usage: least new|enrich|route|dispatch|one|records STORE\n");
        return 64;
    }
    open_store(argv[2]);
    if (one) {
        one_case();
    } else {
        job->prepare();
        stream(job);
    }
    for (int i = 0; i < statement_count; i++)
        sqlite3_finalize(statements[i]);
    sqlite3_close(db);
    return 0;
}
