/* Which of an axis' points passes which test, by evaluation; points that pass the same are one class. */
#include "rule/analyse_internal.h"

#include <string.h>

#include "base/hash.h"

struct judging {
    struct analysis *a;
    struct axis *axis;
    word **profiles; /* of each point: the tests that it passes */
    word *both;      /* scratch: of an array that may become a point */
    size_t words;
    size_t *slots; /* by kind and profile: the point that has it, and one more; 0: none */
    size_t slot_count;
};

/* Goes down by one name, making objects; NULL when a value is in the way. */
static json_t *descend(json_t *object, const char *name, size_t length)
{
    json_t *next;

    if (!json_is_object(object))
        return NULL;
    next = json_object_getn(object, name, length);
    if (!next && json_object_setn_new_nocheck(object, name, length, json_object()) == 0)
        next = json_object_getn(object, name, length);
    return next;
}

bool point_place(const struct axis *axis, const struct point *p, json_t *document)
{
    const struct path *path = axis->path;
    size_t last = p->kind == POINT_EMPTY_WAY ? 0 : path->count - 1, i;
    json_t *at = document;

    if (p->kind == POINT_ABSENT)
        return true;
    /* The way to what customer records and `fields` hold is the tools' own: no array is in it. */
    if (path->through_context)
        at = descend(at, "context", strlen("context"));
    if (p->kind == POINT_EMPTY_WAY && path->count > 2)
        last = 1;
    for (i = 0; i < last; i++)
        at = descend(at, path->steps[i].name, path->steps[i].length);
    if (!json_is_object(at) || json_object_getn(at, path->steps[last].name, path->steps[last].length))
        return false;
    return json_object_setn_new_nocheck(at, path->steps[last].name, path->steps[last].length,
                                        p->kind == POINT_EMPTY_WAY ? json_array() : json_incref(p->value)) ==
           0;
}

static bool passes(const struct axis *axis, const struct test *t, const json_t *document)
{
    struct test plain = *t;
    const struct clause clause = {
        .kind = CLAUSE_PATH, .name = axis->name, .path = *axis->path, .tests = &plain, .test_count = 1};
    const struct match match = {&clause, 1};
    bool holds;

    plain.negate = false;
    return match_test(&match, document, &holds, NULL) == 0 && holds;
}

static word *judge(struct judging *j, const struct point *p)
{
    word *profile = arena_alloc(&j->a->arena, (j->words + 1) * sizeof *profile);
    json_t *document = json_object();
    size_t i;

    if (!profile || !document || !point_place(j->axis, p, document))
        j->a->arena.failed = true;
    for (i = 0; !arena_failed(&j->a->arena) && i < j->axis->test_count; i++)
        if (passes(j->axis, j->axis->tests[i], document))
            set_add(profile, i);
    json_decref(document);
    return profile;
}

/* Only among points of a kind: an absent value is no element of an array, where one that passes the same may
 * be. The slot of such a point, or the free one where it belongs. */
static size_t *slot_of(const struct judging *j, int kind, const word *profile)
{
    size_t bytes = j->words * sizeof *profile;
    size_t i = (size_t)hash_bytes(HASH_START ^ (uint64_t)kind, profile, bytes) & (j->slot_count - 1);

    while (j->slots[i] && ((int)j->axis->points[j->slots[i] - 1].kind != kind ||
                           memcmp(j->profiles[j->slots[i] - 1], profile, bytes) != 0))
        i = (i + 1) & (j->slot_count - 1);
    return &j->slots[i];
}

static bool prepare(struct judging *j)
{
    struct arena *arena = &j->a->arena;
    size_t most = j->axis->count + ARRAYS_MAX + 1;

    for (j->slot_count = 64; j->slot_count < 2 * most; j->slot_count *= 2)
        ;
    j->profiles = ARENA_ARRAY(arena, word *, most);
    j->both = ARENA_ARRAY(arena, word, j->words + 1);
    j->slots = ARENA_ARRAY(arena, size_t, j->slot_count);
    return j->profiles && j->both && j->slots;
}

/* The values of an enumerated field stay apart: each may be told of. */
static void judge_all(struct judging *j)
{
    struct axis *axis = j->axis;
    size_t i, n = 0;

    for (i = 0; i < axis->count; i++) {
        struct point p = axis->points[i];
        word *profile = judge(j, &p);
        size_t *slot;
        if (!profile || arena_failed(&j->a->arena))
            return;
        slot = slot_of(j, (int)p.kind, profile);
        if (*slot && axis->kind != AXIS_ENUMERATED)
            continue;
        j->profiles[n] = profile;
        axis->points[n++] = p;
        *slot = n;
    }
    axis->count = n;
}

static json_t *array_of(struct analysis *a, const json_t *members, json_t *more)
{
    json_t *array = json_is_array(members) ? json_copy((json_t *)members) : json_array();

    if (array && !json_is_array(members) && json_array_append(array, (json_t *)members) != 0)
        a->arena.failed = true;
    if (array && json_array_append(array, more) != 0)
        a->arena.failed = true;
    return analysis_keep(a, array);
}

/* An array passes what any of its elements passes: adds the array of `one` (or its elements) and `more` when
 * that is a class of its own. */
static void add_array(struct judging *j, size_t one, size_t more)
{
    struct axis *axis = j->axis;
    json_t *array;
    word *profile;
    size_t *slot, i;

    for (i = 0; i < j->words; i++)
        j->both[i] = j->profiles[one][i] | j->profiles[more][i];
    slot = slot_of(j, POINT_VALUE, j->both);
    if (*slot)
        return;
    profile = ARENA_ARRAY(&j->a->arena, word, j->words + 1);
    array = array_of(j->a, axis->points[one].value, axis->points[more].value);
    if (!profile || !array)
        return;
    memcpy(profile, j->both, j->words * sizeof *profile);
    j->profiles[axis->count] = profile;
    points_add(j->a, axis, POINT_VALUE, array);
    *slot = axis->count;
}

static bool may_be_element(const struct point *p)
{
    return p->kind == POINT_VALUE && !json_is_array(p->value);
}

static bool may_be_array(const struct point *p)
{
    return p->kind == POINT_VALUE && (!json_is_array(p->value) || json_array_size(p->value) > 0);
}

/* All unions of what values pass; when there are too many of them, none. */
static void add_arrays(struct judging *j)
{
    struct axis *axis = j->axis;
    size_t values = axis->count, i, k;

    for (i = 0; i < axis->count; i++)
        for (k = 0; k < values && may_be_array(&axis->points[i]); k++) {
            if (!may_be_element(&axis->points[k]))
                continue;
            if (axis->count == values + ARRAYS_MAX) {
                axis->count = values;
                axis->no_arrays = j->a->arrays_left_out = true;
                return;
            }
            add_array(j, i, k);
            if (arena_failed(&j->a->arena))
                return;
        }
}

/* A text by itself stood for the array that has it alone: what tests see of them is the same. */
static void wrap_texts(struct judging *j)
{
    for (size_t i = 0; i < j->axis->count; i++) {
        struct point *p = &j->axis->points[i];
        if (p->kind == POINT_VALUE && json_is_string(p->value))
            p->value = analysis_keep(j->a, json_pack("[O]", p->value));
    }
}

static void write_truth(struct judging *j)
{
    struct axis *axis = j->axis;
    size_t i, k;

    axis->truth = ARENA_ARRAY(&j->a->arena, word *, axis->test_count + 1);
    for (k = 0; axis->truth && k < axis->test_count; k++) {
        axis->truth[k] = set_new(&j->a->arena, axis, false);
        for (i = 0; axis->truth[k] && i < axis->count; i++)
            if (set_has(j->profiles[i], k))
                set_add(axis->truth[k], i);
    }
}

void points_judge(struct analysis *a, struct axis *axis)
{
    struct judging j = {.a = a, .axis = axis, .words = (axis->test_count + WORD_BITS - 1) / WORD_BITS};

    if (!prepare(&j))
        return;
    judge_all(&j);
    if ((axis->kind == AXIS_OPEN || axis->kind == AXIS_TEXTS || axis->shape.listed) &&
        !arena_failed(&a->arena))
        add_arrays(&j);
    if (axis->kind == AXIS_TEXTS && !arena_failed(&a->arena))
        wrap_texts(&j);
    if (!arena_failed(&a->arena))
        write_truth(&j);
}
