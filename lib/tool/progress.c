/* What people see on standard error: progress, the summary, errors. */
#include "base/utf8.h"
#include "tool/internal.h"

static usec monotonic(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (usec)t.tv_sec * USEC_SECOND + t.tv_nsec / 1000;
}

void progress_begin(struct runner *r)
{
    r->started = r->reported = monotonic();
}

void progress_hide(struct runner *r)
{
    if (r->progress_shown)
        fputs("\r\033[K", stderr);
    r->progress_shown = false;
}

void progress_show(struct runner *r)
{
    bool terminal;
    usec now;

    if (r->run.common.quiet)
        return;
    now = monotonic();
    if (now - r->reported < USEC_SECOND)
        return;
    terminal = isatty(STDERR_FILENO) != 0;
    r->reported = now;
    if (!terminal && !r->run.common.progress)
        return;
    fprintf(stderr, "%s%s: %lld read, %lld rejected, %.0f s%s", terminal ? "\r\033[K" : "", r->run.tool->name,
            (long long)r->run.counts.read, (long long)r->run.counts.rejected,
            (double)(now - r->started) / USEC_SECOND, terminal ? "" : "\n");
    r->progress_shown = terminal;
}

void summary_print(struct runner *r)
{
    const struct run *run = &r->run;
    const struct {
        int64_t count;
        const char *word;
    } words[] = {
        {run->counts.made, "new"},
        {run->counts.done, "done"},
        {run->counts.updated, "updated"},
        {run->counts.unchanged, "unchanged"},
        {run->counts.duplicate, "duplicate"},
        {run->counts.left_out, "left out"},
        {run->counts.keyless, "without a key"},
        {run->counts.rejected, "rejected"},
    };

    if (run->common.quiet)
        return;
    fprintf(stderr, "%lld read", (long long)run->counts.read);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].count > 0)
            fprintf(stderr, ", %lld %s", (long long)words[i].count, words[i].word);
    fprintf(stderr, ", %.1f s\n", (double)(monotonic() - r->started) / USEC_SECOND);
}

void report_error(struct runner *r, const char *where, const struct error *err)
{
    struct buf line = BUF_INIT;
    struct error ignored;

    progress_hide(r);
    buf_add_format(&line, "%s: ", r->run.tool->name);
    if (where) {
        utf8_mask(&line, where, strlen(where));
        buf_add_text(&line, ": ");
    }
    if (err && err->pointer[0]) {
        utf8_mask(&line, err->pointer, strlen(err->pointer));
        buf_add_text(&line, ": ");
    }
    buf_add_text(&line, err ? err->message : "out of memory");
    buf_add_char(&line, '\n');
    error_init(&ignored); /* there is nobody left to tell */
    buf_write_fd(&line, STDERR_FILENO, &ignored);
    buf_release(&line);
}
