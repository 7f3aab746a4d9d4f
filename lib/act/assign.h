/*
 * The person for a case: chosen among the people of its group, or of the pools that its rule names, by
 * rule/pick; given to them, or offered where the group says that its people accept; charged to their load.
 *
 * What a rule asks for (skills, exclude, pools) is kept with the case when it is routed, so that a case that
 * waits is not decided anew by every run. It holds as long as the case is with the group that the rule gave
 * it: a group set by hand ends it. Pools open as the case waits, counted from its opened_at; of those that
 * are open the first in which somebody is eligible decides. Sizes, criteria and offers are those of the
 * case's own group.
 *
 * Load is charged when a case is given or offered, and given back when it ends, is turned down or goes to
 * somebody else. An offer ends with the charge.
 */
#ifndef CASEWORK_ACT_ASSIGN_H
#define CASEWORK_ACT_ASSIGN_H

#include "act/work.h"
#include "rule/pick.h"

/* Keeps with the case what a rule asks of a person beside the group: the skills, exclude and pools of `then`
 * (NULL: it asks for nothing). *need is the same as JSON, or NULL; *changed: another than was kept before. */
int assign_need_keep(struct context *ctx, const struct casefile *c, const json_t *then, const char **need,
                     bool *changed, struct error *err);
/* The group was set by hand: what its rule asked for is forgotten. */
int assign_need_forget(struct context *ctx, const struct casefile *c, struct error *err);

/* Who shall have the case, or why nobody. */
struct choice {
    const char *person; /* NULL: nobody */
    bool offered;       /* they have to accept it */
    usec expires_at;    /* of the offer; TIME_NONE: never */
    size_t pool;        /* from 0: the person's, or the last that was looked at */
    size_t pool_count;  /* 0: policy does not know the case's group */
    usec widens_at;     /* when the next pool opens; TIME_NONE: all are open, or it need not */
    size_t candidates;  /* in the pools that were looked at */
    size_t eligible;    /* in the person's pool */
    int64_t size;       /* what the case weighs */
    struct pick_weights weights;
    struct pick_result best;          /* the person as judged; good while the staff is known */
    size_t filtered[PICK_FILTERS];    /* how many were filtered out by what, in pools without anybody */
    const struct pick_result *judged; /* every candidate of the open pools; NULL without `explain` */
    size_t judged_count;
};
/* Looks for a person for a case that has a group and nobody. explain: judges every candidate of the open
 * pools. Changes nothing. */
int assign_choose(struct context *ctx, const struct casefile *c, bool explain, struct choice *choice,
                  struct error *err);
/* Gives or offers the case to the chosen one: load charged, case.assigned journaled. The case is not saved.
 */
int assign_give(struct context *ctx, struct work *w, const struct choice *choice, struct error *err);

/* {"why":…} of a choice of nobody; writes nothing when there is somebody. */
void write_unassigned(struct json_writer *w, const char *name, const struct choice *choice);
/* `"candidates":[…]`, every candidate with numbers and what filtered them out. */
void write_candidates(struct json_writer *w, const struct choice *choice);
/* `"reason":{…}` of an assignment. */
void write_choice(struct json_writer *w, const struct choice *choice);

/* Takes back an offer that nobody answered in time: case.declined journaled, nobody assigned, load given
 * back. *taken false: there is none such. The case is not saved. */
int offer_take_back(struct context *ctx, struct work *w, bool *taken, struct error *err);

/* Takes the case off its person's load (the case is no longer active, or goes to somebody else). */
int release_load(struct context *ctx, struct casefile *c, struct error *err);
/* Charges the case to its assigned person by the group's size for its priority. */
int charge_load(struct context *ctx, struct casefile *c, struct error *err);

#endif
