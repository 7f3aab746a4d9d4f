#include "rule_support.h"

#include "rule/table.h"

#define NOW INT64_C(1772355600000000) /* 2026-03-01T09:00:00Z */

static int no_colour(const json_t *then, const char *pointer, void *context, struct error *err)
{
    char at[256];

    ++*(size_t *)context;
    snprintf(at, sizeof at, "%s/colour", pointer);
    return json_object_get(then, "colour") ? error_set(err, CODE_INVALID, at, "no colours") : 0;
}

struct fixture {
    struct arena arena;
    json_t *json;
    struct table *table;
    size_t checked;
    struct decision last; /* of decide() */
};

static int compile(struct fixture *f, const char *text, struct error *err)
{
    *f = (struct fixture){.arena = ARENA_INIT, .json = tree(text)};
    error_init(err);
    return table_compile("assignment", f->json, no_colour, &f->checked, &f->arena, &f->table, err);
}

static void clear(struct fixture *f)
{
    decision_release(&f->last);
    arena_release(&f->arena);
    json_decref(f->json);
}

static void refused(const char *text, enum code code, const char *pointer)
{
    struct fixture f;
    struct error err;

    expect_error(compile(&f, text, &err), &err, code, pointer);
    assert_null(f.table);
    clear(&f);
}

static void decide_at(struct fixture *f, const char *document, usec now, struct decision *decision)
{
    json_t *d = tree(document);

    decision_release(&f->last);
    assert_int_equal(table_decide(f->table, d, now, &f->last, NULL), 0);
    *decision = f->last;
    json_decref(d);
}

static void decide(struct fixture *f, const char *document, struct decision *decision)
{
    decide_at(f, document, NOW, decision);
}

static const char example[] =
    "{'policy':'first','description':'who takes it',"
    "'rules':[{'id':'vip','description':'x','when':{'tier':'gold','kind':'outage'},'then':{'group':'noc'}},"
    "{'id':'bill','when':{'kind':'bill','open':true,'amount':{'$gt':5}},'then':{'group':'finance'}},"
    "{'id':'any-bill','when':{'kind':'bill','amount':{'$gt':9}},'then':{'group':'desk'}}],"
    "'default':{'group':'triage'}}";

static const char *group_of(const struct decision *d)
{
    return json_string_value(json_object_get(d->then, "group"));
}

static void first_rule_that_matches_decides(void **state)
{
    struct decision decision;
    struct fixture f;
    struct error err;

    (void)state;
    assert_int_equal(compile(&f, example, &err), 0);
    assert_int_equal(f.checked, 4);
    assert_string_equal(f.table->name, "assignment");
    decide(&f, "{'tier':'gold','kind':'outage'}", &decision);
    assert_string_equal(decision.rule->id, "vip");
    assert_string_equal(group_of(&decision), "noc");
    assert_null(decision.nearest);
    decide(&f, "{'kind':'bill','open':true,'amount':10}", &decision);
    assert_string_equal(decision.rule->id, "bill");
    assert_ptr_equal(decision.table, f.table);
    clear(&f);
}

static void default_applies_with_the_nearest_rule_named(void **state)
{
    struct decision decision;
    struct fixture f;
    struct error err;

    (void)state;
    assert_int_equal(compile(&f, example, &err), 0);
    decide(&f, "{'kind':'bill','open':false,'amount':7}", &decision);
    assert_null(decision.rule);
    assert_string_equal(group_of(&decision), "triage");
    assert_string_equal(decision.nearest->id, "bill");
    assert_int_equal(decision.failed_count, 1);
    assert_string_equal(decision.failed[0], "open");
    decide(&f, "{'tier':'iron'}", &decision);
    assert_string_equal(decision.nearest->id, "vip");
    assert_int_equal(decision.failed_count, 2);
    clear(&f);
}

static const char runaway[] = "{'rules':[{'id':'calm','when':{'kind':'x'},'then':{'group':'noc'}},"
                              "{'id':'wild','when':{'open':true,'text':{'$regex':'(a+)+$'}},'then':{}}],"
                              "'default':{'group':'triage'}}";

static void rule_whose_pattern_runs_away_is_named(void **state)
{
    json_t *document = tree("{'open':true,'text':'" AAAA "'}");
    struct decision decision;
    struct fixture f;
    struct error err;

    (void)state;
    assert_int_equal(compile(&f, runaway, &err), 0);
    expect_error(table_decide(f.table, document, NOW, &decision, &err), &err, CODE_RULE,
                 "/rules/1/when/text/$regex");
    assert_non_null(strstr(err.message, "table \"assignment\", rule \"wild\": pattern \"(a+)+$\" runs away"));
    assert_null(decision.rule);
    assert_null(decision.then);
    clear(&f);
    json_decref(document);
}

static void rule_before_or_clause_before_spares_the_pattern(void **state)
{
    struct decision decision;
    struct fixture f;
    struct error err;

    (void)state;
    assert_int_equal(compile(&f, runaway, &err), 0);
    decide(&f, "{'kind':'x','open':true,'text':'" AAAA "'}", &decision);
    assert_string_equal(decision.rule->id, "calm");
    decide(&f, "{'open':false,'text':'" AAAA "'}", &decision);
    assert_string_equal(group_of(&decision), "triage");
    assert_string_equal(decision.nearest->id, "calm");
    clear(&f);
}

static void failing_clauses_kept_are_bounded(void **state)
{
    struct decision decision;
    struct fixture f;
    struct error err;

    (void)state;
    assert_int_equal(compile(&f,
                             "{'rules':[{'id':'r','when':{'a':1,'b':1,'c':1,'d':1,'e':1,'f':1,'g':1,'h':1,"
                             "'i':1,'j':1},'then':{}}]}",
                             &err),
                     0);
    decide(&f, "{}", &decision);
    assert_int_equal(decision.failed_count, 8);
    clear(&f);
}

static const char collecting[] =
    "{'policy':'collect','rules':["
    "{'id':'gold','when':{'tier':'gold'},'then':{'group':'desk','tags':['vip','a'],'levels':{'bgp':1}}},"
    "{'id':'never','when':{'tier':'iron'},'then':{'group':'never'}},"
    "{'id':'outage','when':{'kind':'outage'},'then':{'group':'noc','tags':['b','vip'],'levels':{'ip':2}}}],"
    "'default':{'group':'triage'}}";

static void collect_unites_what_all_rules_say(void **state)
{
    json_t *expected = tree("{'group':'noc','tags':['vip','a','b'],'levels':{'ip':2}}");
    struct decision decision;
    struct fixture f;
    struct error err;

    (void)state;
    assert_int_equal(compile(&f, collecting, &err), 0);
    decide(&f, "{'tier':'gold','kind':'outage'}", &decision);
    assert_int_equal(decision.rule_count, 2);
    assert_string_equal(decision.rules[0]->id, "gold");
    assert_string_equal(decision.rules[1]->id, "outage");
    assert_ptr_equal(decision.rule, decision.rules[0]);
    assert_true(json_equal(decision.then, expected));
    decide(&f, "{'tier':'gold'}", &decision); /* the rule's own was not changed by it */
    assert_int_equal(decision.rule_count, 1);
    assert_string_equal(group_of(&decision), "desk");
    assert_int_equal(json_array_size(json_object_get(decision.then, "tags")), 2);
    decide(&f, "{}", &decision);
    assert_int_equal(decision.rule_count, 0);
    assert_string_equal(group_of(&decision), "triage");
    assert_string_equal(decision.nearest->id, "gold");
    json_decref(expected);
    clear(&f);
}

static void texts_of_a_merged_decision_outlive_its_release(void **state)
{
    json_t *document = tree("{'tier':'gold','kind':'outage'}");
    struct decision decision;
    const char *group;
    struct fixture f;
    struct error err;

    (void)state;
    assert_int_equal(compile(&f, collecting, &err), 0);
    assert_int_equal(table_decide(f.table, document, NOW, &decision, &err), 0);
    group = group_of(&decision);
    decision_release(&decision);
    assert_null(decision.then);
    assert_string_equal(group, "noc");
    json_decref(document);
    clear(&f);
}

static void unique_allows_one_rule_and_names_two(void **state)
{
    json_t *both = tree("{'a':1,'b':1,'c':1}");
    struct decision decision;
    struct fixture f;
    struct error err;

    (void)state;
    assert_int_equal(compile(&f,
                             "{'policy':'unique','rules':[{'id':'c','when':{'c':2},'then':{}},"
                             "{'id':'x','when':{'a':1},'then':{'group':'x'}},"
                             "{'id':'y','when':{'b':1},'then':{'group':'y'}}]}",
                             &err),
                     0);
    decide(&f, "{'b':1}", &decision);
    assert_string_equal(group_of(&decision), "y");
    expect_error(table_decide(f.table, both, NOW, &decision, &err), &err, CODE_RULE, "/rules/2");
    assert_non_null(strstr(err.message, "\"x\""));
    assert_non_null(strstr(err.message, "\"y\""));
    assert_null(decision.rule);
    assert_null(decision.then);
    json_decref(both);
    clear(&f);
}

static const char dated[] =
    "{'rules':[{'id':'march','when':{},'from':'2026-03-01','until':'2026-04-01','then':{'group':'m'}},"
    "{'id':'late','when':{},'from':'2026-05-01T12:00:00+02:00','then':{'group':'l'}}]}";

static void a_rule_is_in_force_from_until_just_before(void **state)
{
    usec march, april, late;
    struct decision decision;
    struct fixture f;
    struct error err;

    (void)state;
    assert_int_equal(time_parse("2026-03-01T00:00:00Z", 20, &march), 0);
    assert_int_equal(time_parse("2026-04-01T00:00:00Z", 20, &april), 0);
    assert_int_equal(time_parse("2026-05-01T10:00:00Z", 20, &late), 0);
    assert_int_equal(compile(&f, dated, &err), 0);
    assert_int_equal(f.table->rules[0].from, march);
    assert_int_equal(f.table->rules[0].until, april);
    assert_int_equal(f.table->rules[1].until, TIME_NONE);
    decide_at(&f, "{}", march, &decision);
    assert_string_equal(decision.rule->id, "march");
    decide_at(&f, "{}", april - 1, &decision);
    assert_string_equal(decision.rule->id, "march");
    decide_at(&f, "{}", late, &decision);
    assert_string_equal(decision.rule->id, "late");
    clear(&f);
}

static void dates_that_fail_are_clauses_of_the_nearest_miss(void **state)
{
    struct decision decision;
    usec before, after;
    struct fixture f;
    struct error err;

    (void)state;
    assert_int_equal(time_parse("2026-02-01T00:00:00Z", 20, &before), 0);
    assert_int_equal(time_parse("2026-04-01T00:00:00Z", 20, &after), 0);
    assert_int_equal(compile(&f, dated, &err), 0);
    decide_at(&f, "{}", before, &decision);
    assert_null(decision.rule);
    assert_string_equal(decision.nearest->id, "march");
    assert_int_equal(decision.failed_count, 1);
    assert_string_equal(decision.failed[0], "from");
    decide_at(&f, "{}", after, &decision);
    assert_string_equal(decision.nearest->id, "march");
    assert_string_equal(decision.failed[0], "until");
    clear(&f);
}

static void every_policy_and_no_other_is_known(void **state)
{
    static const struct {
        const char *text;
        enum table_policy policy;
    } cases[] = {{"{'rules':[]}", TABLE_FIRST},
                 {"{'policy':'first','rules':[]}", TABLE_FIRST},
                 {"{'policy':'collect','rules':[]}", TABLE_COLLECT},
                 {"{'policy':'unique','rules':[]}", TABLE_UNIQUE}};
    struct fixture f;
    struct error err;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(compile(&f, cases[i].text, &err), 0);
        assert_int_equal(f.table->policy, cases[i].policy);
        clear(&f);
    }
}

/* T26: the catch-all that stands last does not grab what an earlier rule takes, and all clauses must hold. */
static void t26_rules_are_tried_in_order_and_all_clauses_must_hold(void **state)
{
    struct decision decision;
    struct fixture f;
    struct error err;

    (void)state;
    assert_int_equal(compile(&f,
                             "{'rules':[{'id':'both','when':{'a':1,'b':1},'then':{'group':'both'}},"
                             "{'id':'a','when':{'a':1},'then':{'group':'a'}},"
                             "{'id':'all','when':{},'then':{'group':'all'}},"
                             "{'id':'b','when':{'b':1},'then':{'group':'b'}}]}",
                             &err),
                     0);
    decide(&f, "{'a':1,'b':1}", &decision);
    assert_string_equal(decision.rule->id, "both");
    assert_int_equal(decision.rule_count, 1);
    decide(&f, "{'a':1,'b':2}", &decision);
    assert_string_equal(decision.rule->id, "a");
    decide(&f, "{'a':2,'b':1}", &decision);
    assert_string_equal(decision.rule->id, "all");
    clear(&f);
}

static void table_without_default_may_say_nothing(void **state)
{
    struct decision decision;
    struct fixture f;
    struct error err;

    (void)state;
    assert_int_equal(compile(&f, "{'rules':[]}", &err), 0);
    decide(&f, "{}", &decision);
    assert_null(decision.rule);
    assert_null(decision.then);
    assert_null(decision.nearest);
    clear(&f);
}

static void errors_point_into_the_file(void **state)
{
    (void)state;
    refused("[]", CODE_INVALID, "");
    refused("{}", CODE_REQUIRED, "/rules");
    refused("{'rules':{}}", CODE_INVALID, "/rules");
    refused("{'rules':[],'ruls':1}", CODE_UNKNOWN_MEMBER, "/ruls");
    refused("{'policy':'last','rules':[]}", CODE_INVALID, "/policy");
    refused("{'rules':[3]}", CODE_INVALID, "/rules/0");
    refused("{'rules':[{'when':{},'then':{}}]}", CODE_REQUIRED, "/rules/0/id");
    refused("{'rules':[{'id':'a b','when':{},'then':{}}]}", CODE_INVALID, "/rules/0/id");
    refused("{'rules':[{'id':'a','then':{}}]}", CODE_REQUIRED, "/rules/0/when");
    refused("{'rules':[{'id':'a','when':{}}]}", CODE_REQUIRED, "/rules/0/then");
    refused("{'rules':[{'id':'a','when':{},'then':{},'from':'1 March'}]}", CODE_INVALID, "/rules/0/from");
    refused("{'rules':[{'id':'a','when':{},'then':{},'until':'2026-02-30'}]}", CODE_INVALID,
            "/rules/0/until");
    refused("{'rules':[{'id':'a','when':{},'then':{},'until':7}]}", CODE_INVALID, "/rules/0/until");
    refused("{'rules':[{'id':'a','when':{},'then':{},'from':'2026-03-01','until':'2026-03-01'}]}",
            CODE_INVALID, "/rules/0/until");
    refused("{'rules':[{'id':'a','when':{},'then':{},'prio':1}]}", CODE_UNKNOWN_MEMBER, "/rules/0/prio");
    refused("{'rules':[{'id':'a','when':{},'then':{}},{'id':'a','when':{},'then':{}}]}", CODE_INVALID,
            "/rules/1/id");
    refused("{'rules':[{'id':'a','when':{'account.tier':{'$foo':1}},'then':{}}]}", CODE_INVALID,
            "/rules/0/when/account.tier/$foo");
    refused("{'rules':[{'id':'a','when':{},'then':{'colour':1}}]}", CODE_INVALID, "/rules/0/then/colour");
    refused("{'rules':[],'default':{'colour':1}}", CODE_INVALID, "/default/colour");
    refused("{'rules':[],'default':null}", CODE_INVALID, "/default");
}

static void ids_are_at_most_128_bytes(void **state)
{
    char text[400], id[130];

    (void)state;
    memset(id, 'x', 129);
    id[129] = '\0';
    snprintf(text, sizeof text, "{'rules':[{'id':'%s','when':{},'then':{}}]}", id);
    refused(text, CODE_INVALID, "/rules/0/id");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_rule_that_matches_decides),
        cmocka_unit_test(default_applies_with_the_nearest_rule_named),
        cmocka_unit_test(rule_whose_pattern_runs_away_is_named),
        cmocka_unit_test(rule_before_or_clause_before_spares_the_pattern),
        cmocka_unit_test(failing_clauses_kept_are_bounded),
        cmocka_unit_test(collect_unites_what_all_rules_say),
        cmocka_unit_test(texts_of_a_merged_decision_outlive_its_release),
        cmocka_unit_test(unique_allows_one_rule_and_names_two),
        cmocka_unit_test(a_rule_is_in_force_from_until_just_before),
        cmocka_unit_test(dates_that_fail_are_clauses_of_the_nearest_miss),
        cmocka_unit_test(every_policy_and_no_other_is_known),
        cmocka_unit_test(t26_rules_are_tried_in_order_and_all_clauses_must_hold),
        cmocka_unit_test(table_without_default_may_say_nothing),
        cmocka_unit_test(errors_point_into_the_file),
        cmocka_unit_test(ids_are_at_most_128_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
