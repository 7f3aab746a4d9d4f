#include "model_support.h"

#include "model/case.h"

struct reading {
    struct casefile c;
    uint64_t given;
    const char *extra;
};

static int read_case(struct fixture *f, struct reading *r, const char *text)
{
    struct json_record record = record_of(f, text);

    return case_read(&r->c, &record, &r->given, &r->extra, &f->arena, &f->err);
}

static struct reading case_of(struct fixture *f, const char *text)
{
    struct reading r;

    casefile_init(&r.c);
    expect_success(f, read_case(f, &r, text));
    return r;
}

static uint64_t bit(const char *name)
{
    return UINT64_C(1) << (field_find(case_fields, name) - case_fields);
}

static const char *written(struct fixture *f, const struct casefile *c)
{
    struct buf text = BUF_INIT;
    struct json_writer w;
    const char *copy;

    json_writer_init(&w, &text);
    json_begin_object(&w, NULL);
    case_write(c, &w);
    json_end_object(&w);
    copy = arena_strdup(&f->arena, buf_text(&text));
    buf_release(&text);
    return copy;
}

static void the_table_fits_the_mask(void **state)
{
    size_t count = 0;

    (void)state;
    while (case_fields[count].name) {
        assert_ptr_equal(field_find(case_fields, case_fields[count].name), &case_fields[count]);
        count++;
    }
    assert_true(count <= 64);
}

static void given_is_what_the_record_names(void **state)
{
    struct fixture *f = *state;
    struct reading r =
        case_of(f, "{'impact':'1 - High','short_description':'printer on fire','state':'closed'}");

    assert_int_equal(r.given, bit("impact") | bit("short_description") | bit("state"));
    assert_int_equal(r.c.impact, 1);
    assert_int_equal(r.c.state, STATE_CLOSED);
    assert_string_equal(r.c.short_description, "printer on fire");
    assert_null(r.extra);
    assert_int_equal(case_of(f, "{}").given, 0);
}

static void null_is_absent(void **state)
{
    struct fixture *f = *state;
    struct reading r = case_of(f, "{'account':null,'impact':2,'colour':null}");

    assert_int_equal(r.given, bit("impact"));
    assert_null(r.c.account);
    assert_null(r.extra);
    r.c.account = "ACME";
    expect_success(f, read_case(f, &r, "{'account':null}"));
    assert_int_equal(r.given, 0);
    assert_null(r.c.account);
}

static void unknown_members_are_collected_in_order(void **state)
{
    struct fixture *f = *state;
    struct reading r = case_of(
        f, "{'zone':'b\\n','impact':2,'Impact':[1, {'a': null}],'gone':null,'b':1.50,'a':true,'o':{}}");

    assert_int_equal(r.given, bit("impact"));
    assert_string_equal(r.extra,
                        quoted(f, "{'zone':'b\\n','Impact':[1,{'a':null}],'b':1.50,'a':true,'o':{}}"));
}

static void internal_columns_are_unknown_to_a_record(void **state)
{
    struct fixture *f = *state;
    struct reading r = case_of(f, "{'size':3,'id':7}");

    assert_int_equal(r.given, 0);
    assert_int_equal(r.c.size, 0);
    assert_int_equal(r.c.id, 0);
    assert_string_equal(r.extra, quoted(f, "{'size':3,'id':7}"));
}

static void the_first_error_stops(void **state)
{
    struct fixture *f = *state;
    struct reading r;

    casefile_init(&r.c);
    expect_failure(f, read_case(f, &r, "{'account':'ACME','impact':9,'urgency':9,'contact':'C1'}"),
                   CODE_INVALID, "/impact");
    assert_null(r.c.contact);
    expect_failure(f, read_case(f, &r, "{'tags':['a','b\\t']}"), CODE_INVALID, "/tags/1");
    expect_failure(f, read_case(f, &r, "{'fields':[]}"), CODE_INVALID, "/fields");
}

static void a_case_says_what_it_is_about(void **state)
{
    struct fixture *f = *state;
    struct reading r = case_of(f, "{'description':'no short one'}");

    expect_failure(f, case_check_required(&r.c, &f->err), CODE_REQUIRED, "/short_description");
    r.c.short_description = "";
    expect_failure(f, case_check_required(&r.c, &f->err), CODE_REQUIRED, "/short_description");
    r.c.short_description = " \t ";
    expect_failure(f, case_check_required(&r.c, &f->err), CODE_REQUIRED, "/short_description");
    r.c.short_description = "printer on fire";
    expect_success(f, case_check_required(&r.c, &f->err));
}

static void an_empty_case_prints_nothing_absent(void **state)
{
    struct fixture *f = *state;
    struct casefile c;

    casefile_init(&c);
    c.id = 12;
    c.size = 2;
    assert_string_equal(written(f, &c), quoted(f, "{'seq':0}"));
    for (const struct field *field = case_fields; field->name; field++)
        assert_true(field_absent(field, &c) || strcmp(field->name, "seq") == 0 ||
                    strcmp(field->name, "size") == 0);
}

/* Every member of the contract once, not in the table's order. */
#define WHOLE_CASE                                                                                           \
    "{'context':{'account':{'tier':'gold'}},'resolution_notes':'new\\nfuse','resolution_code':'fixed',"      \
    "'cause':'fuse','closed_at':'2026-03-05T00:00:00Z','resolved_at':'2026-03-04T00:00:00Z',"                \
    "'first_responded_at':'2026-03-03T00:00:00Z','updated_at':'2026-03-02T12:00:00Z',"                       \
    "'created_at':'2026-03-02T00:00:00Z','opened_at':'2026-03-01T00:00:00Z','fields':{'b':1,'a':2},"         \
    "'tags':['hot'],'reopen_count':2,'major':true,'problem':'PRB1','parent':'CS0000999','config':'0a1b','"   \
    "workflow':'install',"                                                                                   \
    "'assigned_to':'ana','assignment_group':'noc','progress':'routed','state':'open','priority_by':'eva','"  \
    "priority':1,"                                                                                           \
    "'urgency':2,'impact':1,'subcategory':'paper','category':'print','entitlement':'E1','contract':'K1',"    \
    "'asset':'A1','product':'P1','consumer':'U1','contact':'C1','account':'ACME','description':'it burns',"  \
    "'short_description':'printer on fire','channel':'phone','external_id':'X1','source':'desk',"            \
    "'case_type':'incident','seq':4,'number':'CS0001001'}"

static void a_case_prints_in_the_tables_order(void **state)
{
    struct fixture *f = *state;
    struct reading r = case_of(f, WHOLE_CASE);
    struct json_record again = record_of(f, written(f, &r.c));
    const struct field *field = case_fields;

    assert_null(r.extra);
    for (size_t i = 0; i < again.count; i++, field++) {
        if (field->flags & FIELD_UNPRINTED)
            field++;
        assert_string_equal(again.members[i].name, field->name);
    }
    assert_null(field->name);
}

static void a_printed_case_reads_back_the_same(void **state)
{
    struct fixture *f = *state;
    struct reading r = case_of(f, WHOLE_CASE), again = case_of(f, written(f, &r.c));
    json_t *document = case_document(&r.c), *printed = tree(written(f, &r.c));

    assert_false(fields_differ(case_fields, &r.c, &again.c));
    assert_int_equal(again.given, r.given);
    assert_string_equal(written(f, &again.c), written(f, &r.c));
    assert_true(json_equal(document, printed));
    json_decref(document);
    json_decref(printed);
}

static void a_case_is_active_until_it_is_resolved(void **state)
{
    struct casefile c;

    (void)state;
    casefile_init(&c);
    assert_false(case_is_active(&c));
    for (c.state = STATE_NEW; c.state <= STATE_CANCELLED; c.state++)
        assert_int_equal(case_is_active(&c), c.state < STATE_RESOLVED);
}

static void a_context_is_joined_and_told_with_its_lists_digest(void **state)
{
    struct fixture *f = *state;
    struct casefile c;

    casefile_init(&c);
    assert_null(case_told_context(&c, &f->arena));
    case_join_context(&c, "{\"a\":1", 6, NULL, &f->arena);
    assert_string_equal(c.context, "{\"a\":1}");
    assert_string_equal(case_told_context(&c, &f->arena), "{\"a\":1}");
    c.lists = (struct shared_lists){{{0xab}}, 6};
    case_join_context(&c, "{\"a\":1", 6, "\"b\":[]", &f->arena);
    assert_string_equal(c.context, "{\"a\":1,\"b\":[]}");
    assert_int_equal(case_own_context(&c), 6);
    assert_string_equal(case_told_context(&c, &f->arena),
                        "{\"a\":1,\"impact\":{\"digest\":"
                        "\"ab00000000000000000000000000000000000000000000000000000000000000\"}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_table_fits_the_mask),
        TEST(given_is_what_the_record_names),
        TEST(null_is_absent),
        TEST(unknown_members_are_collected_in_order),
        TEST(internal_columns_are_unknown_to_a_record),
        TEST(the_first_error_stops),
        TEST(a_case_says_what_it_is_about),
        TEST(an_empty_case_prints_nothing_absent),
        TEST(a_case_prints_in_the_tables_order),
        TEST(a_printed_case_reads_back_the_same),
        TEST(a_case_is_active_until_it_is_resolved),
        TEST(a_context_is_joined_and_told_with_its_lists_digest),
    };

    return cmocka_run_group_tests_name("case", tests, NULL, NULL);
}
