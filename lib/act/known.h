/*
 * Customer records that many cases share (accounts, products, what is promised for a product), read once a
 * transaction.
 *
 * Within a write transaction nobody else changes them, so what was read stays true until it ends. For acts
 * that read such records and do not change them.
 */
#ifndef CASEWORK_ACT_KNOWN_H
#define CASEWORK_ACT_KNOWN_H

#include "act/context.h"
#include "model/crm.h"
#include "model/entitlement.h"

struct known_records;
void known_records_free(struct known_records *k);  /* takes NULL */
void known_records_clear(struct known_records *k); /* a transaction begins; takes NULL */

/* Fills *r, good for as long as the case at hand; *found. */
int known_record(struct context *ctx, enum record_kind_id kind, const char *key, struct crm_record *r,
                 bool *found, struct error *err);
/* A key (NULL: none) and those above it in the tree of its kind; a record that is not there has none above.
 */
int known_chain(struct context *ctx, enum record_kind_id kind, const char *key, struct key_chain *chain,
                struct error *err);

/* Appends what names the product and nothing more particular, with units or without; good for as long as the
 * case at hand. */
int known_entitlements(struct context *ctx, const char *product, struct entitle_list *list,
                       struct error *err);

/* The same for what names nothing at all; a unit of it is never taken. */
int known_unnamed(struct context *ctx, struct entitle_list *list, struct error *err);

#endif
