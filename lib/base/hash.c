#include "base/hash.h"

#define PRIME UINT64_C(1099511628211)

uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ p[i]) * PRIME;
    return hash ^ hash >> 32;
}
