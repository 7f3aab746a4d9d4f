#include "act/levels.h"
#include "store/case_table.h"
#include "store/sla_table.h"
#include "tool/pages.h"

struct sla_list {
    bool active, breached;
    int64_t limit;
    const char *format, *fields;
};

#define OPTION(member) offsetof(struct sla_list, member)

static const struct option_spec options[] = {
    {0, "active", OPTION_FLAG, OPTION(active), NULL, "only clocks that run or are paused", NULL},
    {0, "breached", OPTION_FLAG, OPTION(breached), NULL, "only clocks that have breached", NULL},
    {0, "limit", OPTION_INT, OPTION(limit), "N", "at most so many", NULL},
    LIST_OPTION_FORMAT(struct sla_list),
    LIST_OPTION_FIELDS(struct sla_list),
    OPTIONS_END,
};

static const struct sla_list defaults = {.limit = INT64_MAX};

static const struct list_column columns[] = {
    {"case", "CASE"},
    {"sla", "SLA"},
    {"stage", "STAGE"},
    {"has_breached", "BREACHED"},
    {"business_percentage", "PERCENT"},
    {"business_elapsed", "ELAPSED"},
    {"target", "TARGET"},
    {"planned_end_time", "PLANNED END"},
};

struct listed {
    const struct sla_list *options;
    int64_t after_id;
    int64_t left; /* rows that may still be printed */
};

static int page(struct run *run, void *state, struct buf *lines, bool *more, struct error *err)
{
    struct listed *l = state;
    size_t limit = l->left < PAGE_ROWS ? (size_t)l->left : PAGE_ROWS;
    struct sla *list = ARENA_ARRAY(run->ctx.arena, struct sla, PAGE_ROWS);
    int n, rc;

    if (!list)
        return error_no_memory(err);
    rc = n = limit > 0 ? sla_page(run->ctx.db, l->options->active, l->options->breached, l->after_id,
                                  run->ctx.arena, list, limit, err)
                       : 0;
    for (int i = 0; rc >= 0 && i < n; i++) {
        rc = levels_print(&run->ctx, &list[i], lines, err);
        l->after_id = list[i].id;
    }
    l->left -= n > 0 ? n : 0;
    *more = n == PAGE_ROWS && l->left > 0;
    return rc;
}

/* The clocks of one case. */
static int row(struct run *run, void *data, const char *operand, struct buf *lines, struct error *err)
{
    struct listed *l = data;
    struct sla *list = NULL;
    struct casefile c;
    size_t count = 0;
    int rc;

    casefile_init(&c);
    rc = case_find(run->ctx.db, operand, run->ctx.arena, &c, err);
    if (rc == 0)
        rc = sla_of_case(run->ctx.db, c.id, c.number, run->ctx.arena, &list, &count, err);
    for (size_t i = 0; rc == 0 && i < count && l->left > 0; i++) {
        if ((l->options->active && !sla_is_active(&list[i])) ||
            (l->options->breached && !list[i].has_breached))
            continue;
        rc = levels_print(&run->ctx, &list[i], lines, err);
        l->left--;
    }
    return rc;
}

static int sla_list(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct sla_list *o = run->options;
    struct listing listing = {columns, sizeof columns / sizeof *columns, o->format, o->fields, page};
    struct listed l = {.options = o, .left = o->limit};
    struct named_rows rows = {row, &l, operands, count, 0};

    context_tick(&run->ctx);
    if (count == 0)
        return list_run(run, &listing, &l, err);
    listing.page = named_page;
    return list_run(run, &listing, &rows, err);
}

static const struct tool tool = {
    .name = "sla-list",
    .operands = "[CASE...]",
    .summary = "lists SLAs as they stand at this moment; writes nothing",
    .flags = TOOL_READS,
    .options = options,
    .options_size = sizeof(struct sla_list),
    .defaults = &defaults,
    .run = sla_list,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
