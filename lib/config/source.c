#include "config/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/process.h"

/* One line of the listing, which lies in [*at, end); false when there is no whole one. */
static bool take_line(const char **at, const char *end, const char **line, size_t *n)
{
    const char *newline = memchr(*at, '\n', (size_t)(end - *at));

    if (newline == NULL)
        return false;
    *line = *at;
    *n = (size_t)(newline - *at);
    *at = newline + 1;
    return true;
}

static const char *copy(struct arena *arena, const char *bytes, size_t n)
{
    char *text = arena_alloc(arena, n + 1);

    if (text != NULL)
        memcpy(text, bytes, n);
    return text;
}

/* "PATH BLOB SIZE", read from its end: a path may hold blanks. */
static bool read_file_line(const char *line, size_t n, struct arena *arena, struct policy_file *f)
{
    const char *size = memrchr(line, ' ', n);
    const char *blob = size != NULL ? memrchr(line, ' ', (size_t)(size - line)) : NULL;
    size_t bytes = 0;

    if (blob == NULL || blob == line || size + 1 == line + n)
        return false;
    for (const char *p = size + 1; p < line + n; p++) {
        if (*p < '0' || *p > '9' || bytes > SIZE_MAX / 16)
            return false;
        bytes = bytes * 10 + (size_t)(*p - '0');
    }
    f->path = copy(arena, line, (size_t)(blob - line));
    f->blob = copy(arena, blob + 1, (size_t)(size - blob - 1));
    f->length = bytes;
    return true;
}

struct file_list {
    struct policy_file *items;
    size_t count, capacity;
};

static int list_add(struct file_list *list, const struct policy_file *file, struct error *err)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity != 0 ? list->capacity * 2 : 64;
        void *grown = realloc(list->items, capacity * sizeof(*list->items));
        if (grown == NULL)
            return error_no_memory(err);
        list->items = grown;
        list->capacity = capacity;
    }
    list->items[list->count++] = *file;
    return 0;
}

static int broken_listing(struct error *err)
{
    return error_set(err, CODE_BUG, NULL, "policy-load printed something else than a listing");
}

static int parse_files(const char *at, const char *end, struct file_list *list, struct arena *arena,
                       struct error *err)
{
    struct policy_file file;
    const char *line;
    size_t n;
    int rc;

    while (at < end) {
        if (!take_line(&at, end, &line, &n) || n < 5 || memcmp(line, "file ", 5) != 0 ||
            !read_file_line(line + 5, n - 5, arena, &file) || (size_t)(end - at) < file.length + 1 ||
            at[file.length] != '\n')
            return broken_listing(err);
        file.text = copy(arena, at, file.length);
        at += file.length + 1;
        if (arena_failed(arena))
            return error_no_memory(err);
        if ((rc = list_add(list, &file, err)))
            return rc;
    }
    return 0;
}

int policy_parse_listing(const char *text, size_t n, char commit[41], struct policy_file **files,
                         size_t *count, struct arena *arena, struct error *err)
{
    const char *at = text, *end = text + n, *line;
    struct file_list list = {NULL, 0, 0};
    size_t length;
    int rc;

    if (n == 0 || !take_line(&at, end, &line, &length) || length != 7 + 40 || memcmp(line, "commit ", 7) != 0)
        return broken_listing(err);
    memcpy(commit, line + 7, 40);
    commit[40] = '\0';
    rc = parse_files(at, end, &list, arena, err);
    if (rc == 0) {
        *files = ARENA_ARRAY(arena, struct policy_file, list.count + 1);
        *count = list.count;
        if (*files == NULL)
            rc = error_no_memory(err);
        else if (list.count > 0)
            memcpy(*files, list.items, list.count * sizeof(*list.items));
    }
    free(list.items);
    return rc;
}

static enum code code_by_name(const char *name, size_t n)
{
    for (int i = 0; i < CODE_COUNT; i++) {
        const char *known = code_name((enum code)(-1 - i));
        if (strlen(known) == n && memcmp(known, name, n) == 0)
            return (enum code)(-1 - i);
    }
    return CODE_BUG;
}

/* policy-load says what is wrong on its standard output, "error CODE MESSAGE", so that it is told once and by
 * the tool that needed the policy. */
static int load_failed(const struct buf *out, int status, struct error *err)
{
    const char *text = buf_text(out), *name, *message;
    enum code code;

    if (strncmp(text, "error ", 6) != 0)
        return error_set(err, status >= 128 ? CODE_TEMPORARY : CODE_BUG, NULL,
                         "policy-load ended with status %d", status);
    name = text + 6;
    message = name + strcspn(name, " \n");
    code = code_by_name(name, (size_t)(message - name));
    /* A policy that does not load stops the tool, whatever is wrong with it: no record is to blame. */
    if (code_is_record_error(code))
        code = CODE_POLICY;
    message += *message == ' ';
    return error_set(err, code, NULL, "%.*s", (int)strcspn(message, "\n"), message);
}

static int run_policy_load(const char *repository, const char *rev, struct buf *out, struct error *err)
{
    char path[4096];
    const char *argv[] = {path, repository, rev, NULL};
    int status, rc;

    if ((rc = process_libexec_path("policy-load", path, sizeof(path), err)) ||
        (rc = process_run(argv, out, &status, err)))
        return rc;
    if (buf_failed(out))
        return error_no_memory(err);
    return status != 0 ? load_failed(out, status, err) : 0;
}

static int from_store(struct db *db, const char *commit, struct policy **p, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct policy_file *files;
    size_t count;
    int rc = policy_read(db, commit, &arena, &files, &count, err);

    if (rc == 0)
        rc = policy_new(p, commit, files, count, &arena, err);
    arena_release(&arena);
    return rc;
}

/* By way of policy-load. What the store does not know yet is checked whole. */
static int from_repository(struct db *db, const char *repository, const char *rev, struct policy **p,
                           bool *fresh, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct buf out = BUF_INIT;
    struct policy *loaded = NULL;
    struct policy_file *files;
    char commit[41];
    size_t count;
    bool known;
    int rc;

    if ((rc = run_policy_load(repository, rev, &out, err)) ||
        (rc = policy_parse_listing(out.data, out.len, commit, &files, &count, &arena, err)) ||
        (rc = policy_new(&loaded, commit, files, count, &arena, err)) ||
        (rc = policy_known(db, commit, &known, err)))
        goto out;
    if (!known && (rc = policy_check(loaded, err))) {
        error_prefix(err, "policy %.12s: ", commit);
        goto out;
    }
    *fresh = !known;
    *p = loaded;
    loaded = NULL;
out:
    policy_free(loaded);
    arena_release(&arena);
    buf_release(&out);
    return rc;
}

int policy_at(struct db *db, const char *repository, const char *rev, struct policy **p, bool *fresh,
              struct error *err)
{
    char commit[41];
    bool found, known = false;
    int rc;

    *fresh = false;
    if ((rc = ref_read(repository, rev, commit, &found, err)))
        return rc;
    if (found && (rc = policy_known(db, commit, &known, err)))
        return rc;
    return known ? from_store(db, commit, p, err) : from_repository(db, repository, rev, p, fresh, err);
}

int policy_at_commit(struct db *db, const char *repository, const char *commit, struct policy **p,
                     struct error *err)
{
    bool known, fresh;
    int rc = policy_known(db, commit, &known, err);

    if (rc != 0)
        return rc;
    return known ? from_store(db, commit, p, err) : from_repository(db, repository, commit, p, &fresh, err);
}

int policy_keep(struct db *db, const struct policy *p, struct error *err)
{
    size_t count;
    const struct policy_file *files = policy_files(p, &count);

    return policy_save(db, policy_commit(p), files, count, err);
}
