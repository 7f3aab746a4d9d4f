#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/stream.h"

/* A small generator of random numbers; the seed is printed, CASEWORK_SEED sets it. */
static uint64_t random_state;

static void seed_random(void)
{
    const char *seed = getenv("CASEWORK_SEED");

    random_state = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
    print_message("CASEWORK_SEED=%llu\n", (unsigned long long)random_state);
    random_state = (random_state + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

static size_t below(size_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state >> 11) % limit;
}

/* Descriptors */

static int file_of(const char *bytes, size_t n)
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
static int chunks_of(const char *bytes, size_t n)
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
static void read_all(int fd, struct buf *log)
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

static void gives(const char *input, const char *expected)
{
    struct buf whole = BUF_INIT, chunked = BUF_INIT;

    read_all(file_of(input, strlen(input)), &whole);
    assert_string_equal(buf_text(&whole), expected);
    read_all(chunks_of(input, strlen(input)), &chunked);
    assert_string_equal(buf_text(&chunked), expected);
    buf_release(&whole);
    buf_release(&chunked);
}

/* Good input */

static void an_empty_input_has_no_items(void **state)
{
    (void)state;
    gives("", "");
    gives(" \r\n\n\t", "");
    gives("[]", "");
    gives(" [ ] \n[\n]\n", "");
}

static void values_come_one_a_line(void **state)
{
    (void)state;
    gives("{\"a\":1}\n\n{\"b\":\"}{\"}\r\n{\"c\":[]}",
          "1 value {\"a\":1}\n3 value {\"b\":\"}{\"}\n4 value {\"c\":[]}\n");
}

static void several_values_stand_on_a_line(void **state)
{
    (void)state;
    gives("{\"a\":1} {\"b\":2}{}\t\"CS1\" 17 true\n-1",
          "1 value {\"a\":1}\n1 value {\"b\":2}\n1 value {}\n"
          "1 value \"CS1\"\n1 value 17\n1 value true\n2 value -1\n");
}

static void values_may_spread_over_lines(void **state)
{
    (void)state;
    gives("{\n  \"a\": [\n    1,\n    \"\\\"\\\\\"\n  ]\n}\n{\n}\n",
          "1 value {\n  \"a\": [\n    1,\n    \"\\\"\\\\\"\n  ]\n}\n7 value {\n}\n");
}

static void a_byte_order_mark_is_skipped_at_the_start_only(void **state)
{
    (void)state;
    gives("\xEF\xBB\xBF{}\n", "1 value {}\n");
    gives("\xEF\xBB\xBF", "");
    gives("\xEF\xBB", "1 refused \xEF\xBB\n");
    gives("{}\n\xEF\xBB\xBF{}\n", "1 value {}\n2 refused \xEF\xBB\xBF{}\n");
}

static void elements_of_top_level_arrays_are_items(void **state)
{
    (void)state;
    gives("[{\"a\":1},\"CS1\",[1,[2]], 17,null]\n[{}]\n{}\n",
          "1 value {\"a\":1}\n1 value \"CS1\"\n1 value [1,[2]]\n1 value 17\n1 value null\n2 value {}\n3 "
          "value {}\n");
    gives("[\n  {\n    \"a\": 1\n  },\n  {}\n]\n[\n  2\n]\n",
          "2 value {\n    \"a\": 1\n  }\n5 value {}\n8 value 2\n");
    gives("[\n{}\n,\n{}\n]", "2 value {}\n4 value {}\n");
}

/* Broken input */

static void a_broken_line_costs_no_neighbour(void **state)
{
    (void)state;
    gives("{\"a\":1}\n{\"a\":tru}\n{\"a\":2}\n",
          "1 value {\"a\":1}\n2 refused {\"a\":tru}\n3 value {\"a\":2}\n");
    gives("{\"a\":\"x}\n{\"a\":2}\n", "1 broken {\"a\":\"x}\n2 value {\"a\":2}\n");
    gives("{\"a\":\"x\\\n{\"a\":2}\n", "1 broken {\"a\":\"x\\\n2 value {\"a\":2}\n");
    gives("{\"a\":{\"b\":1}\n{\"a\":2}\n", "1 broken {\"a\":{\"b\":1}\n2 value {\"a\":2}\n");
    gives("{\"a\":\n{\"a\":2}\n{\"a\":3}\n", "1 broken {\"a\":\n2 value {\"a\":2}\n3 value {\"a\":3}\n");
    gives("{\"a\":[1,\n{\"a\":2}\n{\"a\":3}\n",
          "1 broken {\"a\":[1,\n2 value {\"a\":2}\n3 value {\"a\":3}\n");
    gives("{\"a\":[1}\n{\"a\":2}\n", "1 broken {\"a\":[1}\n2 value {\"a\":2}\n");
    gives("\"a\":1}\n{\"a\":2}\n", "1 value \"a\"\n1 broken :1}\n2 value {\"a\":2}\n");
}

static void what_follows_a_malformed_value_is_skipped_with_it(void **state)
{
    (void)state;
    gives("{\"a\":tru} {\"b\":1}\nmore\n 17\n  {\"c\":1}\n\n\"CS1\"\n",
          "1 refused {\"a\":tru} {\"b\":1}\nmore\n 17\n  {\"c\":1}\n6 value \"CS1\"\n");
    gives("garbage\n<html>\n[1]\n", "1 refused garbage\n<html>\n3 value 1\n");
}

static void reading_resumes_inside_a_malformed_value(void **state)
{
    (void)state;
    gives("{\"a\":tru,\n\"b\":\n{\"c\":1}}\n{}\n",
          "1 refused {\"a\":tru,\n2 value \"b\"\n2 broken :\n3 value {\"c\":1}\n3 broken }\n4 value {}\n");
}

static void the_end_of_input_breaks_an_open_value(void **state)
{
    (void)state;
    gives("{}\n{\"a\":", "1 value {}\n2 broken {\"a\":\n");
    gives("\"abc", "1 broken \"abc\n");
    gives("{\"a\":[1,\n{\"b\":2}\n", "1 broken {\"a\":[1,\n2 value {\"b\":2}\n");
    gives("{\"a\":[1,\n{\"b\":2},\n{\"b\":3}", "1 broken {\"a\":[1,\n2 value {\"b\":2}\n3 value {\"b\":3}\n");
    gives("[{},\n{}\n", "1 value {}\n2 value {}\n3 broken \n");
}

static void in_an_array_reading_resumes_after_blanks(void **state)
{
    (void)state;
    gives("[\n  {\"a\":tru},\n  {\"b\":1},\n  {\"c\":2\n]\n[\n {\"d\":1}\n]\n{}\n",
          "2 refused {\"a\":tru},\n3 value {\"b\":1}\n4 broken {\"c\":2\n]\n7 value {\"d\":1}\n9 value {}\n");
    gives("[\n{\"a\":tru}\n,\n{\"b\":1}\n,\n{\"c\":1}\n]\n",
          "2 refused {\"a\":tru}\n,\n4 value {\"b\":1}\n6 value {\"c\":1}\n");
    gives("[{\"a\":1},{\"a\":tru},{\"a\":2}]\n[{\"b\":1}]\n",
          "1 value {\"a\":1}\n1 refused {\"a\":tru},{\"a\":2}]\n2 value {\"b\":1}\n");
}

static void separators_where_none_belong_are_broken(void **state)
{
    (void)state;
    gives("{},\n{}\n", "1 value {}\n1 broken ,\n2 value {}\n");
    gives("{}]\n{}\n", "1 value {}\n1 broken ]\n2 value {}\n");
    gives("[1,,2]\n[3]\n", "1 value 1\n1 broken ,2]\n2 value 3\n");
    gives("[,1]\n{}\n", "1 broken ,1]\n2 value {}\n");
    gives("[1,]\n{}\n", "1 value 1\n1 broken ]\n2 value {}\n");
    gives("[1 2]\n{}\n", "1 value 1\n1 broken 2]\n2 value {}\n");
}

static void a_comma_missing_at_the_end_of_a_line_is_forgiven(void **state)
{
    (void)state;
    gives("[\n{\"a\":1}\n{\"b\":1}\n]\n{}", "2 value {\"a\":1}\n3 value {\"b\":1}\n5 value {}\n");
}

static void nul_bytes_are_broken(void **state)
{
    static const char input[] = "{}\n\0\n{\"a\":\0}\n{\"\0\":1}\n{}\n";
    static const char expected[] = "1 value {}\n2 broken \n3 broken {\"a\":\n4 broken {\"\n5 value {}\n";
    struct buf log = BUF_INIT;

    (void)state;
    read_all(file_of(input, sizeof(input) - 1), &log); /* %s ends the text at the NUL */
    assert_string_equal(buf_text(&log), expected);
    buf_release(&log);
}

/* Limits */

static void next(struct stream *s, int linger_ms, struct stream_item *item)
{
    struct error err;

    error_init(&err);
    if (stream_next(s, linger_ms, item, &err) != 0)
        fail_msg("%s", err.message);
}

static struct stream *stream_of(const struct buf *input)
{
    struct stream *s;

    assert_false(buf_failed(input));
    assert_int_equal(stream_new(&s, file_of(input->data, input->len), NULL), 0);
    return s;
}

static void add_repeated(struct buf *b, const char *text, size_t count)
{
    while (count-- > 0)
        buf_add_text(b, text);
}

static void a_value_of_the_largest_size_is_framed(void **state)
{
    struct buf input = BUF_INIT;
    struct stream_item item;
    struct stream *s;

    (void)state;
    buf_add_char(&input, '"');
    add_repeated(&input, "x", JSON_MAX_SIZE - 2);
    buf_add_text(&input, "\"\n{}");
    s = stream_of(&input);
    next(s, -1, &item);
    assert_int_equal(item.kind, STREAM_VALUE);
    assert_int_equal(item.length, JSON_MAX_SIZE);
    next(s, -1, &item);
    assert_int_equal(item.kind, STREAM_VALUE);
    stream_free(s);
    buf_release(&input);
}

static void a_larger_value_is_cut_and_its_neighbours_arrive(void **state)
{
    struct buf input = BUF_INIT;
    struct stream_item item;
    struct stream *s;

    (void)state;
    buf_add_text(&input, "{}\n{\"a\":\"");
    add_repeated(&input, "0123456789", JSON_MAX_SIZE / 5);
    buf_add_text(&input, "\"}\n{\"b\":1}\n");
    s = stream_of(&input);
    next(s, -1, &item);
    next(s, -1, &item);
    assert_int_equal(item.kind, STREAM_BROKEN);
    assert_int_equal(item.error.code, CODE_LIMIT);
    assert_int_equal(item.line, 2);
    assert_int_equal(item.length, 64 * 1024);
    assert_memory_equal(item.text, "{\"a\":\"01234", 11);
    next(s, -1, &item);
    assert_int_equal(item.kind, STREAM_VALUE);
    assert_int_equal(item.line, 3);
    next(s, -1, &item);
    assert_int_equal(item.kind, STREAM_END);
    stream_free(s);
    buf_release(&input);
}

static void a_value_too_large_that_lost_its_end_gives_back_the_lines_it_ran_over(void **state)
{
    size_t lines = JSON_MAX_SIZE / 4;
    struct buf input = BUF_INIT;
    struct stream_item item;
    struct stream *s;

    (void)state;
    buf_add_text(&input, "[\n{\"a\":[1,\n");
    add_repeated(&input, "{},\n", lines * 2);
    buf_add_text(&input, "{}\n]\n");
    s = stream_of(&input);
    next(s, -1, &item);
    assert_int_equal(item.error.code, CODE_LIMIT);
    assert_int_equal(item.length, strlen("{\"a\":[1,"));
    for (size_t i = 0; i < lines * 2 + 1; i++) {
        next(s, -1, &item);
        assert_int_equal(item.kind, STREAM_VALUE);
    }
    next(s, -1, &item);
    assert_int_equal(item.kind, STREAM_END);
    stream_free(s);
    buf_release(&input);
}

static void depth_is_bounded(void **state)
{
    struct buf input = BUF_INIT;
    struct stream_item item;
    struct stream *s;

    (void)state;
    buf_add_text(&input, "{\"a\":");
    add_repeated(&input, "[", JSON_MAX_DEPTH - 1);
    add_repeated(&input, "]", JSON_MAX_DEPTH - 1);
    buf_add_text(&input, "}\n{\"a\":");
    add_repeated(&input, "[", JSON_MAX_DEPTH);
    add_repeated(&input, "]", JSON_MAX_DEPTH);
    buf_add_text(&input, "}\n{}\n");
    s = stream_of(&input);
    next(s, -1, &item);
    assert_int_equal(item.kind, STREAM_VALUE);
    next(s, -1, &item);
    assert_int_equal(item.kind, STREAM_BROKEN);
    assert_int_equal(item.error.code, CODE_LIMIT);
    assert_int_equal(item.length, strlen("{\"a\":}") + 2 * JSON_MAX_DEPTH);
    next(s, -1, &item);
    assert_int_equal(item.kind, STREAM_VALUE);
    stream_free(s);
    buf_release(&input);
}

static void garbage_without_end_is_one_item_and_little_memory(void **state)
{
    struct buf input = BUF_INIT;
    struct stream_item item;
    struct stream *s;

    (void)state;
    add_repeated(&input, "garbage, and more of it\n", 1000000);
    buf_add_text(&input, "{}\n");
    s = stream_of(&input);
    next(s, -1, &item);
    assert_int_equal(item.kind, STREAM_VALUE);
    assert_int_equal(stream_reject(s, &item, NULL), 0);
    assert_int_equal(item.length, 64 * 1024);
    next(s, -1, &item);
    assert_int_equal(item.line, 1000001);
    assert_int_equal(item.length, 2);
    next(s, -1, &item);
    assert_int_equal(item.kind, STREAM_END);
    stream_free(s);
    buf_release(&input);
}

/* Time */

static void give_input(int fd, const char *text)
{
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void expect_item(struct stream *s, enum stream_item_kind kind, const char *text)
{
    struct stream_item item;

    next(s, 0, &item);
    assert_int_equal(item.kind, kind);
    assert_int_equal(item.length, strlen(text));
    assert_memory_equal(item.text, text, item.length);
}

static void a_value_is_given_as_soon_as_it_is_whole(void **state)
{
    struct stream *s;
    int fds[2];

    (void)state;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(stream_new(&s, fds[0], NULL), 0);
    expect_item(s, STREAM_QUIET, "");
    give_input(fds[1], "{\"a\"");
    expect_item(s, STREAM_QUIET, "");
    give_input(fds[1], ":1} [2");
    expect_item(s, STREAM_VALUE, "{\"a\":1}");
    expect_item(s, STREAM_QUIET, "");
    give_input(fds[1], ",");
    expect_item(s, STREAM_VALUE, "2");
    close(fds[1]);
    expect_item(s, STREAM_BROKEN, "");
    expect_item(s, STREAM_END, "");
    expect_item(s, STREAM_END, "");
    stream_free(s);
    close(fds[0]);
}

static void a_reject_does_not_wait_for_the_next_line(void **state)
{
    struct stream_item item;
    struct stream *s;
    int fds[2];

    (void)state;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(stream_new(&s, fds[0], NULL), 0);
    give_input(fds[1], "{\"a\":tru} x");
    next(s, 0, &item);
    assert_int_equal(stream_reject(s, &item, NULL), 0);
    assert_int_equal(item.length, strlen("{\"a\":tru} x"));
    give_input(fds[1], "y {}\n");
    expect_item(s, STREAM_BROKEN, "y {}");
    expect_item(s, STREAM_QUIET, "");
    give_input(fds[1], "{}");
    expect_item(s, STREAM_VALUE, "{}");
    stream_free(s);
    close(fds[0]);
    close(fds[1]);
}

static void a_descriptor_that_does_not_block_is_waited_for(void **state)
{
    struct stream *s;
    int fds[2];

    (void)state;
    assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
    assert_int_equal(stream_new(&s, fds[0], NULL), 0);
    expect_item(s, STREAM_QUIET, "");
    give_input(fds[1], "{}");
    expect_item(s, STREAM_VALUE, "{}");
    stream_free(s);
    close(fds[0]);
    close(fds[1]);
}

static void an_input_that_cannot_be_read_is_an_error(void **state)
{
    struct stream_item item;
    struct stream *s;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(stream_new(&s, open("/", O_RDONLY), &err), 0);
    assert_int_equal(stream_next(s, -1, &item, &err), CODE_IO);
    stream_free(s);
}

/* Properties */

static void add_random_string(struct buf *b)
{
    static const char *const parts[] = {"a", "Z", " ",    "{",    "}",   "[",       "]",
                                        ",", ":", "\\\"", "\\\\", "\\n", "\\u00e9", "\xC3\xA9"};

    buf_add_char(b, '"');
    for (size_t n = below(12); n > 0; n--)
        buf_add_text(b, parts[below(sizeof(parts) / sizeof(parts[0]))]);
    buf_add_char(b, '"');
}

static void add_random_value(struct buf *b, int depth)
{
    static const char *const scalars[] = {"null", "true", "false", "0", "-1.5e3", "17"};
    size_t kind = below(depth > 0 ? 4 : 2);
    size_t n = below(4);

    if (kind == 0) {
        add_random_string(b);
    } else if (kind == 1) {
        buf_add_text(b, scalars[below(sizeof(scalars) / sizeof(scalars[0]))]);
    } else {
        buf_add_char(b, kind == 2 ? '{' : '[');
        for (size_t i = 0; i < n; i++) {
            buf_add_text(b, i > 0 ? "," : "");
            if (kind == 2)
                buf_add_format(b, "\"%zu\":", i);
            add_random_value(b, depth - 1);
        }
        buf_add_char(b, kind == 2 ? '}' : ']');
    }
}

static void make_good_line(struct buf *line, size_t number)
{
    buf_clear(line);
    buf_add_format(line, "{\"n\":%zu,\"v\":", number);
    add_random_value(line, 3);
    buf_add_char(line, '}');
}

static char random_byte(void)
{
    static const char nasty[] = "{}[],:\"\\ \t\r0-et";
    char c = below(3) == 0 ? (char)below(256) : nasty[below(sizeof(nasty) - 1)];

    return c == '\n' ? '"' : c;
}

/* One of: bytes replaced, inserted, removed; the end cut off. */
static void corrupt(struct buf *line)
{
    size_t at = below(line->len);
    size_t n = 1 + below(4);
    struct buf old = *line;

    *line = (struct buf)BUF_INIT;
    buf_add(line, old.data, at);
    switch (below(4)) {
    case 0:
        for (size_t i = 0; i < n && at < old.len; i++, at++)
            buf_add_char(line, random_byte());
        break;
    case 1:
        for (size_t i = 0; i < n; i++)
            buf_add_char(line, random_byte());
        break;
    case 2:
        at += below(old.len - at + 1);
        break;
    default:
        at = old.len;
    }
    buf_add(line, old.data + at, old.len - at);
    buf_release(&old);
}

/* Lines of which some are corrupted, never two with less than two good ones between: a line that lost its end
 * and one that lost its beginning are JSON together with what stands between them. Also what must come of it,
 * in order. */
static void make_lines(struct buf *input, struct buf *good, bool array)
{
    size_t next_bad = array ? below(20) : below(4);
    struct buf line = BUF_INIT;

    buf_add_text(input, array ? "[\n" : "");
    for (size_t i = 0; i < 20; i++) {
        make_good_line(&line, i);
        if (i != next_bad)
            buf_add_format(good, "value %s\n", line.data);
        buf_add_text(&line, array && i < 19 ? "," : "");
        if (i == next_bad) {
            do
                corrupt(&line);
            while (array && line.len > 0 && line.data[0] == '['); /* the rest would be one element's */
            next_bad += array ? 100 : 3 + below(3);
        }
        buf_add(input, line.data, line.len);
        buf_add_char(input, '\n');
    }
    buf_add_text(input, array ? "]\n" : "");
    buf_release(&line);
}

static void all_arrive_in_order(const struct buf *input, const struct buf *good, const struct buf *log)
{
    const char *from = buf_text(log);

    for (const char *line = buf_text(good); *line != '\0';) {
        size_t n = (size_t)(strchr(line, '\n') - line) + 1;
        char *found = memmem(from, strlen(from), line, n);

        if (found == NULL)
            fail_msg("lost %.*s of\n%s\nwhich gave\n%s", (int)n, line, buf_text(input), buf_text(log));
        from = found + n;
        line += n;
    }
}

static void whatever_is_broken_its_neighbours_arrive_however_it_is_cut(void **state)
{
    (void)state;
    seed_random();
    for (int round = 0; round < 400; round++) {
        struct buf input = BUF_INIT, good = BUF_INIT, log = BUF_INIT, chunked = BUF_INIT;

        make_lines(&input, &good, round % 2 == 1);
        read_all(file_of(input.data, input.len), &log);
        all_arrive_in_order(&input, &good, &log);
        read_all(chunks_of(input.data, input.len), &chunked);
        assert_string_equal(buf_text(&log), buf_text(&chunked));
        buf_release(&input);
        buf_release(&good);
        buf_release(&log);
        buf_release(&chunked);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_input_has_no_items),
        cmocka_unit_test(values_come_one_a_line),
        cmocka_unit_test(several_values_stand_on_a_line),
        cmocka_unit_test(values_may_spread_over_lines),
        cmocka_unit_test(a_byte_order_mark_is_skipped_at_the_start_only),
        cmocka_unit_test(elements_of_top_level_arrays_are_items),
        cmocka_unit_test(a_broken_line_costs_no_neighbour),
        cmocka_unit_test(what_follows_a_malformed_value_is_skipped_with_it),
        cmocka_unit_test(reading_resumes_inside_a_malformed_value),
        cmocka_unit_test(the_end_of_input_breaks_an_open_value),
        cmocka_unit_test(in_an_array_reading_resumes_after_blanks),
        cmocka_unit_test(separators_where_none_belong_are_broken),
        cmocka_unit_test(a_comma_missing_at_the_end_of_a_line_is_forgiven),
        cmocka_unit_test(nul_bytes_are_broken),
        cmocka_unit_test(a_value_of_the_largest_size_is_framed),
        cmocka_unit_test(a_larger_value_is_cut_and_its_neighbours_arrive),
        cmocka_unit_test(a_value_too_large_that_lost_its_end_gives_back_the_lines_it_ran_over),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(garbage_without_end_is_one_item_and_little_memory),
        cmocka_unit_test(a_value_is_given_as_soon_as_it_is_whole),
        cmocka_unit_test(a_reject_does_not_wait_for_the_next_line),
        cmocka_unit_test(a_descriptor_that_does_not_block_is_waited_for),
        cmocka_unit_test(an_input_that_cannot_be_read_is_an_error),
        cmocka_unit_test(whatever_is_broken_its_neighbours_arrive_however_it_is_cut),
    };

    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
