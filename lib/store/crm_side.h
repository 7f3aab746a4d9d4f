/*
 * The rows beside a customer record that crm_save keeps in step with it: addresses of contacts and consumers,
 * members of a household, edges of a ci_relation, groups of an agent. Private to lib/store.
 */
#ifndef CASEWORK_STORE_CRM_SIDE_H
#define CASEWORK_STORE_CRM_SIDE_H

#include "store/crm_table.h"

/* Writes them anew; a record that is not r->stored yet has none to remove. */
int crm_side_save(struct db *db, const struct crm_record *r, struct error *err);
int crm_side_delete(struct db *db, const struct crm_record *r, struct error *err);

/* The record's own row; CODE_STALE when it has moved on. */
int crm_delete_row(struct db *db, const struct crm_record *r, struct error *err);

#endif
