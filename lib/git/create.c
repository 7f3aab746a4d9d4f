/* A new config repository with a first commit. */
#include <stdio.h>
#include <string.h>

#include "git/internal.h"
#include "git/staging.h"

#define BRANCH "refs/heads/"

int git_folder_init(git_repository **git, const char *path, const char *ref, bool bare, struct error *err)
{
    git_repository_init_options options;
    int rc;

    git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
    options.flags = GIT_REPOSITORY_INIT_NO_REINIT | (bare ? GIT_REPOSITORY_INIT_BARE : 0);
    if (ref != NULL && strncmp(ref, BRANCH, strlen(BRANCH)) == 0)
        options.initial_head = ref + strlen(BRANCH);
    rc = git_repository_init_ext(git, path, &options);
    return rc == 0 ? 0 : git_failed(err, CODE_IO, rc, "%s: a repository cannot be made", path);
}

/* Who commits: the caller's git configuration knows, or else the login. */
static int sign(git_signature **signature, git_repository *git, const char *login)
{
    char email[320];

    if (git_signature_default(signature, git) == 0)
        return 0;
    snprintf(email, sizeof(email), "%s@localhost", login);
    return git_signature_now(signature, login, email);
}

static int write_tree(git_repository *git, git_tree **tree)
{
    git_index *index = NULL;
    git_oid id;
    int rc = git_repository_index(&index, git);

    /* By force: a global ignore file is about other repositories. */
    if (rc == 0)
        rc = git_index_add_all(index, NULL, GIT_INDEX_ADD_FORCE, NULL, NULL);
    if (rc == 0)
        rc = git_index_write(index);
    if (rc == 0)
        rc = git_index_write_tree(&id, index);
    if (rc == 0)
        rc = git_tree_lookup(tree, git, &id);
    git_index_free(index);
    return rc;
}

static int commit_all(git_repository *git, const char *ref, const char *login, const char *message,
                      char commit[41], struct error *err)
{
    git_signature *signature = NULL;
    git_tree *tree = NULL;
    git_oid id;
    int rc = write_tree(git, &tree);

    if (rc == 0)
        rc = sign(&signature, git, login);
    if (rc == 0)
        rc = git_commit_create_v(&id, git, ref, signature, signature, NULL, message, tree, 0);
    if (rc == 0)
        git_oid_tostr(commit, 41, &id);
    else
        rc = git_failed(err, CODE_IO, rc, "the first commit cannot be made");
    git_signature_free(signature);
    git_tree_free(tree);
    return rc;
}

int repository_create(const char *path, const char *ref, const char *template_dir, const char *login,
                      const char *message, char commit[41], struct error *err)
{
    struct staging staging;
    git_repository *git = NULL;
    int rc = library_start(err);

    if (rc != 0)
        return rc;
    if ((rc = staging_begin(&staging, path, err)))
        goto out;
    if ((rc = copy_files(template_dir, staging.folder, err)) == 0 &&
        (rc = git_folder_init(&git, staging.folder, ref, false, err)) == 0)
        rc = commit_all(git, ref, login, message, commit, err);
    git_repository_free(git);
    rc = staging_end(&staging, rc, err);
out:
    library_stop();
    return rc;
}
