/*
 * policy_blob, policy_tree: raw policy by commit. Files of the same content are kept once.
 */
#ifndef CASEWORK_STORE_POLICY_TABLE_H
#define CASEWORK_STORE_POLICY_TABLE_H

#include "store/db.h"

struct policy_file {
    const char *path; /* "groups/noc.json" */
    const char *blob; /* object id, hex */
    const char *text;
    size_t length;
};
int policy_known(struct db *db, const char *commit, bool *known, struct error *err);
int policy_save(struct db *db, const char *commit, const struct policy_file *files, size_t count,
                struct error *err);
/* In path order. */
int policy_read(struct db *db, const char *commit, struct arena *arena, struct policy_file **files,
                size_t *count, struct error *err);

#endif
