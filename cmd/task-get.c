#include "base/json_write.h"
#include "store/task_table.h"
#include "tool/pages.h"

struct task_get {
    const char *format, *fields;
};

static const struct option_spec options[] = {
    LIST_OPTION_FORMAT(struct task_get),
    LIST_OPTION_FIELDS(struct task_get),
    OPTIONS_END,
};

static const struct task_get defaults = {.format = "json"};

static const struct list_column columns[] = {
    {"task", "TASK"},      {"state", "STATE"}, {"assignment_group", "GROUP"}, {"assigned_to", "ASSIGNED TO"},
    {"ready_at", "READY"}, {"due_at", "DUE"},  {"outcome", "OUTCOME"},
};

static int row(struct run *run, void *data, const char *operand, struct buf *lines, struct error *err)
{
    struct json_writer w;
    struct task task;
    int rc;

    (void)data;
    task_init(&task);
    rc = task_find(run->ctx.db, operand, run->ctx.arena, &task, err);
    if (rc != 0)
        return rc;
    json_writer_init(&w, lines);
    task_write(&task, &w);
    buf_add_char(lines, '\n');
    return 0;
}

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    (void)run;
    (void)operands;
    return count > 0 ? 0 : error_set(err, CODE_USAGE, NULL, "which task?");
}

static int task_get(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct task_get *o = run->options;
    struct listing listing = {columns, sizeof columns / sizeof *columns, o->format, o->fields, named_page};
    struct named_rows rows = {row, NULL, operands, count, 0};

    return list_run(run, &listing, &rows, err);
}

static const struct tool tool = {
    .name = "task-get",
    .operands = "TASK...",
    .summary = "prints tasks; writes nothing",
    .flags = TOOL_READS,
    .options = options,
    .options_size = sizeof(struct task_get),
    .defaults = &defaults,
    .check = check,
    .run = task_get,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
