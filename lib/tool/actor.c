/* Who acts, and by which clock. */
#include "base/json_read.h"
#include "base/utf8.h"
#include "tool/internal.h"

int actor_allowed(const char *proxies, const char *login, const char *actor, struct error *err)
{
    json_t *list, *one;
    size_t i;
    bool allowed = false;

    if (strcmp(login, actor) == 0)
        return 0;
    list = json_tree(proxies ? proxies : "[]", strlen(proxies ? proxies : "[]"), err);
    json_array_foreach (list, i, one)
        if (json_is_string(one) && strcmp(json_string_value(one), login) == 0)
            allowed = true;
    json_decref(list);
    if (!allowed)
        return error_set(err, CODE_USAGE, NULL, "CASEWORK_ACTOR: %s may not act for others in this store",
                         login);
    if (strlen(actor) > KEY_MAX || !utf8_valid(actor, strlen(actor)) ||
        utf8_find_control(actor, strlen(actor), TEXT_LINE) >= 0)
        return error_set(err, CODE_USAGE, NULL, "CASEWORK_ACTOR: \"%s\" is no login", actor);
    return 0;
}

static int find_clock(struct context *ctx, struct error *err)
{
    const char *now = getenv("CASEWORK_NOW");

    if (!now || !*now)
        return 0;
    if (!ctx->store.simulation)
        return error_set(err, CODE_USAGE, NULL, "CASEWORK_NOW: the store is no simulation");
    if (time_parse(now, strlen(now), &ctx->frozen_at) != 0)
        return error_set(err, CODE_USAGE, NULL, "CASEWORK_NOW: expected an RFC 3339 time, got \"%s\"", now);
    context_tick(ctx);
    return 0;
}

int run_identify(struct run *run, struct error *err)
{
    struct context *ctx = &run->ctx;
    const char *actor = getenv("CASEWORK_ACTOR");

    if (actor && *actor) {
        int rc = actor_allowed(ctx->store.proxies, ctx->actor, actor, err);
        if (rc != 0)
            return rc;
        ctx->actor = actor;
    }
    return find_clock(ctx, err);
}
