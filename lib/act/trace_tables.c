#include "act/trace_tables.h"

#include "act/trace_phrase.h"
#include "act/trace_words.h"
#include "base/utf8.h"

#define COLUMNS   7
#define SEPARATOR 2   /* blanks between columns */
#define LINE      200 /* columns of the description in the heading */

/* Cells of one text each, in rows; the first row is the heading. */
struct grid {
    struct buf *cells;
    size_t rows;
    bool failed;
};

static struct buf *add_row(struct grid *g)
{
    struct buf *more = realloc(g->cells, (g->rows + 1) * COLUMNS * sizeof *more);

    if (!more) {
        g->failed = true;
        return NULL;
    }
    g->cells = more;
    memset(&g->cells[g->rows * COLUMNS], 0, COLUMNS * sizeof *more);
    return &g->cells[g->rows++ * COLUMNS];
}

static void add_heading(struct grid *g, const char *const *headings)
{
    struct buf *row = add_row(g);

    for (size_t i = 0; row && i < COLUMNS && headings[i]; i++)
        buf_add_text(&row[i], headings[i]);
}

static size_t width_of(const struct grid *g, size_t column)
{
    size_t width = 0;

    for (size_t r = 0; r < g->rows; r++) {
        const struct buf *cell = &g->cells[r * COLUMNS + column];
        size_t n = utf8_columns(buf_text(cell), cell->len);
        width = n > width ? n : width;
    }
    return width;
}

static void print_row(struct buf *out, const struct buf *row, const size_t *widths)
{
    size_t blanks = SEPARATOR;

    for (size_t i = 0; i < COLUMNS; i++) {
        size_t n = utf8_columns(buf_text(&row[i]), row[i].len);
        if (n > 0) {
            buf_add_format(out, "%*s", (int)blanks, "");
            buf_add_text(out, buf_text(&row[i]));
            blanks = 0;
        }
        blanks += widths[i] - n + (widths[i] > 0 ? SEPARATOR : 0);
    }
    buf_add_char(out, '\n');
}

static void print_grid(struct buf *out, struct grid *g)
{
    size_t widths[COLUMNS];

    for (size_t i = 0; i < COLUMNS; i++)
        widths[i] = width_of(g, i);
    buf_add_char(out, '\n');
    for (size_t r = 0; r < g->rows; r++)
        print_row(out, &g->cells[r * COLUMNS], widths);
    for (size_t i = 0; i < g->rows * COLUMNS; i++)
        buf_release(&g->cells[i]);
    free(g->cells);
    out->failed = out->failed || g->failed;
}

static void add_part(struct buf *out, bool *first, const char *before, const json_t *value)
{
    if (!value || json_is_null(value))
        return;
    buf_add_text(out, *first ? "  " : " | ");
    *first = false;
    phrase_if(out, before, value);
}

void trace_heading(struct buf *out, const char *subject, const struct replay *state)
{
    static const char *const parts[][2] = {
        {"", "state"},           {"priority ", "priority"}, {"", "case_type"},
        {"account ", "account"}, {"contact ", "contact"},   {"group ", "assignment_group"},
        {"", "assigned_to"},     {"workflow ", "workflow"},
    };
    const json_t *description = phrase_member(state->record, "short_description");
    const char *commit = phrase_text(phrase_member(state->record, "config"));
    bool first = true;

    utf8_mask(out, subject, strlen(subject));
    if (description) {
        buf_add_text(out, "  ");
        phrase_value(out, description, LINE);
    }
    buf_add_char(out, '\n');
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        add_part(out, &first, parts[i][0], json_object_get(state->record, parts[i][1]));
    if (commit)
        buf_add_format(out, " at %.*s", COMMIT_SHOWN, commit);
    if (!first)
        buf_add_char(out, '\n');
}

static void add_span(struct buf *cell, usec from, usec to)
{
    if (from != TIME_NONE && to != TIME_NONE)
        phrase_duration(cell, to - from);
}

/* The person, or else the group that owns the task. */
static void add_owner(struct buf *cell, const json_t *task)
{
    const json_t *person = phrase_member(task, "assigned_to");

    phrase_if(cell, "", phrase_member(task, "assignment_group"));
    phrase_if(cell, " / ", person);
}

/* What the task still waits for, or else the need that came last. */
static void add_needs(struct buf *cell, const json_t *task, const struct replay *state)
{
    const json_t *needs = phrase_member(task, "needs");
    usec end;
    const char *last = words_last_need(task, state, &end), *own = phrase_text(phrase_member(task, "state"));

    if (!own || strcmp(own, "pending") != 0) {
        if (last)
            utf8_mask(cell, last, strlen(last));
        return;
    }
    for (size_t i = 0; i < json_array_size(needs); i++) {
        const char *need = phrase_text(json_array_get(needs, i));
        if (need && !phrase_member(json_object_get(state->tasks, need), "finished_at"))
            phrase_if(cell, cell->len > 0 ? ", " : "", json_array_get(needs, i));
    }
}

void trace_tasks(struct buf *out, const struct replay *state)
{
    static const char *const headings[COLUMNS] = {"TASK",   "OWNER",  "STATE",     "OUTCOME",
                                                  "QUEUED", "WORKED", "WAITED FOR"};
    struct grid g = {0};
    const char *name;
    json_t *task;

    if (json_object_size(state->tasks) == 0)
        return;
    add_heading(&g, headings);
    json_object_foreach (state->tasks, name, task) {
        usec ready = phrase_time(phrase_member(task, "ready_at"));
        usec claimed = phrase_time(phrase_member(task, "claimed_at"));
        struct buf *row = add_row(&g);
        if (!row)
            break;
        utf8_mask(&row[0], name, strlen(name));
        add_owner(&row[1], task);
        phrase_if(&row[2], "", phrase_member(task, "state"));
        phrase_if(&row[3], "", phrase_member(task, "outcome"));
        add_span(&row[4], ready, claimed);
        add_span(&row[5], claimed, phrase_time(phrase_member(task, "finished_at")));
        add_needs(&row[6], task, state);
    }
    print_grid(out, &g);
}

void trace_clocks(struct buf *out, const struct replay *state)
{
    static const char *const headings[COLUMNS] = {"CLOCK",   "TYPE", "STAGE", "BREACHED",
                                                  "STARTED", "DUE",  "ENDED"};
    static const char *const members[COLUMNS] = {
        "sla", "type", "stage", "breached_at", "start_time", "planned_end_time", "end_time"};
    struct grid g = {0};
    const char *id;
    json_t *clock;

    if (json_object_size(state->clocks) == 0)
        return;
    add_heading(&g, headings);
    json_object_foreach (state->clocks, id, clock) {
        struct buf *row = add_row(&g);
        for (size_t i = 0; row && i < COLUMNS; i++)
            phrase_if(&row[i], "", json_object_get(clock, members[i]));
        if (row && row[3].len == 0)
            buf_add_text(&row[3], "no");
    }
    print_grid(out, &g);
}
