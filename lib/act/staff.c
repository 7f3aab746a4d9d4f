#include "act/staff.h"

#include <stdlib.h>

#include "act/reference.h"
#include "base/hash.h"
#include "base/json_read.h"
#include "store/agent_table.h"

#define BUCKETS 1024

/* Something by its name, in a bucket. */
struct named {
    struct named *next;
    const char *name;
    void *object;
};

struct names {
    struct named *buckets[BUCKETS];
};

struct member {
    struct pick_person person;
    const char *skills; /* JSON */
    bool skills_read;
    const void *listed; /* the list that has this person already */
};

struct shift {
    struct pick_shift state;
    const char *calendar; /* NULL: always */
    struct shift *next;
};

struct pool {
    struct candidates candidates;
    bool skills_read;
};

struct remembered {
    struct refusal refusal;
    uint64_t generation;
};

struct staff {
    struct arena arena;
    struct names people, groups, pools, shifts, refusals;
    struct shift *first_shift;
    usec shifts_at;      /* the moment that the shifts are of */
    uint64_t generation; /* of refusals */
    struct pick_result *scratch;
    size_t scratch_count;
};

void staff_clear(struct staff *s)
{
    struct pick_result *scratch = s ? s->scratch : NULL;
    size_t scratch_count = s ? s->scratch_count : 0;
    struct arena arena;

    if (!s || s->arena.used == 0)
        return;
    arena_clear(&s->arena);
    arena = s->arena;
    *s = (struct staff){
        .arena = arena, .shifts_at = TIME_NONE, .scratch = scratch, .scratch_count = scratch_count};
}

void staff_free(struct staff *s)
{
    if (!s)
        return;
    arena_release(&s->arena);
    free(s->scratch);
    free(s);
}

static struct staff *staff_of(struct context *ctx)
{
    if (!ctx->staff && (ctx->staff = calloc(1, sizeof *ctx->staff)))
        ctx->staff->shifts_at = TIME_NONE;
    return ctx->staff;
}

struct pick_result *staff_scratch(struct context *ctx, size_t count)
{
    struct staff *s = staff_of(ctx);
    struct pick_result *more;

    if (s && s->scratch_count < count + 1) {
        more = realloc(s->scratch, (count + 1) * sizeof *more);
        if (!more)
            return NULL;
        s->scratch = more;
        s->scratch_count = count + 1;
    }
    return s ? s->scratch : NULL;
}

static struct named **bucket(struct names *names, const char *name)
{
    return &names->buckets[hash_bytes(HASH_START, name, strlen(name)) % BUCKETS];
}

static void *find(struct names *names, const char *name)
{
    for (const struct named *n = *bucket(names, name); n; n = n->next)
        if (strcmp(n->name, name) == 0)
            return n->object;
    return NULL;
}

/* A zeroed object under the name; NULL: no memory. */
static void *add(struct staff *s, struct names *names, const char *name, size_t size)
{
    struct named *n = ARENA_NEW(&s->arena, struct named), **place = bucket(names, name);
    char *copy = arena_strdup(&s->arena, name);
    void *object = arena_alloc(&s->arena, size);

    if (!n || !copy || !object)
        return NULL;
    *n = (struct named){*place, copy, object};
    *place = n;
    return object;
}

/* What an agent's calendar says of this moment. One of a name that policy does not have says nothing. */
static int ask_calendar(struct context *ctx, struct shift *shift, struct error *err)
{
    const struct calendar *calendar;
    struct error unknown;
    int rc;

    error_init(&unknown);
    rc = policy_calendar(ctx->policy, shift->calendar, ctx->now - USEC_DAY, ctx->now + USEC_DAY, &calendar,
                         &unknown);
    if (rc == CODE_NOT_FOUND) {
        shift->state = (struct pick_shift){false, false};
        return 0;
    }
    if (rc != 0)
        return error_copy(err, &unknown);
    shift->state.known = true;
    return calendar_is_open(calendar, ctx->now, &shift->state.open, err);
}

static int shift_of(struct context *ctx, struct staff *s, const char *calendar, struct shift **shift,
                    struct error *err)
{
    const char *name = calendar ? calendar : "";

    *shift = find(&s->shifts, name);
    if (*shift)
        return 0;
    *shift = add(s, &s->shifts, name, sizeof **shift);
    if (!*shift)
        return error_no_memory(err);
    (*shift)->calendar = arena_strdup(&s->arena, calendar);
    (*shift)->next = s->first_shift;
    s->first_shift = *shift;
    return ask_calendar(ctx, *shift, err);
}

/* The clock runs on from case to case. */
static int follow_clock(struct context *ctx, struct staff *s, struct error *err)
{
    int rc = 0;

    if (s->shifts_at == ctx->now)
        return 0;
    for (struct shift *shift = s->first_shift; rc == 0 && shift; shift = shift->next) {
        bool before = shift->state.open;
        rc = ask_calendar(ctx, shift, err);
        if (before != shift->state.open)
            s->generation++;
    }
    s->shifts_at = ctx->now;
    return rc;
}

static int by_name(const void *one, const void *other)
{
    return strcmp(((const struct pick_skill *)one)->name, ((const struct pick_skill *)other)->name);
}

/* {"bgp": 3}; of what is not a level nothing is known, and it counts for nothing. */
static int read_skills(struct staff *s, struct member *m, struct error *err)
{
    json_t *json = m->skills ? json_tree(m->skills, strlen(m->skills), err) : NULL, *level;
    struct pick_skill *list = NULL;
    const char *name;
    size_t n = 0;

    m->skills_read = true;
    if (m->skills && !json)
        return (int)err->code;
    if (json_object_size(json) > 0)
        list = ARENA_ARRAY(&s->arena, struct pick_skill, json_object_size(json));
    json_object_foreach (json, name, level) {
        if (list && json_is_integer(level))
            list[n++] = (struct pick_skill){arena_strdup(&s->arena, name), json_integer_value(level)};
    }
    json_decref(json);
    if (arena_failed(&s->arena))
        return error_no_memory(err);
    if (n > 0)
        qsort(list, n, sizeof *list, by_name);
    m->person.skills = list;
    m->person.skill_count = n;
    return 0;
}

/* One person, however many groups they are in: a load is a load. */
static struct member *person_of(struct staff *s, const struct agent_member *row)
{
    struct member *m = find(&s->people, row->key);

    if (m)
        return m;
    m = add(s, &s->people, row->key, sizeof *m);
    if (!m)
        return NULL;
    m->skills = row->skills;
    m->person = (struct pick_person){.key = row->key,
                                     .active = row->active,
                                     .present = row->present,
                                     .load = row->load,
                                     .last_assigned = row->last_assigned};
    return m;
}

static int add_candidate(struct context *ctx, struct staff *s, const struct group *group, const char *name,
                         const struct agent_member *row, struct pick_candidate *c, struct error *err)
{
    const char *calendar = row->calendar ? row->calendar : group->calendar;
    struct member *m = person_of(s, row);
    struct shift *shift = NULL;
    int rc = m ? shift_of(ctx, s, calendar, &shift, err) : error_no_memory(err);

    if (rc != 0)
        return rc;
    c->person = &m->person;
    c->capacity = row->capacity != INT_NONE ? row->capacity : group->capacity;
    c->shift = &shift->state;
    c->group = name;
    return 0;
}

/* The members of one group, from the store; of one that policy has left, nobody. */
static int read_group(struct context *ctx, struct staff *s, const char *name, struct candidates **out,
                      struct error *err)
{
    const struct pick_candidate **list;
    struct agent_member *rows = NULL;
    struct pick_candidate *all;
    const struct group *group = NULL;
    size_t count = 0;
    int rc = find_group(ctx->policy, name, &group, err);

    *out = find(&s->groups, name);
    if (rc != 0 || *out)
        return rc;
    if (group)
        rc = agent_members(ctx->db, name, &s->arena, &rows, &count, err);
    if (rc != 0)
        return rc;
    *out = add(s, &s->groups, name, sizeof **out);
    name = arena_strdup(&s->arena, name);
    list = ARENA_ARRAY(&s->arena, const struct pick_candidate *, count + 1);
    all = ARENA_ARRAY(&s->arena, struct pick_candidate, count + 1);
    if (arena_failed(&s->arena))
        return error_no_memory(err);
    for (size_t i = 0; rc == 0 && i < count; i++) {
        rc = add_candidate(ctx, s, group, name, &rows[i], &all[i], err);
        list[i] = &all[i];
    }
    **out = (struct candidates){list, count};
    return rc;
}

/* Adds who is not in the list yet. */
static void unite(struct candidates *all, const struct pick_candidate **list, const struct candidates *more)
{
    for (size_t i = 0; i < more->count; i++) {
        struct member *m = (struct member *)more->list[i]->person;
        if (m->listed == list)
            continue;
        m->listed = list;
        list[all->count++] = more->list[i];
    }
    all->list = list;
}

static int make_pool(struct context *ctx, struct staff *s, const char *const *groups, size_t group_count,
                     struct pool *pool, struct error *err)
{
    const struct pick_candidate **list;
    struct candidates *members;
    size_t most = 1;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < group_count; i++) {
        rc = read_group(ctx, s, groups[i], &members, err);
        most += rc == 0 ? members->count : 0;
    }
    list = ARENA_ARRAY(&s->arena, const struct pick_candidate *, most);
    if (rc == 0 && !list)
        rc = error_no_memory(err);
    for (size_t i = 0; rc == 0 && i < group_count; i++) {
        rc = read_group(ctx, s, groups[i], &members, err);
        if (rc == 0)
            unite(&pool->candidates, list, members);
    }
    return rc;
}

static const char *pool_name(struct context *ctx, const char *const *groups, size_t count)
{
    const char *name = count > 0 ? groups[0] : "";

    for (size_t i = 1; name && i < count; i++)
        name = arena_printf(ctx->arena, "%s\n%s", name, groups[i]);
    return name;
}

static int read_pool_skills(struct staff *s, struct pool *pool, struct error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && !pool->skills_read && i < pool->candidates.count; i++) {
        struct member *m = (struct member *)pool->candidates.list[i]->person;
        if (!m->skills_read)
            rc = read_skills(s, m, err);
    }
    pool->skills_read = rc == 0;
    return rc;
}

int staff_candidates(struct context *ctx, const char *const *groups, size_t group_count, bool with_skills,
                     struct candidates *out, struct error *err)
{
    struct staff *s = staff_of(ctx);
    const char *name = pool_name(ctx, groups, group_count);
    struct pool *pool;
    int rc = s && name ? follow_clock(ctx, s, err) : error_no_memory(err);

    if (rc != 0)
        return rc;
    pool = find(&s->pools, name);
    if (!pool) {
        pool = add(s, &s->pools, name, sizeof *pool);
        rc = pool ? make_pool(ctx, s, groups, group_count, pool, err) : error_no_memory(err);
    }
    if (rc == 0 && with_skills)
        rc = read_pool_skills(s, pool, err);
    if (rc == 0)
        *out = pool->candidates;
    return rc;
}

void staff_charged(struct context *ctx, const char *key, int64_t delta, usec assigned)
{
    struct member *m = ctx->staff ? find(&ctx->staff->people, key) : NULL;

    if (!m)
        return;
    m->person.load += delta;
    if (assigned != TIME_NONE)
        m->person.last_assigned = assigned;
    if (delta < 0)
        ctx->staff->generation++;
}

const struct refusal *staff_refusal(struct context *ctx, const char *need)
{
    const struct remembered *r = ctx->staff ? find(&ctx->staff->refusals, need) : NULL;

    return r && r->generation == ctx->staff->generation ? &r->refusal : NULL;
}

int staff_refuse(struct context *ctx, const char *need, const struct refusal *refusal, struct error *err)
{
    struct staff *s = staff_of(ctx);
    struct remembered *r = s ? find(&s->refusals, need) : NULL;

    if (s && !r)
        r = add(s, &s->refusals, need, sizeof *r);
    if (!r)
        return error_no_memory(err);
    *r = (struct remembered){*refusal, s->generation};
    return 0;
}
