/*
 * Reading policy trees: the members an object may have, typed, with the JSON pointer of whatever is wrong.
 *
 * Every reader gives 0 or a code, the error's pointer being into the file: `pointer` is that of the object at
 * hand.
 */
#ifndef CASEWORK_RULE_READING_H
#define CASEWORK_RULE_READING_H

#include <jansson.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/timestamp.h"
#include "rule/match.h"

/* A JSON pointer by value, made of another one: pointer_to_member("/rules/3", "when").text. */
struct pointer_text {
    char text[256];
};
struct pointer_text pointer_to_member(const char *pointer, const char *name);
struct pointer_text pointer_to_element(const char *pointer, size_t index);

/* The names an object may have: `known` now, `later` in a version to come. Both end with NULL; later may be
 * NULL. */
struct member_names {
    const char *const *known;
    const char *const *later;
};
/* CODE_INVALID when it is no object, CODE_UNKNOWN_MEMBER, CODE_NOT_SUPPORTED for the first member at fault.
 */
int rule_read_members(const json_t *object, const char *pointer, const struct member_names *names,
                      struct error *err);

enum member_need {
    MEMBER_OPTIONAL,
    MEMBER_REQUIRED
};

/* One member of a type (JSON_OBJECT, JSON_ARRAY, JSON_STRING, JSON_INTEGER); NULL when it is absent.
 * Borrowed. */
int rule_read_member(const json_t *object, const char *pointer, const char *name, json_type type,
                     enum member_need need, const json_t **value, struct error *err);
int rule_read_text(const json_t *object, const char *pointer, const char *name, enum member_need need,
                   const char **value, struct error *err);
/* An integer from `least` to `most`; `value` keeps what it holds when the member is absent. */
int rule_read_integer(const json_t *object, const char *pointer, const char *name, int64_t least,
                      int64_t most, int64_t *value, struct error *err);
/* A duration longer than none; TIME_NONE when absent. */
int rule_read_duration(const json_t *object, const char *pointer, const char *name, enum member_need need,
                       usec *value, struct error *err);
/* A compiled condition; NULL when absent. */
int rule_read_condition(const json_t *object, const char *pointer, const char *name, enum member_need need,
                        struct arena *arena, const struct match **value, struct error *err);

/* Takes over an error whose pointer is into what stands at `pointer` (a condition's, of its compilation or
 * its evaluation). Returns its code. */
int rule_error_below(const struct error *inner, const char *pointer, struct error *err);

/* Checks a value itself. */
int rule_expect(const json_t *value, const char *pointer, json_type type, struct error *err);
/* CODE_INVALID with "expected EXPECTED, got ..." and a short picture of the value. */
int rule_unexpected(const json_t *value, const char *pointer, const char *expected, struct error *err);

/* Rule ids: letters, digits, '.', '_' and '-', at most 128 bytes. Tasks and milestones: a lower-case letter
 * or digit, then also '-', at most 64 bytes, so that full task names can be taken apart. */
bool rule_id_valid(const char *name);
bool task_word_valid(const char *name);

#endif
