/* A loose ref, read from its file (gitrepository-layout(5)). */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/source.h"

#define HEX 40

static bool is_commit_id(const char *text)
{
    return strspn(text, "0123456789abcdef") == HEX && text[HEX] == '\0';
}

/* "refs/..." without a way out of the folder. */
static bool is_full_ref(const char *ref)
{
    return strncmp(ref, "refs/", 5) == 0 && strstr(ref, "..") == NULL && strpbrk(ref, "~^:@{ ") == NULL;
}

static bool join(char out[PATH_MAX], const char *folder, const char *name)
{
    int n =
        name[0] == '/' ? snprintf(out, PATH_MAX, "%s", name) : snprintf(out, PATH_MAX, "%s/%s", folder, name);

    return n > 0 && n < PATH_MAX;
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The first line of a small file, without its newline; false when there is none to read. */
static bool read_line(const char *path, char *line, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;

    if (fd < 0)
        return false;
    n = read(fd, line, size - 1);
    close(fd);
    if (n <= 0)
        return false;
    line[n] = '\0';
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

/* The git directory of a work tree (its .git is a folder, or a file that names one) or of a bare repository.
 */
static bool find_git_folder(const char *repository, char folder[PATH_MAX])
{
    char path[PATH_MAX], line[PATH_MAX + 16];

    if (!join(path, repository, ".git"))
        return false;
    if (is_folder(path)) {
        memcpy(folder, path, PATH_MAX);
        return true;
    }
    if (read_line(path, line, sizeof(line)) && strncmp(line, "gitdir: ", 8) == 0)
        return join(folder, repository, line + 8) && is_folder(folder);
    if (!join(path, repository, "HEAD") || access(path, R_OK) != 0 || !join(path, repository, "objects") ||
        !is_folder(path))
        return false;
    return snprintf(folder, PATH_MAX, "%s", repository) < PATH_MAX;
}

/* The refs of a linked work tree are those of its main repository. */
static bool find_common_folder(const char *folder, char common[PATH_MAX])
{
    char path[PATH_MAX], line[PATH_MAX];

    if (!join(path, folder, "commondir"))
        return false;
    if (!read_line(path, line, sizeof(line)))
        return snprintf(common, PATH_MAX, "%s", folder) < PATH_MAX;
    return join(common, folder, line) && is_folder(common);
}

static bool read_loose(const char *common, const char *ref, char *line, size_t size)
{
    char path[PATH_MAX];

    return is_full_ref(ref) && join(path, common, ref) && read_line(path, line, size);
}

int ref_read(const char *repository, const char *ref, char commit[41], bool *found, struct error *err)
{
    char folder[PATH_MAX], common[PATH_MAX], line[PATH_MAX], target[PATH_MAX];

    *found = false;
    if (!find_git_folder(repository, folder) || !find_common_folder(folder, common))
        return error_set(err, CODE_UNAVAILABLE, NULL, "there is no git repository at \"%s\"", repository);
    if (is_commit_id(ref))
        snprintf(line, sizeof(line), "%s", ref);
    else if (!read_loose(common, ref, line, sizeof(line)))
        return 0;
    /* A symbolic ref inside is followed once; what goes further is left to policy-load. */
    if (strncmp(line, "ref: ", 5) == 0) {
        snprintf(target, sizeof(target), "%s", line + 5);
        if (!read_loose(common, target, line, sizeof(line)))
            return 0;
    }
    if (!is_commit_id(line))
        return 0;
    memcpy(commit, line, HEX + 1);
    *found = true;
    return 0;
}
