#include <nettle/base64.h>

#include "base/utf8.h"
#include "store/reject_table.h"
#include "tool/internal.h"

/* The content alone, whichever tool met it: what one tool rejected another may capture. */
static struct digest content_digest(const struct record *record)
{
    return digest_pair(record->text, record->length, NULL, 0);
}

static void write_raw(const struct record *record, struct json_writer *w)
{
    size_t size = (record->length + 2) / 3 * 4 + 1;
    char *text;

    if (utf8_valid(record->text, record->length)) {
        json_put_text_n(w, "raw", record->text, record->length);
        return;
    }
    text = malloc(size);
    if (!text) {
        w->out->failed = true;
        return;
    }
    base64_encode_raw(text, record->length, (const uint8_t *)record->text);
    json_put_text_n(w, "raw_base64", text, size - 1);
    free(text);
}

static void write_error(const struct error *e, struct json_writer *w)
{
    json_begin_object(w, "error");
    json_put_text(w, "code", code_name(e->code));
    if (e->pointer[0])
        json_put_text(w, "pointer", e->pointer);
    json_put_text(w, "message", e->message);
    json_end_object(w);
}

void reject_write(struct runner *r, const struct item *item, struct buf *out)
{
    const struct record *record = &item->record;
    struct json_writer w;

    json_writer_init(&w, out);
    json_begin_object(&w, NULL);
    json_put_text(&w, "tool", r->run.tool->name);
    json_put_time(&w, "at", item->at);
    if (record->line > 0) {
        json_put_int(&w, "line", record->line);
        json_put_int(&w, "index", record->index);
    }
    json_put_text(&w, "source", record->source);
    json_put_text(&w, "external_id", record->external_id);
    write_error(item->error, &w);
    if (record->json.value.text)
        json_put_raw(&w, "record", record->text);
    else if (record->text)
        write_raw(record, &w);
    else
        json_put_text(&w, "record", record->number); /* --pending: nothing was read */
    json_end_object(&w);
}

int reject_keep(struct runner *r, const struct item *item, struct error *err)
{
    struct buf body = BUF_INIT;
    struct reject reject = {
        .digest = content_digest(&item->record),
        .tool = r->run.tool->name,
        .source = item->record.source,
        .external_id = item->record.external_id,
        .count = 1,
        .first_at = item->at,
        .last_at = item->at,
    };
    int rc;

    if (!item->error)
        return error_no_memory(err);
    reject_write(r, item, &body);
    reject.body = buf_text(&body);
    rc = buf_failed(&body) ? error_no_memory(err) : reject_save(r->run.ctx.db, &reject, err);
    buf_release(&body);
    r->run.ctx.rejects_known = r->run.ctx.rejects_any = true;
    return rc;
}

int reject_forget(struct runner *r, const struct record *record, struct error *err)
{
    struct context *ctx = &r->run.ctx;
    struct digest digest;

    if (!ctx->rejects_known) {
        int rc = reject_any(ctx->db, &ctx->rejects_any, err);
        if (rc != 0)
            return rc;
        ctx->rejects_known = true;
    }
    if (!ctx->rejects_any)
        return 0;
    digest = content_digest(record);
    return reject_captured(ctx->db, &digest, record->source, record->external_id, err);
}

static void report_reject(struct runner *r, const struct item *item)
{
    const struct record *record = &item->record;
    char line[32];
    const char *where = record->number;

    if (record->line > 0) {
        snprintf(line, sizeof line, "line %lld", (long long)record->line);
        where = line;
    } else if (!where && record->json.value.type == JSON_IS_STRING) {
        where = record->json.value.text;
    }
    report_error(r, where, item->error);
}

int rejects_publish(struct runner *r, size_t first, size_t end, struct error *err)
{
    struct buf lines = BUF_INIT;
    int rc = 0;

    for (size_t i = first; i < end; i++) {
        const struct item *item = &r->batch.items[i];
        if (!item->error)
            continue;
        report_reject(r, item);
        if (r->rejects_fd < 0)
            continue;
        reject_write(r, item, &lines);
        buf_add_char(&lines, '\n');
    }
    if (buf_failed(&lines))
        rc = error_no_memory(err);
    else if (lines.len > 0)
        rc = buf_write_fd(&lines, r->rejects_fd, err);
    buf_release(&lines);
    return rc;
}
