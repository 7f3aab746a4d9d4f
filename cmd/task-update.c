/* task-update: notes, reassigns, releases, blocks and unblocks tasks. */
#include "act/tasks.h"
#include "tool/tool.h"

struct update_options {
    struct task_change change;
    const char *block;
};

#define CHANGE(member) offsetof(struct update_options, change.member)

static const struct option_spec options[] = {
    {0, "release", OPTION_FLAG, CHANGE(release), NULL, "give a claimed task back to its group", NULL},
    {0, "block", OPTION_TEXT, offsetof(struct update_options, block), "BY", "it cannot go on; needs a reason",
     "customer|vendor|problem|other"},
    {0, "owner", OPTION_TEXT, CHANGE(block_owner), "NAME", "who has to lift the block", NULL},
    {0, "unblock", OPTION_FLAG, CHANGE(unblock), NULL, "it can go on", NULL},
    {0, "assign", OPTION_TEXT, CHANGE(assign), "LOGIN", "give it to this person", "@agent"},
    {0, "group", OPTION_TEXT, CHANGE(group), "GROUP", "give it to this group", "@group"},
    {0, "decline", OPTION_FLAG, CHANGE(decline), NULL, "refuse an assignment; needs a reason", NULL},
    {0, "reason", OPTION_TEXT, CHANGE(reason), "TEXT", "why", NULL},
    {0, "note", OPTION_TEXT, CHANGE(note), "TEXT", "a note for whoever works on it", NULL},
    OPTIONS_END,
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    struct update_options *o = run->options;
    struct task_change *change = &o->change;
    int verbs = change->release + change->unblock + change->decline + (o->block != NULL) +
                (change->assign || change->group);

    (void)operands;
    (void)count;
    if (verbs > 1)
        return error_set(
            err, CODE_USAGE, NULL,
            "--release, --block, --unblock, --decline and --assign or --group exclude each other");
    if (verbs == 0 && !change->note)
        return error_set(err, CODE_USAGE, NULL, "nothing to change");
    if ((o->block || change->decline) && option_blank(change->reason))
        return error_set(err, CODE_USAGE, NULL, "a --reason is required");
    if (change->block_owner && !o->block)
        return error_set(err, CODE_USAGE, NULL, "--owner goes with --block");
    change->block = o->block ? enum_from_name(task_blocked_names, o->block) : 0;
    if (o->block && change->block == 0)
        return error_set(err, CODE_USAGE, NULL,
                         "--block: expected customer, vendor, problem or other, got \"%s\"", o->block);
    return 0;
}

static int update_one(struct context *ctx, const char *full_name, const void *data,
                      struct task_report *report, struct error *err)
{
    const struct update_options *o = data;

    return task_change(ctx, full_name, &o->change, report, err);
}

static int update(struct run *run, struct record *record, struct buf *out, struct error *err)
{
    return tool_task(run, record, update_one, run->options, out, err);
}

static const struct tool tool = {
    .name = "task-update",
    .operands = "[TASK]...",
    .summary = "Notes, reassigns, releases and blocks tasks. Writes to the store.",
    .flags = TOOL_WRITES | TOOL_POLICY | TOOL_STREAM,
    .options = options,
    .options_size = sizeof(struct update_options),
    .check = check,
    .record = update,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
