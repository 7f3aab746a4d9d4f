#include <errno.h>

#include "tool/internal.h"

#define COMMON(member) offsetof(struct common_options, member)

const struct option_spec common_option_specs[] = {
    {'s', "store", OPTION_TEXT, COMMON(store), "URI", "the store to work on", "@file"},
    {'C', "config", OPTION_TEXT, COMMON(config), "REPO", "the config repository to take policy from",
     "@file"},
    {0, "ref", OPTION_TEXT, COMMON(ref), "REV", "the revision of the policy", NULL},
    {'r', "rejects", OPTION_TEXT, COMMON(rejects), "FILE", "append rejected records to FILE", "@file"},
    {0, "max-rejects", OPTION_TEXT, COMMON(max_rejects), "N|P%",
     "stop when more records than this are rejected", NULL},
    {'n', "dry-run", OPTION_FLAG, COMMON(dry_run), NULL, "do and print everything, keep nothing", NULL},
    {'p', "show-progress", OPTION_FLAG, COMMON(progress), NULL, "show progress on standard error", NULL},
    {'q', "quiet", OPTION_FLAG, COMMON(quiet), NULL, "print nothing but errors on standard error", NULL},
    {'v', "verbose", OPTION_FLAG, COMMON(verbose), NULL, "say which store and policy are used", NULL},
    {'h', "help", OPTION_FLAG, COMMON(help), NULL, "print this help", NULL},
    {'V', "version", OPTION_FLAG, COMMON(version), NULL, "print the version", NULL},
    {0, "complete", OPTION_FLAG, COMMON(complete), NULL, "print what a shell completes", NULL},
    OPTIONS_END,
};

const struct option_spec pending_option_specs[] = {
    {0, "pending", OPTION_FLAG, COMMON(pending), NULL,
     "take every case that waits for this, most urgent first", NULL},
    OPTIONS_END,
};

size_t runner_option_sets(struct runner *r, struct option_set sets[3])
{
    size_t count = 0;

    if (r->run.tool->options)
        sets[count++] = (struct option_set){r->run.tool->options, r->run.options};
    if (r->run.tool->flags & TOOL_PENDING)
        sets[count++] = (struct option_set){pending_option_specs, &r->run.common};
    sets[count++] = (struct option_set){common_option_specs, &r->run.common};
    return count;
}

void print_usage(const struct tool *tool, FILE *out)
{
    const char *operands = tool->operands ? tool->operands : "";

    fprintf(out, "usage: %s [OPTION]...%s%s\n", tool->name, *operands ? " " : "", operands);
}

void print_help(struct runner *r, FILE *out)
{
    struct option_set sets[3];
    size_t count = runner_option_sets(r, sets);

    print_usage(r->run.tool, out);
    fprintf(out, "%s\n\n", r->run.tool->summary);
    options_print_help(out, sets, count);
}

int max_rejects_read(struct runner *r, struct error *err)
{
    const char *text = r->run.common.max_rejects;
    char *end = NULL;

    if (!text)
        return 0;
    errno = 0;
    if (*text >= '0' && *text <= '9' && strchr(text, '%')) {
        r->max_percent = strtod(text, &end);
        if (strcmp(end, "%") == 0 && r->max_percent <= 100)
            return 0;
    } else if (*text >= '0' && *text <= '9') {
        r->max_rejects = strtoll(text, &end, 10);
        if (*end == '\0' && errno == 0)
            return 0;
    }
    return error_set(err, CODE_USAGE, NULL, "--max-rejects: expected a number or a percentage, got \"%s\"",
                     text);
}

bool max_rejects_exceeded(const struct runner *r)
{
    int64_t rejected = r->run.counts.rejected, read = r->run.counts.read;

    if (r->max_rejects >= 0 && rejected > r->max_rejects)
        return true;
    /* A share says nothing of a handful: the first record of a slow stream must not stop it. */
    return r->max_percent >= 0 && read >= 100 && (double)rejected * 100 > r->max_percent * (double)read;
}
