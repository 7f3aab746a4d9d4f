/*
 * Command-line options from a const table: parsing, -h and --complete read the same rows.
 * getopt_long(3) does the scanning, so options and operands may mix, "--" ends options, long names may be
 * abbreviated.
 */
#ifndef CASEWORK_BASE_OPTIONS_H
#define CASEWORK_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

enum option_type {
    OPTION_FLAG,     /* bool * */
    OPTION_TEXT,     /* const char ** */
    OPTION_INT,      /* int64_t *, decimal, not negative */
    OPTION_DURATION, /* usec *, ISO 8601 */
    OPTION_TIME,     /* usec *, RFC 3339 */
    OPTION_LIST,     /* struct option_list *: may be given again */
};

struct option_list {
    const char *items[64];
    size_t count;
};

struct option_spec {
    char short_name;       /* 0: none */
    const char *long_name; /* without dashes; never NULL but in the ending row */
    enum option_type type;
    size_t offset;        /* of the target in the struct handed to options_parse() */
    const char *argument; /* its name in the help ("FILE"), NULL for a flag */
    const char *help;     /* one line, lower case, no full stop */
    const char *values;   /* for completion: "web|phone|email", "@group" (names the store or policy knows),
                             "@file", NULL */
};

#define OPTIONS_END                                                                                          \
    {                                                                                                        \
        0                                                                                                    \
    }

/* One table with the struct it fills; several are parsed together (a tool's own, then the common ones). */
struct option_set {
    const struct option_spec *specs;
    void *target;
};

bool option_blank(const char *text); /* not given, or given empty: no reason is given by --reason= */

/* Parses argv; *operands is the index of the first operand (argv is permuted). CODE_USAGE with a message. */
int options_parse(int argc, char **argv, const struct option_set *sets, size_t count, int *operands,
                  struct error *err);
void options_print_help(FILE *out, const struct option_set *sets, size_t count);
/* --complete: a line per option: long name, tab, short name or '-', tab, argument or '-', tab, values or '-',
 * tab, help. */
void options_print_complete(FILE *out, const struct option_set *sets, size_t count);

#endif
