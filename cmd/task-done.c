/* task-done: finishes tasks with an outcome, or sends the work back; what that releases follows at once. */
#include "act/tasks.h"
#include "base/json_read.h"
#include "tool/tool.h"

#define RESULT(member) offsetof(struct task_result, member)

static const struct option_spec options[] = {
    {0, "outcome", OPTION_TEXT, RESULT(outcome), "NAME", "how it ended (done); \"failed\" needs a reason",
     NULL},
    {0, "output", OPTION_TEXT, RESULT(output), "JSON", "what it found out, for the tasks that follow", NULL},
    {0, "reason", OPTION_TEXT, RESULT(reason), "TEXT", "why it failed or goes back", NULL},
    {0, "send-back", OPTION_TEXT, RESULT(send_back), "TASK", "send the work back to this task of the case",
     NULL},
    OPTIONS_END,
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct task_result *result = run->options;
    struct error syntax;
    json_t *output;

    (void)operands;
    (void)count;
    if (result->send_back && (result->outcome || result->output))
        return error_set(err, CODE_USAGE, NULL, "--send-back excludes --outcome and --output");
    if ((result->send_back || (result->outcome && strcmp(result->outcome, "failed") == 0)) &&
        option_blank(result->reason))
        return error_set(err, CODE_USAGE, NULL, "a --reason is required");
    if (!result->output)
        return 0;
    error_init(&syntax);
    output = json_tree(result->output, strlen(result->output), &syntax);
    json_decref(output);
    return output ? 0 : error_set(err, CODE_USAGE, NULL, "--output: %s", syntax.message);
}

static int finish_one(struct context *ctx, const char *full_name, const void *data,
                      struct task_report *report, struct error *err)
{
    struct task_result result = *(const struct task_result *)data;
    struct json_record output = {0};
    int rc = 0;

    if (result.output)
        rc = json_parse(ctx->parser, result.output, strlen(result.output), ctx->arena, &output, err);
    /* compact; a string's text would be decoded, it is kept as given */
    if (rc == 0 && result.output && output.value.type != JSON_IS_STRING)
        result.output = output.value.text;
    return rc == 0 ? task_finish(ctx, full_name, &result, report, err) : rc;
}

static int finish(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    return tool_task(run, record, finish_one, run->options, out, err);
}

static const struct tool tool = {
    .name = "task-done",
    .operands = "[TASK]...",
    .summary = "Finishes tasks, or sends work back. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_POLICY | TOOL_STREAM,
    .options = options,
    .options_size = sizeof(struct task_result),
    .check = check,
    .record = finish,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
