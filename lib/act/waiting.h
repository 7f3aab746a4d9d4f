/*
 * Who of the records of a stream waits for whom, and who is to be tried next.
 *
 * A record that refers to one that is not there yet, or that one refers to which is to go, waits for it. When
 * that one comes (or goes), those who waited for it, and nobody else, are tried again, the first of the
 * stream first. A record is so tried once for each reference at most, and a chain in reverse order costs what
 * one in the right order does, not its square.
 *
 * Records of one name (crm_name) are done in the order of the stream: a later one is held while an earlier
 * one waits, or what is older would be written over what is newer. When nobody else can be tried, those who
 * are held are let go, one by one: what the earlier one waits for may wait for the later one. When that is of
 * no use either, all who are left are tried a last time, and what is wrong then is final. What is wrong with
 * new records that are each other's parent is not that one is missing: waiting_looped() tells them.
 *
 * The records lie elsewhere (a file): here is where, the hash of the name, and that of whom it waits for; 100
 * to 200 bytes a waiting record. Two names of one hash are taken for one, which costs a try in vain, or in
 * the end the right word in a reject.
 */
#ifndef CASEWORK_ACT_WAITING_H
#define CASEWORK_ACT_WAITING_H

#include <stdbool.h>

#include "base/number_map.h"

/* What a record waits for. */
struct wish {
    uint64_t name;  /* crm_name() of the other record; 0: nobody can tell */
    bool is_parent; /* would be above it */
};

struct waiting_record {
    uint64_t name; /* 0: not known */
    struct wish wish;
    int64_t place;       /* the caller's */
    uint32_t next_wish;  /* another who waits for the same; indices count from 1, 0 ends a list */
    uint32_t next_named; /* the next of the same name */
    uint32_t walk;       /* the first walk that came by; 0: none yet */
    enum waiting_state {
        WAITING_WISHES,
        WAITING_HELD,
        WAITING_READY,
        WAITING_TAKEN,
        WAITING_DONE
    } state;
    bool free;   /* is not held any more */
    bool looped; /* is above itself */
};

/* Zeros are an empty one. */
struct waiting {
    struct waiting_record *records; /* in the order of the stream */
    uint32_t count, capacity;
    struct number_map names;  /* to the first and the last of this name that is not done; 0: was announced */
    struct number_map wishes; /* to the first who waits for this name */
    uint32_t *ready;          /* a heap: the first of the stream is on top */
    uint32_t ready_count, ready_capacity;
    uint32_t freed, tried; /* how far those who were held were let go, the last ones tried */
    bool last;             /* nobody will be tried again */
};

void waiting_release(struct waiting *w);

/* While the stream is read. A record that will wait is announced at once, so that later ones of its name are
 * held, and added when it has been kept. CODE_NO_MEMORY. */
int waiting_announce(struct waiting *w, uint64_t name, struct error *err);
bool waiting_announced(const struct waiting *w, uint64_t name);
/* wish NULL: it is held. */
int waiting_add(struct waiting *w, uint64_t name, const struct wish *wish, int64_t place, struct error *err);

/* A record of this name came (or went, where that is waited for). CODE_NO_MEMORY. */
int waiting_came(struct waiting *w, uint64_t name, struct error *err);

/* Afterwards. The next one to try, counted from 1: it is taken until one of the others is called for it. 0:
 * all are done. Those taken before must have been given back. */
uint32_t waiting_next(struct waiting *w);
bool waiting_held(const struct waiting *w, uint32_t who); /* it must not be tried now, but waiting_hold() */
void waiting_hold(struct waiting *w, uint32_t who);
int waiting_wish(struct waiting *w, uint32_t who, const struct wish *wish, struct error *err);
int waiting_done(struct waiting *w, uint32_t who, struct error *err); /* done or rejected */

/* For the last try. Is the record its own parent, by way of others that wait? Who only waits for one that is
 * is not in the cycle. */
bool waiting_looped(const struct waiting *w, uint32_t who);

#endif
