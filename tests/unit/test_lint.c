#include "policy_support.h"

#include <ftw.h>
#include <unistd.h>

#include "config/collect.h"
#include "git/repository.h"

/* json_locate() */

static void expect_place(const char *text, const char *pointer, long line, long column)
{
    long l = 0, c = 0;

    json_locate(text, strlen(text), pointer, &l, &c);
    if (l != line || c != column)
        fail_msg("%s of %s: expected %ld:%ld, got %ld:%ld", pointer, text, line, column, l, c);
}

static void pointers_lead_to_members_and_elements(void **state)
{
    static const char text[] = "\n{\n  \"a\": {\"b\": [1, [2, 3], {\"c\": \"x\"}]},\n  \"d~/\": true,\n"
                               "  \"\\u00e4\": 1, \"\xc3\xbc\": \"]}\\\"\", \"last\": []\n}";

    (void)state;
    expect_place(text, "", 2, 1);
    expect_place(text, "/a", 3, 3);
    expect_place(text, "/a/b", 3, 9);
    expect_place(text, "/a/b/0", 3, 15);
    expect_place(text, "/a/b/1/1", 3, 22);
    expect_place(text, "/a/b/2/c", 3, 27);
    expect_place(text, "/d~0~1", 4, 3);
    expect_place(text, "/\xc3\xa4", 5, 3);
    expect_place(text, "/\xc3\xbc", 5, 16);
    expect_place(text, "/last", 5, 29);
}

static void a_member_that_is_not_there_leads_to_its_object(void **state)
{
    (void)state;
    expect_place("{\"a\": {\"b\": 1}}", "/a/x", 1, 2);
    expect_place("{\"a\": [1]}", "/a/7", 1, 2);
    expect_place("{\"a\": []}", "/a/0", 1, 2);
    expect_place("{\"a\": 1}", "/a/0/x", 1, 2);
    expect_place("{}", "/a", 1, 1);
}

static void broken_text_is_left_at_some_place(void **state)
{
    static const char *const broken[] = {
        "", "{", "{\"a", "{\"a\\", "{\"a\":", "{\"a\":[", "[1,", "[\"\\", "}", "{\"b\":1 \"a\":2}"};
    long line, column;

    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        json_locate(broken[i], strlen(broken[i]), "/a/0", &line, &column);
        assert_true(line >= 1 && column >= 1);
    }
}

/* Files */

static void a_small_policy_is_clean(void **state)
{
    (void)state;
    expect_findings(POLICY(SETTINGS, TRIAGE, {"README.md", "#"}, {".gitignore", "x"},
                           {".github/workflows/a.yml", "x"}, {"LICENSE", ""}, {".editorconfig", ""},
                           {"templates/resolved.mustache", "Hello"}),
                    "");
}

static void files_without_a_place_are_findings(void **state)
{
    (void)state;
    expect_findings(POLICY(SETTINGS, TRIAGE, {"Makefile", ""}, {"groups/Noc.json", "{}"},
                           {"groups/a/b.json", "{}"}, {"groups/noc.yaml", ""}, {"routing/other.json", "{}"},
                           {"workflow/a.json", "{}"}, {"groups/.json", "{}"}),
                    "Makefile:0:0 invalid \n"
                    "groups/.json:0:0 invalid \n"
                    "groups/Noc.json:0:0 invalid \n"
                    "groups/a/b.json:0:0 invalid \n"
                    "groups/noc.yaml:0:0 invalid \n"
                    "routing/other.json:0:0 invalid \n"
                    "workflow/a.json:0:0 invalid \n");
}

static void files_of_later_versions_are_not_supported(void **state)
{
    (void)state;
    expect_findings(POLICY(SETTINGS, TRIAGE, {"duties/duty-manager.json", "{}"}, {"scenarios/a.json", "{}"},
                           {"calendars/de.ics", ""}),
                    "calendars/de.ics:0:0 not_supported \n"
                    "duties/duty-manager.json:0:0 not_supported \n"
                    "scenarios/a.json:0:0 not_supported \n");
}

static void settings_must_be_there(void **state)
{
    (void)state;
    expect_findings(POLICY(TRIAGE), "casework.json:0:0 required \n");
    expect_findings(POLICY(TRIAGE, {"casework.json", "{}"}), "casework.json:1:1 required /format\n");
    expect_findings(POLICY(TRIAGE, {"casework.json", "{'format':2}"}),
                    "casework.json:1:2 not_supported /format\n");
}

static void text_that_is_no_json_is_told_with_its_place(void **state)
{
    struct policy *p = POLICY(SETTINGS, TRIAGE, {"groups/noc.json", "{\n  'a': }"});
    struct findings_text t = {"", ""};
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(lint_policy(p, collect_finding, &t, &err), 1);
    assert_int_equal(strncmp(t.lines, "groups/noc.json:2:", 18), 0);
    assert_non_null(strstr(t.lines, " syntax \n"));
    assert_null(strstr(t.last_message, "line "));
    policy_free(p);
    expect_findings(POLICY(SETTINGS, TRIAGE, {"templates/a.mustache", "\xff"}),
                    "templates/a.mustache:0:0 invalid \n");
}

/* All errors of a file */

static void every_error_of_a_table_is_told_where_it_was_written(void **state)
{
    (void)state;
    expect_findings(
        POLICY(SETTINGS, TRIAGE,
               {"routing/assignment.json",
                "{'policy':'first','extra':1,'rules':[\n"
                "{'id':'a','when':{'x':{'$foo':1}},'then':{'assignment_group':'triage'}},\n"
                "{'id':'b','when':{'x':1},'then':{'assignment_group':7}},\n"
                "{'id':'c','when':{'x':1},'then':{'assignment_group':'triage'}},\n"
                "{'id':'c','when':{'x':1},'then':{'assignment_group':'triage','skills':['bgp']}},\n"
                "{'when':{'x':1},'then':{'assignment_group':'triage'}},\n"
                "{'id':'f','when':{'x':{'$regex':'(a'}},'then':{'assignment_group':'triage'}}],\n"
                "'default':{'assignment_group':'triage','pools':1}}"}),
        "routing/assignment.json:1:19 unknown_member /extra\n"
        "routing/assignment.json:2:24 invalid /rules/0/when/x/$foo\n"
        "routing/assignment.json:3:34 invalid /rules/1/then/assignment_group\n"
        "routing/assignment.json:5:2 invalid /rules/3/id\n"
        "routing/assignment.json:6:1 required /rules/4/id\n"
        "routing/assignment.json:7:24 invalid /rules/5/when/x/$regex\n"
        "routing/assignment.json:8:40 invalid /default/pools\n");
}

static void every_error_of_a_case_type_is_told(void **state)
{
    (void)state;
    expect_findings(POLICY(SETTINGS, TRIAGE,
                           {"case-types/a.json",
                            "{'fields':{'required':['x','y'],'additionalProperties':false,'properties':{\n"
                            "'x':{'type':'string','pattern':'^L'},\n"
                            "'b':{'type':'text'},\n"
                            "'c':{'type':'integer','maxLength':3},\n"
                            "'d':{'type':'string','format':'uri'},\n"
                            "'e':{'type':'array'},\n"
                            "'f':{'type':'integer','enum':[1,'2']},\n"
                            "'g':{'minimum':'1'},\n"
                            "'h':{'types':'string'}}}}"}),
                    "case-types/a.json:1:33 not_supported /fields/additionalProperties\n"
                    "case-types/a.json:2:22 not_supported /fields/properties/x/pattern\n"
                    "case-types/a.json:3:6 invalid /fields/properties/b/type\n"
                    "case-types/a.json:4:23 invalid /fields/properties/c/maxLength\n"
                    "case-types/a.json:5:22 not_supported /fields/properties/d/format\n"
                    "case-types/a.json:6:6 not_supported /fields/properties/e/type\n"
                    "case-types/a.json:7:33 invalid /fields/properties/f/enum/1\n"
                    "case-types/a.json:8:6 invalid /fields/properties/g/minimum\n"
                    "case-types/a.json:9:6 unknown_member /fields/properties/h/types\n"
                    "case-types/a.json:1:28 invalid /fields/required/1\n");
}

static void every_error_of_a_group_is_told(void **state)
{
    (void)state;
    expect_findings(POLICY(SETTINGS, TRIAGE,
                           {"groups/a.json", "{'vendor':'no',\n'capacity':-1,\n'sizes':{'5':1,\n'1':'x'}}"}),
                    "groups/a.json:1:2 invalid /vendor\n"
                    "groups/a.json:2:1 invalid /capacity\n"
                    "groups/a.json:3:10 unknown_member /sizes/5\n"
                    "groups/a.json:4:1 invalid /sizes/1\n");
    expect_findings(POLICY(SETTINGS, TRIAGE, {"groups/a.json", "[]"}), "groups/a.json:0:0 invalid \n");
}

static void settings_out_of_shape_are_findings(void **state)
{
    (void)state;
    expect_findings(
        POLICY(TRIAGE, {"casework.json",
                        "{'format':1,\n'number':{'prefix':'cs','digits':0},\n'priority':[[1,2,3],[2,5,4]],\n"
                        "'close_after':'P10D',\n'time_zone':'Mars/Olympus'}"}),
        "casework.json:4:1 not_supported /close_after\n"
        "casework.json:2:25 invalid /number/digits\n"
        "casework.json:2:11 invalid /number/prefix\n"
        "casework.json:3:1 invalid /priority\n");
    expect_findings(POLICY(TRIAGE, {"casework.json", "{'format':1,'priority':[[1,2,3],[2,5,4],[3,4,4]]}"}),
                    "casework.json:1:36 invalid /priority/1/1\n");
}

static void a_cycle_of_tasks_is_a_finding(void **state)
{
    (void)state;
    expect_findings(
        POLICY(SETTINGS, TRIAGE, {"workflows/w.json", "{'tasks':{'a':{'needs':['b']},'b':{'needs':['a']}}}"}),
        "workflows/w.json:1:25 cycle /tasks/a/needs/0\n");
}

/* References */

static void references_to_nothing_are_findings(void **state)
{
    (void)state;
    expect_findings(
        POLICY({"casework.json", "{'format':1,'default_group':'nobody','time_zone':'Mars/Olympus'}"},
               {"calendars/c.json", "{'time_zone':'Mars/Olympus','hours':{'mon':[['09:00','17:00']]}}"},
               {"case-types/t.json", "{'workflow':'none'}"}, {"groups/g.json", "{'calendar':'none'}"},
               {"routing/assignment.json",
                "{'rules':[{'id':'a','when':{'x':1},'then':{'assignment_group':'g'}},"
                "{'id':'b','when':{'x':2},'then':{'assignment_group':'h'}}],'default':{'assignment_group':'i'"
                "}}"},
               {"routing/workflow.json", "{'rules':[{'id':'a','when':{'x':1},'then':{'workflow':'none'}}]}"},
               {"sla/s.json", "{'type':'SLA','target':'PT1H','calendar':'none','stop':{'milestone':'done'},"
                              "'on_breach':[{'notify':'g'},{'escalate':'h'}]}"},
               {"sla/t.json", "{'type':'SLA','target':'PT1H','stop':{'task':'b'}}"},
               {"sla/u.json", "{'type':'SLA','target':'PT1H','stop':{'task':'a'}}"},
               {"workflows/w.json", "{'tasks':{'a':{'group':'h'}}}"}),
        "calendars/c.json:1:2 unknown_reference /time_zone\n"
        "case-types/t.json:1:2 unknown_reference /workflow\n"
        "casework.json:1:13 unknown_reference /default_group\n"
        "casework.json:1:38 unknown_reference /time_zone\n"
        "groups/g.json:1:2 unknown_reference /calendar\n"
        "routing/assignment.json:1:102 unknown_reference /rules/1/then/assignment_group\n"
        "routing/assignment.json:1:139 unknown_reference /default/assignment_group\n"
        "routing/workflow.json:1:44 unknown_reference /rules/0/then/workflow\n"
        "sla/s.json:1:31 unknown_reference /calendar\n"
        "sla/s.json:1:57 unknown_reference /stop/milestone\n"
        "sla/s.json:1:106 unknown_reference /on_breach/1/escalate\n"
        "sla/t.json:1:39 unknown_reference /stop/task\n"
        "workflows/w.json:1:16 unknown_reference /tasks/a/group\n");
}

static void a_reference_to_a_broken_file_is_no_second_finding(void **state)
{
    (void)state;
    expect_findings(POLICY(SETTINGS, TRIAGE, {"groups/g.json", "{'calendar':'c'}"},
                           {"calendars/c.json", "{'x':1,'hours':{'mon':[['09:00','17:00']]}}"},
                           {"workflows/w.json", "{'tasks':{}}"},
                           {"sla/s.json", "{'type':'SLA','target':'PT1H','stop':{'milestone':'done'}}"}),
                    "calendars/c.json:1:2 unknown_member /x\n"
                    "workflows/w.json:1:2 invalid /tasks\n");
}

/* policy_check() */

static void a_check_tells_the_first_finding(void **state)
{
    struct policy *p = POLICY(SETTINGS, TRIAGE, {"groups/noc.json", "{'capacity':'x','vendor':1}"},
                              {"groups/zoo.json", "{"});
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(policy_check(p, &err), CODE_POLICY);
    assert_int_equal(strncmp(err.message, "groups/noc.json:1:17: /vendor: expected", 39), 0);
    policy_free(p);
    p = POLICY(SETTINGS, TRIAGE, {"duties/a.json", "{}"});
    error_init(&err);
    assert_int_equal(policy_check(p, &err), CODE_NOT_SUPPORTED);
    policy_free(p);
    p = POLICY(SETTINGS, TRIAGE);
    error_init(&err);
    assert_int_equal(policy_check(p, &err), 0);
    policy_free(p);
}

/* The starter */

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

/* By way of a repository, as store-init makes it. */
static struct policy *starter(void)
{
    const char *share = getenv("CASEWORK_SHARE_DIR");
    struct policy_collection collection = POLICY_COLLECTION_INIT;
    struct repository *r = NULL;
    struct policy *p = NULL;
    struct error err;
    char folder[] = "/tmp/casework-test-XXXXXX", path[64], from[4096], commit[41];

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/config", folder);
    snprintf(from, sizeof from, "%s/starter", share != NULL ? share : "share");
    error_init(&err);
    if (repository_create(path, "refs/heads/main", from, "tester", "start", commit, &err) ||
        repository_open(&r, path, &err))
        fail_msg("%s", err.message);
    if (repository_files(r, commit, policy_collect, &collection, &err) ||
        policy_collected(&collection, commit, &p, &err))
        fail_msg("%s", err.message);
    repository_close(r);
    policy_collection_release(&collection);
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    return p;
}

static void the_starter_is_clean(void **state)
{
    (void)state;
    expect_findings(starter(), "");
}

static void the_starter_has_what_the_tools_name(void **state)
{
    static const char *const types[] = {"general", "broadband-fault", "onboarding", "billing-dispute"};
    struct policy *p = starter();
    const struct policy_settings *s;
    const struct case_type *t;
    const struct group *g;
    struct error err;

    (void)state;
    error_init(&err);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        assert_int_equal(policy_case_type(p, types[i], &t, &err), 0);
    assert_int_equal(policy_case_type(p, "general", &t, &err), 0);
    assert_true(t->open);
    assert_int_equal(policy_settings(p, &s, &err), 0);
    assert_memory_equal(&s->matrix, &priority_matrix_default, sizeof s->matrix);
    assert_true(policy_has_template(p, "resolved"));
    assert_true(policy_has_template(p, "sla-breached"));
    assert_int_equal(policy_group(p, "courier", &g, &err), 0);
    assert_true(g->vendor);
    policy_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pointers_lead_to_members_and_elements),
        cmocka_unit_test(a_member_that_is_not_there_leads_to_its_object),
        cmocka_unit_test(broken_text_is_left_at_some_place),
        cmocka_unit_test(a_small_policy_is_clean),
        cmocka_unit_test(files_without_a_place_are_findings),
        cmocka_unit_test(files_of_later_versions_are_not_supported),
        cmocka_unit_test(settings_must_be_there),
        cmocka_unit_test(text_that_is_no_json_is_told_with_its_place),
        cmocka_unit_test(every_error_of_a_table_is_told_where_it_was_written),
        cmocka_unit_test(every_error_of_a_case_type_is_told),
        cmocka_unit_test(every_error_of_a_group_is_told),
        cmocka_unit_test(settings_out_of_shape_are_findings),
        cmocka_unit_test(a_cycle_of_tasks_is_a_finding),
        cmocka_unit_test(references_to_nothing_are_findings),
        cmocka_unit_test(a_reference_to_a_broken_file_is_no_second_finding),
        cmocka_unit_test(a_check_tells_the_first_finding),
        cmocka_unit_test(the_starter_is_clean),
        cmocka_unit_test(the_starter_has_what_the_tools_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
