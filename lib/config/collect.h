/*
 * Gathers a policy's files one by one, as a reader of a repository hands them over, and makes the policy of
 * them.
 */
#ifndef CASEWORK_CONFIG_COLLECT_H
#define CASEWORK_CONFIG_COLLECT_H

#include "config/policy.h"

struct policy_collection {
    struct arena arena; /* of the files; policy_collected() hands it to the policy */
    struct policy_file *files;
    size_t count, capacity;
};

#define POLICY_COLLECTION_INIT                                                                               \
    {                                                                                                        \
        0                                                                                                    \
    }

/* Copies a file. `collection` is a struct policy_collection: the shape of a callback of repository_files().
 */
int policy_collect(void *collection, const char *path, const char *blob, const char *bytes, size_t n,
                   struct error *err);
/* The policy of the files; the collection is empty afterwards. */
int policy_collected(struct policy_collection *c, const char *commit, struct policy **p, struct error *err);
void policy_collection_release(struct policy_collection *c);

#endif
