#include "base/json_read.h"
#include "base/json_write.h"
#include "rule/match.h"
#include "tool/list_internal.h"

#define FLUSH_AT ((size_t)64 * 1024)

const char *cell_text(const json_t *value, struct arena *arena)
{
    if (!value || json_is_null(value))
        return "";
    return json_is_string(value) ? json_string_value(value) : json_tree_text(value, arena);
}

static int find_format(struct list *list, const char *format, struct error *err)
{
    static const char *const names[] = {[LIST_JSON] = "json", [LIST_TEXT] = "text", [LIST_CSV] = "csv"};

    if (!format) {
        list->format = isatty(STDOUT_FILENO) ? LIST_TEXT : LIST_JSON;
        return 0;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(format, names[i]) == 0) {
            list->format = (enum list_format)i;
            return 0;
        }
    return error_set(err, CODE_USAGE, NULL, "--format: expected text, json or csv, got \"%s\"", format);
}

static const char *heading_of(const char *path, const struct list_column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(columns[i].path, path) == 0)
            return columns[i].heading;
    return path;
}

static bool has_column(const struct list *list, const char *path)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->columns[i].path, path) == 0)
            return true;
    return false;
}

static int pick_columns(struct list *list, const struct list_column *columns, size_t count,
                        const char *fields, struct error *err)
{
    char *rest = arena_strdup(&list->arena, fields), *path;
    size_t most = 1;

    for (const char *p = fields; *p; p++)
        most += *p == ',';
    list->columns = ARENA_ARRAY(&list->arena, struct list_column, most);
    if (!rest || !list->columns)
        return error_no_memory(err);
    list->picked = true;
    while ((path = strsep(&rest, ","))) {
        if (!*path)
            return error_set(err, CODE_USAGE, NULL, "--fields: expected names, comma-separated, got \"%s\"",
                             fields);
        if (has_column(list, path)) /* an object would have the member twice */
            return error_set(err, CODE_USAGE, NULL, "--fields: \"%s\" is named twice", path);
        list->columns[list->count++] = (struct list_column){path, heading_of(path, columns, count)};
    }
    return 0;
}

static int take_columns(struct list *list, const struct list_column *columns, size_t count, struct error *err)
{
    list->columns = ARENA_ARRAY(&list->arena, struct list_column, count);
    if (!list->columns)
        return error_no_memory(err);
    memcpy(list->columns, columns, count * sizeof *columns);
    list->count = count;
    return 0;
}

static void csv_cell(struct buf *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        buf_add_text(out, text);
        return;
    }
    buf_add_char(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            buf_add_char(out, '"');
        buf_add_char(out, *text);
    }
    buf_add_char(out, '"');
}

static void csv_heading(struct list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        buf_add_text(&list->out, i > 0 ? "," : "");
        csv_cell(&list->out, list->columns[i].path);
    }
    buf_add_text(&list->out, "\r\n");
}

static int csv_row(struct list *list, const json_t *row, struct error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        const char *text = cell_text(match_resolve(row, list->columns[i].path), &list->row);
        if (!text)
            return error_no_memory(err);
        buf_add_text(&list->out, i > 0 ? "," : "");
        csv_cell(&list->out, text);
    }
    buf_add_text(&list->out, "\r\n");
    return 0;
}

static void json_row(struct list *list, const json_t *row)
{
    struct json_writer w;

    json_writer_init(&w, &list->out);
    json_begin_object(&w, NULL);
    for (size_t i = 0; i < list->count; i++) {
        const json_t *value = match_resolve(row, list->columns[i].path);
        if (value)
            json_put_raw(&w, list->columns[i].path, json_tree_text(value, &list->row));
    }
    json_end_object(&w);
    buf_add_char(&list->out, '\n');
}

int list_begin(struct list **list, struct run *run, const struct list_column *columns, size_t count,
               const char *format, const char *fields, struct error *err)
{
    struct list *l = calloc(1, sizeof *l);
    int rc;

    *list = NULL;
    if (!l)
        return error_no_memory(err);
    l->run = run;
    rc = find_format(l, format, err);
    if (rc == 0)
        rc = fields ? pick_columns(l, columns, count, fields, err) : take_columns(l, columns, count, err);
    if (rc != 0) {
        list_free(l);
        return rc;
    }
    if (l->format == LIST_CSV)
        csv_heading(l);
    *list = l;
    return 0;
}

static int format_row(struct list *list, const json_t *row, struct error *err)
{
    if (list->format == LIST_TEXT)
        return table_row(list, row, err);
    if (list->format == LIST_CSV)
        return csv_row(list, row, err);
    json_row(list, row);
    return 0;
}

int list_row(struct list *list, const char *json, size_t n, struct error *err)
{
    int rc = 0;

    if (list->format == LIST_JSON && !list->picked) {
        while (n > 0 && json[n - 1] == '\n')
            n--;
        buf_add(&list->out, json, n);
        buf_add_char(&list->out, '\n');
    } else {
        json_t *row = json_tree(json, n, err);
        if (!row)
            return err->code;
        rc = format_row(list, row, err);
        json_decref(row);
        if (rc == 0 && arena_failed(&list->row))
            rc = error_no_memory(err);
        arena_clear(&list->row);
    }
    return rc == 0 && list->out.len >= FLUSH_AT ? run_print(list->run, &list->out, err) : rc;
}

int list_end(struct list *list, struct error *err)
{
    int rc;

    table_end(list);
    rc = run_print(list->run, &list->out, err);
    list_free(list);
    return rc;
}

void list_free(struct list *list)
{
    if (!list)
        return;
    table_free(list->table);
    buf_release(&list->out);
    arena_release(&list->row);
    arena_release(&list->arena);
    free(list);
}
