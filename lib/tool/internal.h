/*
 * What the files of the runner share. Nothing outside lib/tool includes it.
 *
 * The loop: a source fills a batch with parsed records (no transaction is open then), batch_run() does them,
 * source and batch take turns until the source is dry. The sources are the operands, the stream, the waiting
 * cases (--pending), and the records that were put off (TOOL_DEFERS).
 */
#ifndef CASEWORK_TOOL_INTERNAL_H
#define CASEWORK_TOOL_INTERNAL_H

#include "base/stream.h"
#include "tool/tool.h"

#define BATCH_RECORDS 1000
#define BATCH_BYTES   ((size_t)4 * 1024 * 1024)
#define LINGER_MS     2   /* a batch waits so long for more input */
#define WATCH_MS      250 /* an idle stream looks so often whether a signal came */

struct item {
    struct record record;
    usec at;             /* when it was handled */
    struct error *error; /* why it is rejected, in the batch's arena; NULL: it is not */
    struct record
        given; /* as it came, before anything was tried (--pending gives a case, and nothing else) */
    struct error *unread; /* the error that it came with */
    bool deferred;        /* waits for a record that may come later in the stream */
    bool held;            /* it does for an earlier one of its own name */
};

struct batch {
    struct item items[BATCH_RECORDS];
    size_t count;
    size_t bytes;       /* of input */
    struct arena arena; /* of the parsed records and errors */
};

/* Records put off until the end of the stream, in an unlinked file. run.waiting knows where each lies. */
struct spill {
    FILE *file;   /* NULL: none yet */
    int64_t size; /* bytes */
};

struct runner {
    struct run run; /* first: what tools are handed; runner_of() goes back */
    struct batch batch;
    struct arena forever; /* options, paths, the store's row */
    struct arena scratch; /* ctx.arena: cleared after each record */
    struct buf out;       /* output of the transaction at hand */
    char **operands;
    size_t operand_count, operand_next;
    struct stream *stream;
    struct case_cursor cursor;
    struct spill spill;
    bool cautious; /* each act in a savepoint of its own; else a failed act that wrote repeats the batch so */
    bool repeat;   /* such an act has failed */
    bool retrying; /* the deferred ones are being tried again (they are counted as read already) */
    int rejects_fd;                    /* -1: no --rejects */
    int64_t max_rejects;               /* -1: no limit */
    double max_percent;                /* negative: no limit */
    bool failures_known, failures_any; /* in this transaction: has any case a stage error */
    usec started, reported;            /* monotonic clock: of the work, of the last progress line */
    bool progress_shown;               /* a progress line stands on the terminal */
};

static inline struct runner *runner_of(struct run *run)
{
    return (struct runner *)run;
}

/* main.c */
bool runner_interrupted(void); /* SIGINT or SIGTERM came */

/* common_options.c */
extern const struct option_spec common_option_specs[], pending_option_specs[];
size_t runner_option_sets(struct runner *r, struct option_set sets[3]);
void print_usage(const struct tool *tool, FILE *out);
void print_help(struct runner *r, FILE *out);
int max_rejects_read(struct runner *r, struct error *err);
bool max_rejects_exceeded(const struct runner *r);

/* places.c */
int places_find(struct runner *r, const char *conf_path,
                struct error *err);   /* store path, and what is said of config and ref */
int places_default(struct runner *r); /* the rest from the store's row */

/* actor.c */
int actor_allowed(const char *proxies, const char *login, const char *actor, struct error *err);

/* complete.c */
int complete_print(struct runner *r, struct error *err);
int complete_names(struct runner *r, const char *kind, struct error *err);

/* batch.c */
typedef int batch_source(struct runner *r, bool *end, struct error *err);
struct item *batch_add(struct batch *b);
bool batch_full(const struct batch *b);
void item_reject(struct runner *r, struct item *item, const struct error *why);
int runner_process(struct runner *r, batch_source *source, struct error *err);
bool error_stops(const struct runner *r, int rc); /* not of one record alone, or the transaction is gone */

/* transaction.c: around a batch or the body of a `run` tool. end: commits, or rolls back for --dry-run. */
int transaction_begin(struct runner *r, struct error *err);
int transaction_end(struct runner *r, struct error *err);
void transaction_abandon(struct runner *r); /* after an error */
int interrupted_error(struct error *err);
int error_lost(int rc, const struct error *why,
               struct error *err); /* what stops the tool after error_stops() */

/* operands.c, reader.c, pending.c, deferred.c */
int operands_fill(struct runner *r, bool *end, struct error *err);
int stream_fill(struct runner *r, bool *end, struct error *err);
int pending_fill(struct runner *r, bool *end, struct error *err);
bool deferred_held(struct runner *r, struct record *record);                  /* it is not its turn */
int deferred_note(struct runner *r, struct item *item, struct error *err);    /* it was tried, or held */
int deferred_publish(struct runner *r, struct item *item, struct error *err); /* after the commit */
int deferred_next(struct runner *r, struct error *err); /* adds the next of those that wait to the batch */
int deferred_process(struct runner *r, struct error *err);
void deferred_release(struct runner *r);

/* rejects.c */
int reject_keep(struct runner *r, const struct item *item, struct error *err);       /* in the store */
int reject_forget(struct runner *r, const struct record *record, struct error *err); /* it was captured */
int rejects_publish(struct runner *r, size_t first, size_t end, struct error *err);  /* after the commit */
void reject_write(struct runner *r, const struct item *item, struct buf *out); /* the JSON, without newline */

/* failures.c */
int failure_keep(struct runner *r, const struct record *record, const char *stage, const struct error *why,
                 struct error *err);
int failure_clear(struct runner *r, const struct record *record, struct error *err);

/* progress.c */
void progress_begin(struct runner *r);
void progress_show(struct runner *r);
void progress_hide(struct runner *r); /* before anything else goes to the terminal */
void summary_print(struct runner *r);
void report_error(struct runner *r, const char *where,
                  const struct error *err); /* "TOOL: WHERE: POINTER: MESSAGE" */

#endif
