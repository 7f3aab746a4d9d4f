/*
 * UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef CASEWORK_BASE_UTF8_H
#define CASEWORK_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

bool utf8_valid(const char *s, size_t n);
size_t utf8_length(const char *s, size_t n); /* code points of valid UTF-8 */

enum text_kind {
    TEXT_LINE, /* no control character at all (C0, DEL, C1) */
    TEXT_LONG, /* tab, newline and carriage return are allowed */
};
/* Offset of the first control character that the kind forbids, or -1. */
long utf8_find_control(const char *s, size_t n, enum text_kind kind);

/* Appends s for a terminal or a message: control characters, C1 included, become \xNN or \u00NN; broken bytes
 * \xNN. */
void utf8_mask(struct buf *out, const char *s, size_t n);

/* Columns s takes on a terminal (wide and combining characters counted by wcwidth in a UTF-8 locale's rules,
 * without needing that locale); and the offset at which to cut it so that it takes at most `columns`. */
size_t utf8_columns(const char *s, size_t n);
size_t utf8_cut(const char *s, size_t n, size_t columns);

#endif
