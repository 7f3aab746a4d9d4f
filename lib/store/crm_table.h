/*
 * account, contact, product, asset, entitlement, agent, contract, ci: one code for all kinds, each kind's
 * statements in a row of one array. address: one row an e-mail address or phone number of a contact.
 * agent_group: membership.
 */
#ifndef CASEWORK_STORE_CRM_TABLE_H
#define CASEWORK_STORE_CRM_TABLE_H

#include "model/crm.h"
#include "model/entitlement.h"
#include "store/db.h"

int crm_find(struct db *db, const struct record_kind *kind, const char *key, struct arena *arena,
             struct crm_record *r, bool *found, struct error *err);
int crm_exists(struct db *db, const char *kind, const char *key, bool *exists, struct error *err);
/* Insert or update by r->id (0: insert, sets it), journal head included; keeps address and agent_group in
 * step. */
int crm_save(struct db *db, struct crm_record *r, struct error *err);
/* What crm_save keeps beside a contact (normalised addresses) or an agent (names of groups). */
int crm_side_rows(struct db *db, const struct crm_record *r, struct arena *arena, const char ***list,
                  size_t *count, struct error *err);
/* Keys in order, a page after `after` ("" to start). */
int crm_page(struct db *db, const struct record_kind *kind, const char *after, struct arena *arena,
             const char **keys, size_t limit, struct error *err);

/* The contact whose normalised e-mail or phone this is (the lowest key when several); *key NULL when none. */
int contact_by_address(struct db *db, const char *address, struct arena *arena, const char **key,
                       struct error *err);

/* Entitlements that name the account, product, asset or contract of a case: the candidates. */
int entitlement_candidates(struct db *db, const struct entitle_case *c, struct arena *arena,
                           struct entitle_candidate **list, size_t *count, struct error *err);

/* The active, available agent of the group who stays within capacity with `size` more and has the least load
 * (ties: key). default_capacity applies to an agent that names none. *key NULL when there is none. */
int agent_least_loaded(struct db *db, const char *group, int64_t size, int64_t default_capacity,
                       struct arena *arena, const char **key, struct error *err);
/* Adds `delta` to an agent's load; an unknown login is nobody and changes nothing. */
int agent_add_load(struct db *db, const char *key, int64_t delta, struct error *err);

#endif
