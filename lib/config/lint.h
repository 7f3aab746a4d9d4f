/*
 * config-lint: every error of a policy, not only the first.
 */
#ifndef CASEWORK_CONFIG_LINT_H
#define CASEWORK_CONFIG_LINT_H

#include "config/policy.h"

struct finding {
    const char *code;    /* "syntax", "unknown_member", "unknown_reference", "not_supported", "cycle", ... */
    const char *file;    /* "routing/assignment.json" */
    long line, column;   /* 1-based; 0 when unknown */
    const char *pointer; /* into the file */
    const char *message;
};

typedef void lint_report(void *context, const struct finding *finding);

/* Reports each finding; returns how many, or a negative code. References that are checked: groups, calendars,
 * workflows, case types, templates named by rules, tasks, SLA definitions and casework.json. Unknown files
 * are findings too. */
long lint_policy(struct policy *p, lint_report *report, void *context, struct error *err);

/* Line and column of a JSON pointer in a text (of the member's name or the element), for messages. */
void json_locate(const char *text, size_t n, const char *pointer, long *line, long *column);

#endif
