#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What getpwuid_r() may return for "no such user", says its page, beside 0. */
static bool means_unknown_user(int errnum)
{
    return errnum == 0 || errnum == ENOENT || errnum == ESRCH || errnum == EBADF || errnum == EPERM;
}

int process_login(char *name, size_t size, struct error *err)
{
    char strings[16384];
    struct passwd entry;
    struct passwd *found = NULL;
    uid_t uid = getuid();
    int errnum = getpwuid_r(uid, &entry, strings, sizeof(strings), &found);
    int n;

    if (found == NULL && !means_unknown_user(errnum))
        return error_errno(err, CODE_TEMPORARY, errnum, "cannot look up user %u", (unsigned)uid);
    if (found != NULL)
        n = snprintf(name, size, "%s", found->pw_name);
    else
        n = snprintf(name, size, "uid-%u", (unsigned)uid);
    if (n < 0 || (size_t)n >= size)
        return error_set(err, CODE_LIMIT, NULL, "expected a login name of at most %zu bytes, got %d",
                         size - 1, n);
    return 0;
}

/* Cuts the last component off; false when there is none. */
static bool cut_component(char *path)
{
    char *slash = strrchr(path, '/');

    if (slash == NULL)
        return false;
    *slash = '\0';
    return true;
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s);
    size_t m = strlen(end);

    return n >= m && strcmp(s + n - m, end) == 0;
}

static int find_prefix(char prefix[PATH_MAX], struct error *err)
{
    ssize_t n = readlink("/proc/self/exe", prefix, PATH_MAX - 1);

    if (n < 0)
        return error_errno(err, CODE_UNAVAILABLE, errno, "cannot tell where this program lies");
    prefix[n] = '\0';
    cut_component(prefix);
    if (ends_with(prefix, "/libexec/casework"))
        cut_component(prefix);
    cut_component(prefix);
    return 0;
}

static int installed_path(const char *folder, const char *name, char *path, size_t size, struct error *err)
{
    char prefix[PATH_MAX];
    int rc = find_prefix(prefix, err);
    int n;

    if (rc < 0)
        return rc;
    n = snprintf(path, size, "%s/%s/casework/%s", prefix, folder, name);
    if (n < 0 || (size_t)n >= size)
        return error_set(err, CODE_UNAVAILABLE, NULL, "the path of %s/casework/%s is too long", folder, name);
    if (access(path, F_OK) < 0)
        return error_errno(err, CODE_UNAVAILABLE, errno, "%s", path);
    return 0;
}

int process_share_path(const char *name, char *path, size_t size, struct error *err)
{
    return installed_path("share", name, path, size, err);
}

int process_libexec_path(const char *name, char *path, size_t size, struct error *err)
{
    return installed_path("libexec", name, path, size, err);
}

/* The helper gets ordinary signals whatever this program blocks or ignores. */
static int start(const char *const argv[], int output, pid_t *child)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigset_t ignored;
    int errnum;

    sigemptyset(&none);
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGPIPE);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &ignored);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_init(&files);
    /* In this order: the pipe may have got descriptor 0 when this program was started without one. */
    errnum = posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    if (errnum == 0)
        errnum = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (errnum == 0)
        errnum = posix_spawn(child, argv[0], &files, &attributes, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return errnum;
}

static int wait_for(pid_t child, int *status, struct error *err)
{
    int state;

    while (waitpid(child, &state, 0) < 0)
        if (errno != EINTR)
            return error_errno(err, CODE_TEMPORARY, errno, "cannot wait for a helper");
    *status = WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
    return 0;
}

int process_run(const char *const argv[], struct buf *out, int *status, struct error *err)
{
    int ends[2];
    int errnum;
    int rc;
    int rc_wait;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_errno(err, CODE_TEMPORARY, errno, "cannot start %s", argv[0]);
    errnum = start(argv, ends[1], &child);
    close(ends[1]);
    if (errnum != 0) {
        close(ends[0]);
        return error_errno(err, CODE_TEMPORARY, errnum, "cannot start %s", argv[0]);
    }
    rc = buf_read_fd(out, ends[0], SIZE_MAX, err);
    close(ends[0]); /* before waiting: a helper that still writes must not wait for a reader */
    rc_wait = wait_for(child, status, err);
    return rc < 0 ? rc : rc_wait;
}
