#include "act/verbs.h"

#include "act/assign.h"
#include "act/journal.h"
#include "act/levels.h"
#include "act/state.h"
#include "act/trace.h"
#include "act/units.h"

static int check_code(struct context *ctx, const struct casefile *c, const char *code, struct error *err)
{
    const struct case_type *type;
    const char *list = "";
    int rc = policy_case_type(ctx->policy, c->case_type, &type, err);

    if (rc != 0 || type->resolution_code_count == 0)
        return rc;
    for (size_t i = 0; i < type->resolution_code_count; i++) {
        if (strcmp(type->resolution_codes[i], code) == 0)
            return 0;
        list = arena_printf(ctx->arena, "%s%s%s", list, i ? ", " : "", type->resolution_codes[i]);
        if (!list)
            return error_no_memory(err);
    }
    return error_set(err, CODE_INVALID, "/resolution_code", "expected one of %s, got \"%s\"", list, code);
}

/* Lists the tasks that are not finished; CODE_OPEN_TASKS when there are any. */
static int check_tasks(struct context *ctx, const struct casefile *c, struct error *err)
{
    struct task *tasks = NULL;
    size_t count = 0;
    const char *list = NULL;
    int rc = task_of_case(ctx->db, c->id, c->number, ctx->arena, &tasks, &count, err);

    for (size_t i = 0; rc == 0 && i < count; i++) {
        if (!task_is_open(&tasks[i]))
            continue;
        list = arena_printf(ctx->arena, "%s%s%s (%s)", list ? list : "", list ? ", " : "", tasks[i].task,
                            task_state_names[tasks[i].state]);
        if (!list)
            return error_no_memory(err);
    }
    return rc == 0 && list ? error_set(err, CODE_OPEN_TASKS, NULL, "tasks are open: %s", list) : rc;
}

static int finish_work(struct context *ctx, struct work *w, const struct resolution *r, struct error *err)
{
    struct running running;
    size_t cancelled = 0;
    int rc = 0;

    if (w->c.progress < PROGRESS_DISPATCHED || !w->c.workflow)
        return 0;
    if (!r->cancel_open)
        return check_tasks(ctx, &w->c, err);
    rc = running_load(ctx, w, &running, err);
    if (rc == 0)
        rc = running_cancel_open(ctx, &running, r->reason, &cancelled, err);
    if (rc == 0 && cancelled)
        rc = running_advance(ctx, &running, err);
    running_release(&running);
    return rc;
}

/* The customer is told, when there is one to tell and a template to tell it with. */
static int tell_customer(struct context *ctx, struct work *w, int64_t event_id, struct error *err)
{
    const char *recipient;

    if (!w->c.contact || !policy_has_template(ctx->policy, "resolved"))
        return 0;
    recipient = arena_printf(ctx->arena, "contact:%s", w->c.contact);
    return recipient ? queue_message(ctx, w, event_id, "resolved", recipient, err) : error_no_memory(err);
}

int resolve_case(struct context *ctx, struct work *w, const struct resolution *r, struct error *err)
{
    struct casefile before;
    int64_t event_id = 0;
    int rc;

    if (w->c.state == STATE_RESOLVED && w->c.resolution_code && strcmp(w->c.resolution_code, r->code) == 0) {
        w->unchanged = true;
        return trace_array(ctx, w->c.number, &w->trace, err);
    }
    if (w->c.state != STATE_OPEN)
        return error_set(err, CODE_BAD_STATE, NULL, "%s is %s, not open", w->c.number,
                         case_state_names[w->c.state]);
    rc = check_code(ctx, &w->c, r->code, err);
    if (rc == 0)
        rc = finish_work(ctx, w, r, err);
    if (rc != 0)
        return rc;
    before = w->c;
    w->c.state = STATE_RESOLVED;
    w->c.resolved_at = ctx->now;
    w->c.resolution_code = r->code;
    w->c.resolution_notes = r->notes;
    if (r->cause)
        w->c.cause = r->cause;
    rc = release_load(ctx, &w->c, err);
    if (rc == 0)
        rc = units_use(ctx, &w->c, err);
    if (rc == 0)
        rc = journal_state(ctx, w, "case.resolved", &before, r->reason, &event_id, err);
    if (rc == 0)
        rc = levels_evaluate(ctx, w, NULL, err);
    if (rc == 0)
        rc = tell_customer(ctx, w, event_id, err);
    if (rc == 0)
        rc = work_save(ctx, w, err);
    return rc == 0 ? trace_array(ctx, w->c.number, &w->trace, err) : rc;
}
