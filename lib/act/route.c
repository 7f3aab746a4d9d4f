#include "act/stage.h"

#include "act/assign.h"
#include "act/journal.h"
#include "act/levels.h"
#include "act/prioritise.h"
#include "act/routing.h"

/* Who shall have the case, looked for before it is journaled where it goes, so that the event says why when
 * it is nobody. */
struct finding {
    bool explain;     /* every candidate is judged */
    const char *need; /* what its rule asks of a person; NULL: nothing */
    bool looked;      /* false: it has somebody */
    struct choice choice;
};

static int journal_routed(struct context *ctx, struct work *w, const struct casefile *before,
                          const struct routing *r, const struct finding *f, const char *operator_reason,
                          struct error *err)
{
    struct journal j;
    struct json_writer *out = journal_open(&j, ctx, &w->c.head, "case.routed", ctx->now, NULL);

    journal_changes(&j, "changes", "/data/changes", case_fields, before, &w->c);
    if (r->manual) {
        json_begin_object(out, "reason");
        json_put_bool(out, "manual", true);
        json_end_object(out);
    } else if (r->assignment.table && (!r->triage || r->assignment.rule)) {
        write_decision(out, "reason", &r->assignment);
        if (r->triage) /* a rule added tags and named no group */
            json_put_text(out, "default_group", r->assigned.group);
    } else {
        json_begin_object(out, "reason");
        json_put_text(out, "default_group", r->assigned.group);
        json_end_object(out);
    }
    json_put_raw(out, "need", f->need);
    if (f->looked)
        write_unassigned(out, "unassigned", &f->choice);
    json_put_text(out, "operator_reason", operator_reason);
    return journal_close(&j, err);
}

static int explain(struct context *ctx, struct work *w, const struct routing *r, const struct finding *f,
                   struct error *err)
{
    struct buf text = BUF_INIT;
    struct json_writer out;

    json_writer_init(&out, &text);
    json_begin_object(&out, NULL);
    if (r->priority.table)
        write_decision(&out, "priority", &r->priority);
    if (r->assignment.table)
        write_decision(&out, "assignment", &r->assignment);
    json_put_text(&out, "group", w->c.assignment_group);
    json_put_text(&out, "person", w->c.assigned_to);
    if (f->looked)
        write_candidates(&out, &f->choice);
    json_end_object(&out);
    w->explain = buf_failed(&text) ? NULL : arena_strndup(ctx->arena, text.data, text.len);
    buf_release(&text);
    return w->explain ? 0 : error_no_memory(err);
}

/* The people of the old group are not those of the new one; a person chosen by hand, or who accepted, stays.
 */
static int leave_person(struct context *ctx, const struct casefile *before, struct casefile *c,
                        struct error *err)
{
    bool by_hand = false;
    int rc;

    if (!before->assigned_to || !before->assignment_group ||
        strcmp(before->assignment_group, c->assignment_group) == 0)
        return 0;
    rc = set_by_hand(ctx, c->number, "assigned_to", &by_hand, err);
    if (rc != 0 || by_hand)
        return rc;
    rc = release_load(ctx, c, err);
    c->assigned_to = NULL;
    return rc;
}

static int look(struct context *ctx, const struct casefile *c, struct finding *f, struct error *err)
{
    if (c->assigned_to || f->looked)
        return 0;
    f->looked = true;
    return assign_choose(ctx, c, f->explain, &f->choice, err);
}

/* What the search came to: the case is given to somebody, or printed with why not. */
static int settle(struct context *ctx, struct work *w, const struct finding *f, struct error *err)
{
    struct buf text = BUF_INIT;
    struct json_writer out;

    if (!f->looked)
        return 0;
    if (f->choice.person)
        return assign_give(ctx, w, &f->choice, err);
    json_writer_init(&out, &text);
    write_unassigned(&out, NULL, &f->choice);
    w->unassigned = buf_failed(&text) ? NULL : arena_strndup(ctx->arena, text.data, text.len);
    buf_release(&text);
    return w->unassigned ? 0 : error_no_memory(err);
}

/* Gives the case its group, tags and state, and looks for a person. */
static int apply(struct context *ctx, struct work *w, const struct routing *r, struct finding *f,
                 const char *operator_reason, struct error *err)
{
    struct casefile before = w->c, *c = &w->c;
    bool other_need = false;
    int rc = routing_tags(ctx, c, r, err);

    c->assignment_group = r->assigned.group;
    if (c->state == STATE_NEW)
        c->state = STATE_OPEN;
    if (c->progress < PROGRESS_ROUTED)
        c->progress = PROGRESS_ROUTED;
    if (rc == 0)
        rc = assign_need_keep(ctx, c, r->manual ? NULL : r->assignment.then, &f->need, &other_need, err);
    if (rc == 0)
        rc = leave_person(ctx, &before, c, err);
    if (rc == 0)
        rc = look(ctx, c, f, err);
    if (rc != 0 || (!other_need && !fields_differ(case_fields, &before, c)))
        return rc;
    return journal_routed(ctx, w, &before, r, f, operator_reason, err);
}

static int finish(struct context *ctx, struct work *w, struct error *err)
{
    int rc = levels_evaluate(ctx, w, NULL, err);

    return rc == 0 ? work_save(ctx, w, err) : rc;
}

/* A routed case without a person is tried again; an offer that nobody answered in time is taken back first.
 */
static int try_person(struct context *ctx, const struct stage_options *options, struct work *w,
                      struct error *err)
{
    struct finding f = {.explain = options->explain};
    struct routing none = {0};
    bool taken = false;
    int rc = 0;

    w->unchanged = true;
    if (!case_is_active(&w->c) || !w->c.assignment_group)
        return 0;
    if (w->c.assigned_to)
        rc = offer_take_back(ctx, w, &taken, err);
    if (rc == 0)
        rc = look(ctx, &w->c, &f, err);
    if (rc == 0)
        rc = settle(ctx, w, &f, err);
    if (rc == 0 && options->explain && f.looked)
        rc = explain(ctx, w, &none, &f, err);
    w->unchanged = w->c.head.seq == w->before.head.seq;
    return rc == 0 && !w->unchanged ? finish(ctx, w, err) : rc;
}

static int route(struct context *ctx, const struct stage_options *options, struct work *w, bool again,
                 struct routing *r, struct error *err)
{
    struct finding f = {.explain = options->explain};
    int rc = prioritise(ctx, w, &r->priority, err);

    if (rc == 0)
        rc = routing_decide(ctx, w, r, err);
    if (rc == 0)
        rc = apply(ctx, w, r, &f, again ? options->reason : NULL, err);
    if (rc == 0)
        rc = settle(ctx, w, &f, err);
    if (rc == 0 && again && w->c.head.seq == w->before.head.seq)
        w->unchanged = true;
    else if (rc == 0 && again)
        rc = work_note_changes(ctx, w, err);
    if (rc == 0 && options->explain)
        rc = explain(ctx, w, r, &f, err);
    return rc == 0 ? finish(ctx, w, err) : rc;
}

int route_case(struct context *ctx, const struct stage_options *options, struct work *w, struct error *err)
{
    struct routing r = {0};
    bool again;
    int rc = stage_ready(&w->c, PROGRESS_ROUTED, err);

    if (rc < 0)
        return rc;
    again = rc == 1 && options->again && case_is_active(&w->c);
    if (rc == 1 && !again)
        return try_person(ctx, options, w, err);
    rc = route(ctx, options, w, again, &r, err);
    routing_release(&r);
    return rc;
}
