/* Sets of classes, and products of them. */
#include "rule/analyse_internal.h"

#include <string.h>

void *arena_grow(struct arena *arena, void *list, size_t size, size_t count, size_t *room)
{
    void *larger;

    if (count < *room)
        return list;
    *room = *room ? *room * 2 : 8;
    larger = arena_alloc(arena, *room * size);
    if (larger && count > 0)
        memcpy(larger, list, count * size);
    return larger;
}

size_t set_words(const struct axis *axis)
{
    return (axis->count + WORD_BITS - 1) / WORD_BITS;
}

word *set_new(struct arena *arena, const struct axis *axis, bool full)
{
    size_t words = set_words(axis), over = axis->count % WORD_BITS;
    word *set = arena_alloc(arena, (words + 1) * sizeof *set);

    if (!set || !full)
        return set;
    memset(set, 0xFF, words * sizeof *set);
    if (over > 0)
        set[words - 1] = ((word)1 << over) - 1;
    return set;
}

bool set_empty(const word *set, size_t words)
{
    size_t i;

    for (i = 0; i < words; i++)
        if (set[i])
            return false;
    return true;
}

size_t set_first(const word *set)
{
    size_t i;

    for (i = 0; set[i] == 0; i++)
        ;
    return i * WORD_BITS + (size_t)__builtin_ctzll(set[i]);
}

size_t set_count(const word *set, size_t words)
{
    size_t i, count = 0;

    for (i = 0; i < words; i++)
        count += (size_t)__builtin_popcountll(set[i]);
    return count;
}

bool set_has(const word *set, size_t i)
{
    return set[i / WORD_BITS] >> i % WORD_BITS & 1;
}

void set_add(word *set, size_t i)
{
    set[i / WORD_BITS] |= (word)1 << i % WORD_BITS;
}

/* out = one & other, or one & ~other; false when that is empty. */
static bool set_combine(const word *one, const word *other, bool without, size_t words, word *out)
{
    word any = 0;
    size_t i;

    for (i = 0; i < words; i++)
        any |= out[i] = one[i] & (without ? ~other[i] : other[i]);
    return any != 0;
}

const struct span *box_span(const struct box *box, size_t axis)
{
    size_t i;

    for (i = 0; i < box->count && box->spans[i].axis <= axis; i++)
        if (box->spans[i].axis == axis)
            return &box->spans[i];
    return NULL;
}

bool sets_meet(const word *one, const word *other, size_t words)
{
    size_t i;

    for (i = 0; i < words; i++)
        if (one[i] & other[i])
            return true;
    return false;
}

bool boxes_meet(const struct analysis *a, const struct box *one, const struct box *other)
{
    size_t i, k = 0;

    for (i = 0; i < one->count; i++) {
        size_t axis = one->spans[i].axis;

        while (k < other->count && other->spans[k].axis < axis)
            k++;
        if (k < other->count && other->spans[k].axis == axis &&
            !sets_meet(one->spans[i].set, other->spans[k].set, set_words(&a->axes[axis])))
            return false;
    }
    return true;
}

static bool span_and(const struct analysis *a, struct arena *arena, const struct span *one,
                     const struct span *other, struct span *out)
{
    const struct axis *axis = &a->axes[one->axis];

    *out = (struct span){one->axis, one->positives + other->positives, one->negatives + other->negatives,
                         set_new(arena, axis, false), one->array ? one->array : other->array};
    return out->set && set_combine(one->set, other->set, false, set_words(axis), out->set);
}

bool box_and(const struct analysis *a, struct arena *arena, const struct box *one, const struct box *other,
             struct box *out)
{
    size_t i = 0, k = 0;

    *out = (struct box){ARENA_ARRAY(arena, struct span, one->count + other->count + 1), 0,
                        one->loose || other->loose};
    if (!out->spans)
        return false;
    while (i < one->count || k < other->count) {
        struct span *next = &out->spans[out->count++];

        if (k == other->count || (i < one->count && one->spans[i].axis < other->spans[k].axis))
            *next = one->spans[i++];
        else if (i == one->count || other->spans[k].axis < one->spans[i].axis)
            *next = other->spans[k++];
        else if (!span_and(a, arena, &one->spans[i++], &other->spans[k++], next))
            return false;
    }
    return true;
}

void boxes_add(struct arena *arena, struct boxes *boxes, const struct box *box)
{
    struct box *list = arena_grow(arena, boxes->list, sizeof *list, boxes->count, &boxes->room);

    if (!list)
        return;
    boxes->list = list;
    list[boxes->count++] = *box;
}

/* The box with another set on an axis. */
static bool box_with(const struct analysis *a, struct arena *arena, const struct box *box,
                     const struct span *cut, bool without, struct box *out)
{
    const struct axis *axis = &a->axes[cut->axis];
    struct span span = *cut;
    const struct box single = {&span, 1, false};

    if (without) {
        word *full = set_new(arena, axis, true);

        span.set = set_new(arena, axis, false);
        if (!full || !span.set || !set_combine(full, cut->set, true, set_words(axis), span.set))
            return false;
    }
    return box_and(a, arena, box, &single, out);
}

/* What is left of `from` without `box`, which meets it: on each axis of the box the part outside of it, then
 * on with the part inside. */
static void box_subtract(const struct analysis *a, struct arena *arena, const struct box *from,
                         const struct box *box, struct boxes *out)
{
    struct box inside = *from, piece;
    size_t i;

    for (i = 0; i < box->count; i++) {
        if (box_with(a, arena, &inside, &box->spans[i], true, &piece))
            boxes_add(arena, out, &piece);
        if (!box_with(a, arena, &inside, &box->spans[i], false, &piece))
            return;
        inside = piece;
    }
}

bool boxes_subtract(const struct analysis *a, struct arena *arena, struct boxes *boxes, const struct box *box,
                    bool *hit)
{
    struct boxes left = {0};
    size_t i;

    *hit = false;
    for (i = 0; i < boxes->count; i++)
        *hit = *hit || boxes_meet(a, &boxes->list[i], box);
    for (i = 0; *hit && i < boxes->count && left.count <= PIECES_MAX; i++) {
        if (boxes_meet(a, &boxes->list[i], box))
            box_subtract(a, arena, &boxes->list[i], box, &left);
        else
            boxes_add(arena, &left, &boxes->list[i]);
    }
    if (*hit)
        *boxes = left;
    return left.count <= PIECES_MAX;
}
