#include "act/stage.h"

#include "act/arrival.h"
#include "act/journal.h"
#include "act/levels.h"
#include "store/case_table.h"

static int find_type(struct context *ctx, struct casefile *c, struct error *err)
{
    struct error unknown;
    int rc;

    error_init(&unknown);
    rc = policy_case_type(ctx->policy, c->case_type, &ctx->case_type, &unknown);
    if (rc == CODE_NOT_FOUND)
        return error_set(err, CODE_INVALID, "/case_type", "there is no case type \"%s\"", c->case_type);
    return error_copy(err, &unknown);
}

/* What the record leaves open; `defaults` of the arrival says which. */
static int set_defaults(struct context *ctx, struct casefile *c, struct arrival *a, struct error *err)
{
    const struct policy_settings *settings;
    int rc = policy_settings(ctx->policy, &settings, err);

    if (rc != 0)
        return rc;
    if (!c->case_type) {
        c->case_type = "general";
        arrival_default(a, "case_type");
    }
    if (c->impact == 0) {
        c->impact = 3;
        arrival_default(a, "impact");
    }
    if (c->urgency == 0) {
        c->urgency = 3;
        arrival_default(a, "urgency");
    }
    if (c->opened_at == TIME_NONE) {
        c->opened_at = ctx->now;
        arrival_default(a, "opened_at");
    }
    c->created_at = c->updated_at = ctx->now;
    c->state = STATE_NEW;
    c->progress = PROGRESS_CAPTURED;
    c->priority = priority_compute(&settings->matrix, c->impact, c->urgency, NULL);
    return 0;
}

static int give_number(struct context *ctx, struct casefile *c, struct error *err)
{
    const struct policy_settings *settings;
    int rc = policy_settings(ctx->policy, &settings, err);

    if (rc == 0 && ctx->last_case_id == 0)
        rc = case_last_id(ctx->db, &ctx->last_case_id, err);
    if (rc != 0)
        return rc;
    c->id = ctx->last_case_id > 0 ? ctx->last_case_id + 1 : settings->number_first;
    c->number = arena_printf(ctx->arena, "%s%0*lld", settings->number_prefix, (int)settings->number_digits,
                             (long long)c->id);
    c->head.subject = c->number;
    return c->number ? 0 : error_no_memory(err);
}

static int journal_created(struct context *ctx, const struct arrival *a, struct casefile *c,
                           struct error *err)
{
    struct journal j;
    struct json_writer *w = journal_open(&j, ctx, &c->head, "case.created", ctx->now, NULL);

    journal_record(&j, "record", "/data/record", case_fields, c);
    json_begin_array(w, "defaults");
    for (size_t i = 0; i < a->default_count; i++)
        json_put_text(w, NULL, a->defaults[i]);
    json_end_array(w);
    return journal_close(&j, err);
}

static int create(struct context *ctx, struct arrival *a, struct work *w, struct error *err)
{
    struct casefile *c = &w->c;
    bool inserted = false;
    int rc = arrival_check_read_only(a, c, err);

    if (rc == 0)
        rc = give_number(ctx, c, err);
    if (rc == 0)
        rc = journal_created(ctx, a, c, err);
    if (rc == 0)
        rc = case_insert(ctx->db, c, &inserted, err);
    if (rc == 0 && !inserted)
        rc = error_set(err, CODE_BUG, NULL, "the case appeared while it was being captured");
    if (rc != 0)
        return rc;
    ctx->last_case_id = c->id;
    if (c->major)
        ctx->majors_known = false;
    w->fresh = true;
    w->before = *c;
    rc = levels_evaluate(ctx, w, NULL, err);
    return rc == 0 ? work_save(ctx, w, err) : rc;
}

int capture_case(struct context *ctx, const struct capture_options *options, const struct json_record *record,
                 struct work *w, struct error *err)
{
    struct arrival a;
    struct casefile existing = {0};
    bool found = false;
    int rc = arrival_read(ctx, options, record, &w->c, &a, err);

    if (rc == 0 && w->c.external_id)
        rc = case_find_external(ctx->db, w->c.source, w->c.external_id, ctx->arena, &existing, &found, err);
    if (found && !w->c.case_type)
        w->c.case_type = existing.case_type;
    if (rc == 0)
        rc = set_defaults(ctx, &w->c, &a, err);
    if (rc == 0)
        rc = find_type(ctx, &w->c, err);
    if (rc == 0)
        rc = arrival_check_fields(ctx, &a, &w->c, err);
    if (rc != 0)
        return rc;
    return found ? arrival_duplicate(ctx, options, &a, &existing, w, err) : create(ctx, &a, w, err);
}
