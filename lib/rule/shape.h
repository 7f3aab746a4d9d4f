/*
 * The shape of a printed case: what the paths of conditions lead to, told from the fields of a case and of
 * the records in its context. Pure.
 *
 * A path that leads nowhere in any case makes its clause true or false for ever without a word, so
 * config-lint refuses it; of the others the analysis of tables learns which values they may have. Indexes of
 * arrays are passed over.
 */
#ifndef CASEWORK_RULE_SHAPE_H
#define CASEWORK_RULE_SHAPE_H

#include "model/field.h"

enum shape_kind {
    SHAPE_NOTHING, /* no case has such a member */
    SHAPE_FIELD,   /* what `field` says; absent from some cases unless `always` */
    SHAPE_TEXTS,   /* an array of texts, none of them empty */
    SHAPE_LIST,    /* a list of objects as a whole; not empty */
    SHAPE_TYPED,   /* below `fields`: what the case type says */
    SHAPE_ANYTHING /* free-form members, and objects as a whole */
};

struct shape {
    enum shape_kind kind;
    const struct field *field; /* of SHAPE_FIELD; of SHAPE_NOTHING: the field that has no members, or NULL */
    bool always;
    bool listed;         /* of SHAPE_FIELD: of each object in a list, so that it may be there several times */
    bool nullable;       /* of SHAPE_FIELD: it may be null */
    const json_t *among; /* of SHAPE_FIELD: an array of the only values, besides null; NULL: any */
    const json_t *least, *most; /* of a number; NULL: no bound */
    const char *lost;           /* SHAPE_NOTHING: the rest of the path, from the name on that is not there */
};

/* Where a printed case has lists of objects: paths from its root; ends with NULL. */
extern const char *const shape_lists[];

/* `path` as written in a condition ("account.tier"), and valid as one. `lost` points into it. */
struct shape shape_of(const char *path);

/* What the case types say of a member of `fields` (the name is not terminated): SHAPE_FIELD, SHAPE_NOTHING,
 * or SHAPE_ANYTHING. */
typedef struct shape shape_typed(void *context, const char *name, size_t length);

#endif
