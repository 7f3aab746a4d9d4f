/*
 * entitlement as a promise with a number of units (its record is read and written by crm_table), and
 * entitlement_use: what cases have of it.
 */
#ifndef CASEWORK_STORE_ENTITLEMENT_TABLE_H
#define CASEWORK_STORE_ENTITLEMENT_TABLE_H

#include "model/entitlement.h"
#include "store/db.h"

/* The entitlements that may cover a case, appended to the list: each is looked for by the most particular
 * thing it names, so that it comes once. Retired ones are left out; a contract or line that was retired
 * counts as cancelled. First those that name its asset, its sold products, an account of its tree, its
 * consumer or its contract ... */
int entitlement_candidates(struct db *db, const struct entitle_case *c, struct arena *arena,
                           struct entitle_list *list, struct error *err);
/* ... then those that name one of its products and nothing of these, which many cases share: those with a
 * limited number of units, or the others. */
int entitlement_of_product(struct db *db, const char *product, bool units, struct arena *arena,
                           struct entitle_list *list, struct error *err);
/* Those that name none of all these (the first eight by key) cover nothing, but may come nearest. */
int entitlement_of_nothing(struct db *db, struct arena *arena, struct entitle_list *list, struct error *err);
/* Those bound to other assets of the account (the first eight by key), which may come nearest, too. */
int entitlement_near(struct db *db, const char *account, const char *asset, struct arena *arena,
                     struct entitle_list *list, struct error *err);
/* The terms of one entitlement, retired or not; *found. */
int entitlement_terms(struct db *db, const char *key, struct arena *arena, struct entitle_candidate *e,
                      bool *found, struct error *err);

/* What a case has; *found false: it never had any. */
int entitlement_use_find(struct db *db, int64_t case_id, struct arena *arena, struct entitlement_use *use,
                         bool *found, struct error *err);
int entitlement_use_save(struct db *db, const struct entitlement_use *use, struct error *err); /* upsert */
/* How many units cases have used. */
int entitlement_used(struct db *db, const char *key, int64_t *units, struct error *err);
/* Adds to what is reserved of an entitlement (a counter in the transaction of what it counts). *done is
 * false, and nothing changed, when the units would be overdrawn. */
int entitlement_reserve(struct db *db, const char *key, int64_t units, bool *done, struct error *err);

#endif
