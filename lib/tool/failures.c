/* The last failure of a case in a stage, kept so that --pending tries again, later each time. */
#include "tool/internal.h"

/* Not failures of the stage: there is nothing that time would mend. */
static bool worth_another_try(enum code code)
{
    return code != CODE_NOT_FOUND && code != CODE_NOT_READY && code != CODE_BAD_STATE;
}

/* A minute, doubled with every failure, at most a day. */
static usec next_delay(int64_t attempts)
{
    usec delay = attempts > 11 ? USEC_DAY : USEC_MINUTE << (attempts - 1);

    return delay < USEC_DAY ? delay : USEC_DAY;
}

int failure_keep(struct runner *r, const struct record *record, const char *stage, const struct error *why,
                 struct error *err)
{
    struct context *ctx = &r->run.ctx;
    struct stage_error e = {0};
    bool found = false;
    int rc;

    if (!worth_another_try(why->code))
        return 0;
    rc = stage_error_find(ctx->db, record->case_id, ctx->arena, &e, &found, err);
    if (rc != 0)
        return rc;
    e.attempts = found ? e.attempts + 1 : 1;
    e.case_id = record->case_id;
    e.stage = stage;
    e.code = code_name(why->code);
    e.pointer = why->pointer;
    e.message = why->message;
    e.failed_at = ctx->now;
    e.next_try = ctx->now + next_delay(e.attempts);
    r->failures_known = r->failures_any = true;
    return stage_error_save(ctx->db, &e, err);
}

/* Hardly any store has a failure: it is asked once a transaction, not once a record. */
int failure_clear(struct runner *r, const struct record *record, struct error *err)
{
    struct db *db = r->run.ctx.db;

    if (!r->failures_known) {
        struct case_query any = {.failed_only = true};
        int64_t id;
        int found = case_page(db, &any, &id, 1, err);

        if (found < 0)
            return found;
        r->failures_any = found > 0;
        r->failures_known = true;
    }
    return r->failures_any && record->case_id != 0 ? stage_error_clear(db, record->case_id, err) : 0;
}
