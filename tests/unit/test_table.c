#include "rule_support.h"

#include "rule/table.h"

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
};

static int compile(struct fixture *f, const char *text, struct error *err)
{
    *f = (struct fixture){.arena = ARENA_INIT, .json = tree(text)};
    error_init(err);
    return table_compile("assignment", f->json, no_colour, &f->checked, &f->arena, &f->table, err);
}

static void clear(struct fixture *f)
{
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

static void decide(const struct fixture *f, const char *document, struct decision *decision)
{
    json_t *d = tree(document);

    assert_int_equal(table_decide(f->table, d, decision, NULL), 0);
    json_decref(d);
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
    expect_error(table_decide(f.table, document, &decision, &err), &err, CODE_RULE,
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
    refused("{'policy':'collect','rules':[]}", CODE_NOT_SUPPORTED, "/policy");
    refused("{'policy':'unique','rules':[]}", CODE_NOT_SUPPORTED, "/policy");
    refused("{'policy':'last','rules':[]}", CODE_INVALID, "/policy");
    refused("{'rules':[3]}", CODE_INVALID, "/rules/0");
    refused("{'rules':[{'when':{},'then':{}}]}", CODE_REQUIRED, "/rules/0/id");
    refused("{'rules':[{'id':'a b','when':{},'then':{}}]}", CODE_INVALID, "/rules/0/id");
    refused("{'rules':[{'id':'a','then':{}}]}", CODE_REQUIRED, "/rules/0/when");
    refused("{'rules':[{'id':'a','when':{}}]}", CODE_REQUIRED, "/rules/0/then");
    refused("{'rules':[{'id':'a','when':{},'then':{},'from':'2026-01-01'}]}", CODE_NOT_SUPPORTED,
            "/rules/0/from");
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
        cmocka_unit_test(table_without_default_may_say_nothing),
        cmocka_unit_test(errors_point_into_the_file),
        cmocka_unit_test(ids_are_at_most_128_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
