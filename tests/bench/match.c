/*
 * How long a compiled condition takes on one case, as printed with its context: the best of some rounds, in
 * nanoseconds. Rules are tried one after the other on the same case, so it lies in the cache here as there.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "rule/match.h"

#define ROUNDS      15
#define EVALUATIONS 200000

static const char document_text[] =
    "{\"number\":\"CS0001001\",\"seq\":4,\"case_type\":\"general\",\"source\":\"bench\",\"external_id\":"
    "\"EXT-1\",\"channel\":\"email\",\"short_description\":\"Line down since nine this morning\","
    "\"description\":\"The line is down since nine. We tried another router; see the log of the modem.\","
    "\"account\":\"ACME\",\"contact\":\"user1@example.org\",\"product\":\"DSL-100\",\"asset\":\"L30011\","
    "\"category\":\"outage\",\"subcategory\":\"dsl\",\"impact\":1,\"urgency\":2,\"priority\":1,"
    "\"state\":\"open\",\"progress\":\"enriched\",\"tags\":[\"vip\",\"night\"],\"opened_at\":"
    "\"2026-03-02T09:00:00.000000Z\",\"created_at\":\"2026-03-02T09:00:01.000000Z\",\"fields\":{\"line\":"
    "\"L30011\",\"symptom\":\"no_sync\"},\"context\":{\"account\":{\"key\":\"ACME\",\"name\":\"Acme Machine "
    "Tools\",\"tier\":\"gold\"},\"services\":[{\"key\":\"dsl-east\",\"criticality\":3},{\"key\":\"voice\","
    "\"criticality\":1}],\"history\":{\"open\":2,\"last_90_days\":11}}}";

static const struct {
    const char *title, *condition;
} cases[] = {
    {"three equalities, all hold", "{\"category\":\"outage\",\"account.tier\":\"gold\",\"impact\":1}"},
    {"three equalities, the last fails", "{\"category\":\"outage\",\"account.tier\":\"gold\",\"impact\":2}"},
    {"three equalities, the first fails", "{\"category\":\"bill\",\"account.tier\":\"gold\",\"impact\":1}"},
    {"a list, a range, a negation",
     "{\"account.tier\":{\"$in\":[\"gold\",\"platinum\"]},\"impact\":{\"$gte\":1,\"$lte\":2},\"channel\":{"
     "\"$ne\":\"phone\"}}"},
    {"through arrays",
     "{\"tags\":\"night\",\"services.criticality\":{\"$lte\":1},\"services\":{\"$elemMatch\":{\"key\":"
     "\"voice\",\"criticality\":1}}}"},
    {"three alternatives", "{\"$or\":[{\"category\":\"bill\"},{\"impact\":3},{\"account\":\"ACME\"}]}"},
    {"a pattern, a list, a number",
     "{\"short_description\":{\"$regex\":\"line down\",\"$options\":\"i\"},\"account.tier\":{\"$in\":["
     "\"gold\"]},\"impact\":1}"},
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double measure(const struct match *match, const json_t *document, bool *matches)
{
    double best = 1e18;

    for (int round = 0; round < ROUNDS; round++) {
        double start = now(), each;

        for (int i = 0; i < EVALUATIONS; i++)
            if (match_test(match, document, matches, NULL) != 0)
                exit(1);
        each = (now() - start) / EVALUATIONS;
        best = each < best ? each : best;
    }
    return best;
}

int main(void)
{
    json_t *document = json_loads(document_text, 0, NULL);

    for (size_t i = 0; document && i < sizeof cases / sizeof *cases; i++) {
        json_t *condition = json_loads(cases[i].condition, 0, NULL);
        struct arena arena = ARENA_INIT;
        struct match *match;
        bool matches = false;

        if (!condition || match_compile(condition, &arena, &match, NULL) != 0)
            return 1;
        printf("condition: %-36s %6.0f ns\n", cases[i].title, measure(match, document, &matches));
        arena_release(&arena);
        json_decref(condition);
    }
    json_decref(document);
    return document ? 0 : 1;
}
