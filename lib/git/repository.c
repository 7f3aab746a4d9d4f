#include "git/repository.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "git/internal.h"

int library_start(struct error *err)
{
    if (git_libgit2_init() < 0)
        return error_set(err, CODE_BUG, NULL, "libgit2 does not start");
    /* git refuses a repository of another owner since its hooks and configuration could run commands of
     * theirs. Nothing of that kind is run here: only objects and refs are read, and a policy that the
     * operations team owns has to be readable for the agents' tools. */
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    /* What a tool has reported as committed must survive a power cut. */
    git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
    return 0;
}

void library_stop(void)
{
    git_libgit2_shutdown();
}

int git_failed(struct error *err, enum code code, int git_code, const char *format, ...)
{
    const git_error *last = git_error_last();
    char what[512];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    if (last != NULL && last->klass == GIT_ERROR_NOMEMORY)
        return error_no_memory(err);
    if (errno == ENOSPC && last != NULL && last->klass == GIT_ERROR_OS)
        code = CODE_TEMPORARY;
    if (git_code == GIT_EUSER || last == NULL || last->message == NULL)
        return error_set(err, code, NULL, "%s", what);
    return error_set(err, code, NULL, "%s: %s", what, last->message);
}

int repository_open(struct repository **r, const char *path, struct error *err)
{
    struct repository *new = calloc(1, sizeof(*new));
    int rc;

    if (new == NULL)
        return error_no_memory(err);
    if ((rc = library_start(err))) {
        free(new);
        return rc;
    }
    /* Only this folder, none above it: a store beside a checkout must not take that for its policy. */
    rc = git_repository_open_ext(&new->git, path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
    if (rc != 0) {
        rc = git_failed(err, CODE_UNAVAILABLE, rc, "there is no git repository at \"%s\"", path);
        library_stop();
        free(new);
        return rc;
    }
    *r = new;
    return 0;
}

void repository_close(struct repository *r)
{
    if (r == NULL)
        return;
    git_repository_free(r->git);
    library_stop();
    free(r);
}

bool repository_exists(const char *path)
{
    struct repository *r = NULL;
    struct error ignored;

    error_init(&ignored);
    if (repository_open(&r, path, &ignored) != 0)
        return false;
    repository_close(r);
    return true;
}

int repository_resolve(struct repository *r, const char *rev, char commit[41], struct error *err)
{
    git_object *object = NULL, *peeled = NULL;
    int rc = git_revparse_single(&object, r->git, rev);

    if (rc == 0)
        rc = git_object_peel(&peeled, object, GIT_OBJECT_COMMIT);
    if (rc != 0)
        rc =
            git_failed(err, CODE_POLICY, rc, "\"%s\" is no revision of %s", rev, git_repository_path(r->git));
    else
        git_oid_tostr(commit, 41, git_object_id(peeled));
    git_object_free(peeled);
    git_object_free(object);
    return rc;
}
