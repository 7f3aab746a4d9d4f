/*
 * A record on arrival: what it gave, and what becomes of one that was here before.
 */
#ifndef CASEWORK_ACT_ARRIVAL_H
#define CASEWORK_ACT_ARRIVAL_H

#include "act/stage.h"
#include "base/json_read.h"

struct arrival {
    struct casefile given;   /* the record as it came, without defaults */
    uint64_t members;        /* bit (1 << index in case_fields): the record names it */
    const char *extra;       /* members the case does not know, JSON object or NULL */
    const char *defaults[8]; /* names of members that the case got by default */
    size_t default_count;
};

/* Reads and checks the record into `c` and `a`; sets c->arrival, the keyed digest of its content. */
int arrival_read(struct context *ctx, const struct capture_options *options, const struct json_record *record,
                 struct casefile *c, struct arrival *a, struct error *err);
void arrival_default(struct arrival *a, const char *name);

/* `fields` and the unknown members against the case type (ctx->case_type): merged when it is open, else
 * rejected. */
int arrival_check_fields(struct context *ctx, struct arrival *a, struct casefile *c, struct error *err);
/* Members that tools alone set are accepted only as the case has them, or as a new one (without a number yet)
 * gets them anyway. CODE_READ_ONLY. */
int arrival_check_read_only(const struct arrival *a, const struct casefile *c, struct error *err);

/* The same (source, external_id) again: w becomes the existing case, with `duplicate`, and `differs` when the
 * content has changed; journaled once a content; the change taken over with DUPLICATE_UPDATE. */
int arrival_duplicate(struct context *ctx, const struct capture_options *options, struct arrival *a,
                      const struct casefile *existing, struct work *w, struct error *err);

#endif
