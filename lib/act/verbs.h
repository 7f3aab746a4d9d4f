/*
 * What people do to a case beside its tasks: change it, comment, wait, resume, resolve, reopen, close,
 * cancel.
 */
#ifndef CASEWORK_ACT_VERBS_H
#define CASEWORK_ACT_VERBS_H

#include "act/tasks.h"

/* A JSON merge patch (RFC 7396) of the case's input fields. seq: INT_NONE or the version the caller saw
 * (CODE_STALE). */
int update_case(struct context *ctx, struct work *w, const struct json_record *patch, int64_t seq,
                struct error *err);

enum case_verb {
    VERB_NONE,
    VERB_WAIT,
    VERB_RESUME,
    VERB_REOPEN,
    VERB_CANCEL,
    VERB_ACCEPT, /* accept_case() */
    VERB_DECLINE /* decline_case() */
};
/* Of the verbs but the last two. */
int change_state(struct context *ctx, struct work *w, enum case_verb verb, const char *reason,
                 struct error *err);

/* Of an offer to the actor: accepted, the case stays theirs (again is unchanged); declined, it goes back to
 * its group for a reason that casework.json knows, and is given on by the next case-route --pending. Who was
 * given a case without an offer may decline it as well. CODE_BAD_STATE when it is not with the actor. */
int accept_case(struct context *ctx, struct work *w, struct error *err);
int decline_case(struct context *ctx, struct work *w, const char *reason, struct error *err);

struct comment {
    const char *text;
    bool is_public;
    const char *from; /* contact key, NULL: the actor */
};
/* A customer's public comment on an awaiting case resumes it. The first public comment that is not the
 * customer's sets first_responded_at. */
int comment_case(struct context *ctx, struct work *w, const struct comment *comment, struct error *err);

struct resolution {
    const char *code; /* required */
    const char *notes;
    const char *cause;
    bool cancel_open;
    const char *reason; /* required with cancel_open */
};
/* CODE_OPEN_TASKS lists the open tasks. Fills w->trace. */
int resolve_case(struct context *ctx, struct work *w, const struct resolution *resolution, struct error *err);
int close_case(struct context *ctx, struct work *w, struct error *err);

/* Queues a message to the customer or a group for the event just written. */
int queue_message(struct context *ctx, struct work *w, int64_t event_id, const char *template_name,
                  const char *recipient, struct error *err);

#endif
