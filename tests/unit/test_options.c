#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/options.h"
#include "base/timestamp.h"

struct own {
    int64_t limit;
    usec wait;
    usec since;
    struct option_list groups;
};

struct common {
    bool quiet;
    const char *store;
    const char *rejects;
};

static const struct option_spec own_specs[] = {
    {'k', "limit", OPTION_INT, offsetof(struct own, limit), "N", "at most N", NULL},
    {0, "wait", OPTION_DURATION, offsetof(struct own, wait), "DURATION", "how long", NULL},
    {0, "since", OPTION_TIME, offsetof(struct own, since), "TIME", "from then on", NULL},
    {'g', "group", OPTION_LIST, offsetof(struct own, groups), "GROUP", "of a group", "@group"},
    OPTIONS_END,
};

static const struct option_spec common_specs[] = {
    {'q', "quiet", OPTION_FLAG, offsetof(struct common, quiet), NULL, "errors only", NULL},
    {'s', "store", OPTION_TEXT, offsetof(struct common, store), "URI", "the store", "@file"},
    {'r', "rejects", OPTION_TEXT, offsetof(struct common, rejects), "FILE", "append rejects there", "@file"},
    OPTIONS_END,
};

#define MOST_ARGUMENTS 140

/* One command line and what came of it. */
struct outcome {
    struct own own;
    struct common common;
    struct error err;
    const char *argv[MOST_ARGUMENTS + 1];
    int argc;
    int operands;
    int rc;
};

static void run(struct outcome *o)
{
    const struct option_set sets[] = {{own_specs, &o->own}, {common_specs, &o->common}};

    error_init(&o->err);
    o->rc = options_parse(o->argc, (char **)o->argv, sets, 2, &o->operands, &o->err);
}

/* Words after the tool's name, ended by NULL. */
static struct outcome parse(const char *first, ...)
{
    struct outcome o = {.argv = {"tool"}, .argc = 1};
    va_list words;

    va_start(words, first);
    for (const char *word = first; word != NULL; word = va_arg(words, const char *))
        o.argv[o.argc++] = word;
    va_end(words);
    run(&o);
    return o;
}

static void nothing_given_changes_nothing(void **state)
{
    struct outcome o = parse(NULL);

    (void)state;
    assert_int_equal(o.rc, 0);
    assert_int_equal(o.operands, 1);
    assert_int_equal(o.own.limit, 0);
    assert_null(o.common.store);
}

static void every_type_reaches_its_target(void **state)
{
    struct outcome o = parse("-k", "5", "--wait=PT2M", "--since", "1970-01-01T00:00:01Z", "-gnoc",
                             "--group=it", "-q", "-s/tmp/x", NULL);

    (void)state;
    assert_int_equal(o.rc, 0);
    assert_int_equal(o.own.limit, 5);
    assert_int_equal(o.own.wait, 2 * USEC_MINUTE);
    assert_int_equal(o.own.since, USEC_SECOND);
    assert_int_equal(o.own.groups.count, 2);
    assert_string_equal(o.own.groups.items[0], "noc");
    assert_string_equal(o.own.groups.items[1], "it");
    assert_true(o.common.quiet);
    assert_string_equal(o.common.store, "/tmp/x");
}

static void operands_mix_with_options(void **state)
{
    struct outcome o = parse("CS0000001", "-q", "CS0000002", "--limit", "3", "CS0000003", NULL);

    (void)state;
    assert_int_equal(o.rc, 0);
    assert_int_equal(o.argc - o.operands, 3);
    assert_string_equal(o.argv[o.operands], "CS0000001");
    assert_string_equal(o.argv[o.operands + 2], "CS0000003");
    assert_true(o.common.quiet);
}

static void two_dashes_end_the_options(void **state)
{
    struct outcome o = parse("-q", "--", "-k", NULL);

    (void)state;
    assert_int_equal(o.rc, 0);
    assert_string_equal(o.argv[o.operands], "-k");
}

static void long_names_may_be_abbreviated(void **state)
{
    struct outcome o = parse("--rej=x", NULL);

    (void)state;
    assert_int_equal(o.rc, 0);
    assert_string_equal(o.common.rejects, "x");
}

static void refusals_say_what_was_expected(void **state)
{
    static const struct {
        const char *words[2];
        const char *message;
    } cases[] = {
        {{"--limit=x", NULL}, "--limit: expected a whole number, got \"x\""},
        {{"-k", "-1"}, "--limit: expected a whole number, got \"-1\""},
        {{"-k", ""}, "--limit: expected a whole number, got \"\""},
        {{"-k9223372036854775808", NULL}, "--limit: expected a whole number, got \"9223372036854775808\""},
        {{"--wait=1h", NULL}, "--wait: expected an ISO 8601 duration such as PT4H30M, got \"1h\""},
        {{"--since=now", NULL}, "--since: expected a time such as 2026-03-01T09:00:00Z, got \"now\""},
        {{"--store", NULL}, "--store: expected URI, got nothing"},
        {{"-s", NULL}, "--store: expected URI, got nothing"},
        {{"--quiet=yes", NULL}, "--quiet: expected no argument, got one"},
        {{"-x", NULL}, "unknown option \"-x\""},
        {{"operand", "-qx"}, "unknown option \"-x\""},
        {{"--nonsense=\033", NULL}, "unknown option \"--nonsense\""},
        {{"operand", "--s=1"}, "ambiguous option \"--s\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct outcome o = parse(cases[i].words[0], cases[i].words[1], NULL);

        assert_int_equal(o.rc, CODE_USAGE);
        assert_string_equal(o.err.message, cases[i].message);
    }
}

static void a_refused_command_line_leaves_nothing_for_the_next(void **state)
{
    struct outcome refused = parse("-xq", NULL);
    struct outcome next = parse("operand", "-k5", NULL);

    (void)state;
    assert_int_equal(refused.rc, CODE_USAGE);
    assert_int_equal(next.rc, 0);
    assert_int_equal(next.own.limit, 5);
    assert_false(next.common.quiet);
}

static void the_largest_number_is_read(void **state)
{
    struct outcome o = parse("-k9223372036854775807", NULL);

    (void)state;
    assert_int_equal(o.rc, 0);
    assert_true(o.own.limit == INT64_MAX);
}

static void a_list_is_full_after_64(void **state)
{
    struct outcome o = {.argv = {"tool"}, .argc = 1};

    (void)state;
    while (o.argc <= 64)
        o.argv[o.argc++] = "-gx";
    run(&o);
    assert_int_equal(o.rc, 0);
    assert_int_equal(o.own.groups.count, 64);
    o.own.groups.count = 0;
    o.argv[o.argc++] = "-gx";
    run(&o);
    assert_int_equal(o.rc, CODE_USAGE);
    assert_string_equal(o.err.message, "--group: expected at most 64 of them, got more");
}

static void assert_printed(void (*print)(FILE *, const struct option_set *, size_t), const char *expected)
{
    const struct option_set sets[] = {{own_specs, NULL}, {common_specs, NULL}};
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);

    print(out, sets, 2);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void help_is_aligned_over_all_sets(void **state)
{
    (void)state;
    assert_printed(options_print_help, "  -k, --limit=N        at most N\n"
                                       "      --wait=DURATION  how long\n"
                                       "      --since=TIME     from then on\n"
                                       "  -g, --group=GROUP    of a group\n"
                                       "  -q, --quiet          errors only\n"
                                       "  -s, --store=URI      the store\n"
                                       "  -r, --rejects=FILE   append rejects there\n");
}

static void completion_prints_five_columns_an_option(void **state)
{
    (void)state;
    assert_printed(options_print_complete, "limit\tk\tN\t-\tat most N\n"
                                           "wait\t-\tDURATION\t-\thow long\n"
                                           "since\t-\tTIME\t-\tfrom then on\n"
                                           "group\tg\tGROUP\t@group\tof a group\n"
                                           "quiet\tq\t-\t-\terrors only\n"
                                           "store\ts\tURI\t@file\tthe store\n"
                                           "rejects\tr\tFILE\t@file\tappend rejects there\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_given_changes_nothing),
        cmocka_unit_test(every_type_reaches_its_target),
        cmocka_unit_test(operands_mix_with_options),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(long_names_may_be_abbreviated),
        cmocka_unit_test(refusals_say_what_was_expected),
        cmocka_unit_test(a_refused_command_line_leaves_nothing_for_the_next),
        cmocka_unit_test(the_largest_number_is_read),
        cmocka_unit_test(a_list_is_full_after_64),
        cmocka_unit_test(help_is_aligned_over_all_sets),
        cmocka_unit_test(completion_prints_five_columns_an_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
