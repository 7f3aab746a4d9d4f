/*
 * Decision tables: ordered rules {id, description, when, then}, policy `first`, an optional default. Pure.
 * `collect`, `unique`, `from` and `until` are CODE_NOT_SUPPORTED in this version.
 */
#ifndef CASEWORK_RULE_TABLE_H
#define CASEWORK_RULE_TABLE_H

#include "rule/match.h"

struct rule {
    const char *id;
    const struct match *when;
    const json_t *then; /* borrowed from the parsed table */
};

struct table {
    const char *name; /* "assignment" */
    struct rule *rules;
    size_t count;
    const json_t *fallback; /* the default's `then`, or NULL */
};

/* Compiles a table. `check_then` judges each `then` (and the default) and sets err with a pointer below
 * `pointer`. Everything lives in the arena; `json` must outlive it. */
typedef int table_check_then(const json_t *then, const char *pointer, void *context, struct error *err);
int table_compile(const char *name, const json_t *json, table_check_then *check_then, void *context,
                  struct arena *arena, struct table **table, struct error *err);

/* What a table says of a document. */
struct decision {
    const struct table *table;
    const struct rule *rule;    /* the rule that fired; NULL: none did */
    const json_t *then;         /* the rule's, else the default's, else NULL */
    const struct rule *nearest; /* when none fired: the rule with the fewest failing clauses */
    const char *failed[8];      /* names of nearest's failing clauses, failed_count of them kept */
    size_t failed_count;
};
/* CODE_RULE when a rule cannot be evaluated (a pattern that runs away): the pointer is into the table's file,
 * the message names table and rule, and nothing is decided. In the search for the nearest rule such a clause
 * counts as one that fails. */
int table_decide(const struct table *table, const json_t *document, struct decision *decision,
                 struct error *err);

#endif
