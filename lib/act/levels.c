#include "act/levels.h"

#include "act/calendar_span.h"
#include "act/journal.h"
#include "act/running_internal.h"
#include "act/verbs.h"
#include "config/zone.h"
#include "store/case_table.h"
#include "store/sla_table.h"

/* The clocks of one case under evaluation. */
struct levels {
    struct context *ctx;
    struct work *w;
    struct running own;            /* loaded here when the caller has none */
    const struct running *running; /* NULL: no workflow yet */
    struct sla *list;
    size_t count;
};

static bool milestone_reached(void *context, const char *name)
{
    const struct levels *l = context;
    const struct milestone *m = l->running ? running_milestone(l->running, name) : NULL;

    return m && m->reached;
}

static bool milestone_skipped(void *context, const char *name)
{
    const struct levels *l = context;
    const struct milestone *m = l->running ? running_milestone(l->running, name) : NULL;

    return m && !m->reached;
}

static bool task_succeeded(void *context, const char *name)
{
    const struct levels *l = context;

    return l->running && running_succeeded(l->running, name);
}

static int facts_of(struct levels *l, struct clock_facts *facts, struct error *err)
{
    memset(facts, 0, sizeof *facts);
    facts->casefile = &l->w->c;
    facts->milestone_reached = milestone_reached;
    facts->milestone_skipped = milestone_skipped;
    facts->task_succeeded = task_succeeded;
    facts->context = l;
    facts->now = l->ctx->now;
    return work_document(l->w, &facts->document, err);
}

/* One clock's question: its definition, facts, and the answers. */
struct question {
    const struct clock_definition *definition;
    struct clock_facts facts;
    struct sla *sla, before;
    enum clock_event event;
    struct clock_transition transition;
    usec now, elapsed;
    bool changed;
};

static int ask_attach(void *context, const struct calendar *calendar, struct error *err)
{
    struct question *q = context;

    *q->sla = q->before;
    return clock_attach(q->definition, calendar, &q->facts, q->sla, err);
}

static int ask_evaluate(void *context, const struct calendar *calendar, struct error *err)
{
    struct question *q = context;

    *q->sla = q->before;
    return clock_evaluate(q->definition, calendar, &q->facts, q->sla, &q->event, &q->changed, err);
}

static int ask_tick(void *context, const struct calendar *calendar, struct error *err)
{
    struct question *q = context;

    *q->sla = q->before;
    return clock_tick(q->definition, calendar, q->sla, q->now, &q->transition, &q->changed, err);
}

static int ask_elapsed(void *context, const struct calendar *calendar, struct error *err)
{
    struct question *q = context;

    return clock_elapsed(calendar, q->sla, q->now, &q->elapsed, err);
}

static int journal_clock(struct context *ctx, struct work *w, const char *type, usec at,
                         const struct sla *before, const struct sla *s, int64_t percent, int64_t *event_id,
                         struct error *err)
{
    struct journal j;
    struct json_writer *out = journal_open(&j, ctx, &w->c.head, type, at, s->config);
    int rc;

    json_begin_object(out, "sla");
    json_put_text(out, "name", s->definition);
    json_put_int(out, "id", s->id);
    if (before)
        journal_changes(&j, "changes", "/data/sla/changes", sla_fields, before, s);
    else
        journal_record(&j, "record", "/data/sla/record", sla_fields, s);
    json_end_object(out);
    if (percent)
        json_put_int(out, "percent", percent);
    if (!before) {
        if (!*ctx->tz_version)
            snprintf(ctx->tz_version, sizeof ctx->tz_version, "%s", zone_database_version(ctx->arena));
        json_put_text(out, "tz", ctx->tz_version);
    }
    rc = journal_close(&j, err);
    if (event_id)
        *event_id = j.event_id;
    return rc;
}

static int run_actions(struct context *ctx, struct work *w, const struct clock_definition *d,
                       int64_t event_id, struct error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < d->on_breach_count; i++) {
        const char *recipient = arena_printf(ctx->arena, "group:%s", d->on_breach[i].target);
        if (!recipient)
            return error_no_memory(err);
        rc = queue_message(ctx, w, event_id, "sla-breached", recipient, err);
    }
    return rc;
}

static int definition_of(struct context *ctx, const struct sla *s, struct policy **p,
                         const struct clock_definition **d, struct error *err)
{
    int rc = context_policy_at(ctx, s->config, p, err);

    return rc == 0 ? policy_clock(*p, s->definition, d, err) : rc;
}

static void print_transition(struct context *ctx, const struct sla *s, const struct clock_transition *t,
                             int64_t event_id, struct buf *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_begin_object(&w, NULL);
    json_put_text(&w, "case", s->number);
    json_put_text(&w, "sla", s->definition);
    json_put_text(&w, "event", t->event == CLOCK_BREACHED ? "breached" : "warned");
    json_put_int(&w, "percent", t->percent);
    json_put_time(&w, "at", t->at);
    if (!ctx->dry_run)
        json_put_int(&w, "id", event_id);
    if (ctx->dry_run)
        json_put_bool(&w, "dry_run", true);
    json_end_object(&w);
    buf_add_char(out, '\n');
}

/* Tells everything that time brought about on a clock up to `now`. */
static int catch_up(struct context *ctx, struct work *w, struct sla *s, usec now, struct buf *out,
                    size_t *count, struct error *err)
{
    struct question q = {.sla = s, .now = now, .changed = true};
    struct policy *p = NULL;
    int64_t event_id = 0;
    int rc = 0;

    if (s->stage != SLA_IN_PROGRESS || s->next_at == TIME_NONE || s->next_at > now)
        return 0;
    rc = definition_of(ctx, s, &p, &q.definition, err);
    while (rc == 0) {
        q.before = *s;
        rc = calendar_ask(p, q.definition->calendar, s->start_time, now, ask_tick, &q, err);
        if (rc != 0 || !q.changed)
            break;
        rc = journal_clock(ctx, w, q.transition.event == CLOCK_BREACHED ? "sla.breached" : "sla.warned",
                           q.transition.at, &q.before, s, q.transition.percent, &event_id, err);
        if (rc == 0 && q.transition.event == CLOCK_BREACHED)
            rc = run_actions(ctx, w, q.definition, event_id, err);
        if (rc == 0 && out)
            print_transition(ctx, s, &q.transition, event_id, out);
        if (count)
            (*count)++;
    }
    return rc == 0 ? sla_save(ctx->db, s, err) : rc;
}

static const char *type_of(enum clock_event event)
{
    static const char *const types[] = {
        [CLOCK_ATTACHED] = "sla.attached",   [CLOCK_COMPLETED] = "sla.completed",
        [CLOCK_CANCELLED] = "sla.cancelled", [CLOCK_PAUSED] = "sla.paused",
        [CLOCK_RESUMED] = "sla.resumed",     [CLOCK_WARNED] = "sla.warned",
        [CLOCK_BREACHED] = "sla.breached",
    };

    return types[event];
}

static bool has_active(const struct levels *l, const char *name)
{
    for (size_t i = 0; i < l->count; i++)
        if (sla_is_active(&l->list[i]) && strcmp(l->list[i].definition, name) == 0)
            return true;
    return false;
}

/* A clock moves until nothing changes (a resumed clock may be complete). */
static int follow(struct levels *l, struct policy *p, const struct clock_definition *d, struct sla *s,
                  struct error *err)
{
    struct question q = {.definition = d, .sla = s, .changed = true};
    int rc = facts_of(l, &q.facts, err);

    for (int turns = 0; rc == 0 && turns < 3 && sla_is_active(s); turns++) {
        q.before = *s;
        rc = calendar_ask(p, d->calendar, s->start_time, l->ctx->now, ask_evaluate, &q, err);
        if (rc != 0 || !q.changed)
            break;
        rc = journal_clock(l->ctx, l->w, type_of(q.event), l->ctx->now, &q.before, s, 0, NULL, err);
        if (rc == 0)
            rc = sla_save(l->ctx->db, s, err);
    }
    return rc;
}

static int attach(struct levels *l, const struct clock_definition *d, struct error *err)
{
    struct context *ctx = l->ctx;
    struct sla s;
    struct question q = {.definition = d, .sla = &s};
    bool attaches = false;
    int rc = facts_of(l, &q.facts, err);

    if (rc == 0 && !has_active(l, d->name))
        rc = clock_attaches(d, &q.facts, &attaches, err);
    if (rc != 0 || !attaches)
        return rc;
    sla_init(&q.before);
    q.before.case_id = l->w->c.id;
    q.before.number = l->w->c.number;
    q.before.config = policy_commit(ctx->policy);
    rc = calendar_ask(ctx->policy, d->calendar, l->w->c.opened_at, ctx->now, ask_attach, &q, err);
    if (rc == 0)
        rc = sla_insert(ctx->db, &s, err);
    if (rc == 0)
        rc = journal_clock(ctx, l->w, "sla.attached", ctx->now, NULL, &s, 0, NULL, err);
    return rc == 0 ? follow(l, ctx->policy, d, &s, err) : rc;
}

/* Pass one: definitions without an active clock. */
static int attach_all(struct levels *l, struct error *err)
{
    const struct clock_definition *const *definitions;
    size_t count = 0;
    int rc = 0;

    if (!l->ctx->policy || !case_is_active(&l->w->c))
        return 0;
    rc = policy_clocks(l->ctx->policy, &definitions, &count, err);
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = attach(l, definitions[i], err);
    return rc;
}

/* Pass two, over the clocks that were there; first what time had brought about. */
static int move(struct levels *l, struct sla *s, struct error *err)
{
    const struct clock_definition *d = NULL;
    struct policy *p = NULL;
    int rc = 0;

    if (l->running) /* asked for again, the policy of its workflow stays in the cache */
        rc = context_policy_at(l->ctx, l->w->c.config, &p, err);
    if (rc == 0)
        rc = catch_up(l->ctx, l->w, s, l->ctx->now, NULL, NULL, err);
    if (rc == 0)
        rc = definition_of(l->ctx, s, &p, &d, err);
    return rc == 0 ? follow(l, p, d, s, err) : rc;
}

static int load(struct levels *l, struct context *ctx, struct work *w, const struct running *r,
                struct error *err)
{
    int rc = 0;

    memset(l, 0, sizeof *l);
    l->ctx = ctx;
    l->w = w;
    l->running = r;
    if (!(w->fresh && w->c.progress == PROGRESS_CAPTURED))
        rc = sla_of_case(ctx->db, w->c.id, w->c.number, ctx->arena, &l->list, &l->count, err);
    if (rc == 0 && !r && w->c.progress >= PROGRESS_DISPATCHED && w->c.workflow) {
        rc = running_load(ctx, w, &l->own, err);
        l->running = &l->own;
    }
    return rc;
}

int levels_evaluate(struct context *ctx, struct work *w, const struct running *r, struct error *err)
{
    struct levels l;
    int rc = load(&l, ctx, w, r, err);

    if (rc == 0)
        rc = attach_all(&l, err);
    for (size_t i = 0; rc == 0 && i < l.count; i++)
        if (sla_is_active(&l.list[i]))
            rc = move(&l, &l.list[i], err);
    running_release(&l.own);
    return rc;
}

int levels_tick(struct context *ctx, int64_t sla_id, int64_t case_id, struct buf *out, size_t *count,
                struct error *err)
{
    struct work w;
    struct sla *list = NULL;
    size_t n = 0;
    int rc;

    work_init(&w);
    rc = work_load_id(ctx, &w, case_id, err);
    if (rc == 0)
        rc = sla_of_case(ctx->db, case_id, w.c.number, ctx->arena, &list, &n, err);
    for (size_t i = 0; rc == 0 && i < n; i++)
        if (list[i].id == sla_id)
            rc = catch_up(ctx, &w, &list[i], ctx->recorded_at, out, count, err);
    if (rc == 0)
        rc = work_save(ctx, &w, err);
    work_release(&w);
    return rc;
}

int levels_print(struct context *ctx, const struct sla *s, struct buf *out, struct error *err)
{
    struct sla now = *s; /* as the tick would find it; nothing is told or kept */
    struct question q = {.sla = &now, .now = ctx->now, .changed = true};
    struct policy *p = NULL;
    struct json_writer w;
    int rc = definition_of(ctx, s, &p, &q.definition, err);

    while (rc == 0 && q.changed && now.stage == SLA_IN_PROGRESS) {
        q.before = now;
        rc = calendar_ask(p, q.definition->calendar, s->start_time, ctx->now, ask_tick, &q, err);
    }
    if (rc == 0)
        rc = calendar_ask(p, q.definition->calendar, s->start_time, ctx->now, ask_elapsed, &q, err);
    if (rc != 0)
        return rc;
    json_writer_init(&w, out);
    json_begin_object(&w, NULL);
    fields_write(sla_fields, &now, &w);
    json_put_duration(&w, "business_elapsed", q.elapsed);
    json_put_real(&w, "business_percentage", clock_percentage(&now, q.elapsed));
    json_end_object(&w);
    buf_add_char(out, '\n');
    return 0;
}
