/*
 * Conditions: MongoDB's query form over one document, compiled once and evaluated many times. Pure.
 *
 * The operators are $eq $ne $in $nin $gt $gte $lt $lte $exists $regex ($options) $not $all $size $elemMatch
 * below a path, $and $or $nor beside paths. Anything else is CODE_INVALID at compile time.
 *
 * Meaning (MongoDB's): a dotted path goes through arrays (each element is tried; a number also indexes); a
 * literal matches the value or a member of an array; comparison is only within one type (numbers, strings
 * bytewise, booleans, objects member by member in order, arrays); null matches missing; $gte/$lte null too;
 * $ne and $nin are the negations of $eq and $in; $not negates an operator object; integers and doubles are
 * compared exactly; an empty $and/$or/$nor is an error. A member whose name begins with $ inside a literal is
 * an error too: a misplaced operator must not compare as text. Null does not match through an array that
 * holds no object ({"a":[]} has no a.b to be null), as in MongoDB. $size and $elemMatch look at the array
 * that the path ends on, never at arrays inside of it. $elemMatch takes a condition, whose paths begin at the
 * element (an array among the elements has its indexes for names), or operators for the element itself. $all
 * wants each of its values, or each of its $elemMatch, to be found; an empty one matches nothing.
 *
 * $regex is PCRE2's language, searched for in strings (those of an array too), in UTF-8; $options are i m s
 * x. A pattern cannot hang: a search is counted in steps (an item of the pattern that is tried, or 16 bytes
 * passed over), and one evaluation has 4 million of them, some 0.1 s, and 32 more for each byte it searches.
 * Beyond that the pattern runs away, which is CODE_RULE: whether the condition holds is then not known.
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
 * all it refers to live in the arena, compiled patterns too, so there is nothing to free; literals point into
 * `condition`, which must outlive it. */
int match_compile(const json_t *condition, struct arena *arena, struct match **match, struct error *err);

/* Whether the condition holds. CODE_RULE when a pattern runs away: *matches is then false, and the error's
 * pointer is into the condition ("/description/$regex"). err may be NULL. */
int match_test(const struct match *match, const json_t *document, bool *matches, struct error *err);

/* The top-level clauses, for explanations: how many, their names ("account.tier"), and which of them holds
 * (as match_test()). */
size_t match_clause_count(const struct match *match);
const char *match_clause_name(const struct match *match, size_t i);
int match_clause_test(const struct match *match, size_t i, const json_t *document, bool *holds,
                      struct error *err);

/* Calls `visit` for each path that the condition reads in the document, as written, until it gives something
 * other than 0, which is returned. (Not those inside of $elemMatch, which begin at an element.) */
int match_visit_paths(const struct match *match, int (*visit)(void *context, const char *path),
                      void *context);

/* How what stands beside a path is read, for those who look into conditions: an object is one of operators
 * when any of its members begins with $, else a literal; below $elemMatch it is operators for the element
 * itself, or a condition on what the element holds ($and, $or and $nor may begin one); and $and, $or, $nor.
 */
bool has_operator(const json_t *value);
bool is_for_element(const json_t *value);
bool operator_joins(const char *name);

/* The value(s) a path reads, for workflow `output` and explanations: the first one found, or NULL. Borrowed.
 */
const json_t *match_resolve(const json_t *document, const char *path);

#endif
