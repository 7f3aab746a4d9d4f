#include <sys/stat.h>

#include "base/folder.h"
#include "git/repository.h"
#include "store/case_table.h"
#include "tool/manifest.h"
#include "tool/tool.h"

#define COUNT_PAGE 1000

/* A backup in the making: everything goes into a folder beside DIR, which takes DIR's name when it is whole.
 */
struct backup {
    struct run *run;
    char folder[PATH_MAX], temporary[PATH_MAX];
    char store[PATH_MAX], config[PATH_MAX]; /* in `temporary` */
    struct manifest manifest;
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    (void)run;
    if (count == 0)
        return error_set(err, CODE_USAGE, NULL, "where to?");
    if (count > 1)
        return error_set(err, CODE_USAGE, NULL, "unexpected operand \"%s\"", operands[1]);
    return 0;
}

static int begin(struct backup *b, const char *folder, struct error *err)
{
    int rc = path_absolute(folder, b->folder, err);

    if (rc == 0 && path_exists(b->folder) && !folder_is_empty(b->folder))
        rc = error_set(err, CODE_UNAVAILABLE, NULL, "%s: exists already, and is not an empty folder",
                       b->folder);
    if (rc == 0)
        rc = path_beside(b->folder, "unfinished", b->temporary, err);
    if (rc == 0)
        rc = path_in(b->temporary, BACKUP_STORE, b->store, err);
    if (rc == 0)
        rc = path_in(b->temporary, BACKUP_CONFIG, b->config, err);
    return rc == 0 ? folder_make_parents(b->store, 0700, err) : rc;
}

/* What a reader of the copy leaves beside it. */
static void remove_side_files(const struct backup *b)
{
    static const char *const suffixes[] = {"-wal", "-shm"};
    char name[PATH_MAX + 8];

    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(name, sizeof name, "%s%s", b->store, suffixes[i]);
        unlink(name);
    }
}

/* Counted in the copy, since others go on writing to the store. */
static int count_cases(struct backup *b, struct error *err)
{
    struct case_query query = {.sort = CASE_SORT_NUMBER};
    int64_t ids[COUNT_PAGE];
    struct db *copy = NULL;
    int rc = db_open(&copy, b->store, DB_READ, err), n = COUNT_PAGE;

    while (rc == 0 && n > 0) {
        n = case_page(copy, &query, ids, COUNT_PAGE, err);
        rc = n < 0 ? n : 0;
        b->manifest.cases += n > 0 ? n : 0;
    }
    db_close(copy);
    remove_side_files(b);
    return rc;
}

static int copy_store(struct backup *b, struct error *err)
{
    int rc = db_backup(b->run->ctx.db, b->store, err);

    if (rc == 0)
        rc = count_cases(b, err);
    return rc == 0 ? file_sha256(b->store, b->manifest.store_sha256, err) : rc;
}

/* After the store, so that it has every commit that the copy speaks of. */
static int copy_config(struct backup *b, struct error *err)
{
    struct repository *repository = NULL;
    int rc = repository_copy(b->run->ctx.repository, b->config, true, err);

    if (rc == 0)
        rc = repository_open(&repository, b->config, err);
    if (rc == 0)
        rc = repository_resolve(repository, b->manifest.config_ref, b->manifest.config_commit, err);
    repository_close(repository);
    return rc;
}

static int write_manifest(struct backup *b, struct error *err)
{
    struct buf text = BUF_INIT;
    char path[PATH_MAX];
    FILE *file = NULL;
    int rc = path_in(b->temporary, BACKUP_MANIFEST, path, err);

    manifest_write(&b->manifest, NULL, &text);
    buf_add_char(&text, '\n');
    if (rc == 0 && !(file = fopen(path, "wxe")))
        rc = error_set(err, CODE_IO, NULL, "%s: cannot be made", path);
    if (rc == 0)
        rc = buf_failed(&text) ? error_no_memory(err) : buf_write_fd(&text, fileno(file), err);
    if (file && fclose(file) != 0 && rc == 0)
        rc = error_set(err, CODE_IO, NULL, "%s: cannot be written", path);
    buf_release(&text);
    return rc;
}

static int print_backup(struct backup *b, struct error *err)
{
    struct buf out = BUF_INIT;
    int rc;

    manifest_write(&b->manifest, b->folder, &out);
    buf_add_char(&out, '\n');
    rc = run_print(b->run, &out, err);
    buf_release(&out);
    return rc;
}

static int fill(struct backup *b, struct error *err)
{
    int rc = copy_store(b, err);

    if (rc == 0)
        rc = copy_config(b, err);
    if (rc == 0)
        rc = folder_sync(b->temporary, err);
    if (rc == 0)
        rc = write_manifest(b, err);
    if (rc == 0)
        rc = folder_sync(b->temporary, err);
    return rc;
}

static int store_backup(struct run *run, char **operands, size_t count, struct error *err)
{
    struct backup b = {.run = run};
    int rc;

    (void)count;
    umask(0077);
    b.manifest.store_id = run->ctx.store.store_id;
    b.manifest.schema_version = run->ctx.store.schema_version;
    b.manifest.made_at = run->ctx.now;
    b.manifest.config_ref = run->ctx.store.config_ref;
    rc = begin(&b, operands[0], err);
    if (rc != 0)
        return rc;
    rc = fill(&b, err);
    if (rc == 0 && !run->ctx.dry_run)
        rc = folder_publish(b.temporary, b.folder, err);
    if (rc != 0 || run->ctx.dry_run)
        folder_remove(b.temporary);
    return rc == 0 ? print_backup(&b, err) : rc;
}

static const struct tool tool = {
    .name = "store-backup",
    .operands = "DIR",
    .summary = "copies store and policy into a new folder while others write; leaves both as they are",
    .flags = TOOL_READS,
    .check = check,
    .run = store_backup,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
