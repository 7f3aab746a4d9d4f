#include "rule/table.h"

#include <string.h>

#include "rule/reading.h"

static const char *const table_known[] = {"description", "policy", "rules", "default", NULL};
static const struct member_names table_names = {table_known, NULL};

static const char *const rule_known[] = {"id", "description", "when", "then", NULL};
static const char *const rule_later[] = {"from", "until", NULL};
static const struct member_names rule_names = {rule_known, rule_later};

struct table_compiler {
    table_check_then *check_then;
    void *context;
    struct arena *arena;
    struct error *err;
    json_t *seen; /* ids so far */
};

static int check_policy(struct table_compiler *c, const json_t *json)
{
    const char *policy;
    int rc;

    if ((rc = rule_read_text(json, "", "policy", MEMBER_OPTIONAL, &policy, c->err)) || !policy ||
        strcmp(policy, "first") == 0)
        return rc;
    if (strcmp(policy, "collect") == 0 || strcmp(policy, "unique") == 0)
        return error_set(c->err, CODE_NOT_SUPPORTED, "/policy", "policy \"%s\" is not supported yet", policy);
    return rule_unexpected(json_object_get(json, "policy"), "/policy", "first", c->err);
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
        (rc = compile_id(c, json, at, rule)) ||
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
        (rc = check_policy(c, json)) || (rc = compile_rules(c, json, table)))
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

static bool clause_fails(const struct match *when, size_t i, const json_t *document)
{
    bool holds;

    return match_clause_test(when, i, document, &holds, NULL) != 0 || !holds;
}

/* How many clauses fail, counted no further than `enough`. */
static size_t count_failing(const struct match *when, const json_t *document, size_t enough)
{
    size_t i, failing = 0;

    for (i = 0; i < match_clause_count(when) && failing < enough; i++)
        if (clause_fails(when, i, document))
            failing++;
    return failing;
}

static void name_failing(const struct match *when, const json_t *document, struct decision *decision)
{
    size_t i;

    for (i = 0; i < match_clause_count(when); i++)
        if (decision->failed_count < sizeof decision->failed / sizeof *decision->failed &&
            clause_fails(when, i, document))
            decision->failed[decision->failed_count++] = match_clause_name(when, i);
}

/* Of rules that are equally near the first in order. */
static void find_nearest(const struct table *table, const json_t *document, struct decision *decision)
{
    size_t i, failing, fewest = SIZE_MAX;

    for (i = 0; i < table->count && fewest > 1; i++)
        if ((failing = count_failing(table->rules[i].when, document, fewest)) < fewest) {
            fewest = failing;
            decision->nearest = &table->rules[i];
        }
    if (decision->nearest)
        name_failing(decision->nearest->when, document, decision);
}

static int test_rule(const struct table *table, size_t i, const json_t *document, bool *matches,
                     struct error *err)
{
    const struct rule *rule = &table->rules[i];
    struct pointer_text at;
    struct error inner;

    error_init(&inner);
    if (match_test(rule->when, document, matches, &inner) == 0)
        return 0;
    at = pointer_to_member(pointer_to_element("/rules", i).text, "when");
    rule_error_below(&inner, at.text, err);
    error_prefix(err, "table \"%s\", rule \"%s\": ", table->name, rule->id);
    return (int)inner.code;
}

int table_decide(const struct table *table, const json_t *document, struct decision *decision,
                 struct error *err)
{
    bool matches;
    size_t i;
    int rc;

    memset(decision, 0, sizeof *decision);
    decision->table = table;
    for (i = 0; i < table->count; i++) {
        if ((rc = test_rule(table, i, document, &matches, err)))
            return rc;
        if (matches) {
            decision->rule = &table->rules[i];
            decision->then = table->rules[i].then;
            return 0;
        }
    }
    decision->then = table->fallback;
    find_nearest(table, document, decision);
    return 0;
}
