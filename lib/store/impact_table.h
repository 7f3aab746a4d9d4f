/*
 * What a configuration item touches: walks over ci_edge, which crm_save keeps in step with ci_relation: a row
 * (dependent, cause) for each way in which failure spreads (ci_relation_spread); two for connected_to.
 *
 * A walk is one recursive statement, breadth first: it comes to every item once, through items of every
 * class, past cycles and diamonds, and ends at retired items and relations. It goes as far as its visitor
 * lets it, who gives 0 to go on, 1 to end it, or a code; what nobody asks for is not read. The rows of an
 * item come together. Texts are borrowed, good until the visitor returns. An item that is not there, or is
 * retired, tells nothing.
 */
#ifndef CASEWORK_STORE_IMPACT_TABLE_H
#define CASEWORK_STORE_IMPACT_TABLE_H

#include "base/digest.h"
#include "store/db.h"

enum impact_direction {
    IMPACT_CAUSES,  /* what the item depends on: its failure would be felt here */
    IMPACT_AFFECTED /* what depends on the item */
};

/* One relation. Every item that the walk comes to is told, with each item that it leads to. */
struct impact_step {
    const char *key;               /* of the item that the walk has come to */
    const char *next;              /* where it leads; NULL: nowhere */
    const char *name, *class_name; /* of `next`; NULL: absent */
    int64_t criticality;           /* of `next`: 1 critical .. 4 low, 0 unknown */
};
typedef int impact_step_visitor(void *context, const struct impact_step *step, struct error *err);
/* The relations of `ci`, and of all that they lead to. */
int impact_walk(struct db *db, const char *ci, enum impact_direction direction, impact_step_visitor *visit,
                void *context, struct error *err);

/* One active asset: whose it is. Every item of the walk is told, with NULLs when it has no asset. */
struct impact_owner {
    const char *key; /* of the item */
    const char *account, *consumer;
};
typedef int impact_owner_visitor(void *context, const struct impact_owner *owner, struct error *err);
/* The assets on `ci`, and on all that depends on it. */
int impact_owners(struct db *db, const char *ci, impact_owner_visitor *visit, void *context,
                  struct error *err);

/* A number that grows with every transaction that changed an item, a relation or an asset: what was walked
 * under the same number is still true. */
int impact_revision(struct db *db, int64_t *revision, struct error *err);
int impact_revise(struct db *db, struct error *err);

/* impact_list: what was told of an item, as contexts have it, once by its SHA-256. */
int impact_list_keep(struct db *db, const struct digest *digest, const char *body, size_t n,
                     struct error *err);

#endif
