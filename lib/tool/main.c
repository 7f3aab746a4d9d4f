#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "base/process.h"
#include "base/version.h"
#include "tool/internal.h"

#define CONF_PATH "/etc/casework.conf"

static volatile sig_atomic_t interrupted;

static void note_signal(int number)
{
    (void)number;
    interrupted = 1;
}

bool runner_interrupted(void)
{
    return interrupted != 0;
}

/* A signal that the caller's shell ignores (nohup, a background job) stays ignored. */
static void watch_signal(int number)
{
    struct sigaction old, act = {.sa_handler = note_signal};

    if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(number, &act, NULL);
}

/* Writers finish the batch at hand whatever happens to their reader; readers die quietly. */
static void watch_signals(const struct tool *tool)
{
    signal(SIGPIPE, tool->flags & TOOL_WRITES ? SIG_IGN : SIG_DFL);
    if (tool->flags & TOOL_WRITES) {
        watch_signal(SIGINT);
        watch_signal(SIGTERM);
    }
}

static struct runner *runner_new(const struct tool *tool)
{
    struct runner *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    r->run.tool = tool;
    r->rejects_fd = -1;
    r->max_rejects = -1;
    r->max_percent = -1;
    return r;
}

static void runner_free(struct runner *r)
{
    struct context *ctx = &r->run.ctx;
    struct db *db = ctx->db;

    if (r->run.tool->release && r->run.options)
        r->run.tool->release(&r->run);
    if (ctx->tool)
        context_release(ctx);
    db_close(db);
    deferred_release(r);
    stream_free(r->stream);
    if (r->rejects_fd >= 0)
        close(r->rejects_fd);
    buf_release(&r->out);
    arena_release(&r->batch.arena);
    arena_release(&r->scratch);
    arena_release(&r->forever);
    free(r);
}

static bool reads_stdin(const struct runner *r)
{
    unsigned flags = r->run.tool->flags;

    return flags & TOOL_STREAM && !r->run.common.pending &&
           (r->operand_count == 0 || flags & TOOL_PARAMETERS);
}

static bool only_runs(const struct runner *r)
{
    const struct tool *tool = r->run.tool;

    return tool->run && (!tool->record || r->operand_count == 0);
}

static int parse_arguments(struct runner *r, int argc, char **argv, struct error *err)
{
    const struct tool *tool = r->run.tool;
    struct option_set sets[3];
    size_t count;
    int first = argc, rc;

    if (tool->options_size > 0) {
        r->run.options = arena_alloc(&r->forever, tool->options_size);
        if (!r->run.options)
            return error_no_memory(err);
        if (tool->defaults)
            memcpy(r->run.options, tool->defaults, tool->options_size);
    }
    count = runner_option_sets(r, sets);
    rc = options_parse(argc, argv, sets, count, &first, err);
    r->operands = argv + first;
    r->operand_count = (size_t)(argc - first);
    return rc;
}

static int check_usage(struct runner *r, struct error *err)
{
    const struct tool *tool = r->run.tool;
    int rc;

    if (r->operand_count > 0 && (tool->flags & TOOL_NO_OPERANDS || r->run.common.pending))
        return error_set(err, CODE_USAGE, NULL, "unexpected operand \"%s\"", r->operands[0]);
    rc = max_rejects_read(r, err);
    if (rc == 0 && tool->check)
        rc = tool->check(&r->run, r->operands, r->operand_count, err);
    if (rc != 0)
        return rc;
    if (reads_stdin(r))
        return isatty(STDIN_FILENO)
                   ? error_set(err, CODE_USAGE, NULL, "no operand, and standard input is a terminal")
                   : 0;
    if (!only_runs(r) && r->operand_count == 0 && !r->run.common.pending)
        return error_set(err, CODE_USAGE, NULL, "an operand is missing");
    return 0;
}

static int open_rejects(struct runner *r, struct error *err)
{
    const char *path = r->run.common.rejects;

    if (!path)
        return 0;
    /* Rejects hold what customers wrote: nobody else's to read, as the store is. */
    r->rejects_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return r->rejects_fd < 0 ? error_errno(err, CODE_NO_INPUT, errno, "%s", path) : 0;
}

static int open_store(struct runner *r, struct error *err)
{
    struct context *ctx = &r->run.ctx;
    unsigned flags = r->run.tool->flags;
    int rc;

    if (!(flags & (TOOL_READS | TOOL_WRITES)))
        return 0;
    rc = db_open(&ctx->db, r->run.store_path, flags & TOOL_WRITES ? DB_WRITE : DB_READ, err);
    if (rc == 0)
        rc = store_read(ctx->db, &r->forever, &ctx->store, err);
    if (rc == 0)
        rc = places_default(r);
    return rc != 0 ? rc : run_identify(&r->run, err);
}

static int set_up(struct runner *r, struct error *err)
{
    struct context *ctx = &r->run.ctx;
    char login[256];
    int rc;

    rc = context_init(ctx, err);
    if (rc != 0)
        return rc;
    ctx->tool = r->run.tool->name;
    ctx->uid = getuid();
    ctx->dry_run = r->run.common.dry_run;
    ctx->arena = &r->scratch;
    rc = process_login(login, sizeof login, err);
    if (rc != 0)
        return rc;
    ctx->actor = arena_strdup(&r->forever, login);
    if (!ctx->actor)
        return error_no_memory(err);
    context_tick(ctx);
    rc = places_find(r, CONF_PATH, err);
    return rc != 0 ? rc : open_store(r, err);
}

static int process_stream(struct runner *r, struct error *err)
{
    int rc = stream_new(&r->stream, STDIN_FILENO, err);

    if (rc == 0)
        rc = runner_process(r, stream_fill, err);
    if (rc == 0)
        rc = deferred_process(r, err);
    if (rc == 0 && r->run.tool->end)
        rc = r->run.tool->end(&r->run, &r->out, err);
    if (rc == 0)
        rc = run_print(&r->run, &r->out, err);
    progress_hide(r);
    summary_print(r);
    return rc;
}

static int run_only(struct runner *r, struct error *err)
{
    const struct tool *tool = r->run.tool;
    int rc = tool->flags & TOOL_POLICY ? context_refresh_policy(&r->run.ctx, err) : 0;

    return rc != 0 ? rc : tool->run(&r->run, r->operands, r->operand_count, err);
}

static int work(struct runner *r, struct error *err)
{
    int rc = check_usage(r, err);

    if (rc != 0)
        return rc;
    watch_signals(r->run.tool);
    rc = open_rejects(r, err);
    if (rc == 0)
        rc = set_up(r, err);
    if (rc != 0)
        return rc;
    if (r->run.common.verbose && r->run.ctx.db)
        fprintf(stderr, "%s: store %s, policy %s of %s\n", r->run.tool->name, r->run.store_path,
                r->run.ctx.rev ? r->run.ctx.rev : "-", r->run.ctx.repository ? r->run.ctx.repository : "-");
    if (only_runs(r))
        return run_only(r, err);
    progress_begin(r);
    if (reads_stdin(r))
        return process_stream(r, err);
    rc = runner_process(r, r->run.common.pending ? pending_fill : operands_fill, err);
    progress_hide(r);
    return rc;
}

/* -h, -V and --complete touch nothing. */
static int tell(struct runner *r, struct error *err)
{
    if (r->run.common.help)
        print_help(r, stdout);
    else if (r->run.common.version)
        printf("%s (casework) %s\n", r->run.tool->name, CASEWORK_VERSION);
    else if (r->operand_count == 0)
        return complete_print(r, err);
    else if (set_up(r, err) == 0) /* completion has nobody to tell an error to */
        return complete_names(r, r->operands[0], err);
    return 0;
}

static int finish(struct runner *r, int rc, const struct error *err)
{
    if (rc != 0) {
        report_error(r, NULL, err);
        if (rc == CODE_USAGE)
            print_usage(r->run.tool, stderr);
        return code_exit_status((enum code)rc);
    }
    if (fflush(stdout) != 0)
        return code_exit_status(CODE_IO);
    return r->run.findings || r->run.counts.rejected > 0 ? code_exit_status(CODE_FINDING) : 0;
}

/* A standard stream that is closed is opened the wrong way round, so that using it fails, and that no file of
 * the store takes its number. */
static void plug_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int tool_main(const struct tool *tool, int argc, char **argv)
{
    struct runner *r = runner_new(tool);
    struct error err;
    int rc, status;

    plug_streams();
    error_init(&err);
    if (!r)
        return code_exit_status(CODE_NO_MEMORY);
    rc = parse_arguments(r, argc, argv, &err);
    if (rc == 0) {
        const struct common_options *common = &r->run.common;
        rc = common->help || common->version || common->complete ? tell(r, &err) : work(r, &err);
    }
    status = finish(r, rc, &err);
    runner_free(r);
    return status;
}
