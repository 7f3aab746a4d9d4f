/* What a table says of a document. */
#include <stdlib.h>
#include <string.h>

#include "rule/reading.h"
#include "rule/table_internal.h"

struct deciding {
    const struct table *table;
    const json_t *document;
    usec now;
    struct decision *decision;
    struct error *err;
};

static int test_rule(const struct deciding *d, size_t i, bool *matches)
{
    const struct rule *rule = &d->table->rules[i];
    struct pointer_text at;
    struct error inner;

    *matches = false;
    if (!rule_begun(rule, d->now) || rule_ended(rule, d->now))
        return 0;
    error_init(&inner);
    if (match_test(rule->when, d->document, matches, &inner) == 0)
        return 0;
    at = pointer_to_member(pointer_to_element("/rules", i).text, "when");
    rule_error_below(&inner, at.text, d->err);
    error_prefix(d->err, "table \"%s\", rule \"%s\": ", d->table->name, rule->id);
    return (int)inner.code;
}

static bool has_element(const json_t *array, const json_t *element)
{
    const json_t *have;
    size_t i;

    json_array_foreach (array, i, have)
        if (json_equal(have, element))
            return true;
    return false;
}

/* The elements of both, in order: those of the second that the first has not got. NULL: out of memory. */
static json_t *unite(const json_t *first, const json_t *second)
{
    json_t *both = json_copy((json_t *)first), *element;
    size_t i;

    json_array_foreach (second, i, element)
        if (both && !has_element(both, element) && json_array_append(both, element) != 0) {
            json_decref(both);
            both = NULL;
        }
    return both;
}

/* What a further rule says is merged into what the earlier ones said. */
static int merge_then(struct decision *decision, const json_t *then)
{
    const char *name;
    json_t *value;

    if (!decision->merged)
        decision->merged = json_copy((json_t *)decision->then);
    decision->then = decision->merged;
    json_object_foreach ((json_t *)then, name, value) {
        const json_t *before = json_object_get(decision->merged, name);
        json_t *after =
            json_is_array(before) && json_is_array(value) ? unite(before, value) : json_incref(value);

        if (json_object_set_new_nocheck(decision->merged, name, after) != 0)
            return -1;
    }
    return decision->merged ? 0 : -1;
}

static int take_rule(struct deciding *d, size_t i)
{
    struct decision *decision = d->decision;
    const struct rule *rule = &d->table->rules[i];

    if (decision->rule && d->table->policy == TABLE_UNIQUE)
        return error_set(d->err, CODE_RULE, pointer_to_element("/rules", i).text,
                         "table \"%s\": the rules \"%s\" and \"%s\" both match, which its policy \"unique\" "
                         "does not allow",
                         d->table->name, decision->rule->id, rule->id);
    if (!decision->rules)
        decision->rules = malloc((d->table->count + 1) * sizeof *decision->rules);
    if (!decision->rules)
        return error_no_memory(d->err);
    decision->rules[decision->rule_count++] = rule;
    if (decision->rule)
        return merge_then(decision, rule->then) ? error_no_memory(d->err) : 0;
    decision->rule = rule;
    decision->then = rule->then;
    return 0;
}

/* The rules of the set in order. */
static int decide_among(struct deciding *d, const uint64_t *set)
{
    size_t word, words = d->table->index->words;
    bool matches;
    int rc;

    for (word = 0; word < words; word++) {
        for (uint64_t left = set[word]; left; left &= left - 1) {
            size_t i = word * RULE_WORD + (size_t)__builtin_ctzll(left);

            if ((rc = test_rule(d, i, &matches)) || (matches && (rc = take_rule(d, i))))
                return rc;
            if (matches && d->table->policy == TABLE_FIRST)
                return 0;
        }
    }
    return 0;
}

static int decide(struct deciding *d, const uint64_t *set)
{
    struct decision *decision = d->decision;
    int rc = decide_among(d, set);

    if (rc != 0) {
        decision_release(decision);
        return rc;
    }
    if (!decision->rule) {
        decision->then = d->table->fallback;
        table_find_nearest(d->table, d->document, d->now, decision);
    }
    return 0;
}

static int decide_by(const struct table *table, const json_t *document, usec now, bool indexed,
                     struct decision *decision, struct error *err)
{
    struct deciding d = {table, document, now, decision, err};
    uint64_t small[64], *set = small;
    size_t words = table->index->words, i;
    int rc;

    *decision = (struct decision){.table = table};
    if (words > sizeof small / sizeof *small && !(set = malloc(words * sizeof *set)))
        return error_no_memory(err);
    if (indexed) {
        table_index_candidates(table->index, document, set);
    } else {
        memset(set, 0, words * sizeof *set);
        for (i = 0; i < table->count; i++)
            set[i / RULE_WORD] |= UINT64_C(1) << i % RULE_WORD;
    }
    rc = decide(&d, set);
    if (set != small)
        free(set);
    return rc;
}

int table_decide(const struct table *table, const json_t *document, usec now, struct decision *decision,
                 struct error *err)
{
    return decide_by(table, document, now, true, decision, err);
}

int table_decide_linear(const struct table *table, const json_t *document, usec now,
                        struct decision *decision, struct error *err)
{
    return decide_by(table, document, now, false, decision, err);
}

void decision_release(struct decision *decision)
{
    free(decision->rules);
    json_decref(decision->merged);
    *decision = (struct decision){.table = decision->table};
}
