#include "act/units.h"

#include "act/journal.h"
#include "store/crm_table.h"
#include "store/entitlement_table.h"

/* Zeroed when the case never had any. */
static int find_use(struct context *ctx, const struct casefile *c, struct entitlement_use *use,
                    struct error *err)
{
    bool found = false;
    int rc = entitlement_use_find(ctx->db, c->id, ctx->arena, use, &found, err);

    if (!found)
        *use = (struct entitlement_use){.case_id = c->id};
    return rc;
}

static bool holds(const struct entitlement_use *use)
{
    return use->state == USE_RESERVED || use->state == USE_USED;
}

/* `used` of the record is what the customer reads: its change is an event. */
static int add_used(struct context *ctx, const char *key, int64_t units, struct error *err)
{
    const struct record_kind *kind = &record_kinds[KIND_ENTITLEMENT];
    struct crm_record before, after;
    struct journal j;
    int64_t *used;
    bool found = false;
    int rc = crm_find(ctx->db, kind, key, ctx->arena, &before, &found, err);

    if (rc == 0 && !found)
        rc = error_set(err, CODE_BUG, "/entitlement", "units of %s, which is not there", key);
    if (rc != 0)
        return rc;
    after = before;
    used = (int64_t *)((char *)&after + field_find(kind->fields, "used")->offset);
    *used = (*used == INT_NONE ? 0 : *used) + units;
    if (*used < 0) /* somebody has set it back by hand */
        *used = 0;
    if (!fields_differ(kind->fields, &before, &after))
        return 0;
    journal_open(&j, ctx, &after.head, "record.updated", ctx->now, "");
    journal_changes(&j, "changes", "/data/changes", kind->fields, &before, &after);
    rc = journal_close(&j, err);
    return rc == 0 ? crm_save(ctx->db, &after, err) : rc;
}

static int add_reserved(struct context *ctx, const char *key, int64_t units, struct error *err)
{
    bool done = false;
    int rc = entitlement_reserve(ctx->db, key, units, &done, err);

    if (rc == 0 && !done)
        rc = error_set(err, CODE_REFUSED, "/entitlement", "no unit of %s is left", key);
    return rc;
}

static int save_state(struct context *ctx, struct entitlement_use *use, enum use_state state,
                      struct error *err)
{
    use->state = state;
    return entitlement_use_save(ctx->db, use, err);
}

static int give_back(struct context *ctx, struct entitlement_use *use, struct error *err)
{
    int rc = use->state == USE_USED ? add_used(ctx, use->entitlement, -use->units, err)
                                    : add_reserved(ctx, use->entitlement, -use->units, err);

    return rc == 0 ? save_state(ctx, use, USE_RELEASED, err) : rc;
}

/* Has it a number of units? */
static int find_limited(struct context *ctx, const char *entitlement, bool *limited, struct error *err)
{
    struct entitle_candidate terms = {0};
    bool found = false;
    int rc = 0;

    if (entitlement)
        rc = entitlement_terms(ctx->db, entitlement, ctx->arena, &terms, &found, err);
    *limited = found && terms.units_left != INT_NONE;
    return rc;
}

int units_held(struct context *ctx, const struct casefile *c, const char **entitlement, struct error *err)
{
    struct entitlement_use use;
    int rc = find_use(ctx, c, &use, err);

    *entitlement = rc == 0 && holds(&use) ? use.entitlement : NULL;
    return rc;
}

int units_hold(struct context *ctx, const struct casefile *c, const char *entitlement, struct error *err)
{
    struct entitlement_use use;
    bool limited = false;
    int rc = find_use(ctx, c, &use, err);

    if (rc == 0)
        rc = find_limited(ctx, entitlement, &limited, err);
    if (rc == 0 && holds(&use)) {
        if (limited && strcmp(use.entitlement, entitlement) == 0)
            return 0;
        rc = give_back(ctx, &use, err);
    }
    if (rc != 0 || !limited)
        return rc;
    use.entitlement = entitlement;
    use.units = 1;
    rc = add_reserved(ctx, entitlement, use.units, err);
    return rc == 0 ? save_state(ctx, &use, USE_RESERVED, err) : rc;
}

int units_use(struct context *ctx, const struct casefile *c, struct error *err)
{
    struct entitlement_use use;
    int rc = find_use(ctx, c, &use, err);

    if (rc != 0 || use.state != USE_RESERVED)
        return rc;
    rc = add_reserved(ctx, use.entitlement, -use.units, err);
    if (rc == 0)
        rc = add_used(ctx, use.entitlement, use.units, err);
    return rc == 0 ? save_state(ctx, &use, USE_USED, err) : rc;
}

int units_release(struct context *ctx, const struct casefile *c, struct error *err)
{
    struct entitlement_use use;
    int rc = find_use(ctx, c, &use, err);

    return rc == 0 && holds(&use) ? give_back(ctx, &use, err) : rc;
}
