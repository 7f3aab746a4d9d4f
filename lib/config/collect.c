#include "config/collect.h"

static int grow(struct policy_collection *c, struct error *err)
{
    size_t capacity = c->capacity ? 2 * c->capacity : 64;
    struct policy_file *more = ARENA_ARRAY(&c->arena, struct policy_file, capacity);

    if (!more)
        return error_no_memory(err);
    if (c->count > 0)
        memcpy(more, c->files, c->count * sizeof *more);
    c->files = more;
    c->capacity = capacity;
    return 0;
}

int policy_collect(void *collection, const char *path, const char *blob, const char *bytes, size_t n,
                   struct error *err)
{
    struct policy_collection *c = collection;
    struct policy_file *file;

    if (c->count == c->capacity && grow(c, err) != 0)
        return CODE_NO_MEMORY;
    file = &c->files[c->count++];
    file->path = arena_strdup(&c->arena, path);
    file->blob = arena_strdup(&c->arena, blob);
    file->text = arena_strndup(&c->arena, bytes, n);
    file->length = n;
    return arena_failed(&c->arena) ? error_no_memory(err) : 0;
}

int policy_collected(struct policy_collection *c, const char *commit, struct policy **p, struct error *err)
{
    int rc = policy_new(p, commit, c->files, c->count, &c->arena, err);

    policy_collection_release(c);
    return rc;
}

void policy_collection_release(struct policy_collection *c)
{
    arena_release(&c->arena);
    *c = (struct policy_collection){0};
}
