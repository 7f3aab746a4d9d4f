/*
 * config-lint: every error of a policy, not only the first, and what a correct policy says without meaning
 * it.
 */
#ifndef CASEWORK_CONFIG_LINT_H
#define CASEWORK_CONFIG_LINT_H

#include "config/policy.h"
#include "store/db.h"

enum severity {
    SEVERITY_INFO,    /* something was not looked into: no finding */
    SEVERITY_WARNING, /* the policy loads, and does something else than it says */
    SEVERITY_ERROR    /* the policy does not load */
};
extern const char *const severity_names[];

struct finding {
    const char *code; /* an error's ("syntax", "unknown_reference", "cycle" ...) or one of finding_codes */
    enum severity severity;
    const char *file;    /* "routing/assignment.json" */
    long line, column;   /* 1-based; 0 when unknown */
    const char *pointer; /* into the file */
    const char *rule;    /* id of the rule of a decision table that it is about, or NULL */
    const char *message;

    /* Of findings in decision tables, see rule/analyse.h. */
    const char *const *by; /* ids of other rules */
    size_t by_count;
    const char *field;     /* a path, or NULL */
    const json_t *values;  /* of that field: an array, or NULL */
    const json_t *witness; /* members of a printed case, or NULL */
    usec at;               /* when the witness shows it, in a finding that has one; TIME_NONE: at any time */
};

/* Codes of findings that are no errors, each with what it means. */
struct finding_code {
    const char *code, *meaning;
};
extern const struct finding_code finding_codes[]; /* ends with a NULL code */

typedef void lint_report(void *context, const struct finding *finding);

/* Reports each finding; returns how many, those of SEVERITY_INFO not counted, or a negative code. References
 * that are checked: groups, calendars, workflows, case types, templates named by rules, tasks, SLA
 * definitions and casework.json. Unknown files are findings too. Decision tables that compile are analysed.
 */
long lint_policy(struct policy *p, lint_report *report, void *context, struct error *err);

/* What only a store can tell of a policy that lint_policy() has gone through: rules of the assignment table
 * that nobody could be picked by (no_one), skills that nobody has. Result as above. */
long lint_people(struct policy *p, struct db *db, lint_report *report, void *context, struct error *err);

/* Line and column of a JSON pointer in a text (of the member's name or the element), for messages. */
void json_locate(const char *text, size_t n, const char *pointer, long *line, long *column);

#endif
