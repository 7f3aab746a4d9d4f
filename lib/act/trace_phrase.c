#include "act/trace_phrase.h"

#include "act/check_replay.h"
#include "base/utf8.h"

#define TEXT_SHOWN  160 /* columns of a comment or note */
#define VALUE_SHOWN 48  /* of a changed value */

const json_t *phrase_member(const json_t *object, const char *path)
{
    const char *end = path;

    for (; object && *end; path = end + 1) {
        end = strchrnul(path, '.');
        object = json_object_getn(object, path, (size_t)(end - path));
    }
    return object;
}

const char *phrase_text(const json_t *value)
{
    return json_string_value(value);
}

usec phrase_time(const json_t *value)
{
    const char *text = json_string_value(value);
    usec at;

    return text && time_parse(text, strlen(text), &at) == 0 ? at : TIME_NONE;
}

void phrase_duration(struct buf *out, usec duration)
{
    long long s = duration / USEC_SECOND, m = s / 60, h = m / 60, d = h / 24;

    if (d > 0)
        buf_add_format(out, "%lldd %lldh", d, h % 24);
    else if (h > 0)
        buf_add_format(out, "%lldh %02lldm", h, m % 60);
    else if (m > 0)
        buf_add_format(out, "%lldm %02llds", m, s % 60);
    else
        buf_add_format(out, "%llds", s > 0 ? s : 0);
}

/* Line ends and tabs become blanks, a run of them one. */
static void flatten(struct buf *out, const char *s)
{
    for (; *s; s++) {
        if (strchr(" \t\r\n", *s)) {
            if (out->len > 0 && out->data[out->len - 1] != ' ')
                buf_add_char(out, ' ');
        } else {
            buf_add_char(out, *s);
        }
    }
}

static void add_cut(struct buf *out, const char *s, size_t columns)
{
    struct buf flat = BUF_INIT, masked = BUF_INIT;

    flatten(&flat, s);
    utf8_mask(&masked, buf_text(&flat), flat.len);
    if (utf8_columns(buf_text(&masked), masked.len) > columns) {
        buf_truncate(&masked, utf8_cut(masked.data, masked.len, columns - 3));
        buf_add_text(&masked, "...");
    }
    buf_add_text(out, buf_text(&masked));
    buf_release(&flat);
    buf_release(&masked);
}

void phrase_value(struct buf *out, const json_t *value, size_t columns)
{
    char *text;

    if (replay_is_digest(value)) {
        buf_add_text(out, "(erased)");
    } else if (json_is_string(value)) {
        usec at = phrase_time(value);
        if (at != TIME_NONE && json_string_length(value) == TIME_TEXT - 1)
            buf_add_format(out, "%.10s %.5s", json_string_value(value), json_string_value(value) + 11);
        else
            add_cut(out, json_string_value(value), columns);
    } else if (!value || json_is_null(value)) {
        buf_add_text(out, "none");
    } else if ((text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY))) {
        add_cut(out, text, columns);
        free(text);
    }
}

/* ", word VALUE" when there is a value. */
void phrase_if(struct buf *out, const char *word, const json_t *value)
{
    if (!value || json_is_null(value))
        return;
    buf_add_text(out, word);
    phrase_value(out, value, VALUE_SHOWN);
}

void phrase_quoted(struct buf *out, const char *before, const json_t *text)
{
    if (!text || json_is_null(text))
        return;
    buf_add_text(out, before);
    if (replay_is_digest(text)) {
        buf_add_text(out, "(erased)");
        return;
    }
    buf_add_char(out, '"');
    phrase_value(out, text, TEXT_SHOWN);
    buf_add_char(out, '"');
}

static void phrase_commit(struct buf *out, const json_t *event)
{
    const char *commit = phrase_text(phrase_member(event, "config"));

    if (commit)
        buf_add_format(out, " at %.*s", COMMIT_SHOWN, commit);
}

static void add_nearest(struct buf *out, const json_t *nearest)
{
    const json_t *failed = phrase_member(nearest, "failed");

    phrase_if(out, "; nearest rule ", phrase_member(nearest, "rule"));
    for (size_t i = 0; i < json_array_size(failed); i++)
        phrase_if(out, i > 0 ? ", " : " failed on ", json_array_get(failed, i));
}

/* " (rule vip-outage of assignment at 9f2c0e1)", " (rules vip, outage of ...)", " (default of ...)" with the
 * rule that came nearest. */
static void add_decision(struct buf *out, const json_t *event, const json_t *reason)
{
    const json_t *rule = phrase_member(reason, "rule"), *rules = phrase_member(reason, "rules");

    buf_add_text(out, rules ? " (rules" : rule ? " (rule" : " (default");
    phrase_if(out, " ", rule);
    for (size_t i = 0; i < json_array_size(rules); i++)
        phrase_if(out, i > 0 ? ", " : " ", json_array_get(rules, i));
    phrase_if(out, " of ", phrase_member(reason, "table"));
    phrase_commit(out, event);
    add_nearest(out, phrase_member(reason, "nearest"));
    buf_add_char(out, ')');
}

static void add_matrix(struct buf *out, const json_t *event, const json_t *reason)
{
    phrase_if(out, " (matrix: impact ", phrase_member(reason, "impact"));
    phrase_if(out, ", urgency ", phrase_member(reason, "urgency"));
    phrase_commit(out, event);
    buf_add_char(out, ')');
}

/* " (WORDS VALUE at COMMIT)" */
static void add_because(struct buf *out, const json_t *event, const char *words, const json_t *value)
{
    buf_add_format(out, " (%s", words);
    phrase_if(out, " ", value);
    phrase_commit(out, event);
    buf_add_char(out, ')');
}

void phrase_reason(struct buf *out, const json_t *event)
{
    const json_t *reason = phrase_member(event, "data.reason"), *by = phrase_member(reason, "by");
    const char *table = phrase_text(phrase_member(reason, "table"));

    if (json_is_string(reason))
        phrase_quoted(out, ": ", reason);
    else if (table && strcmp(table, "matrix") == 0)
        add_matrix(out, event, reason);
    else if (table)
        add_decision(out, event, reason);
    else if (json_is_true(phrase_member(reason, "manual")))
        buf_add_text(out, " (set by hand)");
    else if (phrase_member(reason, "default_group"))
        add_because(out, event, "no rule: the default group", NULL);
    else if (phrase_member(reason, "case_type"))
        add_because(out, event, "of case type", phrase_member(reason, "case_type"));
    else if (json_is_string(by) && strcmp(json_string_value(by), "least_loaded") == 0)
        add_because(out, event, "the least loaded", NULL);
    else if (json_is_string(by) && strcmp(json_string_value(by), "rank") == 0)
        add_because(out, event, "ranked first", NULL);
    else if (by)
        add_because(out, event, "by", by);
    phrase_quoted(out, ", ", phrase_member(event, "data.operator_reason"));
}

static const char *const untold[] = {"state",     "progress",           "resolved_at",
                                     "closed_at", "first_responded_at", NULL};

static bool is_untold(const char *name)
{
    for (size_t i = 0; untold[i]; i++)
        if (strcmp(untold[i], name) == 0)
            return true;
    return false;
}

/* "priority 3 -> 2, tags none -> [...]": everything that the event's own words do not say. */
void phrase_changes(struct buf *out, const char *before, const json_t *changes)
{
    const char *name;
    json_t *pair;
    bool first = true;

    json_object_foreach ((json_t *)changes, name, pair) {
        if (is_untold(name))
            continue;
        buf_add_format(out, "%s%s ", first ? before : ", ", name);
        phrase_value(out, json_array_get(pair, 0), VALUE_SHOWN);
        buf_add_text(out, " -> ");
        phrase_value(out, json_array_get(pair, 1), VALUE_SHOWN);
        first = false;
    }
}
