/*
 * The case: a request on its way to being resolved. Names follow ServiceNow's Customer Service Management
 * where it has one. The struct is filled from a record (case-new) or from its rows, and printed, in one place
 * each: case_fields.
 */
#ifndef CASEWORK_MODEL_CASE_H
#define CASEWORK_MODEL_CASE_H

#include "base/digest.h"
#include "base/timestamp.h"
#include "model/field.h"

enum case_state {
    STATE_NONE,
    STATE_NEW,
    STATE_OPEN,
    STATE_AWAITING_INFO,
    STATE_RESOLVED,
    STATE_CLOSED,
    STATE_CANCELLED
};
extern const char *const case_state_names[];

/* How far the chain has come. */
enum case_progress {
    PROGRESS_NONE,
    PROGRESS_CAPTURED,
    PROGRESS_ENRICHED,
    PROGRESS_ROUTED,
    PROGRESS_DISPATCHED,
    PROGRESS_FULFILLED
};
extern const char *const case_progress_names[];

extern const char
    *const case_channel_names[]; /* web phone email chat virtual_agent api social monitoring walk_in */
extern const char *const impact_names[];   /* high medium low: ranks 1-3 */
extern const char *const priority_names[]; /* critical high moderate low: ranks 1-4 */

/* The head of a subject's journal chain: the sequence number and hash of its last event. */
struct chain {
    const char *subject; /* "CS0001001", "account/ACME", "store" */
    int64_t seq;         /* 0: no event yet */
    struct digest hash;  /* zeros before seq 1 */
};

/* What a configuration item touches is kept once for all the cases on it: the last members of their contexts.
 */
struct shared_lists {
    struct digest digest; /* SHA-256 of their text; zeros: the context has none */
    size_t length;        /* their bytes in the context; 0 also when the store has lost them */
};

struct casefile {
    int64_t id;        /* row id, 0 before it is stored; never printed */
    struct chain head; /* head.seq is the case's version, printed as `seq` */
    const char *number;
    const char *case_type;
    const char *source, *external_id; /* together the idempotency key */
    int channel;                      /* index of case_channel_names */
    const char *short_description;
    const char *description;
    const char *account, *contact, *consumer, *product, *asset, *contract, *entitlement; /* keys */
    const char *category, *subcategory;
    int64_t impact, urgency; /* 1 high .. 3 low */
    int64_t priority;        /* 1 critical .. 4 low */
    const char *priority_by; /* who set it by hand: it stays until that is undone; NULL: computed */
    int state;               /* enum case_state */
    int progress;            /* enum case_progress */
    const char *assignment_group, *assigned_to;
    int64_t size;         /* what assigned_to was charged for this case; 0 when nobody was; not printed */
    const char *workflow; /* name, set by dispatch */
    const char *config;   /* commit its workflow is pinned to */
    const char *parent, *problem;
    bool major;           /* others may be its children: case-enrich makes new cases on the same items that */
    int64_t reopen_count; /* INT_NONE: never reopened */
    const char *tags;     /* JSON array of strings */
    const char *fields;   /* JSON object, typed by the case type */
    usec opened_at, created_at, updated_at, first_responded_at, resolved_at, closed_at;
    const char *cause, *resolution_code, *resolution_notes;
    const char *context; /* JSON object written by case-enrich */
    struct shared_lists lists;
    struct digest
        arrival; /* keyed digest of the record as it arrived; tells a changed re-arrival; not printed */
};

/* In printing order; offsets into struct casefile. `number`, `seq` and `context` are in it. */
extern const struct field case_fields[];

void casefile_init(struct casefile *c);

bool case_is_active(const struct casefile *c); /* new, open, awaiting_info */

bool case_has_lists(const struct casefile *c);
/* How many bytes of the context are the case's own members, from the opening brace on. */
size_t case_own_context(const struct casefile *c);
/* Makes the context of its own members, own[0..n) without a closing brace, and the lists of c->lists (NULL:
 * none). */
void case_join_context(struct casefile *c, const char *own, size_t n, const char *lists, struct arena *arena);
/* The context as the journal tells it: instead of the lists it has "impact":{"digest":HEX}. NULL when out of
 * memory, or when there is none. */
const char *case_told_context(const struct casefile *c, struct arena *arena);

/* Reads the members of a record into `c`; null means absent. *given has a bit (1 << index in case_fields) for
 * every member that the record names, those that tools alone set among them: the caller judges. Unknown
 * members are collected: *extra becomes a JSON object text of them in order, or NULL. Required members are
 * not checked here (case_check_required does). The first error stops. */
int case_read(struct casefile *c, const struct json_record *record, uint64_t *given, const char **extra,
              struct arena *arena, struct error *err);
int case_check_required(const struct casefile *c, struct error *err);

/* Members of the open object: all printed fields, context and tasks excluded when NULL. */
void case_write(const struct casefile *c, struct json_writer *w);

/* The printed case as a tree, the document that conditions are evaluated on. The caller owns the reference.
 */
json_t *case_document(const struct casefile *c);

#endif
