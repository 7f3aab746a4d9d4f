/*
 * SHA-256 (FIPS 180-4) from nettle, and random bytes from the kernel. OpenSSL hashes no faster, and loading
 * it costs a short-lived process 0.8 ms, nettle 0.1.
 */
#ifndef CASEWORK_BASE_DIGEST_H
#define CASEWORK_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define DIGEST_SIZE 32
#define DIGEST_HEX  65 /* 64 hex digits and NUL */
#define SALT_SIZE   16

struct digest {
    unsigned char bytes[DIGEST_SIZE];
};

/* SHA-256 of a followed by b (either may be empty). */
struct digest digest_pair(const void *a, size_t a_length, const void *b, size_t b_length);
void digest_hex(const struct digest *d, char hex[DIGEST_HEX]);
int digest_from_hex(const char *hex, struct digest *d); /* 0, or -1 when it is not 64 hex digits */

/* Is `name` the id that git gives these bytes as a blob: 40 hex digits of SHA-1, or 64 of SHA-256? */
bool digest_is_git_blob(const char *name, const void *bytes, size_t n);

/* Bytes from the kernel's generator, taken 4 KiB at a time. CODE_TEMPORARY when it has none. */
struct random_pool {
    unsigned char bytes[4096];
    size_t left;
};
int random_bytes(struct random_pool *pool, void *out, size_t n, struct error *err);

#endif
