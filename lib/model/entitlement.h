/*
 * What the choice of an entitlement needs to know of a case and of a candidate.
 */
#ifndef CASEWORK_MODEL_ENTITLEMENT_H
#define CASEWORK_MODEL_ENTITLEMENT_H

#include "base/timestamp.h"

struct entitle_case {
    const char *account, *product, *asset, *contract; /* keys, NULL: none */
    usec opened_at;
};

/* The terms of an entitlement record. NULL / TIME_NONE: not named, open. */
struct entitle_candidate {
    const char *key, *account, *product, *asset, *contract;
    usec starts_at, ends_at;
};

#endif
