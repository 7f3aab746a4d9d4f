/*
 * Listing without holding anyone up: rows are gathered a page at a time in a short read transaction, and
 * written to stdout when that is over.
 *
 *     list_pages(run, list, page, &state, err)
 *
 * calls `page` again and again. Each call gets an empty buffer and a cleared ctx.arena, runs in a read
 * transaction of its own, and appends rows as lines of JSON; it keeps its cursor in `state`.
 */
#ifndef CASEWORK_TOOL_PAGES_H
#define CASEWORK_TOOL_PAGES_H

#include <jansson.h>

#include "rule/match.h"
#include "tool/list.h"

#define PAGE_ROWS 200

/* *more is true when called; false says that there are no further pages. */
typedef int page_function(struct run *run, void *state, struct buf *lines, bool *more, struct error *err);
int list_pages(struct run *run, struct list *list, page_function *page, void *state, struct error *err);

/* The same from begin to end: columns, format and fields as list_begin() takes them. */
struct listing {
    const struct list_column *columns;
    size_t column_count;
    const char *format, *fields;
    page_function *page;
};
int list_run(struct run *run, const struct listing *listing, void *state, struct error *err);

/* Rows that operands name, one after the other: what is not found, or is no name, is told on stderr and the
 * rest goes on, exit 65. */
typedef int row_function(struct run *run, void *data, const char *operand, struct buf *lines,
                         struct error *err);
struct named_rows {
    row_function *row;
    void *data;
    char **operands;
    size_t count, next; /* next: 0 to begin */
};
int named_page(struct run *run, void *named_rows, struct buf *lines, bool *more, struct error *err);

/* Tells an error of one operand ("case-get: CS0009999: no such case"), also with -q, and notes it for the
 * exit status: 0 when the rest may go on, else the error's code. */
int operand_failed(struct run *run, const char *operand, const struct error *why, struct error *err);

/* --where: a condition on rows. */
struct where {
    struct arena arena;
    json_t *condition;
    struct match *match; /* NULL: none given, everything matches */
};
/* NULL text: none. One that is no condition is CODE_USAGE; `option` is what the message calls it. */
int where_read(struct where *w, const char *option, const char *text, struct error *err);
/* Of the row `name`. One on which a pattern runs away is told on stderr and does not hold; the rest goes on,
 * exit 65. */
int where_holds(struct run *run, const struct where *w, const char *name, const json_t *document, bool *holds,
                struct error *err);
void where_release(struct where *w);

/* The index of `text` in an enumeration's names, 0 for NULL; CODE_USAGE, with the names, when it is none. */
int option_enum(const char *option, const char *const *names, const char *text, int *value,
                struct error *err);

#endif
