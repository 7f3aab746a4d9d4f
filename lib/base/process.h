/*
 * The process and its surroundings: who runs it, where its share/ and libexec/ are, and running a helper.
 */
#ifndef CASEWORK_BASE_PROCESS_H
#define CASEWORK_BASE_PROCESS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* Login name of the real uid from the user database; "uid-1000" when it has none. */
int process_login(char *name, size_t size, struct error *err);

/* PREFIX/share/casework/NAME and PREFIX/libexec/casework/NAME, found from where the running program lies
 * (PREFIX/bin/TOOL or PREFIX/libexec/casework/TOOL), so that neither the source tree nor a compiled-in prefix
 * is needed. CODE_UNAVAILABLE when the file is not there. */
int process_share_path(const char *name, char *path, size_t size, struct error *err);
int process_libexec_path(const char *name, char *path, size_t size, struct error *err);

/* Runs argv[0] (a path) without a shell, standard input empty, its stdout into `out`, stderr inherited.
 * *status is the exit status, or 128 + the signal. CODE_TEMPORARY when it cannot be started. */
int process_run(const char *const argv[], struct buf *out, int *status, struct error *err);

#endif
