/*
 * case_need, case_offer, case_decline: what finding a person for a case goes by beside the case itself; and
 * who handled the like before.
 */
#ifndef CASEWORK_STORE_ASSIGNMENT_TABLE_H
#define CASEWORK_STORE_ASSIGNMENT_TABLE_H

#include "store/case_table.h"

/* What the rule that routed the case asks of a person, as JSON; *need NULL: nothing. Saving NULL forgets. */
int case_need_find(struct db *db, int64_t case_id, struct arena *arena, const char **need, struct error *err);
int case_need_save(struct db *db, int64_t case_id, const char *need, struct error *err);

/* An offer that waits for its answer. */
struct case_offer {
    const char *agent;
    usec offered_at;
    usec expires_at; /* TIME_NONE: never */
};
int case_offer_find(struct db *db, int64_t case_id, struct arena *arena, struct case_offer *offer,
                    bool *found, struct error *err);
int case_offer_save(struct db *db, int64_t case_id, const struct case_offer *offer, struct error *err);
int case_offer_end(struct db *db, int64_t case_id, struct error *err);
/* Cases whose offer has expired by `now`, longest ago first, after the cursor (opened_at holds the moment of
 * expiry); those put off after a failure are left out. Fills ids[0..limit), advances the cursor, returns how
 * many. */
int case_offer_expired(struct db *db, usec now, struct case_cursor *cursor, int64_t *ids, size_t limit,
                       struct error *err);

/* Those who had the case offered and let it pass. Saving again keeps a refusal for good what it is. */
struct case_decline {
    const char *agent;
    const char *reason; /* one of casework.json, or "timeout" */
    bool again;         /* may be offered it once more */
    usec at;
};
int case_declines(struct db *db, int64_t case_id, struct arena *arena, struct case_decline **list,
                  size_t *count, struct error *err);
int case_decline_save(struct db *db, int64_t case_id, const struct case_decline *decline, struct error *err);

/* Who handled the parent case; else who had the last of the contact's, else the account's cases, eight of
 * which are looked at. Only cases below `id` count, so that a pipe and a bulk run agree. *agent NULL: nobody.
 */
int case_familiar(struct db *db, const struct casefile *c, struct arena *arena, const char **agent,
                  struct error *err);

#endif
