/*
 * Random input for property tests: the seed is printed, and CASEWORK_TEST_SEED repeats a run.
 * xorshift64* (S. Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled").
 */
#ifndef CASEWORK_TESTS_SEEDED_H
#define CASEWORK_TESTS_SEEDED_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct seeded {
    uint64_t state;
};

static inline struct seeded seeded_start(const char *what)
{
    const char *given = getenv("CASEWORK_TEST_SEED");
    uint64_t seed = given == NULL ? (uint64_t)time(NULL) : strtoull(given, NULL, 10);

    printf("%s: CASEWORK_TEST_SEED=%" PRIu64 "\n", what, seed);
    return (struct seeded){seed * UINT64_C(0x9E3779B97F4A7C15) | 1};
}

static inline uint64_t seeded_next(struct seeded *s)
{
    s->state ^= s->state >> 12;
    s->state ^= s->state << 25;
    s->state ^= s->state >> 27;
    return s->state * UINT64_C(2685821657736338717);
}

/* 0 <= result < limit */
static inline uint64_t seeded_below(struct seeded *s, uint64_t limit)
{
    return seeded_next(s) % limit;
}

#endif
