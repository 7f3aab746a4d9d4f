/*
 * Inside lib/git: a repository is built in a folder beside its place and moved there whole, so that a process
 * that is killed leaves nothing half made at the path.
 */
#ifndef CASEWORK_GIT_STAGING_H
#define CASEWORK_GIT_STAGING_H

#include <limits.h>

#include "base/error.h"

struct staging {
    const char *path;
    char folder[PATH_MAX]; /* where to build */
};

/* Parents of the path are made. CODE_UNAVAILABLE when something is there; an empty folder will be replaced.
 */
int staging_begin(struct staging *s, const char *path, struct error *err);
/* Moves the folder to the path when rc is 0, else removes it; gives rc or what went wrong moving. */
int staging_end(struct staging *s, int rc, struct error *err);

/* A copy of every regular file below `from` in the folder `to`; links and devices are passed over. */
int copy_files(const char *from, const char *to, struct error *err);

#endif
