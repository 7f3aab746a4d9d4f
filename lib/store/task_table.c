#include "store/task_table.h"

#include "store/row.h"

/* X(parameter, column, type letter) in the order of task_fields: what task_save writes. */
#define SAVED_COLUMNS(X)                                                                                     \
    X(3, position, i)                                                                                        \
    X(4, type, t)                                                                                            \
    X(5, state, t)                                                                                           \
    X(6, blocked_by, t)                                                                                      \
    X(7, blocked_reason, t)                                                                                  \
    X(8, blocked_owner, t)                                                                                   \
    X(9, assignment_group, t)                                                                                \
    X(10, assigned_to, t)                                                                                    \
    X(11, priority, i)                                                                                       \
    X(12, needs, t)                                                                                          \
    X(13, outcome, t)                                                                                        \
    X(14, output, t)                                                                                         \
    X(15, reason, t)                                                                                         \
    X(16, ready_at, i)                                                                                       \
    X(17, claimed_at, i)                                                                                     \
    X(18, finished_at, i)                                                                                    \
    X(19, due_at, i)                                                                                         \
    X(20, attempts, i)                                                                                       \
    X(21, correlation, t)

#define NAME(k, column, type)      #column,
#define TYPE(k, column, type)      #type
#define SET(k, column, type)       ", " #column " = $" #k
#define AFTER(k, column, type)     ", " #column
#define VALUE(k, column, type)     ", $" #k
#define QUALIFIED(k, column, type) ", t." #column

#define ALL_NAMES  SAVED_COLUMNS(AFTER)
#define ALL_VALUES SAVED_COLUMNS(VALUE)
#define ALL_SET    SAVED_COLUMNS(SET)
#define ALL_TYPES  SAVED_COLUMNS(TYPE)

static const char *const saved_columns[] = {SAVED_COLUMNS(NAME) NULL};

#define MAX_PARAMETERS 25
#define SELECT         "SELECT t.id, t.case_id, t.name, t.iteration, t.element" SAVED_COLUMNS(QUALIFIED)
#define SELECT_LISTED  SELECT ", c.number FROM task t JOIN cases c ON c.id = t.case_id "
#define COLUMN_NUMBER  24

#define OPEN "t.open = 1 "

/* A page of a queue: $1-$5 filters, $6 unclaimed only, $7-$9 the cursor, $10 the limit, $11 finished ones
 * too. */
#define PAGE(driver)                                                                                         \
    {                                                                                                        \
        SELECT_LISTED                                                                                        \
        "WHERE " driver "AND ($1 IS NULL OR t.assignment_group = $1) "                                       \
        "AND ($2 IS NULL OR t.assigned_to = $2) AND ($3 IS NULL OR c.number = $3) "                          \
        "AND ($4 IS NULL OR t.state = $4) AND ($5 IS NULL OR t.due_at < $5) "                                \
        "AND ($6 = 0 OR (t.assigned_to IS NULL AND t.blocked_by IS NULL)) AND ($11 = 1 OR " OPEN ") "        \
        "AND (t.priority, t.queue_at, t.id) > ($7, $8, $9) ORDER BY t.priority, t.queue_at, "                \
        "t.id LIMIT $10",                                                                                    \
            "ttttiiiiiii"                                                                                    \
    }

enum {
    TASK_INSERT,
    TASK_SAVE,
    TASK_FIND,
    TASK_OF_CASE,
    TASK_SET_PRIORITY,
    PAGE_ALL,
    PAGE_OPEN,
    PAGE_CASE,
    PAGE_AGENT,
    PAGE_GROUP,
    PAGE_GROUP_STATE,
};

static const struct statement statements[] = {
    [TASK_INSERT] = {"INSERT INTO task (case_id, queue_at" ALL_NAMES ", open, name, iteration, element) "
                     "VALUES ($1, $2" ALL_VALUES ", $22, $23, $24, $25)",
                     "ii" ALL_TYPES "itii"},
    [TASK_SAVE] = {"UPDATE task SET queue_at = $2" ALL_SET ", open = $22 WHERE id = $1", "ii" ALL_TYPES "i"},
    [TASK_FIND] = {SELECT_LISTED
                   "WHERE c.number = $1 AND t.name = $2 AND t.iteration = $3 AND t.element = $4",
                   "ttii"},
    [TASK_OF_CASE] = {SELECT " FROM task t WHERE t.case_id = $1 ORDER BY t.position, t.iteration, t.element",
                      "i"},
    [TASK_SET_PRIORITY] = {"UPDATE task SET priority = $2 WHERE case_id = $1 AND priority <> $2 AND open = 1",
                           "ii"},
    [PAGE_ALL] = PAGE("1 = 1 "),
    [PAGE_OPEN] = PAGE(OPEN),
    [PAGE_CASE] = PAGE("t.case_id = (SELECT id FROM cases WHERE number = $3) "),
    [PAGE_AGENT] = PAGE(OPEN "AND t.assigned_to = $2 "),
    [PAGE_GROUP] = PAGE(OPEN "AND t.assignment_group = $1 "),
    [PAGE_GROUP_STATE] = PAGE(OPEN "AND t.assignment_group = $1 AND t.state = $4 "),
};
const struct statement_set task_statements = STATEMENT_SET("task", statements);

/* What is not ready yet stands behind everything of its priority. */
static struct bind bind_queue_at(const struct task *t)
{
    return bind_int(t->ready_at == TIME_NONE ? INT64_MAX : t->ready_at);
}

int task_insert(struct db *db, struct task *t, struct error *err)
{
    struct bind binds[MAX_PARAMETERS] = {bind_int(t->case_id), bind_queue_at(t)};
    size_t n = 2 + bind_fields(binds + 2, task_fields, saved_columns, t);
    int rc;

    binds[n++] = bind_int(task_is_open(t));
    binds[n++] = bind_text(t->name);
    binds[n++] = bind_int(t->iteration);
    binds[n++] = bind_int(t->element);
    rc = db_exec(db, &statements[TASK_INSERT], binds, n, NULL, err);
    if (rc == 0)
        t->id = db_last_id(db);
    return rc;
}

int task_save(struct db *db, const struct task *t, struct error *err)
{
    struct bind binds[MAX_PARAMETERS] = {bind_int(t->id), bind_queue_at(t)};
    size_t n = 2 + bind_fields(binds + 2, task_fields, saved_columns, t);
    int64_t changed;
    int rc;

    binds[n++] = bind_int(task_is_open(t));
    rc = db_exec(db, &statements[TASK_SAVE], binds, n, &changed, err);
    if (rc == 0 && changed != 1)
        rc = error_set(err, CODE_BUG, NULL, "no task of id %lld", (long long)t->id);
    return rc;
}

static void read_task(const struct rows *rows, void *object, struct arena *arena)
{
    struct task *t = object;

    t->id = row_int(rows, 0);
    t->case_id = row_int(rows, 1);
    t->name = row_text(rows, 2, arena);
    t->iteration = row_int(rows, 3);
    t->element = row_int(rows, 4);
    row_read_fields(rows, 5, task_fields, saved_columns, t, arena);
}

static void name_task(struct task *t, const char *number, struct arena *arena)
{
    t->number = number;
    if (t->number && t->name)
        t->task = task_full_name(t->number, t->name, t->iteration, t->element, arena);
}

static void read_listed_task(const struct rows *rows, void *object, struct arena *arena)
{
    read_task(rows, object, arena);
    name_task(object, row_text(rows, COLUMN_NUMBER, arena), arena);
}

static const struct row_type task_row = {read_task, sizeof(struct task)};
static const struct row_type listed_task_row = {read_listed_task, sizeof(struct task)};

int task_find(struct db *db, const char *full_name, struct arena *arena, struct task *t, struct error *err)
{
    struct task_name name;
    bool found = false;
    int rc = task_name_parse(full_name, &name, arena, err);

    if (rc == 0)
        rc = query_one(db, &statements[TASK_FIND],
                       BINDS(bind_text(name.number), bind_text(name.name), bind_int(name.iteration),
                             bind_int(name.element)),
                       &listed_task_row, arena, t, &found, err);
    if (rc == 0 && !found)
        rc = error_set(err, CODE_NOT_FOUND, NULL, "no task %s", full_name);
    return rc;
}

int task_of_case(struct db *db, int64_t case_id, const char *number, struct arena *arena, struct task **tasks,
                 size_t *count, struct error *err)
{
    void *list;
    int rc = query_list(db, &statements[TASK_OF_CASE], BINDS(bind_int(case_id)), &task_row, arena, &list,
                        count, err);

    *tasks = list;
    for (size_t i = 0; rc == 0 && i < *count; i++)
        name_task(&(*tasks)[i], number, arena);
    return rc == 0 && arena_failed(arena) ? error_no_memory(err) : rc;
}

int task_set_priority(struct db *db, int64_t case_id, int64_t priority, struct error *err)
{
    return db_exec(db, &statements[TASK_SET_PRIORITY], BINDS(bind_int(case_id), bind_int(priority)), NULL,
                   err);
}

void task_query_init(struct task_query *q)
{
    *q = (struct task_query){.due_before = TIME_NONE, .after_ready_at = INT64_MIN};
}

static const struct statement *choose_page(const struct task_query *q)
{
    bool open = !q->all && (!q->state || (q->state >= TASK_PENDING && q->state <= TASK_CLAIMED));

    if (q->number)
        return &statements[PAGE_CASE];
    if (!open)
        return &statements[PAGE_ALL];
    if (q->agent)
        return &statements[PAGE_AGENT];
    if (q->group)
        return &statements[q->state || q->unclaimed_only ? PAGE_GROUP_STATE : PAGE_GROUP];
    return &statements[PAGE_OPEN];
}

int task_page(struct db *db, struct task_query *q, struct arena *arena, struct task *tasks, size_t limit,
              struct error *err)
{
    int state = q->unclaimed_only ? TASK_READY : q->state;
    int n = query_page(db, choose_page(q),
                       BINDS(bind_text(q->group), bind_text(q->agent), bind_text(q->number),
                             state ? bind_text(task_state_names[state]) : bind_null(),
                             bind_time(q->due_before), bind_int(q->unclaimed_only),
                             bind_int(q->after_priority), bind_int(q->after_ready_at), bind_int(q->after_id),
                             bind_int((int64_t)limit), bind_int(q->all || state)),
                       &listed_task_row, arena, tasks, limit, err);

    if (n > 0) {
        const struct task *last = &tasks[n - 1];
        q->after_priority = last->priority;
        q->after_ready_at = bind_queue_at(last).integer;
        q->after_id = last->id;
    }
    return n;
}
