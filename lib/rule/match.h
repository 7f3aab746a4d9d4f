/*
 * Conditions: MongoDB's query form over one document, compiled once and evaluated many times. Pure.
 *
 * In this version the operators $eq $ne $in $nin $gt $gte $lt $lte $exists $and $or $not; any other is
 * CODE_NOT_SUPPORTED when it is one of the language ($regex, $nor, $all, $size, $elemMatch), else
 * CODE_INVALID, at compile time.
 *
 * Meaning (MongoDB's): a dotted path goes through arrays (each element is tried; a number also indexes); a
 * literal matches the value or a member of an array; comparison is only within one type (numbers, strings
 * bytewise, booleans, objects member by member in order, arrays); null matches missing; $gte/$lte null too;
 * $ne and $nin are the negations of $eq and $in; $not negates an operator object; integers and doubles are
 * compared exactly; an empty $and/$or is an error. A member whose name begins with $ inside a literal is an
 * error too: a misplaced operator must not compare as text. Null does not match through an array that holds
 * no object ({"a":[]} has no a.b to be null), as in MongoDB.
 *
 * The resolver: a path R.x with R one of account contact consumer product asset contract entitlement reads
 * context.R.x, while R alone is the key; `services` and `history` read context.services and context.history.
 * This applies to a document that has an object `context`; in others paths are taken as they stand.
 */
#ifndef CASEWORK_RULE_MATCH_H
#define CASEWORK_RULE_MATCH_H

#include <jansson.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"

struct match;

/* Compiles a condition. The pointer of an error is into the condition ("/account.tier/$foo"). The result and
 * all it refers to live in the arena; literals keep references into `condition`, which must outlive it. */
int match_compile(const json_t *condition, struct arena *arena, struct match **match, struct error *err);

bool match_test(const struct match *match, const json_t *document);

/* The top-level clauses, for explanations: how many, their names ("account.tier"), and which of them holds.
 */
size_t match_clause_count(const struct match *match);
const char *match_clause_name(const struct match *match, size_t i);
bool match_clause_test(const struct match *match, size_t i, const json_t *document);

/* Calls `visit` for each path that the condition reads, as written, until it gives something other than 0,
 * which is returned. */
int match_visit_paths(const struct match *match, int (*visit)(void *context, const char *path),
                      void *context);

/* The value(s) a path reads, for workflow `output` and explanations: the first one found, or NULL. Borrowed.
 */
const json_t *match_resolve(const json_t *document, const char *path);

#endif
