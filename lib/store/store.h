/*
 * The store as a whole: making one, opening one, its single row of facts.
 */
#ifndef CASEWORK_STORE_STORE_H
#define CASEWORK_STORE_STORE_H

#include "model/case.h"
#include "store/db.h"

#define STORE_SCHEMA_VERSION 1

struct store_info {
    int64_t schema_version;
    const char *store_id;              /* 32 hex digits */
    bool simulation;                   /* CASEWORK_NOW is honoured */
    const char *config_repo;           /* absolute path */
    const char *config_ref;            /* full name: refs/heads/main */
    const char *proxies;               /* JSON array of logins that may set CASEWORK_ACTOR */
    unsigned char secret[DIGEST_SIZE]; /* key of digests of personal content (arrivals) */
    struct chain head;                 /* of the subject "store" */
    usec created_at;
};

/* Writes schema and row into a new database inside the caller's transaction. `schema` is the text of
 * share/sql/schema.sql. */
int store_create(struct db *db, const char *schema, const struct store_info *info, struct error *err);
/* Reads the row; CODE_UNAVAILABLE when it is no store of ours, or a newer one (the message says which). */
int store_read(struct db *db, struct arena *arena, struct store_info *info, struct error *err);
int store_save_head(struct db *db, const struct chain *head, struct error *err);
/* The config repository has another place (store-restore). */
int store_save_config(struct db *db, const char *repository, const char *ref, struct error *err);

/* All statements of all tables, for the test that prepares each. */
struct statement_set {
    const char *table;
    const struct statement *statements;
    size_t count;
};
extern const struct statement_set *const store_statements[];
extern const size_t store_statement_sets;

#endif
