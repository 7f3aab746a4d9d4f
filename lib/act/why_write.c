#include "act/why.h"

#include "act/trace_phrase.h"
#include "base/json_write.h"
#include "base/utf8.h"

#define REASON_SHOWN 100 /* columns of a reason that has no words of its own */

/* What an event says of a decision beside its reason: the service that gave the impact, why nobody got the
 * case, what its person must have, an offer and its end, the words of whoever had it done again. */
static const char *const beside[] = {"impact_from", "need", "unassigned", "offer", "operator_reason"};

static void put_tree(struct json_writer *w, const char *name, const json_t *tree)
{
    char *text = tree ? json_dumps(tree, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

    json_put_raw(w, name, text);
    free(text);
}

/* `rule` for one that fired, `rules` for several. */
static void put_rules(struct json_writer *w, const struct why *why)
{
    if (why->rule_count == 1)
        json_put_text(w, "rule", why->rules[0]);
    if (why->rule_count > 1) {
        json_begin_array(w, "rules");
        for (size_t i = 0; i < why->rule_count; i++)
            json_put_text(w, NULL, why->rules[i]);
        json_end_array(w);
    }
    if (why->by_default)
        json_put_bool(w, "default", true);
}

static long first_line(const struct why_source *s)
{
    return s->line_count > 0 ? s->lines[0] : 0;
}

static void put_place(struct json_writer *w, const struct why *why, const struct why_source *s)
{
    json_put_text(w, "file", why->file);
    if (first_line(s) > 0)
        json_put_int(w, "line", first_line(s));
    if (s->line_count > 1) {
        json_begin_array(w, "lines");
        for (size_t i = 0; i < s->line_count; i++)
            json_put_int(w, NULL, s->lines[i]);
        json_end_array(w);
    }
    json_put_text(w, "commit", why->file ? why->commit : NULL);
    json_put_text(w, "author", s->author);
    json_put_time(w, "date", s->date);
    json_put_text(w, "subject", s->subject);
    if (s->commit_missing)
        json_put_bool(w, "commit_missing", true);
    json_put_text(w, "problem", s->problem);
}

void why_write(const struct why *why, const struct why_source *source, struct buf *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_begin_object(&w, NULL);
    json_put_text(&w, "case", why->number);
    json_put_int(&w, "seq", why->seq);
    json_put_time(&w, "at", why->at);
    json_put_text(&w, "event", why->event);
    json_put_text(&w, "decision", why->decision);
    json_put_text(&w, "actor", why->actor);
    json_put_text(&w, "sla", why->sla);
    put_rules(&w, why);
    put_place(&w, why, source);
    put_tree(&w, "reason", why->reason);
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        put_tree(&w, beside[i], phrase_member(why->data, beside[i]));
    put_tree(&w, "changes", why->changes);
    json_end_object(&w);
    buf_add_char(out, '\n');
}

static void add_masked(struct buf *out, const char *text)
{
    utf8_mask(out, text, strlen(text));
}

/* ": VALUE" */
static void add_value(struct buf *out, const json_t *value)
{
    buf_add_text(out, ": ");
    phrase_value(out, value, REASON_SHOWN);
}

static void add_person(struct buf *out, const json_t *reason)
{
    phrase_if(out, " by ", phrase_member(reason, "by"));
    phrase_if(out, ", score ", phrase_member(reason, "score"));
    phrase_if(out, ", load ", phrase_member(reason, "load"));
    phrase_if(out, " of ", phrase_member(reason, "capacity"));
}

static void add_cause(struct buf *out, const struct why *why)
{
    const char *table = phrase_text(phrase_member(why->reason, "table"));

    for (size_t i = 0; i < why->rule_count; i++) {
        buf_add_text(out, i > 0 ? ", " : why->rule_count > 1 ? " by rules " : " by rule ");
        add_masked(out, why->rules[i]);
    }
    if (why->actor) {
        buf_add_text(out, " by ");
        add_masked(out, why->actor);
        if (json_is_string(why->reason))
            phrase_quoted(out, ": ", why->reason);
    } else if (why->by_default) {
        buf_add_text(out, " by the default");
    } else if (why->sla) {
        buf_add_char(out, ' ');
        add_masked(out, why->sla);
    } else if (table && strcmp(table, "matrix") == 0) {
        phrase_if(out, " by the matrix, impact ", phrase_member(why->reason, "impact"));
        phrase_if(out, ", urgency ", phrase_member(why->reason, "urgency"));
    } else if (phrase_member(why->reason, "by")) {
        add_person(out, why->reason);
    } else if (phrase_member(why->reason, "default_group")) {
        buf_add_text(out, " by the default group");
    } else if (phrase_member(why->reason, "case_type")) {
        phrase_if(out, " by case type ", phrase_member(why->reason, "case_type"));
    } else if (why->rule_count == 0 && why->reason) {
        add_value(out, why->reason);
    }
}

/* "    9f2c0e1 2026-03-02 Name <e-mail>: subject" */
static void add_commit(struct buf *out, const struct why *why, const struct why_source *s)
{
    char date[TIME_TEXT];

    buf_add_format(out, "    %.*s", COMMIT_SHOWN, why->commit);
    if (s->date != TIME_NONE) {
        time_format(s->date, date);
        buf_add_format(out, " %.10s", date);
    }
    if (s->author)
        buf_add_format(out, " %s: %s", s->author, s->subject); /* both are masked */
    else if (s->commit_missing)
        buf_add_text(out, " is not in the repository");
    if (s->problem) {
        buf_add_text(out, " (");
        add_masked(out, s->problem);
        buf_add_char(out, ')');
    }
    buf_add_char(out, '\n');
}

void why_write_text(const struct why *why, const struct why_source *source, struct buf *out)
{
    char at[TIME_TEXT];

    time_format(why->at, at);
    buf_add_format(out, "  %.10s %.8s  %s", at, at + 11, why->decision);
    add_cause(out, why);
    if (why->file) {
        buf_add_text(out, " (");
        add_masked(out, why->file);
        for (size_t i = 0; i < source->line_count; i++)
            if (source->lines[i] > 0)
                buf_add_format(out, "%s%ld", i > 0 ? "," : ":", source->lines[i]);
        buf_add_char(out, ')');
    }
    phrase_if(out, ", impact from ", phrase_member(why->data, "impact_from.service"));
    phrase_if(out, ", unassigned: ", phrase_member(why->data, "unassigned.why"));
    phrase_quoted(out, ", ", phrase_member(why->data, "operator_reason"));
    phrase_changes(out, ": ", why->changes);
    buf_add_char(out, '\n');
    if (why->file && why->commit)
        add_commit(out, why, source);
}
