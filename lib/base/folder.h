/*
 * Folders and files as wholes: made with their parents, removed, made durable, put in place without
 * overwriting.
 *
 * What must appear at once or not at all is made under a temporary name in the folder where it will lie, made
 * durable, and then put in place by file_publish() or folder_publish(), neither of which overwrites anything.
 */
#ifndef CASEWORK_BASE_FOLDER_H
#define CASEWORK_BASE_FOLDER_H

#include <limits.h>
#include <stdbool.h>

#include "base/error.h"

/* The absolute path, its folder resolved: "./a.db" gives "/home/x/a.db". The folder must exist, the file need
 * not. */
int path_absolute(const char *path, char absolute[PATH_MAX], struct error *err);
/* A name beside `path` that nobody has: PATH.SUFFIX-PID. CODE_IO when it gets too long. */
int path_beside(const char *path, const char *suffix, char beside[PATH_MAX], struct error *err);
bool path_exists(const char *path); /* a dangling link counts */

/* Makes every missing folder above `path`, with this mode whatever the umask. */
int folder_make_parents(const char *path, unsigned mode, struct error *err);
/* 1 when it is a folder with nothing in it, 0 when not, or when it is not there. */
int folder_is_empty(const char *path);
/* Removes a file, or a folder with everything in it. What is not there is no error. */
void folder_remove(const char *path);

int file_sync(const char *path, struct error *err); /* also of a folder: the names in it */
int folder_sync(const char *path,
                struct error *err); /* every file and folder below it, and the folder itself */

/* Puts `temporary` in place at `path`; CODE_UNAVAILABLE when something is there. The name is durable
 * afterwards. */
int file_publish(const char *temporary, const char *path, struct error *err);
/* The same for a folder; an empty folder at `path` is replaced. */
int folder_publish(const char *temporary, const char *path, struct error *err);

#endif
