/* The table made for reading: its first rows size the columns, then rows go out as they come. */
#include <sys/ioctl.h>

#include "base/json_read.h"
#include "base/utf8.h"
#include "rule/match.h"
#include "tool/list_internal.h"

#define SIZING_ROWS  1000
#define COLUMN_LEAST 6 /* a column is not cut below this */
#define GAP          2

struct list_table {
    struct arena arena;
    char **cells; /* of the rows that wait, row by row */
    size_t rows;
    size_t *widths;
    bool *numeric; /* nothing but numbers: right-aligned */
    bool sized;    /* the heading is out */
};

static struct list_table *table_new(size_t count)
{
    struct list_table *t = calloc(1, sizeof *t);

    if (!t)
        return NULL;
    t->cells = calloc(SIZING_ROWS * count, sizeof *t->cells);
    t->widths = calloc(count, sizeof *t->widths);
    t->numeric = calloc(count, sizeof *t->numeric);
    if (!t->cells || !t->widths || !t->numeric) {
        table_free(t);
        return NULL;
    }
    memset(t->numeric, true, count * sizeof *t->numeric);
    return t;
}

void table_free(struct list_table *t)
{
    if (!t)
        return;
    arena_release(&t->arena);
    free(t->cells);
    free(t->widths);
    free(t->numeric);
    free(t);
}

/* As the tools print times: local time to the minute is what people read. */
static bool local_time(const char *text, char *out, size_t size)
{
    size_t n = strlen(text);
    struct tm tm;
    time_t seconds;
    usec at;

    if (n != TIME_TEXT - 1 || text[n - 1] != 'Z' || time_parse(text, n, &at) != 0)
        return false;
    seconds = (time_t)((at - (at % USEC_SECOND + USEC_SECOND) % USEC_SECOND) / USEC_SECOND);
    return localtime_r(&seconds, &tm) && strftime(out, size, "%Y-%m-%d %H:%M", &tm) > 0;
}

static char *cell(const json_t *value, struct arena *arena)
{
    const char *text = cell_text(value, arena);
    struct buf masked = BUF_INIT;
    char time[32], *result;

    if (text && json_is_string(value) && local_time(text, time, sizeof time))
        text = time;
    if (!text)
        return NULL;
    utf8_mask(&masked, text, strlen(text));
    result = buf_failed(&masked) ? NULL : arena_strndup(arena, buf_text(&masked), masked.len);
    buf_release(&masked);
    return result;
}

static void pad(struct buf *out, size_t n)
{
    while (n-- > 0)
        buf_add_char(out, ' ');
}

/* *blanks: owed before the next text, so that no line ends in blanks. */
static void put_cell(struct buf *out, const char *text, size_t width, bool right, size_t *blanks)
{
    size_t n = strlen(text), columns = utf8_columns(text, n);
    bool cut = columns > width;

    if (cut) {
        n = utf8_cut(text, n, width - 1);
        columns = utf8_columns(text, n) + 1;
    }
    if (right)
        *blanks += width - columns;
    if (n > 0 || cut) {
        pad(out, *blanks);
        *blanks = 0;
        buf_add(out, text, n);
        if (cut)
            buf_add_text(out, "…");
    }
    *blanks += GAP + (right ? 0 : width - columns);
}

static void put_row(struct list *list, char *const *cells)
{
    const struct list_table *t = list->table;
    size_t blanks = 0;

    for (size_t i = 0; i < list->count; i++)
        put_cell(&list->out, cells[i], t->widths[i], t->numeric[i], &blanks);
    buf_add_char(&list->out, '\n');
}

void table_fit(size_t *widths, size_t count, size_t width)
{
    size_t total = count > 0 ? GAP * (count - 1) : 0;

    for (size_t i = 0; i < count; i++)
        total += widths[i];
    while (width > 0 && total > width) {
        size_t widest = 0;
        for (size_t i = 1; i < count; i++)
            if (widths[i] > widths[widest])
                widest = i;
        if (widths[widest] <= COLUMN_LEAST)
            return;
        widths[widest]--;
        total--;
    }
}

static size_t terminal_width(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static void size_columns(struct list *list)
{
    struct list_table *t = list->table;

    for (size_t i = 0; i < list->count; i++) {
        t->widths[i] = utf8_columns(list->columns[i].heading, strlen(list->columns[i].heading));
        for (size_t row = 0; row < t->rows; row++) {
            const char *text = t->cells[row * list->count + i];
            size_t columns = utf8_columns(text, strlen(text));
            t->widths[i] = columns > t->widths[i] ? columns : t->widths[i];
        }
    }
    table_fit(t->widths, list->count, terminal_width());
}

static void put_heading(struct list *list)
{
    size_t blanks = 0;

    for (size_t i = 0; i < list->count; i++)
        put_cell(&list->out, list->columns[i].heading, list->table->widths[i], list->table->numeric[i],
                 &blanks);
    buf_add_char(&list->out, '\n');
}

static void put_waiting(struct list *list)
{
    struct list_table *t = list->table;

    if (t->rows == 0)
        return;
    if (!t->sized) {
        size_columns(list);
        put_heading(list);
        t->sized = true;
    }
    for (size_t row = 0; row < t->rows; row++)
        put_row(list, t->cells + row * list->count);
    t->rows = 0;
    arena_clear(&t->arena);
}

int table_row(struct list *list, const json_t *row, struct error *err)
{
    struct list_table *t = list->table ? list->table : (list->table = table_new(list->count));

    if (!t)
        return error_no_memory(err);
    for (size_t i = 0; i < list->count; i++) {
        const json_t *value = match_resolve(row, list->columns[i].path);
        char *text = cell(value, &t->arena);
        if (!text)
            return error_no_memory(err);
        t->cells[t->rows * list->count + i] = text;
        if (!t->sized && value && !json_is_number(value))
            t->numeric[i] = false;
    }
    t->rows++;
    if (t->sized || t->rows == SIZING_ROWS)
        put_waiting(list);
    return 0;
}

void table_end(struct list *list)
{
    if (list->table)
        put_waiting(list);
}
