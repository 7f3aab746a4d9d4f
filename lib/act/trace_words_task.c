#include "act/trace_phrase.h"
#include "act/trace_words.h"
#include "base/utf8.h"

const char *words_last_need(const json_t *task, const struct replay *state, usec *finished_at)
{
    const json_t *needs = phrase_member(task, "needs");
    const char *last = NULL;

    *finished_at = TIME_NONE;
    for (size_t i = 0; i < json_array_size(needs); i++) {
        const char *need = phrase_text(json_array_get(needs, i));
        usec at =
            need ? phrase_time(phrase_member(json_object_get(state->tasks, need), "finished_at")) : TIME_NONE;
        if (need && (!last || at > *finished_at)) {
            last = need;
            *finished_at = at;
        }
    }
    return last;
}

/* How long the task took to come from the moment of one member to that of another. */
static void add_span(struct buf *out, const char *word, const json_t *task, const char *from, const char *to)
{
    usec a = phrase_time(json_object_get(task, from)), b = phrase_time(json_object_get(task, to));

    if (a == TIME_NONE || b == TIME_NONE || b - a < USEC_SECOND)
        return;
    buf_add_text(out, word);
    phrase_duration(out, b - a);
}

static void say_task_made(struct buf *out, const json_t *event, const json_t *task,
                          const struct replay *state)
{
    const json_t *needs = phrase_member(task, "needs");

    (void)event;
    (void)state;
    phrase_if(out, " for ", phrase_member(task, "assignment_group"));
    for (size_t i = 0; i < json_array_size(needs); i++)
        phrase_if(out, i > 0 ? ", " : " after ", json_array_get(needs, i));
}

static void say_task_ready(struct buf *out, const json_t *event, const json_t *task,
                           const struct replay *state)
{
    usec finished_at;
    const char *need = words_last_need(task, state, &finished_at);

    (void)event;
    phrase_if(out, " is ready for ", phrase_member(task, "assignment_group"));
    if (need)
        buf_add_format(out, ", since %s is done", need);
    phrase_if(out, ", due ", phrase_member(task, "due_at"));
}

static void say_task_claimed(struct buf *out, const json_t *event, const json_t *task,
                             const struct replay *state)
{
    (void)event;
    (void)state;
    phrase_if(out, " taken by ", phrase_member(task, "assigned_to"));
    add_span(out, " after ", task, "ready_at", "claimed_at");
}

static void say_task_done(struct buf *out, const json_t *event, const json_t *task,
                          const struct replay *state)
{
    const char *type = phrase_text(phrase_member(event, "type"));
    const char *outcome = phrase_text(phrase_member(task, "outcome"));

    (void)state;
    buf_add_text(out, strcmp(type, "task.failed") == 0 ? " failed" : " done");
    if (outcome && strcmp(outcome, "done") != 0)
        phrase_if(out, ": ", phrase_member(task, "outcome"));
    add_span(out, ", took ", task, phrase_member(task, "claimed_at") ? "claimed_at" : "ready_at",
             "finished_at");
    phrase_quoted(out, ", ", phrase_member(task, "reason"));
    phrase_if(out, ", output ", phrase_member(task, "output"));
}

static void say_task_skipped(struct buf *out, const json_t *event, const json_t *task,
                             const struct replay *state)
{
    const char *reason = phrase_text(phrase_member(task, "reason"));

    (void)event;
    (void)state;
    buf_add_text(out, " skipped");
    if (reason && strcmp(reason, "when") == 0) {
        buf_add_text(out, ": its condition does not hold");
    } else if (reason) {
        phrase_if(out, ", since ", phrase_member(task, "reason"));
        buf_add_text(out, " did not succeed");
    }
}

static void say_task_blocked(struct buf *out, const json_t *event, const json_t *task,
                             const struct replay *state)
{
    (void)state;
    phrase_if(out, " blocked by ", phrase_member(task, "blocked_by"));
    phrase_if(out, " ", phrase_member(task, "blocked_owner"));
    phrase_quoted(out, ": ", phrase_member(task, "blocked_reason"));
    if (!phrase_member(task, "blocked_reason"))
        phrase_reason(out, event);
}

static void say_task_ended(struct buf *out, const json_t *event, const json_t *task,
                           const struct replay *state)
{
    const char *type = phrase_text(phrase_member(event, "type"));

    (void)state;
    if (strcmp(type, "task.unblocked") == 0)
        buf_add_text(out, " goes on");
    else
        buf_add_text(out, strcmp(type, "task.sent_back") == 0 ? " sent back" : " cancelled");
    if (strcmp(type, "task.unblocked") != 0)
        phrase_quoted(out, ": ", phrase_member(task, "reason"));
}

static void say_task_other(struct buf *out, const json_t *event, const json_t *task,
                           const struct replay *state)
{
    const char *type = phrase_text(phrase_member(event, "type"));

    (void)task;
    (void)state;
    buf_add_char(out, ' ');
    utf8_mask(out, type + 5, strlen(type + 5));
    phrase_changes(out, ": ", phrase_member(event, "data.task.changes"));
    phrase_reason(out, event);
}

static const struct {
    const char *type;
    void (*say)(struct buf *out, const json_t *event, const json_t *task, const struct replay *state);
} task_sentences[] = {
    {"task.created", say_task_made},    {"task.ready", say_task_ready},
    {"task.claimed", say_task_claimed}, {"task.completed", say_task_done},
    {"task.failed", say_task_done},     {"task.skipped", say_task_skipped},
    {"task.blocked", say_task_blocked}, {"task.unblocked", say_task_ended},
    {"task.sent_back", say_task_ended}, {"task.cancelled", say_task_ended},
};

void words_task(struct buf *out, const json_t *event, const char *type, const struct replay *state)
{
    const json_t *name = phrase_member(event, "data.task.name");
    const json_t *task = phrase_text(name) ? json_object_get(state->tasks, phrase_text(name)) : NULL;

    buf_add_text(out, "task ");
    phrase_value(out, name, VALUE_SHOWN);
    for (size_t i = 0; i < sizeof task_sentences / sizeof *task_sentences; i++)
        if (strcmp(type, task_sentences[i].type) == 0) {
            task_sentences[i].say(out, event, task, state);
            return;
        }
    say_task_other(out, event, task, state);
}

void words_clock(struct buf *out, const json_t *event, const char *type, const struct replay *state)
{
    const json_t *id = phrase_member(event, "data.sla.id"), *clock;
    char key[24];

    snprintf(key, sizeof key, "%lld", (long long)json_integer_value(id));
    clock = json_object_get(state->clocks, key);
    phrase_if(out, "", phrase_member(clock, "type"));
    phrase_if(out, " ", phrase_member(event, "data.sla.name"));
    if (strcmp(type, "sla.warned") == 0) {
        phrase_if(out, ": ", phrase_member(event, "data.percent"));
        buf_add_text(out, " % of the time is used up");
    } else if (strcmp(type, "sla.completed") == 0) {
        buf_add_text(out, json_is_true(phrase_member(clock, "has_breached")) ? ": ended after its breach"
                                                                             : ": met");
    } else {
        buf_add_char(out, ' ');
        buf_add_text(out, strcmp(type, "sla.attached") == 0   ? "starts"
                          : strcmp(type, "sla.breached") == 0 ? "BREACHED"
                                                              : "");
        if (strcmp(type, "sla.attached") != 0 && strcmp(type, "sla.breached") != 0)
            utf8_mask(out, type + 4, strlen(type + 4));
        if (strcmp(type, "sla.attached") == 0 || strcmp(type, "sla.resumed") == 0)
            phrase_if(out, ", due ", phrase_member(clock, "planned_end_time"));
    }
}

void words_message(struct buf *out, const json_t *event, const char *type)
{
    buf_add_text(out, "message");
    phrase_if(out, " ", phrase_member(event, "data.template"));
    buf_add_char(out, ' ');
    utf8_mask(out, type + 8, strlen(type + 8));
    phrase_if(out, " for ", phrase_member(event, "data.recipient"));
}
