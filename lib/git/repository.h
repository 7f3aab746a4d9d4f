/*
 * The config repository through libgit2. Linked by policy-load, store-init, store-backup, store-restore,
 * case-why and config-*.
 */
#ifndef CASEWORK_GIT_REPOSITORY_H
#define CASEWORK_GIT_REPOSITORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/timestamp.h"

struct repository;

int repository_open(struct repository **r, const char *path,
                    struct error *err); /* CODE_UNAVAILABLE: none there */
void repository_close(struct repository *r);
bool repository_exists(const char *path);

/* A new non-bare repository at `path` (made, with parents) holding a copy of every file below `template_dir`,
 * committed on `ref` (refs/heads/main) by "NAME <LOGIN@localhost>" of the caller's git configuration or else
 * the login. */
int repository_create(const char *path, const char *ref, const char *template_dir, const char *login,
                      const char *message, char commit[41], struct error *err);

/* Resolves a revision expression to a commit. CODE_POLICY when there is none. */
int repository_resolve(struct repository *r, const char *rev, char commit[41], struct error *err);

/* Who made a commit. Control characters and broken bytes are masked as utf8_mask() does. */
struct commit_info {
    const char *author;  /* "Name <e-mail>" */
    usec date;           /* the author's; TIME_NONE: outside the years 0000-9999 */
    const char *subject; /* the first paragraph of the message on one line */
};
/* Of a commit by its 40 hex digits; the texts live in the arena. CODE_NOT_FOUND when the repository does not
 * have it (any more). */
int commit_read(struct repository *r, const char *id, struct arena *arena, struct commit_info *info,
                struct error *err);

/* Calls back for every blob of a commit (paths with '/'), or of the work tree or the index. Bytes are valid
 * during the call. A file over 4 MiB is CODE_LIMIT. */
typedef int repository_file(void *context, const char *path, const char *blob, const char *bytes, size_t n,
                            struct error *err);
int repository_files(struct repository *r, const char *commit, repository_file *file, void *context,
                     struct error *err);
int repository_worktree_files(struct repository *r, repository_file *file, void *context, struct error *err);
int repository_index_files(struct repository *r, repository_file *file, void *context, struct error *err);

/* For backups: a bare clone of all refs into `path`; and back, keeping the ref names. */
int repository_copy(const char *from, const char *to, bool bare, struct error *err);

#endif
