#include "act/founding.h"
#include "base/json_write.h"
#include "base/process.h"
#include "base/shared.h"
#include "config/collect.h"
#include "git/repository.h"
#include "tool/tool.h"

#define DEFAULT_REF "refs/heads/main"

struct store_init {
    bool simulation;
    const char *shared;
    struct option_list proxies;
};

#define OPTION(member) offsetof(struct store_init, member)

static const struct option_spec options[] = {
    {0, "simulation", OPTION_FLAG, OPTION(simulation), NULL,
     "a store for tests and demonstrations: honours CASEWORK_NOW", NULL},
    {0, "proxy", OPTION_LIST, OPTION(proxies), "LOGIN",
     "this login may act for others by CASEWORK_ACTOR; may be repeated", NULL},
    {0, "shared", OPTION_TEXT, OPTION(shared), "GROUP",
     "a store for this group: mode 0660 in a setgid folder", NULL},
    OPTIONS_END,
};

/* A store in the making. */
struct making {
    struct founding founding;
    char scratch[PATH_MAX]; /* where a dry run makes the repository; else "" */
    const char *ref;
    char commit[41];
    struct policy *policy;
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct store_init *o = run->options;

    (void)operands;
    (void)count;
    if (o->shared && !group_exists(o->shared))
        return error_set(err, CODE_USAGE, NULL, "--shared: there is no group \"%s\"", o->shared);
    return 0;
}

/* The full name of the ref: "main" is short for refs/heads/main. */
static int find_ref(struct making *m, const char *rev, struct arena *arena, struct error *err)
{
    if (!rev)
        m->ref = DEFAULT_REF;
    else
        m->ref = strncmp(rev, "refs/", 5) == 0 ? rev : arena_printf(arena, "refs/heads/%s", rev);
    return m->ref ? 0 : error_no_memory(err);
}

static int create_config(struct making *m, const char *path, const char *login, struct error *err)
{
    char starter[PATH_MAX];
    int rc = process_share_path("starter", starter, sizeof starter, err);

    return rc == 0 ? repository_create(path, m->ref, starter, login, "config: begin with the starter policy",
                                       m->commit, err)
                   : rc;
}

static int load_policy(struct making *m, const char *path, struct error *err)
{
    struct policy_collection files = POLICY_COLLECTION_INIT;
    struct repository *repository = NULL;
    int rc = repository_open(&repository, path, err);

    if (rc == 0)
        rc = repository_resolve(repository, m->ref, m->commit, err);
    if (rc == 0)
        rc = repository_files(repository, m->commit, policy_collect, &files, err);
    if (rc == 0)
        rc = policy_collected(&files, m->commit, &m->policy, err);
    if (rc == 0)
        rc = policy_check(m->policy, err);
    policy_collection_release(&files);
    repository_close(repository);
    return rc;
}

/* A repository that exists is used as it is: an interrupted run has left a whole one, or none. */
static int make_config(struct making *m, const struct context *ctx, struct error *err)
{
    const char *path = m->founding.config;
    int rc = 0;

    if (!repository_exists(path)) {
        if (ctx->dry_run) {
            rc = path_beside(path, "dry-run", m->scratch, err);
            path = m->scratch;
        }
        if (rc == 0)
            rc = create_config(m, path, ctx->actor, err);
    }
    return rc == 0 ? load_policy(m, path, err) : rc;
}

static int print_made(struct run *run, const struct making *m, struct error *err)
{
    struct buf out = BUF_INIT;
    struct json_writer w;
    int rc;

    json_writer_init(&w, &out);
    json_begin_object(&w, NULL);
    json_put_text(&w, "store", m->founding.store);
    json_put_text(&w, "store_id", run->ctx.store.store_id);
    json_put_text(&w, "config", m->founding.config);
    json_put_text(&w, "ref", m->ref);
    json_put_text(&w, "commit", m->commit);
    json_put_bool(&w, "simulation", run->ctx.store.simulation);
    if (run->ctx.dry_run)
        json_put_bool(&w, "dry_run", true);
    json_end_object(&w);
    buf_add_char(&out, '\n');
    rc = run_print(run, &out, err);
    buf_release(&out);
    return rc;
}

static int store_init(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct store_init *o = run->options;
    struct context *ctx = &run->ctx;
    struct making m = {.founding.shared = o->shared};
    int rc = find_ref(&m, ctx->rev, ctx->arena, err);

    (void)operands;
    (void)count;
    if (rc == 0)
        rc = founding_places(&m.founding, run->store_path, ctx->repository, err);
    if (rc == 0)
        rc = founding_facts(ctx, &m.founding, o->simulation, m.ref, &o->proxies, err);
    if (rc == 0)
        rc = run_identify(run, err);
    if (rc == 0)
        rc = make_config(&m, ctx, err);
    if (rc == 0)
        rc = founding_create(ctx, &m.founding, m.policy, err);
    if (rc == 0)
        rc = print_made(run, &m, err);
    policy_free(m.policy);
    if (*m.scratch)
        folder_remove(m.scratch);
    return rc;
}

static const struct tool tool = {
    .name = "store-init",
    .operands = "",
    .summary = "makes a store, and a config repository unless there is one; never overwrites",
    .flags = TOOL_NO_OPERANDS,
    .options = options,
    .options_size = sizeof(struct store_init),
    .check = check,
    .run = store_init,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
