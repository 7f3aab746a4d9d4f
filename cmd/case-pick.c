/* case-pick: passes the records that meet a condition. */
#include "base/json_read.h"
#include "tool/pages.h"

struct pick_options {
    bool invert, count, mark;
    struct where where; /* the operand */
};

#define OPTION(member) offsetof(struct pick_options, member)

static const struct option_spec options[] = {
    {0, "invert", OPTION_FLAG, OPTION(invert), NULL, "pass the records that do not meet it", NULL},
    {0, "count", OPTION_FLAG, OPTION(count), NULL, "print only how many there are", NULL},
    {0, "mark", OPTION_FLAG, OPTION(mark), NULL, "print true or false for each record", NULL},
    OPTIONS_END,
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    struct pick_options *o = run->options;

    if (count == 0)
        return error_set(err, CODE_USAGE, NULL, "a condition is missing");
    if (count > 1)
        return error_set(err, CODE_USAGE, NULL, "unexpected operand \"%s\"", operands[1]);
    if (o->count && o->mark)
        return error_set(err, CODE_USAGE, NULL, "--count and --mark exclude each other");
    return where_read(&o->where, "condition", operands[0], err);
}

static int meets(const struct pick_options *o, const struct record *record, bool *met, struct error *err)
{
    json_t *document = json_tree(record->text, record->length, err);
    int rc = document ? match_test(o->where.match, document, met, err) : (int)err->code;

    json_decref(document);
    return rc;
}

static int pick(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    const struct pick_options *o = run->options;
    bool picked;
    int rc;

    if (record->json.value.type != JSON_IS_OBJECT)
        return error_set(err, CODE_INVALID, NULL, "expected an object, got %s",
                         json_describe(&record->json.value, run->ctx.arena));
    rc = meets(o, record, &picked, err);
    if (rc != 0)
        return rc;
    picked = picked != o->invert;
    record->verdict = picked ? VERDICT_DONE : VERDICT_LEFT_OUT;
    if (o->mark) {
        buf_add_text(out, picked ? "true\n" : "false\n");
    } else if (picked && !o->count) {
        buf_add(out, record->text, record->length);
        buf_add_char(out, '\n');
    }
    return 0;
}

static int print_count(struct run *run, struct buf *out, struct error *err)
{
    const struct pick_options *o = run->options;

    (void)err;
    if (o->count)
        buf_add_format(out, "%lld\n", (long long)run->counts.done);
    return 0;
}

static void release(struct run *run)
{
    struct pick_options *o = run->options;

    where_release(&o->where);
}

static const struct tool tool = {
    .name = "case-pick",
    .operands = "CONDITION",
    .summary = "passes the JSON objects that meet a condition; needs no store, writes nothing",
    .flags = TOOL_STREAM | TOOL_PARAMETERS,
    .options = options,
    .options_size = sizeof(struct pick_options),
    .check = check,
    .record = pick,
    .end = print_count,
    .release = release,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
