#include "act/known.h"

#include "base/hash.h"
#include "store/crm_table.h"
#include "store/entitlement_table.h"

#define SLOTS      1024
#define PROMISES   256
#define TREE_DEPTH 64

/* What entitlements promise for a product. */
struct promises {
    const char *product;      /* NULL: empty */
    struct entitle_list list; /* those without units */
    bool units;               /* there are others, whose units change with the cases of the transaction */
};

struct known_records {
    struct arena arena;
    struct {
        enum record_kind_id kind;
        const char *key;           /* NULL: empty */
        struct crm_record *record; /* NULL: there is none */
    } slots[SLOTS];
    struct promises promises[PROMISES];
    size_t promised; /* of them are taken */
    struct entitle_list unnamed;
    bool unnamed_known;
};

void known_records_clear(struct known_records *k)
{
    if (!k || k->arena.used == 0)
        return;
    memset(k->slots, 0, sizeof k->slots);
    memset(k->promises, 0, sizeof k->promises);
    k->promised = 0;
    k->unnamed = (struct entitle_list){0};
    k->unnamed_known = false;
    arena_clear(&k->arena);
}

void known_records_free(struct known_records *k)
{
    if (k)
        arena_release(&k->arena);
    free(k);
}

static struct known_records *known_of(struct context *ctx)
{
    if (!ctx->known)
        ctx->known = calloc(1, sizeof *ctx->known);
    return ctx->known;
}

static size_t slot_of(enum record_kind_id kind, const char *key)
{
    return (size_t)(hash_bytes(HASH_START ^ (uint64_t)kind, key, strlen(key)) % SLOTS);
}

static int keep(struct context *ctx, struct known_records *k, enum record_kind_id kind, const char *key,
                size_t slot, struct error *err)
{
    struct crm_record r, *kept = NULL;
    bool found = false;
    int rc = crm_find(ctx->db, &record_kinds[kind], key, &k->arena, &r, &found, err);

    if (rc == 0 && found) {
        kept = ARENA_NEW(&k->arena, struct crm_record);
        if (kept)
            *kept = r;
    }
    key = arena_strdup(&k->arena, key);
    if (rc == 0 && arena_failed(&k->arena))
        rc = error_no_memory(err);
    if (rc != 0)
        return rc;
    k->slots[slot].kind = kind;
    k->slots[slot].key = key;
    k->slots[slot].record = kept;
    return 0;
}

int known_record(struct context *ctx, enum record_kind_id kind, const char *key, struct crm_record *r,
                 bool *found, struct error *err)
{
    struct known_records *k = known_of(ctx);
    size_t slot = slot_of(kind, key);
    int rc = 0;

    if (!k)
        return error_no_memory(err);
    if (!k->slots[slot].key || k->slots[slot].kind != kind || strcmp(k->slots[slot].key, key) != 0)
        rc = keep(ctx, k, kind, key, slot, err);
    *found = rc == 0 && k->slots[slot].record;
    if (*found)
        *r = *k->slots[slot].record;
    return rc;
}

int known_chain(struct context *ctx, enum record_kind_id kind, const char *key, struct key_chain *chain,
                struct error *err)
{
    const char **keys = key ? ARENA_ARRAY(ctx->arena, const char *, TREE_DEPTH) : NULL;
    int rc = key && !keys ? error_no_memory(err) : 0;

    *chain = (struct key_chain){keys, 0};
    while (rc == 0 && key && chain->count < TREE_DEPTH) {
        struct crm_record r;
        bool found = false;
        keys[chain->count++] = key;
        rc = known_record(ctx, kind, key, &r, &found, err);
        key = found ? crm_text(&r, record_kinds[kind].parent) : NULL;
    }
    return rc;
}

/* The slot of a product's promises, or a free one for them; NULL: there is no room, since what is kept stays
 * as long as the transaction. */
static struct promises *promises_of(struct known_records *k, const char *product)
{
    size_t i = slot_of(KIND_ENTITLEMENT, product) % PROMISES;

    while (k->promises[i].product && strcmp(k->promises[i].product, product) != 0)
        i = (i + 1) % PROMISES;
    return k->promises[i].product || k->promised < PROMISES / 2 ? &k->promises[i] : NULL;
}

static int keep_promises(struct context *ctx, struct known_records *k, struct promises *p,
                         const char *product, struct error *err)
{
    struct entitle_list with_units = {0};
    int rc = entitlement_of_product(ctx->db, product, false, &k->arena, &p->list, err);

    if (rc == 0)
        rc = entitlement_of_product(ctx->db, product, true, ctx->arena, &with_units, err);
    if (rc == 0 && !(p->product = arena_strdup(&k->arena, product)))
        rc = error_no_memory(err);
    if (rc != 0) {
        *p = (struct promises){0};
        return rc;
    }
    p->units = with_units.count > 0;
    k->promised++;
    return 0;
}

int known_entitlements(struct context *ctx, const char *product, struct entitle_list *list, struct error *err)
{
    struct known_records *k = known_of(ctx);
    struct promises *p;
    int rc = 0;

    if (!k)
        return error_no_memory(err);
    p = promises_of(k, product);
    if (p && !p->product)
        rc = keep_promises(ctx, k, p, product, err);
    if (rc == 0)
        rc = p ? entitle_list_add(list, p->list.items, p->list.count, ctx->arena, err)
               : entitlement_of_product(ctx->db, product, false, ctx->arena, list, err);
    return rc == 0 && (!p || p->units) ? entitlement_of_product(ctx->db, product, true, ctx->arena, list, err)
                                       : rc;
}

int known_unnamed(struct context *ctx, struct entitle_list *list, struct error *err)
{
    struct known_records *k = known_of(ctx);
    int rc = 0;

    if (!k)
        return error_no_memory(err);
    if (!k->unnamed_known)
        rc = entitlement_of_nothing(ctx->db, &k->arena, &k->unnamed, err);
    k->unnamed_known = rc == 0;
    return rc == 0 ? entitle_list_add(list, k->unnamed.items, k->unnamed.count, ctx->arena, err) : rc;
}
