/*
 * task: one row a task instance. milestone: what a case's workflow has reached.
 */
#ifndef CASEWORK_STORE_TASK_TABLE_H
#define CASEWORK_STORE_TASK_TABLE_H

#include "model/task.h"
#include "store/db.h"

int task_insert(struct db *db, struct task *t, struct error *err);     /* sets t->id */
int task_save(struct db *db, const struct task *t, struct error *err); /* every column but the names */
/* CODE_NOT_FOUND. `number` and `task` are filled in. */
int task_find(struct db *db, const char *full_name, struct arena *arena, struct task *t, struct error *err);
/* All instances of a case in (position, iteration, element) order, into the arena. */
int task_of_case(struct db *db, int64_t case_id, const char *number, struct arena *arena, struct task **tasks,
                 size_t *count, struct error *err);
/* Keeps the queue's order when a case's priority changes: updates `priority` of its open tasks. */
int task_set_priority(struct db *db, int64_t case_id, int64_t priority, struct error *err);

/* Queues: open work by group or agent, most urgent first (priority, ready_at, id; what is not ready yet comes
 * last in its priority), a page by keyset. A page without group, agent and number reads all open tasks: ask
 * for many then. */
struct task_query {
    const char *group, *agent, *number; /* NULL: any */
    int state;                          /* 0: any open state */
    bool all;                           /* finished ones too */
    usec due_before;                    /* TIME_NONE: any */
    bool unclaimed_only;                /* ready, nobody's, not blocked */
    int64_t after_priority, after_id;   /* cursor, advanced */
    usec after_ready_at;
};
void task_query_init(struct task_query *q);
int task_page(struct db *db, struct task_query *query, struct arena *arena, struct task *tasks, size_t limit,
              struct error *err);

struct milestone {
    const char *name;
    bool reached; /* else skipped */
    usec at;
};
int milestone_insert(struct db *db, int64_t case_id, const struct milestone *m, struct error *err);
int milestone_of_case(struct db *db, int64_t case_id, struct arena *arena, struct milestone **list,
                      size_t *count, struct error *err);
int milestone_delete(struct db *db, int64_t case_id, const char *name,
                     struct error *err); /* work was sent back */

#endif
