#include "act/reference.h"

#include "store/crm_table.h"

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

int find_contact(struct context *ctx, const char *text, struct crm_record *contact, bool *found,
                 struct error *err)
{
    const struct record_kind *kind = &record_kinds[KIND_CONTACT];
    const char *address, *key = NULL;
    int rc = crm_find(ctx->db, kind, text, ctx->arena, contact, found, err);

    if (rc != 0 || *found)
        return rc;
    address = email_normalise(text, ctx->arena);
    if (!address)
        address = phone_normalise(text, ctx->arena);
    if (address)
        rc = contact_by_address(ctx->db, address, ctx->arena, &key, err);
    return rc == 0 && key ? crm_find(ctx->db, kind, key, ctx->arena, contact, found, err) : rc;
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
    bool exists = true;
    int rc = login ? crm_exists(ctx->db, "agent", login, &exists, err) : 0;

    if (rc == 0 && !exists)
        rc = error_set(err, CODE_UNKNOWN_REFERENCE, "/assigned_to", "there is no agent \"%s\"", login);
    return rc;
}
