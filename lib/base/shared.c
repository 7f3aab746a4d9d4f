#include "base/shared.h"

#include <errno.h>
#include <grp.h>
#include <sys/stat.h>

#define GROUP_ALL 0070

bool group_exists(const char *name)
{
    return getgrnam(name) != NULL;
}

static int find_group(const char *name, gid_t *id, struct error *err)
{
    const struct group *group = getgrnam(name);

    if (!group)
        return error_set(err, CODE_USAGE, NULL, "there is no group \"%s\"", name);
    *id = group->gr_gid;
    return 0;
}

static int check_folder(const char *path, const char *group, gid_t id, struct error *err)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return error_errno(err, CODE_UNAVAILABLE, errno, "%s", path);
    if (st.st_gid == id && st.st_mode & S_ISGID && (st.st_mode & GROUP_ALL) == GROUP_ALL)
        return 0;
    return error_set(err, CODE_UNAVAILABLE, NULL, "%s: expected a folder of the group %s with mode 2770",
                     path, group);
}

int shared_folder_make(const char *path, const char *group, struct error *err)
{
    gid_t id = 0;
    int rc = find_group(group, &id, err);

    if (rc != 0)
        return rc;
    if (mkdir(path, 0700) != 0)
        return errno == EEXIST ? check_folder(path, group, id, err)
                               : error_errno(err, CODE_UNAVAILABLE, errno, "%s", path);
    if (chown(path, (uid_t)-1, id) != 0 || chmod(path, 02770) != 0)
        return error_errno(err, CODE_UNAVAILABLE, errno, "%s", path);
    return 0;
}

int shared_file_give(const char *path, const char *group, struct error *err)
{
    gid_t id = 0;
    int rc = find_group(group, &id, err);

    if (rc == 0 && (chown(path, (uid_t)-1, id) != 0 || chmod(path, 0660) != 0))
        rc = error_errno(err, CODE_UNAVAILABLE, errno, "%s", path);
    return rc;
}
