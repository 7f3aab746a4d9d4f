#include "git/staging.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/folder.h"

static int failed(struct error *err, const char *path)
{
    enum code code = errno == ENOSPC || errno == EDQUOT ? CODE_TEMPORARY : CODE_IO;

    return error_errno(err, code, errno, "%s", path);
}

static mode_t folder_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0777 & ~mask;
}

int staging_begin(struct staging *s, const char *path, struct error *err)
{
    int rc;

    s->path = path;
    if (path_exists(path) && !folder_is_empty(path))
        return error_set(err, CODE_UNAVAILABLE, NULL, "\"%s\" is there already", path);
    if ((rc = folder_make_parents(path, folder_mode(), err)) ||
        (rc = path_beside(path, "new", s->folder, err)))
        return rc;
    folder_remove(s->folder); /* left by a process that was killed and had our number */
    return mkdir(s->folder, 0777) == 0 ? 0 : failed(err, s->folder);
}

int staging_end(struct staging *s, int rc, struct error *err)
{
    if (rc == 0)
        rc = folder_sync(s->folder, err);
    if (rc == 0)
        rc = folder_publish(s->folder, s->path, err);
    if (rc != 0)
        folder_remove(s->folder);
    return rc;
}

static int copy_file(const char *from, const char *to, struct error *err)
{
    struct buf bytes = BUF_INIT;
    int fd = -1, rc = buf_read_file(&bytes, from, SIZE_MAX / 2, err);

    if (rc != 0)
        goto out;
    fd = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        rc = failed(err, to);
        goto out;
    }
    rc = buf_write_fd(&bytes, fd, err);
    if (close(fd) != 0 && rc == 0)
        rc = failed(err, to);
out:
    buf_release(&bytes);
    return rc;
}

static int copy_entry(const char *from, const char *to, struct error *err)
{
    struct stat st;

    if (lstat(from, &st) != 0)
        return failed(err, from);
    if (S_ISREG(st.st_mode))
        return copy_file(from, to, err);
    if (!S_ISDIR(st.st_mode))
        return 0;
    if (mkdir(to, 0777) != 0)
        return failed(err, to);
    return copy_files(from, to, err);
}

int copy_files(const char *from, const char *to, struct error *err)
{
    DIR *folder = opendir(from);
    const struct dirent *entry;
    char source[PATH_MAX], target[PATH_MAX];
    int rc = 0;

    if (folder == NULL)
        return error_errno(err, CODE_NO_INPUT, errno, "%s", from);
    while (rc == 0 && (entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (snprintf(source, sizeof(source), "%s/%s", from, entry->d_name) >= (int)sizeof(source) ||
            snprintf(target, sizeof(target), "%s/%s", to, entry->d_name) >= (int)sizeof(target))
            rc = error_errno(err, CODE_IO, ENAMETOOLONG, "%s", entry->d_name);
        else
            rc = copy_entry(source, target, err);
    }
    closedir(folder);
    return rc;
}
