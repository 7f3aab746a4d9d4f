#include "policy_support.h"

static void settings_have_defaults(void **state)
{
    struct policy *p = POLICY(SETTINGS);
    const struct policy_settings *s;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(policy_settings(p, &s, &err), 0);
    assert_string_equal(s->number_prefix, "CS");
    assert_int_equal(s->number_digits, 7);
    assert_int_equal(s->number_first, 1001);
    assert_int_equal(s->matrix.value[0][0], 1);
    assert_int_equal(s->matrix.value[2][2], 4);
    assert_string_equal(s->time_zone, "UTC");
    assert_string_equal(s->default_group, "triage");
    assert_int_equal(s->impact_depth, 16);
    assert_string_equal(policy_commit(p), COMMIT);
    policy_free(p);
}

static void settings_are_read(void **state)
{
    struct policy *p =
        POLICY({"casework.json",
                "{'format':1,'number':{'prefix':'INC','digits':4,'first':7},'default_group':'desk',"
                "'priority':[[1,1,1],[2,2,2],[3,3,4]],'time_zone':'Europe/Berlin','impact_depth':3}"});
    const struct policy_settings *s;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(policy_settings(p, &s, &err), 0);
    assert_string_equal(s->number_prefix, "INC");
    assert_int_equal(s->number_digits, 4);
    assert_int_equal(s->number_first, 7);
    assert_int_equal(s->matrix.value[0][2], 1);
    assert_string_equal(s->time_zone, "Europe/Berlin");
    assert_string_equal(s->default_group, "desk");
    assert_int_equal(s->impact_depth, 3);
    policy_free(p);
}

static void a_group_has_defaults_for_what_it_does_not_say(void **state)
{
    struct policy *p = POLICY({"groups/noc.json", "{'sizes':{'1':4},'vendor':true}"},
                              {"groups/desk.json", "{'capacity':3,'calendar':'always','description':'x'}"});
    const struct group *g;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(policy_group(p, "noc", &g, &err), 0);
    assert_string_equal(g->name, "noc");
    assert_null(g->calendar);
    assert_true(g->vendor);
    assert_int_equal(g->capacity, 8);
    assert_int_equal(g->sizes[1], 4);
    assert_int_equal(g->sizes[4], 1);
    assert_int_equal(policy_group(p, "desk", &g, &err), 0);
    assert_int_equal(g->capacity, 3);
    assert_string_equal(g->calendar, "always");
    policy_free(p);
}

static void a_name_that_leads_elsewhere_is_not_found(void **state)
{
    static const char *const names[] = {"desk", "", "../casework", "noc.json", "a/b", "\xff"};
    struct policy *p = POLICY(SETTINGS, {"groups/noc.json", "{}"}, {"groups/a/b.json", "{}"});
    const struct group *g;
    struct error err;
    char large[5000];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        error_init(&err);
        assert_int_equal(policy_group(p, names[i], &g, &err), CODE_NOT_FOUND);
    }
    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    error_init(&err);
    assert_int_equal(policy_group(p, large, &g, &err), CODE_NOT_FOUND);
    policy_free(p);
}

static void an_object_is_compiled_once_and_kept(void **state)
{
    struct policy *p = POLICY({"workflows/w.json", "{'tasks':{'a':{},'b':{'group':'g','needs':['a']}}}"});
    const struct workflow *first, *second;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(policy_workflow(p, "w", &first, &err), 0);
    assert_int_equal(policy_workflow(p, "w", &second, &err), 0);
    assert_ptr_equal(first, second);
    assert_string_equal(first->name, "w");
    assert_null(first->tasks[0].group);
    policy_free(p);
}

static void a_file_that_does_not_compile_is_a_policy_error(void **state)
{
    struct policy *p = POLICY({"groups/noc.json", "{'capacity':'many'}"}, {"groups/desk.json", "{'"},
                              {"casework.json", "{'format':2}"});
    const struct policy_settings *s;
    const struct group *g;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(policy_group(p, "noc", &g, &err), CODE_POLICY);
    assert_non_null(strstr(err.message, "groups/noc.json: /capacity: "));
    error_init(&err);
    assert_int_equal(policy_group(p, "desk", &g, &err), CODE_POLICY);
    error_init(&err);
    assert_int_equal(policy_settings(p, &s, &err), CODE_NOT_SUPPORTED);
    policy_free(p);
}

static void a_table_that_is_not_there_is_no_error(void **state)
{
    struct policy *p =
        POLICY({"routing/workflow.json",
                "{'policy':'first','rules':[{'id':'r','when':{'a':1},'then':{'workflow':'w'}}]}"});
    const struct table *t;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(policy_table(p, "priority", &t, &err), 0);
    assert_null(t);
    assert_int_equal(policy_table(p, "workflow", &t, &err), 0);
    assert_int_equal(t->count, 1);
    policy_free(p);
}

static void assignment_refused(const char *text, enum code code, const char *pointer)
{
    json_t *then = tree(text);
    struct arena arena = ARENA_INIT;
    struct assignment a;
    struct error err;

    error_init(&err);
    expect_error(assignment_read(then, "/then", &arena, &a, &err), &err, code, pointer);
    arena_release(&arena);
    json_decref(then);
}

static void an_assignment_names_a_group_and_tags(void **state)
{
    json_t *then = tree("{'assignment_group':'noc','tags':['a','b']}");
    struct arena arena = ARENA_INIT;
    struct assignment a;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(assignment_read(then, "/then", &arena, &a, &err), 0);
    assert_string_equal(a.group, "noc");
    assert_int_equal(json_array_size(a.tags), 2);
    assert_int_equal(a.skill_count + a.exclude_count, 0);
    assert_int_equal(a.pool_count, 1);
    assert_string_equal(a.pools[0].groups[0], "noc");
    assert_int_equal(a.pools[0].after, 0);
    arena_release(&arena);
    json_decref(then);
}

static void an_assignment_says_what_it_asks_of_people(void **state)
{
    json_t *then = tree("{'assignment_group':'noc','skills':{'bgp':3,'ip':1},'exclude':['tom'],"
                        "'pools':[{'groups':['noc']},{'groups':['noc-2','desk'],'after':'PT10M'}]}"),
           *listed = tree("{'skills':['bgp']}");
    struct arena arena = ARENA_INIT;
    struct assignment a;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(assignment_read(then, "/then", &arena, &a, &err), 0);
    assert_int_equal(a.skill_count, 2);
    assert_string_equal(a.skills[0].name, "bgp");
    assert_int_equal(a.skills[0].level, 3);
    assert_int_equal(a.exclude_count, 1);
    assert_string_equal(a.exclude[0], "tom");
    assert_int_equal(a.pool_count, 2);
    assert_int_equal(a.pools[1].group_count, 2);
    assert_string_equal(a.pools[1].groups[1], "desk");
    assert_int_equal(a.pools[1].after, 10 * USEC_MINUTE);
    assert_int_equal(assignment_read(listed, "/then", &arena, &a, &err), 0);
    assert_null(a.group);
    assert_int_equal(a.skills[0].level, 1);
    assert_int_equal(a.pool_count, 0);
    arena_release(&arena);
    json_decref(then);
    json_decref(listed);
}

static void an_assignment_that_cannot_be_is_refused(void **state)
{
    (void)state;
    assignment_refused("{'assignment_group':3}", CODE_INVALID, "/then/assignment_group");
    assignment_refused("{'assigned_to':'tom'}", CODE_NOT_SUPPORTED, "/then/assigned_to");
    assignment_refused("{'tags':[1]}", CODE_INVALID, "/then/tags/0");
    assignment_refused("{'skills':'bgp'}", CODE_INVALID, "/then/skills");
    assignment_refused("{'skills':[3]}", CODE_INVALID, "/then/skills/0");
    assignment_refused("{'skills':{'bgp':0}}", CODE_INVALID, "/then/skills/bgp");
    assignment_refused("{'exclude':'tom'}", CODE_INVALID, "/then/exclude");
    assignment_refused("{'pools':[]}", CODE_INVALID, "/then/pools");
    assignment_refused("{'pools':[{}]}", CODE_REQUIRED, "/then/pools/0/groups");
    assignment_refused("{'pools':[{'groups':[]}]}", CODE_INVALID, "/then/pools/0/groups");
    assignment_refused("{'pools':[{'groups':['noc'],'after':'soon'}]}", CODE_INVALID, "/then/pools/0/after");
    assignment_refused("{'pools':[{'groups':['noc'],'wait':1}]}", CODE_UNKNOWN_MEMBER, "/then/pools/0/wait");
}

/* One whose rules together make up what is said leaves the group to others. */
static void only_rules_of_a_collect_table_may_name_no_group(void **state)
{
    struct policy *p;
    const struct table *t;
    struct error err;

    (void)state;
    p = POLICY({"routing/assignment.json",
                "{'policy':'collect','rules':[{'id':'r','when':{'a':1},'then':{'tags':['x']}}]}"});
    error_init(&err);
    assert_int_equal(policy_table(p, "assignment", &t, &err), 0);
    policy_free(p);
    p = POLICY({"routing/assignment.json", "{'rules':[{'id':'r','when':{'a':1},'then':{'tags':['x']}}]}"});
    error_init(&err);
    assert_int_equal(policy_table(p, "assignment", &t, &err), CODE_POLICY);
    assert_non_null(strstr(err.message, "/rules/0/then/assignment_group"));
    policy_free(p);
}

static void clocks_are_listed_by_name(void **state)
{
    struct policy *p = POLICY({"sla/b.json", "{'type':'SLA','target':'PT4H','stop':{'state':'resolved'}}"},
                              {"sla/a.json", "{'type':'OLA','target':'PT1H','stop':{'state':'resolved'}}"});
    const struct clock_definition *const *list, *one;
    struct error err;
    size_t count;

    (void)state;
    error_init(&err);
    assert_int_equal(policy_clocks(p, &list, &count, &err), 0);
    assert_int_equal(count, 2);
    assert_string_equal(list[0]->name, "a");
    assert_string_equal(list[1]->name, "b");
    assert_int_equal(policy_clock(p, "b", &one, &err), 0);
    assert_ptr_equal(one, list[1]);
    assert_int_equal(policy_clock(p, "c", &one, &err), CODE_NOT_FOUND);
    policy_free(p);
}

static usec at(const char *text)
{
    usec moment;

    assert_int_equal(time_parse(text, strlen(text), &moment), 0);
    return moment;
}

static usec add(const struct calendar *c, const char *start, usec duration)
{
    struct error err;
    usec end = 0;

    error_init(&err);
    if (calendar_add(c, at(start), duration, &end, &err))
        fail_msg("%s", err.message);
    return end;
}

static void a_calendar_grows_to_the_span_asked_for(void **state)
{
    struct policy *p =
        POLICY({"calendars/day.json", "{'time_zone':'Europe/Berlin','hours':{'mon':[['09:00','17:00']]}}"});
    const struct calendar *c;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(
        policy_calendar(p, "day", at("2026-03-02T00:00:00Z"), at("2026-03-09T00:00:00Z"), &c, &err), 0);
    assert_true(add(c, "2026-03-02T00:00:00Z", 9 * USEC_HOUR) == at("2026-03-09T09:00:00Z"));
    assert_int_equal(
        policy_calendar(p, "day", at("2026-06-01T00:00:00Z"), at("2030-01-01T00:00:00Z"), &c, &err), 0);
    assert_true(add(c, "2026-06-01T00:00:00Z", USEC_HOUR) == at("2026-06-01T08:00:00Z"));
    assert_int_equal(
        policy_calendar(p, "day", at("1999-01-01T00:00:00Z"), at("1999-01-02T00:00:00Z"), &c, &err), 0);
    assert_true(add(c, "1999-01-01T00:00:00Z", USEC_HOUR) == at("1999-01-04T09:00:00Z"));
    assert_true(add(c, "2026-06-01T00:00:00Z", USEC_HOUR) == at("2026-06-01T08:00:00Z"));
    assert_int_equal(policy_calendar(p, "night", 0, 1, &c, &err), CODE_NOT_FOUND);
    policy_free(p);
}

static void no_calendar_is_always_open(void **state)
{
    struct policy *p = POLICY(SETTINGS);
    const struct calendar *c;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(
        policy_calendar(p, NULL, at("2026-03-02T00:00:00Z"), at("2026-03-03T00:00:00Z"), &c, &err), 0);
    assert_true(add(c, "2026-03-28T23:30:00Z", 4 * USEC_HOUR) == at("2026-03-29T03:30:00Z"));
    assert_int_equal(policy_calendar(p, NULL, INT64_MIN + 1, INT64_MAX, &c, &err), 0);
    assert_true(add(c, "2026-03-28T23:30:00Z", 4 * USEC_HOUR) == at("2026-03-29T03:30:00Z"));
    policy_free(p);
}

static void a_calendar_without_a_zone_has_the_settings_one(void **state)
{
    struct policy *p = POLICY({"casework.json", "{'format':1,'time_zone':'Asia/Tokyo'}"},
                              {"calendars/day.json", "{'hours':{'mon':[['09:00','17:00']]}}"});
    const struct calendar *c;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(
        policy_calendar(p, "day", at("2026-03-01T00:00:00Z"), at("2026-03-09T00:00:00Z"), &c, &err), 0);
    assert_true(add(c, "2026-03-01T00:00:00Z", USEC_HOUR) == at("2026-03-02T01:00:00Z"));
    policy_free(p);
}

static void files_are_found_by_path_and_templates_by_name(void **state)
{
    struct policy *p = POLICY({"templates/resolved.mustache", "Hello"}, SETTINGS, {"README.md", "x"});
    size_t count;

    (void)state;
    assert_true(policy_has_template(p, "resolved"));
    assert_false(policy_has_template(p, "other"));
    assert_string_equal(policy_file_find(p, "README.md")->text, "x");
    assert_null(policy_file_find(p, "README"));
    assert_string_equal(policy_files(p, &count)[0].path, "README.md");
    assert_int_equal(count, 3);
    policy_free(p);
}

/* Case types. */

static const char line_type[] =
    "{'workflow':'w','resolution_codes':['solved','gone'],'fields':{'type':'object','required':['line'],'"
    "properties':{"
    "'line':{'type':'string','maxLength':5},'kind':{'type':'string','enum':['a','b']},"
    "'born':{'type':'string','format':'date','personal':true},'at':{'type':'string','format':'date-time'},"
    "'mail':{'type':'string','format':'email'},'count':{'type':'integer','minimum':1,'maximum':"
    "9007199254740993},"
    "'rate':{'type':'number','maximum':0.5},'own':{'type':'boolean'}}}}";

static void check_fields(const char *fields, int code, const char *pointer)
{
    struct policy *p = POLICY({"case-types/line.json", line_type});
    json_t *json = tree(fields);
    const struct case_type *t;
    struct error err;

    error_init(&err);
    assert_int_equal(policy_case_type(p, "line", &t, &err), 0);
    if (code == 0)
        assert_int_equal(case_type_check(t, json, &err), 0);
    else
        expect_error(case_type_check(t, json, &err), &err, code, pointer);
    json_decref(json);
    policy_free(p);
}

static void a_case_type_is_read(void **state)
{
    struct policy *p =
        POLICY({"case-types/line.json", line_type}, {"case-types/general.json", "{'open':true}"});
    const struct case_type *t;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(policy_case_type(p, "line", &t, &err), 0);
    assert_string_equal(t->workflow, "w");
    assert_false(t->open);
    assert_int_equal(t->resolution_code_count, 2);
    assert_string_equal(t->resolution_codes[1], "gone");
    assert_int_equal(t->field_count, 8);
    assert_true(t->fields[0].required && !t->fields[0].personal);
    assert_true(!t->fields[2].required && t->fields[2].personal);
    assert_int_equal(policy_case_type(p, "general", &t, &err), 0);
    assert_true(t->open);
    assert_int_equal(t->field_count + t->resolution_code_count, 0);
    assert_int_equal(case_type_check(t, NULL, &err), 0);
    policy_free(p);
}

static void fields_that_fit_are_taken(void **state)
{
    (void)state;
    check_fields("{'line':'L1'}", 0, NULL);
    check_fields("{'line':'\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xe2\x82\xac'}", 0, NULL);
    check_fields("{'line':'L1','kind':'b','born':'2024-02-29','at':'2026-03-01T09:12:44+01:00','mail':'a@b','"
                 "own':false}",
                 0, NULL);
    check_fields("{'line':'L1','count':9007199254740993,'rate':-1e300}", 0, NULL);
    check_fields("{'line':'L1','count':3.0,'kind':null}", 0, NULL);
}

static void fields_that_do_not_fit_are_pointed_at(void **state)
{
    (void)state;
    check_fields("{}", CODE_REQUIRED, "/fields/line");
    check_fields("{'line':null}", CODE_REQUIRED, "/fields/line");
    check_fields("{'line':1}", CODE_INVALID, "/fields/line");
    check_fields("{'line':'L12345'}", CODE_LIMIT, "/fields/line");
    check_fields("{'line':'L1','kind':'c'}", CODE_INVALID, "/fields/kind");
    check_fields("{'line':'L1','born':'2023-02-29'}", CODE_INVALID, "/fields/born");
    check_fields("{'line':'L1','born':'2023-2-01'}", CODE_INVALID, "/fields/born");
    check_fields("{'line':'L1','at':'yesterday'}", CODE_INVALID, "/fields/at");
    check_fields("{'line':'L1','mail':'@b'}", CODE_INVALID, "/fields/mail");
    check_fields("{'line':'L1','mail':'a@b c'}", CODE_INVALID, "/fields/mail");
    check_fields("{'line':'L1','count':0}", CODE_INVALID, "/fields/count");
    check_fields("{'line':'L1','count':9007199254740994}", CODE_INVALID, "/fields/count");
    check_fields("{'line':'L1','count':1.5}", CODE_INVALID, "/fields/count");
    check_fields("{'line':'L1','rate':0.6}", CODE_INVALID, "/fields/rate");
    check_fields("{'line':'L1','own':'yes'}", CODE_INVALID, "/fields/own");
    check_fields("{'line':'L1','a/b':1}", CODE_UNKNOWN_MEMBER, "/fields/a~1b");
    check_fields("['line']", CODE_INVALID, "/fields");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_have_defaults),
        cmocka_unit_test(settings_are_read),
        cmocka_unit_test(a_group_has_defaults_for_what_it_does_not_say),
        cmocka_unit_test(a_name_that_leads_elsewhere_is_not_found),
        cmocka_unit_test(an_object_is_compiled_once_and_kept),
        cmocka_unit_test(a_file_that_does_not_compile_is_a_policy_error),
        cmocka_unit_test(a_table_that_is_not_there_is_no_error),
        cmocka_unit_test(an_assignment_names_a_group_and_tags),
        cmocka_unit_test(an_assignment_says_what_it_asks_of_people),
        cmocka_unit_test(an_assignment_that_cannot_be_is_refused),
        cmocka_unit_test(only_rules_of_a_collect_table_may_name_no_group),
        cmocka_unit_test(clocks_are_listed_by_name),
        cmocka_unit_test(a_calendar_grows_to_the_span_asked_for),
        cmocka_unit_test(no_calendar_is_always_open),
        cmocka_unit_test(a_calendar_without_a_zone_has_the_settings_one),
        cmocka_unit_test(files_are_found_by_path_and_templates_by_name),
        cmocka_unit_test(a_case_type_is_read),
        cmocka_unit_test(fields_that_fit_are_taken),
        cmocka_unit_test(fields_that_do_not_fit_are_pointed_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
