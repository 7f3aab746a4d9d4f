#include "model_support.h"

#include <math.h>

#include "base/timestamp.h"
#include "model/case.h"
#include "seeded.h"

static const char *const colour_names[] = {"", "red", "green", NULL};

struct sample {
    const char *line, *key, *text, *brief, *note, *secret, *contact;
    int64_t count, offset, rank, plain_rank;
    usec at, span;
    bool flag, shown;
    int colour;
    double real;
    const char *any, *object, *strings;
};

#define AT(member) offsetof(struct sample, member)

static const struct field sample_fields[] = {
    {.name = "line", .type = FIELD_TEXT, .offset = AT(line)},
    {.name = "key", .type = FIELD_TEXT, .flags = FIELD_KEY, .offset = AT(key)},
    {.name = "text", .type = FIELD_TEXT, .flags = FIELD_LONG, .offset = AT(text)},
    {.name = "brief", .type = FIELD_TEXT, .offset = AT(brief), .limit = 3},
    {.name = "note", .type = FIELD_TEXT, .flags = FIELD_LONG, .offset = AT(note), .limit = 3},
    {.name = "secret", .type = FIELD_TEXT, .flags = FIELD_PERSONAL, .offset = AT(secret)},
    {.name = "contact", .type = FIELD_TEXT, .flags = FIELD_KEY | FIELD_ADDRESS, .offset = AT(contact)},
    {.name = "count", .type = FIELD_INT, .offset = AT(count)},
    {.name = "offset", .type = FIELD_INT, .offset = AT(offset), .limit = 1},
    {.name = "rank", .type = FIELD_RANK, .offset = AT(rank), .names = impact_names, .limit = 3},
    {.name = "plain_rank",
     .type = FIELD_RANK,
     .flags = FIELD_PRINT_ZERO,
     .offset = AT(plain_rank),
     .limit = 9},
    {.name = "at", .type = FIELD_TIME, .offset = AT(at)},
    {.name = "span", .type = FIELD_DURATION, .offset = AT(span)},
    {.name = "flag", .type = FIELD_BOOL, .offset = AT(flag)},
    {.name = "shown", .type = FIELD_BOOL, .flags = FIELD_PRINT_FALSE, .offset = AT(shown)},
    {.name = "colour", .type = FIELD_ENUM, .offset = AT(colour), .names = colour_names},
    {.name = "real", .type = FIELD_REAL, .offset = AT(real)},
    {.name = "any", .type = FIELD_JSON, .offset = AT(any)},
    {.name = "object", .type = FIELD_JSON, .flags = FIELD_OBJECT, .offset = AT(object)},
    {.name = "strings", .type = FIELD_JSON, .flags = FIELD_ARRAY, .offset = AT(strings)},
    FIELDS_END,
};

/* Reads the one member of {'name':value}. */
static int read_one(struct fixture *f, struct sample *s, const char *text)
{
    struct json_record record = record_of(f, text);
    const struct field *field = field_find(sample_fields, record.members[0].name);

    assert_non_null(field);
    return field_read(field, s, &record.members[0].value, &f->arena, &f->err);
}

static void takes(struct fixture *f, const char *text, const char *written)
{
    struct json_record record = record_of(f, text);
    const struct field *field = field_find(sample_fields, record.members[0].name);
    struct sample s;

    fields_init(sample_fields, &s);
    expect_success(f, read_one(f, &s, text));
    assert_string_equal(field_json(field, &s, &f->arena), quoted(f, written));
}

/* Refused with the code at the member, which stays as it was. */
static void refuses_at(struct fixture *f, const char *text, enum code code, const char *pointer)
{
    struct sample s;

    fields_init(sample_fields, &s);
    expect_failure(f, read_one(f, &s, text), code, pointer);
    for (const struct field *field = sample_fields; field->name; field++)
        assert_true(field_absent(field, &s) || field->flags & (FIELD_PRINT_ZERO | FIELD_PRINT_FALSE));
}

static void refuses(struct fixture *f, const char *text)
{
    struct json_record record = record_of(f, text);

    refuses_at(f, text, CODE_INVALID, arena_printf(&f->arena, "/%s", record.members[0].name));
}

static void every_type_takes_its_values(void **state)
{
    struct fixture *f = *state;

    takes(f, "{'line':'one line'}", "'one line'");
    takes(f, "{'line':''}", "''");
    takes(f, "{'key':'K-1'}", "'K-1'");
    takes(f, "{'text':'a\\tb\\r\\nc'}", "'a\\tb\\r\\nc'");
    takes(f, "{'count':0}", "0");
    takes(f, "{'count':9223372036854775807}", "9223372036854775807");
    takes(f, "{'offset':-5}", "-5");
    takes(f, "{'rank':3}", "3");
    takes(f, "{'rank':1.0}", "1");
    takes(f, "{'at':'2026-03-01T10:12:44.5+01:00'}", "'2026-03-01T09:12:44.500000Z'");
    takes(f, "{'span':'PT90M'}", "'PT1H30M'");
    takes(f, "{'flag':true}", "true");
    takes(f, "{'shown':false}", "false");
    takes(f, "{'colour':'green'}", "'green'");
    takes(f, "{'real':0.1}", "0.1");
    takes(f, "{'real':2}", "2");
    takes(f, "{'any':'text'}", "'text'");
    takes(f, "{'any': [1, {'a': 2.50}] }", "[1,{'a':2.50}]");
    takes(f, "{'object': {'b': 1, 'a': 'x'}}", "{'b':1,'a':'x'}");
    takes(f, "{'strings':['a', 'b']}", "['a','b']");
    takes(f, "{'strings':[]}", "[]");
}

static void every_type_refuses_what_is_none(void **state)
{
    struct fixture *f = *state;

    refuses(f, "{'line':1}");
    refuses(f, "{'line':['x']}");
    refuses(f, "{'line':'a\\nb'}");
    refuses(f, "{'line':'a\\u0085b'}");
    refuses(f, "{'text':'a\\u001bb'}");
    refuses(f, "{'key':''}");
    refuses(f, "{'key':'a\\tb'}");
    refuses(f, "{'count':-1}");
    refuses(f, "{'count':1.0}");
    refuses(f, "{'count':'1'}");
    refuses(f, "{'rank':0}");
    refuses(f, "{'rank':4}");
    refuses(f, "{'rank':1.5}");
    refuses(f, "{'rank':4.0}");
    refuses(f, "{'rank':0.0}");
    refuses(f, "{'rank':'severe'}");
    refuses(f, "{'at':'2026-02-30T09:00:00Z'}");
    refuses(f, "{'at':1772356364}");
    refuses(f, "{'span':'P1M'}");
    refuses(f, "{'span':60}");
    refuses(f, "{'flag':'true'}");
    refuses(f, "{'shown':0}");
    refuses(f, "{'colour':'Red'}");
    refuses(f, "{'colour':''}");
    refuses(f, "{'colour':1}");
    refuses(f, "{'real':'0.1'}");
    refuses(f, "{'object':[]}");
    refuses(f, "{'object':'{}'}");
    refuses(f, "{'strings':{}}");
    refuses_at(f, "{'strings':['a',1]}", CODE_INVALID, "/strings/1");
    refuses_at(f, "{'strings':['']}", CODE_INVALID, "/strings/0");
    refuses_at(f, "{'strings':['a','b','c\\n']}", CODE_INVALID, "/strings/2");
}

static void messages_say_what_was_expected(void **state)
{
    struct fixture *f = *state;
    struct sample s;

    fields_init(sample_fields, &s);
    assert_int_equal(read_one(f, &s, "{'rank':'severe'}"), CODE_INVALID);
    assert_string_equal(f->err.message, "expected 1, 2 or 3, got \"severe\"");
    error_init(&f->err);
    assert_int_equal(read_one(f, &s, "{'colour':{}}"), CODE_INVALID);
    assert_string_equal(f->err.message, "expected one of red, green, got an object");
}

/* Reads n repetitions of the unit. */
static int read_repeated(struct fixture *f, const char *name, const char *unit, size_t n)
{
    size_t size = strlen(unit);
    char *text = arena_alloc(&f->arena, n * size + 1);
    struct json_value value = {.type = JSON_IS_STRING, .text = text, .length = n * size};
    struct sample s;

    assert_non_null(text);
    for (size_t i = 0; i < n; i++)
        memcpy(text + i * size, unit, size);
    fields_init(sample_fields, &s);
    return field_read(field_find(sample_fields, name), &s, &value, &f->arena, &f->err);
}

static void lengths_are_bounded_each_in_its_unit(void **state)
{
    struct fixture *f = *state;

    expect_success(f, read_repeated(f, "key", "k", KEY_MAX));
    expect_failure(f, read_repeated(f, "key", "k", KEY_MAX + 1), CODE_LIMIT, "/key");
    expect_failure(f, read_repeated(f, "key", "\xC3\xA9", KEY_MAX / 2 + 1), CODE_LIMIT, "/key");
    expect_success(f, read_repeated(f, "line", "\xC3\xA9", SHORT_DESCRIPTION_MAX));
    expect_failure(f, read_repeated(f, "line", "\xC3\xA9", SHORT_DESCRIPTION_MAX + 1), CODE_LIMIT, "/line");
    expect_success(f, read_repeated(f, "text", "x", DESCRIPTION_MAX));
    expect_failure(f, read_repeated(f, "text", "x", DESCRIPTION_MAX + 1), CODE_LIMIT, "/text");
    expect_success(f, read_repeated(f, "brief", "\xC3\xA9", 3));
    expect_failure(f, read_repeated(f, "brief", "x", 4), CODE_LIMIT, "/brief");
    expect_success(f, read_repeated(f, "note", "x", 3));
    expect_failure(f, read_repeated(f, "note", "\xC3\xA9", 2), CODE_LIMIT, "/note");
    takes(f, arena_printf(&f->arena, "{'strings':['%0128d']}", 0), arena_printf(&f->arena, "['%0128d']", 0));
    refuses_at(f, arena_printf(&f->arena, "{'strings':['a','%0129d']}", 0), CODE_LIMIT, "/strings/1");
}

/* A sample in which every member has a value. */
static struct sample full_sample(void)
{
    return (struct sample){"line", "key", "text", "b",  "n",  "secret", "a@b.example", 1,     2,    3,
                           4,      5,     6,      true, true, 1,        0.5,           "[1]", "{}", "['a']"};
}

static void null_clears_every_type(void **state)
{
    struct fixture *f = *state;
    struct sample s = full_sample(), empty;

    fields_init(sample_fields, &empty);
    for (const struct field *field = sample_fields; field->name; field++) {
        assert_false(field_absent(field, &s));
        assert_false(field_equal(field, &s, &empty));
        expect_success(f, read_one(f, &s, arena_printf(&f->arena, "{'%s':null}", field->name)));
        assert_true(field_equal(field, &s, &empty));
        if (!(field->flags & (FIELD_PRINT_ZERO | FIELD_PRINT_FALSE)))
            assert_true(field_absent(field, &s));
    }
}

static void copies_are_equal_until_one_is_cleared(void **state)
{
    struct sample s = full_sample(), copy;

    (void)state;
    fields_init(sample_fields, &copy);
    for (const struct field *field = sample_fields; field->name; field++) {
        assert_true(fields_differ(sample_fields, &s, &copy));
        field_copy(field, &copy, &s);
        assert_true(field_equal(field, &s, &copy));
    }
    assert_false(fields_differ(sample_fields, &s, &copy));
    for (const struct field *field = sample_fields; field->name; field++) {
        field_clear(field, &copy);
        assert_false(field_equal(field, &s, &copy));
        assert_false(field_equal(field, &copy, &s));
    }
}

static void equality_is_of_values_not_of_pointers(void **state)
{
    const struct field *line = field_find(sample_fields, "line"), *real = field_find(sample_fields, "real");
    char text[] = "line";
    struct sample a = full_sample(), b = a;

    (void)state;
    b.line = text;
    assert_true(field_equal(line, &a, &b));
    text[3] = 'd';
    assert_false(field_equal(line, &a, &b));
    a.real = b.real = NAN;
    assert_true(field_equal(real, &a, &b));
    a.real = 0.0;
    b.real = -0.0;
    assert_false(field_equal(real, &a, &b));
}

static void false_and_zero_are_left_out_unless_asked_for(void **state)
{
    struct fixture *f = *state;
    struct buf text = BUF_INIT;
    struct json_writer w;
    struct sample s;

    fields_init(sample_fields, &s);
    json_writer_init(&w, &text);
    json_begin_object(&w, NULL);
    fields_write(sample_fields, &s, &w);
    json_end_object(&w);
    assert_string_equal(buf_text(&text), quoted(f, "{'plain_rank':0,'shown':false}"));
    buf_release(&text);
    assert_string_equal(field_json(field_find(sample_fields, "flag"), &s, &f->arena), "null");
}

static void ranks_are_taken_as_people_export_them(void **state)
{
    static const struct {
        const char *text;
        int64_t rank;
    } table[] = {
        {"1", 1},        {" 2 ", 2},
        {"3", 3},        {"1 - High", 1},
        {"2-Medium", 2}, {"3 -", 3},
        {"high", 1},     {"HIGH", 1},
        {" Low", 3},     {"1 - Low", 1},
        {"", 0},         {" ", 0},
        {"0", 0},        {"4", 0},
        {"-1", 0},       {"1.5", 0},
        {"1 High", 0},   {"High - 1", 0},
        {"highest", 0},  {"- 1", 0},
        {"0x1", 0},      {"18446744073709551617", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (rank_from_text(table[i].text, impact_names, 3) != table[i].rank)
            fail_msg("\"%s\" is not taken as %d", table[i].text, (int)table[i].rank);
    assert_int_equal(rank_from_text("high", NULL, 3), 0);
    assert_int_equal(enum_from_name(impact_names, ""), 0);
    assert_int_equal(enum_from_name(impact_names, "low"), 3);
}

static bool personal(const char *name, const char *value)
{
    const struct field *field = field_find(sample_fields, name);
    struct sample s;

    fields_init(sample_fields, &s);
    *(const char **)(void *)((char *)&s + field->offset) = value;
    return field_is_personal(field, &s);
}

static void addresses_are_personal_and_keys_are_not(void **state)
{
    (void)state;
    assert_true(personal("contact", "ana@example.org"));
    assert_true(personal("contact", "+49 (30) 123-456"));
    assert_true(personal("contact", "0049 30/123.456"));
    assert_false(personal("contact", "C-1001"));
    assert_false(personal("contact", "ana"));
    assert_false(personal("contact", NULL));
    assert_true(personal("secret", "anything"));
    assert_false(personal("secret", NULL));
    assert_false(personal("line", "ana@example.org"));
}

/* Gives one member another value, or takes it away. */
static void change(struct seeded *seeded, const struct field *f, struct casefile *c)
{
    static const char *const texts[] = {"a", "b", "\xC3\xA9\n\""};
    static const char *const values[] = {"{\"a\":[1,2.5]}", "{}", "[\"x\"]"};
    void *member = (char *)c + f->offset;
    size_t pick = seeded_below(seeded, 3);

    if (seeded_below(seeded, 4) == 0)
        field_clear(f, c);
    else if (f->type == FIELD_TEXT)
        *(const char **)member = texts[pick];
    else if (f->type == FIELD_JSON)
        *(const char **)member = values[pick];
    else if (f->type == FIELD_ENUM)
        *(int *)member = 1 + (int)pick;
    else if (f->type == FIELD_BOOL)
        *(bool *)member = pick > 0;
    else
        *(int64_t *)member = 1 + (int64_t)pick;
}

static void an_updated_tree_equals_a_new_one(void **state)
{
    struct seeded seeded = seeded_start("fields_tree_update");
    struct casefile before, after;
    json_t *updated, *made;
    size_t count = 0;

    (void)state;
    while (case_fields[count].name)
        count++;
    casefile_init(&before);
    updated = case_document(&before);
    assert_int_equal(json_object_size(updated), 1); /* seq */
    for (int round = 0; round < 2000; round++) {
        after = before;
        for (uint64_t n = seeded_below(&seeded, 6); n > 0; n--)
            change(&seeded, &case_fields[seeded_below(&seeded, count)], &after);
        assert_int_equal(fields_tree_update(case_fields, &before, &after, updated), 0);
        made = case_document(&after);
        if (!json_equal(updated, made))
            fail_msg("round %d", round);
        json_decref(made);
        before = after;
    }
    json_decref(updated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_type_takes_its_values),
        TEST(every_type_refuses_what_is_none),
        TEST(messages_say_what_was_expected),
        TEST(lengths_are_bounded_each_in_its_unit),
        TEST(null_clears_every_type),
        TEST(copies_are_equal_until_one_is_cleared),
        TEST(equality_is_of_values_not_of_pointers),
        TEST(false_and_zero_are_left_out_unless_asked_for),
        TEST(ranks_are_taken_as_people_export_them),
        TEST(addresses_are_personal_and_keys_are_not),
        TEST(an_updated_tree_equals_a_new_one),
    };

    return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
