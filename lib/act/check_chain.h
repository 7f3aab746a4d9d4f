/*
 * Following one hash chain: hash = SHA-256(hash of the event before, zeros before the first; followed by the
 * bytes).
 *
 * What the hashes can tell: an event whose bytes do not give its hash was edited, when the next one still
 * follows from its hash; it was inserted, when the next one follows from the event before it; a gap in the
 * sequence, in the columns or in the bytes, is a removal. The verdict on an event is therefore given at the
 * next one, or at chain_walk_end(). Pure.
 */
#ifndef CASEWORK_ACT_CHECK_CHAIN_H
#define CASEWORK_ACT_CHECK_CHAIN_H

#include <stdbool.h>

#include "model/event.h"

/* code: "edited", "inserted", "removed". seq: of the event at fault; of a removal, the first one behind it.
 */
typedef void chain_fault(void *context, const char *code, int64_t seq, const char *message);

struct chain_walk {
    int64_t seq;            /* of the last event, 0: none yet */
    struct digest last;     /* its hash as stored */
    struct digest previous; /* of the event before it */
    bool previous_known;
    bool doubted;  /* the last event's bytes do not give its hash */
    int64_t shift; /* sequence in the bytes less sequence in the column, as of the last event */
    chain_fault *fault;
    void *context;
};

void chain_walk_init(struct chain_walk *w, chain_fault *fault, void *context);
/* The next event in the order of the column `seq`; body_seq is the number that its bytes give (the column's
 * when they give none). */
void chain_walk_event(struct chain_walk *w, const struct event *e, int64_t body_seq);
void chain_walk_end(struct chain_walk *w);

#endif
