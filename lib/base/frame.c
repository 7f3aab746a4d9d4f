#include "base/frame.h"

#include <string.h>

#include "base/json_read.h"

enum byte_class {
    TEXT, /* of a number, a word or garbage */
    STOP, /* NUL: the end of what was given, or a stray one */
    NEWLINE,
    BLANK,
    QUOTE,
    OPEN_OBJECT,
    OPEN_ARRAY,
    CLOSE_OBJECT,
    CLOSE_ARRAY,
    COLON,
    COMMA,
};

static const unsigned char classes[256] = {
    ['\0'] = STOP,      ['\n'] = NEWLINE,    [' '] = BLANK,       ['\t'] = BLANK,
    ['\r'] = BLANK,     ['"'] = QUOTE,       ['{'] = OPEN_OBJECT, ['}'] = CLOSE_OBJECT,
    ['['] = OPEN_ARRAY, [']'] = CLOSE_ARRAY, [':'] = COLON,       [','] = COMMA,
};

#define EXPECT_VALUE 1u
#define EXPECT_NAME  2u
#define EXPECT_COLON 4u
#define EXPECT_COMMA 8u
#define EXPECT_CLOSE 16u

static const unsigned char fits[] = {
    [TEXT] = EXPECT_VALUE,         [QUOTE] = EXPECT_VALUE | EXPECT_NAME,
    [OPEN_OBJECT] = EXPECT_VALUE,  [OPEN_ARRAY] = EXPECT_VALUE,
    [CLOSE_OBJECT] = EXPECT_CLOSE, [CLOSE_ARRAY] = EXPECT_CLOSE,
    [COLON] = EXPECT_COLON,        [COMMA] = EXPECT_COMMA,
};

/* Bytes that do not simply continue a string. */
static const bool ends_run[256] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,         1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, ['"'] = 1, ['\\'] = 1,
};

void frame_begin(struct frame *f, bool in_array)
{
    *f = (struct frame){.place = LINE_INSIDE, .in_array = in_array, .expect = EXPECT_VALUE};
}

void frame_note(struct frame *f, char c)
{
    if (c == '\n') {
        f->lines++;
        f->place = LINE_START;
    } else if (c != ' ' && c != '\t' && c != '\r') {
        f->place = LINE_INSIDE;
    } else if (f->place == LINE_START) {
        f->place = LINE_INDENT;
    }
}

void frame_unexpected(char c, size_t at, struct error *err)
{
    if (c > ' ' && c <= '~')
        error_set(err, CODE_SYNTAX, NULL, "unexpected character '%c' at byte %zu", c, at + 1);
    else
        error_set(err, CODE_SYNTAX, NULL, "unexpected byte 0x%02x at byte %zu", (unsigned char)c, at + 1);
}

static bool may_resume(const struct frame *f, char c)
{
    if (f->place == LINE_INSIDE || (f->place == LINE_INDENT && !f->in_array))
        return false;
    return c == '{' || c == '[' || c == '"';
}

static enum code open_bracket(struct frame *f, bool is_object)
{
    if (f->depth == JSON_MAX_DEPTH)
        return CODE_LIMIT;
    f->depth++;
    f->objects = f->objects << 1 | is_object;
    f->expect = EXPECT_CLOSE | (is_object ? EXPECT_NAME : EXPECT_VALUE);
    return CODE_OK;
}

static enum code close_bracket(struct frame *f, bool is_object)
{
    if ((f->objects & 1) != is_object)
        return CODE_SYNTAX;
    f->depth--;
    f->objects >>= 1;
    f->expect = EXPECT_COMMA | EXPECT_CLOSE;
    return CODE_OK;
}

/* One step of the grammar. */
static enum code accept(struct frame *f, enum byte_class class)
{
    if ((f->expect & fits[class]) == 0)
        return CODE_SYNTAX;
    switch (class) {
    case OPEN_OBJECT:
    case OPEN_ARRAY:
        return open_bracket(f, class == OPEN_OBJECT);
    case CLOSE_OBJECT:
    case CLOSE_ARRAY:
        return close_bracket(f, class == CLOSE_OBJECT);
    case COLON:
        f->expect = EXPECT_VALUE;
        return CODE_OK;
    case COMMA:
        f->expect = f->objects & 1 ? EXPECT_NAME : EXPECT_VALUE;
        return CODE_OK;
    default:
        f->lexeme = class == QUOTE ? LEXEME_STRING : LEXEME_TOKEN;
        f->expect = f->expect & EXPECT_NAME ? EXPECT_COLON : EXPECT_COMMA | EXPECT_CLOSE;
        return CODE_OK;
    }
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Whether one of eight bytes is a quote, a backslash or a control character; it may say so of others too when
 * one above 0x7F is among them. */
static bool any_ends_run(const unsigned char *text)
{
    uint64_t eight, quote, backslash;

    memcpy(&eight, text, sizeof(eight));
    quote = eight ^ EACH('"');
    backslash = eight ^ EACH('\\');
    return (((eight - EACH(' ')) | (quote - EACH(1)) | (backslash - EACH(1)) | eight) & EACH(0x80)) != 0;
}

/* The closing quote, a control character, or a backslash with nothing given behind it. */
static size_t string_end(const unsigned char *text, size_t at, size_t stop)
{
    for (;;) {
        while (stop - at >= 8 && !any_ends_run(text + at))
            at += 8;
        while (!ends_run[text[at]])
            at++;
        if (text[at] != '\\' || at + 1 >= stop)
            return at;
        at++;
        at += text[at] >= ' ';
    }
}

static enum frame_end end_lexeme(struct frame *f, const unsigned char *text, size_t stop, struct error *err)
{
    if (f->lexeme == LEXEME_TOKEN) {
        while (classes[text[f->at]] == TEXT)
            f->at++;
        if (f->at >= stop)
            return FRAME_MORE;
    } else {
        f->at = string_end(text, f->at, stop);
        if (f->at >= stop || text[f->at] == '\\')
            return FRAME_MORE;
        if (text[f->at] != '"') {
            error_set(err, CODE_SYNTAX, NULL, "control character in a string at byte %zu", f->at + 1);
            return FRAME_BROKEN;
        }
        f->at++;
    }
    f->lexeme = LEXEME_NONE;
    return FRAME_DONE;
}

static enum frame_end broken_at(struct frame *f, char c, enum code code, struct error *err)
{
    if (code == CODE_LIMIT)
        error_set(err, CODE_LIMIT, NULL, "nested too deep");
    else
        frame_unexpected(c, f->at, err);
    return FRAME_BROKEN;
}

/* text[stop] is NUL, so that only a NUL needs to be compared with the end. */
static enum frame_end scan(struct frame *f, const unsigned char *text, size_t stop, struct error *err)
{
    for (;;) {
        enum byte_class class;
        enum code code;

        if (f->lexeme != LEXEME_NONE) {
            enum frame_end end = end_lexeme(f, text, stop, err);

            if (end != FRAME_DONE || f->depth == 0)
                return end;
        }
        class = classes[text[f->at]];
        if (class == STOP && f->at >= stop)
            return FRAME_MORE;
        if (class == NEWLINE || class == BLANK) {
            frame_note(f, (char)text[f->at++]);
            continue;
        }
        if (f->resume == 0 && may_resume(f, (char)text[f->at])) {
            f->resume = f->at;
            f->resume_lines = f->lines;
            f->resume_place = f->place;
        }
        f->place = LINE_INSIDE;
        code = accept(f, class);
        if (code != CODE_OK)
            return broken_at(f, (char)text[f->at], code, err);
        f->at += class != TEXT;
        if (f->depth == 0 && f->lexeme == LEXEME_NONE)
            return FRAME_DONE;
    }
}

enum frame_end frame_scan(struct frame *f, char *text, size_t n, bool last, struct error *err)
{
    size_t stop = n < JSON_MAX_SIZE ? n : JSON_MAX_SIZE;
    char kept = text[stop];
    enum frame_end end;

    text[stop] = '\0';
    end = scan(f, (const unsigned char *)text, stop, err);
    text[stop] = kept;
    if (end != FRAME_MORE)
        return end;
    if (stop == JSON_MAX_SIZE) {
        error_set(err, CODE_LIMIT, NULL, "larger than %u bytes", JSON_MAX_SIZE);
        return FRAME_BROKEN;
    }
    if (!last)
        return FRAME_MORE;
    if (f->depth == 0 && f->lexeme == LEXEME_TOKEN)
        return FRAME_DONE;
    error_set(err, CODE_SYNTAX, NULL, "unexpected end of input");
    return FRAME_BROKEN;
}

enum frame_end frame_skip(struct frame *f, const char *text, size_t n, bool last)
{
    if (f->resume > 0) {
        f->at = f->resume;
        f->lines = f->resume_lines;
        f->place = f->resume_place;
        return FRAME_DONE;
    }
    while (f->at < n) {
        if (f->place == LINE_INSIDE) {
            const char *newline = memchr(text + f->at, '\n', n - f->at);

            f->at = newline == NULL ? n : (size_t)(newline - text);
            if (newline == NULL)
                break;
        } else if (may_resume(f, text[f->at])) {
            return FRAME_DONE;
        }
        frame_note(f, text[f->at++]);
    }
    return last ? FRAME_DONE : FRAME_MORE;
}
