/*
 * Workflows: a directed acyclic graph of tasks, and the engine that says what a change makes possible. Pure:
 * a function of (definition, states of the tasks, facts) to changes; it reads no store and no clock.
 *
 * In this version: type manual, needs, when, trigger all_success, expect, outcomes, description, milestones
 * with after. The rest of the contract's form (run, retry, timeout, compensate, for_each, other triggers ...)
 * is CODE_NOT_SUPPORTED.
 *
 * A `when` may read only tasks that its task waits for.
 *
 * The engine's rule for a pending task, once every need is finished: its trigger holds (all_success: every
 * need completed with success) and its `when` holds: ready. Trigger holds but `when` does not: skipped. A
 * task whose trigger can no longer hold is skipped at once. So a skipped or failed need skips what is behind
 * it. A `when` is evaluated at the moment the needs are met. A milestone is reached when all of its tasks are
 * finished and at least one completed with success; skipped when all were skipped (or it can no longer be
 * reached).
 */
#ifndef CASEWORK_RULE_WORKFLOW_H
#define CASEWORK_RULE_WORKFLOW_H

#include <jansson.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/timestamp.h"
#include "rule/match.h"

struct workflow_task {
    const char *name;
    const char *description;
    const char *group;        /* NULL: the group of the case */
    const json_t *needs_json; /* array as written, or NULL */
    const size_t *needs;      /* indexes of tasks */
    size_t needs_count;
    const struct match *when; /* NULL: always */
    usec expect;              /* working time it is expected to take, TIME_NONE: not said */
    const json_t
        *outcomes; /* {"approved":"success","rejected":"failure"}, or NULL: every outcome is a success */
};

struct workflow_milestone {
    const char *name;
    const size_t *after;
    size_t after_count;
};

struct workflow {
    const char *name;
    const char *description;
    struct workflow_task *tasks; /* in the file's order */
    size_t task_count;
    struct workflow_milestone *milestones;
    size_t milestone_count;
};

/* Names of tasks and milestones: lower-case letters, digits and hyphens, no hyphen first, at most 64 bytes. A
 * condition's path `tasks.NAME.x` must name a task of the workflow and one of state, outcome, output. Errors:
 * unknown members, a need that is no task, a cycle (CODE_CYCLE, the message shows it), no task at all. Lives
 * in the arena; `json` must outlive it. */
int workflow_compile(const char *name, const json_t *json, struct arena *arena, struct workflow **workflow,
                     struct error *err);
long workflow_find(const struct workflow *w, const char *task); /* index or -1 */

enum outcome_class {
    OUTCOME_SUCCESS,
    OUTCOME_FAILURE,
    OUTCOME_UNKNOWN
}; /* UNKNOWN: `outcomes` is given and lacks it */
/* The outcome "failed" is a failure unless `outcomes` says otherwise. NULL: no outcome was given. */
enum outcome_class workflow_outcome(const struct workflow_task *t, const char *outcome);

/* What the engine knows of a task (its latest iteration), indexed like workflow->tasks. */
enum run_state {
    RUN_PENDING,
    RUN_STARTED /* ready or claimed */,
    RUN_SUCCEEDED,
    RUN_FAILED,
    RUN_SKIPPED,
    RUN_CANCELLED
};
enum milestone_state {
    MILESTONE_OPEN,
    MILESTONE_REACHED,
    MILESTONE_SKIPPED
};

enum run_change_kind {
    RUN_READY,
    RUN_SKIP,
    RUN_MILESTONE_REACHED,
    RUN_MILESTONE_SKIPPED
};
struct run_change {
    enum run_change_kind kind;
    size_t index;       /* of the task or milestone */
    const char *reason; /* why skipped: "when" or the name of the need that did not succeed */
};

/* Moves `states` and `milestones` forward until nothing more follows and lists the changes in order (breadth
 * first, the file's order within a step). `changes` has room for task_count + milestone_count. *count is
 * their number. `document` is the case with a member `tasks` that the caller adds for the workflow's
 * conditions: an object keyed by task name,
 * {"verify":{"state":"completed","outcome":"approved","output":{...}}}; it is read as given, changes of this
 * very call are not seen in it. A need that was cancelled skips what is behind it as a failed one does.
 * finished: set when no task is pending or started. CODE_RULE when a `when` cannot be evaluated (a pattern
 * that runs away): the pointer is into the workflow's file, the message names the task. */
int workflow_advance(const struct workflow *w, enum run_state *states, enum milestone_state *milestones,
                     const json_t *document, struct run_change *changes, size_t *count, bool *finished,
                     struct error *err);

/* The tasks that have to run again when the work goes back to `target`: target itself and every task behind
 * it that is not pending, on some path of needs. marks[i] is set for each; returns their number. */
size_t workflow_behind(const struct workflow *w, size_t target, const enum run_state *states, bool *marks);

#endif
