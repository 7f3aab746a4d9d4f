/*
 * A case at work: as the store has it, as it has become, and how it is printed. Every act on a case goes
 * through one.
 */
#ifndef CASEWORK_ACT_WORK_H
#define CASEWORK_ACT_WORK_H

#include "act/context.h"
#include "model/task.h"

/* A case as the tools handle it: as it was read, as it is now, and how to print it. */
struct work {
    struct casefile before; /* as the store has it; case_save writes the difference */
    struct casefile c;
    bool unchanged;           /* printed with "unchanged":true */
    bool duplicate;           /* printed with "duplicate":true */
    const char *differs;      /* JSON array of pointers, with duplicate */
    const char *changes;      /* JSON object {field:[before,after]}, of --again */
    const char *explain;      /* JSON, of --explain */
    const char *unassigned;   /* JSON, why routing found nobody */
    bool fresh;               /* made by this very record: a dry run prints no number */
    bool with_tasks;          /* printed with `tasks` */
    const struct task *tasks; /* for with_tasks; NULL: read when printed */
    size_t task_count;
    const char *trace;          /* JSON array of events, of case-resolve */
    json_t *document;           /* for conditions; NULL: not made yet */
    struct casefile documented; /* the case as `document` has it */
};

void work_init(struct work *w);
void work_release(struct work *w); /* the document */
int work_load(struct context *ctx, struct work *w, const char *number,
              struct error *err); /* CODE_NOT_FOUND */
int work_load_id(struct context *ctx, struct work *w, int64_t id, struct error *err);
/* The document for conditions, brought up to date with the case: only what has changed since is made anew.
 * Borrowed. */
int work_document(struct work *w, const json_t **document, struct error *err);
/* Saves what differs from `before` (updated_at is set) and makes `before` the present. */
int work_save(struct context *ctx, struct work *w, struct error *err);
/* Sets w->changes to what differs from `before` now, the context included. */
int work_note_changes(struct context *ctx, struct work *w, struct error *err);
/* One line of JSON, as every case tool prints it. */
int work_print(struct context *ctx, struct work *w, struct buf *out, struct error *err);

#endif
