#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/process.h"

static int run_shell(const char *script, struct buf *out, int *status)
{
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};

    return process_run(argv, out, status, NULL);
}

static void a_helpers_output_and_status_come_back(void **state)
{
    struct buf out = BUF_INIT;
    int status = -1;

    (void)state;
    assert_int_equal(run_shell("echo policy; exit 7", &out, &status), 0);
    assert_string_equal(buf_text(&out), "policy\n");
    assert_int_equal(status, 7);
    buf_release(&out);
}

static void a_helper_reads_nothing_from_standard_input(void **state)
{
    struct buf out = BUF_INIT;
    int status = -1;

    (void)state;
    assert_int_equal(run_shell("cat; echo end", &out, &status), 0);
    assert_string_equal(buf_text(&out), "end\n");
    assert_int_equal(status, 0);
    buf_release(&out);
}

static void a_signal_shows_as_128_and_its_number(void **state)
{
    struct buf out = BUF_INIT;
    int status = -1;

    (void)state;
    assert_int_equal(run_shell("kill -TERM $$", &out, &status), 0);
    assert_int_equal(status, 128 + SIGTERM);
    buf_release(&out);
}

static void a_helper_dies_of_sigpipe_though_its_caller_ignores_it(void **state)
{
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    struct buf out = BUF_INIT;
    int status = -1;

    (void)state;
    assert_int_equal(run_shell("kill -PIPE $$; echo ignored", &out, &status), 0);
    assert_int_equal(status, 128 + SIGPIPE);
    signal(SIGPIPE, before);
    buf_release(&out);
}

static void a_helper_works_when_standard_input_is_closed(void **state)
{
    int kept = dup(STDIN_FILENO);
    struct buf out = BUF_INIT;
    int status = -1;
    int rc;

    (void)state;
    close(STDIN_FILENO);
    rc = run_shell("cat; echo end", &out, &status);
    if (kept >= 0) {
        dup2(kept, STDIN_FILENO);
        close(kept);
    }
    assert_int_equal(rc, 0);
    assert_string_equal(buf_text(&out), "end\n");
    buf_release(&out);
}

static void a_helper_that_cannot_start_is_temporary(void **state)
{
    const char *const argv[] = {"/nonexistent/helper", NULL};
    struct buf out = BUF_INIT;
    struct error err;
    int status;

    (void)state;
    error_init(&err);
    assert_int_equal(process_run(argv, &out, &status, &err), CODE_TEMPORARY);
    assert_string_equal(err.message, "cannot start /nonexistent/helper: No such file or directory");
    buf_release(&out);
}

static void the_login_is_the_real_users(void **state)
{
    const struct passwd *entry = getpwuid(getuid());
    char expected[64];
    char name[64];
    char tiny[2];

    (void)state;
    if (entry != NULL)
        snprintf(expected, sizeof(expected), "%s", entry->pw_name);
    else
        snprintf(expected, sizeof(expected), "uid-%u", (unsigned)getuid());
    assert_int_equal(process_login(name, sizeof(name), NULL), 0);
    assert_string_equal(name, expected);
    if (strlen(expected) > 1)
        assert_int_equal(process_login(tiny, sizeof(tiny), NULL), CODE_LIMIT);
}

static void a_file_that_was_not_installed_is_unavailable(void **state)
{
    char path[4096];
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(process_share_path("no/such/file", path, sizeof(path), &err), CODE_UNAVAILABLE);
    assert_non_null(strstr(err.message, "/share/casework/no/such/file: No such file or directory"));
    error_init(&err);
    assert_int_equal(process_libexec_path("no-such-tool", path, sizeof(path), &err), CODE_UNAVAILABLE);
    assert_non_null(strstr(err.message, "/libexec/casework/no-such-tool: "));
    assert_int_equal(process_share_path("x", path, 8, NULL), CODE_UNAVAILABLE);
}

static void write_file(const char *path, const struct buf *content)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);

    assert_true(fd >= 0);
    assert_int_equal(buf_write_fd(content, fd, NULL), 0);
    close(fd);
}

/* Installs a copy of this program and a file below a prefix of its own; run there, it prints where it finds
 * the file. */
static void check_installed(const char *program_folder)
{
    static const char *const folders[] = {"bin", "libexec", "libexec/casework", "share", "share/casework"};
    char prefix[] = "/tmp/test_process.XXXXXX";
    char program[128];
    char expected[128];
    struct buf bytes = BUF_INIT;
    struct buf out = BUF_INIT;
    int status = -1;
    const char *const argv[] = {program, "where", NULL};
    const char *const clean_up[] = {"/bin/rm", "-rf", prefix, NULL};

    assert_non_null(mkdtemp(prefix));
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        snprintf(program, sizeof(program), "%s/%s", prefix, folders[i]);
        assert_int_equal(mkdir(program, 0700), 0);
    }
    snprintf(program, sizeof(program), "%s/%s/tool", prefix, program_folder);
    assert_int_equal(buf_read_file(&bytes, "/proc/self/exe", SIZE_MAX, NULL), 0);
    write_file(program, &bytes);
    buf_clear(&bytes);
    snprintf(expected, sizeof(expected), "%s/share/casework/schema.sql", prefix);
    write_file(expected, &bytes);
    assert_int_equal(process_run(argv, &out, &status, NULL), 0);
    assert_string_equal(buf_text(&out), expected);
    assert_int_equal(status, 0);
    buf_clear(&out);
    assert_int_equal(process_run(clean_up, &out, &status, NULL), 0);
    buf_release(&bytes);
    buf_release(&out);
}

static void an_installed_tool_finds_its_share(void **state)
{
    (void)state;
    check_installed("bin");
}

static void an_installed_helper_finds_the_same_share(void **state)
{
    (void)state;
    check_installed("libexec/casework");
}

/* What the installed copy does. */
static int print_where(void)
{
    char path[4096];

    if (process_share_path("schema.sql", path, sizeof(path), NULL) < 0)
        return 1;
    fputs(path, stdout);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_helpers_output_and_status_come_back),
        cmocka_unit_test(a_helper_reads_nothing_from_standard_input),
        cmocka_unit_test(a_signal_shows_as_128_and_its_number),
        cmocka_unit_test(a_helper_dies_of_sigpipe_though_its_caller_ignores_it),
        cmocka_unit_test(a_helper_works_when_standard_input_is_closed),
        cmocka_unit_test(a_helper_that_cannot_start_is_temporary),
        cmocka_unit_test(the_login_is_the_real_users),
        cmocka_unit_test(a_file_that_was_not_installed_is_unavailable),
        cmocka_unit_test(an_installed_tool_finds_its_share),
        cmocka_unit_test(an_installed_helper_finds_the_same_share),
    };

    if (argc == 2 && strcmp(argv[1], "where") == 0)
        return print_where();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
