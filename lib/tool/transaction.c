#include <stdarg.h>

#include "tool/internal.h"

int interrupted_error(struct error *err)
{
    return error_set(err, CODE_TEMPORARY, NULL, "interrupted");
}

/* A record's own error that took the whole transaction with it is the engine's fault, not the record's. */
int error_lost(int rc, const struct error *why, struct error *err)
{
    if (code_is_record_error((enum code)rc))
        return error_set(err, CODE_TEMPORARY, NULL, "the transaction was lost: %s", why->message);
    *err = *why;
    return rc;
}

int transaction_begin(struct runner *r, struct error *err)
{
    struct context *ctx = &r->run.ctx;
    int rc = ctx->db ? db_begin(ctx->db, err) : 0;

    if (rc != 0 || !ctx->db)
        return rc;
    context_begin(ctx);
    r->failures_known = false;
    /* What a dry run rolls back must not count as kept. */
    return ctx->policy_fresh && !ctx->dry_run ? context_keep_policy(ctx, err) : 0;
}

void transaction_abandon(struct runner *r)
{
    if (r->run.ctx.db && db_in_transaction(r->run.ctx.db))
        db_rollback(r->run.ctx.db);
    context_forget(&r->run.ctx);
}

int transaction_end(struct runner *r, struct error *err)
{
    int rc = 0;

    if (r->run.ctx.dry_run)
        transaction_abandon(r);
    else if (r->run.ctx.db && (rc = db_commit(r->run.ctx.db, err)) != 0)
        transaction_abandon(r);
    return rc;
}

int run_print(struct run *run, struct buf *out, struct error *err)
{
    int rc = buf_failed(out) ? error_no_memory(err) : 0;

    if (rc == 0 && out->len > 0) {
        progress_hide(runner_of(run));
        rc = buf_write_fd(out, STDOUT_FILENO, err);
    }
    buf_clear(out);
    return rc;
}

void run_warn(struct run *run, const char *format, ...)
{
    struct error warning;
    char text[sizeof warning.message];
    va_list args;

    if (run->common.quiet)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    error_init(&warning);
    error_set(&warning, CODE_FINDING, NULL, "%s", text);
    report_error(runner_of(run), NULL, &warning);
}

int run_transaction(struct run *run, run_body *body, void *data, struct error *err)
{
    struct runner *r = runner_of(run);
    int rc = runner_interrupted() ? interrupted_error(err) : 0;

    if (rc == 0 && run->tool->flags & TOOL_POLICY)
        rc = context_refresh_policy(&run->ctx, err);
    if (rc == 0)
        rc = transaction_begin(r, err);
    if (rc == 0) {
        context_tick(&run->ctx);
        rc = body(run, data, &r->out, err);
    }
    if (rc == 0 && buf_failed(&r->out))
        rc = error_no_memory(err);
    if (rc == 0)
        rc = transaction_end(r, err);
    else
        transaction_abandon(r);
    arena_clear(&r->scratch);
    if (rc == 0)
        return run_print(run, &r->out, err);
    buf_clear(&r->out);
    return rc;
}

int run_attempt(struct run *run, const char *name, run_body *body, void *data, struct buf *out,
                struct error *err)
{
    struct runner *r = runner_of(run);
    size_t mark = out->len;
    struct error why;
    int rc;

    error_init(&why);
    rc = db_savepoint(run->ctx.db, err);
    if (rc != 0)
        return rc;
    rc = body(run, data, out, &why);
    if (rc == 0)
        rc = db_release(run->ctx.db, &why);
    if (rc == 0)
        return 1;
    buf_truncate(out, mark);
    context_forget(&run->ctx);
    if (error_stops(r, rc))
        return error_lost(rc, &why, err);
    report_error(r, name, &why);
    run->findings = true;
    return db_rollback_to(run->ctx.db, err);
}
