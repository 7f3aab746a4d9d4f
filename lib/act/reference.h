/*
 * What is given by name: groups of the policy, agents and contacts of the store. Private to lib/act.
 */
#ifndef CASEWORK_ACT_REFERENCE_H
#define CASEWORK_ACT_REFERENCE_H

#include "act/context.h"
#include "model/crm.h"

/* *group is NULL when the policy has none of this name: one may have left it since. */
int find_group(struct policy *p, const char *name, const struct group **group, struct error *err);
/* By key, else by e-mail address, else by phone number. *found false: `contact` is undefined. */
int find_contact(struct context *ctx, const char *text, struct crm_record *contact, bool *found,
                 struct error *err);

/* What an assignment by hand names must be there: CODE_INVALID at /assignment_group, by the policy in force;
 * CODE_UNKNOWN_REFERENCE at /assigned_to. NULL is nobody, and passes. */
int check_group(struct context *ctx, const char *name, struct error *err);
int check_agent(struct context *ctx, const char *login, struct error *err);

#endif
