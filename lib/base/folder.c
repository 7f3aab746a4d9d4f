#include "base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#define OPEN_FOLDERS 16 /* descriptors that a walk over a tree may hold */

static int too_long(const char *path, struct error *err)
{
    return error_errno(err, CODE_IO, ENAMETOOLONG, "%s", path);
}

/* The folder that holds `path`: "." for a bare name. */
static int folder_of(const char *path, char folder[PATH_MAX], struct error *err)
{
    const char *slash = strrchr(path, '/');
    int n;

    if (!slash)
        n = snprintf(folder, PATH_MAX, ".");
    else if (slash == path)
        n = snprintf(folder, PATH_MAX, "/");
    else
        n = snprintf(folder, PATH_MAX, "%.*s", (int)(slash - path), path);
    return n < PATH_MAX ? 0 : too_long(path, err);
}

int path_absolute(const char *path, char absolute[PATH_MAX], struct error *err)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char folder[PATH_MAX], resolved[PATH_MAX];
    int rc = folder_of(path, folder, err);

    if (rc != 0)
        return rc;
    if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return realpath(path, absolute) ? 0 : error_errno(err, CODE_UNAVAILABLE, errno, "%s", path);
    if (!realpath(folder, resolved))
        return error_errno(err, CODE_UNAVAILABLE, errno, "%s", folder);
    if (snprintf(absolute, PATH_MAX, "%s/%s", strcmp(resolved, "/") == 0 ? "" : resolved, name) >= PATH_MAX)
        return too_long(path, err);
    return 0;
}

int path_beside(const char *path, const char *suffix, char beside[PATH_MAX], struct error *err)
{
    size_t n = strlen(path);

    while (n > 1 && path[n - 1] == '/')
        n--;
    if (snprintf(beside, PATH_MAX, "%.*s.%s-%d", (int)n, path, suffix, (int)getpid()) >= PATH_MAX)
        return too_long(path, err);
    return 0;
}

bool path_exists(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

static int make_folder(const char *path, unsigned mode, struct error *err)
{
    if (mkdir(path, mode) != 0)
        return errno == EEXIST ? 0 : error_errno(err, CODE_UNAVAILABLE, errno, "%s", path);
    return chmod(path, mode) == 0 ? 0 : error_errno(err, CODE_IO, errno, "%s", path);
}

int folder_make_parents(const char *path, unsigned mode, struct error *err)
{
    char part[PATH_MAX];
    int rc = 0;

    if (snprintf(part, sizeof part, "%s", path) >= PATH_MAX)
        return too_long(path, err);
    for (char *slash = strchr(part + 1, '/'); rc == 0 && slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (!path_exists(part))
            rc = make_folder(part, mode, err);
        *slash = '/';
    }
    return rc;
}

int folder_is_empty(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    int empty = 1;

    if (!folder)
        return 0;
    while (empty && (entry = readdir(folder)))
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(folder);
    return empty;
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *position)
{
    (void)st;
    (void)kind;
    (void)position;
    remove(path);
    return 0;
}

void folder_remove(const char *path)
{
    nftw(path, remove_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

int file_sync(const char *path, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;

    if (fd < 0)
        return error_errno(err, CODE_IO, errno, "%s", path);
    if (fsync(fd) != 0)
        rc = error_errno(err, CODE_IO, errno, "%s", path);
    close(fd);
    return rc;
}

/* The number of the first failure, as nftw() returns it. */
static int sync_entry(const char *path, const struct stat *st, int kind, struct FTW *position)
{
    struct error ignored;

    (void)position;
    error_init(&ignored);
    if (kind == FTW_SL || kind == FTW_SLN || !(S_ISREG(st->st_mode) || S_ISDIR(st->st_mode)))
        return 0;
    return file_sync(path, &ignored) == 0 ? 0 : errno;
}

int folder_sync(const char *path, struct error *err)
{
    int failed = nftw(path, sync_entry, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);

    return failed == 0 ? 0 : error_errno(err, CODE_IO, failed > 0 ? failed : errno, "%s", path);
}

static int sync_parent(const char *path, struct error *err)
{
    char folder[PATH_MAX];
    int rc = folder_of(path, folder, err);

    return rc == 0 ? file_sync(folder, err) : rc;
}

int file_publish(const char *temporary, const char *path, struct error *err)
{
    if (link(temporary, path) != 0)
        return errno == EEXIST ? error_set(err, CODE_UNAVAILABLE, NULL, "%s: exists already", path)
                               : error_errno(err, CODE_IO, errno, "%s", path);
    unlink(temporary);
    return sync_parent(path, err);
}

int folder_publish(const char *temporary, const char *path, struct error *err)
{
    if (rename(temporary, path) != 0)
        return errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR
                   ? error_set(err, CODE_UNAVAILABLE, NULL, "%s: exists already", path)
                   : error_errno(err, CODE_IO, errno, "%s", path);
    return sync_parent(path, err);
}
