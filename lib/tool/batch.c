#include "tool/internal.h"

struct item *batch_add(struct batch *b)
{
    struct item *item = &b->items[b->count++];

    memset(item, 0, sizeof *item);
    return item;
}

bool batch_full(const struct batch *b)
{
    return b->count == BATCH_RECORDS || b->bytes >= BATCH_BYTES;
}

static void batch_clear(struct batch *b)
{
    b->count = 0;
    b->bytes = 0;
    arena_clear(&b->arena);
}

/* What the tool found out lies in the record's arena, which does not live as long as the reject. */
static void keep_names(struct batch *b, struct record *record)
{
    record->number = arena_strdup(&b->arena, record->number);
    record->source = arena_strdup(&b->arena, record->source);
    record->external_id = arena_strdup(&b->arena, record->external_id);
}

void item_reject(struct runner *r, struct item *item, const struct error *why)
{
    item->error = ARENA_NEW(&r->batch.arena, struct error);
    if (item->error)
        *item->error = *why;
    keep_names(&r->batch, &item->record);
}

bool error_stops(const struct runner *r, int rc)
{
    struct db *db = r->run.ctx.db;

    return !code_is_record_error((enum code)rc) || (db && !db_in_transaction(db));
}

/* What the store has been told so far; a tool without one tells it nothing. */
static int64_t written_so_far(const struct runner *r)
{
    return r->run.ctx.db ? db_written(r->run.ctx.db) : 0;
}

/* Undoes what an act wrote, if it did. */
static int undo(struct runner *r, int64_t written, int rc, struct error *err)
{
    struct db *db = r->run.ctx.db;
    struct error broken;
    int undone;

    if (!r->cautious) {
        r->repeat = written_so_far(r) != written;
        return rc;
    }
    error_init(&broken);
    undone = db_rollback_to(db, &broken);
    if (undone != 0)
        *err = broken;
    return undone != 0 ? undone : rc;
}

/* One act on a record. After an error that is the record's own nothing of it is left and the transaction
 * stands.
 *
 * A savepoint for each record copies every page that the record touches: a fifth of a bulk import. So a batch
 * is done without at first, since a bad record nearly always fails before it has written anything; when one
 * has written, the batch is rolled back and repeated with savepoints. */
static int attempt(struct runner *r, record_function *act, const char *stage, struct record *record,
                   struct error *err)
{
    struct context *ctx = &r->run.ctx;
    size_t mark = r->out.len;
    int64_t written = written_so_far(r);
    int rc = r->cautious ? db_savepoint(ctx->db, err) : 0;

    if (rc != 0)
        return rc;
    if (stage)
        ctx->tool = stage;
    rc = act(&r->run, record, &r->out, err);
    ctx->tool = r->run.tool->name;
    if (rc == 0 && (arena_failed(ctx->arena) || buf_failed(&r->out)))
        rc = error_no_memory(err);
    if (rc == 0 && r->cautious)
        rc = db_release(ctx->db, err);
    if (rc == 0)
        return 0;
    buf_truncate(&r->out, mark);
    context_forget(ctx);
    return error_stops(r, rc) ? rc : undo(r, written, rc, err);
}

static int settle(struct runner *r, const struct record *record, struct error *err)
{
    unsigned flags = r->run.tool->flags;
    int rc = 0;

    if (flags & TOOL_KEEPS_REJECTS)
        rc = reject_forget(r, record, err);
    if (rc == 0 && flags & TOOL_KEEPS_FAILURES && record->verdict != VERDICT_UNCHANGED)
        rc = failure_clear(r, record, err);
    return rc;
}

/* Another record of the stream may yet bring what is missing, or take away what is in the way. */
static bool may_settle_later(const struct runner *r, enum code code)
{
    return r->run.tool->flags & TOOL_DEFERS && !r->run.waiting.last &&
           (code == CODE_UNKNOWN_REFERENCE || code == CODE_REFUSED);
}

/* A case keeps its failure; what did not become a case is kept as a reject. */
static int fail(struct runner *r, struct item *item, const char *stage, const struct error *why,
                struct error *err)
{
    unsigned flags = r->run.tool->flags;

    if (may_settle_later(r, why->code)) {
        item->deferred = true;
        return 0;
    }
    item_reject(r, item, why);
    if (item->record.case_id != 0 && flags & TOOL_KEEPS_FAILURES)
        return failure_keep(r, &item->record, stage, why, err);
    return flags & TOOL_KEEPS_REJECTS ? reject_keep(r, item, err) : 0;
}

static int do_record(struct runner *r, struct item *item, struct error *err)
{
    const struct tool *tool = r->run.tool;
    const char *stage = tool->name;
    struct error why;
    int rc;

    error_init(&why);
    item->held = item->deferred = tool->flags & TOOL_DEFERS && deferred_held(r, &item->record);
    if (item->held)
        return 0;
    rc = attempt(r, tool->record, NULL, &item->record, &why);
    for (const struct tool_step *step = tool->steps; rc == 0 && step && step->stage; step++) {
        stage = step->stage;
        rc = attempt(r, step->act, stage, &item->record, &why);
    }
    if (rc == 0)
        return settle(r, &item->record, err);
    if (r->repeat)
        return rc;
    if (!error_stops(r, rc))
        return fail(r, item, stage, &why, err);
    return error_lost(rc, &why, err);
}

static int do_item(struct runner *r, struct item *item, struct error *err)
{
    int rc = 0;

    context_tick(&r->run.ctx);
    item->at = r->run.ctx.now;
    if (!item->error)
        rc = do_record(r, item, err);
    else if (r->run.tool->flags & TOOL_KEEPS_REJECTS)
        rc = reject_keep(r, item, err);
    if (rc == 0 && r->run.tool->flags & TOOL_DEFERS)
        rc = deferred_note(r, item, err);
    arena_clear(&r->scratch);
    return rc;
}

static void count_verdict(struct run *run, const struct record *record)
{
    int64_t *const counters[] = {
        [VERDICT_DONE] = &run->counts.done,           [VERDICT_NEW] = &run->counts.made,
        [VERDICT_DUPLICATE] = &run->counts.duplicate, [VERDICT_UNCHANGED] = &run->counts.unchanged,
        [VERDICT_UPDATED] = &run->counts.updated,     [VERDICT_LEFT_OUT] = &run->counts.left_out,
    };

    ++*counters[record->verdict];
    if (record->keyless)
        run->counts.keyless++;
}

/* After the commit. Everything is attempted; the first error is told. */
static int publish(struct runner *r, size_t first, size_t end, struct error *err)
{
    int rc = rejects_publish(r, first, end, err), printed;

    for (size_t i = first; i < end; i++) {
        struct item *item = &r->batch.items[i];
        if (!r->retrying)
            r->run.counts.read++;
        if (rc == 0 && r->run.tool->flags & TOOL_DEFERS)
            rc = deferred_publish(r, item, err);
        if (item->error)
            r->run.counts.rejected++;
        else if (!item->deferred)
            count_verdict(&r->run, &item->record);
    }
    printed = run_print(&r->run, &r->out, err);
    progress_show(r);
    return rc != 0 ? rc : printed;
}

/* Handles items from `first` on, as many as fill the output, in the transaction that is open. One that waited
 * comes to the batch as soon as it may be tried: a long chain is not a transaction for each link. */
static int do_items(struct runner *r, size_t first, size_t *next, struct error *err)
{
    size_t i = first;
    int rc = 0;

    while (rc == 0 && i < r->batch.count && r->out.len < BATCH_BYTES) {
        rc = do_item(r, &r->batch.items[i++], err);
        if (rc == 0 && r->retrying && i == r->batch.count)
            rc = deferred_next(r, err);
    }
    *next = i;
    return rc == 0 && arena_failed(&r->batch.arena) ? error_no_memory(err) : rc;
}

/* Back to the beginning: nothing has been done and only what could not be read is rejected. */
static int begin_again(struct runner *r, size_t first, struct error *err)
{
    transaction_abandon(r);
    buf_clear(&r->out);
    for (size_t i = first; i < r->batch.count; i++) {
        struct item *item = &r->batch.items[i];
        item->record = item->given;
        item->error = item->unread;
        item->deferred = item->held = false;
    }
    r->repeat = false;
    r->cautious = true;
    error_init(err);
    return transaction_begin(r, err);
}

/* One transaction over the batch, or as much of it as fills the output. */
static int do_batch(struct runner *r, size_t *next, struct error *err)
{
    size_t first = *next;
    int rc = r->run.tool->flags & TOOL_POLICY ? context_refresh_policy(&r->run.ctx, err) : 0;

    if (rc != 0)
        return rc;
    for (size_t i = first; i < r->batch.count; i++) {
        r->batch.items[i].given = r->batch.items[i].record;
        r->batch.items[i].unread = r->batch.items[i].error;
    }
    r->cautious = r->retrying; /* who waits is told at once of what is done: it is not taken back */
    rc = transaction_begin(r, err);
    if (rc == 0)
        rc = do_items(r, first, next, err);
    if (r->repeat && (rc = begin_again(r, first, err)) == 0)
        rc = do_items(r, first, next, err);
    r->cautious = false;
    if (rc == 0)
        rc = transaction_end(r, err);
    else
        transaction_abandon(r);
    if (rc == 0)
        return publish(r, first, *next, err);
    buf_clear(&r->out);
    return rc;
}

int runner_process(struct runner *r, batch_source *source, struct error *err)
{
    bool end = false;
    int rc = 0;

    while (rc == 0 && !end) {
        struct error input; /* what was read before the input failed is done all the same */
        int dry;

        error_init(&input);
        batch_clear(&r->batch);
        dry = source(r, &end, &input);
        for (size_t next = 0; rc == 0 && next < r->batch.count;)
            rc = do_batch(r, &next, err);
        if (rc == 0 && dry != 0) {
            *err = input;
            rc = dry;
        }
        if (rc == 0 && max_rejects_exceeded(r))
            rc = error_set(err, CODE_LIMIT, NULL, "stopped: more than --max-rejects=%s rejected",
                           r->run.common.max_rejects);
        if (rc == 0 && !end && runner_interrupted())
            rc = interrupted_error(err);
    }
    return rc;
}
