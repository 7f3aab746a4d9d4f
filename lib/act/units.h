/*
 * Units of entitlements with a limited number: reserved when case-enrich chooses the entitlement, used when
 * the case is resolved, given back when it is cancelled or another entitlement is chosen, kept when it is
 * reopened. Everything in the transaction of the act itself: two processes never overdraw the last unit.
 *
 * What is reserved is a counter beside the entitlement's record, that store-check recounts; what was used is
 * its record's `used`, and every change of it an event of the entitlement.
 */
#ifndef CASEWORK_ACT_UNITS_H
#define CASEWORK_ACT_UNITS_H

#include "act/context.h"
#include "model/case.h"
#include "model/entitlement.h"

/* The entitlement of which the case holds a unit (reserved or used), NULL when it holds none. */
int units_held(struct context *ctx, const struct casefile *c, const char **entitlement, struct error *err);
/* The case holds a unit of this entitlement and of no other; NULL, or one without a limit: of none. What it
 * held of another is given back. CODE_REFUSED at /entitlement when no unit is left. */
int units_hold(struct context *ctx, const struct casefile *c, const char *entitlement, struct error *err);
int units_use(struct context *ctx, const struct casefile *c, struct error *err);     /* reserved -> used */
int units_release(struct context *ctx, const struct casefile *c, struct error *err); /* given back */

#endif
