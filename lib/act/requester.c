#include "act/enrich_internal.h"
#include "act/known.h"
#include "act/reference.h"
#include "store/crm_table.h"

static bool same_key(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static bool is_consumer(const struct crm_record *r)
{
    return r->kind && r->kind->id == KIND_CONSUMER;
}

static void refuse(struct found *found, const char *reason)
{
    found->verified = false;
    if (!found->reason)
        found->reason = reason;
}

/* Who asks is named by `contact`, else it is the consumer itself. */
static int identify(struct context *ctx, struct casefile *c, struct found *found, struct error *err)
{
    enum person_found person = PERSON_NONE;
    int rc;

    if (!c->contact) {
        found->requester = found->consumer;
        if (!found->consumer.kind)
            refuse(found, c->consumer ? "unknown_consumer" : "no_contact");
        return 0;
    }
    rc = find_person(ctx, c->contact, c->account, &found->requester, &person, err);
    if (rc != 0)
        return rc;
    if (person != PERSON_FOUND) {
        found->requester.kind = NULL;
        refuse(found, person == PERSON_SEVERAL ? "ambiguous_contact" : "unknown_contact");
        add_problem(found, "/contact",
                    person == PERSON_SEVERAL ? "ambiguous_reference" : "unknown_reference");
        return 0;
    }
    if (!is_consumer(&found->requester)) {
        c->contact = found->requester.key;
    } else if (!c->consumer) { /* `contact` stays as it was given: a contact may have that key */
        c->consumer = found->requester.key;
        found->consumer = found->requester;
    }
    return 0;
}

static int is_partner(struct context *ctx, const char *account, bool *partner, struct error *err)
{
    struct crm_record r;
    bool found = false;
    int rc = known_record(ctx, KIND_ACCOUNT, account, &r, &found, err);

    *partner = rc == 0 && found && r.active && r.flags[ACCOUNT_PARTNER];
    return rc;
}

/* By what right whoever asks may ask for an account: "" its own; it is related to it in person; it works for
 * a partner that has a relationship with it. NULL: by none. */
static int right_to_account(struct context *ctx, const struct casefile *c, const struct crm_record *asking,
                            const char *account, const char **right, struct error *err)
{
    const char *own = crm_text(asking, "account");
    struct record_link *links = NULL;
    size_t count = 0;
    bool related = false, partner = false;
    int rc;

    *right = same_key(own, account) ? "" : NULL;
    if (*right || is_consumer(asking))
        return 0;
    rc = crm_links(asking, "accounts", ctx->arena, &links, &count, err);
    if (rc == 0 && link_find(links, count, account, c->opened_at)) {
        *right = "related";
        return 0;
    }
    if (rc == 0 && own)
        rc = account_related(ctx->db, own, account, c->opened_at, &related, err);
    if (rc == 0 && related)
        rc = is_partner(ctx, own, &partner, err);
    if (partner)
        *right = "partner";
    return rc;
}

/* Is the one consumer the head of this household, and the other a member, at the time? */
static int heads_household(struct context *ctx, const char *key, const char *head, const char *other, usec at,
                           bool *yes, struct error *err)
{
    struct crm_record household;
    struct record_link *members = NULL;
    const struct record_link *link;
    size_t count = 0;
    bool found = false;
    int rc = crm_find(ctx->db, &record_kinds[KIND_HOUSEHOLD], key, ctx->arena, &household, &found, err);

    if (rc == 0 && found && household.active)
        rc = crm_links(&household, "members", ctx->arena, &members, &count, err);
    link = link_find(members, count, head, at);
    *yes = link && link->head && link_find(members, count, other, at);
    return rc;
}

/* The same for a consumer: "" itself; the head of a household asks for its members; a partner's contact asks
 * for whoever uses the partner's asset that the case is about. */
static int right_to_consumer(struct context *ctx, const struct casefile *c, const struct found *found,
                             const char *consumer, const char **right, struct error *err)
{
    const struct crm_record *asking = &found->requester;
    const char *own = crm_text(asking, "account"), **households = NULL;
    size_t count = 0;
    bool yes = false;
    int rc = 0;

    *right = is_consumer(asking) && same_key(asking->key, consumer) ? "" : NULL;
    if (*right)
        return 0;
    if (!is_consumer(asking)) {
        if (same_key(crm_text(&found->asset, "account"), own) &&
            same_key(crm_text(&found->asset, "consumer"), consumer))
            rc = is_partner(ctx, own, &yes, err);
        *right = yes ? "partner" : NULL;
        return rc;
    }
    rc = households_of(ctx->db, asking->key, ctx->arena, &households, &count, err);
    for (size_t i = 0; rc == 0 && !yes && i < count; i++)
        rc = heads_household(ctx, households[i], asking->key, consumer, c->opened_at, &yes, err);
    *right = yes ? "household" : NULL;
    return rc;
}

/* Fills account, consumer and product from who asks and from the asset: its owner is taken when the requester
 * may ask for the owner. */
static int fill(struct context *ctx, struct casefile *c, struct found *found, struct error *err)
{
    const char *owner = crm_text(&found->asset, "account"), *user = crm_text(&found->asset, "consumer");
    const char *own = crm_text(&found->requester, "account"), *right = c->contact ? NULL : "";
    int rc = 0;

    if (!c->product)
        c->product = crm_text(&found->asset, "product");
    if (!c->account && !is_consumer(&found->requester)) {
        if (found->requester.kind && owner)
            rc = right_to_account(ctx, c, &found->requester, owner, &right, err);
        c->account = owner && right ? owner : own;
    }
    if (rc != 0 || c->consumer || c->account || !user)
        return rc;
    c->consumer = user;
    return look_up(ctx, KIND_CONSUMER, user, "/consumer", &found->consumer, found, err);
}

static void judge(struct found *found, const char *right, const char *reason)
{
    if (!right)
        refuse(found, reason);
    else if (*right && !found->on_behalf)
        found->on_behalf = right;
}

/* An asset's own list of contacts says who may ask for it; without one, whoever may ask for its owner. */
static int check_asset(struct context *ctx, const struct casefile *c, struct found *found, struct error *err)
{
    const char *owner = crm_text(&found->asset, "account"), *user = crm_text(&found->asset, "consumer");
    const char *right = "";
    struct record_link *links = NULL;
    size_t count = 0;
    int rc = crm_links(&found->asset, "contacts", ctx->arena, &links, &count, err);

    if (rc != 0)
        return rc;
    if (count > 0) {
        if (is_consumer(&found->requester) || !link_find(links, count, found->requester.key, c->opened_at))
            refuse(found, "asset_contact");
        return 0;
    }
    if (same_key(owner, c->account) || same_key(user, c->consumer))
        return 0;
    if (owner)
        rc = right_to_account(ctx, c, &found->requester, owner, &right, err);
    else if (user)
        rc = right_to_consumer(ctx, c, found, user, &right, err);
    judge(found, right, "foreign_asset");
    return rc;
}

static int check_contract(struct context *ctx, const struct casefile *c, struct found *found,
                          struct error *err)
{
    const char *account = crm_text(&found->contract, "account"), *right = "";
    const char *consumer = crm_text(&found->contract, "consumer");
    int rc = 0;

    if (account && !same_key(account, c->account))
        rc = right_to_account(ctx, c, &found->requester, account, &right, err);
    else if (!account && consumer && !same_key(consumer, c->consumer))
        rc = right_to_consumer(ctx, c, found, consumer, &right, err);
    judge(found, right, "foreign_contract");
    return rc;
}

/* Whoever names somebody else's account, consumer, asset or contract needs a right to. */
static int check_rights(struct context *ctx, const struct casefile *c, struct found *found, struct error *err)
{
    const char *right = NULL;
    int rc = 0;

    if (!found->requester.kind)
        return 0;
    if (!found->requester.active)
        refuse(found, "retired_contact");
    if (c->account) {
        rc = right_to_account(ctx, c, &found->requester, c->account, &right, err);
        judge(found, right, "foreign_account");
    }
    if (rc == 0 && c->consumer) {
        rc = right_to_consumer(ctx, c, found, c->consumer, &right, err);
        judge(found, right, "foreign_consumer");
    }
    if (rc == 0 && found->asset.kind)
        rc = check_asset(ctx, c, found, err);
    if (rc == 0 && found->contract.kind)
        rc = check_contract(ctx, c, found, err);
    if (found->account.kind && !found->account.active)
        refuse(found, "retired_account");
    if (!found->verified)
        found->on_behalf = NULL;
    return rc;
}

int find_requester(struct context *ctx, struct casefile *c, struct found *found, struct error *err)
{
    int rc = look_up(ctx, KIND_CONSUMER, c->consumer, "/consumer", &found->consumer, found, err);

    found->verified = true;
    if (rc == 0)
        rc = identify(ctx, c, found, err);
    if (rc == 0)
        rc = look_up(ctx, KIND_ASSET, c->asset, "/asset", &found->asset, found, err);
    if (rc == 0)
        rc = fill(ctx, c, found, err);
    if (rc == 0)
        rc = look_up(ctx, KIND_ACCOUNT, c->account, "/account", &found->account, found, err);
    if (rc == 0)
        rc = look_up(ctx, KIND_PRODUCT, c->product, "/product", &found->product, found, err);
    if (rc == 0)
        rc = look_up(ctx, KIND_CONTRACT, c->contract, "/contract", &found->contract, found, err);
    return rc == 0 ? check_rights(ctx, c, found, err) : rc;
}
