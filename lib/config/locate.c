/* Where a JSON pointer leads in a text: a scanner over text that json_tree() took, without building anything.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "config/lint.h"

struct scan {
    const char *at, *end;
};

static void skip_blanks(struct scan *s)
{
    while (s->at < s->end && strchr(" \t\r\n", *s->at) != NULL && *s->at != '\0')
        s->at++;
}

static bool take(struct scan *s, char c)
{
    skip_blanks(s);
    if (s->at >= s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

static void skip_string(struct scan *s)
{
    for (s->at++; s->at < s->end && *s->at != '"'; s->at++)
        if (*s->at == '\\')
            s->at++;
    s->at = s->at < s->end ? s->at + 1 : s->end;
}

/* A value of any kind: brackets are only counted, since the text is known to be well formed. */
static void skip_value(struct scan *s)
{
    size_t depth = 0;

    skip_blanks(s);
    while (s->at < s->end) {
        char c = *s->at;
        if (depth == 0 && strchr(",]}", c) != NULL)
            return;
        if (c == '"') {
            skip_string(s);
        } else {
            depth += c == '{' || c == '[';
            depth -= c == '}' || c == ']';
            s->at++;
        }
        if (depth == 0 && strchr("\"]}", c) != NULL)
            return;
    }
}

/* Takes the first token off a pointer, unescaped. */
static bool next_token(const char **pointer, char *token, size_t size)
{
    const char *p = *pointer;
    size_t n = 0;

    if (*p != '/')
        return false;
    for (p++; *p != '\0' && *p != '/'; p++) {
        char c = *p;
        if (c == '~' && (p[1] == '0' || p[1] == '1'))
            c = *++p == '0' ? '~' : '/';
        if (n + 1 < size)
            token[n++] = c;
    }
    token[n] = '\0';
    *pointer = p;
    return true;
}

/* Names are rarely written with escapes; those that are, jansson decodes. */
static bool same_name(const char *quoted, size_t n, const char *name)
{
    json_t *decoded;
    bool same;

    if (n >= 2 && memchr(quoted, '\\', n) == NULL)
        return strlen(name) == n - 2 && memcmp(quoted + 1, name, n - 2) == 0;
    decoded = json_loadb(quoted, n, JSON_DECODE_ANY, NULL);
    same = json_is_string(decoded) && strcmp(json_string_value(decoded), name) == 0;
    json_decref(decoded);
    return same;
}

/* Leaves s at the member's value; the place of its name, or NULL when there is none. */
static const char *enter_member(struct scan *s, const char *name)
{
    while (s->at < s->end) {
        const char *start;
        bool same;
        skip_blanks(s);
        if (s->at >= s->end || *s->at != '"')
            return NULL;
        start = s->at;
        skip_string(s);
        same = same_name(start, (size_t)(s->at - start), name);
        if (!take(s, ':'))
            return NULL;
        if (same)
            return start;
        skip_value(s);
        if (!take(s, ','))
            return NULL;
    }
    return NULL;
}

static const char *enter_element(struct scan *s, const char *token)
{
    char *rest;
    unsigned long index = strtoul(token, &rest, 10);

    if (*token == '\0' || *rest != '\0')
        return NULL;
    for (; index > 0; index--) {
        skip_value(s);
        if (!take(s, ','))
            return NULL;
    }
    skip_blanks(s);
    return s->at < s->end && *s->at != ']' ? s->at : NULL;
}

static void count_lines(const char *text, const char *place, long *line, long *column)
{
    *line = *column = 1;
    for (; text < place; text++) {
        if (*text == '\n') {
            ++*line;
            *column = 1;
        } else if (((unsigned char)*text & 0xC0) != 0x80) {
            ++*column; /* characters, as an editor counts */
        }
    }
}

void json_locate(const char *text, size_t n, const char *pointer, long *line, long *column)
{
    struct scan s = {text, text + n};
    const char *place, *deeper;
    char token[256];

    skip_blanks(&s);
    place = s.at;
    while (next_token(&pointer, token, sizeof(token))) {
        if (take(&s, '{'))
            deeper = enter_member(&s, token);
        else if (take(&s, '['))
            deeper = enter_element(&s, token);
        else
            break;
        if (deeper == NULL)
            break;
        place = deeper;
    }
    count_lines(text, place, line, column);
}
