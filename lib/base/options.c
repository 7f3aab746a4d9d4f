#include "base/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/timestamp.h"

/* getopt's value of the option in row i of all sets together; below are the short names. */
#define FIRST_ROW_VALUE 256

/* A row and where its set's values go. */
struct row {
    const struct option_spec *spec;
    char *target;
};

/* Goes through the rows of all sets in order. */
struct cursor {
    const struct option_set *sets;
    size_t count;
    size_t set;
    size_t index; /* of the next row in its set */
};

static struct cursor first_row(const struct option_set *sets, size_t count)
{
    return (struct cursor){sets, count, 0, 0};
}

static bool next_row(struct cursor *c, struct row *row)
{
    while (c->set < c->count && c->sets[c->set].specs[c->index].long_name == NULL) {
        c->set++;
        c->index = 0;
    }
    if (c->set == c->count)
        return false;
    row->spec = &c->sets[c->set].specs[c->index++];
    row->target = c->sets[c->set].target;
    return true;
}

static bool find_row(const struct option_set *sets, size_t count, int value, struct row *found)
{
    struct cursor rows = first_row(sets, count);
    int number = FIRST_ROW_VALUE;

    while (next_row(&rows, found)) {
        if (value == number || (value < FIRST_ROW_VALUE && value == found->spec->short_name))
            return true;
        number++;
    }
    return false;
}

static struct option *long_options(const struct option_set *sets, size_t count)
{
    struct cursor rows = first_row(sets, count);
    struct option *list;
    struct row row;
    size_t n = 0;

    while (next_row(&rows, &row))
        n++;
    list = calloc(n + 1, sizeof(*list));
    if (list == NULL)
        return NULL;
    n = 0;
    rows = first_row(sets, count);
    while (next_row(&rows, &row)) {
        list[n].name = row.spec->long_name;
        list[n].has_arg = row.spec->type == OPTION_FLAG ? no_argument : required_argument;
        list[n].val = FIRST_ROW_VALUE + (int)n;
        n++;
    }
    return list;
}

static void short_options(const struct option_set *sets, size_t count, struct buf *list)
{
    struct cursor rows = first_row(sets, count);
    struct row row;

    buf_add_char(list, ':'); /* lets getopt tell a missing argument from an unknown option */
    while (next_row(&rows, &row)) {
        if (row.spec->short_name == 0)
            continue;
        buf_add_char(list, row.spec->short_name);
        if (row.spec->type != OPTION_FLAG)
            buf_add_char(list, ':');
    }
}

static int expected(struct error *err, const char *name, const char *what, const char *text)
{
    return error_set(err, CODE_USAGE, NULL, "--%s: expected %s, got \"%s\"", name, what, text);
}

static int parse_int(const char *text, int64_t *value)
{
    int64_t result = 0;

    if (*text == '\0')
        return -1;
    for (; *text != '\0'; text++)
        if (*text < '0' || *text > '9' || __builtin_mul_overflow(result, 10, &result) ||
            __builtin_add_overflow(result, *text - '0', &result))
            return -1;
    *value = result;
    return 0;
}

static int add_item(struct option_list *list, const char *name, const char *text, struct error *err)
{
    size_t most = sizeof(list->items) / sizeof(list->items[0]);

    if (list->count == most)
        return error_set(err, CODE_USAGE, NULL, "--%s: expected at most %zu of them, got more", name, most);
    list->items[list->count++] = text;
    return 0;
}

static int store_value(const struct row *row, const char *text, struct error *err)
{
    const char *name = row->spec->long_name;
    void *target = row->target + row->spec->offset;

    switch (row->spec->type) {
    case OPTION_FLAG:
        *(bool *)target = true;
        return 0;
    case OPTION_TEXT:
        *(const char **)target = text;
        return 0;
    case OPTION_INT:
        return parse_int(text, target) < 0 ? expected(err, name, "a whole number", text) : 0;
    case OPTION_DURATION:
        if (duration_parse(text, strlen(text), target) < 0)
            return expected(err, name, "an ISO 8601 duration such as PT4H30M", text);
        return 0;
    case OPTION_TIME:
        if (time_parse(text, strlen(text), target) < 0)
            return expected(err, name, "a time such as 2026-03-01T09:00:00Z", text);
        return 0;
    case OPTION_LIST:
        return add_item(target, name, text, err);
    }
    return error_set(err, CODE_BUG, NULL, "--%s has no type", name);
}

/* What is wrong with a long option that getopt did not accept: nothing begins like it, or several do. */
static int refuse_long(const struct option_set *sets, size_t count, const char *given, struct error *err)
{
    struct cursor rows = first_row(sets, count);
    size_t n = strcspn(given + 2, "=");
    struct row row;

    while (next_row(&rows, &row))
        if (strncmp(row.spec->long_name, given + 2, n) == 0)
            return error_set(err, CODE_USAGE, NULL, "ambiguous option \"%.*s\"", (int)n + 2, given);
    return error_set(err, CODE_USAGE, NULL, "unknown option \"%.*s\"", (int)n + 2, given);
}

/* getopt returned `answer`, ':' or '?'; its optopt says what it was about, 0 for an unknown long option. */
static int refuse(const struct option_set *sets, size_t count, int answer, const char *given,
                  struct error *err)
{
    struct row row;
    bool known = optopt != 0 && find_row(sets, count, optopt, &row);

    if (known && answer == ':')
        return error_set(err, CODE_USAGE, NULL, "--%s: expected %s, got nothing", row.spec->long_name,
                         row.spec->argument == NULL ? "an argument" : row.spec->argument);
    if (known)
        return error_set(err, CODE_USAGE, NULL, "--%s: expected no argument, got one", row.spec->long_name);
    if (optopt != 0)
        return error_set(err, CODE_USAGE, NULL, "unknown option \"-%c\"", optopt);
    return refuse_long(sets, count, given, err);
}

bool option_blank(const char *text)
{
    return !text || *text == '\0';
}

int options_parse(int argc, char **argv, const struct option_set *sets, size_t count, int *operands,
                  struct error *err)
{
    struct option *longs = long_options(sets, count);
    struct buf shorts = BUF_INIT;
    struct row row;
    int answer;
    int rc = 0;

    short_options(sets, count, &shorts);
    if (longs == NULL || buf_failed(&shorts)) {
        rc = error_no_memory(err);
        goto out;
    }
    opterr = 0;
    optind = 0; /* glibc: begin anew, whatever was parsed before */
    while (rc == 0 && (answer = getopt_long(argc, argv, buf_text(&shorts), longs, NULL)) != -1) {
        if (answer == '?' || answer == ':')
            rc = refuse(sets, count, answer, argv[optind - 1], err);
        else if (find_row(sets, count, answer, &row))
            rc = store_value(&row, optarg, err);
    }
    *operands = optind;
out:
    buf_release(&shorts);
    free(longs);
    return rc;
}

/* "-s, --store=URI" */
static void add_synopsis(struct buf *line, const struct option_spec *spec)
{
    if (spec->short_name != 0)
        buf_add_format(line, "  -%c, --%s", spec->short_name, spec->long_name);
    else
        buf_add_format(line, "      --%s", spec->long_name);
    if (spec->argument != NULL)
        buf_add_format(line, "=%s", spec->argument);
}

void options_print_help(FILE *out, const struct option_set *sets, size_t count)
{
    struct cursor rows = first_row(sets, count);
    struct buf line = BUF_INIT;
    struct row row;
    size_t width = 0;

    while (next_row(&rows, &row)) {
        buf_clear(&line);
        add_synopsis(&line, row.spec);
        width = line.len > width ? line.len : width;
    }
    rows = first_row(sets, count);
    while (next_row(&rows, &row)) {
        buf_clear(&line);
        add_synopsis(&line, row.spec);
        fprintf(out, "%-*s  %s\n", (int)width, buf_text(&line), row.spec->help == NULL ? "" : row.spec->help);
    }
    buf_release(&line);
}

static const char *or_dash(const char *text)
{
    return text == NULL ? "-" : text;
}

void options_print_complete(FILE *out, const struct option_set *sets, size_t count)
{
    struct cursor rows = first_row(sets, count);
    struct row row;

    while (next_row(&rows, &row)) {
        const struct option_spec *spec = row.spec;

        fprintf(out, "%s\t%c\t%s\t%s\t%s\n", spec->long_name, spec->short_name == 0 ? '-' : spec->short_name,
                or_dash(spec->argument), or_dash(spec->values), or_dash(spec->help));
    }
}
