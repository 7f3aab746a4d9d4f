#include "act/work.h"

#include "store/case_table.h"
#include "store/task_table.h"

void work_init(struct work *w)
{
    memset(w, 0, sizeof *w);
    casefile_init(&w->c);
    w->before = w->c;
}

void work_release(struct work *w)
{
    json_decref(w->document);
    w->document = NULL;
}

/* Time does not run backwards within a case: an event is never before the last one. */
static void begin(struct context *ctx, struct work *w)
{
    if (w->c.updated_at != TIME_NONE && w->c.updated_at > ctx->now)
        ctx->now = w->c.updated_at;
    w->before = w->c;
    work_release(w);
}

int work_load(struct context *ctx, struct work *w, const char *number, struct error *err)
{
    int rc = case_find(ctx->db, number, ctx->arena, &w->c, err);

    if (rc == 0)
        begin(ctx, w);
    return rc;
}

int work_load_id(struct context *ctx, struct work *w, int64_t id, struct error *err)
{
    int rc = case_find_id(ctx->db, id, ctx->arena, &w->c, err);

    if (rc == 0)
        begin(ctx, w);
    return rc;
}

int work_document(struct work *w, const json_t **document, struct error *err)
{
    int failed = 0;

    if (!w->document)
        w->document = case_document(&w->c);
    else
        failed = fields_tree_update(case_fields, &w->documented, &w->c, w->document);
    w->documented = w->c;
    *document = w->document;
    return w->document && !failed ? 0 : error_no_memory(err);
}

int work_save(struct context *ctx, struct work *w, struct error *err)
{
    int rc;

    if (w->c.head.seq == w->before.head.seq && !fields_differ(case_fields, &w->before, &w->c))
        return 0;
    w->c.updated_at = ctx->now;
    rc = case_save(ctx->db, &w->before, &w->c, err);
    if (w->c.major)
        ctx->majors_known = false;
    if (rc == 0)
        w->before = w->c;
    return rc;
}

int work_note_changes(struct context *ctx, struct work *w, struct error *err)
{
    struct buf text = BUF_INIT;
    struct json_writer out;
    struct field unnamed;

    json_writer_init(&out, &text);
    json_begin_object(&out, NULL);
    for (const struct field *f = case_fields; f->name; f++) {
        if ((f->flags & FIELD_NO_CHANGE && f->type != FIELD_JSON) || field_equal(f, &w->before, &w->c))
            continue;
        unnamed = *f;
        unnamed.name = NULL;
        json_begin_array(&out, f->name);
        field_write(&unnamed, &w->before, &out, true);
        field_write(&unnamed, &w->c, &out, true);
        json_end_array(&out);
    }
    json_end_object(&out);
    w->changes = buf_failed(&text) ? NULL : arena_strndup(ctx->arena, text.data, text.len);
    buf_release(&text);
    return w->changes ? 0 : error_no_memory(err);
}

static int print_tasks(struct context *ctx, struct work *w, struct json_writer *out, struct error *err)
{
    if (!w->tasks) {
        struct task *tasks = NULL;
        int rc = task_of_case(ctx->db, w->c.id, w->c.number, ctx->arena, &tasks, &w->task_count, err);
        if (rc != 0)
            return rc;
        w->tasks = tasks;
    }
    json_begin_array(out, "tasks");
    for (size_t i = 0; i < w->task_count; i++) {
        struct task t = w->tasks[i];
        if (ctx->dry_run && w->fresh)
            t.task = t.number = NULL; /* named after a number that will not be given */
        task_write(&t, out);
    }
    json_end_array(out);
    return 0;
}

int work_print(struct context *ctx, struct work *w, struct buf *out, struct error *err)
{
    struct json_writer writer;
    const char *number = w->c.number;
    int rc = 0;

    json_writer_init(&writer, out);
    json_begin_object(&writer, NULL);
    if (ctx->dry_run && w->fresh)
        w->c.number = NULL;
    case_write(&w->c, &writer);
    w->c.number = number;
    if (w->with_tasks)
        rc = print_tasks(ctx, w, &writer, err);
    if (w->unchanged)
        json_put_bool(&writer, "unchanged", true);
    if (w->duplicate)
        json_put_bool(&writer, "duplicate", true);
    json_put_raw(&writer, "differs", w->differs);
    json_put_raw(&writer, "changes", w->changes);
    json_put_raw(&writer, "unassigned", w->unassigned);
    json_put_raw(&writer, "explain", w->explain);
    json_put_raw(&writer, "trace", w->trace);
    if (ctx->dry_run)
        json_put_bool(&writer, "dry_run", true);
    json_end_object(&writer);
    buf_add_char(out, '\n');
    return rc == 0 && buf_failed(out) ? error_no_memory(err) : rc;
}
