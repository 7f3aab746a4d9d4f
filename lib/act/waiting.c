#include "act/waiting.h"

#include <stdlib.h>

#define FIRST_CAPACITY 64

/* Of the records of one name, in one number of the map. */
struct named {
    uint32_t first, last;
};

static struct named named_of(uint64_t value)
{
    return (struct named){(uint32_t)(value >> 32), (uint32_t)value};
}

static uint64_t named_value(struct named n)
{
    return (uint64_t)n.first << 32 | n.last;
}

void waiting_release(struct waiting *w)
{
    free(w->records);
    free(w->ready);
    number_map_release(&w->names);
    number_map_release(&w->wishes);
    *w = (struct waiting){0};
}

static struct waiting_record *record_of(const struct waiting *w, uint32_t who)
{
    return &w->records[who - 1];
}

/* Doubles an array that is full. */
static int make_room(void **items, size_t size, uint32_t count, uint32_t *capacity, struct error *err)
{
    uint32_t more = *capacity > 0 ? 2 * *capacity : FIRST_CAPACITY;
    void *grown;

    if (count < *capacity)
        return 0;
    grown = more > *capacity ? realloc(*items, more * size) : NULL;
    if (!grown)
        return error_no_memory(err);
    *items = grown;
    *capacity = more;
    return 0;
}

static void swap(uint32_t *one, uint32_t *other)
{
    uint32_t kept = *one;

    *one = *other;
    *other = kept;
}

static int make_ready(struct waiting *w, uint32_t who, struct error *err)
{
    void *ready = w->ready;
    int rc = make_room(&ready, sizeof *w->ready, w->ready_count, &w->ready_capacity, err);

    w->ready = ready;
    if (rc != 0)
        return rc;
    record_of(w, who)->state = WAITING_READY;
    w->ready[w->ready_count] = who;
    for (uint32_t i = w->ready_count++; i > 0 && w->ready[i] < w->ready[(i - 1) / 2]; i = (i - 1) / 2)
        swap(&w->ready[i], &w->ready[(i - 1) / 2]);
    return 0;
}

static uint32_t take_ready(struct waiting *w)
{
    uint32_t who = w->ready[0], i = 0;

    w->ready[0] = w->ready[--w->ready_count];
    for (;;) {
        uint32_t least = i;
        for (uint32_t below = 2 * i + 1; below <= 2 * i + 2 && below < w->ready_count; below++)
            if (w->ready[below] < w->ready[least])
                least = below;
        if (least == i)
            return who;
        swap(&w->ready[i], &w->ready[least]);
        i = least;
    }
}

/* The first of this name that is not done, or 0. */
static uint32_t first_named(const struct waiting *w, uint64_t name)
{
    const uint64_t *value = number_map_find(&w->names, name);

    return value ? named_of(*value).first : 0;
}

int waiting_announce(struct waiting *w, uint64_t name, struct error *err)
{
    uint64_t *value;

    return name != 0 ? number_map_make(&w->names, name, &value, err) : 0;
}

bool waiting_announced(const struct waiting *w, uint64_t name)
{
    return number_map_find(&w->names, name) != NULL;
}

/* Behind those of the same name. */
static int line_up(struct waiting *w, uint32_t who, struct error *err)
{
    uint64_t name = record_of(w, who)->name, *value;
    struct named n;
    int rc = name != 0 ? number_map_make(&w->names, name, &value, err) : 0;

    if (rc != 0 || name == 0)
        return rc;
    n = named_of(*value);
    if (n.first == 0)
        n.first = who;
    else
        record_of(w, n.last)->next_named = who;
    n.last = who;
    *value = named_value(n);
    return 0;
}

int waiting_add(struct waiting *w, uint64_t name, const struct wish *wish, int64_t place, struct error *err)
{
    void *records = w->records;
    int rc = make_room(&records, sizeof *w->records, w->count, &w->capacity, err);
    uint32_t who;

    w->records = records;
    if (rc != 0)
        return rc;
    w->records[w->count] = (struct waiting_record){.name = name, .place = place};
    who = ++w->count;
    rc = line_up(w, who, err);
    if (rc != 0)
        return rc;
    if (wish)
        return waiting_wish(w, who, wish, err);
    waiting_hold(w, who);
    return waiting_held(w, who) ? 0 : make_ready(w, who, err);
}

int waiting_came(struct waiting *w, uint64_t name, struct error *err)
{
    uint64_t *first = number_map_find(&w->wishes, name);
    int rc = 0;

    for (uint32_t who = first ? (uint32_t)*first : 0, next; rc == 0 && who != 0; who = next) {
        next = record_of(w, who)->next_wish;
        rc = make_ready(w, who, err);
    }
    if (first)
        *first = 0;
    return rc;
}

int waiting_wish(struct waiting *w, uint32_t who, const struct wish *wish, struct error *err)
{
    struct waiting_record *r = record_of(w, who);
    uint64_t *first;
    int rc = wish->name != 0 ? number_map_make(&w->wishes, wish->name, &first, err) : 0;

    r->state = WAITING_WISHES;
    r->wish = *wish;
    if (rc != 0 || wish->name == 0)
        return rc;
    r->next_wish = (uint32_t)*first;
    *first = who;
    return 0;
}

bool waiting_held(const struct waiting *w, uint32_t who)
{
    const struct waiting_record *r = record_of(w, who);

    return !w->last && !r->free && r->name != 0 && first_named(w, r->name) != who;
}

void waiting_hold(struct waiting *w, uint32_t who)
{
    record_of(w, who)->state = WAITING_HELD;
}

int waiting_done(struct waiting *w, uint32_t who, struct error *err)
{
    uint64_t name = record_of(w, who)->name, *value = number_map_find(&w->names, name);
    struct named n;

    record_of(w, who)->state = WAITING_DONE;
    if (!value)
        return 0;
    n = named_of(*value);
    while (n.first != 0 && record_of(w, n.first)->state == WAITING_DONE)
        n.first = record_of(w, n.first)->next_named;
    *value = named_value(n);
    return n.first != 0 && record_of(w, n.first)->state == WAITING_HELD ? make_ready(w, n.first, err) : 0;
}

/* Each record waits for one, so a walk upwards ends, comes to where an earlier one has been, or meets itself:
 * what lies from there on is a cycle. Nothing is walked over twice. */
static void find_loops(struct waiting *w)
{
    for (uint32_t walk = 1; walk <= w->count; walk++) {
        uint32_t who = record_of(w, walk)->state == WAITING_DONE ? 0 : walk;
        while (who != 0 && record_of(w, who)->walk == 0) {
            struct waiting_record *r = record_of(w, who);
            r->walk = walk;
            who = r->wish.is_parent ? first_named(w, r->wish.name) : 0;
        }
        while (who != 0 && record_of(w, who)->walk == walk && !record_of(w, who)->looped) {
            record_of(w, who)->looped = true;
            who = first_named(w, record_of(w, who)->wish.name);
        }
    }
}

/* Nobody is ready. Who is passed over is the first of his name, and stays it: only those who are held need
 * this. */
static uint32_t let_go(struct waiting *w)
{
    while (w->freed < w->count) {
        struct waiting_record *r = &w->records[w->freed++];
        r->free = true;
        if (r->state == WAITING_HELD)
            return w->freed;
    }
    return 0;
}

static uint32_t next_last(struct waiting *w)
{
    if (!w->last)
        find_loops(w);
    w->last = true;
    while (w->tried < w->count)
        if (w->records[w->tried++].state != WAITING_DONE)
            return w->tried;
    return 0;
}

uint32_t waiting_next(struct waiting *w)
{
    uint32_t who = 0;

    if (!w->last)
        who = w->ready_count > 0 ? take_ready(w) : let_go(w);
    if (who == 0)
        who = next_last(w);
    if (who != 0)
        record_of(w, who)->state = WAITING_TAKEN;
    return who;
}

bool waiting_looped(const struct waiting *w, uint32_t who)
{
    const struct waiting_record *r = record_of(w, who), *first;

    if (r->looped || r->name == 0 || !r->wish.is_parent)
        return r->looped;
    first = record_of(w, first_named(w, r->name));
    return first->looped && first->wish.name == r->wish.name;
}
