/*
 * What decided about a case: the events of its journal that rest on a rule, on another part of the policy, or
 * on somebody's hand.
 *
 * These count as decisions: the priority of case.created (by the matrix), every event whose reason names a
 * table, the default group, a case type or how a person was chosen, sla.attached, and what people did to
 * priority, group and person. What the journal does not tell is who wrote the rule: that is git's to say, and
 * the caller's to look up (struct why_source).
 */
#ifndef CASEWORK_ACT_WHY_H
#define CASEWORK_ACT_WHY_H

#include <jansson.h>

#include "act/context.h"

struct why {
    const char *number;
    int64_t seq;
    usec at;
    const char *event;     /* "case.routed" */
    const char *decision;  /* "priority", "assignment", "workflow" or another table, "person", "sla",
                              "manual" */
    const char *actor;     /* of a manual decision: by whose hand; else NULL */
    const char *sla;       /* of "sla": the definition; else NULL */
    const char **rules;    /* ids of those that fired, in order */
    size_t rule_count;     /* 0: no rule */
    bool by_default;       /* no rule fired: the table's default */
    const char *file;      /* of the policy, which holds what decided; NULL: none did */
    const char *pointer;   /* into the file, of what decided when no rule did; "": all of it */
    const char *commit;    /* of the policy in force, 40 hex digits; NULL: of none */
    const json_t *reason;  /* as the journal has it; NULL: none. That of case.created is made here */
    const json_t *data;    /* of the event, for what it says beside its reason */
    const json_t *changes; /* {field: [before, after]}, personal values as digests; NULL: none */
};

/* Each decision in the order of the journal. `why` is valid during the call. CODE_NOT_FOUND: no such case. */
typedef int why_decision(void *context, const struct why *why, struct error *err);
int why_read(struct context *ctx, const char *number, why_decision *each, void *context, struct error *err);

/* Where what decided stands, and who wrote that commit. All zeros (date: TIME_NONE): nothing is known. */
struct why_source {
    long *lines; /* of each rule, or a single one of what the pointer leads to; 0: not found */
    size_t line_count;
    const char *author, *subject; /* NULL: unknown */
    usec date;
    bool commit_missing; /* the repository does not have the commit (any more) */
    const char *problem; /* why file or line are not known; NULL: they are */
};

/* One line of JSON; or, for reading, at most two lines of text, the times in UTC. */
void why_write(const struct why *why, const struct why_source *source, struct buf *out);
void why_write_text(const struct why *why, const struct why_source *source, struct buf *out);

#endif
