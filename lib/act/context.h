/*
 * What every act works with: the store (inside the transaction its caller opened), the policy in force, who
 * acts, when, and the journal's pen. One a process; the runner makes it.
 */
#ifndef CASEWORK_ACT_CONTEXT_H
#define CASEWORK_ACT_CONTEXT_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/number_map.h"
#include "config/policy.h"
#include "config/source.h"
#include "store/store.h"

#define POLICY_CACHE 8

struct impact_cache;
struct known_records;
struct staff;

struct context {
    struct db *db;
    struct store_info store;
    const char *tool;       /* "case-route" */
    const char *actor;      /* login, or whom it stands in for */
    int64_t uid;            /* of the process */
    const char *repository; /* config repository, and the revision asked for */
    const char *rev;
    struct policy *policy;               /* in force for this batch; NULL for tools that need none */
    bool policy_fresh;                   /* the store does not know it yet: keep it in this transaction */
    struct policy *pinned[POLICY_CACHE]; /* policies at other commits, least recently used last */
    usec frozen_at;                      /* CASEWORK_NOW; TIME_NONE: the real clock runs */
    usec now;         /* of this record; moves on to the case's last event, should that lie in the future */
    usec recorded_at; /* the same moment; `at` of an event may differ */
    bool dry_run;
    struct number_map passed; /* in a dry run: crm_name() of the customer records that were put, or deleted,
                                 in transactions that have been rolled back since; else empty */
    struct arena *arena;      /* of the record at hand */
    struct random_pool random;
    struct json_parser *parser;
    int64_t rollbacks; /* how often context_forget() was called: what was written before may be gone */

    /* Cached inside a transaction; dropped by context_begin(), and by context_forget() with its savepoint or
     * transaction. */
    int64_t last_case_id; /* 0: not read yet */
    bool rejects_known, rejects_any;
    bool impacts_fresh;              /* `impacts` was compared with the store in this transaction */
    bool deleted_known, deleted_any; /* was any customer record ever deleted */
    bool impact_revised;             /* impact_revise() was called */
    bool majors_known, majors_any;   /* is any major case open; whoever saves a major case forgets it */
    struct known_records *known;     /* customer records (act/known.h); NULL before the first */
    struct staff *staff;             /* who takes cases (act/staff.h); NULL before the first */

    const struct case_type
        *case_type;      /* of the case at hand, says which of its `fields` are personal; NULL: none */
    char tz_version[32]; /* of the tz database, read once; "" before */
    struct impact_cache *impacts; /* what configuration items touch (act/impact.h); NULL before the first */

    /* scratch of the journal */
    struct buf event_body;
};

int context_init(struct context *ctx, struct error *err);
void context_release(struct context *ctx);

/* Finds the policy in force; before a transaction, since it may start policy-load. */
int context_refresh_policy(struct context *ctx, struct error *err);
/* Keeps a fresh policy in the store; first thing in a write transaction. */
int context_keep_policy(struct context *ctx, struct error *err);
/* The policy of a commit that decided something (the one in force, or a kept one). Borrowed. */
int context_policy_at(struct context *ctx, const char *commit, struct policy **p, struct error *err);

void context_tick(struct context *ctx);   /* a new record begins: now = clock */
void context_begin(struct context *ctx);  /* a transaction begins: others may have written meanwhile */
void context_forget(struct context *ctx); /* a savepoint or transaction was rolled back */

#endif
