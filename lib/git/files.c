/* The files of a commit, of the index and of the work tree. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "git/internal.h"

#define MOST ((size_t)4 * 1024 * 1024) /* bytes of a file */

struct walk {
    git_repository *git;
    repository_file *file;
    void *context;
    struct error *err;
    int rc; /* of ours; libgit2 only hears that the walk ends */
};

static int too_large(struct walk *w, const char *path)
{
    return error_set(w->err, CODE_LIMIT, NULL, "%s: a file of the policy may have at most 4 MiB", path);
}

static int give_blob(struct walk *w, const char *path, const git_oid *id)
{
    git_blob *blob = NULL;
    char hex[41];
    int rc = git_blob_lookup(&blob, w->git, id);

    git_oid_tostr(hex, sizeof(hex), id);
    if (rc != 0)
        return git_failed(w->err, CODE_POLICY, rc, "%s: the object %s cannot be read", path, hex);
    if (git_blob_rawsize(blob) > (git_object_size_t)MOST)
        rc = too_large(w, path);
    else
        rc =
            w->file(w->context, path, hex, git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob), w->err);
    git_blob_free(blob);
    return rc;
}

/* Submodules are no files of this repository. */
static int tree_entry(const char *root, const git_tree_entry *entry, void *payload)
{
    struct walk *w = payload;
    char path[PATH_MAX];

    if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB)
        return 0;
    if (snprintf(path, sizeof(path), "%s%s", root, git_tree_entry_name(entry)) >= (int)sizeof(path))
        w->rc = error_set(w->err, CODE_LIMIT, NULL, "a path of the policy is too long");
    else
        w->rc = give_blob(w, path, git_tree_entry_id(entry));
    return w->rc != 0 ? -1 : 0;
}

int repository_files(struct repository *r, const char *commit, repository_file *file, void *context,
                     struct error *err)
{
    struct walk w = {r->git, file, context, err, 0};
    git_commit *c = NULL;
    git_tree *tree = NULL;
    git_oid id;
    int rc = git_oid_fromstr(&id, commit);

    if (rc == 0)
        rc = git_commit_lookup(&c, r->git, &id);
    if (rc == 0)
        rc = git_commit_tree(&tree, c);
    if (rc == 0)
        rc = git_tree_walk(tree, GIT_TREEWALK_PRE, tree_entry, &w);
    if (w.rc != 0)
        rc = w.rc;
    else if (rc != 0)
        rc = git_failed(err, CODE_POLICY, rc, "the commit \"%s\" cannot be read", commit);
    git_tree_free(tree);
    git_commit_free(c);
    return rc;
}

int repository_index_files(struct repository *r, repository_file *file, void *context, struct error *err)
{
    struct walk w = {r->git, file, context, err, 0};
    git_index *index = NULL;
    int rc = git_repository_index(&index, r->git);

    if (rc != 0)
        return git_failed(err, CODE_UNAVAILABLE, rc, "the index cannot be read");
    for (size_t i = 0; rc == 0 && i < git_index_entrycount(index); i++) {
        const git_index_entry *e = git_index_get_byindex(index, i);
        if (git_index_entry_is_conflict(e))
            rc = error_set(err, CODE_POLICY, NULL, "%s: a merge conflict is not resolved", e->path);
        else if ((e->mode & S_IFMT) == S_IFREG || (e->mode & S_IFMT) == S_IFLNK)
            rc = give_blob(&w, e->path, &e->id);
    }
    git_index_free(index);
    return rc;
}

/* As git would store it: a symbolic link is a file that holds its target. */
static int read_worktree_file(const char *path, const char *name, struct buf *bytes, struct error *err)
{
    struct stat st;
    char target[PATH_MAX];
    ssize_t n;

    if (lstat(path, &st) != 0)
        return error_errno(err, CODE_IO, errno, "%s", name);
    if (!S_ISLNK(st.st_mode))
        return buf_read_file(bytes, path, MOST, err);
    n = readlink(path, target, sizeof(target));
    if (n < 0)
        return error_errno(err, CODE_IO, errno, "%s", name);
    buf_add(bytes, target, (size_t)n);
    return 0;
}

static int give_worktree_file(struct walk *w, const char *name)
{
    struct buf bytes = BUF_INIT;
    char path[PATH_MAX], hex[41];
    git_oid id;
    int rc;

    if (snprintf(path, sizeof(path), "%s%s", git_repository_workdir(w->git), name) >= (int)sizeof(path))
        return error_set(w->err, CODE_LIMIT, NULL, "a path of the policy is too long");
    rc = read_worktree_file(path, name, &bytes, w->err);
    if (rc == 0 && buf_failed(&bytes))
        rc = error_no_memory(w->err);
    if (rc == 0 && git_odb_hash(&id, buf_text(&bytes), bytes.len, GIT_OBJECT_BLOB) != 0)
        rc = git_failed(w->err, CODE_BUG, -1, "%s: cannot be hashed", name);
    if (rc == 0) {
        git_oid_tostr(hex, sizeof(hex), &id);
        rc = w->file(w->context, name, hex, buf_text(&bytes), bytes.len, w->err);
    }
    buf_release(&bytes);
    return rc;
}

/* What `git add --all` would take: everything that is tracked or not ignored, as it lies there. */
static int worktree_diff(git_repository *git, git_diff **diff)
{
    git_diff_options options;

    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags = GIT_DIFF_INCLUDE_UNMODIFIED | GIT_DIFF_INCLUDE_UNTRACKED |
                    GIT_DIFF_RECURSE_UNTRACKED_DIRS | GIT_DIFF_INCLUDE_TYPECHANGE |
                    GIT_DIFF_IGNORE_SUBMODULES;
    return git_diff_index_to_workdir(diff, git, NULL, &options);
}

int repository_worktree_files(struct repository *r, repository_file *file, void *context, struct error *err)
{
    struct walk w = {r->git, file, context, err, 0};
    git_diff *diff = NULL;
    int rc;

    if (git_repository_workdir(r->git) == NULL)
        return error_set(err, CODE_UNAVAILABLE, NULL, "a bare repository has no work tree");
    if ((rc = worktree_diff(r->git, &diff)) != 0)
        return git_failed(err, CODE_UNAVAILABLE, rc, "the work tree cannot be read");
    for (size_t i = 0; rc == 0 && i < git_diff_num_deltas(diff); i++) {
        const git_diff_delta *d = git_diff_get_delta(diff, i);
        uint16_t type = d->new_file.mode & S_IFMT;
        if (d->status != GIT_DELTA_DELETED && (type == S_IFREG || type == S_IFLNK))
            rc = give_worktree_file(&w, d->new_file.path);
    }
    git_diff_free(diff);
    return rc;
}
