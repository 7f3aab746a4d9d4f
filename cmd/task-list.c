#include "base/json_write.h"
#include "store/task_table.h"
#include "tool/pages.h"

struct task_list {
    const char *group, *agent, *number, *state, *format, *fields;
    usec due_before;
    bool all;
    int64_t limit;
};

#define OPTION(member) offsetof(struct task_list, member)

static const struct option_spec options[] = {
    {0, "group", OPTION_TEXT, OPTION(group), "GROUP", "only tasks of this assignment group", "@group"},
    {0, "agent", OPTION_TEXT, OPTION(agent), "LOGIN", "only tasks of this person", "@agent"},
    {0, "case", OPTION_TEXT, OPTION(number), "CASE", "only tasks of this case", NULL},
    {0, "state", OPTION_TEXT, OPTION(state), "STATE", "only tasks in this state",
     "pending|ready|claimed|completed|failed|skipped|cancelled"},
    {0, "due-before", OPTION_TIME, OPTION(due_before), "TIME", "only tasks due before this moment (RFC 3339)",
     NULL},
    {0, "all", OPTION_FLAG, OPTION(all), NULL, "finished tasks too", NULL},
    {0, "limit", OPTION_INT, OPTION(limit), "N", "at most so many", NULL},
    LIST_OPTION_FORMAT(struct task_list),
    LIST_OPTION_FIELDS(struct task_list),
    OPTIONS_END,
};

static const struct task_list defaults = {.due_before = TIME_NONE, .limit = INT64_MAX};

static const struct list_column columns[] = {
    {"task", "TASK"},
    {"state", "STATE"},
    {"priority", "PRIORITY"},
    {"assignment_group", "GROUP"},
    {"assigned_to", "ASSIGNED TO"},
    {"ready_at", "READY"},
    {"due_at", "DUE"},
    {"blocked_by", "BLOCKED BY"},
};

struct listed {
    struct task_query query;
    int64_t left; /* rows that may still be printed */
};

static int page(struct run *run, void *state, struct buf *lines, bool *more, struct error *err)
{
    struct listed *l = state;
    size_t limit = l->left < PAGE_ROWS ? (size_t)l->left : PAGE_ROWS;
    struct task *tasks = ARENA_ARRAY(run->ctx.arena, struct task, PAGE_ROWS);
    struct json_writer w;
    int n;

    if (!tasks)
        return error_no_memory(err);
    n = limit > 0 ? task_page(run->ctx.db, &l->query, run->ctx.arena, tasks, limit, err) : 0;
    json_writer_init(&w, lines);
    for (int i = 0; i < n; i++) {
        w.need_comma = false;
        task_write(&tasks[i], &w);
        buf_add_char(lines, '\n');
    }
    l->left -= n > 0 ? n : 0;
    *more = n == PAGE_ROWS && l->left > 0;
    return n;
}

static int task_list(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct task_list *o = run->options;
    struct listing listing = {columns, sizeof columns / sizeof *columns, o->format, o->fields, page};
    struct listed l = {.left = o->limit};
    int rc;

    (void)operands;
    (void)count;
    task_query_init(&l.query);
    rc = option_enum("--state", task_state_names, o->state, &l.query.state, err);
    if (rc != 0)
        return rc;
    l.query.group = o->group;
    l.query.agent = o->agent;
    l.query.number = o->number;
    l.query.due_before = o->due_before;
    l.query.all = o->all;
    return list_run(run, &listing, &l, err);
}

static const struct tool tool = {
    .name = "task-list",
    .operands = "",
    .summary = "lists open tasks, most urgent first; writes nothing",
    .flags = TOOL_READS | TOOL_NO_OPERANDS,
    .options = options,
    .options_size = sizeof(struct task_list),
    .defaults = &defaults,
    .run = task_list,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
