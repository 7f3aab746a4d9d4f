#include "base/digest.h"

#include <errno.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <string.h>
#include <sys/random.h>

struct digest digest_pair(const void *a, size_t a_length, const void *b, size_t b_length)
{
    struct digest d;
    struct sha256_ctx context;

    sha256_init(&context);
    if (a_length > 0)
        sha256_update(&context, a_length, a);
    if (b_length > 0)
        sha256_update(&context, b_length, b);
    sha256_digest(&context, DIGEST_SIZE, d.bytes);
    return d;
}

void digest_hex(const struct digest *d, char hex[DIGEST_HEX])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        hex[2 * i] = digits[d->bytes[i] >> 4];
        hex[2 * i + 1] = digits[d->bytes[i] & 0xF];
    }
    hex[DIGEST_HEX - 1] = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

int digest_from_hex(const char *hex, struct digest *d)
{
    struct digest result;

    if (strlen(hex) != DIGEST_HEX - 1)
        return -1;
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        int high = hex_value(hex[2 * i]);
        int low = hex_value(hex[2 * i + 1]);

        if (high < 0 || low < 0)
            return -1;
        result.bytes[i] = (unsigned char)(high << 4 | low);
    }
    *d = result;
    return 0;
}

static int refill(struct random_pool *pool, struct error *err)
{
    size_t have = 0;

    while (have < sizeof(pool->bytes)) {
        ssize_t n = getrandom(pool->bytes + have, sizeof(pool->bytes) - have, 0);

        if (n >= 0)
            have += (size_t)n;
        else if (errno != EINTR)
            return error_errno(err, CODE_TEMPORARY, errno, "no random bytes");
    }
    pool->left = have;
    return 0;
}

int random_bytes(struct random_pool *pool, void *out, size_t n, struct error *err)
{
    unsigned char *to = out;

    while (n > 0) {
        size_t part;

        if (pool->left == 0 && refill(pool, err) < 0)
            return CODE_TEMPORARY;
        part = n < pool->left ? n : pool->left;
        memcpy(to, pool->bytes + sizeof(pool->bytes) - pool->left, part);
        pool->left -= part;
        to += part;
        n -= part;
    }
    return 0;
}

bool digest_is_git_blob(const char *name, const void *bytes, size_t n)
{
    size_t length_of_name = strlen(name);
    struct digest d = {{0}};
    char head[32], hex[DIGEST_HEX];
    int length = snprintf(head, sizeof head, "blob %zu", n) + 1; /* the NUL belongs to it */

    if (length_of_name != (size_t)2 * SHA1_DIGEST_SIZE && length_of_name != DIGEST_HEX - 1)
        return false;
    if (length_of_name == (size_t)2 * SHA1_DIGEST_SIZE) {
        struct sha1_ctx context;
        sha1_init(&context);
        sha1_update(&context, (size_t)length, (const uint8_t *)head);
        sha1_update(&context, n, bytes);
        sha1_digest(&context, SHA1_DIGEST_SIZE, d.bytes);
    } else {
        d = digest_pair(head, (size_t)length, bytes, n);
    }
    digest_hex(&d, hex);
    return strncmp(hex, name, length_of_name) == 0;
}
