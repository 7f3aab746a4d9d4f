/*
 * What people said of a case's impact and urgency, whatever rules have made of it since: what a priority is
 * computed from, so that computing it again gives the same.
 */
#ifndef CASEWORK_ACT_GIVEN_H
#define CASEWORK_ACT_GIVEN_H

#include "act/context.h"
#include "model/case.h"

struct given {
    int64_t impact, urgency; /* of the requester, or the default; then of whoever changed it by hand */
    bool impact_given;       /* false: nobody gave an impact */
};

/* Read from the journal: case.created and every case.updated. */
int given_ranks(struct context *ctx, const struct casefile *c, struct given *g, struct error *err);

#endif
