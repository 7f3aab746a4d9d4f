/*
 * Decision tables: ordered rules {id, description, when, then, from, until}, a policy, an optional default.
 * Pure: a document and a moment in, a decision with its reasons out.
 *
 * Policies: `first` takes the first rule that matches; `collect` takes all that match and merges what they
 * say; `unique` allows one rule to match, two are an error of that document. A rule is in force from `from`
 * until just before `until`, either a moment or a date (RFC 3339; a date begins at 00:00 UTC).
 *
 * Merging, in the order of the rules: of two arrays the union in order, an element once; of anything else,
 * objects too, the later replaces the earlier.
 *
 * Rules are found by an index: of a rule whose condition has a top-level clause {path: literal}, {"$eq"} or
 * {"$in"} of scalars, one such clause is chosen when the table is compiled, and the rule is looked at only
 * for documents that hold one of those values at that path. Decisions are those of a search from the first
 * rule to the last, errors too: a clause that stands behind a pattern is not chosen.
 */
#ifndef CASEWORK_RULE_TABLE_H
#define CASEWORK_RULE_TABLE_H

#include "base/timestamp.h"
#include "rule/match.h"

enum table_policy {
    TABLE_FIRST,
    TABLE_COLLECT,
    TABLE_UNIQUE
};
extern const char *const table_policy_names[]; /* "first" ... NULL */

struct rule {
    const char *id;
    const struct match *when;
    const json_t *then; /* borrowed from the parsed table */
    usec from, until;   /* in force at from <= now < until; TIME_NONE: open on that side */
};

struct table_index;

struct table {
    const char *name; /* "assignment" */
    enum table_policy policy;
    struct rule *rules;
    size_t count;
    const json_t *fallback; /* the default's `then`, or NULL */
    const struct table_index *index;
};

/* Compiles a table. `check_then` judges each `then` (and the default) and sets err with a pointer below
 * `pointer`. Everything lives in the arena; `json` must outlive it. */
typedef int table_check_then(const json_t *then, const char *pointer, void *context, struct error *err);
int table_compile(const char *name, const json_t *json, table_check_then *check_then, void *context,
                  struct arena *arena, struct table **table, struct error *err);

/* What a table says of a document. */
struct decision {
    const struct table *table;
    const struct rule *rule;   /* the rule that fired, of several the first; NULL: none did */
    const struct rule **rules; /* those that fired, rule_count of them, in order; owned */
    size_t rule_count;
    const json_t *then;         /* what the rules say together, else the default's, else NULL */
    json_t *merged;             /* `then` when several rules make it up; owned */
    const struct rule *nearest; /* when none fired: the rule with the fewest failing clauses */
    const char *failed[8];      /* names of nearest's failing clauses, "from" and "until" among them; the
                                   first failed_count of them */
    size_t failed_count;
};
/* CODE_RULE when a rule cannot be evaluated (a pattern that runs away) and when two match in a table of
 * policy `unique`: the pointer is into the table's file, the message names table and rules, and nothing is
 * decided. In the search for the nearest rule a clause that cannot be evaluated counts as one that fails.
 * `decision` is to be released, also after an error. Texts within `then` are the table's own and outlive the
 * release; merged objects and arrays do not. */
int table_decide(const struct table *table, const json_t *document, usec now, struct decision *decision,
                 struct error *err);
void decision_release(struct decision *decision);

#endif
