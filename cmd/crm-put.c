/* crm-put: inserts or changes customer records by their key. */
#include "act/records.h"
#include "tool/tool.h"

struct put_options {
    bool replace;
    const struct record_kind *kind; /* the operand; NULL: each record names its own */
};

static const struct option_spec options[] = {
    {0, "replace", OPTION_FLAG, offsetof(struct put_options, replace), NULL,
     "clear what a record does not give, instead of keeping it", NULL},
    OPTIONS_END,
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    struct put_options *o = run->options;

    if (count > 1)
        return error_set(err, CODE_USAGE, NULL, "unexpected operand \"%s\"", operands[1]);
    if (count == 0)
        return 0;
    o->kind = record_kind_find(operands[0]);
    return o->kind ? 0 : error_set(err, CODE_USAGE, NULL, "\"%s\" is no kind of record", operands[0]);
}

static void print(struct run *run, const struct put_report *report, struct buf *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    crm_record_write(&report->record, &w);
    if (report->unchanged || run->ctx.dry_run)
        buf_truncate(out, out->len - 1); /* the closing brace: there is more to say */
    if (report->unchanged)
        buf_add_text(out, ",\"unchanged\":true");
    if (run->ctx.dry_run)
        buf_add_text(out, ",\"dry_run\":true");
    buf_add_text(out, report->unchanged || run->ctx.dry_run ? "}\n" : "\n");
}

static int put(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    const struct put_options *o = run->options;
    struct put_report report;
    int rc;

    if (record->json.value.type != JSON_IS_OBJECT)
        return error_set(err, CODE_INVALID, NULL, "expected an object, got %s",
                         json_describe(&record->json.value, run->ctx.arena));
    rc = put_record(&run->ctx, o->kind, &record->json, o->replace, &report, err);
    if (rc != 0)
        return rc;
    record->verdict = VERDICT_UPDATED;
    if (report.unchanged || report.created)
        record->verdict = report.created ? VERDICT_NEW : VERDICT_UNCHANGED;
    print(run, &report, out);
    return 0;
}

static const struct tool tool = {
    .name = "crm-put",
    .operands = "[KIND]",
    .summary = "Inserts or changes customer records by their key. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_STREAM | TOOL_PARAMETERS | TOOL_DEFERS,
    .options = options,
    .options_size = sizeof(struct put_options),
    .check = check,
    .record = put,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
