/*
 * Functions that this project does not use, because they cannot bound what they write, or keep hidden state.
 * Every translation unit is compiled with -include banned.h: it takes in the headers that declare them first,
 * then poisons the names, so that a use is a compile error whatever the file includes itself. ctime would be
 * among them if libgit2's headers had no member of that name.
 */
#ifndef CASEWORK_BASE_BANNED_H
#define CASEWORK_BASE_BANNED_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

/* macros where clang fortifies them */
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok
#pragma GCC poison asctime asctime_r ctime_r gmtime localtime mktemp tmpnam tempnam system popen
#pragma GCC poison atoi atol atoll atof

#endif
