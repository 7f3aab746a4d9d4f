#include "act/impact_graph.h"

#include "base/hash.h"

/* An account or a consumer. */
struct owner {
    const char *key;
    uint64_t counted; /* the last count that met it */
};

/* How many rows of what is known a reading goes through beyond those that were news. */
#define PATIENCE 16

/* One statement's rows on their way into the graph. */
struct reading {
    struct graph *graph;
    enum graph_part part;
    uint64_t serial;
    uint64_t walk;           /* owners are wanted of what this walk has reached; 0: it reads relations */
    int64_t depth;           /* relations are wanted of what is less far away */
    size_t news, known;      /* rows */
    struct graph_item *item; /* of the row before: most rows are of the same one */
    struct graph_list *list; /* where its rows go; NULL: they are known, or not wanted */
};

void graph_release(struct graph *g)
{
    free(g->items.slots);
    free(g->accounts.slots);
    free(g->consumers.slots);
    free(g->walk);
    arena_release(&g->arena);
    *g = (struct graph){.arena = ARENA_INIT};
}

size_t graph_size(const struct graph *g)
{
    size_t slots = g->items.capacity + g->accounts.capacity + g->consumers.capacity;

    return g->arena.used + (slots + g->walk_capacity) * sizeof(void *);
}

static const char *key_of(const void *thing)
{
    return *(const char *const *)thing;
}

/* The slot of a key, or the free one where it belongs; there is one: the table is at most half full. */
static void **slot_of(const struct graph_names *names, const char *key)
{
    size_t i = (size_t)hash_bytes(HASH_START, key, strlen(key)) & (names->capacity - 1);

    while (names->slots[i] && strcmp(key_of(names->slots[i]), key) != 0)
        i = (i + 1) & (names->capacity - 1);
    return &names->slots[i];
}

static bool grow_names(struct graph_names *names)
{
    struct graph_names grown = {.capacity = names->capacity ? names->capacity * 2 : 256, .used = names->used};

    grown.slots = calloc(grown.capacity, sizeof *grown.slots);
    if (!grown.slots)
        return false;
    for (size_t i = 0; i < names->capacity; i++)
        if (names->slots[i])
            *slot_of(&grown, key_of(names->slots[i])) = names->slots[i];
    free(names->slots);
    *names = grown;
    return true;
}

/* The thing of this key; made, zeroed but for the key, when there is none. NULL: no memory. */
static void *name_find_or_make(struct graph *g, struct graph_names *names, const char *key, size_t size)
{
    void **slot;

    if (names->used * 2 >= names->capacity && !grow_names(names))
        return NULL;
    slot = slot_of(names, key);
    if (!*slot) {
        const char *copy = arena_strdup(&g->arena, key);
        void *thing = copy ? arena_alloc(&g->arena, size) : NULL;
        if (!thing)
            return NULL;
        memcpy(thing, &copy, sizeof copy);
        *slot = thing;
        names->used++;
    }
    return *slot;
}

int graph_item(struct graph *g, const char *key, struct graph_item **item, struct error *err)
{
    size_t before = g->items.used;

    *item = name_find_or_make(g, &g->items, key, sizeof **item);
    if (!*item)
        return error_no_memory(err);
    if (g->items.used > before)
        (*item)->customers = -1;
    return 0;
}

struct graph_item *graph_find(const struct graph *g, const char *key)
{
    return g->items.capacity > 0 ? *slot_of(&g->items, key) : NULL;
}

static int push(struct graph *g, struct graph_list *list, void *member, struct error *err)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 4;
        void **members = ARENA_ARRAY(&g->arena, void *, capacity);
        if (!members)
            return error_no_memory(err);
        if (list->count > 0)
            memcpy(members, list->members, list->count * sizeof *members);
        list->members = members;
        list->capacity = capacity;
    }
    list->members[list->count++] = member;
    return 0;
}

static bool wanted(const struct reading *r, const struct graph_item *item)
{
    return item->read[r->part] == 0 && (r->walk == 0 || item->reached == r->walk);
}

/* Where the rows of an item go. 1: it is time to end. */
static int come_to(struct reading *r, const char *key, struct error *err)
{
    int rc = 0;

    if (!r->item || strcmp(r->item->key, key) != 0) {
        rc = graph_item(r->graph, key, &r->item, err);
        if (rc != 0)
            return rc;
        if (r->walk == 0 && r->item->met == r->serial && r->item->away >= r->depth)
            return 1;
        r->list = NULL;
        if (wanted(r, r->item)) {
            r->item->read[r->part] = r->serial;
            r->list = &r->item->lists[r->part];
        }
    }
    if (r->list)
        r->news++;
    else
        r->known++;
    return r->known > r->news + PATIENCE;
}

/* Keeps how far from the reading's start the next item lies. */
static void measure(struct reading *r, struct graph_item *next)
{
    if (next->met == r->serial)
        return;
    next->met = r->serial;
    next->away = r->item->away + 1;
}

static int take_step(void *context, const struct impact_step *step, struct error *err)
{
    struct reading *r = context;
    struct graph *g = r->graph;
    struct graph_item *next;
    int rc = come_to(r, step->key, err);

    if (rc != 0 || !step->next)
        return rc;
    rc = graph_item(g, step->next, &next, err);
    if (rc != 0)
        return rc;
    measure(r, next);
    if (!next->described) {
        next->name = arena_strdup(&g->arena, step->name);
        next->class_name = arena_strdup(&g->arena, step->class_name);
        next->criticality = step->criticality;
        next->described = true;
    }
    return r->list ? push(g, r->list, next, err) : 0;
}

static int take_owner(void *context, const struct impact_owner *row, struct error *err)
{
    struct reading *r = context;
    struct graph *g = r->graph;
    const char *key = row->account ? row->account : row->consumer;
    struct owner *owner;
    int rc = come_to(r, row->key, err);

    if (rc != 0 || !r->list || !key)
        return rc;
    owner = name_find_or_make(g, row->account ? &g->accounts : &g->consumers, key, sizeof *owner);
    if (!owner)
        return error_no_memory(err);
    if (r->list->count > 0 && r->list->members[r->list->count - 1] == owner) /* rows come by account */
        return 0;
    return push(g, r->list, owner, err);
}

/* Reads a part of the item, and of what lies beyond it. */
static int read_part(struct reading *r, struct db *db, struct graph_item *item, struct error *err)
{
    int rc;

    r->serial = ++r->graph->serial;
    item->met = r->serial;
    item->away = 0;
    if (r->part == GRAPH_OWNERS)
        rc = impact_owners(db, item->key, take_owner, r, err);
    else
        rc = impact_walk(db, item->key, r->part == GRAPH_CAUSES ? IMPACT_CAUSES : IMPACT_AFFECTED, take_step,
                         r, err);
    if (rc == 0 && arena_failed(&r->graph->arena))
        rc = error_no_memory(err);
    if (rc == 0 && item->read[r->part] == 0) { /* not even itself was told */
        item->absent = true;
        item->read[r->part] = r->serial;
    }
    return rc;
}

/* Adds an item to the walk, unless it has been there. */
static int reach(struct graph *g, struct graph_item *item, uint64_t serial, int64_t distance,
                 struct error *err)
{
    if (item->reached == serial)
        return 0;
    if (g->walk_count == g->walk_capacity) {
        size_t capacity = g->walk_capacity ? g->walk_capacity * 2 : 256;
        struct graph_item **walk = realloc(g->walk, capacity * sizeof(*walk));
        if (!walk)
            return error_no_memory(err);
        g->walk = walk;
        g->walk_capacity = capacity;
    }
    item->reached = serial;
    item->distance = distance;
    g->walk[g->walk_count++] = item;
    return 0;
}

int graph_walk(struct graph *g, struct db *db, struct graph_item *item, enum impact_direction direction,
               int64_t depth, struct error *err)
{
    enum graph_part part = direction == IMPACT_CAUSES ? GRAPH_CAUSES : GRAPH_AFFECTED;
    uint64_t serial = ++g->serial;
    int rc;

    g->walk_count = 0;
    rc = reach(g, item, serial, 0, err);
    for (size_t i = 0; rc == 0 && i < g->walk_count && g->walk[i]->distance < depth; i++) {
        struct graph_item *from = g->walk[i];
        const struct graph_list *list = &from->lists[part];
        if (from->read[part] == 0)
            rc = read_part(&(struct reading){.graph = g, .part = part, .depth = depth - from->distance}, db,
                           from, err);
        for (size_t k = 0; rc == 0 && k < list->count; k++)
            rc = reach(g, list->members[k], serial, from->distance + 1, err);
    }
    return rc;
}

static int64_t count_owners(const struct graph_list *list, uint64_t serial)
{
    int64_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        struct owner *owner = list->members[i];
        count += owner->counted != serial;
        owner->counted = serial;
    }
    return count;
}

int graph_customers(struct graph *g, struct db *db, struct graph_item *item, int64_t depth, struct error *err)
{
    int64_t count = 0;
    uint64_t serial;
    int rc = item->customers < 0 ? graph_walk(g, db, item, IMPACT_AFFECTED, depth, err) : 0;

    if (rc != 0 || item->customers >= 0)
        return rc;
    serial = ++g->serial;
    for (size_t i = 0; rc == 0 && i < g->walk_count; i++) {
        struct graph_item *on = g->walk[i];
        if (on->read[GRAPH_OWNERS] == 0)
            rc = read_part(&(struct reading){.graph = g, .part = GRAPH_OWNERS, .walk = item->reached}, db, on,
                           err);
        count += count_owners(&on->lists[GRAPH_OWNERS], serial);
    }
    if (rc == 0)
        item->customers = count;
    return rc;
}
