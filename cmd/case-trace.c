#include <sys/ioctl.h>

#include "act/trace.h"
#include "store/journal_table.h"
#include "tool/pages.h"

#define EVENT_PAGE 64

struct case_trace {
    bool hashes, values;
    const char *format;
};

#define OPTION(member) offsetof(struct case_trace, member)

static const struct option_spec options[] = {
    {0, "format", OPTION_TEXT, OPTION(format), "FORMAT",
     "text: a timeline for reading; json: each event's exact bytes", "text|json"},
    {0, "hashes", OPTION_FLAG, OPTION(hashes), NULL, "json: the event's hash and a tab before each event",
     NULL},
    {0, "values", OPTION_FLAG, OPTION(values), NULL,
     "json: with personal values put back in place of their digests", NULL},
    OPTIONS_END,
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    struct case_trace *o = run->options;

    (void)operands;
    if (count == 0)
        return error_set(err, CODE_USAGE, NULL, "which case?");
    if (!o->format)
        o->format = isatty(STDOUT_FILENO) && !o->hashes && !o->values ? "text" : "json";
    if (strcmp(o->format, "text") != 0 && strcmp(o->format, "json") != 0)
        return error_set(err, CODE_USAGE, NULL, "--format: expected text or json, got \"%s\"", o->format);
    if (strcmp(o->format, "text") == 0 && (o->hashes || o->values))
        return error_set(err, CODE_USAGE, NULL, "--hashes and --values are for --format=json");
    if (o->hashes && o->values)
        return error_set(err, CODE_USAGE, NULL,
                         "--hashes are those of the bytes as they are kept, without --values");
    return 0;
}

/* Width to fold the timeline to: the terminal's, or COLUMNS; 0: do not fold. */
static int columns(void)
{
    const char *wish = getenv("COLUMNS");
    struct winsize size;

    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return wish ? (int)strtol(wish, NULL, 10) : 0;
}

static void write_event(const struct event *e, bool hashes, struct buf *out)
{
    char hex[DIGEST_HEX];

    if (hashes) {
        digest_hex(&e->hash, hex);
        buf_add_format(out, "%s\t", hex);
    }
    buf_add(out, e->body, e->body_length);
    buf_add_char(out, '\n');
}

static int print_bytes(struct run *run, const char *subject, struct error *err)
{
    const struct case_trace *o = run->options;
    struct buf out = BUF_INIT;
    int64_t seq = 0;
    int rc = 0, n = EVENT_PAGE;

    while (rc == 0 && n == EVENT_PAGE) {
        struct event list[EVENT_PAGE];
        arena_clear(run->ctx.arena);
        n = event_page(run->ctx.db, subject, seq, run->ctx.arena, list, EVENT_PAGE, err);
        for (int i = 0; i < n; i++) {
            write_event(&list[i], o->hashes, &out);
            seq = list[i].seq;
        }
        rc = n < 0 ? n : run_print(run, &out, err);
    }
    buf_release(&out);
    return rc;
}

struct printing {
    struct run *run;
    struct buf out;
};

static int print_values(void *context, const struct event *event, const char *json, struct error *err)
{
    struct printing *p = context;

    (void)event;
    buf_add_text(&p->out, json);
    buf_add_char(&p->out, '\n');
    return run_print(p->run, &p->out, err);
}

static int print_trace(struct run *run, const char *subject, struct error *err)
{
    const struct case_trace *o = run->options;
    struct printing p = {run, BUF_INIT};
    int rc;

    if (strcmp(o->format, "text") == 0) {
        rc = trace_text(&run->ctx, subject, columns(), &p.out, err);
        if (rc == 0)
            rc = run_print(run, &p.out, err);
    } else if (o->values) {
        rc = trace_read(&run->ctx, subject, print_values, &p, err);
    } else {
        rc = print_bytes(run, subject, err);
    }
    buf_release(&p.out);
    return rc;
}

static int case_trace(struct run *run, char **operands, size_t count, struct error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct error missing;
        struct event first;
        int n = event_page(run->ctx.db, operands[i], 0, run->ctx.arena, &first, 1, err);
        error_init(&missing);
        error_set(&missing, CODE_NOT_FOUND, NULL, "no such case");
        if (n > 0)
            rc = print_trace(run, operands[i], err);
        else
            rc = n < 0 ? n : operand_failed(run, operands[i], &missing, err);
        arena_clear(run->ctx.arena);
    }
    return rc;
}

static const struct tool tool = {
    .name = "case-trace",
    .operands = "CASE...",
    .summary = "prints what happened to a case, by whom, when and why; writes nothing",
    .flags = TOOL_READS,
    .options = options,
    .options_size = sizeof(struct case_trace),
    .check = check,
    .run = case_trace,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
