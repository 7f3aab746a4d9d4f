#include "stream_support.h"

#include <fcntl.h>

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

static int seed(void **state)
{
    (void)state;
    seed_random();
    return 0;
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
        cmocka_unit_test(a_value_is_given_as_soon_as_it_is_whole),
        cmocka_unit_test(a_reject_does_not_wait_for_the_next_line),
        cmocka_unit_test(a_descriptor_that_does_not_block_is_waited_for),
        cmocka_unit_test(an_input_that_cannot_be_read_is_an_error),
    };

    return cmocka_run_group_tests_name("stream", tests, seed, NULL);
}
