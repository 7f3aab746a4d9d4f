#include "model/entitlement.h"

int entitle_list_add(struct entitle_list *list, const struct entitle_candidate *more, size_t count,
                     struct arena *arena, struct error *err)
{
    struct entitle_candidate *joined;

    if (count == 0)
        return 0;
    joined = ARENA_ARRAY(arena, struct entitle_candidate, list->count + count);
    if (!joined)
        return error_no_memory(err);
    if (list->count > 0)
        memcpy(joined, list->items, list->count * sizeof *joined);
    memcpy(joined + list->count, more, count * sizeof *joined);
    list->items = joined;
    list->count += count;
    return 0;
}
