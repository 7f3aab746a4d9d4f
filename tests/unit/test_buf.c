#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "seeded.h"

static void an_empty_buffer_prints_as_nothing(void **state)
{
    struct buf b = BUF_INIT;

    (void)state;
    assert_string_equal(buf_text(&b), "");
    buf_clear(&b);
    buf_truncate(&b, 0);
    buf_add(&b, NULL, 0);
    buf_add_format(&b, "%s", "");
    assert_string_equal(buf_text(&b), "");
    assert_int_equal(b.len, 0);
    buf_release(&b);
}

static void appended_parts_follow_each_other(void **state)
{
    struct buf b = BUF_INIT;

    (void)state;
    buf_add_text(&b, "case ");
    buf_add_char(&b, 'C');
    buf_add(&b, "S00", 3);
    buf_add_int(&b, 12);
    buf_add_format(&b, " of %d", 300);
    assert_string_equal(buf_text(&b), "case CS0012 of 300");
    assert_int_equal(b.len, strlen("case CS0012 of 300"));
    buf_truncate(&b, 6);
    buf_truncate(&b, 100);
    assert_string_equal(buf_text(&b), "case C");
    buf_release(&b);
}

static void a_growing_buffer_keeps_its_content_and_its_end(void **state)
{
    struct buf b = BUF_INIT;

    (void)state;
    for (int i = 0; i < 5000; i++) {
        buf_add_char(&b, (char)('a' + i % 26));
        assert_int_equal(b.data[b.len], '\0');
    }
    for (int i = 0; i < 5000; i++)
        assert_int_equal(b.data[i], 'a' + i % 26);
    buf_release(&b);
    assert_null(b.data);
    buf_add_text(&b, "again");
    assert_string_equal(buf_text(&b), "again");
    buf_release(&b);
}

static void a_reservation_is_taken_by_extending(void **state)
{
    struct buf b = BUF_INIT;

    (void)state;
    for (size_t n = 1; n < 3000; n += 7) {
        char *to = buf_reserve(&b, n);

        memset(to, 'x', n);
        buf_extend(&b, n);
        assert_int_equal(strlen(b.data), b.len);
    }
    buf_release(&b);
}

static void integers_print_as_printf_prints_them(void **state)
{
    static const int64_t edges[] = {0, 1, -1, 9, 10, -10, 99, 100, INT64_MAX, INT64_MIN, INT32_MIN};
    struct seeded random = seeded_start("integers");
    struct buf b = BUF_INIT;

    (void)state;
    for (size_t i = 0; i < 20000; i++) {
        int64_t value = i < sizeof(edges) / sizeof(edges[0])
                            ? edges[i]
                            : (int64_t)(seeded_next(&random) >> seeded_below(&random, 64));
        char expected[32];

        snprintf(expected, sizeof(expected), "%" PRId64, value);
        buf_clear(&b);
        buf_add_int(&b, value);
        assert_string_equal(buf_text(&b), expected);
    }
    buf_release(&b);
}

static void failure_is_sticky_and_keeps_what_was_there(void **state)
{
    struct buf b = BUF_INIT;
    struct error err;

    (void)state;
    buf_add_text(&b, "kept");
    assert_null(buf_reserve(&b, SIZE_MAX / 2));
    assert_true(buf_failed(&b));
    buf_add_text(&b, "lost");
    buf_add_char(&b, 'x');
    buf_add_int(&b, 1);
    buf_add_format(&b, "%d", 1);
    buf_extend(&b, 1);
    assert_null(buf_reserve(&b, 1));
    assert_string_equal(buf_text(&b), "kept");
    error_init(&err);
    assert_int_equal(buf_write_fd(&b, STDOUT_FILENO, &err), CODE_NO_MEMORY);
    buf_release(&b);
    assert_false(buf_failed(&b));
}

struct drain {
    int fd;
    struct buf got;
    int rc;
};

static void *read_all(void *arg)
{
    struct drain *d = arg;

    d->rc = buf_read_fd(&d->got, d->fd, SIZE_MAX, NULL);
    return NULL;
}

/* A pipe holds less than this: writes are short or refused until the reader has taken some. */
static void check_pipe(int flags)
{
    struct buf b = BUF_INIT;
    struct drain d = {.got = BUF_INIT};
    pthread_t reader;
    int ends[2];

    assert_int_equal(pipe2(ends, flags), 0);
    for (int i = 0; i < 100000; i++)
        buf_add_int(&b, i);
    d.fd = ends[0];
    assert_int_equal(pthread_create(&reader, NULL, read_all, &d), 0);
    assert_int_equal(buf_write_fd(&b, ends[1], NULL), 0);
    close(ends[1]);
    pthread_join(reader, NULL);
    close(ends[0]);
    assert_int_equal(d.rc, 0);
    assert_int_equal(d.got.len, b.len);
    assert_memory_equal(d.got.data, b.data, b.len);
    buf_release(&d.got);
    buf_release(&b);
}

static void everything_is_written_to_a_slow_reader(void **state)
{
    (void)state;
    check_pipe(O_CLOEXEC);
}

static void a_descriptor_that_does_not_block_is_waited_for(void **state)
{
    (void)state;
    check_pipe(O_CLOEXEC | O_NONBLOCK);
}

static void a_reader_that_has_gone_is_an_io_error(void **state)
{
    struct buf b = BUF_INIT;
    struct error err;
    int ends[2];

    (void)state;
    signal(SIGPIPE, SIG_IGN);
    error_init(&err);
    buf_add_text(&b, "lost");
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_int_equal(buf_write_fd(&b, ends[1], &err), CODE_IO);
    assert_string_equal(err.message, "cannot write: Broken pipe");
    close(ends[1]);
    buf_release(&b);
}

static void a_file_is_read_up_to_the_limit(void **state)
{
    char path[] = "/tmp/test_buf.XXXXXX";
    int fd = mkstemp(path);
    struct buf b = BUF_INIT;
    struct error err;

    (void)state;
    assert_true(fd >= 0);
    for (int i = 0; i < 40000; i++)
        buf_add_int(&b, i);
    assert_int_equal(buf_write_fd(&b, fd, NULL), 0);
    close(fd);
    error_init(&err);
    {
        struct buf back = BUF_INIT;

        assert_int_equal(buf_read_file(&back, path, b.len, &err), 0);
        assert_int_equal(back.len, b.len);
        assert_memory_equal(back.data, b.data, b.len);
        buf_clear(&back);
        assert_int_equal(buf_read_file(&back, path, b.len - 1, &err), CODE_LIMIT);
        assert_int_equal(strncmp(err.message, path, strlen(path)), 0);
        buf_release(&back);
    }
    unlink(path);
    buf_release(&b);
}

static void a_file_that_cannot_be_opened_is_no_input(void **state)
{
    struct buf b = BUF_INIT;
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(buf_read_file(&b, "/nonexistent/file", 10, &err), CODE_NO_INPUT);
    assert_string_equal(err.message, "cannot open /nonexistent/file: No such file or directory");
    error_init(&err);
    assert_int_equal(buf_read_file(&b, "/", 10, &err), CODE_NO_INPUT);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_prints_as_nothing),
        cmocka_unit_test(appended_parts_follow_each_other),
        cmocka_unit_test(a_growing_buffer_keeps_its_content_and_its_end),
        cmocka_unit_test(a_reservation_is_taken_by_extending),
        cmocka_unit_test(integers_print_as_printf_prints_them),
        cmocka_unit_test(failure_is_sticky_and_keeps_what_was_there),
        cmocka_unit_test(everything_is_written_to_a_slow_reader),
        cmocka_unit_test(a_descriptor_that_does_not_block_is_waited_for),
        cmocka_unit_test(a_reader_that_has_gone_is_an_io_error),
        cmocka_unit_test(a_file_is_read_up_to_the_limit),
        cmocka_unit_test(a_file_that_cannot_be_opened_is_no_input),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
