/* A copy of a repository with all its refs, for backups and back. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "git/internal.h"
#include "git/staging.h"

/* The branch that HEAD names, also when it has no commit yet; "" when HEAD is detached. */
static void head_target(git_repository *git, char *name, size_t size)
{
    git_reference *head = NULL;

    name[0] = '\0';
    if (git_reference_lookup(&head, git, "HEAD") == 0 && git_reference_type(head) == GIT_REFERENCE_SYMBOLIC)
        snprintf(name, size, "%s", git_reference_symbolic_target(head));
    git_reference_free(head);
}

/* An absolute path, and no url.*.insteadOf of somebody's configuration that would make a network address of
 * it: nothing here leaves the machine. */
static int open_source(git_remote **remote, git_repository *git, const char *from)
{
    git_remote_create_options options;

    git_remote_create_options_init(&options, GIT_REMOTE_CREATE_OPTIONS_VERSION);
    options.repository = git;
    options.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC;
    return git_remote_create_with_opts(remote, from, &options);
}

static int fetch_all(git_repository *git, const char *from, struct error *err)
{
    git_fetch_options options;
    char *all = (char[]){"+refs/*:refs/*"};
    git_strarray refspecs = {&all, 1};
    git_remote *remote = NULL;
    int rc = open_source(&remote, git, from);

    git_fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION);
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE; /* they are among the refs */
    options.update_fetchhead = 0;
    if (rc == 0)
        rc = git_remote_fetch(remote, &refspecs, &options, "copied");
    git_remote_free(remote);
    return rc == 0 ? 0 : git_failed(err, CODE_IO, rc, "%s: the repository cannot be copied", from);
}

static int check_out(git_repository *git, struct error *err)
{
    git_checkout_options options;
    int rc;

    if (git_repository_head_unborn(git) != 0)
        return 0;
    git_checkout_options_init(&options, GIT_CHECKOUT_OPTIONS_VERSION);
    options.checkout_strategy = GIT_CHECKOUT_FORCE;
    rc = git_checkout_head(git, &options);
    return rc == 0 ? 0 : git_failed(err, CODE_IO, rc, "the work tree cannot be written");
}

static int copy_into(git_repository *source, const char *from, const char *folder, bool bare,
                     struct error *err)
{
    git_repository *git = NULL;
    char head[1024];
    int rc;

    head_target(source, head, sizeof(head));
    rc = git_folder_init(&git, folder, head[0] != '\0' ? head : NULL, bare, err);
    if (rc == 0)
        rc = fetch_all(git, from, err);
    if (rc == 0 && !bare)
        rc = check_out(git, err);
    git_repository_free(git);
    return rc;
}

int repository_copy(const char *from, const char *to, bool bare, struct error *err)
{
    struct repository *source = NULL;
    struct staging staging;
    char absolute[PATH_MAX];
    int rc;

    if (realpath(from, absolute) == NULL)
        return error_errno(err, CODE_UNAVAILABLE, errno, "%s", from);
    if ((rc = repository_open(&source, absolute, err)))
        return rc;
    rc = staging_begin(&staging, to, err);
    if (rc == 0) {
        rc = copy_into(source->git, absolute, staging.folder, bare, err);
        rc = staging_end(&staging, rc, err);
    }
    repository_close(source);
    return rc;
}
