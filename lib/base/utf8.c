#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8_decode.h"

/* The well-formed sequences are table 3-7 of the Unicode standard: only the second byte's range depends on
 * the first. */
size_t utf8_decode(const char *s, size_t n, uint32_t *point)
{
    const unsigned char *p = (const unsigned char *)s;
    unsigned char first = p[0];
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    size_t length;

    if (first < 0x80) {
        *point = first;
        return 1;
    }
    if (first < 0xC2 || first > 0xF4)
        return 0;
    length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (length > n)
        return 0;
    if (first == 0xE0)
        low = 0xA0;
    else if (first == 0xED)
        high = 0x9F;
    else if (first == 0xF0)
        low = 0x90;
    else if (first == 0xF4)
        high = 0x8F;
    if (p[1] < low || p[1] > high)
        return 0;
    *point = first & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        *point = *point << 6 | (p[i] & 0x3Fu);
    }
    return length;
}

bool utf8_valid(const char *s, size_t n)
{
    size_t i = 0;

    while (i < n) {
        uint64_t eight;
        uint32_t point;
        size_t length;

        if (n - i >= sizeof(eight)) {
            memcpy(&eight, s + i, sizeof(eight));
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                i += sizeof(eight);
                continue;
            }
        }
        length = utf8_decode(s + i, n - i, &point);
        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

size_t utf8_length(const char *s, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)s[i] & 0xC0) != 0x80;
    return count;
}

static bool allowed_in_long_text(unsigned char c)
{
    return c == '\t' || c == '\n' || c == '\r';
}

long utf8_find_control(const char *s, size_t n, enum text_kind kind)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c >= 0x20 && c != 0x7F && c != 0xC2)
            continue;
        if (c == 0xC2) { /* C1 controls are C2 80 to C2 9F */
            if (i + 1 < n && (unsigned char)s[i + 1] <= 0x9F && (unsigned char)s[i + 1] >= 0x80)
                return (long)i;
        } else if (kind == TEXT_LINE || !allowed_in_long_text(c)) {
            return (long)i;
        }
    }
    return -1;
}

void utf8_mask(struct buf *out, const char *s, size_t n)
{
    size_t run = 0; /* where the text that has not been added yet begins */
    size_t i = 0;

    while (i < n) {
        uint32_t point = 0;
        size_t length = utf8_decode(s + i, n - i, &point);

        if (length > 0 && point >= 0x20 && (point < 0x7F || point > 0x9F)) {
            i += length;
            continue;
        }
        buf_add(out, s + run, i - run);
        if (length == 2)
            buf_add_format(out, "\\u%04X", (unsigned)point);
        else
            buf_add_format(out, "\\x%02X", (unsigned)(unsigned char)s[i]);
        i += length == 0 ? 1 : length;
        run = i;
    }
    buf_add(out, s + run, n - run);
}
