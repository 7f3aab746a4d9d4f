#include "rule/shape.h"

#include <string.h>

#include "model/crm.h"
#include "rule/match_internal.h"

#define TEXT(member)                                                                                         \
    {                                                                                                        \
        .name = (member), .type = FIELD_TEXT                                                                 \
    }
#define INTEGER(member)                                                                                      \
    {                                                                                                        \
        .name = (member), .type = FIELD_INT                                                                  \
    }
#define TRUTH(member)                                                                                        \
    {                                                                                                        \
        .name = (member), .type = FIELD_BOOL, .flags = FIELD_PRINT_FALSE                                     \
    }

/* What case-enrich writes beside the records, in the form of fields. */
static const struct field members[] = {
    INTEGER("version"), TEXT("at"),        TRUTH("verified"),
    TEXT("reason"),     TEXT("on_behalf"), INTEGER("upstream_count"),
    TRUTH("entitled"),  TRUTH("cut"),      INTEGER("services_count"),
    FIELDS_END,
};
static const struct field seq_only[] = {INTEGER("seq"), FIELDS_END};
static const struct field nearest[] = {TEXT("key"), TEXT("why"), FIELDS_END};
static const struct field similar[] = {
    TEXT("number"), TEXT("same"), TEXT("resolved_at"), TEXT("cause"), TEXT("resolution_code"), FIELDS_END};
static const struct field problems[] = {TEXT("pointer"), TEXT("code"), FIELDS_END};
static const struct field impact[] = {TEXT("digest"), FIELDS_END};
static const struct field counts[] = {INTEGER("active"),
                                      INTEGER("recent"),
                                      INTEGER("reopened"),
                                      {.name = "average_days", .type = FIELD_REAL},
                                      FIELDS_END};
static const struct field touched[] = {
    TEXT("key"),
    TEXT("name"),
    {.name = "criticality", .type = FIELD_ENUM, .names = ci_criticality_names},
    INTEGER("customers"),
    INTEGER("distance"),
    FIELDS_END,
};

static const struct {
    const char *name;
    const struct field *members;
    bool list; /* of objects with these members; else it is one */
} groups[] = {
    {"nearest", nearest, false},  {"impact", impact, false},   {"similar", similar, true},
    {"problems", problems, true}, {"upstream", touched, true}, {"services", touched, true},
};
static const char *const histories[] = {"contact", "account", "asset", NULL};

const char *const shape_lists[] = {
    "context.similar",
    "context.problems",
    "context.upstream",
    "context.services",
    "context.contact.accounts",
    "context.asset.contacts",
    NULL,
};

/* What is left of a path. */
struct rest {
    const struct path_step *steps;
    size_t count;
};

static bool is_named(const struct path_step *step, const char *name)
{
    return strlen(name) == step->length && memcmp(name, step->name, step->length) == 0;
}

static struct rest after(struct rest rest)
{
    return (struct rest){rest.steps + 1, rest.count - 1};
}

/* Without an array's index, should the path go on with one. */
static struct rest skip_index(struct rest rest)
{
    return rest.count > 0 && rest.steps->is_index ? after(rest) : rest;
}

static struct shape nothing(struct rest rest, const struct field *field)
{
    return (struct shape){.kind = SHAPE_NOTHING, .field = field, .lost = rest.steps->name};
}

static struct shape anything(void)
{
    return (struct shape){.kind = SHAPE_ANYTHING};
}

/* Below a member that is JSON. */
static struct shape below_json(const struct field *f, struct rest rest)
{
    if (f->flags & FIELD_TYPED && rest.count > 0)
        return (struct shape){.kind = SHAPE_TYPED};
    if (f->flags & FIELD_LINKS && rest.count == 0)
        return (struct shape){.kind = SHAPE_LIST};
    if (!(f->flags & FIELD_ARRAY))
        return anything();
    rest = skip_index(rest);
    return rest.count > 0 ? nothing(rest, f) : (struct shape){.kind = SHAPE_TEXTS};
}

static const struct field *named_field(const struct field *fields, const struct path_step *step)
{
    for (const struct field *f = fields; f->name; f++)
        if (is_named(step, f->name))
            return f->flags & FIELD_UNPRINTED ? NULL : f;
    return NULL;
}

static struct shape among(const struct field *fields, struct rest rest)
{
    const struct field *f = named_field(fields, rest.steps);

    if (!f)
        return nothing(rest, NULL);
    rest = after(rest);
    if (f->type == FIELD_JSON)
        return below_json(f, rest);
    return rest.count > 0 ? nothing(rest, f) : (struct shape){.kind = SHAPE_FIELD, .field = f};
}

static struct shape below(const struct field *fields, struct rest rest)
{
    return rest.count > 0 ? among(fields, rest) : anything();
}

static struct shape below_group(size_t group, struct rest rest)
{
    struct shape shape = below(groups[group].members, groups[group].list ? skip_index(rest) : rest);

    if (groups[group].list && rest.count == 0)
        shape.kind = SHAPE_LIST;
    shape.listed = groups[group].list;
    return shape;
}

static struct shape below_history(struct rest rest)
{
    if (rest.count == 0)
        return anything();
    for (size_t i = 0; histories[i]; i++)
        if (is_named(rest.steps, histories[i]))
            return below(counts, after(rest));
    return nothing(rest, NULL);
}

static struct shape below_record(const struct record_kind *kind, struct rest rest)
{
    struct shape shape;

    if (rest.count == 0)
        return anything();
    shape = among(kind->fields, rest);
    if (shape.kind == SHAPE_NOTHING && !shape.field && is_named(rest.steps, "seq"))
        return among(seq_only, rest);
    return shape;
}

static struct shape in_context(struct rest rest)
{
    static const enum record_kind_id records[] = {KIND_ACCOUNT, KIND_CONTACT,  KIND_CONSUMER,   KIND_PRODUCT,
                                                  KIND_ASSET,   KIND_CONTRACT, KIND_ENTITLEMENT};

    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        if (is_named(rest.steps, record_kinds[records[i]].name))
            return below_record(&record_kinds[records[i]], after(rest));
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (is_named(rest.steps, groups[i].name))
            return below_group(i, after(rest));
    return is_named(rest.steps, "history") ? below_history(after(rest)) : among(members, rest);
}

/* Members that every case has when conditions are asked. */
static bool is_always_there(const struct field *f)
{
    static const char *const names[] = {"number",  "seq",      "case_type", "short_description", "impact",
                                        "urgency", "priority", "state",     "progress",          "opened_at"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], f->name) == 0)
            return true;
    return false;
}

struct shape shape_of(const char *path)
{
    struct path_step steps[PATH_STEPS_MAX];
    struct rest rest = {steps, path_split(path, steps, PATH_STEPS_MAX)};
    struct shape shape;

    if (rest.count == 0)
        return anything();
    if (path_through_context(steps, rest.count))
        return in_context(rest);
    if (rest.count > 1 && is_named(steps, "context"))
        return in_context(after(rest));
    shape = among(case_fields, rest);
    shape.always = shape.kind == SHAPE_FIELD && is_always_there(shape.field);
    return shape;
}
