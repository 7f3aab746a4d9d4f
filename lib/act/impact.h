/*
 * What a configuration item touches, as the context of a case tells it.
 *
 * What was read of items, relations and owners of assets, and what was made of it, is kept in the process as
 * long as nothing has changed any of them (impact_revision, asked once a transaction), within a bound of
 * memory: in a bulk run many cases stand on the same items.
 */
#ifndef CASEWORK_ACT_IMPACT_H
#define CASEWORK_ACT_IMPACT_H

#include "act/context.h"
#include "model/case.h"

#define IMPACT_LISTED 64 /* elements of a list in the context at most */

struct impact_cache; /* one a process, in ctx->impacts; impact_cache_free() takes NULL */
struct graph_item;

/* Owned by the cache: good until the next impact_of(). */
struct impact {
    /* Members of a JSON object, "upstream":[...],"services":[...], an empty list left out; NULL: both are.
     * Arrays of {key,name,criticality,customers,distance}; criticality is its name.
     * upstream: what the item depends on, nearest first (then most critical, unknown last, then key).
     * services: what depends on it and is a service (its class ends in "service", in any case), most critical
     * first (unknown last), then nearest, then key. customers: the accounts, and the consumers of assets
     * without an account, that have an active asset on that element or on anything that depends on it. A list
     * that was cut at IMPACT_LISTED is followed by "upstream_count" or "services_count". */
    const char *lists;
    struct shared_lists shared; /* their digest and length; zeros */

    int64_t kept;               /* for impact_keep: 0, or 1 + ctx->rollbacks at the last time */
    struct impact_cache *cache; /* for impact_distances */
    struct graph_item *item;
};

void impact_cache_free(struct impact_cache *cache);

/* *impact is NULL when there is no such active item. The depth is the policy's (casework.json,
 * "impact_depth", 16). */
int impact_of(struct context *ctx, const char *ci, const struct impact **impact, struct error *err);
/* Keeps the lists in the store, for contexts to refer to. Known to be done, it costs nothing. */
int impact_keep(struct context *ctx, const struct impact *impact, struct error *err);
/* How far each key (NULL: none) is from the item, 0 for itself, the nearer way should it be reached in both
 * directions; -1: untouched. */
void impact_distances(const struct impact *impact, const char *const *keys, size_t count, int64_t *distances);

#endif
