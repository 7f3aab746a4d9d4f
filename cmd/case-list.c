#include "act/work.h"
#include "base/json_write.h"
#include "store/case_table.h"
#include "tool/pages.h"

struct case_list {
    bool active, failed;
    const char *state, *progress, *group, *agent, *account, *contact, *asset, *case_type, *where, *sort,
        *format, *fields;
    int64_t limit;
};

#define OPTION(member) offsetof(struct case_list, member)

static const struct option_spec options[] = {
    {0, "active", OPTION_FLAG, OPTION(active), NULL, "only cases that are new, open or awaiting information",
     NULL},
    {0, "state", OPTION_TEXT, OPTION(state), "STATE", "only cases in this state",
     "new|open|awaiting_info|resolved|closed|cancelled"},
    {0, "progress", OPTION_TEXT, OPTION(progress), "STAGE", "only cases whose chain has come so far",
     "captured|enriched|routed|dispatched|fulfilled"},
    {0, "group", OPTION_TEXT, OPTION(group), "GROUP", "only cases of this assignment group", "@group"},
    {0, "agent", OPTION_TEXT, OPTION(agent), "LOGIN", "only cases assigned to this person", "@agent"},
    {0, "account", OPTION_TEXT, OPTION(account), "KEY", "only cases of this account", "@account"},
    {0, "contact", OPTION_TEXT, OPTION(contact), "KEY", "only cases of this contact", "@contact"},
    {0, "asset", OPTION_TEXT, OPTION(asset), "KEY", "only cases of this asset", "@asset"},
    {0, "case-type", OPTION_TEXT, OPTION(case_type), "NAME", "only cases of this type", "@case-type"},
    {0, "failed", OPTION_FLAG, OPTION(failed), NULL, "only cases that failed in a stage, with the error",
     NULL},
    {0, "where", OPTION_TEXT, OPTION(where), "CONDITION",
     "only cases that match, as in '{\"account.tier\":\"gold\"}'", NULL},
    {0, "sort", OPTION_TEXT, OPTION(sort), "[-]KEY",
     "order by number, opened_at, priority or updated_at; '-' descends",
     "number|opened_at|priority|updated_at|-number|-opened_at|-priority|-updated_at"},
    {0, "limit", OPTION_INT, OPTION(limit), "N", "at most so many", NULL},
    LIST_OPTION_FORMAT(struct case_list),
    LIST_OPTION_FIELDS(struct case_list),
    OPTIONS_END,
};

static const struct case_list defaults = {.sort = "number", .limit = INT64_MAX};

static const struct list_column columns[] = {
    {"number", "NUMBER"},           {"state", "STATE"},       {"priority", "PRIORITY"},
    {"account", "ACCOUNT"},         {"progress", "PROGRESS"}, {"assignment_group", "GROUP"},
    {"assigned_to", "ASSIGNED TO"}, {"opened_at", "OPENED"},  {"short_description", "DESCRIPTION"},
};

static const struct list_column failed_columns[] = {
    {"number", "NUMBER"},         {"failed.stage", "STAGE"},       {"failed.code", "CODE"},
    {"failed.attempts", "TRIES"}, {"failed.next_try", "NEXT TRY"}, {"failed.message", "MESSAGE"},
};

struct listed {
    struct case_query query;
    struct where where;
    int64_t left; /* rows that may still be printed */
    bool failed;
};

static int read_sort(const char *text, struct case_query *query, struct error *err)
{
    static const char *const names[] = {"number", "opened_at", "priority", "updated_at"};

    query->descending = text[0] == '-';
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text + query->descending, names[i]) == 0) {
            query->sort = (enum case_sort)i;
            return 0;
        }
    return error_set(err, CODE_USAGE, NULL,
                     "--sort: expected number, opened_at, priority or updated_at, got \"%s\"", text);
}

static int read_query(const struct case_list *o, struct listed *l, struct error *err)
{
    int rc = read_sort(o->sort, &l->query, err);

    if (rc == 0)
        rc = option_enum("--state", case_state_names, o->state, &l->query.state, err);
    if (rc == 0)
        rc = option_enum("--progress", case_progress_names, o->progress, &l->query.progress, err);
    if (rc == 0)
        rc = where_read(&l->where, "--where", o->where, err);
    l->query.active_only = o->active;
    l->query.failed_only = l->failed = o->failed;
    l->query.group = o->group;
    l->query.agent = o->agent;
    l->query.account = o->account;
    l->query.contact = o->contact;
    l->query.asset = o->asset;
    l->query.case_type = o->case_type;
    l->left = o->limit;
    return rc;
}

static int write_failure(struct context *ctx, int64_t case_id, struct json_writer *w, struct error *err)
{
    struct stage_error e = {0};
    bool found = false;
    int rc = stage_error_find(ctx->db, case_id, ctx->arena, &e, &found, err);

    if (rc != 0 || !found)
        return rc;
    json_begin_object(w, "failed");
    json_put_text(w, "stage", e.stage);
    json_put_text(w, "code", e.code);
    json_put_text(w, "pointer", e.pointer && *e.pointer ? e.pointer : NULL);
    json_put_text(w, "message", e.message);
    json_put_int(w, "attempts", e.attempts);
    json_put_time(w, "failed_at", e.failed_at);
    json_put_time(w, "next_try", e.next_try);
    json_end_object(w);
    return 0;
}

static int write_case(struct context *ctx, const struct casefile *c, bool failed, struct buf *lines,
                      struct error *err)
{
    struct json_writer w;
    int rc = 0;

    json_writer_init(&w, lines);
    json_begin_object(&w, NULL);
    case_write(c, &w);
    if (failed)
        rc = write_failure(ctx, c->id, &w, err);
    json_end_object(&w);
    buf_add_char(lines, '\n');
    return rc;
}

static int list_case(struct run *run, struct listed *l, int64_t id, struct buf *lines, struct error *err)
{
    const json_t *document = NULL;
    struct work w;
    bool holds = false;
    int rc;

    work_init(&w);
    rc = work_load_id(&run->ctx, &w, id, err);
    if (rc == 0 && l->where.match)
        rc = work_document(&w, &document, err);
    if (rc == 0)
        rc = where_holds(run, &l->where, w.c.number, document, &holds, err);
    if (rc == 0 && holds) {
        rc = write_case(&run->ctx, &w.c, l->failed, lines, err);
        l->left--;
    }
    work_release(&w);
    return rc;
}

static int page(struct run *run, void *state, struct buf *lines, bool *more, struct error *err)
{
    struct listed *l = state;
    int64_t ids[PAGE_ROWS];
    int n = l->left > 0 ? case_page(run->ctx.db, &l->query, ids, PAGE_ROWS, err) : 0, rc = n;

    for (int i = 0; rc >= 0 && i < n && l->left > 0; i++)
        rc = list_case(run, l, ids[i], lines, err);
    *more = n > 0 && l->left > 0;
    return rc;
}

static int case_list(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct case_list *o = run->options;
    struct listing listing = {columns, sizeof columns / sizeof *columns, o->format, o->fields, page};
    struct listed l = {0};
    int rc = read_query(o, &l, err);

    (void)operands;
    (void)count;
    if (o->failed) {
        listing.columns = failed_columns;
        listing.column_count = sizeof failed_columns / sizeof *failed_columns;
    }
    if (rc == 0)
        rc = list_run(run, &listing, &l, err);
    where_release(&l.where);
    return rc;
}

static const struct tool tool = {
    .name = "case-list",
    .operands = "",
    .summary = "lists cases; writes nothing",
    .flags = TOOL_READS | TOOL_NO_OPERANDS,
    .options = options,
    .options_size = sizeof(struct case_list),
    .defaults = &defaults,
    .run = case_list,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
