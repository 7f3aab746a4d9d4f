#include "act/check_chain.h"

#include <inttypes.h>

void chain_walk_init(struct chain_walk *w, chain_fault *fault, void *context)
{
    *w = (struct chain_walk){.fault = fault, .context = context};
}

static bool follows_from(const struct digest *before, const struct event *e)
{
    struct digest d = digest_pair(before->bytes, DIGEST_SIZE, e->body, e->body_length);

    return memcmp(d.bytes, e->hash.bytes, DIGEST_SIZE) == 0;
}

static void tell_edited(struct chain_walk *w)
{
    char message[160];

    snprintf(message, sizeof message, "its bytes do not give its hash: it was edited%s",
             w->seq > 1 ? ", or the event before it was and hashed anew" : "");
    w->fault(w->context, "edited", w->seq, message);
    w->doubted = false;
}

static void tell_inserted(struct chain_walk *w)
{
    w->fault(w->context, "inserted", w->seq,
             "the next event follows from the one before it: it was inserted");
    w->doubted = false;
}

static void tell_removed(struct chain_walk *w, int64_t first, int64_t last)
{
    char message[160];

    if (first == last)
        snprintf(message, sizeof message, "event %" PRId64 " before it was removed", first);
    else
        snprintf(message, sizeof message, "events %" PRId64 " to %" PRId64 " before it were removed", first,
                 last);
    w->fault(w->context, "removed", last + 1, message);
}

static void move_on(struct chain_walk *w, const struct event *e, bool previous_known)
{
    w->seq = e->seq;
    w->last = e->hash;
    w->previous_known = previous_known;
}

/* Does the event follow from the last one, or else from the one before that? *skipped: the latter. A last one
 * that is doubted may have the hash of the one before it as its own. */
static bool place_event(const struct chain_walk *w, const struct event *e, bool *skipped)
{
    bool follows = follows_from(&w->last, e);

    *skipped = (w->doubted || !follows) && w->previous_known && follows_from(&w->previous, e);
    return follows || *skipped;
}

void chain_walk_event(struct chain_walk *w, const struct event *e, int64_t body_seq)
{
    int64_t shift = body_seq - e->seq, removed = shift - w->shift;
    bool follows, skipped;

    w->shift = shift;
    if (e->seq > w->seq + 1) { /* nothing is known of the hash it was chained to */
        chain_walk_end(w);
        tell_removed(w, w->seq + 1, e->seq - 1);
        move_on(w, e, false);
        return;
    }
    follows = place_event(w, e, &skipped);
    if (skipped)
        tell_inserted(w);
    else if (w->doubted)
        tell_edited(w);
    if (!follows && removed > 0) { /* the columns were numbered anew over a gap */
        tell_removed(w, body_seq - removed, body_seq - 1);
        move_on(w, e, false);
        return;
    }
    w->doubted = !follows;
    if (!skipped)
        w->previous = w->last;
    move_on(w, e, true);
}

void chain_walk_end(struct chain_walk *w)
{
    if (w->doubted)
        tell_edited(w);
}
