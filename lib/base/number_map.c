#include "base/number_map.h"

#include <stdlib.h>

#define FIRST_CAPACITY 64

void number_map_release(struct number_map *m)
{
    free(m->slots);
    *m = (struct number_map){0};
}

/* The slot of the key, or the free one where it belongs; there is one: the table is at most half full. */
static struct number_slot *slot_of(const struct number_map *m, uint64_t key)
{
    size_t i = (size_t)key & (m->capacity - 1);

    while (m->slots[i].key != 0 && m->slots[i].key != key)
        i = (i + 1) & (m->capacity - 1);
    return &m->slots[i];
}

uint64_t *number_map_find(const struct number_map *m, uint64_t key)
{
    struct number_slot *slot = m->capacity > 0 ? slot_of(m, key) : NULL;

    return slot && slot->key != 0 ? &slot->value : NULL;
}

static int grow(struct number_map *m, struct error *err)
{
    struct number_map grown = {.capacity = m->capacity > 0 ? 2 * m->capacity : FIRST_CAPACITY};

    grown.count = m->count;
    grown.slots = calloc(grown.capacity, sizeof *grown.slots);
    if (!grown.slots)
        return error_no_memory(err);
    for (size_t i = 0; i < m->capacity; i++)
        if (m->slots[i].key != 0)
            *slot_of(&grown, m->slots[i].key) = m->slots[i];
    free(m->slots);
    *m = grown;
    return 0;
}

int number_map_make(struct number_map *m, uint64_t key, uint64_t **value, struct error *err)
{
    struct number_slot *slot;
    int rc = 2 * m->count >= m->capacity ? grow(m, err) : 0;

    if (rc != 0)
        return rc;
    slot = slot_of(m, key);
    if (slot->key == 0) {
        slot->key = key;
        m->count++;
    }
    *value = &slot->value;
    return 0;
}
