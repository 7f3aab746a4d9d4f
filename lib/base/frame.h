/*
 * Where a JSON value ends: a scanner that can be fed piecemeal. Used by stream.c alone; no I/O, no memory of
 * its own.
 *
 * It follows the grammar of brackets, commas, colons and strings; what stands in scalars is not its business.
 * On the way it remembers the first place after the value's first line where reading could resume (see
 * stream.h). Offsets count from the first byte of the value (or of what is skipped).
 */
#ifndef CASEWORK_BASE_FRAME_H
#define CASEWORK_BASE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum frame_end {
    FRAME_MORE,   /* all that was given is looked at */
    FRAME_DONE,   /* the value, or the skip, ends at `at` */
    FRAME_BROKEN, /* the value cannot be continued at `at` */
};

enum line_place {
    LINE_START,  /* nothing of the line read yet */
    LINE_INDENT, /* only blanks */
    LINE_INSIDE,
};

struct frame {
    size_t at;     /* bytes looked at */
    int64_t lines; /* newlines among them */
    enum line_place place;
    bool in_array;        /* a resumption point may be indented */
    size_t resume;        /* the first resumption point; 0: none yet */
    int64_t resume_lines; /* newlines before it */
    enum line_place resume_place;
    enum {
        LEXEME_NONE,
        LEXEME_STRING,
        LEXEME_TOKEN
    } lexeme;        /* what `at` is inside of */
    unsigned expect; /* what may come next (EXPECT_... in frame.c) */
    int depth;
    uint64_t objects; /* open brackets, the innermost lowest: 1 for an object, 0 for an array */
};

/* A value begins with the next byte, inside a line. */
void frame_begin(struct frame *f, bool in_array);

/* Looks at text[at..n). text[n] must be writable, it is restored. `last`: there is no more, so never
 * FRAME_MORE. FRAME_BROKEN sets err: CODE_SYNTAX, or CODE_LIMIT for depth and size. */
enum frame_end frame_scan(struct frame *f, char *text, size_t n, bool last, struct error *err);

/* Moves on, from a broken or refused value, to the first resumption point. */
enum frame_end frame_skip(struct frame *f, const char *text, size_t n, bool last);

/* Keeps account of a newline, a blank or any other byte; the caller moves on itself. */
void frame_note(struct frame *f, char c);

/* "unexpected character 'x' at byte 12", CODE_SYNTAX. */
void frame_unexpected(char c, size_t at, struct error *err);

#endif
