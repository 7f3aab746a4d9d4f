#include "stream_support.h"

#include <malloc.h>

/* Limits */

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

static size_t memory_in_use(void)
{
    struct mallinfo2 info = mallinfo2(); /* zeros under AddressSanitizer */

    return info.uordblks + info.hblkhd;
}

static void garbage_without_end_is_one_item_and_little_memory(void **state)
{
    size_t before;
    struct buf input = BUF_INIT;
    struct stream_item item;
    struct stream *s;

    (void)state;
    add_repeated(&input, "garbage, and more of it\n", 1000000);
    buf_add_text(&input, "{}\n");
    before = memory_in_use();
    s = stream_of(&input);
    next(s, -1, &item);
    assert_int_equal(item.kind, STREAM_VALUE);
    assert_int_equal(stream_reject(s, &item, NULL), 0);
    assert_int_equal(item.length, 64 * 1024);
    assert_true(memory_in_use() - before <= (size_t)10 * 1024 * 1024);
    next(s, -1, &item);
    assert_int_equal(item.line, 1000001);
    assert_int_equal(item.length, 2);
    next(s, -1, &item);
    assert_int_equal(item.kind, STREAM_END);
    stream_free(s);
    buf_release(&input);
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
            while (array && buf_text(&line)[strspn(buf_text(&line), " \t\r")] ==
                                '['); /* all else would be in its element */
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

static int seed(void **state)
{
    (void)state;
    seed_random();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_of_the_largest_size_is_framed),
        cmocka_unit_test(a_larger_value_is_cut_and_its_neighbours_arrive),
        cmocka_unit_test(a_value_too_large_that_lost_its_end_gives_back_the_lines_it_ran_over),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(garbage_without_end_is_one_item_and_little_memory),
        cmocka_unit_test(whatever_is_broken_its_neighbours_arrive_however_it_is_cut),
    };

    return cmocka_run_group_tests_name("stream_hostile", tests, seed, NULL);
}
