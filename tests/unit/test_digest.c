#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/digest.h"

static void assert_digest(struct digest d, const char *expected)
{
    char hex[DIGEST_HEX];

    digest_hex(&d, hex);
    assert_string_equal(hex, expected);
}

/* The vectors of FIPS 180: the empty message, "abc", and the one of 448 bits. */
static void known_messages_have_their_digests(void **state)
{
    static const char long_one[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

    (void)state;
    assert_digest(digest_pair(NULL, 0, NULL, 0),
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest(digest_pair("abc", 3, NULL, 0),
                  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest(digest_pair(long_one, strlen(long_one), "", 0),
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void a_pair_is_hashed_as_one_text(void **state)
{
    static const char text[] =
        "previous hash and the event that follows it, longer than a block of sixty-four bytes";
    struct digest whole = digest_pair(text, strlen(text), NULL, 0);

    (void)state;
    for (size_t cut = 0; cut <= strlen(text); cut++) {
        struct digest d = digest_pair(text, cut, text + cut, strlen(text) - cut);

        assert_memory_equal(d.bytes, whole.bytes, DIGEST_SIZE);
    }
}

static void hex_reads_back_in_either_case(void **state)
{
    struct digest d = digest_pair("abc", 3, NULL, 0);
    struct digest back = {{0}};
    char hex[DIGEST_HEX];

    (void)state;
    digest_hex(&d, hex);
    assert_int_equal(digest_from_hex(hex, &back), 0);
    assert_memory_equal(back.bytes, d.bytes, DIGEST_SIZE);
    for (char *p = hex; *p != '\0'; p++)
        if (*p >= 'a')
            *p = (char)(*p - 'a' + 'A');
    memset(&back, 0, sizeof(back));
    assert_int_equal(digest_from_hex(hex, &back), 0);
    assert_memory_equal(back.bytes, d.bytes, DIGEST_SIZE);
}

static void what_is_not_64_hex_digits_is_refused(void **state)
{
    char hex[DIGEST_HEX + 1];
    struct digest d;

    (void)state;
    memset(hex, '0', sizeof(hex));
    hex[DIGEST_HEX] = '\0';
    assert_int_equal(digest_from_hex(hex, &d), -1);
    hex[DIGEST_HEX - 2] = '\0';
    assert_int_equal(digest_from_hex(hex, &d), -1);
    hex[DIGEST_HEX - 2] = 'g';
    hex[DIGEST_HEX - 1] = '\0';
    assert_int_equal(digest_from_hex(hex, &d), -1);
    assert_int_equal(digest_from_hex("", &d), -1);
}

static void random_bytes_differ_each_time_and_are_taken_once(void **state)
{
    struct random_pool pool = {.left = 0};
    unsigned char seen[600][SALT_SIZE];

    (void)state;
    for (size_t i = 0; i < 600; i++) {
        assert_int_equal(random_bytes(&pool, seen[i], SALT_SIZE, NULL), 0);
        for (size_t k = 0; k < i; k++)
            assert_memory_not_equal(seen[i], seen[k], SALT_SIZE);
    }
    assert_int_equal(pool.left, 3 * 4096 - 600 * SALT_SIZE);
}

static void more_than_a_pool_can_be_asked_for(void **state)
{
    struct random_pool pool = {.left = 0};
    unsigned char out[10000] = {0};
    size_t zeros = 0;

    (void)state;
    assert_int_equal(random_bytes(&pool, out, sizeof(out), NULL), 0);
    for (size_t i = 0; i < sizeof(out); i++)
        zeros += out[i] == 0;
    assert_true(zeros < 200); /* 39 are to be expected */
}

static void the_name_of_a_blob_is_the_one_that_git_gives_it(void **state)
{
    static const char sha1[] = "ce013625030ba8dba906f756967f9e9ca394464a",
                      sha256[] = "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813";

    (void)state;
    assert_true(digest_is_git_blob(sha1, "hello\n", 6));
    assert_false(digest_is_git_blob(sha1, "hello", 5));
    assert_true(digest_is_git_blob(sha256, NULL, 0));
    assert_false(digest_is_git_blob(sha256, "x", 1));
    assert_false(digest_is_git_blob("ce013625", "hello\n", 6));
    assert_false(digest_is_git_blob("473a0f4c3be8a93681a2", NULL, 0));
    assert_false(digest_is_git_blob("", NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_messages_have_their_digests),
        cmocka_unit_test(a_pair_is_hashed_as_one_text),
        cmocka_unit_test(hex_reads_back_in_either_case),
        cmocka_unit_test(what_is_not_64_hex_digits_is_refused),
        cmocka_unit_test(random_bytes_differ_each_time_and_are_taken_once),
        cmocka_unit_test(more_than_a_pool_can_be_asked_for),
        cmocka_unit_test(the_name_of_a_blob_is_the_one_that_git_gives_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
