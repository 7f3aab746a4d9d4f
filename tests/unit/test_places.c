#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tool/internal.h"

#define NO_FILE "/nonexistent/casework.conf"

static int set_up(void **state)
{
    struct runner *r = calloc(1, sizeof *r);

    unsetenv("CASEWORK_STORE");
    unsetenv("CASEWORK_CONFIG");
    unsetenv("CASEWORK_REF");
    unsetenv("XDG_DATA_HOME");
    setenv("HOME", "/home/maria", 1);
    r->max_rejects = -1;
    r->max_percent = -1;
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct runner *r = *state;

    arena_release(&r->forever);
    free(r);
    return 0;
}

static void find(struct runner *r, const char *conf)
{
    struct error err;

    error_init(&err);
    assert_int_equal(places_find(r, conf, &err), 0);
}

/* A configuration file of the host with this text; the caller unlinks it. */
static const char *host_file(const char *text)
{
    static char path[64];
    int fd;

    snprintf(path, sizeof path, "/tmp/test-places-XXXXXX");
    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return path;
}

static void the_store_is_in_the_users_data_folder(void **state)
{
    struct runner *r = *state;

    find(r, NO_FILE);
    assert_string_equal(r->run.store_path, "/home/maria/.local/share/casework/store.db");
    setenv("XDG_DATA_HOME", "/data", 1);
    find(r, NO_FILE);
    assert_string_equal(r->run.store_path, "/data/casework/store.db");
    setenv("XDG_DATA_HOME", "relative", 1);
    find(r, NO_FILE);
    assert_string_equal(r->run.store_path, "/home/maria/.local/share/casework/store.db");
}

static void the_option_goes_before_the_environment(void **state)
{
    struct runner *r = *state;

    setenv("CASEWORK_STORE", "/env.db", 1);
    setenv("CASEWORK_REF", "env", 1);
    find(r, NO_FILE);
    assert_string_equal(r->run.store_path, "/env.db");
    assert_string_equal(r->run.ctx.rev, "env");
    r->run.common.store = "/option.db";
    r->run.common.ref = "option";
    find(r, NO_FILE);
    assert_string_equal(r->run.store_path, "/option.db");
    assert_string_equal(r->run.ctx.rev, "option");
}

static void the_hosts_file_names_store_and_policy(void **state)
{
    struct runner *r = *state;
    const char *path =
        host_file("# ours\n\n store = /srv/store.db\nconfig=/srv/policy\r\nref=refs/heads/live\n");

    find(r, path);
    unlink(path);
    assert_string_equal(r->run.store_path, "/srv/store.db");
    assert_string_equal(r->run.ctx.repository, "/srv/policy");
    assert_string_equal(r->run.ctx.rev, "refs/heads/live");
}

static void another_store_is_not_under_the_policy_of_the_host(void **state)
{
    struct runner *r = *state;
    const char *path = host_file("store=/srv/store.db\nconfig=/srv/policy\n");

    setenv("CASEWORK_STORE", "/env.db", 1);
    find(r, path);
    unlink(path);
    assert_null(r->run.ctx.repository);
    r->run.ctx.store.config_repo = "/from/the/row";
    r->run.ctx.store.config_ref = "refs/heads/main";
    places_default(r);
    assert_string_equal(r->run.ctx.repository, "/from/the/row");
    assert_string_equal(r->run.ctx.rev, "refs/heads/main");
}

static void a_misspelt_key_of_the_hosts_file_is_an_error(void **state)
{
    const char *path = host_file("stroe=/srv/store.db\n");
    struct error err;

    error_init(&err);
    assert_int_equal(places_find(*state, path, &err), CODE_USAGE);
    unlink(path);
    assert_non_null(strstr(err.message, "line 1"));
    assert_non_null(strstr(err.message, "stroe"));
}

static void only_proxies_act_for_others(void **state)
{
    struct error err;

    (void)state;
    error_init(&err);
    assert_int_equal(actor_allowed("[]", "maria", "maria", &err), 0);
    assert_int_equal(actor_allowed("[\"web\"]", "web", "maria", &err), 0);
    assert_int_equal(actor_allowed("[\"web\"]", "maria", "web", &err), CODE_USAGE);
    error_init(&err);
    assert_int_equal(actor_allowed(NULL, "web", "maria", &err), CODE_USAGE);
    error_init(&err);
    assert_int_equal(actor_allowed("[\"web\"]", "web", "ma\nria", &err), CODE_USAGE);
}

static bool exceeded(struct runner *r, const char *limit, int64_t rejected, int64_t read)
{
    struct error err;

    error_init(&err);
    r->max_rejects = -1;
    r->max_percent = -1;
    r->run.common.max_rejects = limit;
    assert_int_equal(max_rejects_read(r, &err), 0);
    r->run.counts.rejected = rejected;
    r->run.counts.read = read;
    return max_rejects_exceeded(r);
}

static void rejects_are_limited_by_number_or_share(void **state)
{
    assert_false(exceeded(*state, NULL, 1000, 1000));
    assert_false(exceeded(*state, "3", 3, 4));
    assert_true(exceeded(*state, "3", 4, 1000));
    assert_true(exceeded(*state, "0", 1, 1));
    assert_false(exceeded(*state, "2.5%", 25, 1000));
    assert_true(exceeded(*state, "2.5%", 26, 1000));
}

static void a_share_is_not_judged_on_a_handful(void **state)
{
    assert_false(exceeded(*state, "10%", 5, 5));
    assert_true(exceeded(*state, "10%", 50, 100));
}

static void a_limit_that_is_none_is_a_usage_error(void **state)
{
    static const char *const wrong[] = {"", "x", "-1", "5x", "101%", "5%%", "%", "99999999999999999999"};
    struct runner *r = *state;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error err;
        error_init(&err);
        r->run.common.max_rejects = wrong[i];
        assert_int_equal(max_rejects_read(r, &err), CODE_USAGE);
    }
}

static void a_pair_is_a_name_and_an_equals_sign(void **state)
{
    (void)state;
    assert_true(operand_is_pair("impact=1"));
    assert_true(operand_is_pair("own_router="));
    assert_false(operand_is_pair("line down, x=5"));
    assert_false(operand_is_pair("=1"));
    assert_false(operand_is_pair("CS0001001"));
    assert_false(operand_is_pair(""));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_store_is_in_the_users_data_folder),
        TEST(the_option_goes_before_the_environment),
        TEST(the_hosts_file_names_store_and_policy),
        TEST(another_store_is_not_under_the_policy_of_the_host),
        TEST(a_misspelt_key_of_the_hosts_file_is_an_error),
        TEST(only_proxies_act_for_others),
        TEST(rejects_are_limited_by_number_or_share),
        TEST(a_share_is_not_judged_on_a_handful),
        TEST(a_limit_that_is_none_is_a_usage_error),
        TEST(a_pair_is_a_name_and_an_equals_sign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
