/*
 * Entitlement: which of the candidates covers the case best. Pure.
 *
 * A candidate covers a case when each thing it names (account, product, asset, contract) is the case's, and
 * it is active at opened_at (starts_at inclusive, ends_at exclusive; an absent date is open). The score is
 * the sum of the weights of what it names and matches: account 1, product 2, asset 3, contract 4. Ties: the
 * earliest to end (none ends last), then the key.
 */
#ifndef CASEWORK_RULE_ENTITLE_H
#define CASEWORK_RULE_ENTITLE_H

#include <stddef.h>

#include "model/entitlement.h"

/* 0: does not cover; *why (may be NULL) is then the first clause that failed: "not_started", "ended",
 * "account", "product", "asset", "contract"; "unnamed" when it names nothing. NULL when it covers. */
int entitle_score(const struct entitle_case *c, const struct entitle_candidate *e, const char **why);
/* Index of the best, or -1. */
long entitle_choose(const struct entitle_case *c, const struct entitle_candidate *candidates, size_t count);
/* For the explanation when none covers: the first candidate that failed only one clause, or -1. */
long entitle_nearest(const struct entitle_case *c, const struct entitle_candidate *candidates, size_t count);

#endif
