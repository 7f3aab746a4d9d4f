/*
 * What the tests of lib/config share: a policy made of files written here, in which ' stands for ", and what
 * lint says of it.
 */
#ifndef CASEWORK_TESTS_POLICY_SUPPORT_H
#define CASEWORK_TESTS_POLICY_SUPPORT_H

#include "rule_support.h"

#include "config/lint.h"
#include "config/policy.h"

#define SETTINGS                                                                                             \
    {                                                                                                        \
        "casework.json", "{'format':1}"                                                                      \
    }
#define TRIAGE                                                                                               \
    {                                                                                                        \
        "groups/triage.json", "{}"                                                                           \
    }
#define COMMIT "0123456789abcdef0123456789abcdef01234567"

struct text_file {
    const char *path, *text;
};

static inline struct policy *policy_of(const struct text_file *files, size_t count)
{
    struct arena arena = ARENA_INIT;
    struct policy_file *list = ARENA_ARRAY(&arena, struct policy_file, count);
    struct policy *p = NULL;
    struct error err;

    assert_non_null(list);
    error_init(&err);
    for (size_t i = 0; i < count; i++) {
        char *text = arena_strdup(&arena, files[i].text);
        assert_non_null(text);
        for (char *c = text; *c != '\0'; c++)
            if (*c == '\'')
                *c = '"';
        list[i] = (struct policy_file){files[i].path, "", text, strlen(text)};
    }
    assert_int_equal(policy_new(&p, COMMIT, list, count, &arena, &err), 0);
    return p;
}

#define POLICY(...)                                                                                          \
    policy_of((const struct text_file[]){__VA_ARGS__},                                                       \
              sizeof((const struct text_file[]){__VA_ARGS__}) / sizeof(struct text_file))

/* The findings, a line each: "FILE:LINE:COLUMN CODE POINTER". */
struct findings_text {
    char lines[4096];
    char last_message[1024];
};

static inline void collect_finding(void *context, const struct finding *finding)
{
    struct findings_text *t = context;
    size_t n = strlen(t->lines);

    snprintf(t->lines + n, sizeof t->lines - n, "%s:%ld:%ld %s %s\n", finding->file, finding->line,
             finding->column, finding->code, finding->pointer);
    snprintf(t->last_message, sizeof t->last_message, "%s", finding->message);
}

/* Lints and frees the policy. */
static inline void expect_findings(struct policy *p, const char *expected)
{
    struct findings_text t = {"", ""};
    struct error err;

    error_init(&err);
    if (lint_policy(p, collect_finding, &t, &err) < 0)
        fail_msg("%s", err.message);
    assert_string_equal(t.lines, expected);
    policy_free(p);
}

#endif
