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
                "{'id':'a','when':{'tags':{'$foo':1}},'then':{'assignment_group':'triage'}},\n"
                "{'id':'b','when':{'tags':1},'then':{'assignment_group':7}},\n"
                "{'id':'c','when':{'tags':1},'then':{'assignment_group':'triage'}},\n"
                "{'id':'c','when':{'tags':1},'then':{'assignment_group':'triage','skills':['bgp']}},\n"
                "{'when':{'tags':1},'then':{'assignment_group':'triage'}},\n"
                "{'id':'f','when':{'tags':{'$regex':'(a'}},'then':{'assignment_group':'triage'}}],\n"
                "'default':{'assignment_group':'triage','pools':1}}"}),
        "routing/assignment.json:1:19 unknown_member /extra\n"
        "routing/assignment.json:2:27 invalid /rules/0/when/tags/$foo\n"
        "routing/assignment.json:3:37 invalid /rules/1/then/assignment_group\n"
        "routing/assignment.json:5:2 invalid /rules/3/id\n"
        "routing/assignment.json:6:1 required /rules/4/id\n"
        "routing/assignment.json:7:27 invalid /rules/5/when/tags/$regex\n"
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
        "casework.json:3:1 invalid /priority\n"
        "casework.json:5:1 unknown_reference /time_zone\n");
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
                "{'rules':[{'id':'a','when':{'tags':'a'},'then':{'assignment_group':'g'}},"
                "{'id':'b','when':{'tags':'b'},'then':{'assignment_group':'h'}}],'default':{'assignment_"
                "group':'i'"
                "}}"},
               {"routing/workflow.json",
                "{'rules':[{'id':'a','when':{'tags':'a'},'then':{'workflow':'none'}}]}"},
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
        "routing/assignment.json:1:112 unknown_reference /rules/1/then/assignment_group\n"
        "routing/assignment.json:1:149 unknown_reference /default/assignment_group\n"
        "routing/workflow.json:1:49 unknown_reference /rules/0/then/workflow\n"
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

static void what_is_malformed_hides_nothing_that_others_refer_to(void **state)
{
    (void)state;
    expect_findings(
        POLICY(SETTINGS, TRIAGE,
               {"routing/assignment.json",
                "{'rules':[\n"
                "{'id':'a','when':{'tags':1,'tgas':2}},\n"
                "{'id':'b','when':{'tags':2},'then':{'assignment_group':'h'}},\n"
                "{'id':'c','when':{'tags':{'$foo':2}},'then':{'assignment_group':'i'}},\n"
                "{'id':'d','when':{'tgas':2},'then':{'assignment_group':'triage'}}]}"},
               {"sla/s.json", "{'type':'SLA','target':'1 h','stop':{'task':'b'}}"},
               {"workflows/w.json", "{'tasks':{'a':{'group':'h','needs':'b'},'c':{'group':'j'}}}"}),
        "routing/assignment.json:2:1 required /rules/0/then\n"
        "routing/assignment.json:4:27 invalid /rules/2/when/tags/$foo\n"
        "routing/assignment.json:3:37 unknown_reference /rules/1/then/assignment_group\n"
        "routing/assignment.json:4:46 unknown_reference /rules/2/then/assignment_group\n"
        "routing/assignment.json:5:19 unknown_member /rules/3/when/tgas\n"
        "sla/s.json:1:15 invalid /target\n"
        "workflows/w.json:1:28 invalid /tasks/a/needs\n"
        "workflows/w.json:1:16 unknown_reference /tasks/a/group\n"
        "workflows/w.json:1:46 unknown_reference /tasks/c/group\n");
}

static void a_rule_without_a_proper_id_is_looked_into(void **state)
{
    (void)state;
    expect_findings(POLICY(SETTINGS, TRIAGE,
                           {"routing/assignment.json",
                            "{'default':{'assignment_group':'triage'},'rules':[\n"
                            "{'id':'a','when':{'tags':'x'},'then':{'assignment_group':'triage'}},\n"
                            "{'id':'a','when':{'tgas':'y'},'then':{'assignment_group':'h'}},\n"
                            "{'when':{'tags':'z'},'then':{'assignment_group':'i'}},\n"
                            "{'id':'y y','when':{'tags':{'$foo':1}},'then':{'assignment_group':'j'}}]}"}),
                    "routing/assignment.json:3:2 invalid /rules/1/id\n"
                    "routing/assignment.json:4:1 required /rules/2/id\n"
                    "routing/assignment.json:5:2 invalid /rules/3/id\n"
                    "routing/assignment.json:5:29 invalid /rules/3/when/tags/$foo\n"
                    "routing/assignment.json:3:39 unknown_reference /rules/1/then/assignment_group\n"
                    "routing/assignment.json:4:30 unknown_reference /rules/2/then/assignment_group\n"
                    "routing/assignment.json:5:48 unknown_reference /rules/3/then/assignment_group\n"
                    "routing/assignment.json:3:19 unknown_member /rules/1/when/tgas\n");
}

/* Conditions */

/* Of an SLA definition with this condition, which stands on a line of its own. */
static void expect_of_condition(const char *condition, const char *expected)
{
    char text[1024], lines[1024] = "";

    snprintf(text, sizeof text, "{'type':'SLA','target':'PT1H','when':\n%s}", condition);
    if (*expected)
        snprintf(lines, sizeof lines, "sla/s.json:2:%s\n", expected);
    expect_findings(POLICY(SETTINGS, TRIAGE, {"case-types/t.json", "{'fields':{'properties':{'line':{}}}}"},
                           {"sla/s.json", text}),
                    lines);
}

static void a_member_that_no_case_has_is_an_error(void **state)
{
    (void)state;
    expect_of_condition("{'catgory':'x'}", "2 unknown_member /when/catgory");
    expect_of_condition("{'account.teir':'gold'}", "2 unknown_member /when/account.teir");
    expect_of_condition("{'category.name':'x'}", "2 unknown_member /when/category.name");
    expect_of_condition("{'tags.x':'x'}", "2 unknown_member /when/tags.x");
    expect_of_condition("{'size':1}", "2 unknown_member /when/size");
    expect_of_condition("{'tasks.a.state':'ready'}", "2 unknown_member /when/tasks.a.state");
    expect_of_condition("{'context.acount.tier':'x'}", "2 unknown_member /when/context.acount.tier");
    expect_of_condition("{'history.agent.active':1}", "2 unknown_member /when/history.agent.active");
    expect_of_condition("{'services.kind':'x'}", "2 unknown_member /when/services.kind");
    expect_of_condition("{'$or':[{'impact':1},{'$nor':[{'impct':1}]}]}",
                        "32 unknown_member /when/$or/1/$nor/0/impct");
    expect_of_condition("{'services':{'$elemMatch':{'kind':'x'}}}",
                        "28 unknown_member /when/services/$elemMatch/kind");
    expect_of_condition("{'services':{'$not':{'$elemMatch':{'kind':'x'}}}}",
                        "36 unknown_member /when/services/$not/$elemMatch/kind");
    expect_of_condition("{'services':{'$all':[{'$elemMatch':{'kind':'x'}}]}}",
                        "37 unknown_member /when/services/$all/0/$elemMatch/kind");
}

static void what_lies_behind_joints_and_nowhere_is_told_once(void **state)
{
    (void)state;
    expect_of_condition("{'services':{'$elemMatch':{'$or':[{'criticality':'high','kind':'x'}]}}}",
                        "57 unknown_member /when/services/$elemMatch/$or/0/kind");
    expect_of_condition("{'services':{'$not':{'$elemMatch':{'$nor':[{'kind':'x'}],'key':'y'}}}}",
                        "45 unknown_member /when/services/$not/$elemMatch/$nor/0/kind");
    expect_of_condition("{'servces':{'$elemMatch':{'criticality':'high','customers':1}}}",
                        "2 unknown_member /when/servces");
}

static void what_a_case_may_have_can_be_asked_for(void **state)
{
    static const char *const paths[] = {
        "category",
        "account",
        "account.tier",
        "account.seq",
        "account.data.vip",
        "account.data",
        "contact.accounts",
        "contact.emails",
        "contact.emails.0",
        "asset.contacts.x",
        "entitlement.units",
        "context.verified",
        "context.account",
        "context.asset.key",
        "services",
        "services.criticality",
        "services.0.key",
        "history.account.average_days",
        "context.nearest.why",
        "context.problems.code",
        "context.similar.0.number",
        "tags.0",
        "context.cut",
        "context.upstream_count",
        "context.on_behalf",
        "context.impact.digest",
        "fields.line",
        "fields",
        "context.upstream.distance",
    };
    char condition[128];

    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        snprintf(condition, sizeof condition, "{'%s':{'$exists':true}}", paths[i]);
        expect_of_condition(condition, "");
    }
    expect_of_condition("{'tags':{'$elemMatch':{'$gt':'a'}}}", "");
}

static void what_only_older_cases_may_have_is_a_warning(void **state)
{
    (void)state;
    expect_of_condition("{'fields.lien':'x'}", "2 unknown_member /when/fields.lien");
    expect_of_condition("{'assignment_group':'nooc'}", "2 unknown_reference /when/assignment_group");
    expect_of_condition("{'assignment_group':{'$in':['triage','nooc']}}",
                        "38 unknown_reference /when/assignment_group/$in/1");
    expect_of_condition("{'workflow':{'$not':{'$ne':'none'}}}",
                        "22 unknown_reference /when/workflow/$not/$ne");
    expect_of_condition("{'case_type':{'$nin':['t','u']}}", "27 unknown_reference /when/case_type/$nin/1");
    expect_of_condition("{'assignment_group':{'$gt':'m'}}", "");
}

static void fields_of_a_type_that_takes_any_are_not_judged(void **state)
{
    (void)state;
    expect_findings(POLICY(SETTINGS, TRIAGE, {"case-types/t.json", "{'open':true}"},
                           {"sla/s.json", "{'type':'SLA','target':'PT1H','when':{'fields.lien':'x'}}"}),
                    "");
    expect_findings(POLICY(SETTINGS, TRIAGE, {"case-types/t.json", "{'opne':true}"},
                           {"sla/s.json", "{'type':'SLA','target':'PT1H','when':{'fields.lien':'x'}}"}),
                    "case-types/t.json:1:2 unknown_member /opne\n");
}

/* Two rules of a table of policy unique, on what these case types call `plan`. */
static void expect_overlap(const char *one, const char *other, bool expected)
{
    expect_findings(POLICY(SETTINGS, TRIAGE, {"case-types/t.json", one}, {"case-types/u.json", other},
                           {"routing/assignment.json",
                            "{'policy':'unique','default':{'assignment_group':'triage'},'rules':["
                            "{'id':'a','when':{'fields.plan':'x'},'then':{'assignment_group':'triage'}},"
                            "{'id':'b','when':{'fields.plan':'y'},'then':{'assignment_group':'triage'}}]}"}),
                    expected ? "routing/assignment.json:1:154 overlap /rules/1/when\n" : "");
}

static void a_field_holds_what_its_case_types_say(void **state)
{
    (void)state;
    expect_overlap("{'fields':{'properties':{'plan':{'type':'string'}}}}", "{}", false);
    expect_overlap("{'fields':{'properties':{'plan':{'type':'string'}}}}",
                   "{'fields':{'properties':{'plan':{'type':'string','maxLength':9}}}}", false);
    expect_overlap("{'fields':{'properties':{'plan':{'type':'string'}}}}",
                   "{'fields':{'properties':{'plan':{}}}}", true);
    expect_overlap("{'fields':{'properties':{'plan':{'type':'string'}}}}", "{'open':true}", true);
}

/* A rule on a field of this schema: can it ever fire? */
static void expect_dead(const char *schema, const char *condition, bool expected)
{
    char type[256], table[512];

    snprintf(type, sizeof type, "{'fields':{'properties':{'x':%s}}}", schema);
    snprintf(table, sizeof table,
             "{'default':{'assignment_group':'triage'},'rules':["
             "{'id':'a','when':{'fields.x':%s},'then':{'assignment_group':'triage'}}]}",
             condition);
    expect_findings(POLICY(SETTINGS, TRIAGE, {"case-types/t.json", type}, {"routing/assignment.json", table}),
                    expected ? "routing/assignment.json:1:52 dead_rule /rules/0/id\n" : "");
}

static void a_field_has_a_value_of_its_schema_or_null(void **state)
{
    (void)state;
    expect_dead("{'type':'string'}", "{'$exists':true,'$eq':null}", false);
    expect_dead("{'type':'string'}", "{'$exists':true,'$not':{'$gte':''}}", false);
    expect_dead("{'type':'string'}", "5", true);
    expect_dead("{'type':'string'}", "''", false);
    expect_dead("{'type':'integer'}", "1.5", true);
    expect_dead("{'type':'integer'}", "{'$gt':1,'$lt':2}", true);
    expect_dead("{'type':'number'}", "{'$gt':1,'$lt':2}", false);
    expect_dead("{'type':'boolean'}", "false", false);
    expect_dead("{'type':'string','enum':['a','b']}", "'c'", true);
    expect_dead("{'type':'string','enum':['a','b']}", "{'$nin':['a',null]}", false);
    expect_dead("{'type':'string','enum':['a','b']}", "{'$nin':['a','b',null]}", true);
    expect_dead("{'type':'integer','minimum':2,'maximum':9}", "{'$gt':9}", true);
    expect_dead("{'type':'integer','minimum':2,'maximum':9}", "{'$gt':8}", false);
    expect_dead("{'type':'integer','minimum':2,'maximum':9}", "{'$lt':2}", true);
    expect_dead("{'type':'number','minimum':2.5}", "{'$gt':2.4,'$lt':2.6}", false);
    expect_dead("{}", "5", false);
}

static void conditions_of_every_kind_of_file_are_read(void **state)
{
    (void)state;
    expect_findings(
        POLICY(SETTINGS, TRIAGE, {"sla/s.json", "{'type':'SLA','target':'PT1H','when':{'catgory':'x'}}"},
               {"routing/priority.json", "{'rules':[{'id':'a','when':{'catgory':1},'then':{'cap':1}}]}"},
               {"workflows/w.json", "{'tasks':{'a':{'group':'triage'},'b':{'group':'triage','needs':['a'],"
                                    "'when':{'tasks.a.outcome':'x','catgory':1}}}}"}),
        "routing/priority.json:1:29 unknown_member /rules/0/when/catgory\n"
        "sla/s.json:1:39 unknown_member /when/catgory\n"
        "workflows/w.json:1:100 unknown_member /tasks/b/when/catgory\n");
}

/* policy_check() */

static void warnings_do_not_keep_a_policy_from_loading(void **state)
{
    struct policy *p =
        POLICY(SETTINGS, TRIAGE, {"sla/s.json", "{'type':'SLA','target':'PT1H','when':{'fields.lien':1}}"});
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(policy_check(p, &err), 0);
    policy_free(p);
    p = POLICY(SETTINGS, TRIAGE, {"sla/s.json", "{'type':'SLA','target':'PT1H','when':{'catgory':1}}"});
    assert_int_equal(policy_check(p, &err), CODE_POLICY);
    assert_string_equal(err.message, "sla/s.json:1:39: /when/catgory: no case has a member \"catgory\"");
    policy_free(p);
}

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
        cmocka_unit_test(what_is_malformed_hides_nothing_that_others_refer_to),
        cmocka_unit_test(a_rule_without_a_proper_id_is_looked_into),
        cmocka_unit_test(a_member_that_no_case_has_is_an_error),
        cmocka_unit_test(what_lies_behind_joints_and_nowhere_is_told_once),
        cmocka_unit_test(what_a_case_may_have_can_be_asked_for),
        cmocka_unit_test(what_only_older_cases_may_have_is_a_warning),
        cmocka_unit_test(fields_of_a_type_that_takes_any_are_not_judged),
        cmocka_unit_test(a_field_holds_what_its_case_types_say),
        cmocka_unit_test(a_field_has_a_value_of_its_schema_or_null),
        cmocka_unit_test(conditions_of_every_kind_of_file_are_read),
        cmocka_unit_test(warnings_do_not_keep_a_policy_from_loading),
        cmocka_unit_test(a_check_tells_the_first_finding),
        cmocka_unit_test(the_starter_is_clean),
        cmocka_unit_test(the_starter_has_what_the_tools_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
