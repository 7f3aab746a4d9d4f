/* Folders and files: made with parents, put in place without overwriting, removed whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/folder.h"

static char place[PATH_MAX];

static int enter(void **state)
{
    char name[] = "/tmp/casework-folder.XXXXXX";

    (void)state;
    return mkdtemp(name) && chdir(name) == 0 && getcwd(place, sizeof place) ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    folder_remove(place);
    return path_exists(place) ? -1 : chdir("/");
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static void a_relative_path_becomes_absolute_though_nothing_is_there(void **state)
{
    char absolute[PATH_MAX], expected[PATH_MAX + 8];
    struct error err;

    (void)state;
    error_init(&err);
    snprintf(expected, sizeof expected, "%s/a.db", place);
    assert_int_equal(path_absolute("a.db", absolute, &err), 0);
    assert_string_equal(absolute, expected);
    assert_int_equal(path_absolute("./a.db", absolute, &err), 0);
    assert_string_equal(absolute, expected);
    assert_int_equal(path_absolute("none/a.db", absolute, &err), CODE_UNAVAILABLE);
}

static void parents_are_made_with_the_mode_and_the_path_itself_is_not(void **state)
{
    struct error err;
    struct stat st;
    mode_t mask = umask(0077);

    (void)state;
    error_init(&err);
    assert_int_equal(folder_make_parents("p/q/r/file", 0750, &err), 0);
    umask(mask);
    assert_int_equal(stat("p/q/r", &st), 0);
    assert_int_equal(st.st_mode & 07777, 0750);
    assert_false(path_exists("p/q/r/file"));
    assert_int_equal(folder_make_parents("p/q/r/file", 0750, &err), 0);
    write_file("p/file", "");
    assert_int_equal(folder_make_parents("p/file/x", 0700, &err), 0); /* whoever makes x will be told */
}

static void a_file_is_published_where_nothing_is_and_only_there(void **state)
{
    struct error err;

    (void)state;
    error_init(&err);
    write_file("new", "1");
    assert_int_equal(file_publish("new", "kept", &err), 0);
    assert_true(path_exists("kept"));
    assert_false(path_exists("new"));
    write_file("new", "2");
    assert_int_equal(file_publish("new", "kept", &err), CODE_UNAVAILABLE);
    assert_true(path_exists("new"));
}

static void a_folder_replaces_an_empty_one_and_no_other(void **state)
{
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(folder_make_parents("made/x", 0700, &err), 0);
    assert_int_equal(folder_make_parents("empty/x", 0700, &err), 0);
    write_file("made/file", "1");
    assert_true(folder_is_empty("empty"));
    assert_false(folder_is_empty("made"));
    assert_false(folder_is_empty("nowhere"));
    assert_int_equal(folder_publish("made", "empty", &err), 0);
    assert_true(path_exists("empty/file"));
    assert_int_equal(folder_make_parents("made/x", 0700, &err), 0);
    assert_int_equal(folder_publish("made", "empty", &err), CODE_UNAVAILABLE);
}

static void removing_takes_links_for_links(void **state)
{
    struct error err;

    (void)state;
    error_init(&err);
    write_file("outside", "1");
    assert_int_equal(folder_make_parents("gone/deep/x", 0700, &err), 0);
    assert_int_equal(symlink("../../outside", "gone/deep/link"), 0);
    folder_remove("gone");
    assert_false(path_exists("gone"));
    assert_true(path_exists("outside"));
    folder_remove("gone");
}

static void a_tree_can_be_made_durable(void **state)
{
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(folder_make_parents("tree/deep/x", 0700, &err), 0);
    write_file("tree/deep/file", "1");
    assert_int_equal(symlink("nowhere", "tree/dangling"), 0);
    assert_int_equal(folder_sync("tree", &err), 0);
    assert_int_equal(folder_sync("no-tree", &err), CODE_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_relative_path_becomes_absolute_though_nothing_is_there),
        cmocka_unit_test(parents_are_made_with_the_mode_and_the_path_itself_is_not),
        cmocka_unit_test(a_file_is_published_where_nothing_is_and_only_there),
        cmocka_unit_test(a_folder_replaces_an_empty_one_and_no_other),
        cmocka_unit_test(removing_takes_links_for_links),
        cmocka_unit_test(a_tree_can_be_made_durable),
    };

    return cmocka_run_group_tests(tests, enter, leave);
}
