/*
 * A hash for tables in memory: FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo) of 64 bits, its halves folded so that
 * the low bits are good. Nothing stored or printed depends on it.
 */
#ifndef CASEWORK_BASE_HASH_H
#define CASEWORK_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START UINT64_C(14695981039346656037)

/* Goes on from `hash`: HASH_START, or what an earlier part gave. */
uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t n);

#endif
