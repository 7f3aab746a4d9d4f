/*
 * What dispatch and the task verbs share of a running workflow. Private to lib/act.
 */
#ifndef CASEWORK_ACT_RUNNING_INTERNAL_H
#define CASEWORK_ACT_RUNNING_INTERNAL_H

#include "act/tasks.h"

struct task *running_latest(const struct running *r, const char *name); /* latest iteration, NULL: none */
struct task *running_add_task(struct context *ctx, struct running *r,
                              struct error *err); /* pointers to tasks move */
void running_states(const struct running *r, enum run_state *states);
bool running_succeeded(const struct running *r, const char *name); /* the task's latest iteration */
const struct milestone *running_milestone(const struct running *r, const char *name);
int running_due(struct context *ctx, struct running *r, const struct workflow_task *definition,
                struct task *t, struct error *err);

/* Journals a task event on the case (before NULL: the whole record); running_save_task stores the row too. */
int running_journal_task(struct context *ctx, struct running *r, const char *type, const struct task *before,
                         const struct task *t, struct error *err);
int running_save_task(struct context *ctx, struct running *r, const char *type, const struct task *before,
                      struct task *t, struct error *err);

/* milestone.reached, milestone.skipped, or milestone.reopened when work was sent back. */
int running_journal_milestone(struct context *ctx, struct running *r, const char *type, const char *name,
                              struct error *err);

struct running_step {
    enum run_state *states;
    struct run_change *changes;
    size_t count;
    bool finished;
};
int running_follow(struct context *ctx, struct running *r, struct running_step *step, struct error *err);

#endif
