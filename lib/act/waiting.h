/*
 * Trees among records that wait for one another.
 *
 * A record whose parent is not there yet waits for it. Two new records that are each other's parent wait in
 * vain, and what is wrong with them is not that one is missing. So whoever tries them again and again notes
 * who waits for which parent, and asks in the end who waits for himself.
 *
 * WAITING_MAX edges are kept at most: beyond them a cycle is told as the missing parent that it also is.
 */
#ifndef CASEWORK_ACT_WAITING_H
#define CASEWORK_ACT_WAITING_H

#include "model/crm.h"

#define WAITING_MAX 65536

struct waiting_record {
    const struct record_kind *kind;
    const char *key, *parent;
    size_t walk; /* the first walk that came by; 0: none yet */
    bool looped; /* is above itself */
};

struct waiting {
    struct waiting_record *records; /* by kind and key, once `followed` */
    size_t count, capacity;
    bool followed; /* `looped` is known */
    struct arena texts;
};

void waiting_clear(struct waiting *w);
void waiting_release(struct waiting *w);
/* CODE_NO_MEMORY */
int waiting_note(struct waiting *w, const struct record_kind *kind, const char *key, const char *parent,
                 struct error *err);
/* Does the record wait for itself, by way of others that were noted? Who only waits for one that does is not
 * in the cycle. */
bool waiting_looped(struct waiting *w, const struct record_kind *kind, const char *key);

#endif
