#include "act/stage.h"

int stage_ready(const struct casefile *c, int done, struct error *err)
{
    if (c->progress >= done || !case_is_active(c))
        return 1;
    if (c->progress < done - 1)
        return error_set(err, CODE_NOT_READY, NULL, "%s is only %s", c->number,
                         case_progress_names[c->progress]);
    return 0;
}
