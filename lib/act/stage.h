/*
 * The four stages, and what they share. A stage takes a case in memory, moves it forward, and leaves the
 * change in the store, the journal and the struct. It runs inside the transaction and savepoint of its
 * caller; a stage that fails leaves the struct undefined and the caller rolls back.
 */
#ifndef CASEWORK_ACT_STAGE_H
#define CASEWORK_ACT_STAGE_H

#include "act/work.h"

/* case-new. */
enum on_duplicate {
    DUPLICATE_KEEP,
    DUPLICATE_UPDATE,
    DUPLICATE_REJECT
};
struct capture_options {
    const char *source;    /* given to records that name none */
    const char *id_member; /* JSON pointer of the member that is the external id, NULL: none */
    enum on_duplicate on_duplicate;
};
int capture_case(struct context *ctx, const struct capture_options *options, const struct json_record *record,
                 struct work *w, struct error *err);

struct stage_options {
    bool again;
    bool explain;
    const char *reason; /* of --again */
};
int enrich_case(struct context *ctx, const struct stage_options *options, struct work *w, struct error *err);
int route_case(struct context *ctx, const struct stage_options *options, struct work *w, struct error *err);
int dispatch_case(struct context *ctx, const struct stage_options *options, struct work *w,
                  struct error *err);

/* Is the case ready for the stage whose result is `done`? 0: do it; 1: it has passed it or is no longer
 * active (the case is printed unchanged); CODE_NOT_READY. */
int stage_ready(const struct casefile *c, int done, struct error *err);

#endif
