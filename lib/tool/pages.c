#include "tool/pages.h"

#include "base/json_read.h"

static int write_lines(struct list *list, const struct buf *lines, struct error *err)
{
    const char *p = buf_text(lines);
    int rc = 0;

    while (rc == 0 && *p) {
        size_t n = strcspn(p, "\n");
        if (n > 0)
            rc = list_row(list, p, n, err);
        p += n + (p[n] != '\0');
    }
    return rc;
}

static int read_page(struct run *run, page_function *page, void *state, struct buf *lines, bool *more,
                     struct error *err)
{
    int rc = db_begin_read(run->ctx.db, err);

    if (rc != 0)
        return rc;
    rc = page(run, state, lines, more, err);
    db_end_read(run->ctx.db);
    return rc >= 0 && buf_failed(lines) ? error_no_memory(err) : rc;
}

int list_pages(struct run *run, struct list *list, page_function *page, void *state, struct error *err)
{
    struct buf lines = BUF_INIT;
    bool more = true;
    int rc = 0;

    while (rc >= 0 && more) {
        buf_clear(&lines);
        arena_clear(run->ctx.arena);
        rc = read_page(run, page, state, &lines, &more, err);
        if (rc >= 0)
            rc = write_lines(list, &lines, err);
    }
    buf_release(&lines);
    return rc < 0 ? rc : 0;
}

int list_run(struct run *run, const struct listing *listing, void *state, struct error *err)
{
    struct list *list = NULL;
    int rc = list_begin(&list, run, listing->columns, listing->column_count, listing->format, listing->fields,
                        err);

    if (rc == 0)
        rc = list_pages(run, list, listing->page, state, err);
    if (rc == 0)
        return list_end(list, err);
    list_free(list);
    return rc;
}

int operand_failed(struct run *run, const char *operand, const struct error *why, struct error *err)
{
    struct error shown;

    if (!code_is_record_error(why->code))
        return error_set(err, why->code, why->pointer, "%s", why->message);
    error_init(&shown);
    error_set(&shown, why->code, NULL, "%s: %s", operand, why->message); /* masks what the operand has */
    fprintf(stderr, "%s: %s\n", run->tool->name, shown.message);
    run->findings = true;
    return 0;
}

int named_page(struct run *run, void *named_rows, struct buf *lines, bool *more, struct error *err)
{
    struct named_rows *named = named_rows;

    for (size_t rows = 0; rows < PAGE_ROWS && named->next < named->count; rows++) {
        const char *operand = named->operands[named->next++];
        size_t length = lines->len;
        struct error why;
        int rc;
        error_init(&why);
        rc = named->row(run, named->data, operand, lines, &why);
        if (rc < 0) {
            buf_truncate(lines, length);
            rc = operand_failed(run, operand, &why, err);
        }
        if (rc < 0)
            return rc;
    }
    *more = named->next < named->count;
    return 0;
}

int where_read(struct where *w, const char *option, const char *text, struct error *err)
{
    struct error why;

    if (!text)
        return 0;
    error_init(&why);
    w->condition = json_tree(text, strlen(text), &why);
    if (w->condition && match_compile(w->condition, &w->arena, &w->match, &why) == 0)
        return 0;
    where_release(w);
    if (why.code == CODE_NO_MEMORY)
        return error_no_memory(err);
    return error_set(err, CODE_USAGE, NULL, "%s: %s%s%s", option, why.pointer, *why.pointer ? ": " : "",
                     why.message);
}

int where_holds(struct run *run, const struct where *w, const char *name, const json_t *document, bool *holds,
                struct error *err)
{
    struct error why;

    *holds = true;
    error_init(&why);
    if (!w->match || match_test(w->match, document, holds, &why) == 0)
        return 0;
    return operand_failed(run, name, &why, err);
}

void where_release(struct where *w)
{
    json_decref(w->condition);
    arena_release(&w->arena);
    *w = (struct where){0};
}

int option_enum(const char *option, const char *const *names, const char *text, int *value, struct error *err)
{
    struct buf known = BUF_INIT;
    int rc;

    *value = text ? enum_from_name(names, text) : 0;
    if (!text || *value > 0)
        return 0;
    for (size_t i = 1; names[i]; i++)
        buf_add_format(&known, "%s%s", i > 1 ? ", " : "", names[i]);
    rc = error_set(err, CODE_USAGE, NULL, "%s: expected one of %s, got \"%s\"", option, buf_text(&known),
                   text);
    buf_release(&known);
    return rc;
}
