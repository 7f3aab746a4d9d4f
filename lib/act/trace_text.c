#include "act/check_replay.h"
#include "act/trace.h"
#include "act/trace_phrase.h"
#include "act/trace_tables.h"
#include "act/trace_words.h"
#include "base/utf8.h"

#define ACTOR_COLUMNS   12
#define ELAPSED_COLUMNS 9
#define LEFT_COLUMNS    (2 + 8 + 1 + ELAPSED_COLUMNS + 2 + ACTOR_COLUMNS + 2) /* before an event's words */
#define NARROWEST       24 /* columns for words; else no folding */

struct timeline {
    struct replay state; /* after the events so far */
    struct buf lines, words;
    int columns;
    int64_t day;    /* of the last heading, since 1970 */
    usec previous;  /* the latest moment so far */
    int64_t second; /* of the last time shown: what happened in the same one shows none */
    size_t events;
};

static void pad(struct buf *out, size_t from, size_t columns)
{
    for (size_t used = utf8_columns(out->data + from, out->len - from); used < columns; used++)
        buf_add_char(out, ' ');
}

/* A heading when the day is another one than that of the event before. */
static void add_day(struct timeline *t, usec at)
{
    static const char *const names[] = {"Thu", "Fri", "Sat", "Sun",
                                        "Mon", "Tue", "Wed"}; /* 1970-01-01 was a Thursday */
    int64_t day = at / USEC_DAY - (at % USEC_DAY < 0);
    char text[TIME_TEXT];

    if (t->events > 0 && day == t->day)
        return;
    t->day = day;
    t->second = INT64_MIN;
    time_format(at, text);
    buf_add_format(&t->lines, "%s%s %.10s UTC\n", t->events > 0 ? "\n" : "", names[((day % 7) + 7) % 7],
                   text);
}

static void add_elapsed(struct timeline *t, usec at)
{
    struct buf text = BUF_INIT;

    if (t->events > 0 && at - t->previous >= USEC_SECOND) {
        buf_add_char(&text, '+');
        phrase_duration(&text, at - t->previous);
    }
    for (size_t used = text.len; used < ELAPSED_COLUMNS; used++)
        buf_add_char(&t->lines, ' ');
    buf_add_text(&t->lines, buf_text(&text));
    buf_release(&text);
}

static void add_actor(struct timeline *t, const json_t *event)
{
    const char *actor = phrase_text(phrase_member(event, "actor"));
    size_t start = t->lines.len;

    if (actor)
        utf8_mask(&t->lines, actor, utf8_cut(actor, strlen(actor), ACTOR_COLUMNS));
    pad(&t->lines, start, ACTOR_COLUMNS);
}

/* Where to end a line of at most so many columns: behind the last word that fits, if there is one. */
static size_t fold_at(const char *text, size_t n, size_t columns)
{
    size_t cut = utf8_cut(text, n, columns);

    if (cut >= n)
        return n;
    for (size_t i = cut; i > 0; i--)
        if (text[i] == ' ')
            return i;
    return cut > 0 ? cut : n;
}

static void add_words(struct timeline *t)
{
    const char *text = buf_text(&t->words);
    size_t n = t->words.len, width;

    if (t->columns < LEFT_COLUMNS + NARROWEST) {
        buf_add(&t->lines, text, n);
        buf_add_char(&t->lines, '\n');
        return;
    }
    for (width = (size_t)(t->columns - LEFT_COLUMNS); n > 0;) {
        size_t end = fold_at(text, n, width), skip = end < n && text[end] == ' ';
        buf_add(&t->lines, text, end);
        buf_add_char(&t->lines, '\n');
        text += end + skip;
        n -= end + skip;
        if (n > 0)
            buf_add_format(&t->lines, "%*s", LEFT_COLUMNS, "");
    }
}

/* What a late tick tells was true earlier: it stands where it was written, and says when it was. */
static void add_event(struct timeline *t, const json_t *event, usec at)
{
    bool late = t->events > 0 && at < t->previous;
    usec shown = late ? t->previous : at;
    int64_t second = shown / USEC_SECOND;
    char text[TIME_TEXT];

    add_day(t, shown);
    time_format(shown, text);
    buf_add_format(&t->lines, "  %.8s ", second == t->second ? "        " : text + 11);
    add_elapsed(t, shown);
    buf_add_text(&t->lines, "  ");
    add_actor(t, event);
    buf_add_text(&t->lines, "  ");
    buf_clear(&t->words);
    words_event(&t->words, event, &t->state);
    if (late && t->previous - at >= USEC_SECOND) {
        time_format(at, text);
        buf_add_format(&t->words, " (at %.10s %.8s)", text, text + 11);
    }
    add_words(t);
    t->second = second;
    t->previous = shown;
    t->events++;
}

static int each_event(void *context, const struct event *e, const char *json, struct error *err)
{
    struct timeline *t = context;
    json_t *event = json_loads(json, JSON_ALLOW_NUL, NULL);
    int rc;

    if (!json_is_object(event)) { /* store-check says what is wrong with it */
        json_decref(event);
        buf_add_format(&t->lines, "  event %lld cannot be read\n", (long long)e->seq);
        return 0;
    }
    rc = replay_fold(&t->state, event, err);
    if (rc == 0)
        add_event(t, event, e->at);
    json_decref(event);
    return rc;
}

int trace_text(struct context *ctx, const char *subject, int columns, struct buf *out, struct error *err)
{
    struct timeline t = {.columns = columns};
    int rc = replay_init(&t.state, err);

    if (rc == 0)
        rc = trace_read(ctx, subject, each_event, &t, err);
    if (rc == 0) {
        trace_heading(out, subject, &t.state);
        buf_add_char(out, '\n');
        buf_add(out, buf_text(&t.lines), t.lines.len);
        trace_tasks(out, &t.state);
        trace_clocks(out, &t.state);
        if (buf_failed(out) || buf_failed(&t.lines) || buf_failed(&t.words))
            rc = error_no_memory(err);
    }
    replay_release(&t.state);
    buf_release(&t.lines);
    buf_release(&t.words);
    return rc;
}
