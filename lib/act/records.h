/*
 * Customer records: upsert by key, journaled.
 */
#ifndef CASEWORK_ACT_RECORDS_H
#define CASEWORK_ACT_RECORDS_H

#include "act/context.h"
#include "model/crm.h"

struct put_report {
    struct crm_record record;
    bool unchanged, created;
};
/* `kind` may be NULL: the record names it. replace: absent members are cleared, else a merge patch.
 * CODE_UNKNOWN_REFERENCE when it refers to a record that is not there (the caller may try again at the end of
 * the stream); CODE_CYCLE. */
int put_record(struct context *ctx, const struct record_kind *kind, const struct json_record *json,
               bool replace, struct put_report *out, struct error *err);

#endif
