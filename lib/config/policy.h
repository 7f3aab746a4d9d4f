/*
 * Policy at a commit: the config repository's files as compiled rules.
 *
 * A commit's files come from the store (policy_table) or, for one that the store has not seen, from the
 * helper policy-load, which alone among the tools of the pipe links libgit2. Before a commit is used for the
 * first time the whole of it is checked (policy_check); after that its objects are compiled when first asked
 * for and kept. Everything lives in the policy's own arena; pointers handed out are valid until
 * policy_free().
 */
#ifndef CASEWORK_CONFIG_POLICY_H
#define CASEWORK_CONFIG_POLICY_H

#include "base/arena.h"
#include "base/error.h"
#include "rule/calendar.h"
#include "rule/clock.h"
#include "rule/pick.h"
#include "rule/priority.h"
#include "rule/table.h"
#include "rule/workflow.h"
#include "store/policy_table.h"

struct policy;

/* Takes the files as they are (their texts must outlive the policy or be in `arena`, which the policy takes
 * over). */
int policy_new(struct policy **p, const char *commit, const struct policy_file *files, size_t count,
               struct arena *arena, struct error *err);
void policy_free(struct policy *p);
const char *policy_commit(const struct policy *p); /* 40 hex digits */

/* Compiles everything and checks references between files. CODE_POLICY or CODE_NOT_SUPPORTED with "FILE:
 * /pointer: message" of the first finding. Used once, before a commit is first kept. */
int policy_check(struct policy *p, struct error *err);

/* Why people turn cases down. */
struct decline_reason {
    const char *name;
    bool again; /* the same person may be offered the case once more */
};

/* casework.json */
struct policy_settings {
    const char *number_prefix; /* "CS" */
    int64_t number_digits;     /* 7 */
    int64_t number_first;      /* 1001 */
    struct priority_matrix matrix;
    const char *time_zone;     /* "UTC" */
    const char *default_group; /* "triage" */
    int64_t impact_depth;      /* relations that failure is followed along; 16 */
    const struct decline_reason *decline_reasons;
    size_t decline_reason_count; /* 0: any reason will do, and is for good */
    struct service_impact service_impact;
};
int policy_settings(struct policy *p, const struct policy_settings **s, struct error *err);

struct group {
    const char *name, *description;
    const char *calendar; /* NULL: always open */
    bool vendor;
    int64_t capacity; /* of an agent that names none; default 8 */
    int64_t sizes[5]; /* by priority 1..4; what is not said is 1 */
    struct pick_weights criteria;
    bool offers;        /* its people accept what they get; else it is theirs at once */
    usec offer_timeout; /* an offer without an answer goes back; TIME_NONE: never */
};
int policy_group(struct policy *p, const char *name, const struct group **g,
                 struct error *err); /* CODE_NOT_FOUND */

/* fields/properties: a named subset of JSON Schema: type (string integer number boolean), enum, format (date,
 * date-time, email), pattern is not supported yet, minimum, maximum, maxLength, description, personal. */
struct case_type_field {
    const char *name;
    const json_t *schema;
    bool required, personal;
};
struct case_type {
    const char *name, *description;
    const char *workflow; /* default workflow, or NULL */
    bool open;            /* unknown members go to `fields` unchecked */
    const char *const *resolution_codes;
    size_t resolution_code_count; /* 0: any code */
    struct case_type_field *fields;
    size_t field_count;
};
int policy_case_type(struct policy *p, const char *name, const struct case_type **t,
                     struct error *err); /* CODE_NOT_FOUND */
/* Checks a `fields` object (NULL: none) against the type; pointers "/fields/line". A null counts as absent.
 */
int case_type_check(const struct case_type *t, const json_t *fields, struct error *err);

int policy_workflow(struct policy *p, const char *name, const struct workflow **w,
                    struct error *err); /* CODE_NOT_FOUND */

/* routing/NAME.json; *t is NULL when the policy has no such table. */
int policy_table(struct policy *p, const char *name, const struct table **t, struct error *err);
/* What an assignment rule says. Names are borrowed from `then`, lists live in the arena. */
struct skill_need {
    const char *name;
    int64_t level; /* at least; 1 when the rule gives none */
};
/* The groups whose people may have the case once it has waited so long. */
struct assignment_pool {
    const char *const *groups;
    size_t group_count;
    usec after; /* counted from opened_at; 0: at once */
};
struct assignment {
    const char *group;  /* NULL: it names none, as rules of a table of policy `collect` may */
    const json_t *tags; /* array of strings, borrowed, or NULL */
    const struct skill_need *skills;
    size_t skill_count;
    const char *const *exclude; /* logins */
    size_t exclude_count;
    const struct assignment_pool *pools; /* as written; without `pools` one of the group itself */
    size_t pool_count;                   /* 0 only where group is NULL */
};
int assignment_read(const json_t *then, const char *pointer, struct arena *arena, struct assignment *a,
                    struct error *err);
/* The group instead of what it names, with one pool of the group itself. */
int assignment_to_group(struct assignment *a, const char *group, struct arena *arena, struct error *err);

/* All SLA definitions, by name. */
int policy_clocks(struct policy *p, const struct clock_definition *const **list, size_t *count,
                  struct error *err);
int policy_clock(struct policy *p, const char *name, const struct clock_definition **d,
                 struct error *err); /* CODE_NOT_FOUND */

/* The calendar compiled for at least [from, to]; NULL as the name is always open. The span grows as asked;
 * the pointer is valid until the next call for the same calendar. */
int policy_calendar(struct policy *p, const char *name, usec from, usec to, const struct calendar **c,
                    struct error *err);
bool policy_has_template(const struct policy *p, const char *name);

/* A file's raw text by path, for config-show; NULL when there is none. */
const struct policy_file *policy_file_find(const struct policy *p, const char *path);
const struct policy_file *policy_files(const struct policy *p, size_t *count);

#endif
