/*
 * Where policy comes from: the repository and ref, the commit they stand for, the files of a commit.
 *
 * The loose file of a ref is read directly (following a `.git` file and commondir). When it names a commit
 * that the store knows, nothing else is touched. Otherwise (the ref moved, is packed, is a reftable, or REV
 * is an expression) libexec/casework/policy-load resolves it and prints the commit's files.
 */
#ifndef CASEWORK_CONFIG_SOURCE_H
#define CASEWORK_CONFIG_SOURCE_H

#include "config/policy.h"
#include "store/db.h"

/* The commit of a loose full ref ("refs/heads/main") or of 40 hex digits. *found false: ask policy-load.
 * CODE_UNAVAILABLE when the repository is not there at all. */
int ref_read(const char *repository, const char *ref, char commit[41], bool *found, struct error *err);

/* The policy in force at `rev`. Files from the store when it knows the commit, else from policy-load; *fresh
 * then says that the store should keep it (policy_keep) in its next write transaction. Never writes. A commit
 * that is not known yet is checked whole. CODE_UNAVAILABLE (no repository), CODE_POLICY (no such ref, does
 * not load). */
int policy_at(struct db *db, const char *repository, const char *rev, struct policy **p, bool *fresh,
              struct error *err);
/* The policy of a commit that decided something, from the store alone; falls back to the repository. */
int policy_at_commit(struct db *db, const char *repository, const char *commit, struct policy **p,
                     struct error *err);
int policy_keep(struct db *db, const struct policy *p, struct error *err);

/* What policy-load prints, and its reader: "commit HEX\n", then per file "file PATH BLOB SIZE\n" and SIZE
 * bytes and "\n". */
int policy_parse_listing(const char *text, size_t n, char commit[41], struct policy_file **files,
                         size_t *count, struct arena *arena, struct error *err);

#endif
