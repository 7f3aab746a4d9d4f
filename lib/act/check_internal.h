/*
 * What the files of store-check share. Findings made inside a read transaction are queued and told after it.
 */
#ifndef CASEWORK_ACT_CHECK_INTERNAL_H
#define CASEWORK_ACT_CHECK_INTERNAL_H

#include "act/check.h"
#include "act/check_chain.h"
#include "act/check_replay.h"
#include "model/case.h"
#include "model/crm.h"

struct check_note {
    const char *code, *subject, *message;
    int64_t seq;
    struct check_note *next;
};

struct check {
    struct context *ctx;
    check_finding *finding;
    void *context;
    size_t count;
    struct check_note *first, **last; /* queued, in `notes` */
    struct arena notes;
    struct arena rows;  /* of the rows compared at the moment */
    struct arena page;  /* of events */
    struct buf subject; /* at hand; empty before the first */
    bool open;          /* a subject is being followed */
    struct chain_walk walk;
    struct replay replay;
};

void check_note(struct check *k, const char *code, const char *subject, int64_t seq, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The row that owns the chain at hand agrees with its last event and with the state rebuilt from the events.
 */
int check_owner(struct check *k, struct error *err);

/* The rows beside an owner's: the outbox of a case; addresses, members, edges and groups of a record. */
int check_messages(struct check *k, const struct casefile *c, struct error *err);
int check_beside(struct check *k, const struct crm_record *r, struct error *err);

#endif
