#include "rule/pick.h"

#include <stdlib.h>
#include <string.h>

const struct pick_weights pick_weights_default = {10, 5, 5};

const char *const pick_filter_names[PICK_FILTERS] = {
    [PICK_ELIGIBLE] = "",         [PICK_INACTIVE] = "inactive", [PICK_PRESENCE] = "presence",
    [PICK_CALENDAR] = "calendar", [PICK_SHIFT] = "shift",       [PICK_SKILL] = "skill",
    [PICK_EXCLUDED] = "excluded", [PICK_DECLINED] = "declined", [PICK_CAPACITY] = "capacity",
};

static int by_name(const void *one, const void *other)
{
    return strcmp(((const struct pick_skill *)one)->name, ((const struct pick_skill *)other)->name);
}

static const struct pick_skill *lacks(const struct pick_need *need, const struct pick_person *p)
{
    for (size_t i = 0; i < need->skill_count; i++) {
        const struct pick_skill *has = NULL;
        if (p->skill_count > 0)
            has = bsearch(&need->skills[i], p->skills, p->skill_count, sizeof *p->skills, by_name);
        if (!has || has->level < need->skills[i].level)
            return &need->skills[i];
    }
    return NULL;
}

static bool is_excluded(const struct pick_need *need, const char *key)
{
    for (size_t i = 0; i < need->exclude_count; i++)
        if (strcmp(need->exclude[i], key) == 0)
            return true;
    return false;
}

static const struct pick_decline *find_decline(const struct pick_need *need, const char *key)
{
    for (size_t i = 0; i < need->decline_count; i++)
        if (strcmp(need->declines[i].key, key) == 0)
            return &need->declines[i];
    return NULL;
}

/* Loads and capacities come from records: their sum must not overflow. */
static bool has_room(const struct pick_need *need, const struct pick_candidate *c)
{
    return c->capacity >= need->size && c->person->load <= c->capacity - need->size;
}

enum pick_filter pick_filter(const struct pick_need *need, const struct pick_candidate *c,
                             const struct pick_skill **lacking)
{
    const struct pick_person *p = c->person;
    const struct pick_decline *decline;

    *lacking = NULL;
    if (!p->active)
        return PICK_INACTIVE;
    if (!p->present)
        return PICK_PRESENCE;
    if (!c->shift->known)
        return PICK_CALENDAR;
    if (!c->shift->open)
        return PICK_SHIFT;
    *lacking = lacks(need, p);
    if (*lacking)
        return PICK_SKILL;
    if (is_excluded(need, p->key))
        return PICK_EXCLUDED;
    decline = find_decline(need, p->key);
    if (decline && !decline->again)
        return PICK_DECLINED;
    return has_room(need, c) ? PICK_ELIGIBLE : PICK_CAPACITY;
}

/* The same answer as pick_filter(), without saying why: what costs least is asked first. */
static bool is_eligible(const struct pick_need *need, const struct pick_candidate *c)
{
    const struct pick_skill *lacking;

    return has_room(need, c) && pick_filter(need, c, &lacking) == PICK_ELIGIBLE;
}

static void measure(const struct pick_need *need, struct pick_result *r)
{
    const struct pick_candidate *c = r->candidate;
    const struct pick_person *p = c->person;
    const struct pick_decline *decline = find_decline(need, p->key);

    r->load = p->load;
    r->share = c->capacity > 0 ? (double)p->load / (double)c->capacity : 1;
    r->idle = p->last_assigned == TIME_NONE ? TIME_NONE : need->now - p->last_assigned;
    if (r->idle != TIME_NONE && r->idle < 0)
        r->idle = 0; /* a clock went back */
    r->passed_at = decline ? decline->at : TIME_NONE;
    r->familiar = need->familiar && strcmp(need->familiar, p->key) == 0;
}

static usec longest_idle(const struct pick_result *list, size_t count)
{
    usec longest = 0;

    for (size_t i = 0; i < count; i++)
        if (list[i].idle != TIME_NONE && list[i].idle > longest)
            longest = list[i].idle;
    return longest;
}

static void score(const struct pick_need *need, struct pick_result *r, usec longest)
{
    const struct pick_weights *w = &need->weights;
    double sum = (double)(w->load + w->idle + w->affinity);

    r->load_term = r->share < 1 ? 1 - r->share : 0;
    r->idle_term = r->idle == TIME_NONE ? 1 : longest > 0 ? (double)r->idle / (double)longest : 0;
    r->affinity_term = r->familiar ? 1 : 0;
    r->score = sum > 0 ? ((double)w->load * r->load_term + (double)w->idle * r->idle_term +
                          (double)w->affinity * r->affinity_term) /
                             sum
                       : 0;
}

/* Nobody's moment is before every other: never passed, never had a case. */
static int earlier(usec one, usec other)
{
    if (one == other)
        return 0;
    if (one == TIME_NONE || other == TIME_NONE)
        return one == TIME_NONE ? -1 : 1;
    return one < other ? -1 : 1;
}

static int by_rank(const void *one, const void *other)
{
    const struct pick_result *a = one, *b = other;
    int order = earlier(a->passed_at, b->passed_at);

    if (order == 0)
        order = (a->score < b->score) - (a->score > b->score);
    if (order == 0)
        order = earlier(a->candidate->person->last_assigned, b->candidate->person->last_assigned);
    return order ? order : strcmp(a->candidate->person->key, b->candidate->person->key);
}

size_t pick_best(const struct pick_need *need, const struct pick_candidate *const *list, size_t count,
                 struct pick_result *scratch, struct pick_result *best)
{
    size_t n = 0, first = 0;
    usec longest;

    for (size_t i = 0; i < count; i++) {
        if (!is_eligible(need, list[i]))
            continue;
        scratch[n] = (struct pick_result){.candidate = list[i]};
        measure(need, &scratch[n++]);
    }
    longest = longest_idle(scratch, n);
    for (size_t i = 0; i < n; i++) {
        score(need, &scratch[i], longest);
        if (by_rank(&scratch[i], &scratch[first]) < 0)
            first = i;
    }
    if (n > 0)
        *best = scratch[first];
    return n;
}

static int by_key(const void *one, const void *other)
{
    const struct pick_result *a = one, *b = other;

    return strcmp(a->candidate->person->key, b->candidate->person->key);
}

size_t pick_rank(const struct pick_need *need, const struct pick_candidate *const *list, size_t count,
                 struct pick_result *results)
{
    size_t n = 0, end = count;
    usec longest;

    for (size_t i = 0; i < count; i++) {
        struct pick_result r = {.candidate = list[i]};
        r.filter = pick_filter(need, list[i], &r.lacking);
        measure(need, &r);
        results[r.filter == PICK_ELIGIBLE ? n++ : --end] = r;
    }
    longest = longest_idle(results, n);
    for (size_t i = 0; i < n; i++)
        score(need, &results[i], longest);
    if (n > 0)
        qsort(results, n, sizeof *results, by_rank);
    if (n < count)
        qsort(results + n, count - n, sizeof *results, by_key);
    return n;
}
