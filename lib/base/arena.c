#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK   ((size_t)8 * 1024)
#define LARGEST_BLOCK ((size_t)1024 * 1024) /* an object that does not fit gets a block of its own */

struct arena_block {
    struct arena_block *next; /* the one made before */
    size_t size;              /* of bytes */
    size_t used;
    max_align_t bytes[];
};

static void free_chain(struct arena_block *block)
{
    while (block != NULL) {
        struct arena_block *next = block->next;

        free(block);
        block = next;
    }
}

void arena_clear(struct arena *a)
{
    if (a->blocks != NULL) {
        free_chain(a->blocks->next);
        a->blocks->next = NULL;
        a->blocks->used = 0;
    }
    a->used = 0;
}

void arena_release(struct arena *a)
{
    free_chain(a->blocks);
    *a = (struct arena)ARENA_INIT;
}

bool arena_failed(const struct arena *a)
{
    return a->failed;
}

static struct arena_block *new_block(struct arena *a, size_t size)
{
    struct arena_block *block = NULL;

    if (!a->failed && size <= SIZE_MAX / 2)
        block = malloc(sizeof(*block) + size);
    if (block == NULL) {
        a->failed = true;
        return NULL;
    }
    block->size = size;
    block->used = 0;
    block->next = NULL;
    return block;
}

/* A block with room for size bytes. Large objects go behind the newest block, whose rest stays in use. */
static struct arena_block *block_for(struct arena *a, size_t size)
{
    size_t usual = a->blocks == NULL ? FIRST_BLOCK : a->blocks->size * 2;
    struct arena_block *block;

    if (usual > LARGEST_BLOCK)
        usual = LARGEST_BLOCK;
    block = new_block(a, size > usual ? size : usual);
    if (block == NULL)
        return NULL;
    if (size > usual && a->blocks != NULL) {
        block->next = a->blocks->next;
        a->blocks->next = block;
    } else {
        block->next = a->blocks;
        a->blocks = block;
    }
    return block;
}

/* Memory as it is found, aligned to a power of two. */
static void *take(struct arena *a, size_t size, size_t alignment)
{
    struct arena_block *block = a->blocks;
    size_t start = block == NULL ? 0 : (block->used + alignment - 1) & ~(alignment - 1);

    if (a->failed)
        return NULL;
    if (block == NULL || start > block->size || size > block->size - start) {
        block = block_for(a, size);
        if (block == NULL)
            return NULL;
        start = 0;
    }
    block->used = start + size;
    a->used += size;
    return (char *)block->bytes + start;
}

void *arena_alloc(struct arena *a, size_t size)
{
    void *object = take(a, size, _Alignof(max_align_t));

    if (object != NULL)
        memset(object, 0, size);
    return object;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return s == NULL ? NULL : arena_strndup(a, s, strlen(s));
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *copy = n < SIZE_MAX ? take(a, n + 1, 1) : NULL;

    if (copy == NULL)
        return NULL;
    if (n > 0)
        memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list args;
    char *text = NULL;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0)
        a->failed = true;
    else
        text = take(a, (size_t)n + 1, 1);
    if (text == NULL)
        return NULL;
    va_start(args, format);
    vsnprintf(text, (size_t)n + 1, format, args);
    va_end(args);
    return text;
}
