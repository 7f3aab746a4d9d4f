/*
 * Errors: one enumeration of codes, one struct that carries the details, one function that gives the exit
 * status.
 *
 * A library function that can fail returns 0 or a negative `enum code`; the caller passes a `struct error *`
 * that receives the pointer of the member at fault and the message. The first error wins: a later error_set()
 * on a struct that already holds one changes nothing, so clean-up code may fail without hiding the cause.
 *
 * Codes fall in two classes. A *record* error concerns one record: it is rolled back alone, reported and
 * rejected, and the rest goes on (exit 65). A *stop* error ends the tool: the batch is rolled back, nothing
 * of it is printed.
 *
 * Messages: lower case, no full stop, "expected what, got what"; values quoted; the writer of a message need
 * not mask control characters, error_set() does (case text is hostile).
 */
#ifndef CASEWORK_BASE_ERROR_H
#define CASEWORK_BASE_ERROR_H

#include <stdbool.h>

/* X(identifier, name printed in rejects, exit status; 65 marks a record error). casework(7) lists every one.
 */
#define ERROR_CODES(X)                                                                                       \
    X(SYNTAX, "syntax", 65)                 /* no JSON, or no value of the kind a record is */               \
    X(LIMIT, "limit", 65)                   /* too large, too deep, too long */                              \
    X(INVALID, "invalid", 65)               /* a member's value breaks the contract */                       \
    X(UNKNOWN_MEMBER, "unknown_member", 65) /* a member that the case type or kind does not know */          \
    X(REQUIRED, "required", 65)             /* a required member is absent */                                \
    X(READ_ONLY, "read_only", 65)           /* a member that tools alone set, given with another value */    \
    X(NOT_FOUND, "not_found", 65)           /* the record named does not exist */                            \
    X(UNKNOWN_REFERENCE, "unknown_reference", 65) /* a record refers to one that does not exist */           \
    X(DUPLICATE, "duplicate", 65)       /* the same external id with other content, --on-duplicate=reject */ \
    X(CYCLE, "cycle", 65)               /* a tree would contain itself */                                    \
    X(NOT_READY, "not_ready", 65)       /* the case has not passed the stage before */                       \
    X(BAD_STATE, "bad_state", 65)       /* the state of the case or task forbids it */                       \
    X(STALE, "stale", 65)               /* `seq` given is not the record's */                                \
    X(ALREADY_DONE, "already_done", 65) /* the task ended with another outcome */                            \
    X(OPEN_TASKS, "open_tasks", 65)     /* the case has tasks that are not finished */                       \
    X(CONFLICT, "conflict", 65)         /* a decision is not unique: two rules of a `unique` table match */  \
    X(RULE, "rule", 65)                 /* a rule cannot be evaluated on this record */                      \
    X(REFUSED, "refused", 65)           /* something else in the store stands against it */                  \
    X(FINDING, "finding", 65)           /* a check or a lint has findings */                                 \
    X(USAGE, "usage", 64)                                                                                    \
    X(NO_INPUT, "no_input", 66)       /* a named input cannot be opened */                                   \
    X(UNAVAILABLE, "unavailable", 69) /* no such store or repository, or it is not ours */                   \
    X(BUG, "bug", 70)                                                                                        \
    X(IO, "io", 74)                                                                                          \
    X(TEMPORARY, "temporary", 75) /* run it again: locked too long, disk full, unreachable */                \
    X(NO_MEMORY, "no_memory", 75)                                                                            \
    X(POLICY, "policy", 78)               /* no such ref, or the policy does not load */                     \
    X(NOT_SUPPORTED, "not_supported", 78) /* policy asks for something this version does not do */

enum code_index {
#define X(id, name, status) CODE_INDEX_##id,
    ERROR_CODES(X)
#undef X
    CODE_COUNT
};

enum code {
    CODE_OK = 0,
#define X(id, name, status) CODE_##id = -1 - CODE_INDEX_##id,
    ERROR_CODES(X)
#undef X
};

struct error {
    enum code code;     /* CODE_OK: holds no error */
    char pointer[256];  /* JSON pointer (RFC 6901) of the member at fault; "" when the whole record is */
    char message[1024]; /* for people; valid UTF-8, no control characters */
};

void error_init(struct error *err);

/* Records an error unless one is there already; `pointer` may be NULL. Returns `code`, so callers write
 * `return error_set(err, CODE_INVALID, "/impact", "expected 1, 2 or 3, got \"%s\"", text)`. err may be NULL.
 */
int error_set(struct error *err, enum code code, const char *pointer, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* As error_set, with strerror(errnum) appended after ": ". */
int error_errno(struct error *err, enum code code, int errnum, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Records the error that `from` holds, if any, unless `err` has one already; returns its code. */
int error_copy(struct error *err, const struct error *from);

/* Puts the text as it stands in front of the message of an error that is already there: error_prefix(err,
 * "%s: ", path). err may be NULL. */
void error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* CODE_NO_MEMORY with the standard message. */
int error_no_memory(struct error *err);

const char *code_name(enum code code);     /* "invalid"; "ok" for CODE_OK */
int code_exit_status(enum code code);      /* sysexits; 0 for CODE_OK */
bool code_is_record_error(enum code code); /* true: the record alone is rejected */

/* Escapes a member name for use in a JSON pointer ('~' as ~0, '/' as ~1) and appends "/name" to pointer.
 * Truncates. */
void pointer_push(char *pointer, int size, const char *name);

#endif
