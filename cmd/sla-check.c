/* sla-check: the tick. Tells every transition of a service level that time brought about, exactly once. */
#include "act/levels.h"
#include "base/json_read.h"
#include "store/journal_table.h"
#include "store/sla_table.h"
#include "tool/tool.h"

#define PAGE 1000

struct check_options {
    int64_t since; /* id of an event; INT_NONE: not given */
};

static const struct option_spec options[] = {
    {0, "since", OPTION_INT, offsetof(struct check_options, since), "EVENT",
     "first print the transitions again that the journal has after this event", NULL},
    OPTIONS_END,
};
static const struct check_options defaults = {INT_NONE};

struct sweep {
    int64_t after_id; /* of the last clock looked at */
    size_t left;      /* clocks of the last page */
};

static int tick_one(struct run *run, void *data, struct buf *out, struct error *err)
{
    const struct sla_due *due = data;
    size_t count = 0;

    return levels_tick(&run->ctx, due->id, due->case_id, out, &count, err);
}

static int tick_page(struct run *run, void *data, struct buf *out, struct error *err)
{
    struct sweep *s = data;
    struct sla_due due[PAGE];
    int count = sla_due(run->ctx.db, run->ctx.now, s->after_id, due, PAGE, err);

    for (int i = 0; i < count; i++) {
        char name[32];
        int rc;

        snprintf(name, sizeof name, "clock %lld", (long long)due[i].id);
        context_tick(&run->ctx);
        rc = run_attempt(run, name, tick_one, &due[i], out, err);
        if (rc < 0)
            return rc;
        s->after_id = due[i].id;
        arena_clear(run->ctx.arena);
    }
    s->left = count > 0 ? (size_t)count : 0;
    return count < 0 ? count : 0;
}

/* A tick that finds nothing due takes no lock. */
static int anything_due(struct run *run, const struct sweep *s, struct error *err)
{
    struct sla_due due;

    context_tick(&run->ctx);
    return sla_due(run->ctx.db, run->ctx.now, s->after_id, &due, 1, err);
}

static int sweep(struct run *run, struct error *err)
{
    struct sweep s = {.after_id = 0};
    int rc;

    while ((rc = anything_due(run, &s, err)) > 0) {
        rc = run_transaction(run, tick_page, &s, err);
        if (rc != 0)
            return rc;
    }
    return rc;
}

static int print_event(const struct event *event, struct buf *out, struct error *err)
{
    const char *kind = event->type + strlen("sla.");
    json_t *tree = NULL, *data;
    struct json_writer w;

    if (strcmp(kind, "warned") != 0 && strcmp(kind, "breached") != 0)
        return 0;
    tree = json_tree(event->body, event->body_length, err);
    if (!tree)
        return err->code;
    data = json_object_get(tree, "data");
    json_writer_init(&w, out);
    json_begin_object(&w, NULL);
    json_put_text(&w, "case", event->subject);
    json_put_text(&w, "sla", json_string_value(json_object_get(json_object_get(data, "sla"), "name")));
    json_put_text(&w, "event", kind);
    json_put_int(&w, "percent", json_integer_value(json_object_get(data, "percent")));
    json_put_time(&w, "at", event->at);
    json_put_int(&w, "id", event->id);
    json_end_object(&w);
    buf_add_char(out, '\n');
    json_decref(tree);
    return 0;
}

static int print_again(struct run *run, int64_t since, struct error *err)
{
    struct event *events = calloc(PAGE, sizeof *events);
    struct buf out = BUF_INIT;
    int count = PAGE, rc = events ? 0 : error_no_memory(err);

    while (rc == 0 && count == PAGE) {
        count = event_page_type(run->ctx.db, "sla.", since, run->ctx.arena, events, PAGE, err);
        if (count > 0)
            since = events[count - 1].id;
        rc = count < 0 ? count : 0;
        for (int i = 0; rc == 0 && i < count; i++)
            rc = print_event(&events[i], &out, err);
        arena_clear(run->ctx.arena);
        if (rc == 0)
            rc = run_print(run, &out, err);
    }
    buf_release(&out);
    free(events);
    return rc;
}

static int check_clocks(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct check_options *o = run->options;
    int rc = o->since != INT_NONE ? print_again(run, o->since, err) : 0;

    (void)operands;
    (void)count;
    return rc != 0 ? rc : sweep(run, err);
}

static const struct tool tool = {
    .name = "sla-check",
    .operands = "",
    .summary = "Tells what time brought about: warnings and breaches of service levels. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_POLICY | TOOL_NO_OPERANDS,
    .options = options,
    .options_size = sizeof(struct check_options),
    .defaults = &defaults,
    .run = check_clocks,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
