#include "store_support.h"

#include <dirent.h>
#include <git2.h>

#include "base/folder.h"
#include "git_support.h"

#define MAIN "refs/heads/main"

/* A template with three files, and a repository made of it. */
static int repository_setup(void **state)
{
    struct fixture *f;
    char commit[41];

    folder_setup(state);
    f = *state;
    write_file(AT(f->folder, "template/casework.json"), "{\"format\":1}\n");
    write_file(AT(f->folder, "template/groups/noc.json"), "{}\n");
    write_file(AT(f->folder, "template/.gitignore"), "*.swp\n");
    OK(repository_create(AT(f->folder, "a/b/config"), MAIN, AT(f->folder, "template"), "maria", "start\n",
                         commit, &f->err));
    return 0;
}

static const char *config(struct fixture *f)
{
    return AT(f->folder, "a/b/config");
}

static int list_file(void *context, const char *path, const char *blob, const char *bytes, size_t n,
                     struct error *err)
{
    struct buf *out = context;

    (void)err;
    buf_add_format(out, "%s %.7s %.*s", path, blob, (int)n, bytes);
    return 0;
}

enum where {
    COMMIT,
    INDEX,
    WORKTREE
};

static void expect_files(struct fixture *f, enum where where, const char *rev, const char *expected)
{
    struct repository *r;
    struct buf out = BUF_INIT;
    char commit[41];

    OK(repository_open(&r, config(f), &f->err));
    if (where == INDEX)
        OK(repository_index_files(r, list_file, &out, &f->err));
    if (where == WORKTREE)
        OK(repository_worktree_files(r, list_file, &out, &f->err));
    if (where == COMMIT) {
        OK(repository_resolve(r, rev, commit, &f->err));
        OK(repository_files(r, commit, list_file, &out, &f->err));
    }
    assert_string_equal(buf_text(&out), expected);
    buf_release(&out);
    repository_close(r);
}

#define IGNORE_LINE   ".gitignore 1377554 *.swp\n"
#define SETTINGS_LINE "casework.json 696b6b3 {\"format\":1}\n"
#define GROUP_LINE    "groups/noc.json 0967ef4 {}\n"

static void a_new_repository_holds_the_template_in_one_commit(void **state)
{
    struct fixture *f = *state;

    expect_files(f, COMMIT, MAIN, IGNORE_LINE SETTINGS_LINE GROUP_LINE);
    assert_string_equal(GIT(config(f), "rev-list", "--count", "--all"), "1");
    assert_string_equal(GIT(config(f), "symbolic-ref", "HEAD"), MAIN);
    assert_string_equal(GIT(config(f), "status", "--porcelain"), "");
    assert_string_equal(GIT(config(f), "log", "--format=%s"), "start");
    assert_string_equal(GIT(config(f), "fsck"), "");
}

/* libgit2 looks for the configuration of the user below HOME. */
static void set_home(struct fixture *f)
{
    setenv("HOME", f->folder, 1);
    unsetenv("XDG_CONFIG_HOME");
}

static void the_callers_git_configuration_signs(void **state)
{
    struct fixture *f = *state;
    char commit[41];

    set_home(f);
    write_file(AT(f->folder, ".gitconfig"), "[user]\n\tname = Ada\n\temail = ada@example.org\n");
    OK(repository_create(AT(f->folder, "own"), MAIN, AT(f->folder, "template"), "maria", "start", commit,
                         &f->err));
    assert_string_equal(GIT(AT(f->folder, "own"), "log", "--format=%an <%ae>"), "Ada <ada@example.org>");
    assert_string_equal(GIT(AT(f->folder, "own"), "rev-parse", "HEAD"), commit);
}

static void the_login_signs_when_git_knows_no_name(void **state)
{
    struct fixture *f = *state;
    char commit[41];

    set_home(f);
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_SYSTEM,
                     ""); /* the machine may have a name too */
    OK(repository_create(AT(f->folder, "own"), MAIN, AT(f->folder, "template"), "maria", "start", commit,
                         &f->err));
    assert_string_equal(GIT(AT(f->folder, "own"), "log", "--format=%an <%ae>"), "maria <maria@localhost>");
    git_libgit2_shutdown();
}

static void another_ref_is_what_head_names(void **state)
{
    struct fixture *f = *state;
    char commit[41];

    OK(repository_create(AT(f->folder, "other"), "refs/heads/policy/live", AT(f->folder, "template"), "m",
                         "start", commit, &f->err));
    assert_string_equal(GIT(AT(f->folder, "other"), "symbolic-ref", "HEAD"), "refs/heads/policy/live");
}

static int count_entries(const char *folder)
{
    DIR *opened = opendir(folder);
    const struct dirent *entry;
    int count = 0;

    assert_non_null(opened);
    while ((entry = readdir(opened)))
        count += entry->d_name[0] != '.';
    closedir(opened);
    return count;
}

static void nothing_is_ever_overwritten(void **state)
{
    struct fixture *f = *state;
    const char *full = AT(f->folder, "full"), *empty = AT(f->folder, "empty/");
    char commit[41];

    write_file(AT(full, "x"), "");
    FAILS(CODE_UNAVAILABLE,
          repository_create(full, MAIN, AT(f->folder, "template"), "m", "s", commit, &f->err));
    FAILS(CODE_UNAVAILABLE,
          repository_create(config(f), MAIN, AT(f->folder, "template"), "m", "s", commit, &f->err));
    FAILS(CODE_NO_INPUT,
          repository_create(AT(f->folder, "new"), MAIN, AT(f->folder, "none"), "m", "s", commit, &f->err));
    assert_false(path_exists(AT(f->folder, "new")));
    assert_int_equal(mkdir(empty, 0755), 0);
    OK(repository_create(empty, MAIN, AT(f->folder, "template"), "m", "s", commit, &f->err));
    /* a, template, full and empty: nothing half made is left beside them */
    assert_int_equal(count_entries(f->folder), 4);
}

static void a_folder_that_is_no_repository_is_unavailable(void **state)
{
    struct fixture *f = *state;
    struct repository *r;

    FAILS(CODE_UNAVAILABLE, repository_open(&r, AT(f->folder, "template"), &f->err));
    FAILS(CODE_UNAVAILABLE, repository_open(&r, AT(f->folder, "nowhere"), &f->err));
    FAILS(CODE_UNAVAILABLE, repository_open(&r, AT(config(f), "groups"), &f->err));
    assert_false(repository_exists(AT(f->folder, "template")));
    assert_true(repository_exists(config(f)));
}

static void revisions_are_resolved_to_commits(void **state)
{
    struct fixture *f = *state;
    struct repository *r;
    char first[41], commit[41];

    snprintf(first, sizeof first, "%s", GIT(config(f), "rev-parse", "HEAD"));
    GIT(config(f), "commit", "-q", "--allow-empty", "-m", "second");
    GIT(config(f), "tag", "-a", "-m", "x", "v1", "HEAD~1");
    OK(repository_open(&r, config(f), &f->err));
    OK(repository_resolve(r, "main~1", commit, &f->err));
    assert_string_equal(commit, first);
    OK(repository_resolve(r, "v1", commit, &f->err));
    assert_string_equal(commit, first);
    OK(repository_resolve(r, "refs/tags/v1", commit, &f->err));
    assert_string_equal(commit, first);
    OK(repository_resolve(r, first, commit, &f->err));
    FAILS(CODE_POLICY, repository_resolve(r, "nothing", commit, &f->err));
    FAILS(CODE_POLICY, repository_resolve(r, "main:groups", commit, &f->err));
    FAILS(CODE_POLICY, repository_resolve(r, "0123456789012345678901234567890123456789", commit, &f->err));
    FAILS(CODE_POLICY, repository_resolve(r, "", commit, &f->err));
    repository_close(r);
}

static void index_and_work_tree_are_read_as_they_are(void **state)
{
    struct fixture *f = *state;

    write_file(AT(config(f), "casework.json"), "staged\n");
    GIT(config(f), "add", "casework.json");
    write_file(AT(config(f), "casework.json"), "edited\n");
    write_file(AT(config(f), "groups/new.json"), "new\n");
    write_file(AT(config(f), "sla/new/new.json"), "new\n");
    write_file(AT(config(f), "groups/new.json.swp"), "ignored\n");
    unlink(AT(config(f), "groups/noc.json"));
    expect_files(f, COMMIT, MAIN, IGNORE_LINE SETTINGS_LINE GROUP_LINE);
    expect_files(f, INDEX, NULL, IGNORE_LINE "casework.json 19d9cc8 staged\n" GROUP_LINE);
    expect_files(f, WORKTREE, NULL,
                 IGNORE_LINE "casework.json 7663aa7 edited\ngroups/new.json 3e75765 new\n"
                             "sla/new/new.json 3e75765 new\n");
}

static void a_link_is_a_file_that_holds_its_target(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(symlink("noc.json", AT(config(f), "groups/link.json")), 0);
    GIT(config(f), "add", ".");
    GIT(config(f), "commit", "-qm", "link");
    expect_files(f, COMMIT, MAIN, IGNORE_LINE SETTINGS_LINE "groups/link.json 4096b9a noc.json" GROUP_LINE);
    expect_files(f, WORKTREE, NULL, IGNORE_LINE SETTINGS_LINE "groups/link.json 4096b9a noc.json" GROUP_LINE);
}

static void a_file_that_is_too_large_is_refused(void **state)
{
    struct fixture *f = *state;
    struct repository *r;
    struct buf out = BUF_INIT;
    char commit[41];
    char *large = malloc(4 * 1024 * 1024 + 2);

    memset(large, 'x', 4 * 1024 * 1024 + 1);
    large[4 * 1024 * 1024 + 1] = '\0';
    write_file(AT(config(f), "large"), large);
    free(large);
    GIT(config(f), "add", ".");
    GIT(config(f), "commit", "-qm", "large");
    OK(repository_open(&r, config(f), &f->err));
    OK(repository_resolve(r, MAIN, commit, &f->err));
    FAILS(CODE_LIMIT, repository_files(r, commit, list_file, &out, &f->err));
    FAILS(CODE_LIMIT, repository_index_files(r, list_file, &out, &f->err));
    FAILS(CODE_LIMIT, repository_worktree_files(r, list_file, &out, &f->err));
    repository_close(r);
    buf_release(&out);
}

static void a_commit_tells_author_date_and_subject(void **state)
{
    struct fixture *f = *state;
    struct commit_info info;
    struct repository *r;
    char commit[41];

    GIT(config(f), "-c", "user.name=Maria \xc3\x9c. \x1b[1m", "-c", "user.email=maria@example.org", "commit",
        "-q", "--allow-empty", "--date=2026-03-01T12:00:00+01:00", "-m", "policy: two\nlines\n\nAnd why.");
    OK(repository_open(&r, config(f), &f->err));
    OK(repository_resolve(r, MAIN, commit, &f->err));
    OK(commit_read(r, commit, &f->arena, &info, &f->err));
    assert_string_equal(info.author, "Maria \xc3\x9c. \\x1B[1m <maria@example.org>");
    assert_string_equal(info.subject, "policy: two lines");
    assert_int_equal(info.date, INT64_C(1772362800) * USEC_SECOND);
    repository_close(r);
}

static void a_commit_that_is_not_there_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct commit_info info;
    struct repository *r;

    OK(repository_open(&r, config(f), &f->err));
    FAILS(CODE_NOT_FOUND,
          commit_read(r, "0123456789012345678901234567890123456789", &f->arena, &info, &f->err));
    FAILS(CODE_INVALID, commit_read(r, "main", &f->arena, &info, &f->err));
    /* a tree is none either */
    FAILS(CODE_NOT_FOUND,
          commit_read(r, GIT(config(f), "rev-parse", "HEAD^{tree}"), &f->arena, &info, &f->err));
    repository_close(r);
}

static int stop(void *context, const char *path, const char *blob, const char *bytes, size_t n,
                struct error *err)
{
    (void)context, (void)path, (void)blob, (void)bytes, (void)n;
    return error_set(err, CODE_RULE, NULL, "enough");
}

static void the_callback_may_stop_the_walk(void **state)
{
    struct fixture *f = *state;
    struct repository *r;
    char commit[41];

    OK(repository_open(&r, config(f), &f->err));
    OK(repository_resolve(r, MAIN, commit, &f->err));
    FAILS(CODE_RULE, repository_files(r, commit, stop, NULL, &f->err));
    FAILS(CODE_RULE, repository_worktree_files(r, stop, NULL, &f->err));
    repository_close(r);
}

static void a_copy_keeps_every_ref_there_and_back(void **state)
{
    struct fixture *f = *state;
    const char *bare = AT(f->folder, "backup/config.git"), *back = AT(f->folder, "back");
    char refs[1024];

    GIT(config(f), "branch", "side");
    GIT(config(f), "tag", "-a", "-m", "x", "v1");
    GIT(config(f), "commit", "-q", "--allow-empty", "-m", "second");
    GIT(config(f), "update-ref", "refs/casework/pin", "HEAD~1");
    GIT(config(f), "pack-refs", "--all");
    snprintf(refs, sizeof refs, "%s", GIT(config(f), "for-each-ref"));
    OK(repository_copy(config(f), bare, true, &f->err));
    assert_string_equal(GIT(bare, "for-each-ref"), refs);
    assert_string_equal(GIT(bare, "rev-parse", "--is-bare-repository"), "true");
    OK(repository_copy(bare, back, false, &f->err));
    assert_string_equal(GIT(back, "for-each-ref"), refs);
    assert_string_equal(GIT(back, "symbolic-ref", "HEAD"), MAIN);
    assert_string_equal(GIT(back, "status", "--porcelain"), "");
    assert_string_equal(GIT(back, "fsck"), "");
    FAILS(CODE_UNAVAILABLE, repository_copy(bare, back, false, &f->err));
    FAILS(CODE_UNAVAILABLE, repository_copy(AT(f->folder, "none"), AT(f->folder, "c"), true, &f->err));
}

static void a_copy_never_goes_where_a_url_was_rewritten_to(void **state)
{
    struct fixture *f = *state;

    set_home(f);
    write_file(AT(f->folder, ".gitconfig"), "[url \"https://example.invalid/\"]\n\tinsteadOf = /\n");
    OK(repository_copy(config(f), AT(f->folder, "copy"), true, &f->err));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, repository_setup, store_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_new_repository_holds_the_template_in_one_commit),
        CASE(the_callers_git_configuration_signs),
        CASE(the_login_signs_when_git_knows_no_name),
        CASE(another_ref_is_what_head_names),
        CASE(nothing_is_ever_overwritten),
        CASE(a_folder_that_is_no_repository_is_unavailable),
        CASE(revisions_are_resolved_to_commits),
        CASE(index_and_work_tree_are_read_as_they_are),
        CASE(a_link_is_a_file_that_holds_its_target),
        CASE(a_file_that_is_too_large_is_refused),
        CASE(a_commit_tells_author_date_and_subject),
        CASE(a_commit_that_is_not_there_is_not_found),
        CASE(the_callback_may_stop_the_walk),
        CASE(a_copy_keeps_every_ref_there_and_back),
        CASE(a_copy_never_goes_where_a_url_was_rewritten_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
