#include "act/check.h"

#include <inttypes.h>
#include <stdarg.h>

#include "act/check_internal.h"
#include "act/event_read.h"
#include "model/event.h"
#include "store/check_table.h"
#include "store/journal_table.h"

#define CHECK_PAGE  256
#define CHECK_SLICE 4096 /* events in one read transaction, more only when one subject has more */

void check_note(struct check *k, const char *code, const char *subject, int64_t seq, const char *format, ...)
{
    struct check_note *note = ARENA_NEW(&k->notes, struct check_note);
    char text[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!note)
        return;
    note->code = code;
    note->subject = arena_strdup(&k->notes, subject);
    note->seq = seq;
    note->message = arena_strdup(&k->notes, text);
    *k->last = note;
    k->last = &note->next;
}

/* Tells what was queued. No read transaction is open. */
static int tell(struct check *k, struct error *err)
{
    if (arena_failed(&k->notes))
        return error_no_memory(err);
    for (const struct check_note *n = k->first; n; n = n->next, k->count++)
        k->finding(k->context, n->code, n->subject, n->seq, n->message);
    k->first = NULL;
    k->last = &k->first;
    arena_clear(&k->notes);
    return 0;
}

static void note_fault(void *context, const char *code, int64_t seq, const char *message)
{
    struct check *k = context;

    check_note(k, code, buf_text(&k->subject), seq, "%s", message);
}

static bool same_text(const char *column, const char *member)
{
    return column && member ? strcmp(column, member) == 0 : column == member;
}

/* The columns beside an event's bytes say what the bytes say. shift: by how much the numbers differed before.
 */
static void check_columns(struct check *k, const struct event *e, const json_t *tree, int64_t shift)
{
    const char *at = json_string_value(json_object_get(tree, "at"));
    const struct {
        const char *name, *column;
    } texts[] = {{"subject", e->subject}, {"type", e->type}, {"actor", e->actor}, {"config", e->config}};
    usec moment;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *member = json_string_value(json_object_get(tree, texts[i].name));
        if (!same_text(texts[i].column, member))
            check_note(k, "columns", e->subject, e->seq, "column %s has %s, the event has %s", texts[i].name,
                       texts[i].column ? texts[i].column : "nothing", member ? member : "nothing");
    }
    if (!at || time_parse(at, strlen(at), &moment) != 0 || moment != e->at)
        check_note(k, "columns", e->subject, e->seq, "column at is not the moment of the event, %s",
                   at ? at : "which has none");
    if (k->walk.shift != shift) /* told once where the numbers part */
        check_note(k, "columns", e->subject, e->seq, "column seq is not that of the event, %" PRId64,
                   e->seq + k->walk.shift);
}

/* Is the value the one that the event has a digest of? */
static bool check_value(struct check *k, const struct event *e, json_t *tree, const struct event_value *v)
{
    struct digest digest = digest_pair(v->salt, SALT_SIZE, v->value, strlen(v->value));
    json_t *container = NULL, *node = NULL;
    size_t index = 0;
    char name[256], hex[DIGEST_HEX];

    digest_hex(&digest, hex);
    if (pointer_find(tree, v->pointer, &container, name, &index))
        node = json_is_array(container) ? json_array_get(container, index) : json_object_get(container, name);
    if (!replay_is_digest(node)) {
        check_note(k, "value", e->subject, e->seq, "a value is kept for %s, where the event has no digest",
                   v->pointer);
        return false;
    }
    if (strcmp(json_string_value(json_object_get(node, "sha256")), hex) == 0)
        return true;
    check_note(k, "value", e->subject, e->seq, "the value kept for %s is not the one of the digest",
               v->pointer);
    return false;
}

/* Personal values: each matches its digest, and is put back; one that is not there was erased, and is nothing
 * to tell. */
static int check_values(struct check *k, const struct event *e, json_t *tree, struct error *err)
{
    struct event_value *values = NULL;
    size_t count = 0, good = 0;
    int rc = event_values(k->ctx->db, e->id, &k->page, &values, &count, err);

    for (size_t i = 0; rc == 0 && i < count; i++)
        if (check_value(k, e, tree, &values[i]))
            values[good++] = values[i];
    return rc == 0 ? event_put_back(tree, values, good, err) : rc;
}

/* Could it be the number of an event? Differences of such numbers do not overflow. */
static bool is_number(int64_t seq)
{
    return seq > -(INT64_MAX / 4) && seq < INT64_MAX / 4;
}

/* The number that an event's bytes give it; the column's when they give none. */
static int64_t number_of(const struct event *e, const json_t *tree)
{
    const json_t *seq = json_object_get(tree, "seq");

    return json_is_integer(seq) && is_number(json_integer_value(seq)) && is_number(e->seq)
               ? json_integer_value(seq)
               : e->seq;
}

static int check_event(struct check *k, const struct event *e, struct error *err)
{
    json_t *tree = json_loadb(e->body, e->body_length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    int64_t shift = k->walk.shift;
    int rc = 0;

    chain_walk_event(&k->walk, e, number_of(e, tree));
    if (!json_is_object(tree)) {
        check_note(k, "syntax", e->subject, e->seq, "the event is no JSON object");
        goto out;
    }
    check_columns(k, e, tree, shift);
    rc = check_values(k, e, tree, err);
    if (rc == 0)
        rc = replay_fold(&k->replay, tree, err);
out:
    json_decref(tree);
    return rc;
}

static int begin_subject(struct check *k, const char *subject, struct error *err)
{
    buf_clear(&k->subject);
    buf_add_text(&k->subject, subject);
    chain_walk_init(&k->walk, note_fault, k);
    k->open = true;
    return buf_failed(&k->subject) ? error_no_memory(err) : replay_init(&k->replay, err);
}

static int end_subject(struct check *k, struct error *err)
{
    int rc = 0;

    if (k->open) {
        chain_walk_end(&k->walk);
        arena_clear(&k->rows);
        rc = check_owner(k, err);
    }
    replay_release(&k->replay);
    k->open = false;
    return rc;
}

/* One event in the order of subjects. *full: it begins another subject, and enough has been read. */
static int next_event(struct check *k, const struct event *e, size_t read, bool *full, struct error *err)
{
    bool same = k->open && strcmp(e->subject, buf_text(&k->subject)) == 0;
    int rc;

    if (!same) {
        *full = k->open && read >= CHECK_SLICE;
        rc = end_subject(k, err);
        if (rc != 0 || *full)
            return rc;
        rc = begin_subject(k, e->subject, err);
        if (rc != 0)
            return rc;
    }
    return check_event(k, e, err);
}

/* Whole subjects behind the one at hand, in one read transaction. A chain that has grown meanwhile is behind
 * us: the next slice begins after the subject, whatever its last number is now. */
static int check_slice(struct check *k, bool *end, struct error *err)
{
    int64_t after_seq = INT64_MAX;
    size_t read = 0;
    bool full = false;
    int rc = db_begin_read(k->ctx->db, err), n = CHECK_PAGE;

    if (rc != 0)
        return rc;
    while (rc == 0 && n == CHECK_PAGE && !full) {
        struct event list[CHECK_PAGE];
        arena_clear(&k->page);
        n = check_events(k->ctx->db, buf_text(&k->subject), after_seq, &k->page, list, CHECK_PAGE, err);
        rc = n < 0 ? n : 0;
        for (int i = 0; rc == 0 && !full && i < n; i++, read++)
            rc = next_event(k, &list[i], read, &full, err);
        after_seq = k->walk.seq;
    }
    *end = !full;
    if (rc == 0 && !full)
        rc = end_subject(k, err);
    db_end_read(k->ctx->db);
    return rc;
}

static int check_chains(struct check *k, struct error *err)
{
    bool end = false;
    int rc = 0;

    while (rc == 0 && !end) {
        rc = check_slice(k, &end, err);
        if (rc == 0)
            rc = tell(k, err);
    }
    return rc;
}

static void note_integrity(void *context, const char *text)
{
    check_note(context, "integrity", "", 0, "%s", text);
}

/* "SUBJECT: what is wrong with it". */
static void note_orphan(struct check *k, const char *sentence)
{
    const char *colon = strstr(sentence, ": ");
    const char *subject = colon ? arena_strndup(&k->rows, sentence, (size_t)(colon - sentence)) : NULL;

    if (subject)
        check_note(k, "orphan", subject, 0, "%s", colon + 2);
    else
        check_note(k, "orphan", "", 0, "%s", sentence);
}

static void note_counter(struct check *k, const struct counter_finding *f)
{
    if (strcmp(f->kind, "agent") == 0)
        check_note(k, "counter", f->key, 0,
                   "the load of the agent is %" PRId64 ", the active cases add up to %" PRId64, f->kept,
                   f->counted);
    else
        check_note(k, "counter", f->key, 0,
                   "the reserved units of the %s are %" PRId64 ", its cases add up to %" PRId64, f->kind,
                   f->kept, f->counted);
}

/* Counters, and what belongs to nothing. */
static int check_rest(struct check *k, struct error *err)
{
    struct counter_finding *counters = NULL;
    const char **orphans = NULL;
    size_t count = 0;
    int rc;

    arena_clear(&k->rows);
    rc = check_counters(k->ctx->db, &k->rows, &counters, &count, err);
    for (size_t i = 0; rc == 0 && i < count; i++)
        note_counter(k, &counters[i]);
    if (rc == 0)
        rc = check_orphans(k->ctx->db, &k->rows, &orphans, &count, err);
    for (size_t i = 0; rc == 0 && i < count; i++)
        note_orphan(k, orphans[i]);
    return rc == 0 ? tell(k, err) : rc;
}

int check_store(struct context *ctx, check_finding *finding, void *context, size_t *count, struct error *err)
{
    struct check k = {.ctx = ctx, .finding = finding, .context = context};
    int rc;

    k.last = &k.first;
    rc = db_integrity(ctx->db, note_integrity, &k, err);
    rc = rc < 0 ? rc : tell(&k, err);
    if (rc == 0)
        rc = check_chains(&k, err);
    if (rc == 0)
        rc = check_rest(&k, err);
    *count = k.count;
    replay_release(&k.replay);
    buf_release(&k.subject);
    arena_release(&k.notes);
    arena_release(&k.rows);
    arena_release(&k.page);
    return rc;
}
