#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/json_write.h"
#include "seeded.h"

struct fixture {
    struct buf out;
    struct json_writer w;
};

static int begin(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    json_writer_init(&f->w, &f->out);
    *state = f;
    return 0;
}

static int finish(void **state)
{
    struct fixture *f = *state;

    buf_release(&f->out);
    free(f);
    return 0;
}

static void commas_stand_between_members_and_elements_only(void **state)
{
    struct fixture *f = *state;
    struct json_writer *w = &f->w;

    json_begin_object(w, NULL);
    json_put_text(w, "number", "CS0001001");
    json_begin_array(w, "tasks");
    json_begin_object(w, NULL);
    json_end_object(w);
    json_begin_object(w, NULL);
    json_put_int(w, "attempt", -2);
    json_put_bool(w, "late", true);
    json_end_object(w);
    json_begin_array(w, NULL);
    json_end_array(w);
    json_put_null(w, NULL);
    json_put_bool(w, NULL, false);
    json_end_array(w);
    json_put_raw(w, "fields", "{\"line\":\"L1\"}");
    json_end_object(w);
    assert_string_equal(buf_text(&f->out),
                        "{\"number\":\"CS0001001\",\"tasks\":[{},{\"attempt\":-2,\"late\":true},[],"
                        "null,false],\"fields\":{\"line\":\"L1\"}}");
}

static void absent_values_are_left_out(void **state)
{
    struct fixture *f = *state;
    struct json_writer *w = &f->w;

    json_begin_object(w, NULL);
    json_put_text(w, "a", NULL);
    json_put_raw(w, "b", NULL);
    json_put_time(w, "c", TIME_NONE);
    json_put_duration(w, "d", TIME_NONE);
    json_put_text(w, "e", "x");
    json_end_object(w);
    assert_string_equal(buf_text(&f->out), "{\"e\":\"x\"}");
}

static void times_and_durations_are_text(void **state)
{
    struct fixture *f = *state;

    json_begin_object(&f->w, NULL);
    json_put_time(&f->w, "at", 0);
    json_put_duration(&f->w, "left", -90 * USEC_MINUTE);
    json_end_object(&f->w);
    assert_string_equal(buf_text(&f->out), "{\"at\":\"1970-01-01T00:00:00.000000Z\",\"left\":\"-PT1H30M\"}");
}

static void only_what_json_requires_is_escaped(void **state)
{
    struct fixture *f = *state;

    json_put_text_n(&f->w, NULL, "\"\\/\b\f\n\r\t\0\x1F\x7F\xC3\xA9\xE2\x80\xA8<", 17);
    assert_string_equal(buf_text(&f->out),
                        "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7F\xC3\xA9\xE2\x80\xA8<\"");
}

static void member_names_are_escaped_too(void **state)
{
    struct fixture *f = *state;

    json_begin_object(&f->w, NULL);
    json_put_int(&f->w, "a\"b", INT64_MIN);
    json_end_object(&f->w);
    assert_string_equal(buf_text(&f->out), "{\"a\\\"b\":-9223372036854775808}");
}

static void any_text_reads_back_through_another_parser(void **state)
{
    struct fixture *f = *state;
    struct seeded random = seeded_start("strings");

    for (int round = 0; round < 20000; round++) {
        char text[24];
        size_t n = seeded_below(&random, sizeof(text) + 1);
        json_t *back;

        for (size_t i = 0; i < n; i++) /* mostly what needs an escape */
            text[i] = "\"\\/\b\f\n\r\t\x01\x1Fzy\0"[seeded_below(&random, 13)];
        buf_clear(&f->out);
        json_writer_init(&f->w, &f->out);
        json_put_text_n(&f->w, NULL, text, n);
        back = json_loadb(f->out.data, f->out.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        assert_non_null(back);
        assert_int_equal(json_string_length(back), n);
        assert_memory_equal(json_string_value(back), text, n);
        json_decref(back);
    }
}

static const char *written(struct fixture *f, double value)
{
    buf_clear(&f->out);
    json_writer_init(&f->w, &f->out);
    json_put_real(&f->w, NULL, value);
    return buf_text(&f->out);
}

static void reals_are_short(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(written(f, 0.1), "0.1");
    assert_string_equal(written(f, 50.0), "50");
    assert_string_equal(written(f, -2.5), "-2.5");
    assert_string_equal(written(f, 0.1 + 0.2), "0.30000000000000004");
    assert_string_equal(written(f, 1e300), "1e+300");
}

static void reals_that_json_has_not_are_null(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(written(f, NAN), "null");
    assert_string_equal(written(f, INFINITY), "null");
    assert_string_equal(written(f, -INFINITY), "null");
}

static void every_real_reads_back(void **state)
{
    struct fixture *f = *state;
    struct seeded random = seeded_start("reals");

    for (int round = 0; round < 20000; round++) {
        uint64_t bits = seeded_next(&random);
        double value;
        json_t *back;

        memcpy(&value, &bits, sizeof(value));
        if (!isfinite(value))
            continue;
        written(f, value);
        back = json_loadb(f->out.data, f->out.len, JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL);
        assert_non_null(back);
        assert_true(json_real_value(back) == value);
        json_decref(back);
    }
}

static void running_out_of_memory_is_the_buffers_business(void **state)
{
    struct fixture *f = *state;

    f->out.failed = true;
    json_begin_object(&f->w, NULL);
    json_put_text(&f->w, "a", "b\n");
    json_put_int(&f->w, "c", 1);
    json_put_real(&f->w, "d", 0.5);
    json_end_object(&f->w);
    assert_true(buf_failed(&f->out));
    assert_int_equal(f->out.len, 0);
}

#define WITH_WRITER(test) cmocka_unit_test_setup_teardown(test, begin, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WRITER(commas_stand_between_members_and_elements_only),
        WITH_WRITER(absent_values_are_left_out),
        WITH_WRITER(times_and_durations_are_text),
        WITH_WRITER(only_what_json_requires_is_escaped),
        WITH_WRITER(member_names_are_escaped_too),
        WITH_WRITER(any_text_reads_back_through_another_parser),
        WITH_WRITER(reals_are_short),
        WITH_WRITER(reals_that_json_has_not_are_null),
        WITH_WRITER(every_real_reads_back),
        WITH_WRITER(running_out_of_memory_is_the_buffers_business),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
