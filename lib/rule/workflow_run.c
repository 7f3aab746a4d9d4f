#include "rule/workflow.h"

#include <string.h>

#include "rule/reading.h"

long workflow_find(const struct workflow *w, const char *task)
{
    size_t i;

    for (i = 0; i < w->task_count; i++)
        if (strcmp(w->tasks[i].name, task) == 0)
            return (long)i;
    return -1;
}

enum outcome_class workflow_outcome(const struct workflow_task *t, const char *outcome)
{
    const char *class = outcome ? json_string_value(json_object_get(t->outcomes, outcome)) : NULL;

    if (class)
        return strcmp(class, "success") == 0 ? OUTCOME_SUCCESS : OUTCOME_FAILURE;
    if (outcome && strcmp(outcome, "failed") == 0)
        return OUTCOME_FAILURE;
    return t->outcomes ? OUTCOME_UNKNOWN : OUTCOME_SUCCESS;
}

static bool is_open(enum run_state state)
{
    return state == RUN_PENDING || state == RUN_STARTED;
}

static int when_holds(const struct workflow *w, const struct workflow_task *task, const json_t *document,
                      bool *holds, struct error *err)
{
    struct pointer_text at;
    struct error inner;

    *holds = true;
    error_init(&inner);
    if (!task->when || match_test(task->when, document, holds, &inner) == 0)
        return 0;
    at = pointer_to_member(pointer_to_member("/tasks", task->name).text, "when");
    rule_error_below(&inner, at.text, err);
    error_prefix(err, "workflow \"%s\", task \"%s\": ", w->name, task->name);
    return (int)inner.code;
}

/* What follows for a pending task from the states of its needs: 1, 0 when nothing does, or an error. */
static int decide_task(const struct workflow *w, size_t index, const enum run_state *states,
                       const json_t *document, struct run_change *change, struct error *err)
{
    const struct workflow_task *task = &w->tasks[index];
    bool met = true, holds;
    size_t i;
    int rc;

    for (i = 0; i < task->needs_count; i++) {
        enum run_state state = states[task->needs[i]];

        if (!is_open(state) && state != RUN_SUCCEEDED) {
            *change = (struct run_change){RUN_SKIP, index, w->tasks[task->needs[i]].name};
            return 1;
        }
        met = met && state == RUN_SUCCEEDED;
    }
    if (!met)
        return 0;
    if ((rc = when_holds(w, task, document, &holds, err)))
        return rc;
    *change = (struct run_change){holds ? RUN_READY : RUN_SKIP, index, holds ? NULL : "when"};
    return 1;
}

static bool decide_milestone(const struct workflow *w, size_t index, const enum run_state *states,
                             struct run_change *change)
{
    const struct workflow_milestone *m = &w->milestones[index];
    bool success = false;
    size_t i;

    for (i = 0; i < m->after_count; i++) {
        if (is_open(states[m->after[i]]))
            return false;
        success = success || states[m->after[i]] == RUN_SUCCEEDED;
    }
    *change = (struct run_change){success ? RUN_MILESTONE_REACHED : RUN_MILESTONE_SKIPPED, index, NULL};
    return true;
}

/* Everything that follows directly from the states as they are; none of it is applied. */
static int list_step(const struct workflow *w, const enum run_state *states,
                     const enum milestone_state *milestones, const json_t *document,
                     struct run_change *changes, size_t *count, struct error *err)
{
    size_t i;
    int rc;

    *count = 0;
    for (i = 0; i < w->task_count; i++)
        if (states[i] == RUN_PENDING) {
            if ((rc = decide_task(w, i, states, document, &changes[*count], err)) < 0)
                return rc;
            *count += (size_t)rc;
        }
    for (i = 0; i < w->milestone_count; i++)
        if (milestones[i] == MILESTONE_OPEN && decide_milestone(w, i, states, &changes[*count]))
            ++*count;
    return 0;
}

static void apply_change(const struct run_change *change, enum run_state *states,
                         enum milestone_state *milestones)
{
    switch (change->kind) {
    case RUN_READY:
        states[change->index] = RUN_STARTED;
        break;
    case RUN_SKIP:
        states[change->index] = RUN_SKIPPED;
        break;
    case RUN_MILESTONE_REACHED:
        milestones[change->index] = MILESTONE_REACHED;
        break;
    case RUN_MILESTONE_SKIPPED:
        milestones[change->index] = MILESTONE_SKIPPED;
        break;
    }
}

int workflow_advance(const struct workflow *w, enum run_state *states, enum milestone_state *milestones,
                     const json_t *document, struct run_change *changes, size_t *count, bool *finished,
                     struct error *err)
{
    size_t step, i;
    int rc;

    *count = 0;
    do {
        if ((rc = list_step(w, states, milestones, document, changes + *count, &step, err)))
            return rc;
        for (i = 0; i < step; i++)
            apply_change(&changes[*count + i], states, milestones);
        *count += step;
    } while (step > 0);
    *finished = true;
    for (i = 0; i < w->task_count; i++)
        if (is_open(states[i]))
            *finished = false;
    return 0;
}

static bool needs_marked(const struct workflow_task *task, const bool *marks)
{
    size_t k;

    for (k = 0; k < task->needs_count; k++)
        if (marks[task->needs[k]])
            return true;
    return false;
}

size_t workflow_behind(const struct workflow *w, size_t target, const enum run_state *states, bool *marks)
{
    bool more = true;
    size_t i, count = 0;

    memset(marks, 0, w->task_count * sizeof *marks);
    marks[target] = true;
    while (more) {
        more = false;
        for (i = 0; i < w->task_count; i++)
            if (!marks[i] && needs_marked(&w->tasks[i], marks))
                marks[i] = more = true;
    }
    for (i = 0; i < w->task_count; i++) {
        marks[i] = i == target || (marks[i] && states[i] != RUN_PENDING);
        count += marks[i];
    }
    return count;
}
