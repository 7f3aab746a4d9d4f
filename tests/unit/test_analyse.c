#include "rule_support.h"

#include "rule/analyse.h"

/* The findings of a table, a line each: "dead_rule c by a b {witness}". */
struct told {
    const struct table *table;
    char text[4096];
};

static void note(struct told *t, const char *text)
{
    size_t n = strlen(t->text);

    snprintf(t->text + n, sizeof t->text - n, "%s", text);
}

static void collect(void *context, const struct analysis_finding *f)
{
    static const char *const names[] = {"dead", "overlap", "uncovered", "not analysed"};
    struct told *t = context;
    char *witness = f->witness ? json_dumps(f->witness, JSON_COMPACT) : NULL;
    char *values = f->values ? json_dumps(f->values, JSON_COMPACT) : NULL;
    size_t i;

    note(t, names[f->kind]);
    if (f->rule != ANALYSIS_TABLE) {
        note(t, " ");
        note(t, t->table->rules[f->rule].id);
    }
    for (i = 0; i < f->by_count; i++) {
        note(t, i == 0 ? " by " : "+");
        note(t, t->table->rules[f->by[i]].id);
    }
    if (f->field)
        note(t, " "), note(t, f->field);
    if (values)
        note(t, " "), note(t, values);
    if (f->why)
        note(t, " "), note(t, f->why);
    if (witness)
        note(t, " "), note(t, witness);
    note(t, "\n");
    free(witness);
    free(values);
}

/* `rules` are the elements of a table's rules; `more` other members, each followed by a comma. */
static void expect_of(const char *name, const char *more, const char *rules, const char *expected)
{
    struct arena arena = ARENA_INIT;
    struct told t = {.text = ""};
    struct table *table;
    struct error err;
    char text[8192], *c;
    json_t *json;

    snprintf(text, sizeof text, "{%s'rules':[%s]}", more, rules);
    json = tree(text);
    error_init(&err);
    if (table_compile(name, json, NULL, NULL, &arena, &table, &err) != 0)
        fail_msg("%s: %s", err.pointer, err.message);
    t.table = table;
    assert_int_equal(table_analyse(table, NULL, NULL, collect, &t, &err), 0);
    for (c = t.text; *c; c++)
        if (*c == '"')
            *c = '\'';
    assert_string_equal(t.text, expected);
    arena_release(&arena);
    json_decref(json);
}

#define RULE(id, when) "{'id':'" id "','when':" when ",'then':{}}"
#define FIRST          "'default':{},"
#define UNIQUE         "'policy':'unique','default':{},"

static void expect_found(const char *rules, const char *expected)
{
    expect_of("priority", FIRST, rules, expected);
}

/* Rules that can never fire */

static void a_rule_behind_the_same_condition_is_dead(void **state)
{
    (void)state;
    expect_found(RULE("a", "{'category':'x'}") "," RULE("b", "{'category':'x'}"),
                 "dead b by a {'category':'x'}\n");
    expect_found(RULE("a", "{'category':'x'}") "," RULE("b", "{'category':'x','impact':1}"),
                 "dead b by a {'category':'x','impact':1}\n");
    expect_found(RULE("a", "{'category':'x','impact':1}") "," RULE("b", "{'category':'x'}"), "");
}

static void several_rules_together_cover_one(void **state)
{
    (void)state;
    expect_found(
        RULE("a", "{'impact':1}") "," RULE("b", "{'impact':2}") "," RULE("c", "{'impact':{'$lte':2}}"),
        "dead c by a+b {'impact':1}\n");
    expect_found(RULE("a", "{'impact':1}") "," RULE("c", "{'impact':{'$lte':2}}"), "");
    expect_found(RULE("a", "{'impact':{'$lt':3}}") "," RULE("b", "{'impact':3}") "," RULE("c", "{}"),
                 "dead c by a+b {'impact':1}\n");
}

static void only_the_rules_that_are_needed_are_named(void **state)
{
    (void)state;
    expect_found(
        RULE("a", "{'urgency':1}") "," RULE("b", "{'impact':1}") "," RULE("c", "{'impact':1,'urgency':2}"),
        "dead c by b {'urgency':2,'impact':1}\n");
    expect_found(RULE("a", "{'impact':1}") "," RULE("b", "{'impact':2}") "," RULE(
                     "c", "{'impact':{'$in':[1,2]}}") "," RULE("d", "{'impact':2,'category':'x'}"),
                 "dead c by a+b {'impact':1}\ndead d by b {'impact':2,'category':'x'}\n");
}

static void a_condition_that_contradicts_itself_is_dead_alone(void **state)
{
    (void)state;
    expect_found(RULE("a", "{'category':{'$in':['x'],'$ne':'x'}}"), "dead a\n");
    expect_found(RULE("a", "{'reopen_count':{'$gt':5,'$lt':3}}"), "dead a\n");
    expect_found(RULE("a", "{'$and':[{'category':'x'},{'category':'y'}]}"), "dead a\n");
    expect_found(RULE("a", "{'$nor':[{}]}"), "dead a\n");
}

static void values_that_a_case_never_has_are_dead(void **state)
{
    (void)state;
    expect_found(RULE("a", "{'impact':4}"), "dead a\n");
    expect_found(RULE("a", "{'impact':'1'}"), "dead a\n");
    expect_found(RULE("a", "{'channel':'fax'}"), "dead a\n");
    expect_found(RULE("a", "{'category':7}"), "dead a\n");
    expect_found(RULE("a", "{'major':false}"), "dead a\n");
    expect_found(RULE("a", "{'category.name':'x'}"), "dead a\n");
    expect_found(RULE("a", "{'category.name':null}"), "");
    expect_found(RULE("a", "{'state':{'$exists':false}}"), "dead a\n");
    expect_found(RULE("a", "{'channel':{'$exists':false}}"), "");
    expect_found(RULE("a", "{'fields.amount':'7'}") "," RULE("b", "{'fields.amount':7}"), "");
}

static void existence_and_null_are_understood(void **state)
{
    (void)state;
    expect_found(RULE("a", "{'asset':{'$exists':true}}") "," RULE("b", "{'asset':null}") "," RULE("c", "{}"),
                 "dead c by a+b {}\n");
    expect_found(
        RULE("a", "{'entitlement.level':{'$exists':true}}") "," RULE("b", "{'entitlement.level':'gold'}"),
        "dead b by a {'context':{'entitlement':{'level':'gold'}}}\n");
    expect_found(RULE("a", "{'asset':{'$ne':null}}") "," RULE("b", "{'asset':{'$gte':'M'}}"),
                 "dead b by a {'asset':'M'}\n");
}

static void ranges_of_numbers_and_texts_are_compared(void **state)
{
    (void)state;
    expect_found(RULE("a", "{'reopen_count':{'$gte':3}}") "," RULE("b", "{'reopen_count':{'$gt':2}}"),
                 "dead b by a {'reopen_count':3}\n");
    expect_found(RULE("a", "{'fields.n':{'$gte':3}}") "," RULE("b", "{'fields.n':{'$gt':2}}"), "");
    expect_found(
        RULE("a", "{'opened_at':{'$gte':'2026-03'}}") "," RULE("b", "{'opened_at':{'$gte':'2026-04'}}"),
        "dead b by a {'opened_at':'2026-04'}\n");
    expect_found(RULE("a", "{'fields.n':{'$lt':9223372036854775807}}") "," RULE(
                     "b", "{'fields.n':{'$lte':9223372036854775806}}"),
                 "dead b by a {'fields':{'n':9223372036854775806}}\n");
}

static void alternatives_and_negations_are_followed(void **state)
{
    (void)state;
    expect_found(
        RULE("a", "{'$or':[{'category':'x'},{'impact':1}]}") "," RULE(
            "b", "{'impact':1,'channel':'web'}") "," RULE("c", "{'$nor':[{'category':{'$ne':'x'}}]}"),
        "dead b by a {'impact':1,'channel':'web'}\ndead c by a {'category':'x','impact':1}\n");
    expect_found(RULE("a", "{'category':{'$not':{'$in':['x','y']}}}") "," RULE(
                     "b", "{'category':'z'}") "," RULE("c", "{'category':{'$nin':['x']}}"),
                 "dead b by a {'category':'z'}\n");
}

/* [1,2] holds a 1, and something that is not 1: no value alone does both. */
static void arrays_are_reckoned_with_where_they_may_be(void **state)
{
    (void)state;
    expect_found(RULE("a", "{'fields.x':{'$ne':2}}") "," RULE("b", "{'fields.x':1}"), "");
    expect_found(RULE("a", "{'category':{'$ne':'y'}}") "," RULE("b", "{'category':'x'}"),
                 "dead b by a {'category':'x'}\n");
    expect_found(RULE("a", "{'fields.x':{'$in':[1,2]}}") "," RULE("b", "{'fields.x':1}"),
                 "dead b by a {'fields':{'x':1}}\n");
    expect_found(RULE("a", "{'fields.x':1,'fields.y':1}") "," RULE("b", "{'fields.x':{'$gt':5,'$lt':3}}"),
                 "");
    expect_found(RULE("a", "{'tags':'vip'}") "," RULE("b", "{'tags':{'$all':['vip','loud']}}"),
                 "dead b by a {'tags':['loud','vip']}\n");
}

static void a_witness_is_a_case_that_can_be(void **state)
{
    (void)state;
    expect_of("priority", UNIQUE, RULE("a", "{'tags':'vip'}") "," RULE("b", "{'impact':1}"),
              "overlap b by a {'tags':['vip'],'impact':1}\n");
    expect_of("priority", UNIQUE,
              RULE("a", "{'tags':{'$ne':'vip'}}") "," RULE("b", "{'tags':{'$exists':true}}"),
              "overlap b by a {'tags':['vip-other']}\n");
    expect_of("priority", UNIQUE,
              RULE("a", "{'services.criticality':{'$all':['high','low']}}") "," RULE("b", "{'impact':1}"),
              "overlap b by a "
              "{'context':{'services':[{'criticality':'high'},{'criticality':'low'}]},'impact':1}\n");
    expect_of("priority", UNIQUE,
              RULE("a", "{'account.tier':{'$gt':'m'}}") "," RULE("b", "{'account.partner':{'$ne':null}}"),
              "overlap b by a {'context':{'account':{'tier':'m-other','partner':true}}}\n");
}

static void a_list_has_objects_of_its_fields(void **state)
{
    (void)state;
    expect_of("priority", UNIQUE,
              RULE("a", "{'context.upstream.criticality':'high'}") "," RULE("b", "{'impact':1}"),
              "overlap b by a {'context':{'upstream':[{'criticality':'high'}]},'impact':1}\n");
    expect_of("priority", UNIQUE,
              RULE("a", "{'services.customers':{'$gt':3}}") "," RULE("b", "{'services':{'$ne':null}}"), "");
    expect_of("priority", UNIQUE,
              RULE("a", "{'contact.accounts.account':'ACME'}") "," RULE("b", "{'impact':1}"),
              "overlap b by a {'context':{'contact':{'accounts':[{'account':'ACME'}]}},'impact':1}\n");
    expect_found(RULE("a", "{'services.criticality':'urgent'}"), "dead a\n");
    expect_found(RULE("a", "{'$and':[{'services.criticality':'high'},{'services.criticality':null}]}"), "");
    expect_found(RULE("a", "{'services':''}"), "dead a\n");
}

static void a_record_has_the_values_of_its_fields(void **state)
{
    (void)state;
    expect_found(RULE("a", "{'history.account.active':1.5}"), "dead a\n");
    expect_found(RULE("a", "{'category':''}"), "dead a\n");
    expect_found(RULE("a", "{'tags':''}"), "dead a\n");
    expect_found(RULE("a", "{'account.name':''}"), "");
    expect_of("priority", UNIQUE, RULE("a", "{'category':{'$lt':'m'}}") "," RULE("b", "{'impact':1}"),
              "overlap b by a {'category':'0','impact':1}\n");
    expect_found(RULE("a", "{'account.tier':5}"), "dead a\n");
    expect_found(RULE("a", "{'entitlement.state':'over'}"), "dead a\n");
    expect_found(RULE("a", "{'tags':1}"), "dead a\n");
    expect_found(RULE("a", "{'account.data.vip':5}"), "");
}

/* Of so many values not every array can be a class. */
static void arrays_of_many_values_are_not_analysed(void **state)
{
    (void)state;
    expect_found(
        RULE("a", "{'fields.x':{'$in':[1,2,3]}}") "," RULE(
            "b",
            "{'$or':[{'fields.x':1},{'fields.x':2},"
            "{'fields.x':3},{'fields.x':4},{'fields.x':5},{'fields.x':6},{'fields.x':7},{'fields.x':"
            "8},"
            "{'fields.x':9},{'fields.x':{'$ne':10}}]}") "," RULE("c",
                                                                 "{'fields.x':{'$all':[11,12]}"
                                                                 "}") "," RULE("d",
                                                                               "{'fields."
                                                                               "x':2}") "," RULE("e",
                                                                                                 "{'fields.x'"
                                                                                                 ":9}"),
        "not analysed c arrays at 'fields.x'\n"
        "dead d by a {'fields':{'x':2}}\n"
        "dead e by b {'fields':{'x':9}}\n");
}

static void what_is_not_analysed_is_said_and_nothing_guessed(void **state)
{
    (void)state;
    expect_found(RULE("a", "{'description':{'$regex':'x'}}") "," RULE("b", "{'description':'x'}"),
                 "not analysed a $regex at 'description'\n");
    expect_found(
        RULE("a", "{'category':'x'}") "," RULE("b", "{'category':'x','description':{'$not':{'$regex':'x'}}}"),
        "dead b by a {'category':'x'}\n");
    expect_found(RULE("a", "{'services':{'$elemMatch':{'criticality':1}}}"),
                 "not analysed a $elemMatch at 'services'\n");
    expect_found(RULE("a", "{'services.0.criticality':1}"),
                 "not analysed a an array's index at 'services.0.criticality'\n");
    expect_found(RULE("a", "{'fields':{'x':1}}"),
                 "not analysed a an object or array as a literal at 'fields'\n");
}

static void rules_in_force_at_other_times_do_not_shadow(void **state)
{
    static const char rules[] =
        "{'id':'a','when':{'impact':1},'until':'2026-04-01','then':{}},"
        "{'id':'b','when':{'impact':1},'from':'2026-04-01','then':{}},"
        "{'id':'c','when':{'impact':1},'from':'2026-03-01','until':'2026-05-01','then':{}},"
        "{'id':'d','when':{'impact':{'$lte':2}},'then':{}}";

    (void)state;
    expect_found(rules, "dead c by a+b {'impact':1}\n");
}

static void where_all_that_match_count_only_contradictions_are_dead(void **state)
{
    (void)state;
    expect_of("assignment", "'policy':'collect','default':{},",
              RULE("a", "{'impact':1}") "," RULE("b", "{'impact':1}") "," RULE("c", "{'impact':9}"),
              "dead c\n");
}

/* Overlaps */

static void unique_rules_that_meet_are_told_with_a_case(void **state)
{
    (void)state;
    expect_of("priority", UNIQUE, RULE("a", "{'category':'x'}") "," RULE("b", "{'impact':1}"),
              "overlap b by a {'category':'x','impact':1}\n");
    expect_of("priority", UNIQUE, RULE("a", "{'category':'x'}") "," RULE("b", "{'category':'y'}"), "");
    expect_of("priority", UNIQUE,
              RULE("a", "{'category':'x'}") "," RULE("b", "{'category':'x','description':{'$regex':'q'}}"),
              "not analysed b $regex at 'description'\n");
    expect_of("priority", UNIQUE,
              "{'id':'a','when':{},'until':'2026-04-01','then':{}},{'id':'b','when':{},'from':'2026-04-01','"
              "then':{}}",
              "");
}

/* Values that no rule covers */

static void values_of_an_enumeration_that_no_rule_covers_are_listed(void **state)
{
    (void)state;
    expect_of("assignment", "", RULE("a", "{'channel':{'$in':['web','phone','email','chat']}}"),
              "uncovered channel ['virtual_agent','api','social','monitoring','walk_in'] "
              "{'channel':'virtual_agent'}\n");
    expect_of("assignment", "", RULE("a", "{'impact':1}") "," RULE("b", "{'impact':2,'category':'x'}"),
              "uncovered impact [3] {'impact':3}\n");
    expect_of("assignment", "", RULE("a", "{'impact':1}") "," RULE("b", "{'category':'x'}"), "");
    expect_of("assignment", FIRST, RULE("a", "{'impact':1}"), "");
}

static void combinations_that_no_rule_covers_are_shown(void **state)
{
    (void)state;
    expect_of("assignment", "",
              RULE("a", "{'impact':1}") "," RULE("b", "{'impact':{'$gt':1},'urgency':{'$lte':2}}"),
              "uncovered {'impact':2,'urgency':3}\n");
}

static void exceptions_need_cover_nothing(void **state)
{
    (void)state;
    expect_of("priority", "", RULE("a", "{'channel':'walk_in'}"), "");
    expect_of("priority", "", RULE("a", "{'impact':1}") "," RULE("b", "{'impact':2}"),
              "uncovered impact [3] {'impact':3}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_behind_the_same_condition_is_dead),
        cmocka_unit_test(several_rules_together_cover_one),
        cmocka_unit_test(only_the_rules_that_are_needed_are_named),
        cmocka_unit_test(a_condition_that_contradicts_itself_is_dead_alone),
        cmocka_unit_test(values_that_a_case_never_has_are_dead),
        cmocka_unit_test(existence_and_null_are_understood),
        cmocka_unit_test(ranges_of_numbers_and_texts_are_compared),
        cmocka_unit_test(alternatives_and_negations_are_followed),
        cmocka_unit_test(arrays_are_reckoned_with_where_they_may_be),
        cmocka_unit_test(a_witness_is_a_case_that_can_be),
        cmocka_unit_test(a_list_has_objects_of_its_fields),
        cmocka_unit_test(a_record_has_the_values_of_its_fields),
        cmocka_unit_test(arrays_of_many_values_are_not_analysed),
        cmocka_unit_test(what_is_not_analysed_is_said_and_nothing_guessed),
        cmocka_unit_test(rules_in_force_at_other_times_do_not_shadow),
        cmocka_unit_test(where_all_that_match_count_only_contradictions_are_dead),
        cmocka_unit_test(unique_rules_that_meet_are_told_with_a_case),
        cmocka_unit_test(values_of_an_enumeration_that_no_rule_covers_are_listed),
        cmocka_unit_test(combinations_that_no_rule_covers_are_shown),
        cmocka_unit_test(exceptions_need_cover_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
