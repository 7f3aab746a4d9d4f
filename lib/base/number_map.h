/*
 * A map in memory from numbers to numbers: a hash table with open addressing, at most half full, so 32 to 64
 * bytes an entry.
 *
 * The keys are hashes already (base/hash.h), spread over all 64 bits. 0 is no key. Nothing is taken out; a
 * value may be changed where it stands.
 */
#ifndef CASEWORK_BASE_NUMBER_MAP_H
#define CASEWORK_BASE_NUMBER_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct number_slot {
    uint64_t key, value;
};

/* Zeros are an empty one. */
struct number_map {
    struct number_slot *slots;
    size_t count, capacity;
};

void number_map_release(struct number_map *m);
/* NULL: it is not there. Valid until the next number_map_make(). */
uint64_t *number_map_find(const struct number_map *m, uint64_t key);
/* The value, 0 when it was not there; CODE_NO_MEMORY. */
int number_map_make(struct number_map *m, uint64_t key, uint64_t **value, struct error *err);

#endif
