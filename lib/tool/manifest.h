/*
 * The manifest of a backup: DIR/manifest.json, made last, so that a backup without one is not whole.
 *
 *     {"format":1,"store_id":...,"made_at":...,"schema_version":1,"cases":N,"store_sha256":HEX,
 *      "config_ref":"refs/heads/main","config_commit":HEX}
 *
 * Beside it lie store.db, a copy of the store, and config.git, a bare copy of the config repository.
 */
#ifndef CASEWORK_TOOL_MANIFEST_H
#define CASEWORK_TOOL_MANIFEST_H

#include <limits.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/timestamp.h"

#define MANIFEST_FORMAT 1
#define BACKUP_STORE    "store.db"
#define BACKUP_CONFIG   "config.git"
#define BACKUP_MANIFEST "manifest.json"

struct manifest {
    const char *store_id;
    usec made_at;
    int64_t schema_version;
    int64_t cases;
    char store_sha256[DIGEST_HEX];
    const char *config_ref;
    char config_commit[41]; /* what the ref stood for */
};

/* One object with its members, as manifest.json has it and as store-backup prints it; no newline. */
void manifest_write(const struct manifest *m, const char *folder,
                    struct buf *out); /* folder NULL: left out */
/* Reads DIR/manifest.json. CODE_NO_INPUT: there is none; CODE_INVALID: it is not one of ours. */
int manifest_read(struct manifest *m, const char *folder, struct arena *arena, struct error *err);

/* SHA-256 of a file, in hex. CODE_NO_INPUT when it cannot be opened. */
int file_sha256(const char *path, char hex[DIGEST_HEX], struct error *err);
/* FOLDER/NAME; CODE_IO when it gets too long. */
int path_in(const char *folder, const char *name, char path[PATH_MAX], struct error *err);

#endif
