#include "act/check_replay.h"

#include "model/crm.h"

int replay_init(struct replay *r, struct error *err)
{
    r->record = json_object();
    r->tasks = json_object();
    r->clocks = json_object();
    r->milestones = json_object();
    r->declines = json_object();
    r->need = json_object();
    r->messages = json_array();
    return r->record && r->tasks && r->clocks && r->milestones && r->declines && r->need && r->messages
               ? 0
               : error_no_memory(err);
}

void replay_release(struct replay *r)
{
    json_decref(r->record);
    json_decref(r->tasks);
    json_decref(r->clocks);
    json_decref(r->milestones);
    json_decref(r->declines);
    json_decref(r->need);
    json_decref(r->messages);
    *r = (struct replay){0};
}

bool replay_is_digest(const json_t *value)
{
    const json_t *hex;

    if (!json_is_object(value) || json_object_size(value) != 1)
        return false;
    hex = json_object_get(value, "sha256");
    return json_is_string(hex) && json_string_length(hex) == 64;
}

/* Does any part of the value stand for something that is not known? */
static bool has_digest(const json_t *value)
{
    const char *name;
    json_t *member;
    size_t i;

    if (replay_is_digest(value))
        return true;
    json_object_foreach ((json_t *)value, name, member) {
        if (has_digest(member))
            return true;
    }
    json_array_foreach (value, i, member) {
        if (has_digest(member))
            return true;
    }
    return false;
}

/* `name` becomes `value`; null removes it. */
static int set_member(json_t *record, const char *name, json_t *value)
{
    if (!json_is_null(value))
        return json_object_set_nocheck(record, name, value);
    json_object_del(record, name);
    return 0;
}

static int apply_record(json_t *record, const json_t *values)
{
    const char *name;
    json_t *value;

    json_object_foreach ((json_t *)values, name, value) {
        if (set_member(record, name, value) != 0)
            return -1;
    }
    return 0;
}

static int apply_changes(json_t *record, const json_t *changes)
{
    const char *name;
    json_t *pair;

    json_object_foreach ((json_t *)changes, name, pair) {
        if (json_array_size(pair) == 2 && set_member(record, name, json_array_get(pair, 1)) != 0)
            return -1;
    }
    return 0;
}

/* The members of the context that an enrichment changed; null for one that is gone. */
static int fold_context(json_t *record, const json_t *changes)
{
    json_t *context = json_object_get(record, "context");

    if (!changes)
        return 0;
    if (!context) {
        context = json_object();
        if (json_object_set_new_nocheck(record, "context", context) != 0)
            return -1;
    }
    return apply_record(context, changes);
}

/* A task or clock: its record when it was made, or its changes. */
static int fold_part(json_t *parts, const char *key, const json_t *part)
{
    json_t *record = json_object_get(parts, key);

    if (!record) {
        record = json_object();
        if (json_object_set_new_nocheck(parts, key, record) != 0)
            return -1;
    }
    return apply_record(record, json_object_get(part, "record")) == 0 &&
                   apply_changes(record, json_object_get(part, "changes")) == 0
               ? 0
               : -1;
}

static int fold_task(struct replay *r, const json_t *task)
{
    const char *name = json_string_value(json_object_get(task, "name"));

    return name ? fold_part(r->tasks, name, task) : 0;
}

static int fold_clock(struct replay *r, const json_t *clock)
{
    const json_t *id = json_object_get(clock, "id");
    char key[24];

    if (!json_is_integer(id))
        return 0;
    snprintf(key, sizeof key, "%lld", (long long)json_integer_value(id));
    if (json_object_get(clock, "changes"))
        json_object_del(json_object_get(r->clocks, key), "next_at");
    return fold_part(r->clocks, key, clock);
}

static int fold_milestone(struct replay *r, const char *type, const json_t *event, const json_t *data)
{
    const char *name = json_string_value(json_object_get(data, "milestone"));
    bool reached = strcmp(type, "milestone.reached") == 0;

    if (!name)
        return 0;
    if (!reached && strcmp(type, "milestone.skipped") != 0) { /* reopened */
        json_object_del(r->milestones, name);
        return 0;
    }
    return json_object_set_new_nocheck(
        r->milestones, name,
        json_pack("{s:b, s:O*}", "reached", reached, "at", json_object_get(event, "at")));
}

/* As case_decline_save() keeps it: a refusal for good stays one. */
static int fold_decline(struct replay *r, const json_t *event, const json_t *data)
{
    const char *agent = json_string_value(json_object_get(data, "agent"));
    const json_t *before = agent ? json_object_get(r->declines, agent) : NULL;
    bool again = json_is_true(json_object_get(data, "again")) &&
                 !(before && json_is_false(json_object_get(before, "again")));

    return !agent ? 0
                  : json_object_set_new_nocheck(r->declines, agent,
                                                json_pack("{s:O*, s:b, s:O*}", "reason",
                                                          json_object_get(data, "reason"), "again", again,
                                                          "at", json_object_get(event, "at")));
}

/* What a rule asked is over when the case is given to another group by hand. */
static int fold_need(struct replay *r, const char *type, const json_t *data)
{
    bool routed = strcmp(type, "case.routed") == 0;
    json_t *need = routed ? json_object_get(data, "need") : NULL;

    if (need)
        return json_object_set_nocheck(r->need, "need", need);
    if (routed || (strcmp(type, "case.updated") == 0 &&
                   json_object_get(json_object_get(data, "changes"), "assignment_group")))
        json_object_clear(r->need);
    return 0;
}

static int fold_message(struct replay *r, const json_t *event, json_t *data)
{
    json_t *message = json_copy(data);
    json_t *at = json_object_get(event, "at"), *config = json_object_get(event, "config");

    if (!message || (at && json_object_set_nocheck(message, "created_at", at) != 0) ||
        (config && set_member(message, "config", config) != 0)) {
        json_decref(message);
        return -1;
    }
    return json_array_append_new(r->messages, message);
}

/* Events whose type, and not the members of their data, says what they did. */
static int fold_type(struct replay *r, const json_t *event, json_t *data)
{
    const char *type = json_string_value(json_object_get(event, "type"));

    if (!type || !json_is_object(data))
        return 0;
    if (strncmp(type, "store.", 6) == 0)
        return apply_record(r->record, data);
    if (strncmp(type, "milestone.", 10) == 0)
        return fold_milestone(r, type, event, data);
    if (strcmp(type, "case.declined") == 0)
        return fold_decline(r, event, data);
    if (strncmp(type, "case.", 5) == 0)
        return fold_need(r, type, data);
    return strcmp(type, "message.queued") == 0 ? fold_message(r, event, data) : 0;
}

/* A record that is made again after its deletion begins empty. */
static void fold_deletion(struct replay *r, const json_t *event)
{
    const char *type = json_string_value(json_object_get(event, "type"));

    r->deleted = type && strcmp(type, "record.deleted") == 0;
    if (r->deleted)
        json_object_clear(r->record);
}

int replay_fold(struct replay *r, const json_t *event, struct error *err)
{
    json_t *data = json_object_get(event, "data");
    if (apply_record(r->record, json_object_get(data, "record")) != 0 ||
        apply_changes(r->record, json_object_get(data, "changes")) != 0 ||
        fold_context(r->record, json_object_get(data, "context")) != 0 ||
        fold_task(r, json_object_get(data, "task")) != 0 ||
        fold_clock(r, json_object_get(data, "sla")) != 0 || fold_type(r, event, data) != 0)
        return error_no_memory(err);
    fold_deletion(r, event);
    return 0;
}

/* Absent, or what a field has that was never set. */
static bool is_nothing(const json_t *value)
{
    return !value || json_is_null(value) || json_is_false(value) ||
           (json_is_integer(value) && json_integer_value(value) == 0);
}

static bool is_compared(const struct field *f, const json_t *known)
{
    if (f->flags & FIELD_NO_CHANGE)
        return known && (strcmp(f->name, "context") == 0 || strcmp(f->name, "next_at") == 0);
    return known || !(f->flags & FIELD_UNPRINTED);
}

static const char *value_text(const json_t *value, struct arena *arena)
{
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    const char *copy = text ? arena_strdup(arena, text) : "null";

    free(text);
    return copy;
}

/* The people in a context stand in the journal without their personal members. */
static void forget_personal(json_t *context)
{
    static const char *const people[] = {"contact", "consumer"};

    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        json_t *person = json_object_get(context, people[i]);
        for (const struct field *f = record_kind_find(people[i])->fields; f->name; f++)
            if (f->flags & FIELD_PERSONAL)
                json_object_del(person, f->name);
    }
}

int replay_compare(const json_t *record, const struct field *fields, const void *object, struct arena *arena,
                   replay_difference *difference, void *context, struct error *err)
{
    for (const struct field *f = fields; f->name; f++) {
        const json_t *known = json_object_get(record, f->name);
        const char *text;
        json_t *value;
        if (!is_compared(f, known) || (known && has_digest(known)) || (!known && field_absent(f, object)))
            continue;
        text = field_json(f, object, arena);
        if (!text)
            return error_no_memory(err);
        value = json_loads(text, JSON_DECODE_ANY, NULL); /* NULL: no JSON any more, which is a difference */
        if (strcmp(f->name, "context") == 0)
            forget_personal(value);
        if (!json_equal(known, value) && !(value && is_nothing(known) && is_nothing(value)))
            difference(context, f->name, value_text(known, arena), text);
        json_decref(value);
    }
    return 0;
}
