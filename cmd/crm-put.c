/* crm-put: inserts, changes or deletes customer records by their key. */
#include "act/records.h"
#include "tool/tool.h"

struct put_options {
    bool replace, delete;
    const struct record_kind *kind; /* the operand; NULL: each record names its own */
};

static const struct option_spec options[] = {
    {0, "replace", OPTION_FLAG, offsetof(struct put_options, replace), NULL,
     "clear what a record does not give, instead of keeping it", NULL},
    {0, "delete", OPTION_FLAG, offsetof(struct put_options, delete), NULL,
     "delete the records that are named, unless something refers to them", NULL},
    OPTIONS_END,
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    struct put_options *o = run->options;

    if (o->replace && o->delete)
        return error_set(err, CODE_USAGE, NULL, "--replace and --delete exclude each other");
    if (count > 1)
        return error_set(err, CODE_USAGE, NULL, "unexpected operand \"%s\"", operands[1]);
    if (count == 0)
        return 0;
    o->kind = record_kind_find(operands[0]);
    return o->kind ? 0 : error_set(err, CODE_USAGE, NULL, "\"%s\" is no kind of record", operands[0]);
}

static void end_line(const struct run *run, const struct put_report *report, struct json_writer *w)
{
    if (report->unchanged)
        json_put_bool(w, "unchanged", true);
    if (run->ctx.dry_run)
        json_put_bool(w, "dry_run", true);
    json_end_object(w);
    buf_add_char(w->out, '\n');
}

static void print(const struct run *run, const struct put_report *report, struct buf *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    crm_record_write(&report->record, &w);
    buf_truncate(out, out->len - 1); /* the closing brace: there is more to say */
    w.need_comma = true;
    end_line(run, report, &w);
}

static void print_deleted(const struct run *run, const struct put_report *report, struct buf *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_begin_object(&w, NULL);
    json_put_text(&w, "kind", report->record.kind->name);
    json_put_text(&w, "key", report->record.key);
    json_put_bool(&w, "deleted", true);
    end_line(run, report, &w);
}

static uint64_t identify(struct run *run, const struct record *record)
{
    const struct put_options *o = run->options;

    return record_identity(&run->ctx, o->kind, &record->json);
}

/* New records that wait for each other as parents wait in vain: what is wrong is not that one is missing. */
static int wait_for(struct run *run, struct record *record, const struct put_report *report,
                    struct error *err)
{
    const struct crm_record *r = &report->record;
    const char *parent = r->kind->parent ? crm_text(r, r->kind->parent) : NULL;
    struct error cycle;

    record->wish.name = report->waits_for;
    record->wish.is_parent = parent && strcmp(err->pointer + 1, r->kind->parent) == 0;
    if (!run->waiting.last || !record->wish.is_parent || !waiting_looped(&run->waiting, record->waiting))
        return err->code;
    error_init(&cycle);
    error_set(&cycle, CODE_CYCLE, err->pointer, "%s would be above itself, by way of %s", r->key, parent);
    *err = cycle;
    return err->code;
}

static int put(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    const struct put_options *o = run->options;
    struct put_report report;
    int rc = put_record(&run->ctx, o->kind, &record->json, o->replace, &report, err);

    if (rc == CODE_UNKNOWN_REFERENCE)
        return wait_for(run, record, &report, err);
    if (rc != 0)
        return rc;
    record->verdict = VERDICT_UPDATED;
    if (report.unchanged || report.created)
        record->verdict = report.created ? VERDICT_NEW : VERDICT_UNCHANGED;
    print(run, &report, out);
    return 0;
}

static int delete (struct run *run, struct record *record, struct buf *out, struct error *err)
{
    const struct put_options *o = run->options;
    struct put_report report;
    int rc = delete_record(&run->ctx, o->kind, &record->json, &report, err);

    record->wish.name = report.waits_for;
    if (rc != 0)
        return rc;
    record->verdict = report.unchanged ? VERDICT_UNCHANGED : VERDICT_DONE;
    print_deleted(run, &report, out);
    return 0;
}

static int put_or_delete(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    const struct put_options *o = run->options;
    bool bare = o->delete &&o->kind && record->json.value.type == JSON_IS_STRING;

    if (record->json.value.type != JSON_IS_OBJECT && !bare)
        return error_set(err, CODE_INVALID, NULL, "expected an object, got %s",
                         json_describe(&record->json.value, run->ctx.arena));
    return o->delete ? delete (run, record, out, err) : put(run, record, out, err);
}

static const struct tool tool = {
    .name = "crm-put",
    .operands = "[KIND]",
    .summary = "Inserts, changes or deletes customer records by their key. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_STREAM | TOOL_PARAMETERS | TOOL_DEFERS,
    .options = options,
    .options_size = sizeof(struct put_options),
    .check = check,
    .identify = identify,
    .record = put_or_delete,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
