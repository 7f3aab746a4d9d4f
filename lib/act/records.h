/*
 * Customer records: upsert by key, deletion; journaled.
 *
 * What a record refers to must be there, and stays: a record that a case or another record refers to is not
 * deleted, but may be retired ("active": false).
 */
#ifndef CASEWORK_ACT_RECORDS_H
#define CASEWORK_ACT_RECORDS_H

#include "act/context.h"
#include "model/crm.h"

struct put_report {
    struct crm_record record; /* also after an error: what was read of it (kind NULL: not even that) */
    bool unchanged, created;
    uint64_t waits_for; /* crm_name() of the record that is missing, or in the way; 0: of none */
};

/* crm_name() of the record that a JSON record is about; 0: it does not say so. */
uint64_t record_identity(struct context *ctx, const struct record_kind *kind, const struct json_record *json);

/* `kind` may be NULL: the record names it. replace: absent members are cleared, else a merge patch. A record
 * that was deleted and comes again goes on in its old journal. CODE_UNKNOWN_REFERENCE when it refers to a
 * record that is not there, in `waits_for` (the caller may try again when it has come); CODE_CYCLE. */
int put_record(struct context *ctx, const struct record_kind *kind, const struct json_record *json,
               bool replace, struct put_report *out, struct error *err);
/* The record is named by an object, of which only kind and key (or what makes the key) count, or by a string
 * when `kind` is given. One that was deleted before is unchanged; CODE_NOT_FOUND when there never was one,
 * CODE_REFUSED while it is referred to, by the one in `waits_for` among others. */
int delete_record(struct context *ctx, const struct record_kind *kind, const struct json_record *json,
                  struct put_report *out, struct error *err);

#endif
