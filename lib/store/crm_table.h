/*
 * The kinds of customer records (model/crm.h), one code for all: each kind's statements in a row of one
 * array. Beside them, kept in step by crm_save: address (a row an e-mail address or phone number of a
 * person), household_member, ci_edge, agent_group.
 */
#ifndef CASEWORK_STORE_CRM_TABLE_H
#define CASEWORK_STORE_CRM_TABLE_H

#include "base/number_map.h"
#include "model/crm.h"
#include "store/db.h"

int crm_find(struct db *db, const struct record_kind *kind, const char *key, struct arena *arena,
             struct crm_record *r, bool *found, struct error *err);
int crm_exists(struct db *db, const char *kind, const char *key, bool *exists, struct error *err);
/* Insert (r->stored false: sets it) or update, journal head included; keeps the rows beside it in step. */
int crm_save(struct db *db, struct crm_record *r, struct error *err);
/* The texts of the rows that crm_save keeps beside a record, to compare: addresses of a person, names of an
 * agent's groups, members of a household, "DEPENDENT CAUSE" of a relation's edges; none for other kinds. */
int crm_side_rows(struct db *db, const struct crm_record *r, struct arena *arena, const char ***list,
                  size_t *count, struct error *err);
/* What these rows ought to be, by the record. */
int crm_side_expected(const struct crm_record *r, struct arena *arena, const char ***list, size_t *count,
                      struct error *err);
/* Keys in order, a page after `after` ("" to start). */
int crm_page(struct db *db, const struct record_kind *kind, const char *after, struct arena *arena,
             const char **keys, size_t limit, struct error *err);

/* Deletion. Who refers to a record: the first case or record found. Found by index, but for: assets of a
 * product and cases by anything but account, contact and asset, where the table is read; and lists of links,
 * where all are. */
struct crm_referrer {
    const struct record_kind *kind; /* NULL: a case */
    const char *key;                /* of a case its number; NULL: nobody does */
};
/* gone: crm_name() of records that do not count any more. */
int crm_referrer(struct db *db, const struct crm_record *r, const struct number_map *gone,
                 struct arena *arena, struct crm_referrer *referrer, struct error *err);
/* Deletes the row and those beside it; the journal's head is kept in deleted_record. */
int crm_delete(struct db *db, const struct crm_record *r, struct error *err);
/* The head of the journal of a record that was deleted, and forgets it: it is about to be made again. */
int crm_revive(struct db *db, const char *subject, struct chain *head, bool *found, struct error *err);
int crm_any_deleted(struct db *db, bool *any, struct error *err);
/* Was it deleted, and not made again since? */
int crm_was_deleted(struct db *db, const char *subject, bool *deleted, struct error *err);

/* The active people who have this normalised e-mail address or phone number, contacts before consumers, by
 * key; at most `limit`. */
struct person_key {
    enum record_kind_id kind;
    const char *key;
};
int person_by_address(struct db *db, const char *address, struct arena *arena, struct person_key *list,
                      size_t limit, struct error *err);
/* Households that a consumer is or was a member of. */
int households_of(struct db *db, const char *consumer, struct arena *arena, const char ***keys, size_t *count,
                  struct error *err);
/* Is there an active relationship between two accounts, in either direction, that holds at this moment? */
int account_related(struct db *db, const char *one, const char *other, usec at, bool *related,
                    struct error *err);

#endif
