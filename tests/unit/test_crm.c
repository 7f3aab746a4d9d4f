#include "model_support.h"

#include "model/crm.h"

static int read_record(struct fixture *f, struct crm_record *r, const char *text)
{
    struct json_record record = record_of(f, text);

    return crm_record_read(r, &record, &f->arena, &f->err);
}

static struct crm_record record_of_kind(struct fixture *f, enum record_kind_id kind, const char *text)
{
    struct crm_record r;

    crm_record_init(&r, &record_kinds[kind]);
    expect_success(f, read_record(f, &r, text));
    return r;
}

static void refuses(struct fixture *f, enum record_kind_id kind, const char *text, enum code code,
                    const char *pointer)
{
    struct crm_record r;

    crm_record_init(&r, &record_kinds[kind]);
    expect_failure(f, read_record(f, &r, text), code, pointer);
}

static const char *written(struct fixture *f, const struct crm_record *r)
{
    struct buf text = BUF_INIT;
    struct json_writer w;
    const char *copy;

    json_writer_init(&w, &text);
    crm_record_write(r, &w);
    copy = arena_strdup(&f->arena, buf_text(&text));
    buf_release(&text);
    return copy;
}

static void kinds_are_found_by_name(void **state)
{
    (void)state;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        assert_int_equal(record_kinds[kind].id, kind);
        assert_ptr_equal(record_kind_find(record_kinds[kind].name), &record_kinds[kind]);
        assert_string_equal(record_kinds[kind].fields[0].name, "key");
    }
    assert_null(record_kind_find("Account"));
    assert_null(record_kind_find(""));
}

/* A record of every kind with all of its members, as it is printed. */
static const char *const whole_records[KIND_COUNT] = {
    [KIND_ACCOUNT] = "{'kind':'account','key':'K1','name':'Acme','parent':'K0','tier':'gold','region':'eu',"
                     "'time_zone':'Europe/Berlin','data':{'vat':1},'seq':0}",
    [KIND_CONTACT] = "{'kind':'contact','key':'K1','account':'ACME','name':'Ana','email':'Ana@example.org',"
                     "'phone':'+49 30 555010','language':'de','data':{'vat':1},'seq':0}",
    [KIND_PRODUCT] = "{'kind':'product','key':'K1','name':'Router','parent':'K0','model':'R9',"
                     "'data':{'vat':1},'seq':0}",
    [KIND_ASSET] = "{'kind':'asset','key':'K1','product':'P1','account':'ACME','serial':'S1','ci':'CI1',"
                   "'location':'roof','data':{'vat':1},'seq':0}",
    [KIND_ENTITLEMENT] = "{'kind':'entitlement','key':'K1','account':'ACME','product':'P1','asset':'A1',"
                         "'contract':'C1','level':'gold','starts_at':'2026-01-01T00:00:00.000000Z',"
                         "'ends_at':'2027-01-01T00:00:00.000000Z','units':20,'data':{'vat':1},'seq':0}",
    [KIND_AGENT] = "{'kind':'agent','key':'K1','name':'Ana','groups':['noc','field'],'skills':{'bgp':3},"
                   "'capacity':5,'calendar':'early','presence':'away','data':{'vat':1},'seq':0}",
    [KIND_CONTRACT] = "{'kind':'contract','key':'K1','account':'ACME','name':'frame',"
                      "'starts_at':'2026-01-01T00:00:00.000000Z','ends_at':'2027-01-01T00:00:00.000000Z',"
                      "'data':{'vat':1},'seq':0}",
    [KIND_CI] = "{'kind':'ci','key':'K1','name':'core','class':'switch','criticality':2,'data':{'vat':1},"
                "'seq':0}",
};

static void every_kind_writes_what_it_read(void **state)
{
    struct fixture *f = *state;

    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct crm_record r = record_of_kind(f, kind, whole_records[kind]);

        assert_string_equal(written(f, &r), quoted(f, whole_records[kind]));
        for (const struct field *field = r.kind->fields; field->name; field++)
            assert_false(field_absent(field, &r)); /* the records above leave none out */
    }
}

static void null_removes_every_member_but_the_key(void **state)
{
    struct fixture *f = *state;

    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct crm_record r = record_of_kind(f, kind, whole_records[kind]);

        for (const struct field *field = r.kind->fields + 1; field->name; field++)
            if (field->flags & FIELD_INPUT)
                expect_success(f, read_record(f, &r, arena_printf(&f->arena, "{'%s':null}", field->name)));
        expect_success(f, read_record(f, &r, "{'vat':null}"));
        assert_string_equal(
            written(f, &r),
            quoted(f, arena_printf(&f->arena, "{'kind':'%s','key':'K1','seq':0}", r.kind->name)));
    }
}

static void what_is_not_named_stays(void **state)
{
    struct fixture *f = *state;
    struct crm_record r = record_of_kind(f, KIND_ACCOUNT, "{'key':'K1','name':'Acme','tier':'gold'}");

    expect_success(f, read_record(f, &r, "{'key':'K1','tier':'silver'}"));
    assert_string_equal(written(f, &r),
                        quoted(f, "{'kind':'account','key':'K1','name':'Acme','tier':'silver','seq':0}"));
}

static void unknown_members_are_merged_into_data(void **state)
{
    struct fixture *f = *state;
    struct crm_record r =
        record_of_kind(f, KIND_CI, "{'z':'\\n','key':'K1','a':[1, {'b':null}],'gone':null}");

    assert_string_equal(r.data, quoted(f, "{'z':'\\n','a':[1,{'b':null}]}"));
    expect_success(f, read_record(f, &r, "{'a':1.5,'n':false}"));
    assert_string_equal(r.data, quoted(f, "{'z':'\\n','a':1.5,'n':false}"));
    expect_success(f, read_record(f, &r, "{'z':null,'name':'core'}"));
    assert_string_equal(r.data, quoted(f, "{'a':1.5,'n':false}"));
    expect_success(f, read_record(f, &r, "{'a':null,'n':null}"));
    assert_null(r.data);
}

static void an_object_of_data_is_taken_as_it_is_printed(void **state)
{
    struct fixture *f = *state;
    struct crm_record r = record_of_kind(f, KIND_CI, "{'key':'K1','old':1}");

    expect_success(f, read_record(f, &r, "{'data':{'new':2},'newer':3}"));
    assert_string_equal(r.data, quoted(f, "{'new':2,'newer':3}"));
}

static void seq_is_not_read_and_active_is(void **state)
{
    struct fixture *f = *state;
    struct crm_record r = record_of_kind(f, KIND_CI, "{'kind':'agent','key':'K1','seq':9,'active':false}");

    assert_ptr_equal(r.kind, &record_kinds[KIND_CI]);
    assert_string_equal(written(f, &r), quoted(f, "{'kind':'ci','key':'K1','active':false,'seq':0}"));
    expect_success(f, read_record(f, &r, "{'active':true}"));
    assert_true(r.active);
    refuses(f, KIND_CI, "{'key':'K1','active':'no'}", CODE_INVALID, "/active");
}

static void the_key_is_required(void **state)
{
    struct fixture *f = *state;

    for (int kind = 0; kind < KIND_COUNT; kind++) {
        refuses(f, kind, "{}", CODE_REQUIRED, "/key");
        refuses(f, kind, "{'key':null}", CODE_REQUIRED, "/key");
        refuses(f, kind, "{'key':''}", CODE_INVALID, "/key");
    }
}

static void values_are_checked_as_the_kind_says(void **state)
{
    struct fixture *f = *state;

    refuses(f, KIND_AGENT, "{'key':'K1','presence':'asleep'}", CODE_INVALID, "/presence");
    refuses(f, KIND_AGENT, "{'key':'K1','capacity':-1}", CODE_INVALID, "/capacity");
    refuses(f, KIND_AGENT, "{'key':'K1','groups':['noc',1]}", CODE_INVALID, "/groups/1");
    refuses(f, KIND_CI, "{'key':'K1','criticality':5}", CODE_INVALID, "/criticality");
    refuses(f, KIND_ASSET, "{'key':'K1','product':''}", CODE_INVALID, "/product");
    refuses(f, KIND_CONTACT, "{'key':'K1','email':'ana at example.org'}", CODE_INVALID, "/email");
    refuses(f, KIND_CONTACT, "{'key':'K1','phone':'030 555010'}", CODE_INVALID, "/phone");
}

static void nothing_ends_before_it_starts(void **state)
{
    static const enum record_kind_id kinds[] = {KIND_ENTITLEMENT, KIND_CONTRACT};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct crm_record r =
            record_of_kind(f, kinds[i], "{'key':'K1','ends_at':'2026-01-01T00:00:00.000001Z'}");

        expect_success(f, read_record(f, &r, "{'starts_at':'2026-01-01T00:00:00Z'}"));
        expect_failure(f, read_record(f, &r, "{'ends_at':'2026-01-01T01:00:00+01:00'}"), CODE_INVALID,
                       "/ends_at");
        refuses(f, kinds[i],
                "{'key':'K1','starts_at':'2026-01-02T00:00:00Z','ends_at':'2026-01-01T00:00:00Z'}",
                CODE_INVALID, "/ends_at");
    }
}

static void no_record_is_its_own_parent(void **state)
{
    struct fixture *f = *state;
    struct crm_record r = record_of_kind(f, KIND_ACCOUNT, "{'key':'K1','parent':'K10'}");

    expect_failure(f, read_record(f, &r, "{'parent':'K1'}"), CODE_CYCLE, "/parent");
    refuses(f, KIND_PRODUCT, "{'parent':'K1','key':'K1'}", CODE_CYCLE, "/parent");
}

struct address {
    const char *text, *normal; /* NULL: none */
};

static void normalise(struct fixture *f, const char *(*function)(const char *, struct arena *),
                      const struct address *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *normal = function(table[i].text, &f->arena);

        if (!normal != !table[i].normal || (normal && strcmp(normal, table[i].normal) != 0))
            fail_msg("\"%s\" gives \"%s\"", table[i].text, normal ? normal : "none");
    }
}

static void emails_are_folded_to_lower_case(void **state)
{
    static const struct address table[] = {
        {"ana@example.org", "ana@example.org"},
        {"Ana.B+Desk@EXAMPLE.org", "ana.b+desk@example.org"},
        {"\xC3\x89t\xC3\xA9@example.org", "\xC3\x89t\xC3\xA9@example.org"},
        {"", NULL},
        {"ana", NULL},
        {"@example.org", NULL},
        {"ana@", NULL},
        {"ana@b@example.org", NULL},
        {"ana b@example.org", NULL},
        {" ana@example.org", NULL},
        {"Ana <ana@example.org>", NULL},
        {"a@example.org,b", NULL},
    };

    normalise(*state, email_normalise, table, sizeof table / sizeof *table);
}

static void phones_become_international_numbers(void **state)
{
    static const struct address table[] = {
        {"+4930123456", "+4930123456"},
        {"+49 (30) 12/34-5.6", "+4930123456"},
        {"0049 30 123456", "+4930123456"},
        {"+1234567", "+1234567"},
        {"+123456789012345", "+123456789012345"},
        {"", NULL},
        {"+", NULL},
        {"00", NULL},
        {"030 123456", NULL},
        {"4930123456", NULL},
        {" +4930123456", NULL},
        {"+123456", NULL},
        {"+1234567890123456", NULL},
        {"+0930123456", NULL},
        {"+49 30 CALL", NULL},
        {"++4930123456", NULL},
        {"+49301234x56", NULL},
    };

    normalise(*state, phone_normalise, table, sizeof table / sizeof *table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(kinds_are_found_by_name),
        TEST(every_kind_writes_what_it_read),
        TEST(null_removes_every_member_but_the_key),
        TEST(what_is_not_named_stays),
        TEST(unknown_members_are_merged_into_data),
        TEST(an_object_of_data_is_taken_as_it_is_printed),
        TEST(seq_is_not_read_and_active_is),
        TEST(the_key_is_required),
        TEST(values_are_checked_as_the_kind_says),
        TEST(nothing_ends_before_it_starts),
        TEST(no_record_is_its_own_parent),
        TEST(emails_are_folded_to_lower_case),
        TEST(phones_become_international_numbers),
    };

    return cmocka_run_group_tests_name("crm", tests, NULL, NULL);
}
