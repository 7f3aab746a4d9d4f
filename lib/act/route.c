#include "act/stage.h"

#include "act/event_read.h"
#include "act/journal.h"
#include "act/levels.h"
#include "act/prioritise.h"

#define UNROUTED "unrouted" /* tag of a case that neither a rule nor the table's default gave a group */

/* Where the case goes, and how that was decided. */
struct routing {
    struct decision assignment, priority;
    const char *group;
    const json_t *tags; /* what a rule adds, or NULL */
    bool triage;        /* nothing decided: the default group of casework.json */
    bool manual;        /* the group was set by hand */
};

static int decide_group(struct context *ctx, struct work *w, struct routing *r, struct error *err)
{
    const struct policy_settings *settings;
    const struct table *table = NULL;
    const json_t *document;
    struct assignment assignment = {0};
    int rc = policy_settings(ctx->policy, &settings, err);

    if (rc == 0)
        rc = policy_table(ctx->policy, "assignment", &table, err);
    if (rc == 0)
        rc = work_document(w, &document, err);
    if (rc == 0 && table) {
        rc = table_decide(table, document, &r->assignment, err);
        if (rc == 0 && r->assignment.then)
            rc = assignment_read(r->assignment.then, "", &assignment, err);
    }
    if (rc != 0)
        return rc;
    r->tags = assignment.tags;
    r->group = assignment.group;
    if (!r->group) {
        r->triage = true;
        r->group = settings->default_group;
    }
    return 0;
}

static bool has_tag(const json_t *tags, const json_t *tag)
{
    const json_t *have;
    size_t i;

    json_array_foreach ((json_t *)tags, i, have) {
        if (json_equal(have, tag))
            return true;
    }
    return false;
}

/* The union of the case's tags and those of the decision, in order. */
static int add_tags(struct context *ctx, struct casefile *c, const struct routing *r, struct error *err)
{
    json_t *tags = c->tags ? json_tree(c->tags, strlen(c->tags), err) : json_array();
    json_t *more = r->triage ? json_pack("[s]", UNROUTED) : json_copy((json_t *)r->tags), *tag;
    int failed = !tags || !more;
    size_t i;

    json_array_foreach (more, i, tag) {
        if (!failed && !has_tag(tags, tag))
            failed = json_array_append(tags, tag) != 0;
    }
    if (!failed && json_array_size(tags) > 0)
        failed = !(c->tags = json_tree_text(tags, ctx->arena));
    json_decref(tags);
    json_decref(more);
    return failed ? error_no_memory(err) : 0;
}

static int journal_routed(struct context *ctx, struct work *w, const struct casefile *before,
                          const struct routing *r, const char *operator_reason, struct error *err)
{
    struct journal j;
    struct json_writer *out = journal_open(&j, ctx, &w->c.head, "case.routed", ctx->now, NULL);

    journal_changes(&j, "changes", "/data/changes", case_fields, before, &w->c);
    if (r->manual) {
        json_begin_object(out, "reason");
        json_put_bool(out, "manual", true);
        json_end_object(out);
    } else if (r->assignment.table && !r->triage) {
        write_decision(out, "reason", &r->assignment);
    } else {
        json_begin_object(out, "reason");
        json_put_text(out, "default_group", r->group);
        json_end_object(out);
    }
    json_put_text(out, "operator_reason", operator_reason);
    return journal_close(&j, err);
}

static int explain(struct context *ctx, struct work *w, const struct routing *r, struct error *err)
{
    struct buf text = BUF_INIT;
    struct json_writer out;

    json_writer_init(&out, &text);
    json_begin_object(&out, NULL);
    if (r->priority.table)
        write_decision(&out, "priority", &r->priority);
    if (r->assignment.table)
        write_decision(&out, "assignment", &r->assignment);
    json_put_text(&out, "group", r->group);
    json_put_text(&out, "person", w->c.assigned_to);
    json_end_object(&out);
    w->explain = buf_failed(&text) ? NULL : arena_strndup(ctx->arena, text.data, text.len);
    buf_release(&text);
    return w->explain ? 0 : error_no_memory(err);
}

static int set_by_hand(struct context *ctx, const char *number, const char *field, bool *by_hand,
                       struct error *err)
{
    const char *type = NULL;
    int rc = last_changes(ctx, number, &field, 1, &type, err);

    *by_hand = type && strcmp(type, "case.updated") == 0;
    return rc;
}

/* The people of the old group are not those of the new one; a person chosen by hand stays. */
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

/* Gives the case its group and state. A group set by hand stays. */
static int apply(struct context *ctx, struct work *w, struct routing *r, const char *operator_reason,
                 struct error *err)
{
    struct casefile before = w->c, *c = &w->c;
    int rc = 0;

    if (c->assignment_group)
        rc = set_by_hand(ctx, c->number, "assignment_group", &r->manual, err);
    if (rc != 0)
        return rc;
    if (r->manual)
        r->group = c->assignment_group;
    else if (r->tags || r->triage)
        rc = add_tags(ctx, c, r, err);
    c->assignment_group = r->group;
    if (c->state == STATE_NEW)
        c->state = STATE_OPEN;
    if (c->progress < PROGRESS_ROUTED)
        c->progress = PROGRESS_ROUTED;
    if (rc != 0 || !fields_differ(case_fields, &before, c))
        return rc;
    rc = leave_person(ctx, &before, c, err);
    return rc == 0 ? journal_routed(ctx, w, &before, r, operator_reason, err) : rc;
}

static int finish(struct context *ctx, struct work *w, struct error *err)
{
    int rc = levels_evaluate(ctx, w, NULL, err);

    return rc == 0 ? work_save(ctx, w, err) : rc;
}

/* A routed case without a person is tried again. */
static int try_person(struct context *ctx, struct work *w, struct error *err)
{
    bool assigned = false;
    int rc = 0;

    if (case_is_active(&w->c) && w->c.assignment_group && !w->c.assigned_to)
        rc = assign_person(ctx, w, &assigned, err);
    w->unchanged = !assigned;
    return rc == 0 && assigned ? finish(ctx, w, err) : rc;
}

int route_case(struct context *ctx, const struct stage_options *options, struct work *w, struct error *err)
{
    struct routing r = {0};
    bool assigned = false, again;
    int rc = stage_ready(&w->c, PROGRESS_ROUTED, err);

    if (rc < 0)
        return rc;
    again = rc == 1 && options->again && case_is_active(&w->c);
    if (rc == 1 && !again)
        return try_person(ctx, w, err);
    rc = prioritise(ctx, w, &r.priority, err);
    if (rc == 0)
        rc = decide_group(ctx, w, &r, err);
    if (rc == 0)
        rc = apply(ctx, w, &r, again ? options->reason : NULL, err);
    if (rc == 0 && !w->c.assigned_to)
        rc = assign_person(ctx, w, &assigned, err);
    if (rc == 0 && again && w->c.head.seq == w->before.head.seq)
        w->unchanged = true;
    else if (rc == 0 && again)
        rc = work_note_changes(ctx, w, err);
    if (rc == 0 && options->explain)
        rc = explain(ctx, w, &r, err);
    return rc == 0 ? finish(ctx, w, err) : rc;
}
