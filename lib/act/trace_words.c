#include "act/trace_words.h"

#include "act/trace_phrase.h"
#include "base/utf8.h"

static const json_t *after(const json_t *event, const char *field)
{
    return json_array_get(json_object_get(phrase_member(event, "data.changes"), field), 1);
}

static void say_created(struct buf *out, const json_t *event)
{
    const json_t *record = phrase_member(event, "data.record");
    usec opened = phrase_time(phrase_member(record, "opened_at")),
         at = phrase_time(phrase_member(event, "at"));

    buf_add_text(out, "captured");
    phrase_if(out, " by ", phrase_member(record, "channel"));
    phrase_if(out, " from ", phrase_member(record, "source"));
    phrase_if(out, " ", phrase_member(record, "external_id"));
    phrase_if(out, ", impact ", phrase_member(record, "impact"));
    phrase_if(out, ", urgency ", phrase_member(record, "urgency"));
    phrase_if(out, ", priority ", phrase_member(record, "priority"));
    if (opened != TIME_NONE && at != TIME_NONE && at - opened >= USEC_SECOND) {
        buf_add_text(out, ", opened ");
        phrase_duration(out, at - opened);
        buf_add_text(out, " before");
    }
}

static void say_enriched(struct buf *out, const json_t *event)
{
    const json_t *context = phrase_member(event, "data.context");
    const json_t *problems = phrase_member(context, "problems");

    buf_add_text(out, "enriched");
    phrase_if(out, ": account ", phrase_member(context, "account.key"));
    phrase_if(out, ", tier ", phrase_member(context, "account.tier"));
    phrase_if(out, ", contact ", phrase_member(context, "contact.key"));
    phrase_if(out, ", asset ", phrase_member(context, "asset.key"));
    phrase_if(out, ", entitlement ", phrase_member(context, "entitlement.key"));
    phrase_if(out, ", level ", phrase_member(context, "entitlement.level"));
    if (json_is_false(phrase_member(context, "entitled")))
        buf_add_text(out, ", no entitlement");
    for (size_t i = 0; i < json_array_size(problems); i++)
        phrase_if(out, i > 0 ? ", " : "; unknown reference: ",
                  phrase_member(json_array_get(problems, i), "pointer"));
}

static void say_comment(struct buf *out, const json_t *event)
{
    const char *audience = phrase_text(phrase_member(event, "data.audience"));

    buf_add_text(out, audience && strcmp(audience, "public") == 0 ? "comment" : "internal note");
    phrase_if(out, " on task ", phrase_member(event, "data.task.name"));
    phrase_if(out, " from ", phrase_member(event, "data.from"));
    phrase_quoted(out, ": ", phrase_member(event, "data.text"));
}

static void say_resolved(struct buf *out, const json_t *event)
{
    buf_add_text(out, "resolved");
    phrase_if(out, " as ", after(event, "resolution_code"));
    phrase_quoted(out, ": ", after(event, "resolution_notes"));
}

static void say_duplicate(struct buf *out, const json_t *event)
{
    const json_t *differs = phrase_member(event, "data.differs");

    buf_add_text(out, "arrived again");
    for (size_t i = 0; i < json_array_size(differs); i++)
        phrase_if(out, i > 0 ? ", " : ", other in ", json_array_get(differs, i));
}

static const struct {
    const char *type, *words; /* then the field that the event sets, the changes, the reason */
    const char *field;
    void (*say)(struct buf *out, const json_t *event);
} sentences[] = {
    {"case.created", NULL, NULL, say_created},
    {"case.duplicate", NULL, NULL, say_duplicate},
    {"case.enriched", NULL, NULL, say_enriched},
    {"case.prioritised", "priority", "priority", NULL},
    {"case.routed", "routed to", "assignment_group", NULL},
    {"case.assigned", "assigned to", "assigned_to", NULL},
    {"case.accepted", "accepted by", "agent", NULL},
    {"case.declined", "declined by", "agent", NULL},
    {"case.updated", "updated:", NULL, NULL},
    {"case.commented", NULL, NULL, say_comment},
    {"case.waiting", "waits for the customer", NULL, NULL},
    {"case.resumed", "goes on", NULL, NULL},
    {"case.reopened", "opened again", NULL, NULL},
    {"case.cancelled", "cancelled", NULL, NULL},
    {"case.resolved", NULL, NULL, say_resolved},
    {"case.solution_accepted", "the customer accepts the solution", NULL, NULL},
    {"case.solution_rejected", "the customer rejects the solution", NULL, NULL},
    {"case.closed", "closed", NULL, NULL},
    {"workflow.started", "starts workflow", "workflow", NULL},
    {"workflow.finished", "workflow finished", NULL, NULL},
    {"workflow.failed", "workflow ended with a failed task", NULL, NULL},
    {"milestone.reached", "milestone reached:", "milestone", NULL},
    {"milestone.skipped", "milestone skipped:", "milestone", NULL},
    {"milestone.reopened", "milestone open again:", "milestone", NULL},
    {"store.created", "store made", NULL, NULL},
    {"store.restored", "store restored from a backup", NULL, NULL},
};

/* The value that an event is about: a member of its data, or what a field became, or stayed. */
static const json_t *subject_of(const json_t *event, const char *field, const struct replay *state)
{
    const json_t *value = field ? json_object_get(phrase_member(event, "data"), field) : NULL;

    return value || !field ? value : json_object_get(state->record, field);
}

static bool says_changes(const char *type)
{
    return strcmp(type, "case.updated") == 0;
}

static void say_other(struct buf *out, const json_t *event, const char *type, const struct replay *state)
{
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        if (strcmp(type, sentences[i].type) != 0)
            continue;
        if (sentences[i].say) {
            sentences[i].say(out, event);
            return;
        }
        buf_add_text(out, sentences[i].words);
        phrase_if(out, " ", subject_of(event, sentences[i].field, state));
        if (says_changes(type))
            phrase_changes(out, " ", phrase_member(event, "data.changes"));
        phrase_reason(out, event);
        return;
    }
    utf8_mask(out, type, strlen(type));
    phrase_changes(out, ": ", phrase_member(event, "data.changes"));
    phrase_reason(out, event);
}

void words_event(struct buf *out, const json_t *event, const struct replay *state)
{
    const char *type = phrase_text(phrase_member(event, "type"));

    if (!type)
        buf_add_text(out, "(an event without a type)");
    else if (strncmp(type, "task.", 5) == 0)
        words_task(out, event, type, state);
    else if (strncmp(type, "sla.", 4) == 0)
        words_clock(out, event, type, state);
    else if (strncmp(type, "message.", 8) == 0)
        words_message(out, event, type);
    else
        say_other(out, event, type, state);
}
