#include "act/impact.h"

#include "act/impact_graph.h"
#include "base/json_write.h"
#include "model/crm.h"

#define MADE_MAX  ((size_t)32 << 20) /* what was made, and */
#define GRAPH_MAX ((size_t)32 << 20) /* what was read: past these bytes it is dropped whole, */
#define WORTH_IT  64 /* unless it served fewer items: then the map is large, and so is the room */

struct impact_cache {
    struct graph graph;
    struct arena made; /* structs impact and their texts; each is graph_item.told of its item */
    size_t room;       /* for what was read, GRAPH_MAX at first */
    size_t items;      /* made since it was last dropped */
    int64_t revision, depth;
    struct buf text; /* scratch */
};

/* One element of a list, as it was when the walk came there. */
struct touched {
    struct graph_item *item;
    int64_t distance;
};
typedef bool touched_before(const struct touched *a, const struct touched *b);

/* The first IMPACT_LISTED of those that were offered, in order. */
struct ranking {
    touched_before *before;
    struct touched best[IMPACT_LISTED];
    size_t count, offered;
};

static void drop_made(struct impact_cache *cache)
{
    for (size_t i = 0; i < cache->graph.items.capacity; i++)
        if (cache->graph.items.slots[i])
            ((struct graph_item *)cache->graph.items.slots[i])->told = NULL;
    arena_release(&cache->made);
}

static void drop_all(struct impact_cache *cache)
{
    graph_release(&cache->graph);
    arena_release(&cache->made);
    cache->items = 0;
}

void impact_cache_free(struct impact_cache *cache)
{
    if (!cache)
        return;
    drop_all(cache);
    buf_release(&cache->text);
    free(cache);
}

/* An unknown criticality comes last. */
static int64_t rank_of(const struct touched *t)
{
    return t->item->criticality ? t->item->criticality : INT64_MAX;
}

static bool nearest_first(const struct touched *a, const struct touched *b)
{
    if (a->distance != b->distance)
        return a->distance < b->distance;
    if (rank_of(a) != rank_of(b))
        return rank_of(a) < rank_of(b);
    return strcmp(a->item->key, b->item->key) < 0;
}

static bool critical_first(const struct touched *a, const struct touched *b)
{
    if (rank_of(a) != rank_of(b))
        return rank_of(a) < rank_of(b);
    return nearest_first(a, b);
}

static void offer(struct ranking *r, struct graph_item *item)
{
    struct touched t = {item, item->distance};
    size_t place = r->count;

    r->offered++;
    while (place > 0 && r->before(&t, &r->best[place - 1]))
        place--;
    if (place == IMPACT_LISTED)
        return;
    if (r->count < IMPACT_LISTED)
        r->count++;
    memmove(&r->best[place + 1], &r->best[place], (r->count - place - 1) * sizeof t);
    r->best[place] = t;
}

static bool is_service(const struct graph_item *item)
{
    static const char suffix[] = "service";
    size_t n = item->class_name ? strlen(item->class_name) : 0;

    return n >= sizeof suffix - 1 && strcasecmp(item->class_name + n - (sizeof suffix - 1), suffix) == 0;
}

static void write_element(struct json_writer *w, const struct touched *t)
{
    const struct graph_item *item = t->item;

    json_begin_object(w, NULL);
    json_put_text(w, "key", item->key);
    json_put_text(w, "name", item->name);
    if (item->criticality)
        json_put_text(w, "criticality", ci_criticality_names[item->criticality]);
    json_put_int(w, "customers", item->customers);
    json_put_int(w, "distance", t->distance);
    json_end_object(w);
}

/* The farthest first: what depends on it is mostly what the others ask for, too, read at once. */
static int count_customers(struct impact_cache *cache, struct db *db, const struct ranking *r,
                           struct error *err)
{
    int rc = 0;

    for (size_t i = r->count; rc == 0 && i > 0; i--)
        rc = graph_customers(&cache->graph, db, r->best[i - 1].item, cache->depth, err);
    return rc;
}

/* Members of the object that is open; none when the list is empty. */
static void write_list(struct json_writer *w, const char *name, const char *count_name,
                       const struct ranking *r)
{
    if (r->count == 0)
        return;
    json_begin_array(w, name);
    for (size_t i = 0; i < r->count; i++)
        write_element(w, &r->best[i]);
    json_end_array(w);
    if (r->offered > IMPACT_LISTED)
        json_put_int(w, count_name, (int64_t)r->offered);
}

static void write_lists(struct impact_cache *cache, const struct ranking *upstream,
                        const struct ranking *services, struct impact *impact)
{
    struct json_writer w;

    buf_clear(&cache->text);
    json_writer_init(&w, &cache->text);
    write_list(&w, "upstream", "upstream_count", upstream);
    write_list(&w, "services", "services_count", services);
    if (cache->text.len == 0)
        return;
    impact->lists = arena_strndup(&cache->made, cache->text.data, cache->text.len);
    impact->shared.length = cache->text.len;
    impact->shared.digest = digest_pair(cache->text.data, cache->text.len, NULL, 0);
}

/* Walks both ways. */
static int rank_touched(struct impact_cache *cache, struct db *db, struct graph_item *item,
                        struct ranking *upstream, struct ranking *services, struct error *err)
{
    struct graph *g = &cache->graph;
    int rc = graph_walk(g, db, item, IMPACT_CAUSES, cache->depth, err);

    if (rc != 0 || item->absent)
        return rc;
    for (size_t i = 1; i < g->walk_count; i++)
        offer(upstream, g->walk[i]);
    rc = graph_walk(g, db, item, IMPACT_AFFECTED, cache->depth, err);
    for (size_t i = 1; rc == 0 && i < g->walk_count; i++)
        if (is_service(g->walk[i]))
            offer(services, g->walk[i]);
    return rc;
}

static int make(struct impact_cache *cache, struct db *db, struct graph_item *item, struct error *err)
{
    struct ranking upstream = {.before = nearest_first}, services = {.before = critical_first};
    struct impact *impact;
    int rc = rank_touched(cache, db, item, &upstream, &services, err);

    if (rc != 0 || item->absent)
        return rc;
    rc = count_customers(cache, db, &upstream, err);
    if (rc == 0)
        rc = count_customers(cache, db, &services, err);
    if (rc != 0)
        return rc;
    impact = ARENA_NEW(&cache->made, struct impact);
    if (!impact)
        return error_no_memory(err);
    *impact = (struct impact){.cache = cache, .item = item};
    write_lists(cache, &upstream, &services, impact);
    if (arena_failed(&cache->made) || buf_failed(&cache->text))
        return error_no_memory(err);
    item->told = impact;
    cache->items++;
    return 0;
}

/* Drops what others have changed meanwhile, or what was read to another depth. */
static int refresh(struct context *ctx, struct impact_cache *cache, struct error *err)
{
    const struct policy_settings *settings;
    int64_t revision = cache->revision;
    int rc = policy_settings(ctx->policy, &settings, err);

    if (rc == 0 && !ctx->impacts_fresh)
        rc = impact_revision(ctx->db, &revision, err);
    if (rc != 0)
        return rc;
    while (graph_size(&cache->graph) > cache->room && cache->items < WORTH_IT)
        cache->room *= 2;
    if (revision != cache->revision || settings->impact_depth != cache->depth ||
        graph_size(&cache->graph) > cache->room)
        drop_all(cache);
    else if (cache->made.used > MADE_MAX)
        drop_made(cache);
    cache->revision = revision;
    cache->depth = settings->impact_depth;
    ctx->impacts_fresh = true;
    return 0;
}

int impact_of(struct context *ctx, const char *ci, const struct impact **impact, struct error *err)
{
    struct impact_cache *cache = ctx->impacts;
    struct graph_item *item;
    int rc;

    *impact = NULL;
    if (!cache)
        cache = ctx->impacts = calloc(1, sizeof *cache);
    if (!cache)
        return error_no_memory(err);
    if (cache->room == 0)
        cache->room = GRAPH_MAX;
    rc = refresh(ctx, cache, err);
    if (rc == 0)
        rc = graph_item(&cache->graph, ci, &item, err);
    if (rc == 0 && !item->told && !item->absent)
        rc = make(cache, ctx->db, item, err);
    if (rc != 0) {
        drop_all(cache); /* something may have been read by half */
        buf_release(&cache->text);
        return rc;
    }
    *impact = item->told;
    return 0;
}

int impact_keep(struct context *ctx, const struct impact *impact, struct error *err)
{
    struct impact *own = impact->item->told;
    int rc;

    if (!own->lists || own->kept == 1 + ctx->rollbacks)
        return 0;
    rc = impact_list_keep(ctx->db, &own->shared.digest, own->lists, own->shared.length, err);
    if (rc == 0)
        own->kept = 1 + ctx->rollbacks;
    return rc;
}

/* Everything a walk comes by was read when the lists were made. */
static void take_nearer(const struct impact *impact, enum impact_direction direction, const char *const *keys,
                        size_t count, int64_t *distances)
{
    struct graph *g = &impact->cache->graph;

    if (graph_walk(g, NULL, impact->item, direction, impact->cache->depth, NULL) != 0)
        return;
    for (size_t i = 0; i < count; i++) {
        const struct graph_item *to = keys[i] ? graph_find(g, keys[i]) : NULL;
        if (to && to->reached == g->serial && (distances[i] < 0 || to->distance < distances[i]))
            distances[i] = to->distance;
    }
}

void impact_distances(const struct impact *impact, const char *const *keys, size_t count, int64_t *distances)
{
    for (size_t i = 0; i < count; i++)
        distances[i] = -1;
    take_nearer(impact, IMPACT_CAUSES, keys, count, distances);
    take_nearer(impact, IMPACT_AFFECTED, keys, count, distances);
}
