#include "base/json_check.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static unsigned hex4(const char *s)
{
    unsigned value = 0;

    for (int i = 0; i < 4; i++) {
        char c = s[i];

        value = value << 4 | (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
}

static bool is_low_surrogate(const char *s, const char *end)
{
    return end - s >= 6 && s[0] == '\\' && s[1] == 'u' && (hex4(s + 2) & 0xFC00) == 0xDC00;
}

const char *json_check_escapes(const char *raw, size_t n)
{
    const char *end = raw + n;

    for (const char *s = raw; (s = memchr(s, '\\', (size_t)(end - s))) != NULL;) {
        unsigned point = s[1] == 'u' ? hex4(s + 2) : 0xFFFF;

        if (point == 0)
            return "a string must not contain NUL";
        if ((point & 0xFC00) == 0xDC00)
            return "a string must not contain half of a surrogate pair";
        if ((point & 0xFC00) == 0xD800) {
            if (!is_low_surrogate(s + 6, end))
                return "a string must not contain half of a surrogate pair";
            s += 6;
        }
        s += s[1] == 'u' ? 6 : 2;
    }
    return NULL;
}

static bool read_integer(const char *s, const char *end, int64_t *value)
{
    bool negative = *s == '-';
    uint64_t limit = (uint64_t)INT64_MAX + negative;
    uint64_t sum = 0;

    for (s += negative; s < end; s++) {
        unsigned digit = (unsigned)(*s - '0');

        if (sum > (limit - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = negative ? (int64_t)(0 - sum) : (int64_t)sum;
    return true;
}

bool json_read_number(const char *text, size_t n, locale_t c_locale, struct json_value *value)
{
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '.' || text[i] == 'e' || text[i] == 'E') {
            value->type = JSON_IS_REAL;
            value->real = strtod_l(text, NULL, c_locale);
            return isfinite(value->real);
        }
    }
    value->type = JSON_IS_INTEGER;
    return read_integer(text, text + n, &value->integer);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_blanks(const char *text, size_t at, size_t end)
{
    while (at < end && is_blank(text[at]))
        at++;
    return at;
}

/* Where the token begins that yajl stumbled over: behind a comma or colon, unless that is the culprit itself.
 */
static size_t token_at_fault(const char *text, size_t n, size_t from, size_t to)
{
    size_t at = skip_blanks(text, from, n);

    if (at < n && (text[at] == ',' || text[at] == ':')) {
        size_t next = skip_blanks(text, at + 1, to);

        if (next < to)
            at = next;
    }
    return at;
}

static bool is_unknown_escape(const char *s, size_t n)
{
    static const char known[] = {'"', '\\', '/', 'b', 'f', 'n', 'r', 't'};

    if (n < 2)
        return false;
    if (s[1] != 'u')
        return memchr(known, s[1], sizeof(known)) == NULL;
    for (size_t i = 2; i < 6 && i < n; i++)
        if (!isxdigit((unsigned char)s[i]))
            return true;
    return false;
}

/* What is wrong inside a string that begins at `at`; `*at` is moved there. NULL when nothing is. */
static const char *fault_in_string(const char *text, size_t n, size_t *at)
{
    size_t i = *at + 1;

    for (; i < n && text[i] != '"'; i++) {
        const char *fault = NULL;

        if ((unsigned char)text[i] < ' ')
            fault = "control character in a string";
        else if (text[i] == '\\' && is_unknown_escape(text + i, n - i))
            fault = "unknown escape in a string";
        if (fault != NULL) {
            *at = i;
            return fault;
        }
        i += text[i] == '\\';
    }
    return NULL;
}

static int unexpected(const char *text, size_t at, struct error *err)
{
    if (text[at] > ' ' && text[at] <= '~')
        return error_set(err, CODE_SYNTAX, NULL, "unexpected character '%c' at byte %zu", text[at], at + 1);
    return error_set(err, CODE_SYNTAX, NULL, "unexpected byte 0x%02x at byte %zu", (unsigned char)text[at],
                     at + 1);
}

int json_syntax_error(const char *text, size_t n, size_t from, size_t to, struct error *err)
{
    size_t at = token_at_fault(text, n, from, to);
    const char *fault = at < n && text[at] == '"' ? fault_in_string(text, n, &at) : NULL;

    if (at >= n)
        return error_set(err, CODE_SYNTAX, NULL, "unexpected end of input");
    if (fault != NULL)
        return error_set(err, CODE_SYNTAX, NULL, "%s at byte %zu", fault, at + 1);
    return unexpected(text, at, err);
}

int json_check_blanks(const char *text, size_t n, size_t done, struct error *err)
{
    const char *blank = memchr(text, '\v', n);
    size_t at = skip_blanks(text, done, n);

    if (blank == NULL)
        blank = memchr(text, '\f', n);
    if (blank != NULL)
        return unexpected(text, (size_t)(blank - text), err);
    return at < n ? unexpected(text, at, err) : 0;
}
