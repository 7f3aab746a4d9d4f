#include "act/waiting.h"

#include <stdlib.h>

#define FIRST_CAPACITY 64

void waiting_clear(struct waiting *w)
{
    w->count = 0;
    w->followed = false;
    arena_clear(&w->texts);
}

void waiting_release(struct waiting *w)
{
    free(w->records);
    arena_release(&w->texts);
    *w = (struct waiting){0};
}

static int make_room(struct waiting *w, struct error *err)
{
    size_t capacity = w->capacity > 0 ? 2 * w->capacity : FIRST_CAPACITY;
    struct waiting_record *records;

    if (w->count < w->capacity)
        return 0;
    records = realloc(w->records, capacity * sizeof *records);
    if (!records)
        return error_no_memory(err);
    w->records = records;
    w->capacity = capacity;
    return 0;
}

int waiting_note(struct waiting *w, const struct record_kind *kind, const char *key, const char *parent,
                 struct error *err)
{
    struct waiting_record record = {.kind = kind};
    int rc;

    if (w->count == WAITING_MAX)
        return 0;
    rc = make_room(w, err);
    if (rc != 0)
        return rc;
    record.key = arena_strdup(&w->texts, key);
    record.parent = arena_strdup(&w->texts, parent);
    if (arena_failed(&w->texts))
        return error_no_memory(err);
    w->records[w->count++] = record;
    w->followed = false;
    return 0;
}

static int by_kind_and_key(const void *one, const void *other)
{
    const struct waiting_record *a = one, *b = other;

    return a->kind != b->kind ? (a->kind > b->kind) - (a->kind < b->kind) : strcmp(a->key, b->key);
}

static struct waiting_record *find(const struct waiting *w, const struct record_kind *kind, const char *key)
{
    struct waiting_record wanted = {.kind = kind, .key = key};

    return w->count > 0 ? bsearch(&wanted, w->records, w->count, sizeof wanted, by_kind_and_key) : NULL;
}

/* Each record waits for one, so a walk upwards ends, comes to where an earlier one has been, or meets itself:
 * what lies from there on is a cycle. Nothing is walked over twice. */
static void follow(struct waiting *w)
{
    qsort(w->records, w->count, sizeof *w->records, by_kind_and_key);
    for (size_t walk = 1; walk <= w->count; walk++) {
        struct waiting_record *r = &w->records[walk - 1];
        while (r && r->walk == 0) {
            r->walk = walk;
            r = find(w, r->kind, r->parent);
        }
        while (r && r->walk == walk && !r->looped) {
            r->looped = true;
            r = find(w, r->kind, r->parent);
        }
    }
    w->followed = true;
}

bool waiting_looped(struct waiting *w, const struct record_kind *kind, const char *key)
{
    const struct waiting_record *r;

    if (w->count > 0 && !w->followed)
        follow(w);
    r = find(w, kind, key);
    return r && r->looped;
}
