/*
 * How long a decision table of 1,000 rules takes on one case: found by the index, and tried from the first
 * rule to the last. Each rule asks for one of 100 accounts and one of 10 categories, and the case matches one
 * in the middle, so that the search goes through half of the table. The best of some rounds.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "rule/table_internal.h"

#define RULES     1000
#define VALUES    100
#define ROUNDS    15
#define DECISIONS 2000

typedef int decide(const struct table *, const json_t *, usec, struct decision *, struct error *);

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static json_t *make_table(void)
{
    json_t *rules = json_array();

    for (int i = 0; i < RULES; i++)
        json_array_append_new(
            rules, json_pack("{s:o,s:{s:s,s:o,s:o},s:{s:s}}", "id", json_sprintf("rule-%d", i), "when",
                             "state", "open", "account", json_sprintf("ACC%d", i % VALUES), "category",
                             json_sprintf("category-%d", i / VALUES), "then", "assignment_group", "noc"));
    return json_pack("{s:o}", "rules", rules);
}

static double measure(decide *how, const struct table *table, const json_t *document, const char *id)
{
    double best = 1e18;

    for (int round = 0; round < ROUNDS; round++) {
        double start = now(), each;

        for (int i = 0; i < DECISIONS; i++) {
            struct decision d;

            if (how(table, document, 0, &d, NULL) != 0 || !d.rule || strcmp(d.rule->id, id) != 0)
                exit(1);
            decision_release(&d);
        }
        each = (now() - start) / DECISIONS;
        best = each < best ? each : best;
    }
    return best;
}

int main(void)
{
    json_t *json = make_table();
    json_t *document = json_pack("{s:s,s:s,s:s,s:i}", "state", "open", "account", "ACC17", "category",
                                 "category-5", "impact", 2);
    struct arena arena = ARENA_INIT;
    struct table *table;
    double indexed, linear;

    if (table_compile("assignment", json, NULL, NULL, &arena, &table, NULL) != 0)
        return 1;
    indexed = measure(table_decide, table, document, "rule-517");
    linear = measure(table_decide_linear, table, document, "rule-517");
    printf("table: %d rules over %d values   indexed %6.0f ns   linear %8.0f ns   ratio %5.1f\n", RULES,
           VALUES, indexed, linear, linear / indexed);
    arena_release(&arena);
    json_decref(document);
    json_decref(json);
    return 0;
}
