/*
 * What the tests of the stream share: descriptors that give their bytes whole or in random chunks, a log of
 * what was read, random numbers.
 */
#ifndef CASEWORK_TESTS_STREAM_SUPPORT_H
#define CASEWORK_TESTS_STREAM_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/stream.h"

/* A small generator of random numbers; the seed is printed, CASEWORK_SEED sets it. */
static uint64_t random_state;

static inline void seed_random(void)
{
    const char *seed = getenv("CASEWORK_SEED");

    random_state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
    print_message("CASEWORK_SEED=%llu\n", (unsigned long long)random_state);
    random_state = (random_state + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

static inline size_t below(size_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state >> 11) % limit;
}

static inline int file_of(const char *bytes, size_t n)
{
    struct buf content = {.data = (char *)bytes, .len = n};
    int fd = memfd_create("input", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(buf_write_fd(&content, fd, NULL), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* A descriptor on which each read() gives one random chunk. They are all sent beforehand, so that no timing
 * is in play.
 */
static inline int chunks_of(const char *bytes, size_t n)
{
    int size = 1 << 22;
    int fds[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
    setsockopt(fds[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    for (size_t sent = 0; sent < n;) {
        size_t chunk = 1 + below(below(2) == 0 ? 4 : 100);

        if (chunk > n - sent)
            chunk = n - sent;
        if (send(fds[1], bytes + sent, chunk, MSG_DONTWAIT) < 0)
            fail_msg("the socket holds but %zu of %zu bytes", sent, n);
        sent += chunk;
    }
    close(fds[1]);
    return fds[0];
}

/* Reads everything as a tool does, and writes down what came: the line and "value", "refused" (no JSON:
 * stream_reject() was called) or "broken", with the text. */
static inline void read_all(int fd, struct buf *log)
{
    struct arena arena = ARENA_INIT;
    struct json_parser *parser;
    struct json_record record;
    struct stream_item item;
    struct error err;
    struct stream *s;
    int64_t count = 0;

    error_init(&err);
    assert_int_equal(json_parser_new(&parser, &err), 0);
    assert_int_equal(stream_new(&s, fd, &err), 0);
    for (;; count++) {
        const char *kind = "value";

        assert_int_equal(stream_next(s, -1, &item, &err), 0);
        if (item.kind == STREAM_END)
            break;
        assert_int_equal(item.index, count);
        if (item.kind == STREAM_BROKEN) {
            kind = "broken";
        } else if (json_parse(parser, item.text, item.length, &arena, &record, &item.error) == CODE_SYNTAX) {
            assert_int_equal(stream_reject(s, &item, &err), 0);
            assert_int_equal(item.index, count);
            kind = "refused";
        }
        buf_add_format(log, "%lld %s %.*s\n", (long long)item.line, kind, (int)item.length, item.text);
        arena_clear(&arena);
    }
    stream_free(s);
    json_parser_free(parser);
    arena_release(&arena);
    close(fd);
}

static inline void next(struct stream *s, int linger_ms, struct stream_item *item)
{
    struct error err;

    error_init(&err);
    if (stream_next(s, linger_ms, item, &err) != 0)
        fail_msg("%s", err.message);
}

#endif
