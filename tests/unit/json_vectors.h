/*
 * Third-party JSON vectors, one object a line, under $CASEWORK_TEST_DATA/json: JSONTestSuite.jsonl (name,
 * expect, base64) and blns.jsonl (n, s). A test that needs them is skipped when they are not there.
 */
#ifndef CASEWORK_TESTS_JSON_VECTORS_H
#define CASEWORK_TESTS_JSON_VECTORS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

/* What casework refuses on purpose although the suite accepts it or leaves it open. */
static const char *const refused_on_purpose[] = {
    "i_number_neg_int_huge_exp.json",
    "i_number_real_neg_overflow.json",
    "i_number_too_big_pos_int.json",
    "i_object_key_lone_2nd_surrogate.json",
    "i_string_1st_valid_surrogate_2nd_invalid.json",
    "i_string_UTF-8_invalid_sequence.json",
    "i_string_incomplete_surrogate_and_escape_valid.json",
    "i_string_incomplete_surrogates_escape_valid.json",
    "i_string_invalid_surrogate.json",
    "i_string_inverted_surrogates_U+1D11E.json",
    "i_string_lone_second_surrogate.json",
    "i_string_not_in_unicode_range.json",
    "i_string_overlong_sequence_6_bytes.json",
    "i_string_truncated-utf-8.json",
    "i_string_utf16LE_no_BOM.json",
    "i_structure_UTF-8_BOM_empty_object.json", /* a stream skips the mark, a value has none */
    "object_same_key_different_values.json",
    "object_same_key_unclear_values.json",
    "string_1_invalid_codepoint.json",
    "string_2_invalid_codepoints.json",
    "string_3_invalid_codepoints.json",
    "y_object_duplicated_key.json",
    "y_object_escaped_null_in_key.json",
};

static inline bool is_refused(const char *name, const char *expect)
{
    for (size_t i = 0; i < sizeof(refused_on_purpose) / sizeof(refused_on_purpose[0]); i++)
        if (strcmp(refused_on_purpose[i], name) == 0)
            return true;
    return strcmp(expect, "reject") == 0;
}

/* An array of the file's objects; skips the test when there is no such file. */
static inline json_t *load_vectors(const char *file)
{
    const char *folder = getenv("CASEWORK_TEST_DATA");
    json_t *vectors = json_array();
    char path[4096];
    char *line = NULL;
    size_t size = 0;
    ssize_t n;
    FILE *in;

    snprintf(path, sizeof(path), "%s/json/%s", folder == NULL ? "" : folder, file);
    in = folder == NULL ? NULL : fopen(path, "r");
    if (in == NULL) {
        json_decref(vectors);
        skip();
        return NULL;
    }
    while ((n = getline(&line, &size, in)) > 0) {
        json_t *vector = json_loadb(line, (size_t)n, JSON_ALLOW_NUL, NULL);

        assert_non_null(vector);
        json_array_append_new(vectors, vector);
    }
    free(line);
    fclose(in);
    return vectors;
}

/* The bytes of a vector in memory of exactly their size, so that reading past them is seen. */
static inline char *decode_base64(const char *text, size_t *n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *bytes = malloc(strlen(text) + 1);
    unsigned bits = 0;
    int held = 0;

    assert_non_null(bytes);
    *n = 0;
    for (; *text != '\0' && *text != '='; text++) {
        bits = bits << 6 | (unsigned)(strchr(digits, *text) - digits);
        held += 6;
        if (held >= 8)
            bytes[(*n)++] = (char)(bits >> (held -= 8));
    }
    return realloc(bytes, *n == 0 ? 1 : *n);
}

#endif
