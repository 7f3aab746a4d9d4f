#include "store_support.h"

#include "base/timestamp.h"
#include "store/impact_table.h"

static struct casefile read_back(struct fixture *f, int64_t id)
{
    struct casefile c;

    OK(case_find_id(f->db, id, &f->arena, &c, &f->err));
    return c;
}

static void assert_same_case(const struct casefile *a, const struct casefile *b)
{
    for (const struct field *field = case_fields; field->name; field++)
        if (!field_equal(field, a, b))
            fail_msg("%s differs", field->name);
    assert_int_equal(a->id, b->id);
    assert_memory_equal(&a->head.hash, &b->head.hash, sizeof a->head.hash);
    assert_memory_equal(&a->arrival, &b->arrival, sizeof a->arrival);
}

/* Gives a field another value than it has. */
static void change_field(const struct field *field, struct casefile *c, int round)
{
    void *member = (char *)c + field->offset;

    switch (field->type) {
    case FIELD_TEXT:
    case FIELD_JSON:
        *(const char **)member = round ? "{\"b\":2}" : "{\"a\":1}";
        return;
    case FIELD_RANK:
        *(int64_t *)member = *(int64_t *)member == 1 ? 2 : 1;
        return;
    case FIELD_ENUM:
        *(int *)member = *(int *)member == 1 ? 2 : 1;
        return;
    case FIELD_INT:
    case FIELD_TIME:
    case FIELD_DURATION:
        *(int64_t *)member = *(int64_t *)member == TIME_NONE ? NOW : *(int64_t *)member + 77;
        return;
    case FIELD_BOOL:
        *(bool *)member = !*(bool *)member;
        return;
    case FIELD_REAL:
        fail_msg("a case has no %s", field->name);
    }
}

static void a_case_comes_back_as_it_was_stored(void **state)
{
    struct fixture *f = *state;
    struct casefile c = new_case(f, 1), found;

    for (const struct field *field = case_fields; field->name; field++)
        if (strcmp(field->name, "number") != 0)
            change_field(field, &c, 0);
    c.head.hash.bytes[31] = 7;
    c.arrival.bytes[0] = 9;
    insert_case(f, &c);
    OK(case_find(f->db, c.number, &f->arena, &found, &f->err));
    assert_same_case(&c, &found);
    assert_string_equal(found.head.subject, "CS0001001");
}

static void absent_members_come_back_absent(void **state)
{
    struct fixture *f = *state;
    struct casefile c = stored_case(f, 1), found = read_back(f, 1);

    assert_same_case(&c, &found);
    assert_null(found.account);
    assert_null(found.description);
    assert_null(found.context);
    assert_true(found.resolved_at == TIME_NONE);
    assert_true(found.reopen_count == INT_NONE);
    assert_false(found.major);
}

static void a_missing_case_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct casefile c;
    bool found;

    FAILS(CODE_NOT_FOUND, case_find(f->db, "CS0009999", &f->arena, &c, &f->err));
    FAILS(CODE_NOT_FOUND, case_find_id(f->db, 9, &f->arena, &c, &f->err));
    OK(case_find_external(f->db, "erp", "1", &f->arena, &c, &found, &f->err));
    assert_false(found);
}

static void the_last_id_is_zero_in_an_empty_store(void **state)
{
    struct fixture *f = *state;
    int64_t id;

    OK(case_last_id(f->db, &id, &f->err));
    assert_int_equal(id, 0);
    stored_case(f, 5);
    OK(case_last_id(f->db, &id, &f->err));
    assert_int_equal(id, 5);
}

static void a_second_arrival_of_a_key_writes_nothing(void **state)
{
    struct fixture *f = *state;
    struct casefile c = new_case(f, 1), again = new_case(f, 2), found;
    bool inserted;

    c.source = again.source = "erp";
    c.external_id = again.external_id = "order-1";
    again.description = "never stored";
    insert_case(f, &c);
    OK(case_insert(f->db, &again, &inserted, &f->err));
    assert_false(inserted);
    OK(case_find_external(f->db, "erp", "order-1", &f->arena, &found, &inserted, &f->err));
    assert_true(inserted);
    assert_int_equal(found.id, 1);
    FAILS(CODE_NOT_FOUND, case_find_id(f->db, 2, &f->arena, &found, &f->err));
}

static void cases_without_a_key_never_meet(void **state)
{
    struct fixture *f = *state;
    struct casefile a = new_case(f, 1), b = new_case(f, 2);

    a.source = b.source = "erp";
    insert_case(f, &a);
    insert_case(f, &b);
}

static void a_number_is_taken_once(void **state)
{
    struct fixture *f = *state;
    struct casefile a = stored_case(f, 1), b = new_case(f, 2);
    bool inserted;

    b.number = a.number;
    FAILS(CODE_REFUSED, case_insert(f->db, &b, &inserted, &f->err));
    assert_false(inserted);
}

static void the_store_refuses_a_rank_that_is_none(void **state)
{
    struct fixture *f = *state;
    struct casefile c = new_case(f, 1);
    bool inserted;

    c.impact = 4;
    FAILS(CODE_REFUSED, case_insert(f->db, &c, &inserted, &f->err));
}

/* Every field alone, from absent to a value, to another value: whatever UPDATE is chosen has to cover it. */
static void every_field_is_saved_alone(void **state)
{
    struct fixture *f = *state;
    struct casefile before = stored_case(f, 1), found;

    for (int round = 0; round < 2; round++)
        for (const struct field *field = case_fields; field->name; field++) {
            struct casefile after = before;
            if (strcmp(field->name, "number") == 0 || strcmp(field->name, "seq") == 0)
                continue;
            change_field(field, &after, round);
            after.head.seq++;
            after.head.hash.bytes[0]++;
            OK(case_save(f->db, &before, &after, &f->err));
            found = read_back(f, 1);
            assert_same_case(&after, &found);
            before = after;
        }
}

/* Pairs of fields: the choice must cover both. */
static void every_pair_of_fields_is_saved(void **state)
{
    struct fixture *f = *state;
    struct casefile before = stored_case(f, 1), found;

    for (const struct field *a = case_fields + 2; a->name; a++)
        for (const struct field *b = a + 1; b->name; b++) {
            struct casefile after = before;
            change_field(a, &after, (int)(after.head.seq % 2));
            change_field(b, &after, (int)(after.head.seq % 2));
            after.head.seq++;
            OK(case_save(f->db, &before, &after, &f->err));
            found = read_back(f, 1);
            assert_same_case(&after, &found);
            before = after;
        }
}

static void text_that_goes_away_is_removed(void **state)
{
    static const struct statement texts = {"SELECT count(*) FROM case_text", ""};
    static const struct statement contexts = {"SELECT count(*) FROM case_context", ""};
    struct fixture *f = *state;
    struct casefile before = new_case(f, 1), after;
    int64_t count;
    bool found;

    before.description = "Since nine";
    before.context = "{}";
    insert_case(f, &before);
    after = before;
    after.description = after.context = NULL;
    after.head.seq++;
    OK(case_save(f->db, &before, &after, &f->err));
    OK(db_query_int(f->db, &texts, NO_BINDS, &count, &found, &f->err));
    assert_int_equal(count, 0);
    OK(db_query_int(f->db, &contexts, NO_BINDS, &count, &found, &f->err));
    assert_int_equal(count, 0);
}

#define LISTS "\"upstream\":[],\"services\":[]"

/* A case whose context ends in lists. */
static struct casefile case_with_lists(struct fixture *f, int64_t id)
{
    struct casefile c = new_case(f, id);

    c.lists = (struct shared_lists){digest_pair(LISTS, sizeof LISTS - 1, NULL, 0), sizeof LISTS - 1};
    c.context = "{\"version\":1," LISTS "}";
    return c;
}

static const char *kept_context(struct fixture *f, int64_t id)
{
    static const struct statement contexts = {"SELECT context FROM case_context WHERE case_id = $1", "i"};
    const char *text;
    struct rows *rows;

    OK(db_query(f->db, &contexts, BINDS(bind_int(id)), &rows, &f->err));
    assert_int_equal(rows_next(rows, &f->err), 1);
    text = row_text(rows, 0, &f->arena);
    rows_done(rows);
    return text;
}

static void contexts_share_their_lists_and_come_back_whole(void **state)
{
    struct fixture *f = *state;
    struct casefile a = case_with_lists(f, 1), b = case_with_lists(f, 2), found;

    OK(impact_list_keep(f->db, &a.lists.digest, LISTS, a.lists.length, &f->err));
    OK(impact_list_keep(f->db, &a.lists.digest, LISTS, a.lists.length, &f->err));
    insert_case(f, &a);
    insert_case(f, &b);
    for (int64_t id = 1; id <= 2; id++) {
        assert_string_equal(kept_context(f, id), "{\"version\":1}");
        found = read_back(f, id);
        assert_string_equal(found.context, a.context);
        assert_memory_equal(&found.lists, &a.lists, sizeof a.lists);
    }
}

static void a_context_that_did_not_change_keeps_its_lists(void **state)
{
    struct fixture *f = *state;
    struct casefile c = case_with_lists(f, 1), before, after;

    OK(impact_list_keep(f->db, &c.lists.digest, LISTS, c.lists.length, &f->err));
    insert_case(f, &c);
    before = after = read_back(f, 1);
    after.cause = "fuse";
    after.head.seq++;
    OK(case_save(f->db, &before, &after, &f->err));
    before = after = read_back(f, 1);
    assert_string_equal(after.context, c.context);
    after.context = "{\"version\":2}";
    after.lists = (struct shared_lists){0};
    after.head.seq++;
    OK(case_save(f->db, &before, &after, &f->err));
    after = read_back(f, 1);
    assert_string_equal(after.context, "{\"version\":2}");
    assert_int_equal(after.lists.length, 0);
}

static void lists_that_are_not_kept_are_refused(void **state)
{
    struct fixture *f = *state;
    struct casefile c = case_with_lists(f, 1);
    bool inserted;

    FAILS(CODE_REFUSED, case_insert(f->db, &c, &inserted, &f->err));
}

static void a_stale_case_is_not_saved(void **state)
{
    struct fixture *f = *state;
    struct casefile before = stored_case(f, 1), after = before, found;

    after.head.seq++;
    after.cause = "first";
    OK(case_save(f->db, &before, &after, &f->err));
    after.cause = "second";
    FAILS(CODE_STALE, case_save(f->db, &before, &after, &f->err));
    found = read_back(f, 1);
    assert_string_equal(found.cause, "first");
}

static void an_unchanged_case_is_not_written(void **state)
{
    struct fixture *f = *state;
    struct casefile c = new_case(f, 7); /* not stored: an UPDATE would find no row */

    OK(case_save(f->db, &c, &c, &f->err));
}

static void a_failure_is_kept_replaced_and_cleared(void **state)
{
    struct fixture *f = *state;
    struct stage_error e = {.case_id = 1,
                            .stage = "case-route",
                            .code = "rule",
                            .message = "no such field",
                            .attempts = 1,
                            .failed_at = NOW,
                            .next_try = NOW + USEC_MINUTE},
                       found;
    bool there;

    stored_case(f, 1);
    OK(stage_error_save(f->db, &e, &f->err));
    e.attempts = 2;
    e.pointer = "/account";
    OK(stage_error_save(f->db, &e, &f->err));
    OK(stage_error_find(f->db, 1, &f->arena, &found, &there, &f->err));
    assert_true(there);
    assert_int_equal(found.attempts, 2);
    assert_string_equal(found.stage, "case-route");
    assert_string_equal(found.pointer, "/account");
    assert_string_equal(found.message, "no such field");
    OK(stage_error_clear(f->db, 1, &f->err));
    OK(stage_error_find(f->db, 1, &f->arena, &found, &there, &f->err));
    assert_false(there);
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, transaction_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_case_comes_back_as_it_was_stored),
        WITH_STORE(absent_members_come_back_absent),
        WITH_STORE(a_missing_case_is_not_found),
        WITH_STORE(the_last_id_is_zero_in_an_empty_store),
        WITH_STORE(a_second_arrival_of_a_key_writes_nothing),
        WITH_STORE(cases_without_a_key_never_meet),
        WITH_STORE(a_number_is_taken_once),
        WITH_STORE(the_store_refuses_a_rank_that_is_none),
        WITH_STORE(every_field_is_saved_alone),
        WITH_STORE(every_pair_of_fields_is_saved),
        WITH_STORE(text_that_goes_away_is_removed),
        WITH_STORE(contexts_share_their_lists_and_come_back_whole),
        WITH_STORE(a_context_that_did_not_change_keeps_its_lists),
        WITH_STORE(lists_that_are_not_kept_are_refused),
        WITH_STORE(a_stale_case_is_not_saved),
        WITH_STORE(an_unchanged_case_is_not_written),
        WITH_STORE(a_failure_is_kept_replaced_and_cleared),
    };

    return cmocka_run_group_tests_name("case_table", tests, NULL, NULL);
}
