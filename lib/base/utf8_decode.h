/*
 * One character of UTF-8 text, for the functions of this layer that look at code points.
 */
#ifndef CASEWORK_BASE_UTF8_DECODE_H
#define CASEWORK_BASE_UTF8_DECODE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the character at s (n > 0 bytes are there), 0 when it is not well-formed; *point only set when it
 * is. */
size_t utf8_decode(const char *s, size_t n, uint32_t *point);

#endif
