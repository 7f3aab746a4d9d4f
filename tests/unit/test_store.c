#include "store_support.h"

static void a_store_reads_back_what_it_was_made_with(void **state)
{
    struct fixture *f = *state;
    struct store_info info;

    db_close(f->db);
    OK(db_open(&f->db, f->path, DB_READ, &f->err));
    OK(store_read(f->db, &f->arena, &info, &f->err));
    assert_int_equal(info.schema_version, STORE_SCHEMA_VERSION);
    assert_string_equal(info.store_id, "0123456789abcdef0123456789abcdef");
    assert_false(info.simulation);
    assert_string_equal(info.config_repo, "/srv/policy");
    assert_string_equal(info.config_ref, "refs/heads/main");
    assert_string_equal(info.proxies, "[]");
    assert_memory_equal(info.secret, "secret", 7);
    assert_string_equal(info.head.subject, "store");
    assert_int_equal(info.head.seq, 0);
    assert_int_equal(info.created_at, NOW);
}

static void the_head_moves_forward_only(void **state)
{
    struct fixture *f = *state;
    struct chain head = {.subject = "store", .seq = 2, .hash = {{9}}};
    struct store_info info;

    OK(store_save_head(f->db, &head, &f->err));
    OK(store_read(f->db, &f->arena, &info, &f->err));
    assert_int_equal(info.head.seq, 2);
    assert_memory_equal(&info.head.hash, &head.hash, sizeof head.hash);
    FAILS(CODE_STALE, store_save_head(f->db, &head, &f->err));
}

static void a_newer_store_is_refused_and_named(void **state)
{
    struct fixture *f = *state;
    struct store_info info;
    char expected[256];

    OK(db_begin(f->db, &f->err));
    OK(db_stamp(f->db, 7, &f->err));
    OK(db_commit(f->db, &f->err));
    db_close(f->db);
    OK(db_open(&f->db, f->path, DB_READ, &f->err));
    assert_int_equal(store_read(f->db, &f->arena, &info, &f->err), CODE_UNAVAILABLE);
    snprintf(expected, sizeof expected, "%s: made by a newer casework (schema 7, this program knows 1)",
             f->path);
    assert_string_equal(f->err.message, expected);
}

static void a_store_has_one_row_of_facts(void **state)
{
    static const struct statement another = {
        "INSERT INTO store SELECT 2, schema_version, store_id, simulation, "
        "config_repo, config_ref, proxies, secret, head_seq, head_hash, "
        "created_at FROM store",
        ""};
    struct fixture *f = *state;

    FAILS(CODE_REFUSED, db_exec(f->db, &another, NO_BINDS, NULL, &f->err));
}

static void a_store_is_made_once(void **state)
{
    struct fixture *f = *state;
    struct store_info info = {.store_id = "x"};

    OK(db_begin(f->db, &f->err));
    assert_int_not_equal(store_create(f->db, "CREATE TABLE store (one INT64) STRICT;", &info, &f->err), 0);
}

static void the_stored_schema_has_no_comments_and_no_template_words(void **state)
{
    static const struct statement odd = {"SELECT count(*) FROM sqlite_schema WHERE instr(sql, '--') > 0 "
                                         "OR instr(sql, 'INT64') > 0 OR instr(sql, 'BYTES') > 0 "
                                         "OR instr(sql, 'KEYED') > 0 OR instr(sql, ' ID') > 0",
                                         ""};
    static const struct statement loose = {"SELECT count(*) FROM sqlite_schema WHERE type = 'table' "
                                           "AND instr(sql, 'STRICT') = 0",
                                           ""};
    struct fixture *f = *state;
    int64_t count;
    bool found;

    OK(db_query_int(f->db, &odd, NO_BINDS, &count, &found, &f->err));
    assert_int_equal(count, 0);
    OK(db_query_int(f->db, &loose, NO_BINDS, &count, &found, &f->err));
    assert_int_equal(count, 0);
}

/* Statements that may read a whole table, each for a reason. */
static bool may_scan(const struct statement_set *set, const char *sql, const char *step)
{
    static const struct {
        const char *table, *sql, *step;
    } allowed[] = {
        {"checks", "", ""},                                   /* a check reads everything */
        {"reject", "LIMIT 1", "SCAN reject"},                 /* the first row is enough */
        {"reject", "DELETE FROM reject", "SCAN reject"},      /* reject-drop --all */
        {"cases (pages)", "stage_error", "SCAN stage_error"}, /* of failed cases: they are few */
        {"cases (pages)", "(priority, opened_at, id)",
         "SCAN cases"},              /* every state, most urgent first: no index */
        {"task", "1 = 1", "SCAN t"}, /* tasks of every state, most urgent first */
        {"task", "WHERE t.open = 1 AND", "SCAN t USING INDEX task_group"}, /* open work */
        {"cases (pages)", "AS captured", "SCAN "},                         /* a page of each stage's queue */
        {"cases (queues)", "", "SCAN h"},     /* at most a thousand rows of an index */
        {"assignment", "LIMIT 8", "SCAN h"},  /* eight rows of an index */
        {"impact", "", "SCAN w"},             /* the walk: what was reached so far */
        {"references of cases", "", "SCAN "}, /* deletions are rare: an index would cost every case */
        {"references of records", "FROM asset WHERE \"product\"",
         "SCAN asset"}, /* an index would cost every asset */
        {"deletions", "IS NOT NULL", "SCAN contact USING INDEX contact_accounts"}, /* those that have links */
        {"deletions", "IS NOT NULL", "SCAN asset USING INDEX asset_contacts"},     /* the same */
        {"deletions", "LIMIT 1", "SCAN deleted_record"}, /* the first row is enough */
    };

    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        if (strcmp(set->table, allowed[i].table) == 0 && strstr(sql, allowed[i].sql) &&
            strstr(step, allowed[i].step))
            return true;
    return false;
}

static size_t check_plan(struct fixture *f, const struct statement_set *set, const struct statement *st)
{
    const char *plan;
    size_t scans = 0;
    char *copy, *step, *rest;

    OK(db_explain(f->db, st, &f->arena, &plan, &f->err));
    copy = arena_strdup(&f->arena, plan);
    for (step = strtok_r(copy, "\n", &rest); step; step = strtok_r(NULL, "\n", &rest)) {
        if (strncmp(step, "SCAN ", 5) != 0 || strncmp(step, "SCAN CONSTANT", 13) == 0 ||
            may_scan(set, st->sql, step))
            continue;
        print_error("%s: %s\n  %s\n", set->table, step, st->sql);
        scans++;
    }
    arena_clear(&f->arena);
    return scans;
}

static void every_statement_prepares_and_none_scans_a_growing_table(void **state)
{
    struct fixture *f = *state;
    size_t scans = 0, count = 0;

    for (size_t i = 0; i < store_statement_sets; i++)
        for (size_t k = 0; k < store_statements[i]->count; k++, count++)
            scans += check_plan(f, store_statements[i], &store_statements[i]->statements[k]);
    assert_int_equal(scans, 0);
    assert_true(count > 150);
}

/* The index that a statement, found by a piece of its text, must use. */
static void uses(struct fixture *f, const char *table, const char *sql, const char *index)
{
    for (size_t i = 0; i < store_statement_sets; i++) {
        const struct statement_set *set = store_statements[i];
        for (size_t k = 0; strcmp(set->table, table) == 0 && k < set->count; k++) {
            const char *plan;
            if (!strstr(set->statements[k].sql, sql))
                continue;
            OK(db_explain(f->db, &set->statements[k], &f->arena, &plan, &f->err));
            if (!strstr(plan, index))
                fail_msg("%s\n%s", set->statements[k].sql, plan);
            return;
        }
    }
    fail_msg("no statement of %s with %s", table, sql);
}

static void hot_queries_use_their_own_index(void **state)
{
    struct fixture *f = *state;

    uses(f, "cases (queues)", "AND progress = $1",
         "cases_waiting (progress=? AND (priority,opened_at)>(?,?))");
    uses(f, "cases (queues)", "assigned_to IS NULL", "cases_unassigned ((priority,opened_at)>(?,?))");
    uses(f, "cases (queues)", "account = $5", "COVERING INDEX cases_account (account=? AND id<?)");
    uses(f, "cases (queues)", "contact = $4", "COVERING INDEX cases_contact (contact=? AND id<?)");
    uses(f, "cases (queues)", "asset = $6", "COVERING INDEX cases_asset (asset=? AND id<?)");
    uses(f, "cases (queues)", "asset = $1", "cases_asset (asset=? AND id<?)");
    uses(f, "cases (queues)", "category = $1", "cases_category (category=? AND id<?)");
    uses(f, "cases (queues)", "c.major = 1", "cases_major (major=? AND id<?)");
    uses(f, "assignment", "contact = $1", "cases_contact (contact=? AND id<?)");
    uses(f, "assignment", "account = $1", "cases_account (account=? AND id<?)");
    uses(f, "assignment", "expires_at <= $1", "case_offer_expires (");
    uses(f, "impact", "a.account", "COVERING INDEX asset_ci (ci=?)");
    uses(f, "impact", "ON e.dependent = w.key", "SEARCH e USING PRIMARY KEY (dependent=?)");
    uses(f, "impact", "ON e.cause = w.key", "SEARCH e USING COVERING INDEX ci_edge_cause (cause=?)");
    uses(f, "cases (pages)", "(opened_at, id) > ", "cases_opened (opened_at>?)");
    uses(f, "cases (pages)", "(updated_at, id) < ", "cases_updated (updated_at<?)");
    uses(f, "cases (pages)",
         "(priority, opened_at, id) > ($11, $12, $13) AND active = 1 AND assignment_group = $4",
         "cases_group (assignment_group=? AND (priority,opened_at)>(?,?))");
    uses(f, "cases (pages)",
         "(priority, opened_at, id) > ($11, $12, $13) AND active = 1 AND assigned_to = $5",
         "cases_agent (assigned_to=? AND (priority,opened_at)>(?,?))");
    uses(f, "cases (pages)", "(id) > ($13) AND active = 1", "cases_active (id>?)");
    uses(f, "cases (pages)", "AS captured", "cases_waiting (progress=? AND (priority,opened_at)>(?,?))");
    uses(f, "cases (pages)", "(id) > ($13) AND account = $6", "cases_account (account=? AND id>?)");
    uses(f, "task", "t.assignment_group = $1 AND t.state = $4", "task_group (assignment_group=? AND state=?");
    uses(f, "task", "t.assigned_to = $2 AND ($1", "task_agent (assigned_to=? AND (priority,queue_at)>(?,?))");
    uses(f, "sla", "next_at <= $1", "COVERING INDEX sla_next (next_at<?)");
    uses(f, "sla", "s.has_breached = 1 ORDER", "sla_breached");
    uses(f, "entitlement", "e.asset = $1", "entitlement_asset (asset=?)");
    uses(f, "entitlement", "e.sold_product = $1", "entitlement_sold_product (sold_product=?)");
    uses(f, "entitlement", "e.account = $1 AND e.sold_product", "entitlement_account (account=?)");
    uses(f, "entitlement", "e.consumer = $1", "entitlement_consumer (consumer=?)");
    uses(f, "entitlement", "e.contract = $1", "entitlement_contract (contract=?)");
    uses(f, "entitlement", "e.product = $1", "entitlement_product (product=?)");
    uses(f, "entitlement", "e.product IS NULL", "entitlement_product (product=?)");
    uses(f, "entitlement", "e.asset <> $2", "entitlement_near (account=?)");
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, store_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_store_reads_back_what_it_was_made_with),
        WITH_STORE(the_head_moves_forward_only),
        WITH_STORE(a_newer_store_is_refused_and_named),
        WITH_STORE(a_store_has_one_row_of_facts),
        WITH_STORE(a_store_is_made_once),
        WITH_STORE(the_stored_schema_has_no_comments_and_no_template_words),
        WITH_STORE(every_statement_prepares_and_none_scans_a_growing_table),
        WITH_STORE(hot_queries_use_their_own_index),
    };

    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
