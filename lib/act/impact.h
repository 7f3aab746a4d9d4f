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

#define IMPACT_LISTED 64 /* elements of a list in the context at most */

struct impact_cache; /* one a process, in ctx->impacts; impact_cache_free() takes NULL */
struct graph_item;

/* Owned by the cache: good until the next impact_of(). */
struct impact {
    /* JSON arrays of {key,name,criticality,customers,distance}, NULL when empty; criticality is its name.
     * upstream: what the item depends on, nearest first (then most critical, unknown last, then key).
     * services: what depends on it and is a service (its class ends in "service", in any case), most critical
     * first (unknown last), then nearest, then key. customers: the accounts, and the consumers of assets
     * without an account, that have an active asset on that element or on anything that depends on it. */
    const char *upstream, *services;
    size_t upstream_count, services_count; /* before the lists were cut at IMPACT_LISTED */

    struct impact_cache *cache; /* for impact_distance */
    struct graph_item *item;
};

void impact_cache_free(struct impact_cache *cache);

/* *impact is NULL when there is no such active item. The depth is the policy's (casework.json,
 * "impact_depth", 16). */
int impact_of(struct context *ctx, const char *ci, const struct impact **impact, struct error *err);
/* How many relations lie between the item and `key`, in whichever direction is nearer; 0: the item itself;
 * -1: neither depends on the other within the depth. */
int64_t impact_distance(const struct impact *impact, const char *key);

#endif
