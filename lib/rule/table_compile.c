/* From a table's tree to its rules. */
#include <string.h>

#include "rule/reading.h"
#include "rule/table_internal.h"

static const char *const table_known[] = {"description", "policy", "rules", "default", NULL};
static const struct member_names table_names = {table_known, NULL};

static const char *const rule_known[] = {"id", "description", "when", "then", "from", "until", NULL};
static const struct member_names rule_names = {rule_known, NULL};

const char *const table_policy_names[] = {"first", "collect", "unique", NULL};

struct table_compiler {
    table_check_then *check_then;
    void *context;
    struct arena *arena;
    struct error *err;
    json_t *seen; /* ids so far */
};

static int read_policy(struct table_compiler *c, const json_t *json, struct table *table)
{
    const char *policy;
    int rc;

    table->policy = TABLE_FIRST;
    if ((rc = rule_read_text(json, "", "policy", MEMBER_OPTIONAL, &policy, c->err)) || !policy)
        return rc;
    for (int i = 0; table_policy_names[i]; i++)
        if (strcmp(policy, table_policy_names[i]) == 0) {
            table->policy = (enum table_policy)i;
            return 0;
        }
    return rule_unexpected(json_object_get(json, "policy"), "/policy", "first, collect or unique", c->err);
}

/* A moment, or a date: the first moment of that day in UTC. */
static bool parse_moment(const char *text, size_t n, usec *at)
{
    char moment[24];

    if (n != 10)
        return time_parse(text, n, at) == 0;
    memcpy(moment, text, 10);
    memcpy(moment + 10, "T00:00:00Z", 11);
    return time_parse(moment, 20, at) == 0;
}

static int read_moment(struct table_compiler *c, const json_t *json, const char *at, const char *name,
                       usec *moment)
{
    const json_t *value = json_object_get(json, name);

    *moment = TIME_NONE;
    if (!value)
        return 0;
    if (json_is_string(value) && parse_moment(json_string_value(value), json_string_length(value), moment))
        return 0;
    return rule_unexpected(value, pointer_to_member(at, name).text,
                           "a date such as 2026-03-01 or a time such as 2026-03-01T09:00:00Z", c->err);
}

static int compile_dates(struct table_compiler *c, const json_t *json, const char *at, struct rule *rule)
{
    int rc;

    if ((rc = read_moment(c, json, at, "from", &rule->from)) ||
        (rc = read_moment(c, json, at, "until", &rule->until)))
        return rc;
    if (rule->from == TIME_NONE || rule->until == TIME_NONE || rule->from < rule->until)
        return 0;
    return rule_unexpected(json_object_get(json, "until"), pointer_to_member(at, "until").text,
                           "something later than \"from\"", c->err);
}

static int compile_id(struct table_compiler *c, const json_t *json, const char *at, struct rule *rule)
{
    struct pointer_text p = pointer_to_member(at, "id");
    int rc;

    if ((rc = rule_read_text(json, at, "id", MEMBER_REQUIRED, &rule->id, c->err)))
        return rc;
    if (!rule_id_valid(rule->id))
        return rule_unexpected(json_object_get(json, "id"), p.text,
                               "1 to 128 letters, digits, dots, underscores or hyphens", c->err);
    if (json_object_get(c->seen, rule->id))
        return error_set(c->err, CODE_INVALID, p.text, "the id \"%s\" is used by an earlier rule", rule->id);
    return json_object_set_new(c->seen, rule->id, json_true()) ? error_no_memory(c->err) : 0;
}

static int compile_then(struct table_compiler *c, const json_t *json, const char *at, const char *name,
                        enum member_need need, const json_t **then)
{
    int rc;

    if ((rc = rule_read_member(json, at, name, JSON_OBJECT, need, then, c->err)) || !*then || !c->check_then)
        return rc;
    return c->check_then(*then, pointer_to_member(at, name).text, c->context, c->err);
}

static int compile_rule(struct table_compiler *c, const json_t *json, const char *at, struct rule *rule)
{
    const char *description;
    int rc;

    if ((rc = rule_read_members(json, at, &rule_names, c->err)) ||
        (rc = rule_read_text(json, at, "description", MEMBER_OPTIONAL, &description, c->err)) ||
        (rc = compile_id(c, json, at, rule)) || (rc = compile_dates(c, json, at, rule)) ||
        (rc = rule_read_condition(json, at, "when", MEMBER_REQUIRED, c->arena, &rule->when, c->err)))
        return rc;
    return compile_then(c, json, at, "then", MEMBER_REQUIRED, &rule->then);
}

static int compile_rules(struct table_compiler *c, const json_t *json, struct table *table)
{
    const json_t *rules;
    size_t i;
    int rc;

    if ((rc = rule_read_member(json, "", "rules", JSON_ARRAY, MEMBER_REQUIRED, &rules, c->err)))
        return rc;
    table->count = json_array_size(rules);
    if (!(table->rules = ARENA_ARRAY(c->arena, struct rule, table->count + 1)))
        return error_no_memory(c->err);
    for (i = 0; i < table->count; i++)
        if ((rc = compile_rule(c, json_array_get(rules, i), pointer_to_element("/rules", i).text,
                               &table->rules[i])))
            return rc;
    return 0;
}

static int compile_table(struct table_compiler *c, const json_t *json, struct table *table)
{
    const char *description;
    int rc;

    if ((rc = rule_read_members(json, "", &table_names, c->err)) ||
        (rc = rule_read_text(json, "", "description", MEMBER_OPTIONAL, &description, c->err)) ||
        (rc = read_policy(c, json, table)) || (rc = compile_rules(c, json, table)) ||
        (rc = table_index_build(table, c->arena, c->err)))
        return rc;
    return compile_then(c, json, "", "default", MEMBER_OPTIONAL, &table->fallback);
}

int table_compile(const char *name, const json_t *json, table_check_then *check_then, void *context,
                  struct arena *arena, struct table **table, struct error *err)
{
    struct table_compiler c = {check_then, context, arena, err, json_object()};
    struct table *t = ARENA_NEW(arena, struct table);
    int rc = 0;

    *table = NULL;
    if (!c.seen || !t || !(t->name = arena_strdup(arena, name)))
        rc = error_no_memory(err);
    else if ((rc = compile_table(&c, json, t)) == 0)
        *table = t;
    json_decref(c.seen);
    return rc;
}
