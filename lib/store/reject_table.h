/*
 * reject: records that could not become cases, once by content.
 */
#ifndef CASEWORK_STORE_REJECT_TABLE_H
#define CASEWORK_STORE_REJECT_TABLE_H

#include "base/digest.h"
#include "store/db.h"

struct reject {
    struct digest digest; /* of tool name and content; its first 12 hex digits name it */
    const char *tool;
    const char *source, *external_id; /* NULL when the record gave none */
    const char *body; /* the reject as JSON, as printed by reject-list (without `reject`, `count`, times) */
    int64_t count;
    usec first_at, last_at;
};
int reject_save(struct db *db, const struct reject *r,
                struct error *err); /* the same content again: count and last_at */
int reject_any(struct db *db, bool *any, struct error *err);
/* A record was captured: removes rejects of the same content digest or the same source and external id. */
int reject_captured(struct db *db, const struct digest *digest, const char *source, const char *external_id,
                    struct error *err);
/* By last_at and digest, after the two (INT64_MIN and "" to start). */
int reject_page(struct db *db, usec after_at, const char *after_hex, struct arena *arena, struct reject *list,
                size_t limit, struct error *err);
/* CODE_INVALID: no hex digits, or several rejects begin with them. */
int reject_drop(struct db *db, const char *prefix_hex, bool *dropped, struct error *err);
int reject_drop_all(struct db *db, int64_t *count, struct error *err);

#endif
