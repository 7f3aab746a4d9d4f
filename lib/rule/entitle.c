#include "rule/entitle.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

struct named {
    const char *clause;
    const char *wanted; /* by the candidate, or NULL */
    const char *given;  /* by the case, or NULL */
    int weight;
};
#define NAMED 4

static void list_named(const struct entitle_case *c, const struct entitle_candidate *e,
                       struct named list[NAMED])
{
    list[0] = (struct named){"account", e->account, c->account, 1};
    list[1] = (struct named){"product", e->product, c->product, 2};
    list[2] = (struct named){"asset", e->asset, c->asset, 3};
    list[3] = (struct named){"contract", e->contract, c->contract, 4};
}

/* Counts the clauses that fail and sums the weights of what matches. */
static int judge(const struct entitle_case *c, const struct entitle_candidate *e, const char **why,
                 int *score)
{
    struct named list[NAMED];
    int i, failing = 0;

    *why = NULL;
    *score = 0;
    if (e->starts_at != TIME_NONE && c->opened_at < e->starts_at && ++failing == 1)
        *why = "not_started";
    if (e->ends_at != TIME_NONE && c->opened_at >= e->ends_at && ++failing == 1)
        *why = "ended";
    list_named(c, e, list);
    for (i = 0; i < NAMED; i++) {
        if (!list[i].wanted)
            continue;
        if (list[i].given && strcmp(list[i].given, list[i].wanted) == 0)
            *score += list[i].weight;
        else if (++failing == 1)
            *why = list[i].clause;
    }
    if (failing == 0 && *score == 0 && ++failing)
        *why = "unnamed";
    return failing;
}

int entitle_score(const struct entitle_case *c, const struct entitle_candidate *e, const char **why)
{
    const char *clause;
    int score, failing = judge(c, e, &clause, &score);

    if (why)
        *why = clause;
    return failing ? 0 : score;
}

static usec end_of(const struct entitle_candidate *e)
{
    return e->ends_at == TIME_NONE ? INT64_MAX : e->ends_at;
}

static bool precedes(const struct entitle_candidate *a, const struct entitle_candidate *b)
{
    if (end_of(a) != end_of(b))
        return end_of(a) < end_of(b);
    return strcmp(a->key, b->key) < 0;
}

long entitle_choose(const struct entitle_case *c, const struct entitle_candidate *candidates, size_t count)
{
    long best = -1;
    int best_score = 0, score;
    size_t i;

    for (i = 0; i < count; i++) {
        score = entitle_score(c, &candidates[i], NULL);
        if (score > best_score ||
            (score && score == best_score && precedes(&candidates[i], &candidates[best]))) {
            best = (long)i;
            best_score = score;
        }
    }
    return best;
}

long entitle_nearest(const struct entitle_case *c, const struct entitle_candidate *candidates, size_t count)
{
    const char *why;
    int score;
    size_t i;

    for (i = 0; i < count; i++)
        if (judge(c, &candidates[i], &why, &score) == 1)
            return (long)i;
    return -1;
}
