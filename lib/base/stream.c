#include "base/stream.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/frame.h"
#include "base/json_read.h"

#define READ_SIZE ((size_t)256 * 1024)
#define CUT_SIZE  ((size_t)64 * 1024)

enum mode {
    MODE_BETWEEN,  /* values: blanks and separators */
    MODE_FRAMING,  /* the frame's value begins at `begin` */
    MODE_SKIPPING, /* to the next resumption point; what is skipped begins at `begin` */
};

/* What came last in a top-level array. */
enum element {
    ELEMENT_NONE,
    ELEMENT_VALUE,
    ELEMENT_COMMA,
};

struct stream {
    int fd;
    bool at_end;  /* read() said so */
    bool started; /* past a byte order mark */
    char *data;   /* one byte larger than capacity, for the frame's sentinel */
    size_t capacity;
    size_t begin, end; /* what is in data and not yet handed out, or just was */
    int64_t line;      /* of data[begin] */
    int64_t index;     /* of the next item */
    bool handed_out;   /* the frame's bytes are an item's: the next call goes on behind them */

    enum mode mode;
    struct frame frame;
    bool cut;      /* some of what is skipped was dropped */
    bool in_array; /* at the top level */
    enum element element;
    bool loose; /* something malformed came: separators prove nothing */
};

int stream_new(struct stream **s, int fd, struct error *err)
{
    struct stream *stream = calloc(1, sizeof(*stream));

    *s = NULL;
    if (stream == NULL)
        return error_no_memory(err);
    stream->capacity = 2 * READ_SIZE;
    stream->data = malloc(stream->capacity + 1);
    if (stream->data == NULL) {
        free(stream);
        return error_no_memory(err);
    }
    stream->fd = fd;
    stream->line = 1;
    *s = stream;
    return 0;
}

void stream_free(struct stream *s)
{
    if (s == NULL)
        return;
    free(s->data);
    free(s);
}

/* Input */

/* Of what is skipped only the beginning is kept. */
static void drop_skipped(struct stream *s)
{
    char *text = s->data + s->begin;

    if (s->mode != MODE_SKIPPING || s->frame.at <= JSON_MAX_SIZE)
        return;
    memmove(text + CUT_SIZE, text + s->frame.at, s->end - s->begin - s->frame.at);
    s->end -= s->frame.at - CUT_SIZE;
    s->frame.at = CUT_SIZE;
    s->cut = true;
}

static int make_room(struct stream *s, struct error *err)
{
    char *larger;

    drop_skipped(s);
    if (s->capacity - s->end >= READ_SIZE)
        return 0;
    if (s->begin > 0)
        memmove(s->data, s->data + s->begin, s->end - s->begin);
    s->end -= s->begin;
    s->begin = 0;
    if (s->capacity - s->end >= READ_SIZE)
        return 0;
    larger = realloc(s->data, s->capacity * 2 + 1);
    if (larger == NULL)
        return error_no_memory(err);
    s->data = larger;
    s->capacity *= 2;
    return 0;
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* True when there is something to read (or an error to be found by reading). */
static bool wait_for_input(int fd, int linger_ms)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    int64_t until = linger_ms > 0 ? now_ms() + linger_ms : 0;
    int left = linger_ms;

    for (;;) {
        int n = poll(&ready, 1, left);

        if (n >= 0 || errno != EINTR)
            return n != 0;
        if (linger_ms > 0) {
            int64_t rest = until - now_ms();

            left = rest > 0 ? (int)rest : 0;
        }
    }
}

/* Reads once. `*quiet`: nothing came in time. */
static int fill(struct stream *s, int linger_ms, bool *quiet, struct error *err)
{
    int code = make_room(s, err);
    bool wait = linger_ms >= 0;

    *quiet = false;
    while (code == 0) {
        ssize_t n;

        if (wait && !wait_for_input(s->fd, linger_ms)) {
            *quiet = true;
            return 0;
        }
        n = read(s->fd, s->data + s->end, READ_SIZE);
        if (n >= 0) {
            s->end += (size_t)n;
            s->at_end = n == 0;
            return 0;
        }
        if (errno == EAGAIN)
            wait = true; /* a descriptor that does not block */
        else if (errno != EINTR)
            code = error_errno(err, CODE_IO, errno, "cannot read the input");
    }
    return code;
}

/* Between values */

static enum frame_end skip_mark(struct stream *s)
{
    static const char mark[] = {'\xEF', '\xBB', '\xBF'};
    size_t n = s->end - s->begin;

    if (n < sizeof(mark) && !s->at_end && memcmp(s->data + s->begin, mark, n) == 0)
        return FRAME_MORE;
    if (n >= sizeof(mark) && memcmp(s->data + s->begin, mark, sizeof(mark)) == 0)
        s->begin += sizeof(mark);
    s->started = true;
    return FRAME_DONE;
}

static void open_array(struct stream *s)
{
    s->in_array = true;
    s->element = ELEMENT_NONE;
    s->loose = false;
}

/* Takes a bracket or comma that separates values; false when it is none, or none is wanted here. */
static bool take_separator(struct stream *s, char c)
{
    if (c == '[' && (!s->in_array || (s->loose && s->frame.place == LINE_START))) {
        open_array(s);
        return true;
    }
    if (c != ',' && c != ']')
        return false;
    if (s->loose)
        return true;
    if (!s->in_array || (c == ',' && s->element != ELEMENT_VALUE) ||
        (c == ']' && s->element == ELEMENT_COMMA))
        return false;
    s->in_array = c == ',';
    s->element = ELEMENT_COMMA;
    return true;
}

/* Moves on to the first byte of a value, which is then to be framed, or to be skipped where it has no place.
 */
static enum frame_end find_value(struct stream *s, struct error *err)
{
    if (!s->started && skip_mark(s) == FRAME_MORE)
        return FRAME_MORE;
    for (; s->begin < s->end; s->begin++) {
        char c = s->data[s->begin];

        if (c != ' ' && c != '\t' && c != '\r' && c != '\n' && !take_separator(s, c)) {
            bool comma_missing =
                s->in_array && !s->loose && s->element == ELEMENT_VALUE && s->frame.place == LINE_INSIDE;

            frame_begin(&s->frame, s->in_array);
            s->mode = comma_missing ? MODE_SKIPPING : MODE_FRAMING;
            if (comma_missing)
                error_set(err, CODE_SYNTAX, NULL, "expected ',' between the elements of an array");
            return FRAME_DONE;
        }
        frame_note(&s->frame, c);
        s->line += s->frame.lines;
        s->frame.lines = 0;
    }
    return FRAME_MORE;
}

/* Items */

static void give(struct stream *s, struct stream_item *item, enum stream_item_kind kind, size_t length)
{
    item->kind = kind;
    item->text = s->data + s->begin;
    item->length = length;
    item->line = s->line;
    item->index = s->index++;
    s->handed_out = true;
}

/* Bytes of what was skipped that are worth handing out. */
static size_t skipped_length(const struct stream *s, const struct error *error)
{
    const char *text = s->data + s->begin;
    size_t n = s->frame.at;

    if (n > CUT_SIZE && (s->cut || n > JSON_MAX_SIZE || error->code == CODE_LIMIT))
        n = CUT_SIZE;
    while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL && text[n - 1] != '\0')
        n--;
    return n;
}

/* False when it is but white space. */
static bool give_skipped(struct stream *s, struct stream_item *item)
{
    size_t n = skipped_length(s, &item->error);

    s->cut = false;
    s->handed_out = true;
    if (n > 0)
        give(s, item, STREAM_BROKEN, n);
    return n > 0;
}

/* Goes on behind what was handed out. */
static void move_on(struct stream *s)
{
    if (!s->handed_out)
        return;
    s->begin += s->frame.at;
    s->line += s->frame.lines;
    s->frame.at = 0;
    s->frame.lines = 0;
    s->handed_out = false;
}

enum step {
    STEP_ITEM, /* there is one */
    STEP_ON,   /* in another mode */
    STEP_MORE, /* as soon as there is input */
};

static enum step end_input(struct stream *s, struct stream_item *item)
{
    if (s->in_array && !s->loose) {
        error_set(&item->error, CODE_SYNTAX, NULL, "unexpected end of input in an array");
        give(s, item, STREAM_BROKEN, 0);
        s->in_array = false;
    } else {
        item->kind = STREAM_END;
    }
    return STEP_ITEM;
}

static enum step step_between(struct stream *s, struct stream_item *item)
{
    if (find_value(s, &item->error) == FRAME_DONE)
        return STEP_ON;
    return s->at_end ? end_input(s, item) : STEP_MORE;
}

static enum step step_framing(struct stream *s, struct stream_item *item)
{
    switch (frame_scan(&s->frame, s->data + s->begin, s->end - s->begin, s->at_end, &item->error)) {
    case FRAME_MORE:
        return STEP_MORE;
    case FRAME_BROKEN:
        s->mode = MODE_SKIPPING;
        return STEP_ON;
    default:
        give(s, item, STREAM_VALUE, s->frame.at);
        s->element = ELEMENT_VALUE;
        s->mode = MODE_BETWEEN;
        return STEP_ITEM;
    }
}

static enum step step_skipping(struct stream *s, struct stream_item *item)
{
    s->loose = true;
    if (frame_skip(&s->frame, s->data + s->begin, s->end - s->begin, s->at_end) == FRAME_MORE)
        return STEP_MORE;
    s->mode = MODE_BETWEEN;
    return give_skipped(s, item) ? STEP_ITEM : STEP_ON;
}

static enum step step(struct stream *s, struct stream_item *item)
{
    move_on(s);
    switch (s->mode) {
    case MODE_FRAMING:
        return step_framing(s, item);
    case MODE_SKIPPING:
        return step_skipping(s, item);
    default:
        return step_between(s, item);
    }
}

int stream_next(struct stream *s, int linger_ms, struct stream_item *item, struct error *err)
{
    enum step what;

    item->kind = STREAM_QUIET;
    item->text = "";
    item->length = 0;
    item->line = s->line;
    item->index = s->index;
    error_init(&item->error); /* and not the whole of it: it is large */
    while ((what = step(s, item)) != STEP_ITEM) {
        bool quiet = false;
        int code = what == STEP_MORE ? fill(s, linger_ms, &quiet, err) : 0;

        if (code != 0)
            return code;
        if (quiet) {
            if (s->mode == MODE_SKIPPING)
                give_skipped(s, item);
            break;
        }
    }
    if (item->kind == STREAM_BROKEN)
        error_set(&item->error, CODE_SYNTAX, NULL, "the rest of a malformed value");
    return 0;
}

int stream_reject(struct stream *s, struct stream_item *item, struct error *err)
{
    s->handed_out = false;
    s->mode = MODE_SKIPPING;
    s->index--;
    while (step_skipping(s, item) == STEP_MORE) {
        bool quiet;
        int code = fill(s, STREAM_QUIET_MS, &quiet, err);

        if (code != 0)
            return code;
        if (quiet) {
            give_skipped(s, item);
            break;
        }
    }
    return 0;
}
