/* Tools that act on one case a record. */
#include "base/json_read.h"
#include "tool/tool.h"

int record_name(const struct record *record, const char *member, const char **name, struct error *err)
{
    const struct json_value *value = &record->json.value;
    char pointer[64] = "";

    if (value->type == JSON_IS_OBJECT) {
        pointer_push(pointer, (int)sizeof pointer, member);
        value = json_get(&record->json, member);
        if (!value || value->type == JSON_IS_NULL)
            return error_set(err, CODE_REQUIRED, pointer, "missing");
    }
    if (value->type != JSON_IS_STRING || value->length == 0 || value->length > KEY_MAX)
        return error_set(err, CODE_INVALID, pointer, "expected the name of a record");
    *name = value->text;
    return 0;
}

static int find_case(struct context *ctx, struct record *record, struct work *w, struct error *err)
{
    const char *number;
    int rc;

    if (record->case_id != 0) {
        rc = work_load_id(ctx, w, record->case_id, err);
    } else {
        rc = record_name(record, "number", &number, err);
        if (rc != 0)
            return rc;
        record->number = number;
        rc = work_load(ctx, w, number, err);
    }
    if (rc != 0)
        return rc;
    record->case_id = w->c.id;
    record->number = w->c.number;
    return 0;
}

int tool_case(struct run *run, struct record *record, case_act *act, const void *data, bool with_tasks,
              struct buf *out, struct error *err)
{
    bool pending = record->case_id != 0;
    struct work w;
    int rc;

    work_init(&w);
    rc = find_case(&run->ctx, record, &w, err);
    if (rc == 0)
        rc = act(&run->ctx, data, &w, err);
    if (rc == 0) {
        record->verdict = w.unchanged ? VERDICT_UNCHANGED : VERDICT_DONE;
        w.with_tasks = with_tasks;
        /* A case that waits in vain (still nobody to assign it to) is no news to cron. */
        if (!pending || !w.unchanged)
            rc = work_print(&run->ctx, &w, out, err);
    }
    work_release(&w);
    return rc;
}

struct stage_call {
    stage_function *stage;
    const struct stage_options *options;
};

static int call_stage(struct context *ctx, const void *data, struct work *w, struct error *err)
{
    const struct stage_call *call = data;

    return call->stage(ctx, call->options, w, err);
}

int tool_stage(struct run *run, struct record *record, stage_function *stage,
               const struct stage_options *options, bool with_tasks, struct buf *out, struct error *err)
{
    struct stage_call call = {stage, options};

    return tool_case(run, record, call_stage, &call, with_tasks, out, err);
}
