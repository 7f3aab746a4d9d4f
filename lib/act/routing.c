#include "act/routing.h"

#include <string.h>

#include "act/event_read.h"
#include "base/json_read.h"

int set_by_hand(struct context *ctx, const char *number, const char *field, bool *by_hand, struct error *err)
{
    const char *type = NULL;
    int rc = last_changes(ctx, number, &field, 1, &type, err);

    *by_hand = type && (strcmp(type, "case.updated") == 0 || strcmp(type, "case.accepted") == 0);
    return rc;
}

static long find_tag(const json_t *tags, const char *tag)
{
    const json_t *have;
    size_t i;

    json_array_foreach ((json_t *)tags, i, have) {
        if (strcmp(json_string_value(have), tag) == 0)
            return (long)i;
    }
    return -1;
}

/* The case's tags without UNROUTED; the caller owns the reference. */
static int tags_of(const struct casefile *c, json_t **tags, struct error *err)
{
    long at;

    *tags = c->tags ? json_tree(c->tags, strlen(c->tags), err) : json_array();
    if (!*tags)
        return err->code ? (int)err->code : error_no_memory(err);
    at = find_tag(*tags, UNROUTED);
    return at >= 0 && json_array_remove(*tags, (size_t)at) != 0 ? error_no_memory(err) : 0;
}

static int set_tags(struct context *ctx, struct casefile *c, const json_t *tags, struct error *err)
{
    const char *text = NULL;

    if (json_array_size(tags) > 0 && !(text = json_tree_text(tags, ctx->arena)))
        return error_no_memory(err);
    /* As they were: not written anew. */
    if (!text || !c->tags || strcmp(text, c->tags) != 0)
        c->tags = text;
    return 0;
}

int routing_tags(struct context *ctx, struct casefile *c, const struct routing *r, struct error *err)
{
    const json_t *more = r->manual ? NULL : r->assigned.tags;
    json_t *tags = NULL, *tag;
    size_t i;
    int rc;

    if (!more && !r->triage && !(c->tags && strstr(c->tags, UNROUTED)))
        return 0;
    rc = tags_of(c, &tags, err);
    json_array_foreach ((json_t *)more, i, tag) {
        if (rc == 0 && find_tag(tags, json_string_value(tag)) < 0 && json_array_append(tags, tag) != 0)
            rc = error_no_memory(err);
    }
    if (rc == 0 && r->triage && !r->manual && json_array_append_new(tags, json_string(UNROUTED)) != 0)
        rc = error_no_memory(err);
    if (rc == 0)
        rc = set_tags(ctx, c, tags, err);
    json_decref(tags);
    return rc;
}

static int hide_unrouted(struct context *ctx, struct casefile *c, struct error *err)
{
    json_t *tags = NULL;
    int rc = 0;

    if (!c->tags || !strstr(c->tags, UNROUTED))
        return 0;
    rc = tags_of(c, &tags, err);
    if (rc == 0)
        rc = set_tags(ctx, c, tags, err);
    json_decref(tags);
    return rc;
}

static int ask_table(struct context *ctx, struct work *w, struct routing *r, struct error *err)
{
    const struct table *table = NULL;
    const json_t *document;
    int rc = policy_table(ctx->policy, "assignment", &table, err);

    if (rc == 0 && table)
        rc = work_document(w, &document, err);
    if (rc != 0 || !table)
        return rc;
    rc = table_decide(table, document, ctx->now, &r->assignment, err);
    return rc == 0 && r->assignment.then
               ? assignment_read(r->assignment.then, "", ctx->arena, &r->assigned, err)
               : rc;
}

/* What neither rule nor default says, and what a hand has said. */
static int settle(struct context *ctx, const struct casefile *c, struct routing *r, struct error *err)
{
    const struct policy_settings *settings;
    int rc = policy_settings(ctx->policy, &settings, err);

    if (rc == 0 && r->manual) {
        r->assigned = (struct assignment){0};
        return assignment_to_group(&r->assigned, c->assignment_group, ctx->arena, err);
    }
    if (rc != 0 || r->assigned.group)
        return rc;
    r->triage = true;
    if (r->assigned.pool_count > 0)
        r->assigned.group = settings->default_group;
    else
        rc = assignment_to_group(&r->assigned, settings->default_group, ctx->arena, err);
    return rc;
}

int routing_decide(struct context *ctx, struct work *w, struct routing *r, struct error *err)
{
    struct casefile *c = &w->c, kept = w->c;
    int rc = 0;

    if (c->assignment_group)
        rc = set_by_hand(ctx, c->number, "assignment_group", &r->manual, err);
    if (rc == 0)
        rc = hide_unrouted(ctx, c, err);
    if (rc == 0 && !r->manual)
        c->assignment_group = NULL;
    if (rc == 0)
        rc = ask_table(ctx, w, r, err);
    w->c = kept;
    return rc == 0 ? settle(ctx, c, r, err) : rc;
}

void routing_release(struct routing *r)
{
    decision_release(&r->assignment);
    decision_release(&r->priority);
}
