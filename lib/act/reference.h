/*
 * What is given by name: groups of the policy, agents and contacts of the store. Private to lib/act.
 */
#ifndef CASEWORK_ACT_REFERENCE_H
#define CASEWORK_ACT_REFERENCE_H

#include "act/context.h"
#include "model/crm.h"

/* *group is NULL when the policy has none of this name: one may have left it since. */
int find_group(struct policy *p, const char *name, const struct group **group, struct error *err);
/* A contact or consumer: by key (of a contact first), else by e-mail address or phone number. Of several who
 * share an address, the one of this account (may be NULL) is meant. `person` is undefined unless found. */
enum person_found {
    PERSON_NONE,
    PERSON_FOUND,
    PERSON_SEVERAL
};
int find_person(struct context *ctx, const char *text, const char *account, struct crm_record *person,
                enum person_found *result, struct error *err);

/* What an assignment by hand names must be there: CODE_INVALID at /assignment_group, by the policy in force;
 * CODE_UNKNOWN_REFERENCE at /assigned_to. NULL is nobody, and passes. */
int check_group(struct context *ctx, const char *name, struct error *err);
int check_agent(struct context *ctx, const char *login, struct error *err);

#endif
