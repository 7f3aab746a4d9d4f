#include "act/why.h"

#include "act/trace_phrase.h"
#include "model/event.h"
#include "store/case_table.h"
#include "store/journal_table.h"

#define EVENTS 64 /* a page */

/* What people decide as well as rules. */
static const char *const fields[] = {"priority", "assignment_group", "assigned_to", "priority_by"};
#define FIELDS (sizeof fields / sizeof *fields)

struct reading {
    const char *number;
    why_decision *each;
    void *context;
    struct arena *arena;       /* of the page */
    struct arena kept;         /* of the whole chain */
    const char *group;         /* of the case so far */
    const char *hands[FIELDS]; /* who set the field by hand last; NULL: nobody did */
};

/* An element is an id, or an object that holds one. */
static const char *rule_id(const json_t *rule)
{
    const char *id = json_string_value(rule);

    return id ? id : phrase_text(phrase_member(rule, json_object_get(rule, "rule") ? "rule" : "id"));
}

static int note_rules(struct reading *r, struct why *why, struct error *err)
{
    const json_t *several = json_object_get(why->reason, "rules"),
                 *one = json_object_get(why->reason, "rule");
    size_t count = json_array_size(several), i;
    json_t *rule;

    if (count == 0 && !json_is_string(one))
        return 0;
    why->rules = ARENA_ARRAY(r->arena, const char *, count > 0 ? count : 1);
    if (!why->rules)
        return error_no_memory(err);
    json_array_foreach (several, i, rule) {
        const char *id = rule_id(rule);
        if (id)
            why->rules[why->rule_count++] = id;
    }
    if (count == 0)
        why->rules[why->rule_count++] = json_string_value(one);
    return 0;
}

/* The file, its name made of parts. */
static int in_file(struct reading *r, struct why *why, const char *folder, const char *name,
                   const char *pointer, struct error *err)
{
    why->file = arena_printf(r->arena, "%s/%s.json", folder, name);
    why->pointer = pointer;
    return why->file ? 0 : error_no_memory(err);
}

static void in_settings(struct why *why, const char *decision, const char *pointer)
{
    why->decision = decision;
    why->file = "casework.json";
    why->pointer = pointer;
}

static int by_table(struct reading *r, struct why *why, const char *table, struct error *err)
{
    if (strcmp(table, "matrix") == 0) {
        in_settings(why, "priority", "/priority");
        return 0;
    }
    why->decision = table;
    why->by_default = json_is_true(json_object_get(why->reason, "default"));
    if (note_rules(r, why, err) != 0)
        return CODE_NO_MEMORY;
    return in_file(r, why, "routing", table, "/default", err);
}

/* Who set what a tool then left as it was; the journal may say so itself. */
static void by_hand(struct reading *r, struct why *why, const json_t *event)
{
    const char *by = phrase_text(phrase_member(why->reason, "by"));
    size_t field = strcmp(why->event, "case.prioritised") == 0 ? 0 : 1;

    why->decision = "manual";
    why->actor = by ? by : r->hands[field] ? r->hands[field] : phrase_text(phrase_member(event, "actor"));
}

/* Events that tools write on their own account, by what their reason names. */
static int by_reason(struct reading *r, struct why *why, const json_t *event, struct error *err)
{
    const char *table = phrase_text(phrase_member(why->reason, "table"));
    const char *type = phrase_text(phrase_member(why->reason, "case_type"));

    if (json_is_true(phrase_member(why->reason, "manual"))) {
        by_hand(r, why, event);
    } else if (table) {
        return by_table(r, why, table, err);
    } else if (strcmp(why->event, "case.assigned") == 0) {
        why->decision = "person";
        return r->group ? in_file(r, why, "groups", r->group, "", err) : 0;
    } else if (strcmp(why->event, "workflow.started") == 0 && type) {
        why->decision = "workflow";
        return in_file(r, why, "case-types", type, "/workflow", err);
    } else if (phrase_member(why->reason, "default_group")) {
        in_settings(why, "assignment", "/default_group");
    }
    return 0;
}

/* A new case has the priority that the matrix gives it. */
static int at_capture(struct why *why, const json_t *event, json_t **made, struct error *err)
{
    const json_t *record = phrase_member(event, "data.record");
    const json_t *impact = phrase_member(record, "impact"), *urgency = phrase_member(record, "urgency");
    const json_t *priority = phrase_member(record, "priority");

    if (!impact || !urgency || !priority)
        return 0;
    *made = json_pack("{s:{s:s, s:O, s:O}, s:{s:[n, O]}}", "reason", "table", "matrix", "impact", impact,
                      "urgency", urgency, "changes", "priority", priority);
    if (!*made)
        return error_no_memory(err);
    why->reason = phrase_member(*made, "reason");
    why->changes = phrase_member(*made, "changes");
    in_settings(why, "priority", "/priority");
    return 0;
}

static bool is_answer(const struct why *why)
{
    return strcmp(why->event, "case.accepted") == 0 || strcmp(why->event, "case.declined") == 0;
}

/* An answer to an offer is somebody's even when nothing of the case changes. */
static bool is_manual(const struct why *why)
{
    bool updated = strcmp(why->event, "case.updated") == 0, touches = false;

    for (size_t i = 0; i < FIELDS; i++)
        touches |= json_object_get(why->changes, fields[i]) != NULL;
    return is_answer(why) || (updated && touches);
}

/* By the hand of whoever acts; but an offer that nobody answered is taken back as its group has it. */
static int by_actor(struct reading *r, struct why *why, const json_t *event, struct error *err)
{
    const char *agent = phrase_text(phrase_member(event, "data.agent"));
    const char *actor = phrase_text(phrase_member(event, "actor"));

    if (is_answer(why) && agent && actor && strcmp(agent, actor) != 0) {
        why->decision = "person";
        return r->group ? in_file(r, why, "groups", r->group, "", err) : 0;
    }
    why->decision = "manual";
    why->actor = actor;
    return 0;
}

static int judge(struct reading *r, struct why *why, const json_t *event, json_t **made, struct error *err)
{
    if (strcmp(why->event, "case.created") == 0)
        return at_capture(why, event, made, err);
    if (strcmp(why->event, "sla.attached") == 0) {
        why->sla = phrase_text(phrase_member(event, "data.sla.name"));
        why->decision = "sla";
        return why->sla ? in_file(r, why, "sla", why->sla, "", err) : 0;
    }
    if (is_manual(why))
        return by_actor(r, why, event, err);
    return json_is_object(why->reason) ? by_reason(r, why, event, err) : 0;
}

/* What later events are understood by. */
static int remember(struct reading *r, const struct why *why, const json_t *event, struct error *err)
{
    bool manual = why->decision && strcmp(why->decision, "manual") == 0;
    const json_t *group = json_object_get(why->changes, "assignment_group");
    const char *name =
        phrase_text(group ? json_array_get(group, 1) : phrase_member(event, "data.record.assignment_group"));

    if (group || name)
        r->group = arena_strdup(&r->kept, name);
    for (size_t i = 0; i < FIELDS; i++)
        if (manual && json_object_get(why->changes, fields[i]))
            r->hands[i] = arena_strdup(&r->kept, why->actor);
    return arena_failed(&r->kept) ? error_no_memory(err) : 0;
}

/* What is no JSON is passed over: store-check says what is wrong with it. */
static int read_event(struct reading *r, const struct event *e, struct error *err)
{
    json_t *event = json_loadb(e->body, e->body_length, JSON_ALLOW_NUL, NULL), *made = NULL;
    struct why why = {.number = r->number, .seq = e->seq, .at = e->at, .event = e->type, .commit = e->config};
    int rc;

    why.reason = phrase_member(event, "data.reason");
    why.data = phrase_member(event, "data");
    why.changes = phrase_member(event, "data.changes");
    rc = judge(r, &why, event, &made, err);
    if (rc == 0)
        rc = remember(r, &why, event, err);
    if (rc == 0 && why.decision)
        rc = r->each(r->context, &why, err);
    json_decref(made);
    json_decref(event);
    return rc;
}

static int read_chain(struct context *ctx, struct reading *r, struct error *err)
{
    int64_t seq = 0;
    int rc = 0, n = EVENTS;

    while (rc == 0 && n == EVENTS) {
        struct event list[EVENTS];
        arena_clear(r->arena);
        n = event_page(ctx->db, r->number, seq, r->arena, list, EVENTS, err);
        for (int i = 0; rc == 0 && i < n; i++) {
            rc = read_event(r, &list[i], err);
            seq = list[i].seq;
        }
    }
    return n < 0 ? n : rc;
}

int why_read(struct context *ctx, const char *number, why_decision *each, void *context, struct error *err)
{
    struct arena page = ARENA_INIT;
    struct reading r = {.number = number, .each = each, .context = context, .arena = &page};
    struct casefile c;
    int rc = case_find(ctx->db, number, &r.kept, &c, err);

    if (rc == 0)
        rc = read_chain(ctx, &r, err);
    arena_release(&r.kept);
    arena_release(&page);
    return rc;
}
