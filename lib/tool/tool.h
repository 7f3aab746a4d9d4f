/*
 * The runner: what every tool has in common, so that two tools side by side differ only where their jobs
 * differ.
 *
 * A tool is a const struct with an option table and a function per record (or one for tools that read no
 * records), and its main is `return tool_main(&tool, argc, argv);`. The runner parses options, finds the
 * actor and the clock, opens the store in the mode the tool declares, reads records, and commits them in
 * batches: it parses first, takes the write lock late, runs each record in a savepoint, commits, and only
 * then prints the batch's output and rejects. It never reads stdin inside a write transaction. A tool that
 * declares neither TOOL_READS nor TOOL_WRITES needs no store: the runner then opens none and does the rest
 * alike.
 *
 * A batch closes at 1,000 records, 4 MiB of input or output, end of input, or when the input has been quiet
 * for 2 ms. ctx.arena is cleared after every record: what outlives a record lies elsewhere. A record error
 * (code_is_record_error) rolls back the record alone. After any other error, or when the driver says that the
 * transaction is gone, the batch is rolled back, nothing of it is printed, and the tool stops with that
 * error's status.
 *
 * The one file-scope variable of the whole program is the sig_atomic_t here that SIGINT and SIGTERM set: the
 * running batch is finished, then the tool ends with 75.
 */
#ifndef CASEWORK_TOOL_TOOL_H
#define CASEWORK_TOOL_TOOL_H

#include <stdbool.h>

#include "act/context.h"
#include "act/tasks.h"
#include "act/waiting.h"
#include "base/options.h"
#include "store/case_table.h"

enum tool_flags {
    TOOL_READS = 1 << 0,  /* opens the store for reading */
    TOOL_WRITES = 1 << 1, /* opens it for writing */
    TOOL_POLICY = 1 << 2, /* needs the policy in force */
    TOOL_STREAM = 1 << 3, /* with no operand (and no --pending) reads records from stdin */
    TOOL_PARAMETERS =
        1 << 4, /* operands are no records (`check` takes them); stdin is read all the same (crm-put) */
    TOOL_PENDING = 1 << 5,       /* has --pending (`pending` finds the cases) */
    TOOL_KEEPS_REJECTS = 1 << 6, /* rejects are kept in the store too (case-new, case-intake) */
    TOOL_KEEPS_FAILURES =
        1 << 7,           /* a failure is kept with the case and tried again by --pending (the stages) */
    TOOL_DEFERS = 1 << 8, /* what refers to a missing record (CODE_UNKNOWN_REFERENCE), or is still referred to
                             (CODE_REFUSED), waits and is tried again at the end of the stream (crm-put) */
    TOOL_NUMBERS = 1 << 11, /* of a record only the case's number is read (the stages) */
    TOOL_NO_OPERANDS = 1 << 9,
};

struct run;

/* A record on its way through a batch. */
struct record {
    struct json_record json; /* parsed; for an operand: a string */
    const char *text;        /* compact JSON; of what is no JSON the raw bytes */
    size_t length;
    int64_t line, index; /* 1-based line, 0 for operands; 0-based index */
    int64_t case_id; /* set by --pending, and by the tool when it knows the case: failures are kept there; 0:
                        not known */
    const char *number;               /* of that case; NULL: not known */
    const char *source, *external_id; /* set by capture tools for rejects */
    bool keyless;                     /* set by capture tools: it had no idempotency key */
    uint64_t name;    /* TOOL_DEFERS: what `identify` says of it, once it was asked; 0: nothing */
    uint32_t waiting; /* TOOL_DEFERS: its number among those that waited; 0: it has not waited */
    struct wish wish; /* set by TOOL_DEFERS tools with their error: whom it waits for */
    enum verdict {
        VERDICT_DONE,
        VERDICT_NEW,
        VERDICT_DUPLICATE,
        VERDICT_UNCHANGED,
        VERDICT_UPDATED,
        VERDICT_LEFT_OUT
    } verdict; /* for the summary */
};

typedef int record_function(struct run *run, struct record *record, struct buf *out, struct error *err);

/* A further step of a record, under the name of the stage whose work it does. */
struct tool_step {
    const char *stage; /* "case-enrich": the journal and a failure name it; NULL ends the list */
    record_function *act;
};

struct tool {
    const char *name;
    const char *operands; /* for the usage line: "[CASE...]", "" */
    const char *summary;  /* one line for -h: what it does, and whether it writes */
    unsigned flags;
    const struct option_spec *options; /* the tool's own; NULL: none */
    size_t options_size; /* of the struct they fill, which starts as zeros (then `defaults` copied over it) */
    const void *defaults;

    /* After the options are parsed, before the store is opened: combinations (CODE_USAGE). May be NULL. */
    int (*check)(struct run *run, char **operands, size_t count, struct error *err);
    /* Makes one record of operands that do not each name one (KEY=VALUE ...): takes *used of them from the
     * front. NULL: each operand is a record, a string. */
    int (*operand_record)(struct run *run, char **operands, size_t count, size_t *used, struct arena *arena,
                          struct json_record *record, struct error *err);
    /* One record, in its savepoint; its output line(s) go to `out`, printed after the commit. */
    record_function *record;
    /* TOOL_DEFERS: a number that stands for what the record is about; 0: nobody can tell. */
    uint64_t (*identify)(struct run *run, const struct record *record);
    /* What follows `record`, each in a savepoint of its own: when one fails, what came before it stays, as in
     * a pipe (case-intake). May be NULL. */
    const struct tool_step *steps;
    /* TOOL_PENDING: the next ids that wait, after the cursor; 0 at the end. */
    int (*pending)(struct run *run, struct case_cursor *cursor, int64_t *ids, size_t limit,
                   struct error *err);
    /* Tools that read no records: does everything; prints with run_print() or a list (tool/list.h). A tool
     * that has `record` as well runs this only when there are no operands (task-claim). */
    int (*run)(struct run *run, char **operands, size_t count, struct error *err);
    /* After the last record of a stream: writes what is said of all of them (case-pick --count). May be NULL.
     */
    int (*end)(struct run *run, struct buf *out, struct error *err);
    /* Gives back what `check` made; also after an error. May be NULL. */
    void (*release)(struct run *run);
};

struct common_options {
    const char *store, *config, *ref, *rejects, *max_rejects; /* NULL: not given */
    bool dry_run, progress, quiet, verbose, help, version, complete, pending;
};

struct run {
    const struct tool *tool;
    struct context ctx;
    struct common_options common;
    void *options; /* the tool's own struct */
    const char *store_path;
    struct {
        int64_t read, done, made, duplicate, unchanged, updated, left_out, rejected, keyless;
    } counts;
    bool findings;          /* a list or check found something: exit 65 */
    struct waiting waiting; /* TOOL_DEFERS: the records that wait for others */
};

int tool_main(const struct tool *tool, int argc, char **argv);

/* Writes a buffer to stdout and clears it; CODE_IO. For `run` tools. A reader dies of SIGPIPE quietly. */
int run_print(struct run *run, struct buf *out, struct error *err);
/* "case-list: message" to stderr, unless -q (warnings) ; errors are printed by the runner itself. */
void run_warn(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Runs one write transaction for a `run` tool (task-claim, sla-check): begins, calls, commits or rolls back
 * (also for
 * --dry-run), then prints what `body` wrote to `out`. */
typedef int run_body(struct run *run, void *data, struct buf *out, struct error *err);
int run_transaction(struct run *run, run_body *body, void *data, struct error *err);
/* Inside of run_transaction(): one thing in a savepoint. 1: done; 0: failed for a reason of its own, was
 * undone and reported under `name` (the tool will exit 65); negative: an error that stops the tool. */
int run_attempt(struct run *run, const char *name, run_body *body, void *data, struct buf *out,
                struct error *err);

/* Actor and clock by the rules of run->ctx.store, after that was read or made (store-init): CASEWORK_ACTOR
 * and CASEWORK_NOW are CODE_USAGE where the store does not allow them. The runner calls it for tools that
 * open a store. */
int run_identify(struct run *run, struct error *err);

/* What a record tool does to one case: finds the case by the record (a number, or an object with `number`; or
 * its case_id), acts, prints the case as one line. */
typedef int case_act(struct context *ctx, const void *data, struct work *w, struct error *err);
int tool_case(struct run *run, struct record *record, case_act *act, const void *data, bool with_tasks,
              struct buf *out, struct error *err);
/* The same for a stage. */
typedef int stage_function(struct context *ctx, const struct stage_options *options, struct work *w,
                           struct error *err);
int tool_stage(struct run *run, struct record *record, stage_function *stage,
               const struct stage_options *options, bool with_tasks, struct buf *out, struct error *err);

/* What a record tool does to one task: finds its name in the record (a name, or an object with `task`), acts,
 * prints the task as one line. */
typedef int task_act(struct context *ctx, const char *full_name, const void *data, struct task_report *report,
                     struct error *err);
int tool_task(struct run *run, struct record *record, task_act *act, const void *data, struct buf *out,
              struct error *err);

/* The options that case-new and case-intake share, and what both do with a record: `work` then holds the
 * case. */
struct capture_tool {
    const char *source, *id, *on_duplicate;
    char pointer[2 * KEY_MAX + 2];  /* `id`, a member's name, as a pointer */
    struct capture_options options; /* from the three above, by capture_tool_check() */
    struct work work;
};
extern const struct option_spec capture_tool_options[];
int capture_tool_check(struct run *run, char **operands, size_t count, struct error *err);
int capture_tool_record(struct run *run, struct record *record, struct error *err);
/* KEY=VALUE pairs and one free text make the record of a new case. */
int capture_tool_operands(struct run *run, char **operands, size_t count, size_t *used, struct arena *arena,
                          struct json_record *record, struct error *err);

/* The number or task name that a record names: a string, or the member `member` of an object. CODE_REQUIRED,
 * CODE_INVALID. */
int record_name(const struct record *record, const char *member, const char **name, struct error *err);

/* Is this operand KEY=VALUE? (a letter first, then letters, digits, '_', '-') */
bool operand_is_pair(const char *operand);
/* Writes KEY=VALUE operands as members, typed by the table: JSON fields must be JSON, everything else is
 * text, an empty value is null. CODE_USAGE, CODE_INVALID. */
int operand_pairs_write(struct run *run, char **operands, size_t count, const struct field *fields,
                        struct json_writer *w, struct error *err);

#endif
