#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "tool/internal.h"
#include "tool/list_internal.h"

static const struct tool tool = {.name = "case-list"};
static const struct list_column columns[] = {
    {"number", "NUMBER"}, {"priority", "PRIORITY"}, {"text", "TEXT"}};

/* A runner whose standard output is a file in memory. */
struct output {
    struct runner *runner;
    int real, file;
    char text[4096];
};

static int set_up(void **state)
{
    struct output *o = calloc(1, sizeof *o);

    setenv("TZ", "UTC", 1);
    o->runner = calloc(1, sizeof *o->runner);
    o->runner->run.tool = &tool;
    o->file = memfd_create("output", 0);
    fflush(stdout);
    o->real = dup(STDOUT_FILENO);
    *state = o;
    return o->file < 0 || o->real < 0 || dup2(o->file, STDOUT_FILENO) < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
    struct output *o = *state;

    dup2(o->real, STDOUT_FILENO);
    close(o->real);
    close(o->file);
    free(o->runner);
    free(o);
    return 0;
}

static const char *printed(struct output *o)
{
    ssize_t n = pread(o->file, o->text, sizeof o->text - 1, 0);

    o->text[n < 0 ? 0 : n] = '\0';
    return o->text;
}

static const char *print_rows(struct output *o, const char *format, const char *fields,
                              const char *const *rows)
{
    struct list *list = NULL;
    struct error err;

    error_init(&err);
    assert_int_equal(list_begin(&list, &o->runner->run, columns, 3, format, fields, &err), 0);
    for (; *rows; rows++)
        assert_int_equal(list_row(list, *rows, strlen(*rows), &err), 0);
    assert_int_equal(list_end(list, &err), 0);
    return printed(o);
}

#define ROWS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void json_rows_pass_as_they_are(void **state)
{
    assert_string_equal(print_rows(*state, "json", NULL, ROWS("{\"b\":1,\"a\":[2]}", "{}\n")),
                        "{\"b\":1,\"a\":[2]}\n{}\n");
}

static void output_that_is_no_terminal_is_json(void **state)
{
    assert_string_equal(print_rows(*state, NULL, NULL, ROWS("{\"a\":1}")), "{\"a\":1}\n");
}

static void fields_pick_and_order_the_members_of_json(void **state)
{
    const char *text = print_rows(*state, "json", "text,context.tier,missing,number",
                                  ROWS("{\"number\":\"CS1\",\"text\":null,\"context\":{\"tier\":\"gold\"}}"));

    assert_string_equal(text, "{\"text\":null,\"context.tier\":\"gold\",\"number\":\"CS1\"}\n");
}

static void csv_quotes_what_needs_it_and_leaves_absent_cells_empty(void **state)
{
    const char *text = print_rows(*state, "csv", NULL,
                                  ROWS("{\"number\":\"CS1\",\"text\":\"say \\\"no\\\", twice\"}",
                                       "{\"number\":\"CS2\",\"priority\":2,\"text\":[\"a\",\"b\"]}"));

    assert_string_equal(text, "number,priority,text\r\nCS1,,\"say \"\"no\"\", twice\"\r\n"
                              "CS2,2,\"[\"\"a\"\",\"\"b\"\"]\"\r\n");
}

static void csv_of_nothing_is_the_heading(void **state)
{
    assert_string_equal(print_rows(*state, "csv", "number", ROWS(NULL)), "number\r\n");
}

static void a_table_sizes_its_columns_and_aligns_numbers_to_the_right(void **state)
{
    const char *text = print_rows(*state, "text", NULL,
                                  ROWS("{\"number\":\"CS0001001\",\"priority\":1,\"text\":\"Grüße\"}",
                                       "{\"number\":\"CS2\",\"priority\":12}"));

    assert_string_equal(text, "NUMBER     PRIORITY  TEXT\n"
                              "CS0001001         1  Grüße\n"
                              "CS2              12\n");
}

static void a_table_of_nothing_has_no_heading(void **state)
{
    assert_string_equal(print_rows(*state, "text", NULL, ROWS(NULL)), "");
}

static void a_table_shows_times_to_the_minute_and_masks_control_characters(void **state)
{
    const char *text =
        print_rows(*state, "text", "number,text",
                   ROWS("{\"number\":\"2026-03-01T09:12:44.120031Z\",\"text\":\"a\\u001b[2Jb\\n\"}"));

    assert_non_null(strstr(text, "2026-03-01 09:12  "));
    assert_null(strchr(text, 27));
    assert_int_equal(strchr(strchr(text, '\n') + 1, '\n')[1], '\0');
}

static void rows_after_the_sizing_ones_are_cut_to_the_columns(void **state)
{
    struct output *o = *state;
    struct list *list = NULL;
    struct error err;
    const char *last = "{\"number\":\"a number that is too long\"}";

    error_init(&err);
    assert_int_equal(list_begin(&list, &o->runner->run, columns, 3, "text", "number", &err), 0);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(list_row(list, "{\"number\":\"1\"}", 14, &err), 0);
    assert_int_equal(list_row(list, last, strlen(last), &err), 0);
    assert_int_equal(list_end(list, &err), 0);
    assert_string_equal(printed(o) + strlen("NUMBER\n") + 2000, "a num…\n");
}

static void an_unknown_format_is_a_usage_error(void **state)
{
    struct output *o = *state;
    struct list *list = NULL;
    struct error err;

    error_init(&err);
    assert_int_equal(list_begin(&list, &o->runner->run, columns, 3, "xml", NULL, &err), CODE_USAGE);
    assert_null(list);
}

static void an_empty_field_name_is_a_usage_error(void **state)
{
    struct output *o = *state;
    struct list *list = NULL;
    struct error err;

    error_init(&err);
    assert_int_equal(list_begin(&list, &o->runner->run, columns, 3, NULL, "number,,text", &err), CODE_USAGE);
    assert_null(list);
}

static void a_narrow_terminal_takes_from_the_widest_column_first(void **state)
{
    size_t widths[] = {9, 40, 12}, narrow[] = {6, 6, 6}, roomy[] = {9, 40, 12};

    (void)state;
    table_fit(widths, 3, 40);
    assert_int_equal(widths[0], 9);
    assert_int_equal(widths[0] + widths[1] + widths[2] + 4, 40);
    table_fit(narrow, 3, 5);
    assert_int_equal(narrow[1], 6);
    table_fit(roomy, 3, 0);
    assert_int_equal(roomy[1], 40);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(json_rows_pass_as_they_are),
        TEST(output_that_is_no_terminal_is_json),
        TEST(fields_pick_and_order_the_members_of_json),
        TEST(csv_quotes_what_needs_it_and_leaves_absent_cells_empty),
        TEST(csv_of_nothing_is_the_heading),
        TEST(a_table_sizes_its_columns_and_aligns_numbers_to_the_right),
        TEST(a_table_of_nothing_has_no_heading),
        TEST(a_table_shows_times_to_the_minute_and_masks_control_characters),
        TEST(rows_after_the_sizing_ones_are_cut_to_the_columns),
        TEST(an_unknown_format_is_a_usage_error),
        TEST(an_empty_field_name_is_a_usage_error),
        cmocka_unit_test(a_narrow_terminal_takes_from_the_widest_column_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
