/*
 * Making a store, or one out of a backup: under a temporary name beside its place, so that it is whole as
 * soon as it is there. Nothing is ever overwritten. These open and close ctx->db themselves.
 */
#ifndef CASEWORK_ACT_FOUNDING_H
#define CASEWORK_ACT_FOUNDING_H

#include <limits.h>

#include "act/context.h"
#include "base/folder.h"
#include "base/options.h"

struct founding {
    char store[PATH_MAX];     /* where it shall lie, absolute */
    char temporary[PATH_MAX]; /* where it is made */
    char config[PATH_MAX];    /* its config repository, absolute; it need not be there yet */
    const char *shared;       /* group that shares it, NULL: its owner's alone */
};

/* The places of a store and its config repository from what the user said: makes the folders above them.
 * repository NULL: `config` beside the store. CODE_UNAVAILABLE when the store exists. */
int founding_places(struct founding *f, const char *store, const char *repository, struct error *err);

/* Facts of a new store in ctx->store, with new secrets. */
int founding_facts(struct context *ctx, const struct founding *f, bool simulation, const char *ref,
                   const struct option_list *proxies, struct error *err);
/* Makes the store of ctx->store; keeps the policy in it; journals store.created. A dry run leaves nothing. */
int founding_create(struct context *ctx, const struct founding *f, const struct policy *policy,
                    struct error *err);

/* Copies the store `from` to the temporary name and opens it: ctx->store and ctx->db are the copy's. Then,
 * when actor and clock are known by its rules, founding_move(): it names f->config from now on; journals
 * store.restored; closes it. Call founding_publish() when the repository is in place. */
int founding_copy(struct context *ctx, const struct founding *f, const char *from, struct error *err);
int founding_move(struct context *ctx, const struct founding *f, struct error *err);
/* Puts the store in its place. */
int founding_publish(const struct founding *f, struct error *err);
/* Removes what lies under the temporary name, if anything. */
void founding_abandon(const struct founding *f);

#endif
