#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_CAPACITY 256
#define READ_SIZE      ((size_t)64 * 1024)
#define INT_DIGITS     20 /* of the longest int64_t, with its sign */

void buf_clear(struct buf *b)
{
    b->len = 0;
    if (b->data != NULL)
        b->data[0] = '\0';
}

void buf_release(struct buf *b)
{
    free(b->data);
    *b = (struct buf)BUF_INIT;
}

bool buf_failed(const struct buf *b)
{
    return b->failed;
}

const char *buf_text(const struct buf *b)
{
    return b->len == 0 ? "" : b->data; /* reserved and not written is not text */
}

static char *grow(struct buf *b, size_t n)
{
    size_t capacity = b->capacity < FIRST_CAPACITY ? FIRST_CAPACITY : b->capacity;
    char *data = NULL;

    if (b->failed)
        return NULL;
    if (n < SIZE_MAX / 4 && b->len < SIZE_MAX / 4) {
        while (capacity - b->len <= n)
            capacity *= 2;
        data = realloc(b->data, capacity);
    }
    if (data == NULL) {
        b->failed = true;
        return NULL;
    }
    b->data = data;
    b->capacity = capacity;
    return data + b->len;
}

char *buf_reserve(struct buf *b, size_t n)
{
    if (b->failed || b->capacity - b->len <= n)
        return grow(b, n);
    return b->data + b->len;
}

void buf_extend(struct buf *b, size_t n)
{
    if (b->failed || b->data == NULL)
        return;
    b->len += n;
    b->data[b->len] = '\0';
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
    char *to;

    if (n == 0)
        return;
    to = buf_reserve(b, n);
    if (to == NULL)
        return;
    memcpy(to, bytes, n);
    to[n] = '\0';
    b->len += n;
}

void buf_add_char(struct buf *b, char c)
{
    char *to = buf_reserve(b, 1);

    if (to == NULL)
        return;
    to[0] = c;
    to[1] = '\0';
    b->len++;
}

void buf_add_text(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_add_int(struct buf *b, int64_t value)
{
    char text[INT_DIGITS];
    char *end = text + sizeof(text);
    char *p = end;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        *--p = '-';
    buf_add(b, p, (size_t)(end - p));
}

void buf_add_format(struct buf *b, const char *format, ...)
{
    va_list args;
    char *to;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0)
        b->failed = true;
    to = n > 0 ? buf_reserve(b, (size_t)n) : NULL;
    if (to == NULL)
        return;
    va_start(args, format);
    vsnprintf(to, (size_t)n + 1, format, args);
    va_end(args);
    b->len += (size_t)n;
}

void buf_truncate(struct buf *b, size_t len)
{
    if (len >= b->len)
        return;
    b->len = len;
    b->data[len] = '\0';
}

/* Whether the call that set errno is worth repeating; waits when a descriptor that does not block is not
 * ready. */
static bool again(int fd, short events)
{
    struct pollfd ready = {.fd = fd, .events = events};

    if (errno == EAGAIN)
        return poll(&ready, 1, -1) >= 0 || errno == EINTR;
    return errno == EINTR;
}

int buf_write_fd(const struct buf *b, int fd, struct error *err)
{
    size_t done = 0;

    if (b->failed)
        return error_no_memory(err);
    while (done < b->len) {
        ssize_t n = write(fd, b->data + done, b->len - done);

        if (n >= 0)
            done += (size_t)n;
        else if (!again(fd, POLLOUT))
            return error_errno(err, CODE_IO, errno, "cannot write");
    }
    return 0;
}

int buf_read_fd(struct buf *b, int fd, size_t limit, struct error *err)
{
    size_t start = b->len;

    for (;;) {
        char *to = buf_reserve(b, READ_SIZE);
        ssize_t n;

        if (to == NULL)
            return error_no_memory(err);
        n = read(fd, to, READ_SIZE);
        if (n == 0)
            return 0;
        if (n > 0)
            buf_extend(b, (size_t)n);
        else if (!again(fd, POLLIN))
            return error_errno(err, errno == EISDIR ? CODE_NO_INPUT : CODE_IO, errno, "cannot read");
        if (b->len - start > limit)
            return error_set(err, CODE_LIMIT, NULL, "expected at most %zu bytes, got more", limit);
    }
}

int buf_read_file(struct buf *b, const char *path, size_t limit, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int rc;

    if (fd < 0)
        return error_errno(err, CODE_NO_INPUT, errno, "cannot open %s", path);
    rc = buf_read_fd(b, fd, limit, err);
    if (rc < 0)
        error_prefix(err, "%s: ", path);
    close(fd);
    return rc;
}
