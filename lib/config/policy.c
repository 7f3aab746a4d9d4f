#include "config/policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "config/compile.h"

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct policy_file *)a)->path, ((const struct policy_file *)b)->path);
}

static int fill_entries(struct policy *p, const struct policy_file *files, size_t count, struct error *err)
{
    const char *why;
    int rc;

    p->files = ARENA_ARRAY(&p->arena, struct policy_file, count + 1);
    p->entries = ARENA_ARRAY(&p->arena, struct entry, count + 1);
    if (p->files == NULL || p->entries == NULL)
        return error_no_memory(err);
    if (count > 0)
        memcpy(p->files, files, count * sizeof(*files));
    qsort(p->files, count, sizeof(*files), by_path);
    p->count = count;
    for (size_t i = 0; i < count; i++) {
        p->entries[i].file = &p->files[i];
        if ((rc = file_classify(&p->entries[i], &p->arena, &why, err)) != 0)
            return rc;
    }
    return 0;
}

int policy_new(struct policy **p, const char *commit, const struct policy_file *files, size_t count,
               struct arena *arena, struct error *err)
{
    struct policy *new = calloc(1, sizeof(*new));
    int rc;

    if (new == NULL)
        return error_no_memory(err);
    snprintf(new->commit, sizeof(new->commit), "%s", commit);
    if (arena != NULL) {
        new->arena = *arena;
        *arena = (struct arena)ARENA_INIT;
    }
    rc = fill_entries(new, files, count, err);
    if (rc != 0) {
        policy_free(new);
        return rc;
    }
    *p = new;
    return 0;
}

void policy_free(struct policy *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; i < p->count; i++) {
        struct entry *e = &p->entries[i];
        if (e->kind == FILE_CALENDAR && e->object != NULL)
            calendar_cache_release(e->object);
        json_decref(e->json);
    }
    calendar_cache_release(&p->always);
    arena_release(&p->arena);
    free(p);
}

const char *policy_commit(const struct policy *p)
{
    return p->commit;
}

static struct entry *find_path(const struct policy *p, const char *path)
{
    const struct policy_file key = {.path = path};
    struct policy_file *file = NULL;

    if (p->count > 0)
        file = bsearch(&key, p->files, p->count, sizeof(key), by_path);
    return file != NULL ? &p->entries[file - p->files] : NULL;
}

struct entry *policy_find(const struct policy *p, enum file_kind kind, const char *name)
{
    char path[512];
    struct entry *e;
    int n = snprintf(path, sizeof(path), "%s%s%s", file_kind_folder(kind), name, file_kind_suffix(kind));

    if (n < 0 || (size_t)n >= sizeof(path))
        return NULL;
    e = find_path(p, path);
    /* A name with a slash in it may lead to a file of another kind. */
    return e != NULL && e->kind == kind ? e : NULL;
}

const struct policy_file *policy_file_find(const struct policy *p, const char *path)
{
    struct entry *e = find_path(p, path);

    return e != NULL ? e->file : NULL;
}

const struct policy_file *policy_files(const struct policy *p, size_t *count)
{
    *count = p->count;
    return p->files;
}

bool policy_has_template(const struct policy *p, const char *name)
{
    return policy_find(p, FILE_TEMPLATE, name) != NULL;
}

int entry_load(struct policy *p, struct entry *e, struct error *err)
{
    json_t *json;
    void *object = NULL;
    int rc;

    if (e->object != NULL)
        return 0;
    json = json_tree(e->file->text, e->file->length, err);
    if (json == NULL)
        return err->code;
    rc = file_compile(p, e->kind, e->name, json, &p->arena, &object, err);
    if (rc != 0) {
        json_decref(json);
        return rc;
    }
    e->json = json;
    e->object = object;
    return 0;
}

/* Policy was checked whole before its first use: a file that fails now stops the tool, whatever is wrong with
 * it. */
static int load_for_use(struct policy *p, struct entry *e, struct error *err)
{
    struct error e1;
    int rc;

    error_init(&e1);
    rc = entry_load(p, e, &e1);
    if (rc == 0)
        return 0;
    if (code_is_record_error(e1.code))
        rc = CODE_POLICY;
    return error_set(err, rc, NULL, "%s: %s%s%s", e->file->path, e1.pointer,
                     e1.pointer[0] != '\0' ? ": " : "", e1.message);
}

static int object_by_name(struct policy *p, enum file_kind kind, const char *name, const void **object,
                          struct error *err)
{
    struct entry *e = policy_find(p, kind, name);
    int rc;

    if (e == NULL)
        return error_set(err, CODE_NOT_FOUND, NULL, "the policy has no %s \"%s\"", file_kind_name(kind),
                         name);
    rc = load_for_use(p, e, err);
    if (rc == 0)
        *object = e->object;
    return rc;
}

int policy_settings(struct policy *p, const struct policy_settings **s, struct error *err)
{
    struct entry *e = find_path(p, "casework.json");
    int rc;

    if (e == NULL)
        return error_set(err, CODE_POLICY, NULL, "the policy has no casework.json");
    rc = load_for_use(p, e, err);
    if (rc == 0)
        *s = e->object;
    return rc;
}

int policy_group(struct policy *p, const char *name, const struct group **g, struct error *err)
{
    const void *object = NULL;
    int rc = object_by_name(p, FILE_GROUP, name, &object, err);

    if (rc == 0)
        *g = object;
    return rc;
}

int policy_case_type(struct policy *p, const char *name, const struct case_type **t, struct error *err)
{
    const void *object = NULL;
    int rc = object_by_name(p, FILE_CASE_TYPE, name, &object, err);

    if (rc == 0)
        *t = object;
    return rc;
}

int policy_workflow(struct policy *p, const char *name, const struct workflow **w, struct error *err)
{
    const void *object = NULL;
    int rc = object_by_name(p, FILE_WORKFLOW, name, &object, err);

    if (rc == 0)
        *w = object;
    return rc;
}

int policy_clock(struct policy *p, const char *name, const struct clock_definition **d, struct error *err)
{
    const void *object = NULL;
    int rc = object_by_name(p, FILE_CLOCK, name, &object, err);

    if (rc == 0)
        *d = object;
    return rc;
}

int policy_table(struct policy *p, const char *name, const struct table **t, struct error *err)
{
    struct entry *e = policy_find(p, FILE_TABLE, name);
    int rc;

    *t = NULL;
    if (e == NULL)
        return 0;
    rc = load_for_use(p, e, err);
    if (rc == 0)
        *t = e->object;
    return rc;
}

int policy_clocks(struct policy *p, const struct clock_definition *const **list, size_t *count,
                  struct error *err)
{
    const struct clock_definition **all;
    size_t n = 0;
    int rc;

    if (p->clocks == NULL) {
        all = ARENA_ARRAY(&p->arena, const struct clock_definition *, p->count + 1);
        if (all == NULL)
            return error_no_memory(err);
        for (size_t i = 0; i < p->count; i++) {
            if (p->entries[i].kind != FILE_CLOCK)
                continue;
            if ((rc = load_for_use(p, &p->entries[i], err)) != 0)
                return rc;
            all[n++] = p->entries[i].object;
        }
        p->clocks = all;
        p->clock_count = n;
    }
    *list = p->clocks;
    *count = p->clock_count;
    return 0;
}

int policy_calendar(struct policy *p, const char *name, usec from, usec to, const struct calendar **c,
                    struct error *err)
{
    const void *object = NULL;
    int rc;

    if (name == NULL) {
        if (p->always.spec == NULL && (rc = calendar_always_open(&p->arena, &p->always.spec, err)) != 0)
            return rc;
        return calendar_cache_get(&p->always, from, to, c, err);
    }
    rc = object_by_name(p, FILE_CALENDAR, name, &object, err);
    return rc != 0 ? rc : calendar_cache_get((struct calendar_cache *)object, from, to, c, err);
}
