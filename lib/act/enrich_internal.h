/*
 * What the files of case-enrich share: what is found out about a case before its context is written.
 */
#ifndef CASEWORK_ACT_ENRICH_INTERNAL_H
#define CASEWORK_ACT_ENRICH_INTERNAL_H

#include "act/impact.h"
#include "act/work.h"
#include "rule/entitle.h"
#include "store/case_table.h"

#define CONTEXT_MAX      ((size_t)256 * 1024)
#define CONTEXT_PROBLEMS 8
#define CONTEXT_SIMILAR  3

/* Records: kind NULL when there is none. */
struct found {
    /* Who asks: a contact, or a consumer, found by key, e-mail or phone. */
    struct crm_record requester;
    bool verified;
    const char *reason;    /* why not verified, or NULL */
    const char *on_behalf; /* by what right the requester asks for another: "related" "partner" "household" */

    struct crm_record account, consumer, product, asset, contract, entitlement;

    /* What they are owed: the candidates, how each fares, which is taken (-1: none) or came closest. */
    struct entitle_case facts;
    struct entitle_list candidates;
    struct entitle_verdict *verdicts;
    long chosen, nearest;

    const struct impact *impact; /* of the asset's configuration item; NULL: none */
    struct case_history history[CASE_HISTORIES];
    struct case_similar similar[CONTEXT_SIMILAR];
    size_t similar_count;

    struct {
        const char *pointer, *code;
    } problems[CONTEXT_PROBLEMS]; /* references that lead nowhere */
    size_t problem_count;
};

void add_problem(struct found *found, const char *pointer, const char *code);
/* Reads the record that a member refers to; one that is not there is a problem, not an error. */
int look_up(struct context *ctx, enum record_kind_id kind, const char *key, const char *pointer,
            struct crm_record *r, struct found *found, struct error *err);

/* Who asks, and for whom: fills what the case leaves open of contact, account, consumer and product. */
int find_requester(struct context *ctx, struct casefile *c, struct found *found, struct error *err);
/* Which entitlement covers the case; c->entitlement is it, unless the case named one. `again`: the case may
 * hold a unit already. */
int find_entitlement(struct context *ctx, struct casefile *c, bool again, struct found *found,
                     struct error *err);

/* The context as text (c->context), what it shares kept, and its event: case.enriched tells the members of
 * the context (as case_told_context has them) that differ from before's, null for one that is gone. *same:
 * none does, and there is nothing to tell. */
int write_context(struct context *ctx, struct work *w, const struct found *found, bool *same,
                  struct error *err);
/* The `explain` of --explain, in w. */
int explain_context(struct context *ctx, struct work *w, const struct found *found, struct error *err);

#endif
