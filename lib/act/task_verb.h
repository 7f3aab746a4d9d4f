/*
 * What every task verb does: find the task in its running case, and finish up. Private to lib/act.
 */
#ifndef CASEWORK_ACT_TASK_VERB_H
#define CASEWORK_ACT_TASK_VERB_H

#include "act/tasks.h"

struct task_verb {
    struct task_name name;
    struct work work;
    struct running running;
    size_t index; /* of the task in running.tasks */
};

/* The task may move when tasks are added: ask for it again. */
int task_verb_load(struct context *ctx, const char *full_name, struct task_verb *v, struct error *err);
struct task *task_verb_task(struct task_verb *v);
int task_verb_check_active(const struct task_verb *v, struct error *err); /* CODE_BAD_STATE */
/* The work goes back to result->send_back: new iterations of it and of everything behind it that is not
 * pending. CODE_INVALID when the task does not wait for it. */
int task_send_back(struct context *ctx, struct task_verb *v, const struct task_result *result,
                   struct error *err);
/* What follows: the engine (when `advance`), the SLAs, the case saved, the task reported. */
int task_verb_done(struct context *ctx, struct task_verb *v, bool advance, struct task_report *out,
                   struct error *err);
void task_verb_release(struct task_verb *v); /* also after a failed load */

#endif
