#include "base/json_write.h"
#include "base/utf8.h"
#include "config/collect.h"
#include "config/lint.h"
#include "git/repository.h"
#include "tool/tool.h"

struct config_lint {
    bool worktree, index;
    const char *format;
};

#define OPTION(member) offsetof(struct config_lint, member)

static const struct option_spec options[] = {
    {0, "worktree", OPTION_FLAG, OPTION(worktree), NULL, "check the files as they lie in the work tree",
     NULL},
    {0, "index", OPTION_FLAG, OPTION(index), NULL, "check what is staged for the next commit", NULL},
    {0, "format", OPTION_TEXT, OPTION(format), "FORMAT", "text (FILE:LINE:COLUMN: POINTER: MESSAGE) or json",
     "text|json"},
    OPTIONS_END,
};

static const struct config_lint defaults = {.format = "text"};

struct linting {
    struct run *run;
    bool json;
    struct policy_collection files;
    struct buf out;
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct config_lint *o = run->options;

    if (count > 1)
        return error_set(err, CODE_USAGE, NULL, "unexpected operand \"%s\"", operands[1]);
    if ((count == 1) + o->worktree + o->index > 1)
        return error_set(err, CODE_USAGE, NULL, "give one of REV, --worktree and --index");
    if (strcmp(o->format, "text") != 0 && strcmp(o->format, "json") != 0)
        return error_set(err, CODE_USAGE, NULL, "--format: expected text or json, got \"%s\"", o->format);
    return 0;
}

/* Without --config or CASEWORK_CONFIG the store says where its policy is; a repository on its own needs no
 * store. */
static int find_repository(struct run *run, struct error *err)
{
    struct context *ctx = &run->ctx;
    int rc;

    if (!ctx->repository) {
        rc = db_open(&ctx->db, run->store_path, DB_READ, err);
        if (rc == 0)
            rc = store_read(ctx->db, ctx->arena, &ctx->store, err);
        if (rc != 0)
            return rc;
        ctx->repository = ctx->store.config_repo;
        if (!ctx->rev)
            ctx->rev = ctx->store.config_ref;
    }
    if (!ctx->rev)
        ctx->rev = "refs/heads/main";
    return 0;
}

static int read_files(struct linting *l, const char *rev, char commit[41], struct error *err)
{
    const struct config_lint *o = l->run->options;
    struct repository *repository = NULL;
    int rc = repository_open(&repository, l->run->ctx.repository, err);

    memset(commit, '0', 40);
    commit[40] = '\0';
    if (rc == 0 && o->worktree)
        rc = repository_worktree_files(repository, policy_collect, &l->files, err);
    else if (rc == 0 && o->index)
        rc = repository_index_files(repository, policy_collect, &l->files, err);
    else if (rc == 0) {
        rc = repository_resolve(repository, rev ? rev : l->run->ctx.rev, commit, err);
        if (rc == 0)
            rc = repository_files(repository, commit, policy_collect, &l->files, err);
    }
    repository_close(repository);
    return rc;
}

static void print_json(const struct finding *f, struct buf *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_begin_object(&w, NULL);
    json_put_text(&w, "file", f->file);
    if (f->line > 0) {
        json_put_int(&w, "line", f->line);
        json_put_int(&w, "column", f->column);
    }
    json_put_text(&w, "pointer", f->pointer && *f->pointer ? f->pointer : NULL);
    json_put_text(&w, "code", f->code);
    json_put_text(&w, "message", f->message);
    json_end_object(&w);
    buf_add_char(out, '\n');
}

static void print_text(const struct finding *f, struct buf *out)
{
    if (f->file)
        utf8_mask(out, f->file, strlen(f->file));
    if (f->line > 0)
        buf_add_format(out, ":%ld:%ld", f->line, f->column);
    buf_add_text(out, f->file ? ": " : "");
    if (f->pointer && *f->pointer) {
        utf8_mask(out, f->pointer, strlen(f->pointer));
        buf_add_text(out, ": ");
    }
    utf8_mask(out, f->message, strlen(f->message));
    buf_add_char(out, '\n');
}

static void report(void *context, const struct finding *finding)
{
    struct linting *l = context;

    if (l->json)
        print_json(finding, &l->out);
    else
        print_text(finding, &l->out);
}

static int config_lint(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct config_lint *o = run->options;
    struct linting l = {.run = run, .json = strcmp(o->format, "json") == 0};
    struct policy *policy = NULL;
    char commit[41];
    long findings = 0;
    int rc = find_repository(run, err);

    if (rc == 0)
        rc = read_files(&l, count > 0 ? operands[0] : NULL, commit, err);
    if (rc == 0)
        rc = policy_collected(&l.files, commit, &policy, err);
    if (rc == 0)
        findings = lint_policy(policy, report, &l, err);
    if (rc == 0)
        rc = findings < 0 ? (int)findings : run_print(run, &l.out, err);
    run->findings = findings > 0;
    policy_free(policy);
    policy_collection_release(&l.files);
    buf_release(&l.out);
    return rc;
}

static const struct tool tool = {
    .name = "config-lint",
    .operands = "[REV]",
    .summary = "checks a policy and tells every error in it; writes nothing",
    .options = options,
    .options_size = sizeof(struct config_lint),
    .defaults = &defaults,
    .check = check,
    .run = config_lint,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
