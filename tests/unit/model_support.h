/*
 * What the tests of lib/model share: an arena, a parser and an error for each test, records written with '
 * for ".
 */
#ifndef CASEWORK_TESTS_MODEL_SUPPORT_H
#define CASEWORK_TESTS_MODEL_SUPPORT_H

#include "rule_support.h"

#include "base/json_read.h"
#include "base/json_write.h"

struct fixture {
    struct arena arena;
    struct json_parser *parser;
    struct error err;
};

static inline int fixture_open(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    *state = f;
    if (!f)
        return -1;
    error_init(&f->err);
    return json_parser_new(&f->parser, &f->err);
}

static inline int fixture_close(void **state)
{
    struct fixture *f = *state;

    json_parser_free(f->parser);
    arena_release(&f->arena);
    free(f);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

/* The text with its quotes turned, in the arena. */
static inline const char *quoted(struct fixture *f, const char *text)
{
    char *copy = arena_strdup(&f->arena, text);

    assert_non_null(copy);
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    return copy;
}

static inline struct json_record record_of(struct fixture *f, const char *text)
{
    const char *json = quoted(f, text);
    struct json_record record;

    if (json_parse(f->parser, json, strlen(json), &f->arena, &record, &f->err) != 0)
        fail_msg("%s: %s", json, f->err.message);
    return record;
}

/* Checks that the last call failed so, and forgets it. */
static inline void expect_failure(struct fixture *f, int rc, enum code code, const char *pointer)
{
    expect_error(rc, &f->err, code, pointer);
    error_init(&f->err);
}

static inline void expect_success(struct fixture *f, int rc)
{
    if (rc != 0)
        fail_msg("%d at \"%s\": %s", rc, f->err.pointer, f->err.message);
}

#endif
