/*
 * The stages of the pipe with the least work.
 *
 *   new: the case, its long text, 1 event.  enrich: its context, 1 event.  route: an update, 1 event.
 *   dispatch: a task, an update, 2 events.
 */
#include "least.h"

static sqlite3_stmt *insert_case, *insert_text, *insert_context, *insert_task, *find, *enrich, *route,
    *dispatch;
static int64_t next_id;

static void prepare_all(void)
{
    insert_case =
        prepare("INSERT INTO cases (id, number, seq, hash, arrival, active, case_type, source, external_id,"
                " channel, short_description, account, contact, category, subcategory, impact, urgency,"
                " priority, state, progress, size, major, opened_at, created_at, updated_at)"
                " VALUES (?1, ?2, 1, zeroblob(32), zeroblob(32), 1, 'general', ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                " ?10, ?11, ?12, ?13, 'new', 'captured', 0, 0, ?14, ?14, ?14)");
    insert_text = prepare("INSERT INTO case_text (case_id, description) VALUES (?1, ?2)");
    insert_context = prepare("INSERT INTO case_context (case_id, context) VALUES (?1, ?2)");
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

static void prepare_new(void)
{
    sqlite3_stmt *last = prepare("SELECT max(id) FROM cases");

    prepare_all();
    next_id = 1001;
    if (sqlite3_step(last) == SQLITE_ROW && sqlite3_column_int64(last, 0) > 0)
        next_id = sqlite3_column_int64(last, 0) + 1;
    sqlite3_reset(last);
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

    r->id = next_id++;
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
    add_event(number, 1, "case.created", (struct text){(unsigned char *)r->line, (int)r->length, false});
}

static void update(sqlite3_stmt *s, int64_t id)
{
    sqlite3_bind_int64(s, 1, id);
    sqlite3_bind_int64(s, 2, now());
    step(s);
}

/* Finds the case that the record names; its number as text. */
static void find_case(struct record *r, char number[32])
{
    struct text t = get(r, "number");

    snprintf(number, 32, "%.*s", t.length, (const char *)t.data);
    bind(find, 1, t);
    if (sqlite3_step(find) != SQLITE_ROW)
        die("no such case");
    r->id = sqlite3_column_int64(find, 0);
    sqlite3_reset(find);
}

static const struct text context = {(const unsigned char *)sample, sizeof sample - 1, false};

static void do_enrich(struct record *r)
{
    char number[32];

    find_case(r, number);
    sqlite3_bind_int64(insert_context, 1, r->id);
    bind(insert_context, 2, context);
    step(insert_context);
    add_event(number, 2, "case.enriched", context);
    update(enrich, r->id);
}

static void do_route(struct record *r)
{
    char number[32];

    find_case(r, number);
    add_event(number, 3, "case.routed", context);
    update(route, r->id);
}

static void do_dispatch(struct record *r)
{
    char number[32];

    find_case(r, number);
    sqlite3_bind_int64(insert_task, 1, r->id);
    sqlite3_bind_int64(insert_task, 2, now());
    step(insert_task);
    add_event(number, 4, "workflow.started", context);
    add_event(number, 5, "task.created", context);
    update(dispatch, r->id);
}

static void print_line(const struct record *r)
{
    fwrite(r->line + 1, 1, r->length - 1, stdout);
    putchar('\n');
}

static void print_new(const struct record *r)
{
    printf("{\"number\":\"CS%07lld\",", (long long)r->id);
    print_line(r);
}

static void print_enriched(const struct record *r)
{
    printf("{\"context\":%s,", sample);
    print_line(r);
}

static void print_again(const struct record *r)
{
    putchar('{');
    print_line(r);
}

const struct job case_jobs[] = {
    {"new", prepare_new, do_new, print_new},
    {"enrich", prepare_all, do_enrich, print_enriched},
    {"route", prepare_all, do_route, print_again},
    {"dispatch", prepare_all, do_dispatch, print_again},
    {NULL, NULL, NULL, NULL},
};

void one_case(void)
{
    static char line[] =
        "{\"source\":\"bench\",\"channel\":\"web\",\"short_description\":\"line down since nine\","
        "\"impact\":1,\"urgency\":2}";
    struct record r = {.line = line, .length = sizeof line - 1};

    run("BEGIN IMMEDIATE");
    prepare_new();
    parse(&r);
    do_new(&r);
    run("COMMIT");
    print_new(&r);
}
