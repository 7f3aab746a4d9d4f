#include "act/prioritise.h"

#include "act/given.h"
#include "act/journal.h"
#include "store/task_table.h"

#define IMPACT_DEFAULT 3 /* of a case whose requester gives none */

static void write_nearest(struct json_writer *w, const struct decision *d)
{
    json_begin_object(w, "nearest");
    json_put_text(w, "rule", d->nearest->id);
    json_begin_array(w, "failed");
    for (size_t i = 0; i < d->failed_count; i++)
        json_put_text(w, NULL, d->failed[i]);
    json_end_array(w);
    json_end_object(w);
}

void write_decision(struct json_writer *w, const char *name, const struct decision *d)
{
    json_begin_object(w, name);
    json_put_text(w, "table", d->table->name);
    if (d->rule_count == 1)
        json_put_text(w, "rule", d->rule->id);
    else if (!d->rule && d->then)
        json_put_bool(w, "default", true);
    if (d->rule_count > 1) {
        json_begin_array(w, "rules");
        for (size_t i = 0; i < d->rule_count; i++)
            json_put_text(w, NULL, d->rules[i]->id);
        json_end_array(w);
    }
    if (!d->rule && d->nearest)
        write_nearest(w, d);
    json_end_object(w);
}

/* What a priority is computed from. */
struct basis {
    struct given given;
    const json_t *service; /* what gave the impact, within the case's document; NULL: people did */
};

static int impact_from_services(struct context *ctx, struct work *w, const struct policy_settings *settings,
                                struct basis *b, struct error *err)
{
    const json_t *document, *services;
    int64_t impact;
    int rc = work_document(w, &document, err);

    (void)ctx;
    if (rc != 0)
        return rc;
    services = json_object_get(json_object_get(document, "context"), "services");
    impact = service_impact_of(&settings->service_impact, services, &b->service);
    if (impact)
        b->given.impact = impact;
    return 0;
}

/* What rules made of impact and urgency is forgotten. A case that was not routed yet stands as people gave
 * it; and an impact other than the default was given. */
static int find_basis(struct context *ctx, struct work *w, const struct policy_settings *settings,
                      struct basis *b, struct error *err)
{
    bool wanted = settings->service_impact.wanted;
    int rc = 0;

    *b = (struct basis){{w->c.impact, w->c.urgency, w->c.impact != IMPACT_DEFAULT}, NULL};
    if (w->c.progress >= PROGRESS_ROUTED || (wanted && !b->given.impact_given))
        rc = given_ranks(ctx, &w->c, &b->given, err);
    if (rc == 0 && wanted && !b->given.impact_given)
        rc = impact_from_services(ctx, w, settings, b, err);
    return rc;
}

static void write_basis(struct json_writer *out, const struct basis *b)
{
    const json_t *customers = json_object_get(b->service, "customers");

    if (!b->service)
        return;
    json_begin_object(out, "impact_from");
    json_put_text(out, "service", json_string_value(json_object_get(b->service, "key")));
    json_put_text(out, "criticality", json_string_value(json_object_get(b->service, "criticality")));
    if (customers)
        json_put_int(out, "customers", json_integer_value(customers));
    json_put_int(out, "impact", b->given.impact);
    json_end_object(out);
}

static int journal_prioritised(struct context *ctx, struct work *w, const struct casefile *before,
                               const struct decision *d, const struct basis *b, struct error *err)
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
    write_basis(out, b);
    return journal_close(&j, err);
}

/* The table sees the case as people gave it, with the priority of the matrix: what an earlier run of the
 * table made of it would make it answer otherwise every time. */
static int ask_table(struct context *ctx, struct work *w, struct decision *d, struct priority_effect *effect,
                     struct error *err)
{
    const struct table *table = NULL;
    const json_t *document;
    int rc = policy_table(ctx->policy, "priority", &table, err);

    if (rc != 0 || !table)
        return rc;
    rc = work_document(w, &document, err);
    if (rc == 0)
        rc = table_decide(table, document, ctx->now, d, err);
    return rc == 0 && d->then ? priority_effect_read(d->then, "", effect, err) : rc;
}

int follow_priority(struct context *ctx, const struct casefile *c, int64_t before, struct error *err)
{
    if (c->priority == before || c->progress < PROGRESS_DISPATCHED)
        return 0;
    return task_set_priority(ctx->db, c->id, c->priority, err);
}

static int compute(struct context *ctx, struct work *w, bool by_table, struct decision *d, struct error *err)
{
    const struct policy_settings *settings;
    struct priority_effect effect = {0};
    struct casefile before = w->c, *c = &w->c;
    struct basis basis = {0};
    int rc = policy_settings(ctx->policy, &settings, err);

    if (rc == 0)
        rc = find_basis(ctx, w, settings, &basis, err);
    if (rc != 0)
        return rc;
    c->impact = basis.given.impact;
    c->urgency = basis.given.urgency;
    c->priority = priority_compute(&settings->matrix, c->impact, c->urgency, NULL);
    rc = by_table ? ask_table(ctx, w, d, &effect, err) : 0;
    if (rc != 0)
        return rc;
    c->priority = c->priority_by ? before.priority
                                 : priority_compute(&settings->matrix, c->impact, c->urgency, &effect);
    c->impact = effect.impact ? effect.impact : c->impact;
    c->urgency = effect.urgency ? effect.urgency : c->urgency;
    if (!fields_differ(case_fields, &before, c) && !(d->rule && c->progress < PROGRESS_ROUTED))
        return 0;
    rc = journal_prioritised(ctx, w, &before, d, &basis, err);
    return rc == 0 ? follow_priority(ctx, c, before.priority, err) : rc;
}

int prioritise(struct context *ctx, struct work *w, struct decision *decided, struct error *err)
{
    struct decision d = {0};
    int rc = compute(ctx, w, true, &d, err);

    if (decided)
        *decided = d;
    else
        decision_release(&d);
    return rc;
}

int prioritise_again(struct context *ctx, struct work *w, struct error *err)
{
    struct decision d = {0};
    int rc = compute(ctx, w, w->c.progress >= PROGRESS_ROUTED, &d, err);

    decision_release(&d);
    return rc;
}
