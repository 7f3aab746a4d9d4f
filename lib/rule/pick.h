/*
 * Picking a person: who of several can take a case, and who of these had best. Pure.
 *
 * Eligible is who is active, available, on shift, has every skill that is asked for at its level or above, is
 * not excluded, has not turned the case down, and stays within capacity with the case added. A level is a
 * threshold: more than is asked for earns nothing.
 *
 * The eligible are ranked by three criteria, each a term from 0 to 1 of which more is better:
 *
 *     load      1 - load / capacity, as it is before the case; 0 where the capacity is 0
 *     idle      time since the last assignment / the longest such time among the eligible; who never had one
 *               counts as long as the longest (1); 0 for all when nobody has been idle at all
 *     affinity  1 for whoever handled this customer or the parent case last, else 0
 *
 *     score = sum of weight x term / sum of weights; 0 when every weight is 0
 *
 * A term that is the same for all (with one candidate it always is) decides nothing. Ties go to who has been
 * idle the longest (who never had a case before everybody), then to the lower key. Before any score: those
 * who let this case pass and may be offered it again come after all others, longest ago first, so that an
 * offer that nobody answers goes round.
 *
 * The result does not depend on the order of the candidates.
 */
#ifndef CASEWORK_RULE_PICK_H
#define CASEWORK_RULE_PICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/timestamp.h"

/* A skill somebody has; also one that is needed, at least at this level. */
struct pick_skill {
    const char *name;
    int64_t level;
};

/* The working time of those who share a calendar, at the moment of the decision. */
struct pick_shift {
    bool known; /* false: there is no calendar of the name they give; nobody knows when they work */
    bool open;
};

struct pick_person {
    const char *key;
    bool active, present;
    int64_t load;                    /* of all their work, whatever group it came through */
    usec last_assigned;              /* TIME_NONE: never */
    const struct pick_skill *skills; /* sorted by name, bytewise */
    size_t skill_count;
};

/* Somebody as a member of a group. */
struct pick_candidate {
    const struct pick_person *person;
    int64_t capacity; /* their own, else the group's */
    const struct pick_shift *shift;
    const char *group; /* through which they are a candidate */
};

/* Somebody who had this case offered and let it pass. */
struct pick_decline {
    const char *key;
    bool again; /* may be offered it again */
    usec at;
};

struct pick_weights {
    int64_t load, idle, affinity; /* 0 switches a criterion off */
};
extern const struct pick_weights pick_weights_default; /* 10, 5, 5 */

/* What the case asks for. */
struct pick_need {
    int64_t size;
    const struct pick_skill *skills;
    size_t skill_count;
    const char *const *exclude; /* keys */
    size_t exclude_count;
    const struct pick_decline *declines; /* one a person */
    size_t decline_count;
    const char *familiar; /* key of who handled the customer or the parent last; NULL: nobody */
    struct pick_weights weights;
    usec now;
};

/* Why somebody is not eligible: the first that holds, in this order. */
enum pick_filter {
    PICK_ELIGIBLE,
    PICK_INACTIVE,
    PICK_PRESENCE,
    PICK_CALENDAR, /* names one that does not exist */
    PICK_SHIFT,
    PICK_SKILL,
    PICK_EXCLUDED,
    PICK_DECLINED,
    PICK_CAPACITY,
    PICK_FILTERS
};
extern const char *const pick_filter_names[PICK_FILTERS]; /* "" "inactive" ... */

/* *lacking is the skill that is missing, for PICK_SKILL. */
enum pick_filter pick_filter(const struct pick_need *need, const struct pick_candidate *c,
                             const struct pick_skill **lacking);

/* A candidate as judged. */
struct pick_result {
    const struct pick_candidate *candidate;
    enum pick_filter filter;
    const struct pick_skill *lacking; /* for PICK_SKILL */
    int64_t load;                     /* as it was then */
    double share;                     /* load / capacity */
    usec idle;                        /* TIME_NONE: never had a case */
    usec passed_at;                   /* let this case pass; TIME_NONE: did not */
    bool familiar;
    double load_term, idle_term, affinity_term, score; /* 0 unless eligible */
};

/* The best of the candidates into *best, and how many are eligible; 0: nobody, *best is untouched. scratch
 * has room for `count` results and holds the eligible afterwards. */
size_t pick_best(const struct pick_need *need, const struct pick_candidate *const *list, size_t count,
                 struct pick_result *scratch, struct pick_result *best);
/* Judges all of them: results[0..count), the eligible first, best first, then the others by key. Returns how
 * many are eligible. */
size_t pick_rank(const struct pick_need *need, const struct pick_candidate *const *list, size_t count,
                 struct pick_result *results);

#endif
