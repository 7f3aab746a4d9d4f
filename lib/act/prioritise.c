#include "act/prioritise.h"

#include "act/journal.h"
#include "act/reference.h"
#include "store/crm_table.h"
#include "store/task_table.h"

void write_decision(struct json_writer *w, const char *name, const struct decision *d)
{
    json_begin_object(w, name);
    json_put_text(w, "table", d->table->name);
    if (d->rule)
        json_put_text(w, "rule", d->rule->id);
    else if (d->then)
        json_put_bool(w, "default", true);
    if (!d->rule && d->nearest) {
        json_begin_object(w, "nearest");
        json_put_text(w, "rule", d->nearest->id);
        json_begin_array(w, "failed");
        for (size_t i = 0; i < d->failed_count; i++)
            json_put_text(w, NULL, d->failed[i]);
        json_end_array(w);
        json_end_object(w);
    }
    json_end_object(w);
}

static int journal_prioritised(struct context *ctx, struct work *w, const struct casefile *before,
                               const struct decision *d, struct error *err)
{
    struct journal j;
    struct json_writer *out = journal_open(&j, ctx, &w->c.head, "case.prioritised", ctx->now, NULL);

    journal_changes(&j, "changes", "/data/changes", case_fields, before, &w->c);
    if (d->table && d->rule) {
        write_decision(out, "reason", d);
    } else {
        json_begin_object(out, "reason");
        json_put_text(out, "table", "matrix");
        json_put_int(out, "impact", w->c.impact);
        json_put_int(out, "urgency", w->c.urgency);
        json_end_object(out);
    }
    return journal_close(&j, err);
}

int prioritise(struct context *ctx, struct work *w, struct decision *decided, struct error *err)
{
    const struct policy_settings *settings;
    const struct table *table = NULL;
    const json_t *document;
    struct decision d = {0};
    struct priority_effect effect = {0};
    struct casefile before = w->c;
    int rc = policy_settings(ctx->policy, &settings, err);

    if (rc == 0)
        rc = policy_table(ctx->policy, "priority", &table, err);
    if (rc == 0 && table) {
        rc = work_document(w, &document, err);
        if (rc == 0)
            rc = table_decide(table, document, &d, err);
        if (rc == 0 && d.then)
            rc = priority_effect_read(d.then, "", &effect, err);
    }
    if (rc != 0)
        return rc;
    if (decided)
        *decided = d;
    w->c.impact = effect.impact ? effect.impact : w->c.impact;
    w->c.urgency = effect.urgency ? effect.urgency : w->c.urgency;
    w->c.priority = priority_compute(&settings->matrix, w->c.impact, w->c.urgency, &effect);
    if (!fields_differ(case_fields, &before, &w->c) && !(d.rule && w->c.progress < PROGRESS_ROUTED))
        return 0;
    rc = journal_prioritised(ctx, w, &before, &d, err);
    if (rc == 0 && w->c.priority != before.priority && w->c.progress >= PROGRESS_DISPATCHED)
        rc = task_set_priority(ctx->db, w->c.id, w->c.priority, err);
    return rc;
}

int release_load(struct context *ctx, struct casefile *c, struct error *err)
{
    int64_t size = c->size;

    c->size = 0;
    return size && c->assigned_to ? agent_add_load(ctx->db, c->assigned_to, -size, err) : 0;
}

int charge_load(struct context *ctx, struct casefile *c, struct error *err)
{
    const struct group *group = NULL;
    int rc = 0;

    if (!c->assigned_to)
        return 0;
    if (c->assignment_group)
        rc = find_group(ctx->policy, c->assignment_group, &group, err);
    c->size = group ? group->sizes[c->priority] : 1;
    return rc == 0 ? agent_add_load(ctx->db, c->assigned_to, c->size, err) : rc;
}

int assign_person(struct context *ctx, struct work *w, bool *assigned, struct error *err)
{
    struct casefile before = w->c;
    const struct group *group = NULL;
    const char *person = NULL;
    struct journal j;
    struct json_writer *out;
    int rc = find_group(ctx->policy, w->c.assignment_group, &group, err);

    *assigned = false;
    if (rc == 0 && group)
        rc = agent_least_loaded(ctx->db, group->name, group->sizes[w->c.priority], group->capacity,
                                ctx->arena, &person, err);
    if (rc != 0 || !person)
        return rc;
    w->c.assigned_to = person;
    rc = charge_load(ctx, &w->c, err);
    if (rc != 0)
        return rc;
    *assigned = true;
    out = journal_open(&j, ctx, &w->c.head, "case.assigned", ctx->now, NULL);
    journal_changes(&j, "changes", "/data/changes", case_fields, &before, &w->c);
    json_begin_object(out, "reason");
    json_put_text(out, "by", "least_loaded");
    json_put_int(out, "size", w->c.size);
    json_end_object(out);
    return journal_close(&j, err);
}
