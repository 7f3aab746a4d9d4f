#include "act/reference.h"

#include "store/crm_table.h"

#define PERSONS_OF_ADDRESS 64 /* who share one, as far as we look */

int find_group(struct policy *p, const char *name, const struct group **group, struct error *err)
{
    struct error unknown;
    int rc;

    error_init(&unknown);
    rc = policy_group(p, name, group, &unknown);
    if (rc == CODE_NOT_FOUND) {
        *group = NULL;
        return 0;
    }
    return error_copy(err, &unknown);
}

static int load_person(struct context *ctx, enum record_kind_id kind, const char *key,
                       struct crm_record *person, enum person_found *result, struct error *err)
{
    bool found = false;
    int rc = crm_find(ctx->db, &record_kinds[kind], key, ctx->arena, person, &found, err);

    *result = found ? PERSON_FOUND : PERSON_NONE;
    return rc;
}

/* The only one of the people who is a contact of the account. */
static int choose_person(struct context *ctx, const struct person_key *list, size_t count,
                         const char *account, struct crm_record *person, enum person_found *result,
                         struct error *err)
{
    struct crm_record one;
    enum person_found loaded;
    size_t fitting = 0;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < count; i++) {
        rc = load_person(ctx, list[i].kind, list[i].key, &one, &loaded, err);
        if (rc != 0 || loaded != PERSON_FOUND)
            continue;
        if (count == 1 ||
            (account && crm_text(&one, "account") && strcmp(crm_text(&one, "account"), account) == 0)) {
            *person = one;
            fitting++;
        }
    }
    *result = fitting == 1 ? PERSON_FOUND : PERSON_SEVERAL;
    return rc;
}

int find_person(struct context *ctx, const char *text, const char *account, struct crm_record *person,
                enum person_found *result, struct error *err)
{
    struct person_key list[PERSONS_OF_ADDRESS];
    const char *address;
    int rc = load_person(ctx, KIND_CONTACT, text, person, result, err);

    if (rc == 0 && *result == PERSON_NONE)
        rc = load_person(ctx, KIND_CONSUMER, text, person, result, err);
    if (rc != 0 || *result == PERSON_FOUND)
        return rc;
    address = email_normalise(text, ctx->arena);
    if (!address)
        address = phone_normalise(text, ctx->arena);
    if (!address)
        return 0;
    rc = person_by_address(ctx->db, address, ctx->arena, list, PERSONS_OF_ADDRESS, err);
    return rc > 0 ? choose_person(ctx, list, (size_t)rc, account, person, result, err) : rc;
}

int check_group(struct context *ctx, const char *name, struct error *err)
{
    const struct group *group = NULL;
    int rc = name ? find_group(ctx->policy, name, &group, err) : 0;

    if (rc == 0 && name && !group)
        rc = error_set(err, CODE_INVALID, "/assignment_group", "there is no group \"%s\"", name);
    return rc;
}

int check_agent(struct context *ctx, const char *login, struct error *err)
{
    struct crm_record agent;
    bool found = true;
    int rc = 0;

    if (!login)
        return 0;
    rc = crm_find(ctx->db, &record_kinds[KIND_AGENT], login, ctx->arena, &agent, &found, err);
    if (rc == 0 && !found)
        rc = error_set(err, CODE_UNKNOWN_REFERENCE, "/assigned_to", "there is no agent \"%s\"", login);
    else if (rc == 0 && !agent.active)
        rc = error_set(err, CODE_INVALID, "/assigned_to", "the agent \"%s\" is retired", login);
    return rc;
}
