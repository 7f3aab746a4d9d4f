/*
 * Tasks at work: claim, finish, fail, send back, block, reassign; and what a finished task releases, in the
 * same transaction.
 */
#ifndef CASEWORK_ACT_TASKS_H
#define CASEWORK_ACT_TASKS_H

#include "act/stage.h"
#include "store/task_table.h"

/* A case with its running workflow in memory. */
struct running {
    struct work *work;  /* borrowed */
    struct task *tasks; /* all instances, in (position, iteration, element) order */
    size_t task_count, task_capacity;
    const struct workflow *workflow; /* at the pinned commit */
    struct policy *policy;           /* of that commit */
    struct milestone *milestones;
    size_t milestone_count, milestone_capacity;
    json_t *document; /* of the workflow's conditions, while they are evaluated */
};

/* Reads the tasks and milestones of a loaded case. CODE_NOT_READY when it has no workflow yet. */
int running_load(struct context *ctx, struct work *work, struct running *r, struct error *err);
void running_release(struct running *r);
/* Releases, skips, reaches milestones, finishes the workflow: whatever follows from the states as they are.
 * The tasks it changes are saved; the case is not. */
int running_advance(struct context *ctx, struct running *r, struct error *err);

struct task_result {
    const char *outcome;   /* NULL: "done" */
    const char *output;    /* JSON text or NULL */
    const char *reason;    /* required with outcome failed and send_back */
    const char *send_back; /* name of a task of the same case */
};
/* Each verb finds the task by full name, does its part, and prints the task (`unchanged` when its target is
 * reached). Errors: CODE_NOT_FOUND, CODE_BAD_STATE, CODE_ALREADY_DONE, CODE_INVALID. */
struct task_report {
    struct task task;
    bool unchanged;
};
int task_finish(struct context *ctx, const char *full_name, const struct task_result *result,
                struct task_report *out, struct error *err);
int task_claim_one(struct context *ctx, const char *full_name, struct task_report *out, struct error *err);

struct task_change {
    bool release;
    int block; /* index of task_blocked_names, 0: no */
    const char *block_owner;
    bool unblock;
    const char *assign; /* login */
    const char *group;
    bool decline;
    const char *reason;
    const char *note;
};
int task_change(struct context *ctx, const char *full_name, const struct task_change *change,
                struct task_report *out, struct error *err);

/* Ends every open task of a case as cancelled (case-resolve --cancel-open, case-update --cancel). */
int running_cancel_open(struct context *ctx, struct running *r, const char *reason, size_t *cancelled,
                        struct error *err);

void task_report_print(struct context *ctx, const struct task_report *r, struct buf *out);

#endif
