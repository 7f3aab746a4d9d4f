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
#define SPAN "'starts_at':'2026-01-01T00:00:00.000000Z','ends_at':'2027-01-01T00:00:00.000000Z',"
#define REST "'data':{'vat':1},'seq':0}"
static const char *const whole_records[KIND_COUNT] = {
    [KIND_ACCOUNT] = "{'kind':'account','key':'K1','name':'Acme','parent':'K0','tier':'gold','region':'eu',"
                     "'time_zone':'Europe/Berlin','currency':'EUR','customer':true,'partner':true," REST,
    [KIND_ACCOUNT_RELATIONSHIP] =
        "{'kind':'account_relationship','key':'ACME/reseller of 100%25/B%2FC','from':'ACME','to':'B/C',"
        "'type':'reseller of 100%','reverse':'buys from'," SPAN REST,
    [KIND_CONTACT] = "{'kind':'contact','key':'K1','account':'ACME','name':'Ana','email':'Ana@example.org',"
                     "'phone':'+49 30 555010','emails':['b@example.org'],'phones':['+4930555011'],"
                     "'language':'de','time_zone':'Europe/Berlin',"
                     "'accounts':[{'account':'B','relation':'agency'}]," REST,
    [KIND_CONSUMER] = "{'kind':'consumer','key':'K1','name':'Ana','email':'Ana@example.org',"
                      "'phone':'+49 30 555010','emails':['b@example.org'],'phones':['+4930555011'],"
                      "'language':'de','time_zone':'Europe/Berlin'," REST,
    [KIND_HOUSEHOLD] =
        "{'kind':'household','key':'K1','name':'Elm Street 4',"
        "'members':[{'consumer':'ana','head':true,'starts_at':'2026-01-01T00:00:00.000000Z'}]," REST,
    [KIND_PRODUCT] = "{'kind':'product','key':'K1','name':'Router','parent':'K0','model':'R9',"
                     "'version':'2.1'," REST,
    [KIND_SOLD_PRODUCT] = "{'kind':'sold_product','key':'K1','name':'line','parent':'K0','product':'P1',"
                          "'account':'ACME','consumer':'ana'," SPAN REST,
    [KIND_LOCATION] = "{'kind':'location','key':'K1','name':'depot','parent':'K0','account':'ACME',"
                      "'address':'Elm Street 4','city':'Bern','region':'BE','country':'CH',"
                      "'time_zone':'Europe/Zurich'," REST,
    [KIND_CI] = "{'kind':'ci','key':'K1','name':'core','class':'switch','criticality':2," REST,
    [KIND_CI_RELATION] = "{'kind':'ci_relation','key':'web-1/depends_on/db-1','from':'web-1','to':'db-1',"
                         "'type':'depends_on','strength':0.5," REST,
    [KIND_ASSET] = "{'kind':'asset','key':'K1','name':'router','product':'P1','sold_product':'SP1',"
                   "'account':'ACME','consumer':'ana','location':'roof','ci':'CI1','serial':'S1',"
                   "'lifecycle':'in use','contacts':[{'contact':'jo'}]," REST,
    [KIND_CONTRACT] = "{'kind':'contract','key':'K1','account':'ACME','consumer':'ana','name':'frame',"
                      "'state':'active'," SPAN "'renewed_from':'K0'," REST,
    [KIND_CONTRACT_LINE] = "{'kind':'contract_line','key':'K1','contract':'C1','name':'line','product':'P1',"
                           "'sold_product':'SP1','asset':'A1','state':'draft'," SPAN REST,
    [KIND_ENTITLEMENT] = "{'kind':'entitlement','key':'K1','account':'ACME','consumer':'ana','product':'P1',"
                         "'sold_product':'SP1','asset':'A1','contract':'C1','contract_line':'L1',"
                         "'channel':'phone','level':'gold','state':'suspended'," SPAN
                         "'units':20,'used':3,'renewed_from':'K0'," REST,
    [KIND_AGENT] = "{'kind':'agent','key':'K1','name':'Ana','groups':['noc','field'],'skills':{'bgp':3},"
                   "'capacity':5,'calendar':'early','presence':'away'," REST,
    [KIND_ARTICLE] = "{'kind':'article','key':'K1','title':'No light','body':'Look at the plug.',"
                     "'product':'P1','category':'access','language':'en'," REST,
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

static void null_removes_every_member_that_is_not_required(void **state)
{
    struct fixture *f = *state;

    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct crm_record r = record_of_kind(f, kind, whole_records[kind]);
        const char *expected = arena_printf(&f->arena, "{'kind':'%s'", r.kind->name);

        for (const struct field *field = r.kind->fields; field->name; field++) {
            if (field->flags & FIELD_REQUIRED)
                expected =
                    arena_printf(&f->arena, "%s,'%s':'%s'", expected, field->name, field_text(field, &r));
            else if (field->flags & FIELD_INPUT)
                expect_success(f, read_record(f, &r, arena_printf(&f->arena, "{'%s':null}", field->name)));
        }
        expect_success(f, read_record(f, &r, "{'vat':null}"));
        assert_string_equal(written(f, &r), quoted(f, arena_printf(&f->arena, "%s,'seq':0}", expected)));
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

static void an_object_of_data_merges_as_the_members_of_it_do(void **state)
{
    struct fixture *f = *state;
    struct crm_record r = record_of_kind(f, KIND_CI, "{'key':'K1','old':1}");

    expect_success(f, read_record(f, &r, "{'data':{'new':2},'newer':3}"));
    assert_string_equal(r.data, quoted(f, "{'old':1,'new':2,'newer':3}"));
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

static void the_key_is_required_but_of_a_relation(void **state)
{
    struct fixture *f = *state;

    for (int kind = 0; kind < KIND_COUNT; kind++) {
        const char *pointer = record_kinds[kind].identity ? "/from" : "/key";
        refuses(f, kind, "{}", CODE_REQUIRED, pointer);
        refuses(f, kind, "{'key':null}", CODE_REQUIRED, pointer);
        refuses(f, kind, "{'key':''}", CODE_INVALID, "/key");
    }
    refuses(f, KIND_CONTRACT_LINE, "{'key':'K1'}", CODE_REQUIRED, "/contract");
}

static void the_key_of_a_relation_is_made_of_what_it_relates(void **state)
{
    struct fixture *f = *state;
    struct crm_record r = record_of_kind(f, KIND_CI_RELATION, "{'from':'a/b','type':'runs_on','to':'c%2Fd'}");

    assert_string_equal(r.key, "a%2Fb/runs_on/c%252Fd");
    refuses(f, KIND_CI_RELATION, "{'key':'x','from':'a','type':'runs_on','to':'b'}", CODE_INVALID, "/key");
    refuses(f, KIND_CI_RELATION, "{'from':'a','to':'b'}", CODE_REQUIRED, "/type");
    refuses(f, KIND_CI_RELATION, "{'from':'a','type':'runs_on','to':''}", CODE_INVALID, "/to");
    expect_success(f, read_record(f, &r, "{'strength':1}"));
    assert_string_equal(r.key, "a%2Fb/runs_on/c%252Fd");
    expect_failure(f, read_record(f, &r, "{'from':'z'}"), CODE_INVALID, "/key");
}

static void a_relation_of_the_longest_keys_is_read_as_it_is_printed(void **state)
{
    struct fixture *f = *state;
    char from[KEY_MAX + 1], to[KEY_MAX + 1];
    struct crm_record r;

    memset(from, '/', KEY_MAX);
    memset(to, '%', KEY_MAX);
    from[KEY_MAX] = to[KEY_MAX] = '\0';
    r = record_of_kind(f, KIND_CI_RELATION,
                       arena_printf(&f->arena, "{'from':'%s','type':'%s','to':'%s'}", from, from, to));
    assert_int_equal(strlen(r.key), RELATION_KEY_MAX);
    record_of_kind(
        f, KIND_CI_RELATION,
        arena_printf(&f->arena, "{'key':'%s','from':'%s','type':'%s','to':'%s'}", r.key, from, from, to));
}

static const char *key_of(struct fixture *f, enum record_kind_id kind, const char *text)
{
    struct json_record record = record_of(f, text);
    const char *key;

    expect_success(f, crm_record_key(&record_kinds[kind], &record, &f->arena, &key, &f->err));
    return key ? key : "none";
}

static void a_record_is_looked_for_by_the_key_it_names_or_makes(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(key_of(f, KIND_CI, "{'key':'K1'}"), "K1");
    assert_string_equal(key_of(f, KIND_CI, "{'key':1}"), "none");
    assert_string_equal(key_of(f, KIND_CI, "{'key':''}"), "none");
    assert_string_equal(key_of(f, KIND_CI, "{}"), "none");
    assert_string_equal(key_of(f, KIND_CI_RELATION, "{'from':'a','type':'t','to':'b'}"), "a/t/b");
    assert_string_equal(key_of(f, KIND_CI_RELATION, "{'key':'a/t/b','strength':1}"), "a/t/b");
    assert_string_equal(key_of(f, KIND_CI_RELATION, "{'from':'a','to':'b'}"), "none");
}

static void nothing_is_related_to_itself(void **state)
{
    struct fixture *f = *state;

    refuses(f, KIND_CI_RELATION, "{'from':'a','type':'runs_on','to':'a'}", CODE_CYCLE, "/to");
    refuses(f, KIND_ACCOUNT_RELATIONSHIP, "{'from':'a','type':'partner','to':'a'}", CODE_CYCLE, "/to");
}

static void links_are_lists_of_objects_with_a_key_and_dates(void **state)
{
    struct fixture *f = *state;
    struct crm_record r = record_of_kind(
        f, KIND_HOUSEHOLD,
        "{'key':'K1','members':[{'consumer':'ana','head':true,'ends_at':'2026-02-01T00:00:00Z'},"
        "{'consumer':'ana','starts_at':'2026-03-01T00:00:00Z','relation':'guest'},{'consumer':'bo'}]}");
    struct record_link *links;
    size_t count;
    usec at;

    expect_success(f, crm_links(&r, "members", &f->arena, &links, &count, &f->err));
    assert_int_equal(count, 3);
    assert_int_equal(time_parse("2026-02-01T00:00:00Z", 20, &at), 0);
    assert_ptr_equal(link_find(links, count, "ana", at - 1), &links[0]);
    assert_true(links[0].head);
    assert_null(link_find(links, count, "ana", at));
    assert_int_equal(time_parse("2026-03-01T00:00:00Z", 20, &at), 0);
    assert_ptr_equal(link_find(links, count, "ana", at), &links[1]);
    assert_string_equal(links[1].relation, "guest");
    assert_ptr_equal(link_find(links, count, "bo", at), &links[2]);
    assert_null(link_find(links, count, "cy", at));
    expect_success(f, crm_links(&r, "accounts", &f->arena, &links, &count, &f->err));
    assert_int_equal(count, 0);
}

static void bad_links_are_told_by_their_place(void **state)
{
    struct fixture *f = *state;

    refuses(f, KIND_HOUSEHOLD, "{'key':'K1','members':{}}", CODE_INVALID, "/members");
    refuses(f, KIND_HOUSEHOLD, "{'key':'K1','members':[{'consumer':'a'},3]}", CODE_INVALID, "/members/1");
    refuses(f, KIND_HOUSEHOLD, "{'key':'K1','members':[{'head':true}]}", CODE_REQUIRED, "/members/0");
    refuses(f, KIND_HOUSEHOLD, "{'key':'K1','members':[{'consumer':''}]}", CODE_INVALID,
            "/members/0/consumer");
    refuses(f, KIND_HOUSEHOLD, "{'key':'K1','members':[{'consumer':'a','contact':'b'}]}", CODE_UNKNOWN_MEMBER,
            "/members/0/contact");
    refuses(f, KIND_ASSET,
            "{'key':'K1','contacts':[{'contact':'a','starts_at':'2026-01-02T00:00:00Z',"
            "'ends_at':'2026-01-02T00:00:00Z'}]}",
            CODE_INVALID, "/contacts/0/ends_at");
}

static void failure_spreads_as_the_type_of_relation_says(void **state)
{
    (void)state;
    assert_int_equal(ci_relation_spread("depends_on"), SPREAD_FORWARD);
    assert_int_equal(ci_relation_spread("runs_on"), SPREAD_FORWARD);
    assert_int_equal(ci_relation_spread("hosted_on"), SPREAD_FORWARD);
    assert_int_equal(ci_relation_spread("member_of"), SPREAD_FORWARD);
    assert_int_equal(ci_relation_spread("connected_to"), SPREAD_BOTH);
    assert_int_equal(ci_relation_spread("documented_by"), SPREAD_NONE);
}

static void all_addresses_of_a_person_are_normalised(void **state)
{
    struct fixture *f = *state;
    struct crm_record r = record_of_kind(f, KIND_CONSUMER,
                                         "{'key':'K1','email':'A@Example.org','emails':['b@example.org'],"
                                         "'phone':'0049 30 555010','phones':['+1 555 0101 00']}");
    const char **list;
    size_t count;

    expect_success(f, crm_addresses(&r, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 4);
    assert_string_equal(list[0], "a@example.org");
    assert_string_equal(list[1], "b@example.org");
    assert_string_equal(list[2], "+4930555010");
    assert_string_equal(list[3], "+1555010100");
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
    refuses(f, KIND_CONSUMER, "{'key':'K1','emails':['a@example.org','b']}", CODE_INVALID, "/emails/1");
    refuses(f, KIND_CONSUMER, "{'key':'K1','phones':['0555']}", CODE_INVALID, "/phones/0");
    refuses(f, KIND_CONTRACT, "{'key':'K1','state':'open'}", CODE_INVALID, "/state");
    refuses(f, KIND_ENTITLEMENT, "{'key':'K1','channel':'fax'}", CODE_INVALID, "/channel");
    refuses(f, KIND_CI_RELATION, "{'from':'a','type':'t','to':'b','strength':'high'}", CODE_INVALID,
            "/strength");
    refuses(f, KIND_ACCOUNT, "{'key':'K1','partner':1}", CODE_INVALID, "/partner");
}

static void nothing_ends_before_it_starts(void **state)
{
    static const enum record_kind_id kinds[] = {KIND_ENTITLEMENT, KIND_CONTRACT, KIND_SOLD_PRODUCT};
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
    refuses(f, KIND_CONTRACT, "{'renewed_from':'K1','key':'K1'}", CODE_CYCLE, "/renewed_from");
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
        TEST(null_removes_every_member_that_is_not_required),
        TEST(what_is_not_named_stays),
        TEST(unknown_members_are_merged_into_data),
        TEST(an_object_of_data_merges_as_the_members_of_it_do),
        TEST(seq_is_not_read_and_active_is),
        TEST(the_key_is_required_but_of_a_relation),
        TEST(the_key_of_a_relation_is_made_of_what_it_relates),
        TEST(a_relation_of_the_longest_keys_is_read_as_it_is_printed),
        TEST(a_record_is_looked_for_by_the_key_it_names_or_makes),
        TEST(nothing_is_related_to_itself),
        TEST(links_are_lists_of_objects_with_a_key_and_dates),
        TEST(bad_links_are_told_by_their_place),
        TEST(failure_spreads_as_the_type_of_relation_says),
        TEST(all_addresses_of_a_person_are_normalised),
        TEST(values_are_checked_as_the_kind_says),
        TEST(nothing_ends_before_it_starts),
        TEST(no_record_is_its_own_parent),
        TEST(emails_are_folded_to_lower_case),
        TEST(phones_become_international_numbers),
    };

    return cmocka_run_group_tests_name("crm", tests, NULL, NULL);
}
