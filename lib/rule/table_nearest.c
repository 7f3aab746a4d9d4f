#include "rule/table_internal.h"

bool rule_begun(const struct rule *rule, usec now)
{
    return rule->from == TIME_NONE || now >= rule->from;
}

bool rule_ended(const struct rule *rule, usec now)
{
    return rule->until != TIME_NONE && now >= rule->until;
}

static bool clause_fails(const struct match *when, size_t i, const json_t *document)
{
    bool holds;

    return match_clause_test(when, i, document, &holds, NULL) != 0 || !holds;
}

/* How many clauses fail, the dates among them, counted no further than `enough`. */
static size_t count_failing(const struct rule *rule, const json_t *document, usec now, size_t enough)
{
    size_t i, failing = (size_t)!rule_begun(rule, now) + (size_t)rule_ended(rule, now);

    for (i = 0; i < match_clause_count(rule->when) && failing < enough; i++)
        if (clause_fails(rule->when, i, document))
            failing++;
    return failing;
}

static void name_clause(struct decision *d, const char *name)
{
    if (d->failed_count < sizeof d->failed / sizeof *d->failed)
        d->failed[d->failed_count++] = name;
}

static void name_failing(const struct rule *rule, const json_t *document, usec now, struct decision *d)
{
    size_t i;

    for (i = 0; i < match_clause_count(rule->when); i++)
        if (clause_fails(rule->when, i, document))
            name_clause(d, match_clause_name(rule->when, i));
    if (!rule_begun(rule, now))
        name_clause(d, "from");
    if (rule_ended(rule, now))
        name_clause(d, "until");
}

void table_find_nearest(const struct table *table, const json_t *document, usec now,
                        struct decision *decision)
{
    size_t i, failing, fewest = SIZE_MAX;

    for (i = 0; i < table->count && fewest > 1; i++)
        if ((failing = count_failing(&table->rules[i], document, now, fewest)) < fewest) {
            fewest = failing;
            decision->nearest = &table->rules[i];
        }
    if (decision->nearest)
        name_failing(decision->nearest, document, now, decision);
}
