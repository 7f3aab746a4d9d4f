#include "act/enrich_internal.h"

static void explain_requester(struct json_writer *w, const struct found *found)
{
    json_begin_object(w, "requester");
    if (found->requester.kind) {
        json_put_text(w, "kind", found->requester.kind->name);
        json_put_text(w, "key", found->requester.key);
        json_put_text(w, "account", crm_text(&found->requester, "account"));
    }
    json_put_bool(w, "verified", found->verified);
    json_put_text(w, "reason", found->reason);
    json_put_text(w, "on_behalf", found->on_behalf);
    json_end_object(w);
}

/* Every clause that fails; of one that covers the case and was not taken, what it is behind in. */
static void explain_loss(struct json_writer *w, const struct found *found, size_t i)
{
    const struct entitle_candidate *e = &found->candidates.items[i];
    const struct entitle_verdict *v = &found->verdicts[i], *best;

    if (v->failed) {
        json_begin_array(w, "failed");
        for (unsigned clause = 0; clause < ENTITLE_CLAUSES; clause++)
            if (v->failed & 1u << clause)
                json_put_text(w, NULL, entitle_why(&found->facts, e, clause));
        json_end_array(w);
        return;
    }
    best = &found->verdicts[found->chosen];
    json_put_text(w, "lost_by",
                  v->score != best->score                                                ? "score"
                  : v->account_distance != best->account_distance                        ? "account_distance"
                  : v->product_distance != best->product_distance                        ? "product_distance"
                  : e->own.ends_at != found->candidates.items[found->chosen].own.ends_at ? "ends_at"
                                                                                         : "key");
}

static void put_distance(struct json_writer *w, const char *name, size_t distance)
{
    if (distance != SIZE_MAX)
        json_put_int(w, name, (int64_t)distance);
}

static void explain_candidate(struct json_writer *w, const struct found *found, size_t i)
{
    const struct entitle_candidate *e = &found->candidates.items[i];
    const struct entitle_verdict *v = &found->verdicts[i];

    json_begin_object(w, NULL);
    json_put_text(w, "key", e->key);
    json_put_int(w, "score", v->score);
    put_distance(w, "account_distance", v->account_distance);
    put_distance(w, "product_distance", v->product_distance);
    json_put_time(w, "ends_at", e->own.ends_at);
    if (e->units_left != INT_NONE)
        json_put_int(w, "units_left", e->units_left);
    if ((long)i == found->chosen)
        json_put_bool(w, "chosen", true);
    else
        explain_loss(w, found, i);
    json_end_object(w);
}

int explain_context(struct context *ctx, struct work *w, const struct found *found, struct error *err)
{
    struct buf text = BUF_INIT;
    struct json_writer out;

    json_writer_init(&out, &text);
    json_begin_object(&out, NULL);
    explain_requester(&out, found);
    json_begin_array(&out, "entitlements");
    for (size_t i = 0; i < found->candidates.count; i++)
        explain_candidate(&out, found, i);
    json_end_array(&out);
    json_end_object(&out);
    w->explain = buf_failed(&text) ? NULL : arena_strndup(ctx->arena, text.data, text.len);
    buf_release(&text);
    return w->explain ? 0 : error_no_memory(err);
}
