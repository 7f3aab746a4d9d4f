#include "base/json_write.h"
#include "tool/pages.h"

struct config_show {
    const char *format, *fields;
};

static const struct option_spec options[] = {
    LIST_OPTION_FORMAT(struct config_show),
    LIST_OPTION_FIELDS(struct config_show),
    OPTIONS_END,
};

static const struct list_column columns[] = {
    {"path", "PATH"},
    {"blob", "BLOB"},
    {"size", "SIZE"},
    {"commit", "COMMIT"},
};

/* KIND NAME on the command line is this file. */
static const struct {
    const char *kind, *folder, *extension;
} kinds[] = {
    {"case-type", "case-types", "json"},   {"workflow", "workflows", "json"},
    {"routing", "routing", "json"},        {"sla", "sla", "json"},
    {"calendar", "calendars", "json"},     {"group", "groups", "json"},
    {"template", "templates", "mustache"}, {"duty", "duties", "json"},
    {"scenario", "scenarios", "json"},
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    (void)run;
    if (count > 2)
        return error_set(err, CODE_USAGE, NULL, "unexpected operand \"%s\"", operands[2]);
    if (count < 2)
        return 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(operands[0], kinds[i].kind) == 0)
            return 0;
    return error_set(
        err, CODE_USAGE, NULL,
        "expected case-type, workflow, routing, sla, calendar, group, template, duty or scenario, got \"%s\"",
        operands[0]);
}

static const char *file_path(char **operands, size_t count, struct arena *arena)
{
    if (count == 1)
        return operands[0];
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(operands[0], kinds[i].kind) == 0)
            return arena_printf(arena, "%s/%s.%s", kinds[i].folder, operands[1], kinds[i].extension);
    return NULL;
}

static int print_file(struct run *run, const char *path, struct error *err)
{
    const struct policy_file *file = path ? policy_file_find(run->ctx.policy, path) : NULL;
    struct buf out = BUF_INIT;
    struct error missing;
    int rc;

    if (!path)
        return error_no_memory(err);
    if (!file) {
        error_init(&missing);
        error_set(&missing, CODE_NOT_FOUND, NULL, "no such file in %.10s", policy_commit(run->ctx.policy));
        return operand_failed(run, path, &missing, err);
    }
    buf_add(&out, file->text, file->length);
    rc = run_print(run, &out, err);
    buf_release(&out);
    return rc;
}

static int page(struct run *run, void *state, struct buf *lines, bool *more, struct error *err)
{
    size_t count = 0;
    const struct policy_file *files = policy_files(run->ctx.policy, &count);
    struct json_writer w;

    (void)state;
    (void)err;
    for (size_t i = 0; i < count; i++) {
        json_writer_init(&w, lines);
        json_begin_object(&w, NULL);
        json_put_text(&w, "path", files[i].path);
        json_put_text(&w, "blob", files[i].blob);
        json_put_int(&w, "size", (int64_t)files[i].length);
        json_put_text(&w, "commit", policy_commit(run->ctx.policy));
        json_end_object(&w);
        buf_add_char(lines, '\n');
    }
    *more = false;
    return 0;
}

static int config_show(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct config_show *o = run->options;
    const struct listing listing = {columns, sizeof columns / sizeof *columns, o->format, o->fields, page};

    if (count > 0)
        return print_file(run, file_path(operands, count, run->ctx.arena), err);
    return list_run(run, &listing, NULL, err);
}

static const struct tool tool = {
    .name = "config-show",
    .operands = "[PATH | KIND NAME]",
    .summary = "shows the policy in force, or one of its files as it stands; writes nothing",
    .flags = TOOL_READS | TOOL_POLICY,
    .options = options,
    .options_size = sizeof(struct config_show),
    .check = check,
    .run = config_show,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
