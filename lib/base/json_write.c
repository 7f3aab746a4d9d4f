#include "base/json_write.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What follows the backslash, 'u' for \u00XX; 0 for bytes that stand for themselves. */
static const char escapes[256] = {
    'u',         'u',           'u', 'u', 'u', 'u', 'u', 'u',
    'b',         't',           'n', 'u', 'f', 'r', 'u', 'u', /* 00 to 0F */
    'u',         'u',           'u', 'u', 'u', 'u', 'u', 'u',
    'u',         'u',           'u', 'u', 'u', 'u', 'u', 'u', /* 10 to 1F */
    ['"'] = '"', ['\\'] = '\\',
};

void json_writer_init(struct json_writer *w, struct buf *out)
{
    w->out = out;
    w->need_comma = false;
}

/* Bytes from i on that need no escape. */
static size_t plain_run(const char *s, size_t n)
{
    size_t i = 0;

    while (i < n && escapes[(unsigned char)s[i]] == 0)
        i++;
    return i;
}

static void put_escaped(struct buf *out, char c)
{
    static const char hex[] = "0123456789abcdef";
    char escape = escapes[(unsigned char)c];
    char text[] = {'\\', escape, '0', '0', hex[(unsigned char)c >> 4 & 0xF], hex[(unsigned char)c & 0xF]};

    buf_add(out, text, escape == 'u' ? 6 : 2);
}

static void put_string(struct buf *out, const char *s, size_t n)
{
    size_t run = plain_run(s, n);
    char *to = buf_reserve(out, n + 2);

    if (to == NULL)
        return;
    to[0] = '"';
    memcpy(to + 1, s, run);
    if (run == n) { /* nearly always */
        to[n + 1] = '"';
        buf_extend(out, n + 2);
        return;
    }
    buf_extend(out, run + 1);
    while (run < n) {
        size_t plain;

        put_escaped(out, s[run++]);
        plain = plain_run(s + run, n - run);
        buf_add(out, s + run, plain);
        run += plain;
    }
    buf_add_char(out, '"');
}

/* Everything that comes before a value. */
static void begin_value(struct json_writer *w, const char *name)
{
    if (w->need_comma)
        buf_add_char(w->out, ',');
    w->need_comma = true;
    if (name == NULL)
        return;
    put_string(w->out, name, strlen(name));
    buf_add_char(w->out, ':');
}

static void begin(struct json_writer *w, const char *name, char bracket)
{
    begin_value(w, name);
    buf_add_char(w->out, bracket);
    w->need_comma = false;
}

static void end(struct json_writer *w, char bracket)
{
    buf_add_char(w->out, bracket);
    w->need_comma = true;
}

void json_begin_object(struct json_writer *w, const char *name)
{
    begin(w, name, '{');
}

void json_end_object(struct json_writer *w)
{
    end(w, '}');
}

void json_begin_array(struct json_writer *w, const char *name)
{
    begin(w, name, '[');
}

void json_end_array(struct json_writer *w)
{
    end(w, ']');
}

void json_put_text(struct json_writer *w, const char *name, const char *value)
{
    if (value != NULL)
        json_put_text_n(w, name, value, strlen(value));
}

void json_put_text_n(struct json_writer *w, const char *name, const char *value, size_t n)
{
    begin_value(w, name);
    put_string(w->out, value, n);
}

void json_put_int(struct json_writer *w, const char *name, int64_t value)
{
    begin_value(w, name);
    buf_add_int(w->out, value);
}

/* Seventeen digits always read back; most values need fifteen. */
static void format_real(double value, char *text, size_t size)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, size, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    for (char *p = text; *p != '\0'; p++)
        if (*p == ',') /* the decimal sign of a locale */
            *p = '.';
}

void json_put_real(struct json_writer *w, const char *name, double value)
{
    char text[40];

    if (!isfinite(value)) { /* JSON has no such numbers */
        json_put_null(w, name);
        return;
    }
    format_real(value, text, sizeof(text));
    begin_value(w, name);
    buf_add_text(w->out, text);
}

void json_put_bool(struct json_writer *w, const char *name, bool value)
{
    begin_value(w, name);
    buf_add_text(w->out, value ? "true" : "false");
}

void json_put_null(struct json_writer *w, const char *name)
{
    begin_value(w, name);
    buf_add(w->out, "null", 4);
}

void json_put_time(struct json_writer *w, const char *name, usec at)
{
    char text[TIME_TEXT];

    if (at == TIME_NONE)
        return;
    time_format(at, text);
    json_put_text_n(w, name, text, TIME_TEXT - 1);
}

void json_put_duration(struct json_writer *w, const char *name, usec duration)
{
    char text[48];

    if (duration == TIME_NONE)
        return;
    duration_format(duration, text);
    json_put_text(w, name, text);
}

void json_put_raw(struct json_writer *w, const char *name, const char *json)
{
    if (json == NULL)
        return;
    begin_value(w, name);
    buf_add_text(w->out, json);
}
