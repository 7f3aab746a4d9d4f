/*
 * cases, case_text, case_context, stage_error.
 *
 * The hot row (cases) is small; description and notes lie in case_text, the context in case_context, and what
 * the context shares with those of other cases in impact_list, where it has to be kept first
 * (impact_table.h). case_find() reads all.
 */
#ifndef CASEWORK_STORE_CASE_TABLE_H
#define CASEWORK_STORE_CASE_TABLE_H

#include "model/case.h"
#include "store/db.h"

/* The highest id used so far, 0 when there is none. */
int case_last_id(struct db *db, int64_t *id, struct error *err);

/* Inserts row and text with c->id and c->number set by the caller. *inserted is false when (source,
 * external_id) is there already; nothing is written then. */
int case_insert(struct db *db, const struct casefile *c, bool *inserted, struct error *err);

/* Reads by number, id or idempotency key; CODE_NOT_FOUND. Text and context included. */
int case_find(struct db *db, const char *number, struct arena *arena, struct casefile *c, struct error *err);
int case_find_id(struct db *db, int64_t id, struct arena *arena, struct casefile *c, struct error *err);
int case_find_external(struct db *db, const char *source, const char *external_id, struct arena *arena,
                       struct casefile *c, bool *found, struct error *err);

/* Writes what differs between `before` and `c`, and the journal head, with one narrow UPDATE where a stage
 * has one: columns that did not change are not written, so that their indexes are not touched. Guarded by
 * before->head.seq: CODE_STALE when the row has moved on. */
int case_save(struct db *db, const struct casefile *before, const struct casefile *c, struct error *err);

/* What came before a case: those below its id of the same contact, account and asset, at most the last 1,000
 * of each: how many are active, were opened from `since` to `until`, were ever reopened; how long the
 * resolved ones took. All zero where the case names none. Only lower ids count, so that a pipe and a bulk run
 * agree. */
struct case_history {
    int64_t active, recent, reopened;
    int64_t resolved;  /* how many have a resolved_at */
    usec resolve_time; /* the sum over these of resolved_at - opened_at */
};
enum {
    HISTORY_CONTACT,
    HISTORY_ACCOUNT,
    HISTORY_ASSET,
    CASE_HISTORIES
};
int case_history(struct db *db, const struct casefile *c, usec since, usec until,
                 struct case_history history[CASE_HISTORIES], struct error *err);

/* Cases below `id` like this one, newest first: of the same asset or category (NULL: none). Fills
 * list[0..limit), at most CASE_SIMILAR_MAX, and returns how many. */
#define CASE_SIMILAR_MAX 16
struct case_similar {
    int64_t id;
    const char *number;
    bool same_asset; /* else the same category */
    usec resolved_at;
    const char *cause, *resolution_code;
};
int case_similar(struct db *db, const char *asset, const char *category, int64_t id, struct arena *arena,
                 struct case_similar *list, size_t limit, struct error *err);

/* The open major cases below `id`, in id order, each with the configuration item of its asset (NULL: none).
 */
struct case_major {
    const char *number, *ci;
};
int case_majors(struct db *db, int64_t id, struct arena *arena, struct case_major **list, size_t *count,
                struct error *err);
/* Is there any open major case at all? */
int case_any_major(struct db *db, bool *any, struct error *err);

/* Active cases that wait for the stage after `progress`, most urgent first (priority, opened_at, id), after
 * the cursor; those whose last failure's next try lies after `now` are left out. unassigned: routed or later
 * cases with a group but without a person instead. Fills ids[0..limit), advances the cursor, returns how
 * many. */
struct case_cursor {
    int64_t priority;
    usec opened_at;
    int64_t id;
};
int case_waiting(struct db *db, int progress, bool unassigned, usec now, struct case_cursor *cursor,
                 int64_t *ids, size_t limit, struct error *err);

/* Lists cases, a page at a time by keyset. */
enum case_sort {
    CASE_SORT_NUMBER,
    CASE_SORT_OPENED_AT,
    CASE_SORT_PRIORITY,
    CASE_SORT_UPDATED_AT
};
struct case_query {
    bool active_only;
    int state, progress;                                               /* 0: any */
    const char *group, *agent, *account, *contact, *asset, *case_type; /* NULL: any */
    bool failed_only;                                                  /* has a stage error */
    enum case_sort sort;
    bool descending;
    struct case_cursor after; /* of the last id handed out; of no meaning before the first page */
    bool started;             /* false: the next page is the first */
};
/* Fills ids of the next page in order and returns how many; 0 at the end. An order without an index
 * (priority, where cases of every state are asked for) reads everything once a page: ask for many then. */
int case_page(struct db *db, struct case_query *query, int64_t *ids, size_t limit, struct error *err);

/* The last failure of a case in a stage. */
struct stage_error {
    int64_t case_id;
    const char *stage; /* tool name */
    const char *code, *pointer, *message;
    int64_t attempts;
    usec failed_at, next_try;
};
int stage_error_find(struct db *db, int64_t case_id, struct arena *arena, struct stage_error *e, bool *found,
                     struct error *err);
int stage_error_save(struct db *db, const struct stage_error *e, struct error *err); /* upsert */
int stage_error_clear(struct db *db, int64_t case_id, struct error *err);

#endif
