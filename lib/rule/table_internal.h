/*
 * What the parts of a decision table share: table_compile.c makes it, table_index.c says which rules to look
 * at, table.c decides, table_nearest.c looks for the rule that came closest.
 */
#ifndef CASEWORK_RULE_TABLE_INTERNAL_H
#define CASEWORK_RULE_TABLE_INTERNAL_H

#include "rule/match_internal.h"
#include "rule/table.h"

#define RULE_WORD 64 /* rules in a word of a set */

/* The rules that ask for one value at one path. */
struct index_bucket {
    uint64_t hash;                 /* of path and value */
    const struct literal *literal; /* NULL: an empty slot */
    size_t path;                   /* index into paths */
    size_t asked;                  /* clauses that ask for it, chosen or not; those of one rule each count */
    uint32_t *rules;
    size_t count;
};

struct index_path {
    const char *name;
    const struct path *path;
    size_t rules; /* that were put under it; with none it is not read */
};

struct table_index {
    struct index_path *paths;
    size_t path_count;
    struct index_bucket *buckets; /* open addressing; their number is a power of 2 */
    size_t mask;
    uint64_t *always; /* set of the rules under no path: they are always looked at */
    size_t words;     /* of a set of rules */
};

/* Everything lives in the arena; literals and paths are those of the rules' conditions. */
int table_index_build(struct table *table, struct arena *arena, struct error *err);
/* Sets the bits of the rules whose chosen clause holds, and of those without one. */
void table_index_candidates(const struct table_index *index, const json_t *document, uint64_t *set);

/* As table_decide() without the index: what it has to agree with, for tests and measurements. */
int table_decide_linear(const struct table *table, const json_t *document, usec now,
                        struct decision *decision, struct error *err);

/* Whether the rule is in force. */
bool rule_begun(const struct rule *rule, usec now);
bool rule_ended(const struct rule *rule, usec now);

/* Fills nearest and failed. Of rules that are equally near the first in order. */
void table_find_nearest(const struct table *table, const json_t *document, usec now,
                        struct decision *decision);

#endif
