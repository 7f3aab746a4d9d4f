/* A list under way: what the formats share. Private to lib/tool. */
#ifndef CASEWORK_TOOL_LIST_INTERNAL_H
#define CASEWORK_TOOL_LIST_INTERNAL_H

#include "tool/list.h"

enum list_format {
    LIST_JSON,
    LIST_TEXT,
    LIST_CSV
};

struct list_table; /* the rows that size the columns, list_text.c */

struct list {
    struct run *run;
    enum list_format format;
    struct list_column *columns;
    size_t count;
    bool picked;        /* --fields: JSON rows are made anew */
    struct buf out;     /* not printed yet */
    struct arena arena; /* of the columns */
    struct arena row;   /* of the row at hand */
    struct list_table *table;
};

/* The value's text in a cell: strings as they are, everything else as JSON, absent is "". NULL: out of
 * memory. */
const char *cell_text(const json_t *value, struct arena *arena);

int table_row(struct list *list, const json_t *row, struct error *err);
void table_end(struct list *list);
void table_free(struct list_table *table);

/* A table `width` columns wide has room for the cells when each is at most as wide as widths[i] then says; 0:
 * no limit. */
void table_fit(size_t *widths, size_t count, size_t width);

#endif
