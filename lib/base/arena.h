/*
 * Arena: memory that is given back all at once.
 *
 * A record, and everything it points to, lives in the arena of its batch until the batch's output is written.
 * Nothing allocated here is freed alone. Alignment suits any object. Allocation failure is sticky:
 * arena_alloc() then returns NULL until arena_release() and arena_failed() is true; functions that return
 * NULL for "absent" check arena_failed() to tell.
 */
#ifndef CASEWORK_BASE_ARENA_H
#define CASEWORK_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    size_t used;                /* bytes handed out since the last clear */
    bool failed;
};

#define ARENA_INIT                                                                                           \
    {                                                                                                        \
        0                                                                                                    \
    }

void arena_clear(struct arena *a);   /* gives back everything but one block, which is kept for reuse */
void arena_release(struct arena *a); /* gives back everything */
bool arena_failed(const struct arena *a);

void *arena_alloc(struct arena *a, size_t size);    /* zeroed */
char *arena_strdup(struct arena *a, const char *s); /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define ARENA_NEW(a, type)          ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_alloc((a), sizeof(type) * (count)))

#endif
