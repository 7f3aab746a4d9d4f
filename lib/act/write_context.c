#include "act/enrich_internal.h"
#include "act/journal.h"

#define CONTEXT_SECTIONS 24

/* A member of the context, as its text stands in the whole. */
struct section {
    const char *name;
    size_t start, end;
    const struct crm_record *person; /* the journal leaves out names, e-mails and phones */
    bool stamp;                      /* version and at: they differ with every context */
};

struct writing {
    struct json_writer w;
    struct buf text;
    struct section sections[CONTEXT_SECTIONS];
    size_t count;
    size_t own; /* bytes of the text before the reference to the lists */
    bool cut;   /* the whole would be too large: records go without their free-form members */
};

/* Notes the member that was just written; one that was not, since there is nothing to say, is none. */
static struct section *note(struct writing *out, const char *name)
{
    struct section *last = out->count > 0 ? &out->sections[out->count - 1] : NULL;
    size_t from = last ? last->end : 1, head = strlen(name) + 3 + (last ? 1 : 0); /* ,"name": */
    struct section *s = &out->sections[out->count];

    if (out->text.len <= from || out->count == CONTEXT_SECTIONS)
        return NULL;
    *s = (struct section){.name = name, .start = from + head, .end = out->text.len};
    out->count++;
    return s;
}

static void put_text(struct writing *out, const char *name, const char *value)
{
    json_put_text(&out->w, name, value);
    note(out, name);
}

static void put_bool(struct writing *out, const char *name, bool value)
{
    json_put_bool(&out->w, name, value);
    note(out, name);
}

static const struct crm_record *without_data(const struct crm_record *r, struct crm_record *brief)
{
    *brief = *r;
    brief->data = NULL;
    return brief;
}

static void put_record(struct writing *out, const char *name, const struct crm_record *r)
{
    struct crm_record brief;
    struct section *s;

    if (!r->kind)
        return;
    json_begin_object(&out->w, name);
    fields_write(r->kind->fields, out->cut ? without_data(r, &brief) : r, &out->w);
    json_put_int(&out->w, "seq", r->head.seq);
    json_end_object(&out->w);
    s = note(out, name);
    if (s && (r->kind->id == KIND_CONTACT || r->kind->id == KIND_CONSUMER))
        s->person = r;
}

static void put_nearest(struct writing *out, const struct found *found)
{
    const struct entitle_candidate *e;

    if (found->nearest < 0)
        return;
    e = &found->candidates.items[found->nearest];
    json_begin_object(&out->w, "nearest");
    json_put_text(&out->w, "key", e->key);
    json_put_text(&out->w, "why", entitle_first_why(&found->facts, e, &found->verdicts[found->nearest]));
    json_end_object(&out->w);
    note(out, "nearest");
}

static double days(usec duration)
{
    double hundredths = (double)duration / ((double)USEC_DAY / 100);

    return (double)(int64_t)(hundredths + (hundredths < 0 ? -0.5 : 0.5)) / 100;
}

static void put_history_of(struct writing *out, const char *name, bool known, const struct case_history *h)
{
    if (!known)
        return;
    json_begin_object(&out->w, name);
    json_put_int(&out->w, "active", h->active);
    json_put_int(&out->w, "recent", h->recent);
    json_put_int(&out->w, "reopened", h->reopened);
    if (h->resolved > 0)
        json_put_real(&out->w, "average_days", days(h->resolve_time / h->resolved));
    json_end_object(&out->w);
}

static void put_history(struct writing *out, const struct casefile *c, const struct found *found)
{
    json_begin_object(&out->w, "history");
    put_history_of(out, "contact", c->contact, &found->history[HISTORY_CONTACT]);
    put_history_of(out, "account", c->account, &found->history[HISTORY_ACCOUNT]);
    put_history_of(out, "asset", c->asset, &found->history[HISTORY_ASSET]);
    json_end_object(&out->w);
    note(out, "history");
}

static void put_similar(struct writing *out, const struct found *found)
{
    if (found->similar_count == 0)
        return;
    json_begin_array(&out->w, "similar");
    for (size_t i = 0; i < found->similar_count; i++) {
        const struct case_similar *s = &found->similar[i];
        json_begin_object(&out->w, NULL);
        json_put_text(&out->w, "number", s->number);
        json_put_text(&out->w, "same", s->same_asset ? "asset" : "category");
        json_put_time(&out->w, "resolved_at", s->resolved_at);
        json_put_text(&out->w, "cause", s->cause);
        json_put_text(&out->w, "resolution_code", s->resolution_code);
        json_end_object(&out->w);
    }
    json_end_array(&out->w);
    note(out, "similar");
}

static void put_problems(struct writing *out, const struct found *found)
{
    if (found->problem_count == 0)
        return;
    json_begin_array(&out->w, "problems");
    for (size_t i = 0; i < found->problem_count; i++) {
        json_begin_object(&out->w, NULL);
        json_put_text(&out->w, "pointer", found->problems[i].pointer);
        json_put_text(&out->w, "code", found->problems[i].code);
        json_end_object(&out->w);
    }
    json_end_array(&out->w);
    note(out, "problems");
}

static void put_stamp(struct writing *out, int64_t version, usec at)
{
    struct section *s;

    json_put_int(&out->w, "version", version);
    if ((s = note(out, "version")))
        s->stamp = true;
    json_put_time(&out->w, "at", at);
    if ((s = note(out, "at")))
        s->stamp = true;
}

/* The lists of what is touched are kept once, by their digest. */
static void put_impact(struct writing *out, const struct impact *impact)
{
    char hex[DIGEST_HEX];

    out->own = out->text.len;
    if (!impact || !impact->lists)
        return;
    digest_hex(&impact->shared.digest, hex);
    json_begin_object(&out->w, "impact");
    json_put_text(&out->w, "digest", hex);
    json_end_object(&out->w);
    note(out, "impact");
}

static void put_members(struct writing *out, const struct casefile *c, const struct found *found,
                        int64_t version, usec at)
{
    static const struct crm_record nobody = {0};

    json_writer_init(&out->w, &out->text);
    json_begin_object(&out->w, NULL);
    put_stamp(out, version, at);
    put_bool(out, "verified", found->verified);
    put_text(out, "reason", found->reason);
    put_text(out, "on_behalf", found->on_behalf);
    put_record(out, "account", &found->account);
    put_record(out, "contact", c->contact ? &found->requester : &nobody);
    put_record(out, "consumer", &found->consumer);
    put_record(out, "product", &found->product);
    put_record(out, "asset", &found->asset);
    put_record(out, "contract", &found->contract);
    put_bool(out, "entitled", found->chosen >= 0);
    put_record(out, "entitlement", &found->entitlement);
    put_nearest(out, found);
    put_history(out, c, found);
    put_similar(out, found);
    put_problems(out, found);
    if (out->cut)
        put_bool(out, "cut", true);
    put_impact(out, found->impact);
    json_end_object(&out->w);
}

/* As the journal tells it. */
static void put_context(struct writing *out, const struct casefile *c, const struct found *found,
                        int64_t version, usec at)
{
    put_members(out, c, found, version, at);
    if (out->own + (found->impact ? found->impact->shared.length : 0) <= CONTEXT_MAX)
        return;
    buf_clear(&out->text);
    out->count = 0;
    out->cut = true;
    put_members(out, c, found, version, at);
}

/* The context that the case has had so far, as the journal told it; no members when it has none. */
static int read_before(struct context *ctx, const struct casefile *before, struct json_record *old,
                       int64_t *version, struct error *err)
{
    const struct json_value *v;
    const char *told;
    int rc;

    *old = (struct json_record){0};
    *version = 0;
    if (!before->context)
        return 0;
    told = case_told_context(before, ctx->arena);
    if (!told)
        return error_no_memory(err);
    rc = json_parse(ctx->parser, told, strlen(told), ctx->arena, old, err);
    v = rc == 0 ? json_get(old, "version") : NULL;
    if (v && v->type == JSON_IS_INTEGER)
        *version = v->integer;
    return rc;
}

static bool is_same(const struct context *ctx, const struct json_record *old, const struct writing *out,
                    const struct section *s)
{
    const struct json_value *v = json_get(old, s->name);
    const char *text = v && v->type == JSON_IS_STRING ? json_quote(v->text, v->length, ctx->arena)
                       : v                            ? v->text
                                                      : NULL;

    return text && strlen(text) == s->end - s->start &&
           memcmp(text, out->text.data + s->start, s->end - s->start) == 0;
}

static bool is_written(const struct writing *out, const char *name)
{
    for (size_t i = 0; i < out->count; i++)
        if (strcmp(out->sections[i].name, name) == 0)
            return true;
    return false;
}

static bool all_same(const struct context *ctx, const struct json_record *old, const struct writing *out)
{
    for (size_t i = 0; i < out->count; i++)
        if (!out->sections[i].stamp && !is_same(ctx, old, out, &out->sections[i]))
            return false;
    return old->count == out->count; /* and none is gone */
}

/* Who it is: the personal members are in the journal of the person's own record, at this seq. */
static void journal_person(struct json_writer *to, const char *name, const struct crm_record *r)
{
    json_begin_object(to, name);
    for (const struct field *f = r->kind->fields; f->name; f++)
        if (!(f->flags & (FIELD_PERSONAL | FIELD_UNPRINTED)))
            field_write(f, r, to, false);
    json_put_int(to, "seq", r->head.seq);
    json_end_object(to);
}

static int journal_context(struct context *ctx, struct work *w, const struct json_record *old,
                           const struct writing *out, struct error *err)
{
    struct journal j;
    struct json_writer *to = journal_open(&j, ctx, &w->c.head, "case.enriched", ctx->now, NULL);

    journal_changes(&j, "changes", "/data/changes", case_fields, &w->before, &w->c);
    json_begin_object(to, "context");
    for (size_t i = 0; i < out->count; i++) {
        const struct section *s = &out->sections[i];
        if (is_same(ctx, old, out, s))
            continue;
        if (s->person)
            journal_person(to, s->name, s->person);
        else
            json_put_raw(to, s->name,
                         arena_strndup(ctx->arena, out->text.data + s->start, s->end - s->start));
    }
    for (size_t i = 0; i < old->count; i++)
        if (!is_written(out, old->members[i].name))
            json_put_null(to, old->members[i].name);
    json_end_object(to);
    return journal_close(&j, err);
}

/* The context whole, its lists kept. */
static int take_context(struct context *ctx, struct casefile *c, const struct writing *out,
                        const struct impact *impact, struct error *err)
{
    const char *lists = impact ? impact->lists : NULL;

    c->lists = impact ? impact->shared : (struct shared_lists){0};
    if (buf_failed(&out->text))
        return error_no_memory(err);
    if (out->own + c->lists.length > CONTEXT_MAX)
        return error_set(err, CODE_LIMIT, "/context", "larger than %zu bytes (%zu)", CONTEXT_MAX,
                         out->own + c->lists.length);
    case_join_context(c, out->text.data, out->own, lists, ctx->arena);
    if (!c->context)
        return error_no_memory(err);
    return lists ? impact_keep(ctx, impact, err) : 0;
}

int write_context(struct context *ctx, struct work *w, const struct found *found, bool *same,
                  struct error *err)
{
    struct writing out = {.text = BUF_INIT};
    struct json_record old;
    int64_t version;
    int rc = read_before(ctx, &w->before, &old, &version, err);

    if (rc != 0)
        return rc;
    put_context(&out, &w->c, found, version + 1, ctx->now);
    *same = version > 0 && all_same(ctx, &old, &out) && !fields_differ(case_fields, &w->before, &w->c);
    if (*same)
        goto out;
    rc = take_context(ctx, &w->c, &out, found->impact, err);
    if (rc == 0)
        rc = journal_context(ctx, w, &old, &out, err);
out:
    buf_release(&out.text);
    return rc;
}
