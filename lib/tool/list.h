/*
 * Lists: NDJSON, a table made for reading when stdout is a terminal, or CSV (RFC 4180), from the same JSON
 * rows.
 *
 *     list_begin(&list, run, columns, format); list_row(&list, json) ...; list_end(&list)
 *
 * A column is a path into the row ("account", "context.account.tier") and its heading. Tables size their
 * columns on the first 1,000 rows, cut what does not fit the terminal, show times in the local zone to the
 * minute, and mask control characters. --fields picks and orders columns, for JSON too.
 */
#ifndef CASEWORK_TOOL_LIST_H
#define CASEWORK_TOOL_LIST_H

#include "tool/tool.h"

struct list_column {
    const char *path;
    const char *heading;
};

struct list;
/* format: NULL (by the terminal), "text", "json", "csv". fields: "number,priority" or NULL. CODE_USAGE. */
int list_begin(struct list **list, struct run *run, const struct list_column *columns, size_t count,
               const char *format, const char *fields, struct error *err);
int list_row(struct list *list, const char *json, size_t n, struct error *err);
int list_end(struct list *list, struct error *err); /* flushes and frees */
void list_free(struct list *list);                  /* after an error; takes NULL */

/* Options that listing tools share: OPTION rows for --format and --fields go into the tool's own table with
 * these macros. */
#define LIST_OPTION_FORMAT(type)                                                                             \
    {                                                                                                        \
        0, "format", OPTION_TEXT, offsetof(type, format), "FORMAT", "output as text, json or csv",           \
            "text|json|csv"                                                                                  \
    }
#define LIST_OPTION_FIELDS(type)                                                                             \
    {                                                                                                        \
        0, "fields", OPTION_TEXT, offsetof(type, fields), "LIST", "members to print, comma-separated", NULL  \
    }

#endif
