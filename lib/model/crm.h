/*
 * Customer records: who asks, what they own, what they are owed, and the agents who work for them.
 *
 * Every kind is a row of record_kinds: its fields, which of them are keys of other kinds. A record is held in
 * one struct whose slots the kind's fields point into, so that upsert, print, journal and SQL are one code
 * for all kinds.
 */
#ifndef CASEWORK_MODEL_CRM_H
#define CASEWORK_MODEL_CRM_H

#include "model/case.h"

enum record_kind_id {
    KIND_ACCOUNT,
    KIND_CONTACT,
    KIND_PRODUCT,
    KIND_ASSET,
    KIND_ENTITLEMENT,
    KIND_AGENT,
    KIND_CONTRACT, /* named by cases and entitlements; key, account, dates */
    KIND_CI,
    KIND_COUNT
};

#define RECORD_TEXTS 8
#define RECORD_INTS  4
#define RECORD_TIMES 2

struct crm_record {
    int64_t id;
    const struct record_kind *kind;
    const char *key;
    const char *texts[RECORD_TEXTS];
    int64_t ints[RECORD_INTS];
    usec times[RECORD_TIMES];
    int presence;       /* agent: index of presence_names */
    const char *groups; /* agent: JSON array */
    const char *skills; /* agent: JSON object of levels */
    const char *data;   /* members the kind does not know, JSON object */
    bool active;        /* false: retired */
    struct chain head;  /* subject "account/ACME"; head.seq is printed as `seq` */
};

extern const char *const presence_names[];       /* available away offline */
extern const char *const ci_criticality_names[]; /* critical high medium low: ranks 1-4 */

struct record_kind {
    enum record_kind_id id;
    const char *name;
    const struct field *fields; /* of struct crm_record, in printing order; `key` first */
    const char *parent;         /* the field that makes a tree of this kind, or NULL */
};

extern const struct record_kind record_kinds[KIND_COUNT];
const struct record_kind *record_kind_find(const char *name); /* NULL: unknown */

void crm_record_init(struct crm_record *r, const struct record_kind *kind);
/* Merges the members of a JSON record into r (null removes); unknown members go to `data`, `kind`, `seq` and
 * `active` are understood. Checks what the kind alone can tell (required, types, an entitlement that ends
 * before it starts, e-mail and phone form). */
int crm_record_read(struct crm_record *r, const struct json_record *record, struct arena *arena,
                    struct error *err);
void crm_record_write(const struct crm_record *r,
                      struct json_writer *w); /* a whole object: kind, key, ... , active false only */

/* Contact addresses: an e-mail folded to lower case (plus-addressing kept) and a phone as E.164
 * ("+4930123456"; blanks, dots, slashes, parentheses and hyphens dropped, 00 read as +). NULL when the text
 * is none. In the arena. */
const char *email_normalise(const char *text, struct arena *arena);
const char *phone_normalise(const char *text, struct arena *arena);

#endif
