/*
 * The journal's pen: builds an event's exact bytes, chains and stores it.
 *
 *     struct json_writer *w = journal_open(j, ctx, &c->head, "case.routed", ctx->now);
 *     ... members of `data` ...
 *     rc = journal_close(j, err);
 *
 * After journal_close() the chain's seq and hash have moved on; whoever owns the chain saves it with its row
 * in the same transaction. Personal values stand in the event as {"sha256":HEX} with the salted value beside
 * it. `at` is when the fact became true; recorded_at the moment of writing.
 */
#ifndef CASEWORK_ACT_JOURNAL_H
#define CASEWORK_ACT_JOURNAL_H

#include "act/context.h"
#include "base/json_write.h"
#include "model/field.h"

#define JOURNAL_PERSONAL 64 /* personal values in one event at most; more are CODE_LIMIT */

/* The members that a case type marks personal inside `fields` are those of ctx->case_type. */

struct journal {
    struct context *ctx;
    struct chain *chain;
    struct json_writer w;
    const char *type;
    const char *config;
    usec at;
    size_t value_count;
    struct {
        const char *pointer, *value;
        unsigned char salt[SALT_SIZE];
    } values[JOURNAL_PERSONAL];
    struct error error; /* first failure while writing, told by journal_close */
    int64_t event_id;   /* after close */
};

/* config: the commit the decision was taken under, or NULL for ctx's policy; "" for none. */
struct json_writer *journal_open(struct journal *j, struct context *ctx, struct chain *chain,
                                 const char *type, usec at, const char *config);
int journal_close(struct journal *j, struct error *err);

/* Writes a member (or an element when name is NULL) whose value is personal. `pointer` is where it lies in
 * the event,
 * "/data/record/description"; `value` is JSON text; "null" is written plainly. */
void journal_personal(struct journal *j, const char *pointer, const char *name, const char *value);

/* `"NAME": {field: [before, after], ...}` for every journaled field that differs; personal ones masked.
 * `pointer` is the object's place ("/data/changes"). Writes nothing when nothing differs and returns 0, else
 * how many. */
int journal_changes(struct journal *j, const char *name, const char *pointer, const struct field *fields,
                    const void *before, const void *after);
/* `"NAME": {field: value, ...}` of everything that is present; personal ones masked. */
void journal_record(struct journal *j, const char *name, const char *pointer, const struct field *fields,
                    const void *object);

#endif
