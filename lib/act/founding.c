#include "act/founding.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "act/journal.h"
#include "base/process.h"
#include "base/shared.h"

#define SCHEMA_LIMIT ((size_t)1024 * 1024)

static int make_folder(const struct founding *f, const char *store, struct error *err)
{
    const char *slash = strrchr(store, '/');
    char folder[PATH_MAX];
    int rc;

    if (!f->shared)
        return folder_make_parents(store, 0700, err);
    if (!slash || slash == store)
        return shared_folder_make(slash ? "/" : ".", f->shared, err);
    if (snprintf(folder, sizeof folder, "%.*s", (int)(slash - store), store) >= PATH_MAX)
        return error_errno(err, CODE_IO, ENAMETOOLONG, "%s", store);
    rc = folder_make_parents(folder, 0711, err); /* the group passes through */
    return rc == 0 ? shared_folder_make(folder, f->shared, err) : rc;
}

int founding_places(struct founding *f, const char *store, const char *repository, struct error *err)
{
    char beside[PATH_MAX];
    int rc = make_folder(f, store, err);

    if (rc == 0)
        rc = path_absolute(store, f->store, err);
    if (rc == 0 && path_exists(f->store))
        rc = error_set(err, CODE_UNAVAILABLE, NULL, "%s: exists already", f->store);
    if (rc == 0)
        rc = path_beside(f->store, "new", f->temporary, err);
    if (rc != 0)
        return rc;
    if (!repository) {
        int n = snprintf(beside, sizeof beside, "%.*s/config", (int)(strrchr(f->store, '/') - f->store),
                         f->store);
        if (n >= PATH_MAX)
            return error_errno(err, CODE_IO, ENAMETOOLONG, "%s", f->store);
        repository = beside;
    }
    rc = folder_make_parents(repository, 0700, err);
    return rc == 0 ? path_absolute(repository, f->config, err) : rc;
}

static const char *proxies_json(const struct option_list *list, struct arena *arena)
{
    struct buf text = BUF_INIT;
    struct json_writer w;
    const char *copy;

    json_writer_init(&w, &text);
    json_begin_array(&w, NULL);
    for (size_t i = 0; i < list->count; i++)
        json_put_text(&w, NULL, list->items[i]);
    json_end_array(&w);
    copy = buf_failed(&text) ? NULL : arena_strdup(arena, buf_text(&text));
    buf_release(&text);
    return copy;
}

int founding_facts(struct context *ctx, const struct founding *f, bool simulation, const char *ref,
                   const struct option_list *proxies, struct error *err)
{
    struct store_info *info = &ctx->store;
    unsigned char id[16];
    char *hex = arena_alloc(ctx->arena, 2 * sizeof id + 1);
    int rc = random_bytes(&ctx->random, id, sizeof id, err);

    if (rc == 0)
        rc = random_bytes(&ctx->random, info->secret, sizeof info->secret, err);
    if (rc != 0)
        return rc;
    for (size_t i = 0; hex && i < sizeof id; i++)
        snprintf(hex + 2 * i, 3, "%02x", id[i]);
    info->store_id = hex;
    info->simulation = simulation;
    info->config_repo = f->config;
    info->config_ref = ref;
    info->proxies = proxies_json(proxies, ctx->arena);
    info->head.subject = "store";
    return hex && info->proxies ? 0 : error_no_memory(err);
}

/* The facts of the store that its journal tells. */
static int journal_store(struct context *ctx, const char *type, const char *commit, struct error *err)
{
    const struct store_info *info = &ctx->store;
    struct journal j;
    struct json_writer *w = journal_open(&j, ctx, &ctx->store.head, type, ctx->now, commit);
    int rc;

    json_put_text(w, "store_id", info->store_id);
    json_put_int(w, "schema_version", STORE_SCHEMA_VERSION);
    json_put_text(w, "config_repo", info->config_repo);
    json_put_text(w, "config_ref", info->config_ref);
    json_put_raw(w, "proxies", info->proxies);
    json_put_bool(w, "simulation", info->simulation);
    rc = journal_close(&j, err);
    return rc == 0 ? store_save_head(ctx->db, &ctx->store.head, err) : rc;
}

static int fill(struct context *ctx, const struct policy *policy, const char *schema, struct error *err)
{
    int rc = db_begin(ctx->db, err);

    ctx->store.created_at = ctx->now;
    if (rc == 0)
        rc = store_create(ctx->db, schema, &ctx->store, err);
    if (rc == 0)
        rc = policy_keep(ctx->db, policy, err);
    if (rc == 0)
        rc = journal_store(ctx, "store.created", policy_commit(policy), err);
    return rc == 0 ? db_commit(ctx->db, err) : rc;
}

static void close_store(struct context *ctx)
{
    db_close(ctx->db);
    ctx->db = NULL;
}

int founding_create(struct context *ctx, const struct founding *f, const struct policy *policy,
                    struct error *err)
{
    struct buf schema = BUF_INIT;
    char path[PATH_MAX];
    int rc = process_share_path("sql/schema.sql", path, sizeof path, err);

    if (rc == 0)
        rc = buf_read_file(&schema, path, SCHEMA_LIMIT, err);
    if (rc == 0)
        rc = db_open(&ctx->db, f->temporary, DB_CREATE, err);
    if (rc == 0)
        rc = fill(ctx, policy, buf_text(&schema), err);
    close_store(ctx);
    if (rc == 0 && !ctx->dry_run)
        rc = founding_publish(f, err);
    founding_abandon(f);
    buf_release(&schema);
    return rc;
}

static int copy_file(const char *from, const char *to, struct error *err)
{
    int in = open(from, O_RDONLY | O_CLOEXEC), out = -1, rc = 0;
    ssize_t n = 1;

    if (in < 0)
        return error_errno(err, CODE_NO_INPUT, errno, "%s", from);
    out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0) {
        rc = error_errno(err, CODE_IO, errno, "%s", to);
        goto out;
    }
    while (n > 0 || (n < 0 && errno == EINTR))
        n = sendfile(out, in, NULL, 1 << 30);
    if (n < 0)
        rc = error_errno(err, errno == ENOSPC ? CODE_TEMPORARY : CODE_IO, errno, "%s", to);
    close(out);
out:
    close(in);
    return rc;
}

int founding_copy(struct context *ctx, const struct founding *f, const char *from, struct error *err)
{
    int rc = copy_file(from, f->temporary, err);

    if (rc == 0)
        rc = db_open(&ctx->db, f->temporary, DB_WRITE, err);
    return rc == 0 ? store_read(ctx->db, ctx->arena, &ctx->store, err) : rc;
}

int founding_move(struct context *ctx, const struct founding *f, struct error *err)
{
    int rc = db_begin(ctx->db, err);

    ctx->store.config_repo = f->config;
    if (rc == 0)
        rc = store_save_config(ctx->db, f->config, ctx->store.config_ref, err);
    if (rc == 0)
        rc = journal_store(ctx, "store.restored", "", err);
    if (rc == 0)
        rc = db_commit(ctx->db, err);
    close_store(ctx);
    return rc;
}

int founding_publish(const struct founding *f, struct error *err)
{
    int rc = f->shared ? shared_file_give(f->temporary, f->shared, err) : 0;

    if (rc == 0)
        rc = file_sync(f->temporary, err);
    return rc == 0 ? file_publish(f->temporary, f->store, err) : rc;
}

void founding_abandon(const struct founding *f)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal", "-lock"};
    char name[PATH_MAX + 16];

    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(name, sizeof name, "%s%s", f->temporary, suffixes[i]);
        unlink(name);
    }
}
