/*
 * Where a case goes: the decision of routing/assignment.json on it, before anything is done about it.
 *
 * The table sees the case as if it had never been routed: without the group it has, unless that was set by
 * hand, and without the tag of an unrouted case. So the answer does not depend on the last one.
 */
#ifndef CASEWORK_ACT_ROUTING_H
#define CASEWORK_ACT_ROUTING_H

#include "act/work.h"

#define UNROUTED "unrouted" /* tag of a case that neither a rule nor the table's default gave a group */

struct routing {
    struct decision assignment, priority; /* `table` NULL: not asked */
    struct assignment assigned; /* what is asked of its group and people; of a group set by hand that
                                   group alone. Its tags live as long as `assignment` */
    bool triage;                /* nothing decided: the default group of casework.json */
    bool manual;                /* the group was set by hand */
};

/* Decides by the table, the default group or the hand that set one. The case is left as it is. */
int routing_decide(struct context *ctx, struct work *w, struct routing *r, struct error *err);
/* The case's tags with those of the decision, in order; UNROUTED comes and goes. In ctx->arena. */
int routing_tags(struct context *ctx, struct casefile *c, const struct routing *r, struct error *err);
void routing_release(struct routing *r);

/* Was the field last changed by case-update? */
int set_by_hand(struct context *ctx, const char *number, const char *field, bool *by_hand, struct error *err);

#endif
