/*
 * Customer records: who asks, what they own, what they are owed, what it all runs on, and the agents who work
 * for them. The kinds and their names follow ServiceNow's Customer Service Management.
 *
 * Every kind is a row of record_kinds: its fields, and which of them are keys of other kinds. A record is
 * held in one struct whose slots the kind's fields point into, so that upsert, print, journal and SQL are one
 * code for all kinds.
 *
 * Keys. A record has the `key` that it was given. A relation (account_relationship, ci_relation) needs none:
 * it is known by what it relates, so its key is made of the fields in `identity`, joined by '/', with '%' and
 * '/' inside of them written %25 and %2F: "web-1/depends_on/db-1". Given all the same, it must be that.
 */
#ifndef CASEWORK_MODEL_CRM_H
#define CASEWORK_MODEL_CRM_H

#include "model/case.h"

enum record_kind_id {
    KIND_ACCOUNT,
    KIND_ACCOUNT_RELATIONSHIP,
    KIND_CONTACT,
    KIND_CONSUMER,
    KIND_HOUSEHOLD,
    KIND_PRODUCT,
    KIND_SOLD_PRODUCT,
    KIND_LOCATION,
    KIND_CI,
    KIND_CI_RELATION,
    KIND_ASSET,
    KIND_CONTRACT,
    KIND_CONTRACT_LINE,
    KIND_ENTITLEMENT,
    KIND_AGENT,
    KIND_ARTICLE,
    KIND_COUNT
};

#define RELATION_PARTS   3
#define RELATION_KEY_MAX (9 * KEY_MAX + 2) /* three keys, every byte of them escaped */

#define RECORD_TEXTS 10
#define RECORD_INTS  3
#define RECORD_TIMES 2
#define RECORD_LISTS 3

struct crm_record {
    const struct record_kind *kind;
    const char *key;
    const char *texts[RECORD_TEXTS];
    const char *lists[RECORD_LISTS]; /* JSON arrays; an agent's groups and skills (an object of levels) */
    int64_t ints[RECORD_INTS];
    usec times[RECORD_TIMES];
    double strength;   /* ci_relation; NAN: absent */
    int presence;      /* agent: index of presence_names */
    int state;         /* contract, contract_line, entitlement: enum contract_state */
    int channel;       /* entitlement: index of case_channel_names */
    bool flags[2];     /* account: customer, partner */
    const char *data;  /* members the kind does not know, JSON object */
    bool active;       /* false: retired */
    bool stored;       /* the store has a row of it */
    struct chain head; /* subject "account/ACME"; head.seq is printed as `seq` */
};

enum account_flag {
    ACCOUNT_CUSTOMER,
    ACCOUNT_PARTNER
};

/* State of what was agreed. Absent is active. */
enum contract_state {
    CONTRACT_NONE,
    CONTRACT_DRAFT,
    CONTRACT_ACTIVE,
    CONTRACT_EXPIRED,
    CONTRACT_CANCELLED,
    CONTRACT_SUSPENDED
};

extern const char *const presence_names[];       /* available away offline */
extern const char *const contract_state_names[]; /* draft active expired cancelled suspended */
extern const char *const ci_criticality_names[]; /* critical high medium low: ranks 1-4 */

struct record_kind {
    enum record_kind_id id;
    const char *name;
    const struct field *fields;  /* of struct crm_record, in printing order; `key` first */
    const char *parent;          /* the field that makes a tree (or chain) of this kind, or NULL */
    const char *const *identity; /* of a relation: the RELATION_PARTS fields that make its key; else NULL */
};

/* In an order in which no kind refers to a later one. */
extern const struct record_kind record_kinds[KIND_COUNT];
const struct record_kind *record_kind_find(const char *name); /* NULL: unknown */

/* A number that stands for kind and key in tables in memory (base/number_map.h): a hash, never 0. */
uint64_t crm_name(const struct record_kind *kind, const char *key);

void crm_record_init(struct crm_record *r, const struct record_kind *kind);
/* The key that a JSON record names or makes; *key is NULL when it is none (crm_record_read then tells why).
 */
int crm_record_key(const struct record_kind *kind, const struct json_record *record, struct arena *arena,
                   const char **key, struct error *err);
/* Merges the members of a JSON record into r (null removes); unknown members go to `data`, `kind` and
 * `active` are understood, `seq` is passed over: another store counts for itself. Checks what the kind alone
 * can tell (required, types, something that ends before it starts, e-mail and phone form, a relation or tree
 * that leads to the record itself). */
int crm_record_read(struct crm_record *r, const struct json_record *record, struct arena *arena,
                    struct error *err);
void crm_record_write(const struct crm_record *r,
                      struct json_writer *w); /* a whole object: kind, key, ... , active false only */

/* Members by name, for code that knows the kind: the text, NULL when absent or r->kind is NULL; the moment.
 */
const char *crm_text(const struct crm_record *r, const char *name);
usec crm_time(const struct crm_record *r, const char *name);

/* An element of a list by which a record relates to others, with dates: `accounts` of a contact (those it may
 * ask for beside its own), `members` of a household, `contacts` of an asset (the only ones who may ask for
 * it, when there are any). In JSON the key stands under the name of its kind:
 * {"account":"ACME","relation":..}. */
struct record_link {
    const char *key;
    const char *relation;    /* free text, or NULL */
    bool head;               /* members: may ask for the others */
    usec starts_at, ends_at; /* TIME_NONE: open; ends_at is exclusive */
};
/* The links of such a list of a checked record, in the arena. */
int crm_links(const struct crm_record *r, const char *list, struct arena *arena, struct record_link **links,
              size_t *count, struct error *err);
/* Checks such a list and writes it as all records are written: members in order, times in UTC. */
int crm_tidy_links(struct crm_record *r, const char *list, struct arena *arena, struct error *err);
/* The link to `key` that holds at a moment, or NULL. */
const struct record_link *link_find(const struct record_link *links, size_t count, const char *key, usec at);
bool span_holds(usec starts_at, usec ends_at, usec at); /* starts_at inclusive, ends_at exclusive */

/* Normalised addresses: an e-mail folded to lower case (plus-addressing kept) and a phone as E.164
 * ("+4930123456"; blanks, dots, slashes, parentheses and hyphens dropped, "(0)" too, 00 read
 * as +). NULL when the text
 * is none. In the arena. */
const char *email_normalise(const char *text, struct arena *arena);
const char *phone_normalise(const char *text, struct arena *arena);
/* All addresses of a contact or consumer (`email`, `emails`, `phone`, `phones`), normalised. */
int crm_addresses(const struct crm_record *r, struct arena *arena, const char ***list, size_t *count,
                  struct error *err);

/* How failure spreads along a relation of this type: */
enum ci_spread {
    SPREAD_NONE,    /* it is kept and nothing more */
    SPREAD_FORWARD, /* `from` fails when `to` fails: depends_on runs_on hosted_on member_of */
    SPREAD_BOTH     /* each fails with the other: connected_to */
};
enum ci_spread ci_relation_spread(const char *type);

#endif
