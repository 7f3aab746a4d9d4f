#include "act/founding.h"
#include "base/json_write.h"
#include "git/repository.h"
#include "tool/manifest.h"
#include "tool/tool.h"

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    (void)run;
    if (count == 0)
        return error_set(err, CODE_USAGE, NULL, "where from?");
    if (count > 1)
        return error_set(err, CODE_USAGE, NULL, "unexpected operand \"%s\"", operands[1]);
    return 0;
}

struct restore {
    struct run *run;
    struct founding founding;
    struct manifest manifest;
    char store[PATH_MAX], config[PATH_MAX]; /* in the backup */
    bool config_there;                      /* the repository is in place already */
};

/* Does the repository stand at the commit of the backup? */
static int check_config(const struct restore *r, const char *path, struct error *err)
{
    struct repository *repository = NULL;
    char commit[41];
    int rc = repository_open(&repository, path, err);

    if (rc == 0)
        rc = repository_resolve(repository, r->manifest.config_ref, commit, err);
    if (rc == 0 && strcmp(commit, r->manifest.config_commit) != 0)
        rc = error_set(err, CODE_INVALID, NULL, "%s: %s is not the commit that the manifest speaks of", path,
                       r->manifest.config_ref);
    repository_close(repository);
    return rc;
}

/* Nothing is written before everything has been looked at. */
static int check_backup(struct restore *r, const char *folder, struct error *err)
{
    char hex[DIGEST_HEX];
    int rc = manifest_read(&r->manifest, folder, r->run->ctx.arena, err);

    if (rc == 0)
        rc = path_in(folder, BACKUP_STORE, r->store, err);
    if (rc == 0)
        rc = path_in(folder, BACKUP_CONFIG, r->config, err);
    if (rc == 0)
        rc = file_sha256(r->store, hex, err);
    if (rc == 0 && strcmp(hex, r->manifest.store_sha256) != 0)
        rc = error_set(err, CODE_INVALID, NULL,
                       "%s: is not the file that the manifest speaks of: its SHA-256 differs", r->store);
    if (rc == 0 && !repository_exists(r->config))
        rc = error_set(err, CODE_NO_INPUT, NULL, "%s: there is no repository", r->config);
    return rc == 0 ? check_config(r, r->config, err) : rc;
}

/* A repository that an interrupted run has put in place already is used as it is. */
static int find_places(struct restore *r, struct error *err)
{
    struct error other;
    int rc = founding_places(&r->founding, r->run->store_path, r->run->ctx.repository, err);

    if (rc != 0 || !path_exists(r->founding.config) || folder_is_empty(r->founding.config))
        return rc;
    error_init(&other);
    r->config_there = check_config(r, r->founding.config, &other) == 0;
    return r->config_there ? 0
                           : error_set(err, CODE_UNAVAILABLE, NULL, "%s: exists already", r->founding.config);
}

/* The repository first: a store whose policy is not there would be no use. */
static int put_in_place(struct restore *r, struct error *err)
{
    int rc = r->config_there ? 0 : repository_copy(r->config, r->founding.config, false, err);

    if (rc != 0)
        return rc;
    rc = founding_publish(&r->founding, err);
    if (rc != 0 && !r->config_there)
        folder_remove(r->founding.config);
    return rc;
}

static int print_restored(const struct restore *r, struct error *err)
{
    struct buf out = BUF_INIT;
    struct json_writer w;
    int rc;

    json_writer_init(&w, &out);
    json_begin_object(&w, NULL);
    json_put_text(&w, "store", r->founding.store);
    json_put_text(&w, "store_id", r->manifest.store_id);
    json_put_text(&w, "config", r->founding.config);
    json_put_text(&w, "ref", r->manifest.config_ref);
    json_put_text(&w, "commit", r->manifest.config_commit);
    json_put_int(&w, "cases", r->manifest.cases);
    json_put_time(&w, "made_at", r->manifest.made_at);
    if (r->run->ctx.dry_run)
        json_put_bool(&w, "dry_run", true);
    json_end_object(&w);
    buf_add_char(&out, '\n');
    rc = run_print(r->run, &out, err);
    buf_release(&out);
    return rc;
}

static int store_restore(struct run *run, char **operands, size_t count, struct error *err)
{
    struct restore r = {.run = run};
    int rc = check_backup(&r, operands[0], err);

    (void)count;
    if (rc == 0)
        rc = find_places(&r, err);
    if (rc == 0)
        rc = founding_copy(&run->ctx, &r.founding, r.store, err);
    if (rc == 0)
        rc = run_identify(run, err);
    if (rc == 0)
        rc = founding_move(&run->ctx, &r.founding, err);
    if (rc == 0 && !run->ctx.dry_run)
        rc = put_in_place(&r, err);
    if (*r.founding.temporary)
        founding_abandon(&r.founding);
    return rc == 0 ? print_restored(&r, err) : rc;
}

static const struct tool tool = {
    .name = "store-restore",
    .operands = "DIR",
    .summary = "makes store and config repository out of a backup; never overwrites",
    .flags = 0,
    .check = check,
    .run = store_restore,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
