/*
 * Inside of the analysis of tables: axes (analyse_axis.c, analyse_values.c), boxes (analyse_box.c), the way
 * from a condition to boxes (analyse_expand.c), findings (analyse.c, analyse_cover.c).
 *
 * Everything lives in the analysis' arena, and JSON values in its pool. Allocation failure is the arena's:
 * functions go on as they can, and table_analyse() asks once at the end of each step.
 */
#ifndef CASEWORK_RULE_ANALYSE_INTERNAL_H
#define CASEWORK_RULE_ANALYSE_INTERNAL_H

#include "model/case.h"
#include "rule/analyse.h"
#include "rule/match_internal.h"
#include "rule/shape.h"

#define BOXES_MAX  128  /* of one condition */
#define PIECES_MAX 2000 /* that a rule's boxes may be cut into */
#define ARRAYS_MAX 256  /* arrays that stand for classes of an axis */

/* A set of classes of an axis. */
typedef uint64_t word;
#define WORD_BITS 64

/* What stands for a class of values. */
struct point {
    enum {
        POINT_ABSENT,
        POINT_VALUE,
        POINT_EMPTY_WAY /* the path leads through an array that is empty */
    } kind;
    json_t *value; /* POINT_VALUE */
    usec at;       /* of the moment's axis: where the class begins */
};

enum axis_kind {
    AXIS_MOMENT,     /* the first axis */
    AXIS_ENUMERATED, /* a field of finitely many values */
    AXIS_TEXT,       /* a field that is text */
    AXIS_INTEGER,    /* a field that is an integer */
    AXIS_NUMBER,     /* a field that is a number */
    AXIS_TEXTS,      /* a field that is an array of texts */
    AXIS_LIST,       /* a list of objects as a whole */
    AXIS_NOTHING,    /* a path below a field that has no members: always absent */
    AXIS_OPEN        /* anything */
};

struct axis {
    enum axis_kind kind;
    const char *name;          /* the path as written */
    const struct path *path;   /* of a clause that reads it */
    struct shape shape;        /* what is known of the values */
    bool no_arrays;            /* AXIS_OPEN: too many classes of arrays, so none is among the points */
    const struct test **tests; /* the different tests on this path, without `negate` */
    size_t test_count, test_room;
    json_t *test_index; /* by what they test, in the pool */
    struct point *points;
    size_t count, room;
    word **truth; /* of a test: the classes that pass */
};

/* Boxes are products of sets, one an axis; an axis that is not named is whole. */
struct span {
    size_t axis;
    unsigned positives, negatives; /* tests that made the set, by whether they were to hold or to fail */
    word *set;                     /* never empty */
    json_t *array; /* of values of several boxes, where arrays are not among the points; or NULL: the set's */
};
struct box {
    struct span *spans; /* by axis */
    size_t count;
    bool loose; /* larger than the condition: something in it was not analysed */
};
struct boxes {
    struct box *list;
    size_t count, room;
};

struct rule_boxes {
    struct boxes boxes;
    const char *why; /* there is a loose box; NULL: there is none */
};

struct analysis {
    const struct table *table;
    analysis_report *report;
    void *context;
    struct arena arena;
    struct arena scratch; /* cleared from rule to rule */
    json_t *pool;         /* array that owns all values */
    json_t *axis_index;   /* by name, in the pool */
    shape_typed *typed;   /* NULL: members of `fields` may hold anything */
    void *typed_context;
    struct axis *axes;
    size_t axis_count, axis_room;
    struct rule_boxes *rules;
    size_t overlaps;
    bool arrays_left_out; /* some axis is without arrays */
};

/* Grows an array in an arena to hold one more; NULL when memory ran out. */
void *arena_grow(struct arena *arena, void *list, size_t size, size_t count, size_t *room);
/* Gives the value to the pool; NULL when memory ran out. */
json_t *analysis_keep(struct analysis *a, json_t *value);

/* Axes. Makes them of all conditions of the table, then their points and what passes which test. */
void axes_build(struct analysis *a);
struct axis *axis_find(const struct analysis *a, const char *name, size_t *index);
/* Whether a test is one that the analysis does not look into; *why: its name. */
bool test_is_opaque(const struct path *path, const struct test *t, const char **why);
size_t test_find(const struct analysis *a, const struct axis *axis, const struct test *t);
/* Puts a point at the axis' path into a document; false when something stands in its way. */
bool point_place(const struct axis *axis, const struct point *p, json_t *document);
/* The points of an axis, before those that pass the same tests are united. */
void points_build(struct analysis *a, struct axis *axis);
void points_add(struct analysis *a, struct axis *axis, int kind, json_t *value);
/* Which point passes which test; unites those that do not differ, and adds arrays. */
void points_judge(struct analysis *a, struct axis *axis);

/* Sets. */
size_t set_words(const struct axis *axis);
word *set_new(struct arena *arena, const struct axis *axis, bool full);
bool set_empty(const word *set, size_t words);
size_t set_first(const word *set);
size_t set_count(const word *set, size_t words);
bool set_has(const word *set, size_t i);
void set_add(word *set, size_t i);

/* Boxes. */
const struct span *box_span(const struct box *box, size_t axis); /* NULL: whole */
bool sets_meet(const word *one, const word *other, size_t words);
bool boxes_meet(const struct analysis *a, const struct box *one, const struct box *other);
/* Their intersection; false when it is empty. */
bool box_and(const struct analysis *a, struct arena *arena, const struct box *one, const struct box *other,
             struct box *out);
void boxes_add(struct arena *arena, struct boxes *boxes, const struct box *box);
/* Takes a box away from all of *boxes; false when that makes more than PIECES_MAX. *hit: it took something.
 */
bool boxes_subtract(const struct analysis *a, struct arena *arena, struct boxes *boxes, const struct box *box,
                    bool *hit);

/* The boxes of a rule's condition and dates: together no smaller than what it matches. */
void rule_expand(struct analysis *a, const struct rule *rule, struct rule_boxes *out);
/* Whether all that is in the box is matched, so that it may be taken away from others. */
bool box_is_sure(const struct analysis *a, const struct box *box);

/* A case in the box, with the values that stand first; NULL when it cannot be made. The caller owns it. *at:
 * TIME_NONE when the table has no dates. */
json_t *box_witness(const struct analysis *a, const struct box *box, usec *at);
bool rule_matches(const struct rule *rule, const json_t *document, usec at);

void find_dead(struct analysis *a, size_t rule);
void find_overlaps(struct analysis *a, size_t rule);
void find_uncovered(struct analysis *a);

#endif
