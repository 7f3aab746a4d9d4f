/* casework.json */
#include <string.h>

#include "config/compile.h"
#include "config/member.h"

#define FORMAT 1

static int check_format(const json_t *json, struct error *err)
{
    const json_t *format;
    int rc = rule_read_member(json, "", "format", JSON_INTEGER, MEMBER_REQUIRED, &format, err);

    if (rc != 0)
        return rc;
    if (json_integer_value(format) > FORMAT)
        return error_set(err, CODE_NOT_SUPPORTED, "/format",
                         "format %" JSON_INTEGER_FORMAT " is newer than this version, which reads format %d",
                         json_integer_value(format), FORMAT);
    return json_integer_value(format) == FORMAT ? 0 : rule_unexpected(format, "/format", "1", err);
}

/* A number has to be told from any other text: a few capital letters, then digits. */
static int read_number(const json_t *json, struct policy_settings *s, struct error *err)
{
    static const char *const known[] = {"prefix", "digits", "first", NULL};
    static const struct member_names names = {known, NULL};
    const json_t *number;
    size_t n;
    int rc;

    if ((rc = rule_read_member(json, "", "number", JSON_OBJECT, MEMBER_OPTIONAL, &number, err)) ||
        number == NULL)
        return rc;
    if ((rc = rule_read_members(number, "/number", &names, err)) ||
        (rc = read_text_or_default(number, "/number", "prefix", &s->number_prefix, err)) ||
        (rc = rule_read_integer(number, "/number", "digits", 1, 18, &s->number_digits, err)) ||
        (rc = rule_read_integer(number, "/number", "first", 1, INT64_C(1000000000000000), &s->number_first,
                                err)))
        return rc;
    n = strlen(s->number_prefix);
    if (n > 8 || strspn(s->number_prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != n)
        return rule_unexpected(json_object_get(number, "prefix"), "/number/prefix", "1 to 8 capital letters",
                               err);
    return 0;
}

static int read_matrix(const json_t *json, struct policy_settings *s, struct error *err)
{
    const json_t *matrix = json_object_get(json, "priority");
    struct error inner;
    char at[sizeof(inner.pointer) + 16];
    int rc;

    s->matrix = priority_matrix_default;
    if (matrix == NULL)
        return 0;
    error_init(&inner);
    rc = priority_matrix_read(matrix, &s->matrix, &inner);
    if (rc == 0)
        return 0;
    snprintf(at, sizeof(at), "/priority%s", inner.pointer);
    return error_set(err, rc, at, "%s", inner.message);
}

static int read_service_impact(const json_t *json, struct policy_settings *s, struct error *err)
{
    const json_t *impact = json_object_get(json, "service_impact");

    return impact == NULL ? 0 : service_impact_read(impact, "/service_impact", &s->service_impact, err);
}

/* {"too_busy": {"again": true}} */
static int read_decline_reasons(const json_t *json, struct arena *arena, struct policy_settings *s,
                                struct error *err)
{
    static const char *const known[] = {"again", "description", NULL};
    static const struct member_names names = {known, NULL};
    struct decline_reason *list;
    const json_t *reasons;
    const char *name, *description;
    json_t *reason;
    int rc = rule_read_member(json, "", "decline_reasons", JSON_OBJECT, MEMBER_OPTIONAL, &reasons, err);

    if (rc != 0 || reasons == NULL)
        return rc;
    list = ARENA_ARRAY(arena, struct decline_reason, json_object_size(reasons) + 1);
    if (list == NULL)
        return error_no_memory(err);
    s->decline_reasons = list;
    json_object_foreach ((json_t *)reasons, name, reason) {
        struct pointer_text at = pointer_to_member("/decline_reasons", name);
        list->name = name;
        if ((rc = rule_read_members(reason, at.text, &names, err)) ||
            (rc = rule_read_text(reason, at.text, "description", MEMBER_OPTIONAL, &description, err)) ||
            (rc = read_boolean(reason, at.text, "again", &list->again, err)))
            return rc;
        list++;
        s->decline_reason_count++;
    }
    return 0;
}

int settings_compile(const json_t *json, struct arena *arena, struct policy_settings **out, struct error *err)
{
    static const char *const known[] = {
        "format",        "description",  "number",         "priority",        "time_zone",
        "default_group", "impact_depth", "service_impact", "decline_reasons", NULL};
    static const char *const later[] = {"close_after", "remind_after", NULL};
    static const struct member_names names = {known, later};
    struct policy_settings *s = ARENA_NEW(arena, struct policy_settings);
    const char *description;
    int rc;

    if (s == NULL)
        return error_no_memory(err);
    *s = (struct policy_settings){.number_prefix = "CS",
                                  .number_digits = 7,
                                  .number_first = 1001,
                                  .time_zone = "UTC",
                                  .default_group = "triage",
                                  .impact_depth = 16};
    if ((rc = rule_read_members(json, "", &names, err)) || (rc = check_format(json, err)) ||
        (rc = rule_read_text(json, "", "description", MEMBER_OPTIONAL, &description, err)) ||
        (rc = read_number(json, s, err)) || (rc = read_matrix(json, s, err)) ||
        (rc = read_text_or_default(json, "", "time_zone", &s->time_zone, err)) ||
        (rc = read_text_or_default(json, "", "default_group", &s->default_group, err)) ||
        (rc = rule_read_integer(json, "", "impact_depth", 1, 64, &s->impact_depth, err)) ||
        (rc = read_service_impact(json, s, err)) || (rc = read_decline_reasons(json, arena, s, err)))
        return rc;
    *out = s;
    return 0;
}
