/* groups/NAME.json */
#include "config/compile.h"
#include "config/member.h"

#define CAPACITY 8    /* of work sizes, for an agent that names none */
#define MOST     1000 /* a capacity or size above this is a slip of the hand */

static int read_sizes(const json_t *json, struct group *g, struct error *err)
{
    static const char *const known[] = {"1", "2", "3", "4", NULL};
    static const struct member_names names = {known, NULL};
    const json_t *sizes;
    int rc;

    for (size_t i = 1; i <= 4; i++)
        g->sizes[i] = 1;
    if ((rc = rule_read_member(json, "", "sizes", JSON_OBJECT, MEMBER_OPTIONAL, &sizes, err)) ||
        sizes == NULL)
        return rc;
    rc = rule_read_members(sizes, "/sizes", &names, err);
    for (size_t i = 1; rc == 0 && i <= 4; i++)
        rc = rule_read_integer(sizes, "/sizes", known[i - 1], 0, MOST, &g->sizes[i], err);
    return rc;
}

static int read_criteria(const json_t *json, struct group *g, struct error *err)
{
    static const char *const known[] = {"load", "idle", "affinity", NULL};
    static const struct member_names names = {known, NULL};
    struct pick_weights *w = &g->criteria;
    const json_t *criteria;
    int rc;

    *w = pick_weights_default;
    if ((rc = rule_read_member(json, "", "criteria", JSON_OBJECT, MEMBER_OPTIONAL, &criteria, err)) ||
        criteria == NULL)
        return rc;
    if ((rc = rule_read_members(criteria, "/criteria", &names, err)) ||
        (rc = rule_read_integer(criteria, "/criteria", "load", 0, MOST, &w->load, err)) ||
        (rc = rule_read_integer(criteria, "/criteria", "idle", 0, MOST, &w->idle, err)))
        return rc;
    return rule_read_integer(criteria, "/criteria", "affinity", 0, MOST, &w->affinity, err);
}

static int read_offer(const json_t *json, struct group *g, struct error *err)
{
    static const char *const known[] = {"accept", "timeout", NULL};
    static const struct member_names names = {known, NULL};
    const json_t *offer;
    int rc;

    g->offer_timeout = TIME_NONE;
    if ((rc = rule_read_member(json, "", "offer", JSON_OBJECT, MEMBER_OPTIONAL, &offer, err)) ||
        offer == NULL)
        return rc;
    g->offers = true;
    if ((rc = rule_read_members(offer, "/offer", &names, err)) ||
        (rc = read_boolean(offer, "/offer", "accept", &g->offers, err)))
        return rc;
    return rule_read_duration(offer, "/offer", "timeout", MEMBER_OPTIONAL, &g->offer_timeout, err);
}

int group_compile(const char *name, const json_t *json, struct arena *arena, struct group **out,
                  struct error *err)
{
    static const char *const known[] = {"description", "calendar", "vendor", "capacity",
                                        "sizes",       "criteria", "offer",  NULL};
    static const struct member_names names = {known, NULL};
    struct group *g = ARENA_NEW(arena, struct group);
    int rc;

    if (g == NULL)
        return error_no_memory(err);
    g->name = name;
    g->capacity = CAPACITY;
    if ((rc = rule_read_members(json, "", &names, err)) ||
        (rc = rule_read_text(json, "", "description", MEMBER_OPTIONAL, &g->description, err)) ||
        (rc = rule_read_text(json, "", "calendar", MEMBER_OPTIONAL, &g->calendar, err)) ||
        (rc = read_boolean(json, "", "vendor", &g->vendor, err)) ||
        (rc = rule_read_integer(json, "", "capacity", 0, MOST, &g->capacity, err)) ||
        (rc = read_sizes(json, g, err)) || (rc = read_criteria(json, g, err)) ||
        (rc = read_offer(json, g, err)))
        return rc;
    *out = g;
    return 0;
}
