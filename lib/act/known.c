#include "act/known.h"

#include "base/hash.h"
#include "store/crm_table.h"

#define SLOTS      1024
#define TREE_DEPTH 64

struct known_records {
    struct arena arena;
    struct {
        enum record_kind_id kind;
        const char *key;           /* NULL: empty */
        struct crm_record *record; /* NULL: there is none */
    } slots[SLOTS];
};

void known_records_clear(struct known_records *k)
{
    if (!k || k->arena.used == 0)
        return;
    memset(k->slots, 0, sizeof k->slots);
    arena_clear(&k->arena);
}

void known_records_free(struct known_records *k)
{
    if (k)
        arena_release(&k->arena);
    free(k);
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
    struct known_records *k = ctx->known;
    size_t slot = slot_of(kind, key);
    int rc = 0;

    if (!k)
        k = ctx->known = calloc(1, sizeof *k);
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
