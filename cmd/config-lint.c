#include "config/collect.h"
#include "config/lint_format.h"
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
    {0, "format", OPTION_TEXT, OPTION(format), "FORMAT",
     "text, json (an object a line), gcc (as compilers write) or sarif", "text|json|gcc|sarif"},
    OPTIONS_END,
};

static const struct config_lint defaults = {.format = "text"};

struct linting {
    struct run *run;
    struct policy_collection files;
    struct lint_writer writer;
    struct buf out;
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct config_lint *o = run->options;
    enum lint_format format;

    if (count > 1)
        return error_set(err, CODE_USAGE, NULL, "unexpected operand \"%s\"", operands[1]);
    if ((count == 1) + o->worktree + o->index > 1)
        return error_set(err, CODE_USAGE, NULL, "give one of REV, --worktree and --index");
    if (!lint_format_find(o->format, &format))
        return error_set(err, CODE_USAGE, NULL, "--format: expected text, json, gcc or sarif, got \"%s\"",
                         o->format);
    return 0;
}

/* Without --config or CASEWORK_CONFIG the store says where its policy is; a repository on its own needs no
 * store, unless --store asks whether anybody could do what the policy says. */
static int find_repository(struct run *run, struct error *err)
{
    struct context *ctx = &run->ctx;
    int rc;

    if (!ctx->repository || run->common.store) {
        rc = db_open(&ctx->db, run->store_path, DB_READ, err);
        if (rc == 0)
            rc = store_read(ctx->db, ctx->arena, &ctx->store, err);
        if (rc != 0)
            return rc;
    }
    if (!ctx->repository) {
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

/* -q leaves out what is no finding. */
static void report(void *context, const struct finding *finding)
{
    struct linting *l = context;

    if (finding->severity != SEVERITY_INFO || !l->run->common.quiet)
        lint_write(&l->writer, finding);
}

static int lint(struct linting *l, struct policy *policy, struct error *err)
{
    struct run *run = l->run;
    long findings, people = 0;

    lint_begin(&l->writer);
    findings = lint_policy(policy, report, l, err);
    if (findings >= 0 && run->common.store)
        people = lint_people(policy, run->ctx.db, report, l, err);
    if (findings < 0 || people < 0)
        return (int)(findings < 0 ? findings : people);
    lint_end(&l->writer);
    run->findings = findings + people > 0;
    return run_print(run, &l->out, err);
}

static int config_lint(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct config_lint *o = run->options;
    struct linting l = {.run = run, .writer = {.out = &l.out}};
    struct policy *policy = NULL;
    char commit[41];
    int rc = find_repository(run, err);

    lint_format_find(o->format, &l.writer.format);
    if (rc == 0)
        rc = read_files(&l, count > 0 ? operands[0] : NULL, commit, err);
    if (rc == 0)
        rc = policy_collected(&l.files, commit, &policy, err);
    if (rc == 0)
        rc = lint(&l, policy, err);
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
