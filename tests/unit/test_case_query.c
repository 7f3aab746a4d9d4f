#include "store_support.h"

/* Ids of one or more answers, as text: "3 1 2". */
static const char *ids_text(struct fixture *f, const int64_t *ids, int n)
{
    const char *text = "";

    for (int i = 0; i < n; i++)
        text = arena_printf(&f->arena, "%s%s%lld", text, i ? " " : "", (long long)ids[i]);
    return text;
}

static void store_active(struct fixture *f, int64_t id, int64_t priority, usec opened_at, int progress)
{
    struct casefile c = new_case(f, id);

    c.priority = priority;
    c.opened_at = opened_at;
    c.progress = progress;
    insert_case(f, &c);
}

static const char *waiting(struct fixture *f, int progress, bool unassigned, size_t limit)
{
    struct case_cursor cursor = {0};
    int64_t all[32];
    int count = 0, n;

    while ((n = case_waiting(f->db, progress, unassigned, NOW, &cursor, all + count, limit, &f->err)) > 0)
        count += n;
    OK(n);
    return ids_text(f, all, count);
}

static void what_waits_comes_most_urgent_first(void **state)
{
    struct fixture *f = *state;

    store_active(f, 1, 3, NOW, PROGRESS_CAPTURED);
    store_active(f, 2, 1, NOW + 5, PROGRESS_CAPTURED);
    store_active(f, 3, 1, NOW, PROGRESS_CAPTURED);
    store_active(f, 4, 1, NOW, PROGRESS_CAPTURED);
    store_active(f, 5, 1, NOW, PROGRESS_ENRICHED);
    for (size_t limit = 1; limit < 6; limit++)
        assert_string_equal(waiting(f, PROGRESS_CAPTURED, false, limit), "3 4 2 1");
    assert_string_equal(waiting(f, PROGRESS_ENRICHED, false, 2), "5");
}

static void a_case_that_is_no_longer_active_does_not_wait(void **state)
{
    struct fixture *f = *state;
    struct casefile before = stored_case(f, 1), after = before;

    after.state = STATE_CANCELLED;
    after.head.seq++;
    OK(case_save(f->db, &before, &after, &f->err));
    assert_string_equal(waiting(f, PROGRESS_CAPTURED, false, 9), "");
}

static void a_failed_case_waits_until_its_next_try(void **state)
{
    struct fixture *f = *state;
    struct stage_error e = {.stage = "case-enrich", .code = "rule", .message = "x", .failed_at = NOW};

    stored_case(f, 1);
    stored_case(f, 2);
    e.case_id = 1;
    e.next_try = NOW + 1;
    OK(stage_error_save(f->db, &e, &f->err));
    e.case_id = 2;
    e.next_try = NOW;
    OK(stage_error_save(f->db, &e, &f->err));
    assert_string_equal(waiting(f, PROGRESS_CAPTURED, false, 9), "2");
}

static void the_unassigned_have_a_group_and_no_person(void **state)
{
    struct fixture *f = *state;
    struct casefile c;

    for (int64_t id = 1; id <= 4; id++) {
        c = new_case(f, id);
        c.progress = id == 4 ? PROGRESS_ENRICHED : PROGRESS_ROUTED;
        c.assignment_group = id == 1 ? NULL : "noc";
        c.assigned_to = id == 2 ? "maria" : NULL;
        insert_case(f, &c);
    }
    assert_string_equal(waiting(f, 0, true, 9), "3");
}

static const char *page(struct fixture *f, struct case_query q, size_t limit)
{
    int64_t all[32];
    int count = 0, n;

    while ((n = case_page(f->db, &q, all + count, limit, &f->err)) > 0)
        count += n;
    OK(n);
    return ids_text(f, all, count);
}

/* Six cases: priorities 3 2 1 3 2 1, opened in reverse, changed in order; the even ones of ACME and the noc;
 * 6 is closed. */
static void store_six(struct fixture *f)
{
    for (int64_t id = 1; id <= 6; id++) {
        struct casefile c = new_case(f, id);
        c.priority = 3 - (id - 1) % 3;
        c.opened_at = NOW - id;
        c.account = id % 2 ? "OTHER" : "ACME";
        c.contact = id == 3 ? "jo" : NULL;
        c.asset = id == 5 ? "router-5" : NULL;
        c.assignment_group = id % 2 ? NULL : "noc";
        c.assigned_to = id == 2 ? "maria" : NULL;
        c.progress = id == 4 ? PROGRESS_ROUTED : PROGRESS_CAPTURED;
        c.state = id == 6 ? STATE_CLOSED : STATE_NEW;
        insert_case(f, &c);
    }
}

static void lists_page_in_every_order(void **state)
{
    struct fixture *f = *state;

    store_six(f);
    for (size_t limit = 1; limit < 8; limit++) {
        assert_string_equal(page(f, (struct case_query){.sort = CASE_SORT_NUMBER}, limit), "1 2 3 4 5 6");
        assert_string_equal(page(f, (struct case_query){.descending = true}, limit), "6 5 4 3 2 1");
        assert_string_equal(page(f, (struct case_query){.sort = CASE_SORT_OPENED_AT}, limit), "6 5 4 3 2 1");
        assert_string_equal(page(f, (struct case_query){.sort = CASE_SORT_UPDATED_AT}, limit), "1 2 3 4 5 6");
        assert_string_equal(page(f, (struct case_query){.sort = CASE_SORT_PRIORITY}, limit), "6 3 5 2 4 1");
        assert_string_equal(
            page(f, (struct case_query){.sort = CASE_SORT_PRIORITY, .descending = true}, limit),
            "1 4 2 5 3 6");
    }
}

static void lists_of_active_cases_page_in_every_order(void **state)
{
    struct fixture *f = *state;

    store_six(f);
    for (size_t limit = 1; limit < 8; limit++)
        for (int descending = 0; descending < 2; descending++) {
            static const char *const expected[][2] = {
                [CASE_SORT_NUMBER] = {"1 2 3 4 5", "5 4 3 2 1"},
                [CASE_SORT_OPENED_AT] = {"5 4 3 2 1", "1 2 3 4 5"},
                [CASE_SORT_PRIORITY] = {"3 5 2 4 1", "1 4 2 5 3"},
                [CASE_SORT_UPDATED_AT] = {"1 2 3 4 5", "5 4 3 2 1"},
            };
            for (enum case_sort sort = CASE_SORT_NUMBER; sort <= CASE_SORT_UPDATED_AT; sort++)
                assert_string_equal(
                    page(f, (struct case_query){.active_only = true, .sort = sort, .descending = descending},
                         limit),
                    expected[sort][descending]);
        }
}

static void lists_are_filtered_by_each_member(void **state)
{
    struct fixture *f = *state;

    store_six(f);
    for (enum case_sort sort = CASE_SORT_NUMBER; sort <= CASE_SORT_UPDATED_AT; sort++) {
        assert_string_equal(page(f, (struct case_query){.contact = "jo", .sort = sort}, 2), "3");
        assert_string_equal(page(f, (struct case_query){.asset = "router-5", .sort = sort}, 2), "5");
        assert_string_equal(page(f, (struct case_query){.agent = "maria", .sort = sort}, 2), "2");
        assert_string_equal(
            page(f, (struct case_query){.agent = "maria", .active_only = true, .sort = sort}, 2), "2");
        assert_string_equal(page(f, (struct case_query){.state = STATE_CLOSED, .sort = sort}, 2), "6");
        assert_string_equal(page(f, (struct case_query){.progress = PROGRESS_ROUTED, .sort = sort}, 2), "4");
        assert_string_equal(page(f, (struct case_query){.case_type = "other", .sort = sort}, 2), "");
    }
    assert_string_equal(page(f, (struct case_query){.account = "ACME"}, 2), "2 4 6");
    assert_string_equal(page(f, (struct case_query){.group = "noc"}, 2), "2 4 6");
    assert_string_equal(page(f, (struct case_query){.group = "noc", .active_only = true}, 1), "2 4");
    assert_string_equal(
        page(f, (struct case_query){.group = "noc", .state = STATE_NEW, .account = "ACME"}, 1), "2 4");
}

static void lists_of_failed_cases_hold_them_alone(void **state)
{
    struct fixture *f = *state;
    struct stage_error e = {.case_id = 3, .stage = "case-route", .code = "rule", .message = "x"};

    store_six(f);
    OK(stage_error_save(f->db, &e, &f->err));
    assert_string_equal(page(f, (struct case_query){.failed_only = true}, 2), "3");
    assert_string_equal(page(f, (struct case_query){.failed_only = true, .account = "ACME"}, 2), "");
    assert_string_equal(page(f, (struct case_query){.failed_only = true, .contact = "jo"}, 2), "3");
}

/* What came before a case of this id; NULL: it names none. */
static const struct case_history *history(struct fixture *f, int64_t id, const char *contact,
                                          const char *account, const char *asset, usec since)
{
    static struct case_history all[CASE_HISTORIES];
    struct casefile c = {.id = id, .contact = contact, .account = account, .asset = asset};

    OK(case_history(f->db, &c, since, INT64_MAX, all, &f->err));
    return all;
}

static void a_history_counts_what_is_numbered_below(void **state)
{
    struct fixture *f = *state;
    const struct case_history *h;

    store_six(f);
    h = history(f, 6, NULL, "ACME", NULL, NOW - 3);
    assert_int_equal(h[HISTORY_ACCOUNT].active, 2);
    assert_int_equal(h[HISTORY_ACCOUNT].recent, 1);
    h = history(f, 7, NULL, "ACME", NULL, INT64_MIN);
    assert_int_equal(h[HISTORY_ACCOUNT].active, 2);
    assert_int_equal(h[HISTORY_ACCOUNT].recent, 3);
    assert_int_equal(history(f, 3, "jo", NULL, NULL, INT64_MIN)[HISTORY_CONTACT].recent, 0);
    assert_int_equal(history(f, 9, NULL, NULL, "router-5", INT64_MIN)[HISTORY_ASSET].active, 1);
}

static void the_histories_of_a_case_are_told_apart(void **state)
{
    struct fixture *f = *state;
    const struct case_history *h;

    store_six(f);
    h = history(f, 9, "jo", "ACME", "router-5", INT64_MIN);
    assert_int_equal(h[HISTORY_CONTACT].recent, 1);
    assert_int_equal(h[HISTORY_ACCOUNT].recent, 3);
    assert_int_equal(h[HISTORY_ASSET].recent, 1);
    h = history(f, 9, "jo", NULL, NULL, INT64_MIN);
    assert_int_equal(h[HISTORY_CONTACT].recent, 1);
    assert_int_equal(h[HISTORY_ACCOUNT].recent + h[HISTORY_ASSET].recent, 0);
}

static void a_history_tells_reopened_cases_and_how_long_the_resolved_took(void **state)
{
    struct fixture *f = *state;
    struct case_history h;

    for (int64_t id = 1; id <= 4; id++) {
        struct casefile c = new_case(f, id);
        c.contact = "jo";
        c.reopen_count = id == 1 ? 3 : INT_NONE;
        c.state = id == 4 ? STATE_NEW : STATE_RESOLVED;
        c.resolved_at = id == 4 ? TIME_NONE : c.opened_at + id * USEC_HOUR;
        insert_case(f, &c);
    }
    h = history(f, 5, "jo", NULL, NULL, INT64_MIN)[HISTORY_CONTACT];
    assert_int_equal(h.active, 1);
    assert_int_equal(h.reopened, 1);
    assert_int_equal(h.resolved, 3);
    assert_int_equal(h.resolve_time, 6 * USEC_HOUR);
    h = history(f, 1, "jo", NULL, NULL, INT64_MIN)[HISTORY_CONTACT];
    assert_int_equal(h.resolved + h.reopened + h.resolve_time, 0);
}

static void a_history_of_other_millennia_does_not_overflow(void **state)
{
    struct fixture *f = *state;
    struct case_history h;

    for (int64_t id = 1; id <= 200; id++) {
        struct casefile c = new_case(f, id);
        c.account = "ACME";
        c.opened_at = -USEC_DAY * 365 * 1900;
        c.resolved_at = NOW;
        insert_case(f, &c);
    }
    h = history(f, 201, NULL, "ACME", NULL, INT64_MIN)[HISTORY_ACCOUNT];
    assert_int_equal(h.resolved, 200);
    assert_true(h.resolve_time == INT64_MAX);
}

static void a_history_looks_at_a_thousand_cases(void **state)
{
    struct fixture *f = *state;

    for (int64_t id = 1; id <= 1010; id++) {
        struct casefile c = new_case(f, id);
        c.account = "ACME";
        insert_case(f, &c);
    }
    assert_int_equal(history(f, 1011, NULL, "ACME", NULL, INT64_MIN)[HISTORY_ACCOUNT].active, 1000);
}

static const char *similar(struct fixture *f, const char *asset, const char *category, int64_t id,
                           size_t limit)
{
    struct case_similar list[16];
    const char *text = "";
    int n = case_similar(f->db, asset, category, id, &f->arena, list, limit, &f->err);

    OK(n);
    for (int i = 0; i < n; i++)
        text = arena_printf(&f->arena, "%s%s%s%s", text, i ? " " : "", list[i].number,
                            list[i].same_asset ? "=" : "");
    return text;
}

/* Six cases: 1 3 5 of router-5, 1 2 5 6 of the category outage. */
static void store_alike(struct fixture *f)
{
    for (int64_t id = 1; id <= 6; id++) {
        struct casefile c = new_case(f, id);
        c.asset = id % 2 ? "router-5" : NULL;
        c.category = id == 3 || id == 4 ? NULL : "outage";
        c.resolved_at = id == 3 ? NOW : TIME_NONE;
        c.cause = id == 3 ? "fuse" : NULL;
        c.resolution_code = id == 3 ? "solved" : NULL;
        insert_case(f, &c);
    }
}

static void the_similar_come_newest_first_and_once(void **state)
{
    struct fixture *f = *state;

    store_alike(f);
    assert_string_equal(similar(f, "router-5", "outage", 7, 9),
                        "CS0001006 CS0001005= CS0001003= CS0001002 CS0001001=");
    assert_string_equal(similar(f, "router-5", "outage", 7, 2), "CS0001006 CS0001005=");
    assert_string_equal(similar(f, "router-5", "outage", 6, 3), "CS0001005= CS0001003= CS0001002");
    assert_string_equal(similar(f, "router-5", NULL, 5, 9), "CS0001003= CS0001001=");
    assert_string_equal(similar(f, NULL, "outage", 5, 9), "CS0001002 CS0001001");
    assert_string_equal(similar(f, NULL, NULL, 7, 9), "");
    assert_string_equal(similar(f, "router-5", "outage", 1, 9), "");
}

static void a_similar_case_tells_how_it_ended(void **state)
{
    struct fixture *f = *state;
    struct case_similar list[2];

    store_alike(f);
    assert_int_equal(case_similar(f->db, "router-5", NULL, 5, &f->arena, list, 2, &f->err), 2);
    assert_true(list[0].resolved_at == NOW);
    assert_string_equal(list[0].cause, "fuse");
    assert_string_equal(list[0].resolution_code, "solved");
    assert_true(list[1].resolved_at == TIME_NONE);
    assert_null(list[1].cause);
    assert_null(list[1].resolution_code);
}

static void store_asset(struct fixture *f, const char *key, const char *ci)
{
    static const struct statement insert = {
        "INSERT INTO asset (key, seq, hash, active, ci) VALUES ($1, 1, $3, 1, $2)", "ttb"};

    OK(db_exec(f->db, &insert, BINDS(bind_text(key), bind_text(ci), bind_bytes("", 0)), NULL, &f->err));
}

static void the_open_majors_come_with_the_item_of_their_asset(void **state)
{
    static const char *const assets[] = {"a1", "a1", "a2", "gone", NULL, "a1"};
    struct fixture *f = *state;
    struct case_major *list;
    size_t count;
    bool any;

    OK(case_any_major(f->db, &any, &f->err));
    assert_false(any);
    store_asset(f, "a1", "router-5");
    store_asset(f, "a2", NULL);
    for (int64_t id = 1; id <= 6; id++) {
        struct casefile c = new_case(f, id);
        c.major = id != 1;
        c.state = id == 6 ? STATE_RESOLVED : STATE_OPEN;
        c.asset = assets[id - 1];
        insert_case(f, &c);
    }
    OK(case_any_major(f->db, &any, &f->err));
    assert_true(any);
    OK(case_majors(f->db, 9, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 4);
    assert_string_equal(list[0].number, "CS0001002");
    assert_string_equal(list[0].ci, "router-5");
    for (size_t i = 1; i < 4; i++)
        assert_null(list[i].ci);
    assert_string_equal(list[3].number, "CS0001005");
    OK(case_majors(f->db, 3, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 1);
    OK(case_majors(f->db, 2, &f->arena, &list, &count, &f->err));
    assert_int_equal(count, 0);
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, transaction_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(what_waits_comes_most_urgent_first),
        WITH_STORE(a_case_that_is_no_longer_active_does_not_wait),
        WITH_STORE(a_failed_case_waits_until_its_next_try),
        WITH_STORE(the_unassigned_have_a_group_and_no_person),
        WITH_STORE(lists_page_in_every_order),
        WITH_STORE(lists_of_active_cases_page_in_every_order),
        WITH_STORE(lists_are_filtered_by_each_member),
        WITH_STORE(lists_of_failed_cases_hold_them_alone),
        WITH_STORE(a_history_counts_what_is_numbered_below),
        WITH_STORE(the_histories_of_a_case_are_told_apart),
        WITH_STORE(a_history_tells_reopened_cases_and_how_long_the_resolved_took),
        WITH_STORE(a_history_of_other_millennia_does_not_overflow),
        WITH_STORE(a_history_looks_at_a_thousand_cases),
        WITH_STORE(the_similar_come_newest_first_and_once),
        WITH_STORE(a_similar_case_tells_how_it_ended),
        WITH_STORE(the_open_majors_come_with_the_item_of_their_asset),
    };

    return cmocka_run_group_tests_name("case_query", tests, NULL, NULL);
}
