/*
 * Entitlement: which of the candidates covers the case best. Pure.
 *
 * A candidate covers a case when
 *   - its state, its contract line's and its contract's are active, and their dates hold at opened_at
 *     (starts_at inclusive, ends_at exclusive; an absent date is open);
 *   - each thing it names is the case's: the channel; the account, or one above it in the tree; the consumer;
 *     the product, or one above it; the asset; the sold product that the asset is part of, or one above it;
 *     the contract;
 *   - it names at least one of these beside the channel;
 *   - a unit is left, when its units are limited (or the case holds one of it already).
 * The score is the sum of the weights of what it names: account or consumer 1, product 2, asset or sold
 * product 3, contract 4 (ServiceNow's). Ties: the account nearest in the tree (a consumer is as near as the
 * case's own account; none is the farthest), then the nearest product, then the earliest to end (none ends
 * last), then the key.
 */
#ifndef CASEWORK_RULE_ENTITLE_H
#define CASEWORK_RULE_ENTITLE_H

#include <stddef.h>

#include "model/entitlement.h"

/* Why a candidate does not cover: the clauses that fail, in this order; as bits, 1 << clause. */
enum entitle_clause {
    ENTITLE_STATE,     /* "draft" "expired" "cancelled" "suspended": its own state */
    ENTITLE_DATES,     /* "not_started" "ended" */
    ENTITLE_LINE,      /* "contract_line": its line's state or dates */
    ENTITLE_AGREEMENT, /* "contract_state": its contract's state or dates */
    ENTITLE_CHANNEL,
    ENTITLE_ACCOUNT,
    ENTITLE_CONSUMER,
    ENTITLE_PRODUCT,
    ENTITLE_ASSET,
    ENTITLE_SOLD_PRODUCT,
    ENTITLE_CONTRACT,
    ENTITLE_UNNAMED, /* it names nothing */
    ENTITLE_UNITS,   /* none is left */
    ENTITLE_CLAUSES
};

struct entitle_verdict {
    unsigned failed;                           /* clauses; 0: it covers the case */
    int score;                                 /* of what it names and the case has */
    size_t account_distance, product_distance; /* in the tree; SIZE_MAX: not named */
};

struct entitle_verdict entitle_judge(const struct entitle_case *c, const struct entitle_candidate *e);
/* The word for a failed clause: "ended", "account", "units" ... */
const char *entitle_why(const struct entitle_case *c, const struct entitle_candidate *e,
                        enum entitle_clause clause);
/* The first failed clause's word; NULL when none failed. */
const char *entitle_first_why(const struct entitle_case *c, const struct entitle_candidate *e,
                              const struct entitle_verdict *v);

/* Index of the best, or -1. verdicts[] has room for `count`. */
long entitle_choose(const struct entitle_case *c, const struct entitle_candidate *candidates, size_t count,
                    struct entitle_verdict *verdicts);
/* When none covers: the one that fails the fewest clauses, of these the highest score, then as above; -1
 * when there are no candidates. */
long entitle_nearest(const struct entitle_candidate *candidates, const struct entitle_verdict *verdicts,
                     size_t count);

#endif
