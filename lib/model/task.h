/*
 * A task: a piece of a case's work for one group. Named by its case and its name in the workflow
 * (CS0001001/install); a later iteration CS0001001/install~2; an element of a for_each CS0001001/install.3.
 */
#ifndef CASEWORK_MODEL_TASK_H
#define CASEWORK_MODEL_TASK_H

#include "model/case.h"

enum task_state {
    TASK_NONE,
    TASK_PENDING,
    TASK_READY,
    TASK_CLAIMED,
    TASK_COMPLETED,
    TASK_FAILED,
    TASK_SKIPPED,
    TASK_CANCELLED
};
extern const char *const task_state_names[];

extern const char *const task_type_names[];    /* manual (the only one yet) */
extern const char *const task_blocked_names[]; /* customer vendor problem other */

struct task {
    int64_t id;
    int64_t case_id;
    const char *task;   /* full name, printed first */
    const char *number; /* its case, printed as `case` */
    const char *name;   /* in the workflow */
    int64_t iteration;  /* 1.. */
    int64_t element;    /* of a for_each; 0: none */
    int64_t position;   /* in the workflow's order, 0.. ; not printed */
    int type;           /* index of task_type_names */
    int state;          /* enum task_state */
    int blocked_by;     /* index of task_blocked_names */
    const char *blocked_reason, *blocked_owner;
    const char *assignment_group, *assigned_to;
    int64_t priority;  /* the case's, kept for the queue's order */
    const char *needs; /* JSON array of names */
    const char *outcome;
    const char *output; /* JSON value given by task-done */
    const char *reason; /* of a failure, skip, send-back or cancellation */
    usec ready_at, claimed_at, finished_at, due_at;
    int64_t attempts;
    const char *correlation;
};

extern const struct field task_fields[];

void task_init(struct task *t);
bool task_is_finished(const struct task *t); /* completed, failed, skipped, cancelled */
bool task_is_open(const struct task *t);     /* pending, ready, claimed */

/* "CS0001001/install~2.3" from its parts, in the arena. */
const char *task_full_name(const char *number, const char *name, int64_t iteration, int64_t element,
                           struct arena *a);
/* Splits a full name; CODE_INVALID when it is none. */
struct task_name {
    const char *number, *name;
    int64_t iteration, element;
};
int task_name_parse(const char *text, struct task_name *name, struct arena *arena, struct error *err);

void task_write(const struct task *t,
                struct json_writer *w); /* one whole object, as element or value (name NULL) */

#endif
