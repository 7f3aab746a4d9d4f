/*
 * Inside lib/git: what its files share of libgit2.
 */
#ifndef CASEWORK_GIT_INTERNAL_H
#define CASEWORK_GIT_INTERNAL_H

#include <git2.h>

#include "git/repository.h"

struct repository {
    git_repository *git;
};

/* libgit2 is counted up and down in pairs. */
int library_start(struct error *err);
void library_stop(void);

/* A new repository in a folder that exists, HEAD naming `ref` (NULL: git's default) when that is a branch. */
int git_folder_init(git_repository **git, const char *path, const char *ref, bool bare, struct error *err);

/* Records an error with libgit2's own message behind it; out of memory and a full disk keep their codes. */
int git_failed(struct error *err, enum code code, int git_code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
