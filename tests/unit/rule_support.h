/*
 * What the tests of lib/rule share: JSON written with single quotes, the test data's lines, a small random
 * generator.
 */
#ifndef CASEWORK_TESTS_RULE_SUPPORT_H
#define CASEWORK_TESTS_RULE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/arena.h"
#include "base/error.h"

/* A tree of JSON in which ' stands for ". The caller owns the reference. */
static inline json_t *tree(const char *text)
{
    char *copy = strdup(text), *p;
    json_error_t error;
    json_t *json;

    assert_non_null(copy);
    for (p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    json = json_loads(copy, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
    if (!json)
        fail_msg("%s: %s", error.text, text);
    free(copy);
    return json;
}

/* The file of test data, or a skipped test. */
static inline FILE *open_data(const char *name)
{
    const char *folder = getenv("CASEWORK_TEST_DATA");
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder ? folder : "", name);
    file = folder ? fopen(path, "r") : NULL;
    if (!file) {
        print_message("skipped: no %s in CASEWORK_TEST_DATA\n", name);
        skip();
    }
    return file;
}

/* Checks that an error is there with this code and pointer. */
static inline void expect_error(int rc, const struct error *err, enum code code, const char *pointer)
{
    if (rc != (int)code || err->code != code || strcmp(err->pointer, pointer) != 0)
        fail_msg("expected %d at \"%s\", got %d, %d at \"%s\": %s", code, pointer, rc, err->code,
                 err->pointer, err->message);
}

/* What the pattern (a+)+$ runs away on. */
#define AAAA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"

/* xorshift64: the same sequence everywhere. */
static inline uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static inline unsigned random_below(uint64_t *state, unsigned n)
{
    return (unsigned)(random_next(state) >> 33) % n;
}

#endif
