/*
 * Growing byte buffer, always NUL-terminated once it holds something.
 *
 * Appending never reports an error: when memory runs out the buffer becomes `failed`, later appends do
 * nothing, and whoever uses the content asks buf_failed() once; buf_release() alone ends that state. `data`
 * may be NULL while len is 0: print with buf_text().
 */
#ifndef CASEWORK_BASE_BUF_H
#define CASEWORK_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct buf {
    char *data;
    size_t len;
    size_t capacity;
    bool failed;
};

#define BUF_INIT                                                                                             \
    {                                                                                                        \
        0                                                                                                    \
    }

void buf_clear(struct buf *b);   /* length 0, memory kept */
void buf_release(struct buf *b); /* memory given back; the buffer may be used again */
bool buf_failed(const struct buf *b);
const char *buf_text(const struct buf *b); /* "" when empty */

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_add_char(struct buf *b, char c);
void buf_add_text(struct buf *b, const char *s);
void buf_add_int(struct buf *b, int64_t value);
void buf_add_format(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_truncate(struct buf *b, size_t len);
char *buf_reserve(struct buf *b,
                  size_t n); /* room for n bytes at the end; NULL when failed; then advance with buf_extend */
void buf_extend(struct buf *b, size_t n);

/* Writes everything to fd, retrying short writes and EINTR. CODE_IO with errno's text; EPIPE is CODE_IO too.
 */
int buf_write_fd(const struct buf *b, int fd, struct error *err);
/* Appends a whole file or the rest of fd; CODE_NO_INPUT when it cannot be opened, CODE_LIMIT when larger than
 * `limit`. */
int buf_read_file(struct buf *b, const char *path, size_t limit, struct error *err);
int buf_read_fd(struct buf *b, int fd, size_t limit, struct error *err);

#endif
