/*
 * A stream of JSON values on a descriptor, cut into texts: one a line, or spread over lines, or a top-level
 * array read as its elements. Only the framing is done here (strings, brackets, lines); json_parse() judges
 * the text.
 *
 * Recovery: after a malformed value reading resumes at the first line after the one it began on that starts
 * with '{', '[' or '"': unindented, or inside an array after any blanks (a lone ',' or ']' there is skipped).
 * What was skipped is returned as one STREAM_BROKEN item with its bytes, so that a broken line never costs
 * its neighbours. Because a value can only be known to be malformed after parsing, the caller reports it with
 * stream_reject(), which moves the read position back to that resumption point.
 *
 * Framing follows the grammar of brackets, commas, colons and strings (scalars are json_parse's), so a value
 * that lost its end is found out at the next line and not at the end of the input; a raw control character,
 * newlines included, ends a string as broken at once. A value deeper than JSON_MAX_DEPTH or larger than
 * JSON_MAX_SIZE is STREAM_BROKEN with CODE_LIMIT. Resumption points behind the start of an open value nest in
 * it, so no byte is framed more than JSON_MAX_DEPTH times.
 *
 * The text of a broken item ends without white space. It is cut to its first 64 KiB when the value was too
 * large or when more than JSON_MAX_SIZE was skipped: the rest is read over and dropped.
 *
 * Only blanks and newlines may separate values of a stream of records; in an array the comma between lines
 * may be missing, since a broken line may have taken it along. After a malformed value stray commas and
 * closing brackets between values are skipped, and an unindented '[' begins a new array. An array that the
 * input leaves open is one STREAM_BROKEN without text. A UTF-8 byte order mark at the very start is skipped.
 *
 * An input that goes quiet during a skip ends the item, not the skip, so that a reject is answered at once:
 * if more is skipped when it comes, that is another STREAM_BROKEN.
 *
 * Memory: one buffer, as large as the values not yet handed back by the caller need (a batch), never the
 * whole input.
 */
#ifndef CASEWORK_BASE_STREAM_H
#define CASEWORK_BASE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum stream_item_kind {
    STREAM_END,    /* no more input */
    STREAM_QUIET,  /* nothing came within the linger time */
    STREAM_VALUE,  /* text[0..length) is a framed value */
    STREAM_BROKEN, /* text[0..length) cannot be framed; `error` says why */
};

struct stream_item {
    enum stream_item_kind kind;
    const char *text; /* valid until the next stream_next(); copy what is kept */
    size_t length;
    int64_t line;  /* 1-based line on which it begins */
    int64_t index; /* 0-based count of items so far */
    struct error error;
};

#define STREAM_QUIET_MS 2 /* how long stream_reject() waits for more to skip */

struct stream;

int stream_new(struct stream **s, int fd, struct error *err);
void stream_free(struct stream *s);

/* The next item. Waits at most linger_ms for input when nothing is buffered (-1: for ever), then
 * STREAM_QUIET. Returns CODE_IO when reading fails. A descriptor that is not ready for EINTR is read again.
 */
int stream_next(struct stream *s, int linger_ms, struct stream_item *item, struct error *err);

/* The value returned last turned out malformed (CODE_SYNTAX; where a value of any other fault ends is
 * certain): resume as described above, and give back all bytes that were skipped in item->text/length (which
 * start with the value itself). Call before the next stream_next(). */
int stream_reject(struct stream *s, struct stream_item *item, struct error *err);

#endif
