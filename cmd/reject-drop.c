#include "base/json_write.h"
#include "store/reject_table.h"
#include "tool/tool.h"

struct reject_drop {
    bool all;
};

static const struct option_spec options[] = {
    {0, "all", OPTION_FLAG, offsetof(struct reject_drop, all), NULL, "drop every reject", NULL},
    OPTIONS_END,
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct reject_drop *o = run->options;

    (void)operands;
    if (o->all && count > 0)
        return error_set(err, CODE_USAGE, NULL, "--all takes no operands");
    if (!o->all && count == 0)
        return error_set(err, CODE_USAGE, NULL, "which reject? (--all: every one)");
    return 0;
}

static void end_line(struct run *run, struct json_writer *w, struct buf *out)
{
    if (run->ctx.dry_run)
        json_put_bool(w, "dry_run", true);
    json_end_object(w);
    buf_add_char(out, '\n');
}

static int record(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    struct json_writer w;
    const char *name = NULL;
    bool dropped = false;
    int rc = record_name(record, "reject", &name, err);

    if (rc == 0)
        rc = reject_drop(run->ctx.db, name, &dropped, err);
    if (rc == 0 && !dropped)
        rc = error_set(err, CODE_NOT_FOUND, NULL, "no such reject");
    if (rc != 0)
        return rc;
    json_writer_init(&w, out);
    json_begin_object(&w, NULL);
    json_put_text(&w, "reject", name);
    json_put_bool(&w, "dropped", true);
    end_line(run, &w, out);
    return 0;
}

static int drop_all(struct run *run, void *data, struct buf *out, struct error *err)
{
    struct json_writer w;
    int64_t count = 0;
    int rc = reject_drop_all(run->ctx.db, &count, err);

    (void)data;
    if (rc != 0)
        return rc;
    json_writer_init(&w, out);
    json_begin_object(&w, NULL);
    json_put_int(&w, "dropped", count);
    end_line(run, &w, out);
    return 0;
}

static int run_all(struct run *run, char **operands, size_t count, struct error *err)
{
    (void)operands;
    (void)count;
    return run_transaction(run, drop_all, NULL, err);
}

static const struct tool tool = {
    .name = "reject-drop",
    .operands = "REJECT...",
    .summary = "drops rejects that will never become cases; writes to the store",
    .flags = TOOL_WRITES,
    .options = options,
    .options_size = sizeof(struct reject_drop),
    .check = check,
    .record = record,
    .run = run_all,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
