#include "base/json_read.h"
#include "base/json_write.h"
#include "store/reject_table.h"
#include "tool/pages.h"

struct reject_list {
    bool records;
    int64_t limit;
    const char *format, *fields;
};

#define OPTION(member) offsetof(struct reject_list, member)

static const struct option_spec options[] = {
    {0, "records", OPTION_FLAG, OPTION(records), NULL, "print only the records, to be tried again", NULL},
    {0, "limit", OPTION_INT, OPTION(limit), "N", "at most so many", NULL},
    LIST_OPTION_FORMAT(struct reject_list),
    LIST_OPTION_FIELDS(struct reject_list),
    OPTIONS_END,
};

static const struct reject_list defaults = {.limit = INT64_MAX};

static const struct list_column columns[] = {
    {"reject", "REJECT"},
    {"last_at", "LAST"},
    {"count", "COUNT"},
    {"tool", "TOOL"},
    {"external_id", "EXTERNAL ID"},
    {"error.code", "CODE"},
    {"error.pointer", "POINTER"},
    {"error.message", "MESSAGE"},
};

struct listed {
    usec after_at;
    char after_hex[DIGEST_HEX];
    int64_t left; /* rows that may still be printed */
    bool records;
    int64_t raw; /* left out of --records: they were no JSON */
};

/* The reject as it is kept, with its name and count in front. */
static void write_reject(const struct reject *r, const char *hex, struct buf *lines)
{
    struct json_writer w;

    json_writer_init(&w, lines);
    json_begin_object(&w, NULL);
    json_put_text_n(&w, "reject", hex, 12);
    json_put_int(&w, "count", r->count);
    json_put_time(&w, "first_at", r->first_at);
    json_put_time(&w, "last_at", r->last_at);
    if (r->body[0] == '{' && r->body[1] != '}') {
        buf_add_char(lines, ',');
        buf_add_text(lines, r->body + 1);
    } else {
        json_end_object(&w);
    }
    buf_add_char(lines, '\n');
}

static int write_record(struct run *run, struct listed *l, const struct reject *r, struct buf *lines,
                        struct error *err)
{
    const struct json_value *value;
    struct json_record body;
    struct json_writer w;
    int rc = json_parse(run->ctx.parser, r->body, strlen(r->body), run->ctx.arena, &body, err);

    if (rc != 0)
        return rc;
    value = json_get(&body, "record");
    if (!value) {
        l->raw++;
        return 0;
    }
    json_writer_init(&w, lines);
    if (value->type == JSON_IS_STRING)
        json_put_text(&w, NULL, value->text);
    else
        json_put_raw(&w, NULL, value->text);
    buf_add_char(lines, '\n');
    return 0;
}

static int page(struct run *run, void *state, struct buf *lines, bool *more, struct error *err)
{
    struct listed *l = state;
    size_t limit = l->left < PAGE_ROWS ? (size_t)l->left : PAGE_ROWS;
    struct reject *list = ARENA_ARRAY(run->ctx.arena, struct reject, PAGE_ROWS);
    int n, rc;

    if (!list)
        return error_no_memory(err);
    rc = n =
        limit > 0 ? reject_page(run->ctx.db, l->after_at, l->after_hex, run->ctx.arena, list, limit, err) : 0;
    for (int i = 0; rc >= 0 && i < n; i++) {
        l->after_at = list[i].last_at;
        digest_hex(&list[i].digest, l->after_hex);
        if (l->records)
            rc = write_record(run, l, &list[i], lines, err);
        else
            write_reject(&list[i], l->after_hex, lines);
    }
    l->left -= n > 0 ? n : 0;
    *more = n == PAGE_ROWS && l->left > 0;
    return rc;
}

static int reject_list(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct reject_list *o = run->options;
    struct listing listing = {columns, sizeof columns / sizeof *columns, o->records ? "json" : o->format,
                              o->fields, page};
    struct listed l = {.after_at = INT64_MIN, .left = o->limit, .records = o->records};
    int rc;

    (void)operands;
    (void)count;
    rc = list_run(run, &listing, &l, err);
    if (rc == 0 && l.raw > 0)
        run_warn(run, "%lld left out: they were no JSON, see reject-list", (long long)l.raw);
    return rc;
}

static const struct tool tool = {
    .name = "reject-list",
    .operands = "",
    .summary = "lists records that could not become cases; writes nothing",
    .flags = TOOL_READS | TOOL_NO_OPERANDS,
    .options = options,
    .options_size = sizeof(struct reject_list),
    .defaults = &defaults,
    .run = reject_list,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
