#include "act/stage.h"

#include "act/event_read.h"
#include "act/journal.h"
#include "act/levels.h"
#include "act/reference.h"
#include "rule/entitle.h"
#include "store/case_table.h"
#include "store/crm_table.h"

#define RECENT      (30 * USEC_DAY) /* cases opened in the 30 days before this one */
#define CONTEXT_MAX ((size_t)256 * 1024)
#define PROBLEMS    8

/* What is found out about a case before its context is written. */
struct found {
    struct crm_record account, contact, product, asset, contract, entitlement; /* kind NULL: none */
    const char *nearest_key, *nearest_why; /* the entitlement that came closest, when none covers */
    bool verified;
    const char *reason; /* why not verified */
    struct case_history by_contact, by_account, by_asset;
    const char *problems[PROBLEMS]; /* pointers of references that lead nowhere */
    size_t problem_count;
};

static void add_problem(struct found *found, const char *pointer)
{
    if (found->problem_count < PROBLEMS)
        found->problems[found->problem_count++] = pointer;
}

/* Reads the record a member refers to; a reference that leads nowhere is a problem, not an error. */
static int look_up(struct context *ctx, enum record_kind_id kind, const char *key, const char *pointer,
                   struct crm_record *r, struct found *found, struct error *err)
{
    bool there = false;
    int rc;

    r->kind = NULL;
    if (!key)
        return 0;
    rc = crm_find(ctx->db, &record_kinds[kind], key, ctx->arena, r, &there, err);
    if (rc == 0 && !there) {
        r->kind = NULL;
        add_problem(found, pointer);
    }
    return rc;
}

static int verify_contact(struct context *ctx, struct casefile *c, struct found *found, struct error *err)
{
    bool there = false;
    int rc;

    found->contact.kind = NULL;
    if (!c->contact) {
        found->reason = "no_contact";
        return 0;
    }
    rc = find_contact(ctx, c->contact, &found->contact, &there, err);
    if (rc != 0)
        return rc;
    if (!there) {
        found->contact.kind = NULL;
        found->reason = "unknown_contact";
        add_problem(found, "/contact");
        return 0;
    }
    c->contact = found->contact.key;
    found->verified = true;
    return 0;
}

/* The value of a kind's text field by name. */
static const char *text_of(const struct crm_record *r, const char *name)
{
    const struct field *f = r->kind ? field_find(r->kind->fields, name) : NULL;

    return f ? field_text(f, r) : NULL;
}

static usec time_of(const struct crm_record *r, const char *name)
{
    return *(const usec *)((const char *)r + field_find(r->kind->fields, name)->offset);
}

/* Fills what the case leaves open from what it names: contact -> account, asset -> account and product. */
static int find_records(struct context *ctx, struct casefile *c, struct found *found, struct error *err)
{
    int rc = verify_contact(ctx, c, found, err);

    if (rc == 0)
        rc = look_up(ctx, KIND_ASSET, c->asset, "/asset", &found->asset, found, err);
    if (rc != 0)
        return rc;
    if (c->consumer) /* no record of this kind is kept yet */
        add_problem(found, "/consumer");
    if (!c->account)
        c->account = text_of(&found->contact, "account");
    if (!c->account)
        c->account = text_of(&found->asset, "account");
    if (!c->product)
        c->product = text_of(&found->asset, "product");
    rc = look_up(ctx, KIND_ACCOUNT, c->account, "/account", &found->account, found, err);
    if (rc == 0)
        rc = look_up(ctx, KIND_PRODUCT, c->product, "/product", &found->product, found, err);
    if (rc == 0)
        rc = look_up(ctx, KIND_CONTRACT, c->contract, "/contract", &found->contract, found, err);
    return rc;
}

static struct entitle_candidate terms_of(const struct crm_record *r)
{
    return (struct entitle_candidate){.key = r->key,
                                      .account = text_of(r, "account"),
                                      .product = text_of(r, "product"),
                                      .asset = text_of(r, "asset"),
                                      .contract = text_of(r, "contract"),
                                      .starts_at = time_of(r, "starts_at"),
                                      .ends_at = time_of(r, "ends_at")};
}

/* The one that the case names, when it covers the case. */
static int named_entitlement(struct context *ctx, const struct entitle_case *facts, struct casefile *c,
                             struct found *found, struct error *err)
{
    struct entitle_candidate terms;
    int rc = look_up(ctx, KIND_ENTITLEMENT, c->entitlement, "/entitlement", &found->entitlement, found, err);

    if (rc != 0 || !found->entitlement.kind)
        return rc;
    terms = terms_of(&found->entitlement);
    if (entitle_score(facts, &terms, &found->nearest_why) == 0) {
        found->nearest_key = found->entitlement.key;
        found->entitlement.kind = NULL;
    }
    return 0;
}

static int find_entitlement(struct context *ctx, struct casefile *c, struct found *found, struct error *err)
{
    struct entitle_case facts = {c->account, c->product, c->asset, c->contract, c->opened_at};
    struct entitle_candidate *list = NULL;
    size_t count = 0;
    long best, nearest;
    int rc;

    found->entitlement.kind = NULL;
    if (c->entitlement)
        return named_entitlement(ctx, &facts, c, found, err);
    rc = entitlement_candidates(ctx->db, &facts, ctx->arena, &list, &count, err);
    if (rc != 0 || count == 0)
        return rc;
    best = entitle_choose(&facts, list, count);
    if (best >= 0) {
        c->entitlement = list[best].key;
        return look_up(ctx, KIND_ENTITLEMENT, c->entitlement, "/entitlement", &found->entitlement, found,
                       err);
    }
    nearest = entitle_nearest(&facts, list, count);
    if (nearest >= 0) {
        found->nearest_key = list[nearest].key;
        entitle_score(&facts, &list[nearest], &found->nearest_why);
    }
    return 0;
}

static int count_history(struct context *ctx, const struct casefile *c, struct found *found,
                         struct error *err)
{
    usec since = c->opened_at - RECENT;
    int rc = 0;

    if (c->contact)
        rc = case_history(ctx->db, "contact", c->contact, c->id, since, &found->by_contact, err);
    if (rc == 0 && c->account)
        rc = case_history(ctx->db, "account", c->account, c->id, since, &found->by_account, err);
    if (rc == 0 && c->asset)
        rc = case_history(ctx->db, "asset", c->asset, c->id, since, &found->by_asset, err);
    return rc;
}

static void write_history(struct json_writer *w, const char *name, bool known, const struct case_history *h)
{
    if (!known)
        return;
    json_begin_object(w, name);
    json_put_int(w, "active", h->active);
    json_put_int(w, "recent", h->recent);
    json_end_object(w);
}

/* A record inside the context; in the journal (j given) names, e-mails and phones are masked. */
static void write_record(struct json_writer *w, struct journal *j, const char *name,
                         const struct crm_record *r)
{
    char pointer[128];

    if (!r->kind)
        return;
    if (j) {
        snprintf(pointer, sizeof pointer, "/data/context/%s", name);
        journal_printed(j, name, pointer, r->kind->fields, r);
        return;
    }
    json_begin_object(w, name);
    fields_write(r->kind->fields, r, w);
    json_end_object(w);
}

static void write_facts(struct json_writer *w, const struct casefile *c, const struct found *found)
{
    json_put_bool(w, "verified", found->verified);
    json_put_text(w, "reason", found->reason);
    json_put_bool(w, "entitled", found->entitlement.kind != NULL);
    if (found->nearest_key) {
        json_begin_object(w, "nearest");
        json_put_text(w, "key", found->nearest_key);
        json_put_text(w, "why", found->nearest_why);
        json_end_object(w);
    }
    json_begin_object(w, "history");
    write_history(w, "contact", c->contact, &found->by_contact);
    write_history(w, "account", c->account, &found->by_account);
    write_history(w, "asset", c->asset, &found->by_asset);
    json_end_object(w);
    if (found->problem_count == 0)
        return;
    json_begin_array(w, "problems");
    for (size_t i = 0; i < found->problem_count; i++) {
        json_begin_object(w, NULL);
        json_put_text(w, "pointer", found->problems[i]);
        json_put_text(w, "code", "unknown_reference");
        json_end_object(w);
    }
    json_end_array(w);
}

static void write_context(struct json_writer *w, struct journal *j, const char *name,
                          const struct casefile *c, const struct found *found)
{
    json_begin_object(w, name);
    write_record(w, j, "account", &found->account);
    write_record(w, j, "contact", &found->contact);
    write_record(w, j, "product", &found->product);
    write_record(w, j, "asset", &found->asset);
    write_record(w, j, "contract", &found->contract);
    write_record(w, j, "entitlement", &found->entitlement);
    write_facts(w, c, found);
    json_end_object(w);
}

static int set_context(struct context *ctx, struct casefile *c, const struct found *found, struct error *err)
{
    struct buf text = BUF_INIT;
    struct json_writer w;
    int rc = 0;

    json_writer_init(&w, &text);
    write_context(&w, NULL, NULL, c, found);
    if (text.len > CONTEXT_MAX)
        rc = error_set(err, CODE_LIMIT, "/context", "larger than %zu bytes (%zu)", CONTEXT_MAX, text.len);
    else
        c->context = buf_failed(&text) ? NULL : arena_strndup(ctx->arena, text.data, text.len);
    buf_release(&text);
    return rc == 0 && !c->context ? error_no_memory(err) : rc;
}

static int journal_enriched(struct context *ctx, struct work *w, const struct found *found, struct error *err)
{
    struct journal j;
    struct json_writer *out = journal_open(&j, ctx, &w->c.head, "case.enriched", ctx->now, NULL);

    journal_changes(&j, "changes", "/data/changes", case_fields, &w->before, &w->c);
    write_context(out, &j, "context", &w->c, found);
    return journal_close(&j, err);
}

/* What an earlier run filled in is found anew; what the requester or a person named stays. */
static int forget_choices(struct context *ctx, struct casefile *c, struct error *err)
{
    static const char *const filled[] = {"account", "product", "entitlement"};
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < sizeof filled / sizeof filled[0]; i++) {
        const char *type = NULL;
        rc = last_change(ctx, c->number, filled[i], &type, err);
        if (rc == 0 && type && strcmp(type, "case.enriched") == 0)
            field_clear(field_find(case_fields, filled[i]), c);
    }
    return rc;
}

int enrich_case(struct context *ctx, const struct stage_options *options, struct work *w, struct error *err)
{
    struct casefile *c = &w->c;
    struct found found = {0};
    int rc = stage_ready(c, PROGRESS_ENRICHED, err);

    if (rc < 0)
        return rc;
    if (rc == 1 && !(options->again && case_is_active(c) && c->progress >= PROGRESS_ENRICHED)) {
        w->unchanged = true;
        return 0;
    }
    rc = rc == 1 ? forget_choices(ctx, c, err) : 0;
    if (rc == 0)
        rc = find_records(ctx, c, &found, err);
    if (rc == 0)
        rc = find_entitlement(ctx, c, &found, err);
    if (rc == 0)
        rc = count_history(ctx, c, &found, err);
    if (rc == 0)
        rc = set_context(ctx, c, &found, err);
    if (rc != 0)
        return rc;
    if (c->progress < PROGRESS_ENRICHED)
        c->progress = PROGRESS_ENRICHED;
    else if (!fields_differ(case_fields, &w->before, c) && w->before.context &&
             strcmp(w->before.context, c->context) == 0) {
        w->unchanged = true;
        return 0;
    } else {
        rc = work_note_changes(ctx, w, err);
    }
    if (rc == 0)
        rc = journal_enriched(ctx, w, &found, err);
    if (rc == 0)
        rc = levels_evaluate(ctx, w, NULL, err);
    return rc == 0 ? work_save(ctx, w, err) : rc;
}
