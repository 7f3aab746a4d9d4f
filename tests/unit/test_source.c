#include "store_support.h"

#include "base/folder.h"
#include "config/source.h"
#include "git_support.h"

#define MAIN "refs/heads/main"

/* A repository with a small policy at f->folder/config. */
static void make_repository(struct fixture *f)
{
    char commit[41];

    write_file(AT(f->folder, "template/casework.json"), "{\"format\":1}\n");
    write_file(AT(f->folder, "template/groups/triage.json"), "{}\n");
    OK(repository_create(AT(f->folder, "config"), MAIN, AT(f->folder, "template"), "maria", "start\n", commit,
                         &f->err));
}

static int refs_setup(void **state)
{
    folder_setup(state);
    make_repository(*state);
    return 0;
}

static int source_setup(void **state)
{
    store_setup(state);
    make_repository(*state);
    return 0;
}

static const char *config(struct fixture *f)
{
    return AT(f->folder, "config");
}

static const char *head(struct fixture *f)
{
    return arena_strdup(&f->arena, GIT(config(f), "rev-parse", "HEAD"));
}

static const char *commit_file(struct fixture *f, const char *name, const char *text)
{
    write_file(AT(config(f), name), text);
    GIT(config(f), "add", ".");
    GIT(config(f), "commit", "-qm", "change");
    return head(f);
}

/* ref_read() */

static void expect_commit(struct fixture *f, const char *repository, const char *ref, const char *expected)
{
    char commit[41];
    bool found;

    OK(ref_read(repository, ref, commit, &found, &f->err));
    assert_int_equal(found, expected != NULL);
    if (expected)
        assert_string_equal(commit, expected);
}

static void a_loose_ref_is_read_from_its_file(void **state)
{
    struct fixture *f = *state;

    expect_commit(f, config(f), MAIN, head(f));
    expect_commit(f, AT(f->folder, "config/"), MAIN, head(f));
    expect_commit(f, AT(f->folder, "config/.git"), MAIN, head(f));
    expect_commit(f, config(f), "refs/heads/none", NULL);
}

static void forty_digits_are_a_commit(void **state)
{
    struct fixture *f = *state;
    const char *id = "0123456789abcdef0123456789abcdef01234567";

    expect_commit(f, config(f), id, id);
    expect_commit(f, config(f), "0123456789abcdef0123456789abcdef0123456", NULL);
    expect_commit(f, config(f), "0123456789ABCDEF0123456789abcdef01234567", NULL);
}

static void whatever_else_git_understands_is_left_to_policy_load(void **state)
{
    static const char *const revs[] = {"HEAD",
                                       "main",
                                       "refs/heads/main~0",
                                       "refs/heads/main^{commit}",
                                       "refs/heads/",
                                       "refs/heads",
                                       "refs/../config",
                                       "refs/heads/../../HEAD",
                                       "",
                                       "/etc/hostname",
                                       "refs/heads/main@{1 day}"};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof revs / sizeof *revs; i++)
        expect_commit(f, config(f), revs[i], NULL);
}

static void a_packed_ref_is_left_to_policy_load(void **state)
{
    struct fixture *f = *state;

    GIT(config(f), "pack-refs", "--all");
    expect_commit(f, config(f), MAIN, NULL);
}

static void a_bare_repository_serves_as_well(void **state)
{
    struct fixture *f = *state;

    GIT(f->folder, "clone", "-q", "--bare", "config", "bare.git");
    GIT(AT(f->folder, "bare.git"), "update-ref", "refs/heads/side", head(f));
    expect_commit(f, AT(f->folder, "bare.git"), "refs/heads/side", head(f));
}

static void a_linked_work_tree_reads_the_refs_of_its_repository(void **state)
{
    struct fixture *f = *state;

    GIT(config(f), "worktree", "add", "-q", "../linked");
    expect_commit(f, AT(f->folder, "linked"), MAIN, head(f));
    expect_commit(f, AT(f->folder, "linked"), "refs/heads/linked", head(f));
}

static void a_git_file_is_followed(void **state)
{
    struct fixture *f = *state;
    const char *id = head(f);

    assert_int_equal(rename(AT(f->folder, "config/.git"), AT(f->folder, "elsewhere")), 0);
    write_file(AT(f->folder, "config/.git"), "gitdir: ../elsewhere\n");
    expect_commit(f, config(f), MAIN, id);
    write_file(AT(f->folder, "config/.git"), arena_printf(&f->arena, "gitdir: %s/elsewhere", f->folder));
    expect_commit(f, config(f), MAIN, id);
}

static void a_symbolic_ref_is_followed_once(void **state)
{
    struct fixture *f = *state;

    GIT(config(f), "symbolic-ref", "refs/heads/live", MAIN);
    GIT(config(f), "symbolic-ref", "refs/heads/twice", "refs/heads/live");
    expect_commit(f, config(f), "refs/heads/live", head(f));
    expect_commit(f, config(f), "refs/heads/twice", NULL);
}

static void a_folder_without_a_repository_is_unavailable(void **state)
{
    struct fixture *f = *state;
    char commit[41];
    bool found;

    FAILS(CODE_UNAVAILABLE, ref_read(AT(f->folder, "template"), MAIN, commit, &found, &f->err));
    FAILS(CODE_UNAVAILABLE, ref_read(AT(f->folder, "none"), MAIN, commit, &found, &f->err));
    FAILS(CODE_UNAVAILABLE, ref_read("", MAIN, commit, &found, &f->err));
    write_file(AT(f->folder, "template/.git"), "gitdir: ../none\n");
    FAILS(CODE_UNAVAILABLE, ref_read(AT(f->folder, "template"), MAIN, commit, &found, &f->err));
}

/* policy_parse_listing() */

#define ID "0123456789abcdef0123456789abcdef01234567"

static void a_listing_is_read_byte_for_byte(void **state)
{
    static const char text[] =
        "commit " ID "\nfile a b.json c0ffee 5\na\n\0\n\n\nfile empty 00 0\n\nfile z 1 2\nfi\n";
    struct fixture *f = *state;
    struct policy_file *files;
    char commit[41];
    size_t count;

    OK(policy_parse_listing(text, sizeof text - 1, commit, &files, &count, &f->arena, &f->err));
    assert_string_equal(commit, ID);
    assert_int_equal(count, 3);
    assert_string_equal(files[0].path, "a b.json");
    assert_string_equal(files[0].blob, "c0ffee");
    assert_int_equal(files[0].length, 5);
    assert_memory_equal(files[0].text, "a\n\0\n\n", 6);
    assert_int_equal(files[1].length, 0);
    assert_string_equal(files[2].text, "fi");
}

static void a_listing_cut_anywhere_is_refused(void **state)
{
    static const char text[] = "commit " ID "\nfile a c0ffee 3\nabc\nfile b c0ffee 1\nx\n";
    struct fixture *f = *state;
    struct policy_file *files;
    char commit[41];
    size_t count, whole = 0;

    for (size_t n = 0; n < sizeof text; n++) {
        char *copy = malloc(n > 0 ? n : 1); /* so that reading past the end is seen */
        memcpy(copy, text, n);
        error_init(&f->err);
        whole += policy_parse_listing(copy, n, commit, &files, &count, &f->arena, &f->err) == 0;
        free(copy);
    }
    /* after the first line, after the first file, and all of it but not the NUL */
    assert_int_equal(whole, 3);
    FAILS(CODE_BUG, policy_parse_listing("commit " ID "\nfile a b 99999999999999999999999\nx\n", 80, commit,
                                         &files, &count, &f->arena, &f->err));
    FAILS(CODE_BUG, policy_parse_listing("commit " ID "\nfile a -1\nx\n", 59, commit, &files, &count,
                                         &f->arena, &f->err));
}

/* policy_at() */

static void expect_policy(struct fixture *f, const char *rev, const char *commit, bool expected_fresh)
{
    struct policy *p = NULL;
    bool fresh = !expected_fresh;

    OK(policy_at(f->db, config(f), rev, &p, &fresh, &f->err));
    assert_string_equal(policy_commit(p), commit);
    assert_int_equal(fresh, expected_fresh);
    policy_free(p);
}

static void keep_policy(struct fixture *f, const char *rev)
{
    struct policy *p;
    bool fresh;

    OK(policy_at(f->db, config(f), rev, &p, &fresh, &f->err));
    OK(db_begin(f->db, &f->err));
    OK(policy_keep(f->db, p, &f->err));
    OK(db_commit(f->db, &f->err));
    policy_free(p);
}

static void a_commit_is_fresh_until_it_is_kept(void **state)
{
    struct fixture *f = *state;

    expect_policy(f, MAIN, head(f), true);
    expect_policy(f, MAIN, head(f), true);
    keep_policy(f, MAIN);
    expect_policy(f, MAIN, head(f), false);
    expect_policy(f, "main", head(f), false);
    expect_policy(f, head(f), head(f), false);
}

static void a_kept_commit_needs_no_objects(void **state)
{
    struct fixture *f = *state;
    const char *id = head(f);
    const struct policy_settings *s;
    struct policy *p;
    bool fresh;

    keep_policy(f, MAIN);
    folder_remove(AT(config(f), ".git/objects"));
    expect_policy(f, MAIN, id, false);
    folder_remove(config(f));
    OK(policy_at_commit(f->db, config(f), id, &p, &f->err));
    OK(policy_settings(p, &s, &f->err));
    assert_string_equal(s->default_group, "triage");
    policy_free(p);
    FAILS(CODE_UNAVAILABLE, policy_at(f->db, config(f), MAIN, &p, &fresh, &f->err));
    FAILS(CODE_UNAVAILABLE, policy_at_commit(f->db, config(f), ID, &p, &f->err));
}

static void a_moved_ref_is_fresh_and_the_old_commit_stays(void **state)
{
    struct fixture *f = *state;
    const char *first = head(f), *second;
    struct policy *p;

    keep_policy(f, MAIN);
    second = commit_file(f, "groups/noc.json", "{}");
    expect_policy(f, MAIN, second, true);
    expect_policy(f, "main~1", first, false);
    OK(policy_at_commit(f->db, config(f), second, &p, &f->err));
    assert_string_equal(policy_commit(p), second);
    policy_free(p);
}

static void a_packed_ref_is_found_by_policy_load(void **state)
{
    struct fixture *f = *state;
    const char *id = head(f);

    GIT(config(f), "pack-refs", "--all");
    expect_policy(f, MAIN, id, true);
    GIT(config(f), "tag", "-a", "-m", "x", "v1");
    expect_policy(f, "refs/tags/v1", id, true);
}

static void no_such_ref_is_a_policy_error(void **state)
{
    struct fixture *f = *state;
    struct policy *p = NULL;
    bool fresh;

    FAILS(CODE_POLICY, policy_at(f->db, config(f), "refs/heads/none", &p, &fresh, &f->err));
    FAILS(CODE_POLICY, policy_at(f->db, config(f), ID, &p, &fresh, &f->err));
    FAILS(CODE_UNAVAILABLE, policy_at(f->db, f->folder, MAIN, &p, &fresh, &f->err));
}

static void a_policy_that_does_not_load_is_refused_with_its_first_finding(void **state)
{
    struct fixture *f = *state;
    struct policy *p = NULL;
    bool fresh;

    commit_file(f, "groups/noc.json", "{\"calendar\":\"none\"}");
    assert_int_equal(policy_at(f->db, config(f), MAIN, &p, &fresh, &f->err), CODE_POLICY);
    assert_non_null(strstr(f->err.message, "groups/noc.json:1:2: /calendar: "));
    error_init(&f->err);
    commit_file(f, "duties/a.json", "{}");
    commit_file(f, "groups/noc.json", "{}");
    assert_int_equal(policy_at(f->db, config(f), MAIN, &p, &fresh, &f->err), CODE_NOT_SUPPORTED);
    error_init(&f->err);
}

static void a_name_with_a_control_character_is_refused(void **state)
{
    struct fixture *f = *state;
    struct policy *p = NULL;
    bool fresh;

    commit_file(f, "a\nfile casework.json 00 0", "x");
    FAILS(CODE_POLICY, policy_at(f->db, config(f), MAIN, &p, &fresh, &f->err));
}

#define REF(name)    cmocka_unit_test_setup_teardown(name, refs_setup, store_teardown)
#define SOURCE(name) cmocka_unit_test_setup_teardown(name, source_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REF(a_loose_ref_is_read_from_its_file),
        REF(forty_digits_are_a_commit),
        REF(whatever_else_git_understands_is_left_to_policy_load),
        REF(a_packed_ref_is_left_to_policy_load),
        REF(a_bare_repository_serves_as_well),
        REF(a_linked_work_tree_reads_the_refs_of_its_repository),
        REF(a_git_file_is_followed),
        REF(a_symbolic_ref_is_followed_once),
        REF(a_folder_without_a_repository_is_unavailable),
        REF(a_listing_is_read_byte_for_byte),
        REF(a_listing_cut_anywhere_is_refused),
        SOURCE(a_commit_is_fresh_until_it_is_kept),
        SOURCE(a_kept_commit_needs_no_objects),
        SOURCE(a_moved_ref_is_fresh_and_the_old_commit_stays),
        SOURCE(a_packed_ref_is_found_by_policy_load),
        SOURCE(no_such_ref_is_a_policy_error),
        SOURCE(a_policy_that_does_not_load_is_refused_with_its_first_finding),
        SOURCE(a_name_with_a_control_character_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
