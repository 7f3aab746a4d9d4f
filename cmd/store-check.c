#include "act/check.h"
#include "base/json_write.h"
#include "tool/tool.h"

struct printing {
    struct run *run;
    struct buf out;
    struct error error; /* the first failure to write */
};

static void print_finding(void *context, const char *code, const char *subject, int64_t seq,
                          const char *message)
{
    struct printing *p = context;
    struct json_writer w;

    if (p->error.code)
        return;
    json_writer_init(&w, &p->out);
    json_begin_object(&w, NULL);
    json_put_text(&w, "code", code);
    json_put_text(&w, "subject", *subject ? subject : NULL);
    if (seq > 0)
        json_put_int(&w, "seq", seq);
    json_put_text(&w, "message", message);
    json_end_object(&w);
    buf_add_char(&p->out, '\n');
    run_print(p->run, &p->out, &p->error);
}

static int store_check(struct run *run, char **operands, size_t count, struct error *err)
{
    struct printing p = {.run = run};
    size_t findings = 0;
    int rc;

    (void)operands;
    (void)count;
    error_init(&p.error);
    rc = check_store(&run->ctx, print_finding, &p, &findings, err);
    if (rc == 0 && p.error.code)
        rc = error_set(err, p.error.code, NULL, "%s", p.error.message);
    run->findings = findings > 0;
    buf_release(&p.out);
    return rc;
}

static const struct tool tool = {
    .name = "store-check",
    .operands = "",
    .summary = "checks the journal's chains, counters, and state against the journal; writes nothing",
    .flags = TOOL_READS | TOOL_NO_OPERANDS,
    .run = store_check,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
