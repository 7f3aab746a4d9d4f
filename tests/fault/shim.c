/*
 * LD_PRELOAD shim: lets a program's writes fail, or the program die, at a chosen call.
 *
 *   FAULT=enospc:N   from the N-th write to a file on, every write fails with ENOSPC (standard streams go on
 * working) FAULT=kill:N     at the N-th write or sync of any kind the process kills itself with SIGKILL, the
 * call not done FAULT_TOOL=NAME  only in the program of this name FAULT_COUNT=FILE nothing fails; the number
 * of calls is written to FILE at exit (to know where N may lie)
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum mode {
    OFF,
    ENOSPC_FROM,
    KILL_AT,
    COUNT
};

static enum mode mode;
static long limit, calls;

__attribute__((constructor)) static void set_up(void)
{
    const char *fault = getenv("FAULT"), *tool = getenv("FAULT_TOOL");

    if (tool && strcmp(tool, program_invocation_short_name) != 0)
        return;
    if (fault && strncmp(fault, "enospc:", 7) == 0) {
        mode = ENOSPC_FROM;
        limit = strtol(fault + 7, NULL, 10);
    } else if (fault && strncmp(fault, "kill:", 5) == 0) {
        mode = KILL_AT;
        limit = strtol(fault + 5, NULL, 10);
    } else if (getenv("FAULT_COUNT")) {
        mode = COUNT;
    }
}

__attribute__((destructor)) static void tell(void)
{
    char text[32];
    int fd, n;

    if (mode != COUNT)
        return;
    mode = OFF;
    fd = open(getenv("FAULT_COUNT"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    n = snprintf(text, sizeof text, "%ld\n", calls);
    if (fd < 0 || write(fd, text, (size_t)n) != n)
        _exit(70);
    close(fd);
}

static bool is_file(int fd)
{
    struct stat st;

    return fd > STDERR_FILENO && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* True: the call fails with ENOSPC. */
static bool strike(int fd, bool writes)
{
    if (mode == OFF || (mode == ENOSPC_FROM && !(writes && is_file(fd))))
        return false;
    calls++;
    if (mode == KILL_AT && calls == limit)
        syscall(SYS_kill, getpid(), SIGKILL);
    if (mode != ENOSPC_FROM || calls < limit)
        return false;
    errno = ENOSPC;
    return true;
}

ssize_t write(int fd, const void *data, size_t n)
{
    return strike(fd, true) ? -1 : syscall(SYS_write, fd, data, n);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at)
{
    return strike(fd, true) ? -1 : syscall(SYS_pwrite64, fd, data, n, at);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at)
{
    return strike(fd, true) ? -1 : syscall(SYS_pwrite64, fd, data, n, at);
}

int ftruncate(int fd, off_t size)
{
    return strike(fd, true) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    return strike(fd, true) ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

int posix_fallocate(int fd, off_t at, off_t size)
{
    return strike(fd, true) ? ENOSPC : (int)syscall(SYS_fallocate, fd, 0, at, size);
}

int fallocate(int fd, int flags, off_t at, off_t size)
{
    return strike(fd, true) ? -1 : (int)syscall(SYS_fallocate, fd, flags, at, size);
}

int fsync(int fd)
{
    strike(fd, false);
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    strike(fd, false);
    return (int)syscall(SYS_fdatasync, fd);
}
