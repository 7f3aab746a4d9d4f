/*
 * What the choice of an entitlement needs to know of a case and of a candidate.
 */
#ifndef CASEWORK_MODEL_ENTITLEMENT_H
#define CASEWORK_MODEL_ENTITLEMENT_H

#include "base/timestamp.h"
#include "model/crm.h"

/* Keys from the bottom of a tree to its root: the case's own first. */
struct key_chain {
    const char *const *keys;
    size_t count; /* 0: the case names none */
};

struct entitle_case {
    struct key_chain accounts, products;
    struct key_chain sold_products;          /* the one that the asset is part of, and those above it */
    const char *consumer, *asset, *contract; /* keys, NULL: none */
    int channel;                             /* index of case_channel_names, 0: none */
    usec opened_at;
    const char *holds; /* the entitlement of which the case holds a unit already, or NULL */
};

/* A state and the time in which it counts. */
struct entitle_term {
    int state; /* enum contract_state; none counts as active */
    usec starts_at, ends_at;
};

/* The terms of an entitlement record. NULL / TIME_NONE / 0: not named, open. */
struct entitle_candidate {
    const char *key, *account, *consumer, *product, *sold_product, *asset, *contract;
    int channel;
    struct entitle_term own, line, agreement; /* its own, its contract line's, its contract's */
    int64_t units_left; /* of its total, neither used nor reserved; INT_NONE: unlimited */
};

/* Candidates together; in an arena. */
struct entitle_list {
    struct entitle_candidate *items;
    size_t count;
};
/* Appends copies (texts are shared). CODE_NO_MEMORY. */
int entitle_list_add(struct entitle_list *list, const struct entitle_candidate *more, size_t count,
                     struct arena *arena, struct error *err);

/* A unit that a case has of an entitlement with a limited number. */
enum use_state {
    USE_NONE,
    USE_RESERVED,
    USE_USED,
    USE_RELEASED
};
extern const char *const use_state_names[]; /* reserved used released */

struct entitlement_use {
    int64_t case_id;
    const char *entitlement;
    int64_t units;
    int state; /* enum use_state */
};

#endif
