#include "rule_support.h"

#include "rule/match_internal.h"

static bool matches(const char *condition, const char *document)
{
    json_t *c = tree(condition), *d = tree(document);
    struct arena arena = ARENA_INIT;
    struct error err;
    struct match *match;
    bool result;

    error_init(&err);
    if (match_compile(c, &arena, &match, &err))
        fail_msg("%s: %s: %s", condition, err.pointer, err.message);
    assert_int_equal(match_test(match, d, &result, &err), 0);
    arena_release(&arena);
    json_decref(c);
    json_decref(d);
    return result;
}

static void refused(const char *condition, enum code code, const char *pointer)
{
    json_t *c = tree(condition);
    struct arena arena = ARENA_INIT;
    struct error err;
    struct match *match;

    error_init(&err);
    expect_error(match_compile(c, &arena, &match, &err), &err, code, pointer);
    assert_null(match);
    arena_release(&arena);
    json_decref(c);
}

static void empty_condition_matches_everything(void **state)
{
    (void)state;
    assert_true(matches("{}", "{}"));
    assert_true(matches("{}", "{'a':1}"));
}

static void literal_matches_value_or_member_of_array(void **state)
{
    (void)state;
    assert_true(matches("{'tags':'vip'}", "{'tags':['new','vip']}"));
    assert_true(matches("{'tags':['new','vip']}", "{'tags':['new','vip']}"));
    assert_true(matches("{'tags':['vip']}", "{'tags':[['vip'],1]}"));
    assert_false(matches("{'tags':['vip']}", "{'tags':['new','vip']}"));
    assert_false(matches("{'tags':'vip'}", "{'tags':'VIP'}"));
}

static void comparison_is_only_within_one_type(void **state)
{
    (void)state;
    assert_false(matches("{'a':{'$gt':5}}", "{'a':'9'}"));
    assert_false(matches("{'a':{'$lt':'x'}}", "{'a':3}"));
    assert_false(matches("{'a':{'$gte':0}}", "{}"));
    assert_false(matches("{'a':1}", "{'a':true}"));
    assert_true(matches("{'a':{'$gt':false}}", "{'a':true}"));
    assert_true(matches("{'a':{'$gt':'a'}}", "{'a':'aa'}"));
    assert_true(matches("{'a':{'$gt':'z'}}", "{'a':'\xc3\xa9'}"));
}

static void integers_and_doubles_are_compared_exactly(void **state)
{
    (void)state;
    assert_true(matches("{'a':1}", "{'a':1.0}"));
    assert_true(matches("{'a':1.0}", "{'a':1}"));
    assert_false(matches("{'a':9007199254740993}", "{'a':9007199254740992.0}"));
    assert_true(matches("{'a':{'$gt':9007199254740992.0}}", "{'a':9007199254740993}"));
    assert_true(matches("{'a':{'$lt':9223372036854775808.0}}", "{'a':9223372036854775807}"));
    assert_false(matches("{'a':9223372036854775808.0}", "{'a':9223372036854775807}"));
    assert_true(matches("{'a':-9223372036854775808.0}", "{'a':-9223372036854775808}"));
    assert_true(matches("{'a':{'$gt':-9.3e18}}", "{'a':-9223372036854775808}"));
    assert_true(matches("{'a':{'$lt':-1}}", "{'a':-1.5}"));
    assert_true(matches("{'a':{'$gt':-2}}", "{'a':-1.5}"));
    assert_true(matches("{'a':{'$gte':1.5,'$lte':2}}", "{'a':2}"));
}

static void null_matches_missing(void **state)
{
    (void)state;
    assert_true(matches("{'a':null}", "{}"));
    assert_true(matches("{'a.b':null}", "{'a':4}"));
    assert_true(matches("{'a':{'$in':[1,null]}}", "{}"));
    assert_true(matches("{'a':{'$gte':null}}", "{}"));
    assert_true(matches("{'a':{'$lte':null}}", "{'a':null}"));
    assert_false(matches("{'a':{'$gt':null}}", "{'a':null}"));
    assert_false(matches("{'a':{'$ne':null}}", "{}"));
    assert_true(matches("{'a.b':null}", "{'a':[{'b':1},{}]}"));
    assert_false(matches("{'a.b':null}", "{'a':[]}"));
    assert_false(matches("{'a.b':null}", "{'a':[1,2]}"));
    assert_false(matches("{'a.0.b':null}", "{'a':[{'b':1}]}"));
    assert_true(matches("{'a.0.b':null}", "{'a':[{'c':1}]}"));
}

static void exists_tells_null_from_missing(void **state)
{
    (void)state;
    assert_true(matches("{'a':{'$exists':true}}", "{'a':null}"));
    assert_true(matches("{'a':{'$exists':false}}", "{}"));
    assert_false(matches("{'a':{'$exists':false}}", "{'a':[]}"));
    assert_true(matches("{'a.b':{'$exists':true}}", "{'a':[{},{'b':0}]}"));
}

static void negations_hold_when_no_element_matches(void **state)
{
    (void)state;
    assert_true(matches("{'a':{'$ne':1}}", "{}"));
    assert_false(matches("{'a':{'$ne':1}}", "{'a':[1,2]}"));
    assert_true(matches("{'a':{'$nin':[]}}", "{'a':1}"));
    assert_false(matches("{'a':{'$in':[]}}", "{'a':1}"));
    assert_true(matches("{'a':{'$not':{'$gt':5,'$lt':9}}}", "{'a':9}"));
    assert_false(matches("{'a':{'$not':{'$gt':5,'$lt':9}}}", "{'a':7}"));
    assert_true(matches("{'a':{'$not':{'$not':{'$gt':5}}}}", "{'a':7}"));
}

static void paths_go_through_arrays_by_element_and_by_index(void **state)
{
    (void)state;
    assert_true(matches("{'tasks.state':'done'}", "{'tasks':[{'state':'open'},{'state':'done'}]}"));
    assert_true(matches("{'tasks.1.state':'done'}", "{'tasks':[{'state':'open'},{'state':'done'}]}"));
    assert_false(matches("{'tasks.0.state':'done'}", "{'tasks':[{'state':'open'},{'state':'done'}]}"));
    assert_true(matches("{'a.0':7}", "{'a':{'0':7}}"));
    assert_true(matches("{'a.0':7}", "{'a':[{'0':7}]}"));
    assert_false(matches("{'a.00':7}", "{'a':[7]}"));
}

static void clauses_join_and_branches_choose(void **state)
{
    (void)state;
    assert_true(matches("{'a':1,'b':2}", "{'a':1,'b':2}"));
    assert_false(matches("{'a':1,'b':2}", "{'a':1,'b':3}"));
    assert_true(matches("{'$or':[{'a':1},{'b':2}]}", "{'b':2}"));
    assert_false(matches("{'$and':[{'a':1},{'b':2}]}", "{'b':2}"));
    assert_true(matches("{'a':1,'$or':[{'$and':[{'b':2},{'c':3}]},{'d':4}]}", "{'a':1,'b':2,'c':3}"));
}

static void objects_compare_member_by_member_in_order(void **state)
{
    (void)state;
    assert_true(matches("{'a':{'x':1,'y':[1,{'z':null}]}}", "{'a':{'x':1.0,'y':[1,{'z':null}]}}"));
    assert_false(matches("{'a':{'x':1,'y':2}}", "{'a':{'y':2,'x':1}}"));
    assert_false(matches("{'a':{'x':1}}", "{'a':{'x':1,'y':2}}"));
    assert_true(matches("{'a':{}}", "{'a':{}}"));
    assert_true(matches("{'a':{'$gt':{'x':1}}}", "{'a':{'x':2}}"));
    assert_true(matches("{'a':{'$gt':[1,2]}}", "{'a':[1,2,0]}"));
}

static void records_are_read_below_context(void **state)
{
    const char *document =
        "{'account':'ACME','context':{'account':{'tier':'gold'},"
        "'services':[{'criticality':1},{'criticality':3}],'history':{'open':4}},'services':9}";

    (void)state;
    assert_true(matches("{'account':'ACME'}", document));
    assert_true(matches("{'account.tier':{'$in':['gold','platinum']}}", document));
    assert_true(matches("{'services.criticality':{'$lte':1},'history.open':4}", document));
    assert_false(matches("{'services':9}", document));
    assert_true(matches("{'context.account.tier':'gold'}", document));
    assert_true(matches("{'account.tier':'gold'}", "{'account':{'tier':'gold'}}"));
    assert_true(matches("{'account.tier':'gold'}", "{'account':{'tier':'gold'},'context':'text'}"));
}

static void errors_point_into_the_condition(void **state)
{
    (void)state;
    refused("{'account.tier':{'$foo':1}}", CODE_INVALID, "/account.tier/$foo");
    refused("{'$where':'1'}", CODE_INVALID, "/$where");
    refused("{'$eq':1}", CODE_INVALID, "/$eq");
    refused("{'a':{'$and':[]}}", CODE_INVALID, "/a/$and");
    refused("{'$or':[]}", CODE_INVALID, "/$or");
    refused("{'$or':[{'a':1},{'b':{'$bar':1}}]}", CODE_INVALID, "/$or/1/b/$bar");
    refused("{'$and':{'a':1}}", CODE_INVALID, "/$and");
    refused("{'$and':[1]}", CODE_INVALID, "/$and/0");
    refused("{'a':{'$gt':1,'b':2}}", CODE_INVALID, "/a/b");
    refused("{'a':{'b':{'$gt':1}}}", CODE_INVALID, "/a/b/$gt");
    refused("{'a':{'$in':[1,{'$gt':1}]}}", CODE_INVALID, "/a/$in/1/$gt");
    refused("{'a':{'$in':'x'}}", CODE_INVALID, "/a/$in");
    refused("{'a':{'$exists':1}}", CODE_INVALID, "/a/$exists");
    refused("{'a':{'$not':{}}}", CODE_INVALID, "/a/$not");
    refused("{'a':{'$not':3}}", CODE_INVALID, "/a/$not");
    refused("{'a':{'$not':{'$lt':1,'x':1}}}", CODE_INVALID, "/a/$not/x");
    refused("{'a/b~c':{'$foo':1}}", CODE_INVALID, "/a~1b~0c/$foo");
    refused("{'a..b':1}", CODE_INVALID, "/a..b");
    refused("{'':1}", CODE_INVALID, "/");
    refused("{'.a':1}", CODE_INVALID, "/.a");
    refused("[]", CODE_INVALID, "");
}

static void nesting_is_limited(void **state)
{
    struct arena arena = ARENA_INIT;
    json_t *condition = tree("{'a':1}");
    struct match *match;
    struct error err;
    int i;

    (void)state;
    for (i = 0; i < 200; i++)
        condition = json_pack("{s:[o]}", "$and", condition);
    error_init(&err);
    assert_int_equal(match_compile(condition, &arena, &match, &err), CODE_LIMIT);
    arena_release(&arena);
    json_decref(condition);
}

static int count_path(void *context, const char *path)
{
    size_t *count = context;

    ++*count;
    return strcmp(path, "stop") == 0 ? 7 : 0;
}

static void clauses_and_paths_are_listed(void **state)
{
    json_t *condition = tree("{'account.tier':'gold','impact':{'$lte':2},'$or':[{'a':1},{'b.c':2,'d':3}]}");
    json_t *document = tree("{'impact':1,'a':1}");
    struct arena arena = ARENA_INIT;
    struct match *match;
    struct error err;
    size_t count = 0;
    bool holds;

    (void)state;
    error_init(&err);
    assert_int_equal(match_compile(condition, &arena, &match, &err), 0);
    assert_int_equal(match_clause_count(match), 3);
    assert_string_equal(match_clause_name(match, 0), "account.tier");
    assert_string_equal(match_clause_name(match, 2), "$or");
    assert_int_equal(match_clause_test(match, 0, document, &holds, &err), 0);
    assert_false(holds);
    assert_int_equal(match_clause_test(match, 1, document, &holds, &err), 0);
    assert_true(holds);
    assert_int_equal(match_clause_test(match, 2, document, &holds, &err), 0);
    assert_true(holds);
    assert_int_equal(match_visit_paths(match, count_path, &count), 0);
    assert_int_equal(count, 5);
    arena_release(&arena);
    json_decref(condition);
    json_decref(document);
}

static void resolver_gives_the_first_value(void **state)
{
    json_t *document =
        tree("{'account':'ACME','context':{'account':{'tier':'gold'}},'list':[1,{'x':2},{'x':3}]}");

    (void)state;
    assert_string_equal(json_string_value(match_resolve(document, "account")), "ACME");
    assert_string_equal(json_string_value(match_resolve(document, "account.tier")), "gold");
    assert_int_equal(json_integer_value(match_resolve(document, "list.x")), 2);
    assert_int_equal(json_integer_value(match_resolve(document, "list.2.x")), 3);
    assert_int_equal(json_array_size(match_resolve(document, "list")), 3);
    assert_null(match_resolve(document, "list.9"));
    assert_null(match_resolve(document, "account.name.first"));
    assert_null(match_resolve(document, ""));
    json_decref(document);
}

/* A string of `n` times `unit`, then `last`, as the member a. */
static json_t *document_of(const char *unit, size_t n, const char *last)
{
    size_t length = strlen(unit), i;
    char *text = malloc(n * length + strlen(last) + 1);
    json_t *document;

    assert_non_null(text);
    for (i = 0; i < n; i++)
        memcpy(text + i * length, unit, length);
    memcpy(text + n * length, last, strlen(last) + 1);
    document = json_pack("{s:s}", "a", text);
    free(text);
    return document;
}

static int test_pattern(const char *pattern, json_t *document, bool *matches, struct error *err)
{
    json_t *condition = json_pack("{s:{s:s}}", "a", "$regex", pattern);
    struct arena arena = ARENA_INIT;
    struct match *match;
    int rc;

    error_init(err);
    assert_int_equal(match_compile(condition, &arena, &match, err), 0);
    rc = match_test(match, document, matches, err);
    arena_release(&arena);
    json_decref(condition);
    json_decref(document);
    return rc;
}

/* Each takes time that grows with a power of the text's length, or doubles with each byte; the square ones
 * never meet PCRE2's own limits. */
static void pattern_cannot_hang(void **state)
{
    static const char *const patterns[] = {
        "(a+)+$",
        "(a|aa)+$",
        "(a|a?)+$",
        "a*[bc]",
        "a*a*[bc]",
        "(.*a){20}b",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(a+)\\1b",
        "(?=(a+))a*b\\1",
        "(?<=a)a*[bc]",
        "(?:a|b)*c",
        "(?>a+)[bc]",
        "(?R)?b",
        "(a{1,30}){1,30}b",
    };
    struct error err;
    bool matches;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        int rc = test_pattern(patterns[i], document_of("a", 200000, "!"), &matches, &err);

        if (rc == 0 && strcmp(patterns[i], "(?R)?b") == 0)
            continue;
        if (rc != 0) {
            expect_error(rc, &err, CODE_RULE, "/a/$regex");
            assert_non_null(strstr(err.message, "runs away"));
        }
        assert_false(matches);
    }
    assert_int_equal(test_pattern("(a+)+$", document_of("a", 60, "!"), &matches, &err), CODE_RULE);
    assert_string_equal(err.message, "pattern \"(a+)+$\" runs away on a text of 61 bytes: too many steps");
}

/* What a pattern for people's texts may cost on the longest that there are. */
static void effort_grows_with_the_text(void **state)
{
    struct error err;
    bool matches;

    (void)state;
    assert_int_equal(
        test_pattern("\\w+@\\w+\\.example", document_of("see the log, ", 80000, ""), &matches, &err), 0);
    assert_false(matches);
    assert_int_equal(test_pattern("(?i)timeout.*gateway$",
                                  document_of("error: timeout at the door\n", 38000, ""), &matches, &err),
                     0);
    assert_false(matches);
    assert_int_equal(test_pattern("^(?:\\w+|\\s+)*$", document_of("a word ", 5000, ""), &matches, &err), 0);
    assert_true(matches);
}

static void pattern_that_runs_away_in_one_clause_is_told_by_that_clause(void **state)
{
    json_t *condition = tree("{'b':1,'a':{'$not':{'$regex':'(a+)+$'}},'c':1}");
    json_t *document = document_of("a", 60, "!");
    struct arena arena = ARENA_INIT;
    struct match *match;
    struct error err;
    bool holds;

    (void)state;
    error_init(&err);
    assert_int_equal(match_compile(condition, &arena, &match, &err), 0);
    assert_int_equal(match_clause_test(match, 0, document, &holds, &err), 0);
    assert_int_equal(match_clause_test(match, 1, document, &holds, &err), CODE_RULE);
    assert_false(holds);
    assert_string_equal(err.pointer, "/a/$not/$regex");
    assert_int_equal(match_clause_test(match, 1, document, &holds, NULL), CODE_RULE);
    arena_release(&arena);
    json_decref(condition);
    json_decref(document);
}

static void paths_inside_of_elements_are_not_listed(void **state)
{
    json_t *condition = tree("{'a':{'$elemMatch':{'stop':1}},'$nor':[{'b':1}]}");
    struct arena arena = ARENA_INIT;
    struct match *match;
    struct error err;
    size_t count = 0;

    (void)state;
    error_init(&err);
    assert_int_equal(match_compile(condition, &arena, &match, &err), 0);
    assert_int_equal(match_visit_paths(match, count_path, &count), 0);
    assert_int_equal(count, 2);
    arena_release(&arena);
    json_decref(condition);
}

/* PCRE2's memory is the arena's too. */
static void pattern_without_memory_is_no_pattern(void **state)
{
    json_t *condition = tree("{'a':{'$regex':'(x|y)+z{2,400}'}}");
    struct arena arena = {.failed = true};
    const struct pattern *pattern;
    struct match *match;
    struct error err;

    (void)state;
    error_init(&err);
    expect_error(match_compile(condition, &arena, &match, &err), &err, CODE_NO_MEMORY, "");
    error_init(&err);
    expect_error(pattern_compile(json_object_get(json_object_get(condition, "a"), "$regex"), NULL, "/a",
                                 &arena, &pattern, &err),
                 &err, CODE_NO_MEMORY, "");
    arena_release(&arena);
    json_decref(condition);
}

/* A line {"query":...,"doc":...,"expected":...}, or with "error" (a pointer) and "code" instead of what is
 * expected. Without "doc" it is the compiler that refuses. */
static void check_case(const json_t *v, const char *line)
{
    const char *pointer = json_string_value(json_object_get(v, "error"));
    struct arena arena = ARENA_INIT;
    struct match *match;
    struct error err;
    bool matches = false;
    int rc;

    error_init(&err);
    rc = match_compile(json_object_get(v, "query"), &arena, &match, &err);
    if (rc == 0 && json_object_get(v, "doc"))
        rc = match_test(match, json_object_get(v, "doc"), &matches, &err);
    else if (rc != 0 && json_object_get(v, "doc"))
        fail_msg("does not compile: %s: %s: %s", err.pointer, err.message, line);
    if (pointer && (rc == 0 || strcmp(err.pointer, pointer) != 0 ||
                    strcmp(code_name(err.code), json_string_value(json_object_get(v, "code"))) != 0))
        fail_msg("got %s at \"%s\", %s: %s", code_name(err.code), err.pointer, err.message, line);
    if (!pointer && (rc != 0 || matches != json_is_true(json_object_get(v, "expected"))))
        fail_msg("got %s, %s: %s", rc ? code_name(err.code) : matches ? "true" : "false", err.message, line);
    arena_release(&arena);
}

static void check_cases(FILE *file, size_t least)
{
    char *line = NULL;
    size_t room = 0, all = 0;

    for (; getline(&line, &room, file) > 0; all++) {
        json_t *v = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

        if (!v)
            fail_msg("%s", line);
        check_case(v, line);
        json_decref(v);
    }
    assert_true(all >= least);
    free(line);
    fclose(file);
}

static void language_is_as_its_cases_say(void **state)
{
    const char *root = getenv("CASEWORK_ROOT");
    char path[4096];
    FILE *file;

    (void)state;
    snprintf(path, sizeof path, "%s/tests/cases/match/language.jsonl", root ? root : ".");
    file = fopen(path, "r");
    if (!file)
        fail_msg("no %s", path);
    check_cases(file, 190);
}

/* Vectors on whose answer two other implementations agree. */
static void published_vectors_agree(void **state)
{
    (void)state;
    check_cases(open_data("match/match_cases.jsonl"), 1);
}

/* $gte null matches a path that is missing: what MongoDB does, and only one of the two. */
static void disputed_vector_is_read_as_documented(void **state)
{
    FILE *file = open_data("match/match_disputed.jsonl");
    char *line = NULL;
    size_t room = 0;

    (void)state;
    while (getline(&line, &room, file) > 0) {
        json_t *v = json_loads(line, 0, NULL);

        assert_non_null(v);
        json_object_set_new(v, "expected", json_true());
        check_case(v, line);
        json_decref(v);
    }
    free(line);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_condition_matches_everything),
        cmocka_unit_test(literal_matches_value_or_member_of_array),
        cmocka_unit_test(comparison_is_only_within_one_type),
        cmocka_unit_test(integers_and_doubles_are_compared_exactly),
        cmocka_unit_test(null_matches_missing),
        cmocka_unit_test(exists_tells_null_from_missing),
        cmocka_unit_test(negations_hold_when_no_element_matches),
        cmocka_unit_test(paths_go_through_arrays_by_element_and_by_index),
        cmocka_unit_test(clauses_join_and_branches_choose),
        cmocka_unit_test(objects_compare_member_by_member_in_order),
        cmocka_unit_test(records_are_read_below_context),
        cmocka_unit_test(errors_point_into_the_condition),
        cmocka_unit_test(nesting_is_limited),
        cmocka_unit_test(clauses_and_paths_are_listed),
        cmocka_unit_test(resolver_gives_the_first_value),
        cmocka_unit_test(pattern_cannot_hang),
        cmocka_unit_test(effort_grows_with_the_text),
        cmocka_unit_test(pattern_that_runs_away_in_one_clause_is_told_by_that_clause),
        cmocka_unit_test(paths_inside_of_elements_are_not_listed),
        cmocka_unit_test(pattern_without_memory_is_no_pattern),
        cmocka_unit_test(language_is_as_its_cases_say),
        cmocka_unit_test(published_vectors_agree),
        cmocka_unit_test(disputed_vector_is_read_as_documented),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
