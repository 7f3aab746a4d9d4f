/*
 * Files and folders of a group of people (2770 and 0660), apart from lib/base/folder since <grp.h> has a
 * struct group of its own.
 */
#ifndef CASEWORK_BASE_SHARED_H
#define CASEWORK_BASE_SHARED_H

#include <stdbool.h>

#include "base/error.h"

bool group_exists(const char *name);

/* Makes a folder for the group, setgid, so that what is made in it is the group's too. One that exists is not
 * touched: CODE_UNAVAILABLE when it does not suit. */
int shared_folder_make(const char *path, const char *group, struct error *err);
/* Gives a file to the group: readable and writable. */
int shared_file_give(const char *path, const char *group, struct error *err);

#endif
