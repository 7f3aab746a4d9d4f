/* Random tables and random cases: what the analysis says of a table, no case may belie. */
#include "rule_support.h"
#include "seeded.h"

#include "rule/analyse.h"

#define TABLES 2000
#define CASES  100000 /* in all */
#define RULES  6

static const char *pick(struct seeded *s, const char *const *list, size_t count)
{
    return list[seeded_below(s, count)];
}
#define PICK(s, list) pick(s, list, sizeof(list) / sizeof *(list))

/* Conditions. */

static json_t *random_scalar(struct seeded *s)
{
    static const char *const values[] = {"1",     "2",       "3",    "2.5",  "'a'",    "'b'",  "'c'",
                                         "'web'", "'phone'", "null", "true", "'high'", "'low'"};

    return tree(PICK(s, values));
}

static json_t *random_list(struct seeded *s)
{
    json_t *list = json_array();
    uint64_t n = seeded_below(s, 4);

    while (n-- > 0)
        json_array_append_new(list, random_scalar(s));
    return list;
}

/* What is not analysed. */
static json_t *random_opaque(struct seeded *s)
{
    static const char *const operators[] = {"{'$regex':'[ab]'}",         "{'$size':1}",
                                            "{'$elemMatch':{'$gte':2}}", "{'$eq':[1]}",
                                            "{'$not':{'$regex':'b'}}",   "{'$ne':{'x':1}}"};

    return tree(PICK(s, operators));
}

static json_t *random_operators(struct seeded *s, bool nested)
{
    static const char *const names[] = {"$eq", "$ne",  "$in",     "$nin", "$gt", "$gte",
                                        "$lt", "$lte", "$exists", "$not", "$all"};
    json_t *object = json_object();
    uint64_t n = 1 + seeded_below(s, 2);

    while (n-- > 0) {
        const char *name = PICK(s, names);
        json_t *value;

        if (strcmp(name, "$in") == 0 || strcmp(name, "$nin") == 0 || strcmp(name, "$all") == 0)
            value = random_list(s);
        else if (strcmp(name, "$exists") == 0)
            value = json_boolean(seeded_below(s, 2));
        else if (strcmp(name, "$not") == 0)
            value = nested ? NULL : random_operators(s, true);
        else
            value = random_scalar(s);
        if (value)
            json_object_set_new(object, name, value);
    }
    if (json_object_size(object) == 0)
        json_object_set_new(object, "$eq", random_scalar(s));
    return object;
}

static json_t *random_test(struct seeded *s)
{
    uint64_t kind = seeded_below(s, 12);

    if (kind == 0)
        return random_opaque(s);
    return kind < 7 ? random_scalar(s) : random_operators(s, false);
}

static json_t *random_condition(struct seeded *s, unsigned depth)
{
    static const char *const paths[] = {"impact",
                                        "impact",
                                        "urgency",
                                        "channel",
                                        "category",
                                        "fields.x",
                                        "fields.y",
                                        "tags",
                                        "account.tier",
                                        "account.data",
                                        "free.x",
                                        "services",
                                        "services.criticality",
                                        "services.customers"};
    static const char *const joints[] = {"$and", "$or", "$nor"};
    json_t *condition = json_object();
    uint64_t n = seeded_below(s, 4);

    while (n-- > 0) {
        if (depth == 0 && seeded_below(s, 5) == 0) {
            json_t *branches = json_array();
            uint64_t k = 1 + seeded_below(s, 3);

            while (k-- > 0)
                json_array_append_new(branches, random_condition(s, depth + 1));
            json_object_set_new(condition, PICK(s, joints), branches);
            continue;
        }
        json_object_set_new(condition, PICK(s, paths), random_test(s));
    }
    return condition;
}

static json_t *random_table(struct seeded *s, const char *policy)
{
    static const char *const dates[] = {"2026-03-01", "2026-04-01", "2026-05-01"};
    json_t *rules = json_array();
    size_t i;

    for (i = 0; i < RULES; i++) {
        json_t *rule = json_object();
        char id[8];

        snprintf(id, sizeof id, "r%zu", i);
        json_object_set_new(rule, "id", json_string(id));
        json_object_set_new(rule, "when", random_condition(s, 0));
        json_object_set_new(rule, "then", json_object());
        if (seeded_below(s, 6) == 0)
            json_object_set_new(rule, "from", json_string(PICK(s, dates)));
        else if (seeded_below(s, 6) == 0)
            json_object_set_new(rule, "until", json_string(PICK(s, dates)));
        json_array_append_new(rules, rule);
    }
    return json_pack("{s:s, s:o}", "policy", policy, "rules", rules);
}

/* Cases. */

static json_t *random_texts(struct seeded *s)
{
    static const char *const words[] = {"'a'", "'b'", "'c'", "'web'", "''", "'bb'"};
    json_t *list = json_array();
    uint64_t n = seeded_below(s, 4);

    while (n-- > 0)
        json_array_append_new(list, tree(PICK(s, words)));
    return list;
}

static json_t *random_open(struct seeded *s)
{
    uint64_t kind = seeded_below(s, 8);

    if (kind == 0)
        return json_object();
    return kind <= 2 ? random_list(s) : random_scalar(s);
}

static void maybe_set(struct seeded *s, json_t *object, const char *name, json_t *value)
{
    if (seeded_below(s, 4) > 0)
        json_object_set(object, name, value);
    json_decref(value);
}

/* One at the least: an empty list is left out of a context. */
static json_t *random_services(struct seeded *s)
{
    static const char *const ranks[] = {"'high'", "'low'", "'medium'"};
    json_t *list = json_array();
    uint64_t n = 1 + seeded_below(s, 3);

    while (n-- > 0) {
        json_t *service = json_object();
        maybe_set(s, service, "criticality", tree(PICK(s, ranks)));
        maybe_set(s, service, "customers", json_integer((json_int_t)seeded_below(s, 4)));
        json_array_append_new(list, service);
    }
    return list;
}

static json_t *random_case(struct seeded *s)
{
    static const char *const channels[] = {"'web'", "'phone'", "'chat'", "'api'"};
    static const char *const words[] = {"'a'", "'b'", "'c'", "'web'", "''", "'bb'"};
    json_t *document = json_pack("{s:I, s:I}", "impact", (json_int_t)(1 + seeded_below(s, 3)), "urgency",
                                 (json_int_t)(1 + seeded_below(s, 3)));
    json_t *fields = json_object(), *account = json_object(), *open = json_object();

    maybe_set(s, document, "channel", tree(PICK(s, channels)));
    maybe_set(s, document, "category", tree(PICK(s, words)));
    maybe_set(s, document, "tags", random_texts(s));
    maybe_set(s, fields, "x", random_open(s));
    maybe_set(s, fields, "y", random_open(s));
    maybe_set(s, account, "tier", tree(PICK(s, words)));
    maybe_set(s, account, "data", random_open(s));
    maybe_set(s, open, "x", random_open(s));
    maybe_set(s, document, "fields", fields);
    maybe_set(s, document, "free",
              seeded_below(s, 3) ? json_incref(open) : json_pack("[O,o]", open, json_object()));
    json_decref(open);
    json_object_set_new(document, "context", json_object());
    maybe_set(s, json_object_get(document, "context"), "account", account);
    maybe_set(s, json_object_get(document, "context"), "services", random_services(s));
    return document;
}

/* What was said. */

struct told {
    const json_t *json;
    const struct table *table;
    bool dead[RULES];
    size_t dead_count, overlaps, witnesses;
};

static bool matches_at(const struct rule *rule, const json_t *document, usec at)
{
    bool matches;

    if (at != TIME_NONE &&
        ((rule->from != TIME_NONE && at < rule->from) || (rule->until != TIME_NONE && at >= rule->until)))
        return false;
    assert_int_equal(match_test(rule->when, document, &matches, NULL), 0);
    return matches;
}

static void check_witness(const struct told *t, const struct analysis_finding *f)
{
    size_t i;

    if (f->rule != ANALYSIS_TABLE)
        assert_true(matches_at(&t->table->rules[f->rule], f->witness, f->at));
    if (f->kind == ANALYSIS_OVERLAP)
        assert_true(matches_at(&t->table->rules[f->by[0]], f->witness, f->at));
    for (i = 0; f->kind == ANALYSIS_UNCOVERED && i < t->table->count; i++)
        assert_false(matches_at(&t->table->rules[i], f->witness, f->at));
}

static void hear(void *context, const struct analysis_finding *f)
{
    struct told *t = context;

    if (f->kind == ANALYSIS_DEAD) {
        t->dead[f->rule] = true;
        t->dead_count++;
    }
    t->overlaps += f->kind == ANALYSIS_OVERLAP;
    if (f->witness) {
        t->witnesses++;
        check_witness(t, f);
    }
    if (f->kind == ANALYSIS_OVERLAP)
        assert_non_null(f->witness);
}

static usec random_moment(struct seeded *s)
{
    static const usec moments[] = {1769904000, 1772323200, 1774000000, 1775001600, 1777593600, 1780000000};

    return moments[seeded_below(s, sizeof moments / sizeof *moments)] * USEC_SECOND;
}

/* The first rule that matches is not one that was called dead. */
static void expect_alive(const struct told *t, const json_t *document, usec at)
{
    char *text, *rules;
    size_t i;

    for (i = 0; i < t->table->count; i++) {
        if (!matches_at(&t->table->rules[i], document, at))
            continue;
        if (!t->dead[i])
            return;
        text = json_dumps(document, JSON_COMPACT);
        rules = json_dumps(t->json, JSON_COMPACT);
        print_error("rule %s was said to be dead: %s of %s\n", t->table->rules[i].id, text, rules);
        free(text);
        free(rules);
        fail();
    }
}

static void with_tables(const char *policy, void (*check)(struct seeded *s, const struct told *told),
                        struct told *sum)
{
    struct seeded s = seeded_start(policy);
    struct arena arena = ARENA_INIT;
    struct table *table;
    struct error err;
    size_t i;

    for (i = 0; i < TABLES; i++) {
        json_t *json = random_table(&s, policy);
        struct told told = {0};

        error_init(&err);
        if (table_compile("priority", json, NULL, NULL, &arena, &table, &err) != 0)
            fail_msg("%s: %s", err.pointer, err.message);
        told.json = json;
        told.table = table;
        assert_int_equal(table_analyse(table, NULL, NULL, hear, &told, &err), 0);
        check(&s, &told);
        sum->dead_count += told.dead_count;
        sum->overlaps += told.overlaps;
        sum->witnesses += told.witnesses;
        json_decref(json);
        arena_clear(&arena);
    }
    arena_release(&arena);
}

static void try_cases(struct seeded *s, const struct told *told)
{
    size_t i;

    for (i = 0; i < CASES / TABLES; i++) {
        json_t *document = random_case(s);

        expect_alive(told, document, random_moment(s));
        json_decref(document);
    }
}

static void no_rule_that_was_called_dead_ever_fires(void **state)
{
    struct told sum = {0};

    (void)state;
    with_tables("first", try_cases, &sum);
    printf("%zu dead of %d rules, %zu witnesses\n", sum.dead_count, TABLES * RULES, sum.witnesses);
    assert_true(sum.dead_count > TABLES / 10);
    assert_true(sum.witnesses > TABLES / 10);
}

static void nothing(struct seeded *s, const struct told *told)
{
    (void)s;
    (void)told;
}

static void every_overlap_has_a_case_that_both_rules_match(void **state)
{
    struct told sum = {0};

    (void)state;
    with_tables("unique", nothing, &sum);
    printf("%zu overlaps\n", sum.overlaps);
    assert_true(sum.overlaps > TABLES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_rule_that_was_called_dead_ever_fires),
        cmocka_unit_test(every_overlap_has_a_case_that_both_rules_match),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
