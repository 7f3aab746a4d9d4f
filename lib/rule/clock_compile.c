#include <string.h>

#include "rule/clock.h"
#include "rule/reading.h"

#define TARGET_DAYS 36500 /* keeps sums of times far from overflow */
#define TARGET_MAX  (TARGET_DAYS * USEC_DAY)

static const char *const clock_known[] = {"description", "type",     "applies_to", "when",
                                          "target",      "calendar", "start",      "pause",
                                          "stop",        "warn",     "on_breach",  NULL};
static const char *const clock_later[] = {"resume",    "cancel",  "reset",   "retroactive",
                                          "time_zone", "on_warn", "at_risk", NULL};
static const struct member_names clock_names = {clock_known, clock_later};

static const char *const start_known[] = {"at", NULL};
static const char *const start_later[] = {"state", "milestone", "task", "field", NULL};
static const struct member_names start_names = {start_known, start_later};

static const char *const pause_known[] = {"state", NULL};
static const char *const pause_later[] = {"milestone", "task", "field", "blocked_by", NULL};
static const struct member_names pause_names = {pause_known, pause_later};

static const char *const stop_known[] = {"state", "milestone", "task", "field", NULL};
static const struct member_names stop_names = {stop_known, NULL};

static const char *const action_known[] = {"notify", "escalate", NULL};
static const char *const action_later[] = {"reassign", "raise", "task", "run", NULL};
static const struct member_names action_names = {action_known, action_later};

struct clock_compiler {
    struct clock_definition *definition;
    struct arena *arena;
    struct error *err;
};

static int read_type(struct clock_compiler *c, const json_t *json)
{
    const char *text;
    int rc;

    if ((rc = rule_read_text(json, "", "type", MEMBER_REQUIRED, &text, c->err)))
        return rc;
    if (!(c->definition->type = enum_from_name(sla_type_names, text)))
        return rule_unexpected(json_object_get(json, "type"), "/type", "SLA, OLA or UC", c->err);
    if ((rc = rule_read_text(json, "", "applies_to", MEMBER_OPTIONAL, &text, c->err)) || !text ||
        strcmp(text, "case") == 0)
        return rc;
    if (strcmp(text, "task") == 0 || strcmp(text, "group") == 0)
        return error_set(c->err, CODE_NOT_SUPPORTED, "/applies_to", "applies_to \"%s\" is not supported yet",
                         text);
    return rule_unexpected(json_object_get(json, "applies_to"), "/applies_to", "case", c->err);
}

static int read_start(struct clock_compiler *c, const json_t *json)
{
    const json_t *start;
    const struct field *field;
    int rc;

    if ((rc = rule_read_member(json, "", "start", JSON_OBJECT, MEMBER_OPTIONAL, &start, c->err)) || !start)
        return rc;
    if ((rc = rule_read_members(start, "/start", &start_names, c->err)) ||
        (rc = rule_read_text(start, "/start", "at", MEMBER_REQUIRED, &c->definition->start_field, c->err)))
        return rc;
    field = field_find(case_fields, c->definition->start_field);
    if (!field || field->type != FIELD_TIME)
        return rule_unexpected(json_object_get(start, "at"), "/start/at",
                               "a time of the case such as opened_at", c->err);
    return 0;
}

static int read_state(struct clock_compiler *c, const json_t *json, const char *at, int *state)
{
    const char *text;
    int rc;

    if ((rc = rule_read_text(json, at, "state", MEMBER_OPTIONAL, &text, c->err)) || !text)
        return rc;
    if (!(*state = enum_from_name(case_state_names, text)))
        return rule_unexpected(json_object_get(json, "state"), pointer_to_member(at, "state").text,
                               "a state of the case", c->err);
    return 0;
}

static int check_single(struct clock_compiler *c, const json_t *json, const char *at, const char *expected)
{
    if (json_object_size(json) == 1)
        return 0;
    return error_set(c->err, CODE_INVALID, at, "expected one of %s, got %zu members", expected,
                     json_object_size(json));
}

static int read_pause(struct clock_compiler *c, const json_t *json)
{
    const json_t *pause;
    int rc;

    if ((rc = rule_read_member(json, "", "pause", JSON_OBJECT, MEMBER_OPTIONAL, &pause, c->err)) || !pause)
        return rc;
    if ((rc = rule_read_members(pause, "/pause", &pause_names, c->err)) ||
        (rc = check_single(c, pause, "/pause", "state")))
        return rc;
    return read_state(c, pause, "/pause", &c->definition->pause.state);
}

static int read_stop(struct clock_compiler *c, const json_t *json)
{
    struct clock_condition *stop = &c->definition->stop;
    const json_t *object;
    int rc;

    if ((rc = rule_read_member(json, "", "stop", JSON_OBJECT, MEMBER_OPTIONAL, &object, c->err)) || !object)
        return rc;
    if ((rc = rule_read_members(object, "/stop", &stop_names, c->err)) ||
        (rc = check_single(c, object, "/stop", "state, milestone, task, field")) ||
        (rc = read_state(c, object, "/stop", &stop->state)) ||
        (rc = rule_read_text(object, "/stop", "milestone", MEMBER_OPTIONAL, &stop->milestone, c->err)) ||
        (rc = rule_read_text(object, "/stop", "task", MEMBER_OPTIONAL, &stop->task, c->err)) ||
        (rc = rule_read_text(object, "/stop", "field", MEMBER_OPTIONAL, &stop->field, c->err)))
        return rc;
    if (stop->field && !field_find(case_fields, stop->field))
        return rule_unexpected(json_object_get(object, "field"), "/stop/field", "a field of the case",
                               c->err);
    return 0;
}

static int read_warnings(struct clock_compiler *c, const json_t *json)
{
    struct clock_definition *d = c->definition;
    size_t most = sizeof d->warn / sizeof *d->warn, i;
    const json_t *array;
    int rc;

    if ((rc = rule_read_member(json, "", "warn", JSON_ARRAY, MEMBER_OPTIONAL, &array, c->err)))
        return rc;
    if (json_array_size(array) > most)
        return error_set(c->err, CODE_LIMIT, "/warn", "expected at most %zu percentages, got %zu", most,
                         json_array_size(array));
    for (i = 0; i < json_array_size(array); i++) {
        const json_t *value = json_array_get(array, i);
        int64_t percent = json_integer_value(value);

        if (!json_is_integer(value) || percent < 1 || percent > 99)
            return rule_unexpected(value, pointer_to_element("/warn", i).text, "a percentage from 1 to 99",
                                   c->err);
        if (i && percent <= d->warn[i - 1])
            return rule_unexpected(value, pointer_to_element("/warn", i).text,
                                   "a percentage higher than the one before it", c->err);
        d->warn[d->warn_count++] = percent;
    }
    return 0;
}

static int read_action(struct clock_compiler *c, const json_t *json, const char *at,
                       struct clock_action *action)
{
    int rc;

    if ((rc = rule_read_members(json, at, &action_names, c->err)) ||
        (rc = check_single(c, json, at, "notify, escalate")))
        return rc;
    action->kind = json_object_get(json, "notify") ? "notify" : "escalate";
    return rule_read_text(json, at, action->kind, MEMBER_REQUIRED, &action->target, c->err);
}

static int read_actions(struct clock_compiler *c, const json_t *json)
{
    struct clock_definition *d = c->definition;
    size_t most = sizeof d->on_breach / sizeof *d->on_breach, i;
    const json_t *array;
    int rc;

    if ((rc = rule_read_member(json, "", "on_breach", JSON_ARRAY, MEMBER_OPTIONAL, &array, c->err)))
        return rc;
    if (json_array_size(array) > most)
        return error_set(c->err, CODE_LIMIT, "/on_breach", "expected at most %zu actions, got %zu", most,
                         json_array_size(array));
    for (i = 0; i < json_array_size(array); i++)
        if ((rc = read_action(c, json_array_get(array, i), pointer_to_element("/on_breach", i).text,
                              &d->on_breach[d->on_breach_count++])))
            return rc;
    return 0;
}

/* A target that is no duration belongs to a later version and will be an object. */
static int read_target(struct clock_compiler *c, const json_t *json)
{
    usec *target = &c->definition->target;
    int rc;

    if (json_is_object(json_object_get(json, "target")))
        return error_set(c->err, CODE_NOT_SUPPORTED, "/target",
                         "a \"target\" other than a duration is not supported yet");
    if ((rc = rule_read_duration(json, "", "target", MEMBER_REQUIRED, target, c->err)))
        return rc;
    if (*target > TARGET_MAX)
        return error_set(c->err, CODE_LIMIT, "/target", "expected at most %d days", TARGET_DAYS);
    return 0;
}

int clock_compile(const char *name, const json_t *json, struct arena *arena,
                  struct clock_definition **definition, struct error *err)
{
    struct clock_definition *d = ARENA_NEW(arena, struct clock_definition);
    struct clock_compiler c = {d, arena, err};
    int rc;

    *definition = NULL;
    if (!d || !(d->name = arena_strdup(arena, name)))
        return error_no_memory(err);
    if ((rc = rule_read_members(json, "", &clock_names, err)) ||
        (rc = rule_read_text(json, "", "description", MEMBER_OPTIONAL, &d->description, err)) ||
        (rc = read_type(&c, json)) ||
        (rc = rule_read_condition(json, "", "when", MEMBER_OPTIONAL, arena, &d->when, err)) ||
        (rc = read_target(&c, json)) ||
        (rc = rule_read_text(json, "", "calendar", MEMBER_OPTIONAL, &d->calendar, err)) ||
        (rc = read_start(&c, json)) || (rc = read_pause(&c, json)) || (rc = read_stop(&c, json)) ||
        (rc = read_warnings(&c, json)) || (rc = read_actions(&c, json)))
        return rc;
    *definition = d;
    return 0;
}
