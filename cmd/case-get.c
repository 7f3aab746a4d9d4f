#include "act/work.h"
#include "tool/pages.h"

struct case_get {
    bool tasks;
    const char *format, *fields;
};

static const struct option_spec options[] = {
    {0, "tasks", OPTION_FLAG, offsetof(struct case_get, tasks), NULL, "print each case with its tasks", NULL},
    LIST_OPTION_FORMAT(struct case_get),
    LIST_OPTION_FIELDS(struct case_get),
    OPTIONS_END,
};

static const struct case_get defaults = {.format = "json"};

static const struct list_column columns[] = {
    {"number", "NUMBER"},           {"state", "STATE"},       {"priority", "PRIORITY"},
    {"account", "ACCOUNT"},         {"progress", "PROGRESS"}, {"assignment_group", "GROUP"},
    {"assigned_to", "ASSIGNED TO"}, {"opened_at", "OPENED"},  {"short_description", "DESCRIPTION"},
};

static int row(struct run *run, void *data, const char *operand, struct buf *lines, struct error *err)
{
    const struct case_get *o = data;
    struct work w;
    int rc;

    work_init(&w);
    w.with_tasks = o->tasks;
    rc = work_load(&run->ctx, &w, operand, err);
    if (rc == 0)
        rc = work_print(&run->ctx, &w, lines, err);
    work_release(&w);
    return rc;
}

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    (void)run;
    (void)operands;
    return count > 0 ? 0 : error_set(err, CODE_USAGE, NULL, "which case?");
}

static int case_get(struct run *run, char **operands, size_t count, struct error *err)
{
    struct case_get *o = run->options;
    struct listing listing = {columns, sizeof columns / sizeof *columns, o->format, o->fields, named_page};
    struct named_rows rows = {row, o, operands, count, 0};

    return list_run(run, &listing, &rows, err);
}

static const struct tool tool = {
    .name = "case-get",
    .operands = "CASE...",
    .summary = "prints cases with their context; writes nothing",
    .flags = TOOL_READS,
    .options = options,
    .options_size = sizeof(struct case_get),
    .defaults = &defaults,
    .check = check,
    .run = case_get,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
