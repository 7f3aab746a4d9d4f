#include "rule/match_compiler.h"

#include <stdio.h>
#include <string.h>

size_t enter(struct compiler *c, const char *name)
{
    size_t back = strlen(c->at.text);

    pointer_push(c->at.text, sizeof c->at.text, name);
    return back;
}

size_t enter_element(struct compiler *c, size_t index)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%zu", index);
    return enter(c, digits);
}

void leave(struct compiler *c, size_t back)
{
    c->at.text[back] = '\0';
}

void *take(struct compiler *c, size_t count, size_t size)
{
    void *memory = arena_alloc(c->arena, (count ? count : 1) * size);

    if (!memory)
        error_no_memory(c->err);
    return memory;
}

int go_deeper(struct compiler *c)
{
    if (c->depth == MATCH_DEPTH_MAX)
        return error_set(c->err, CODE_LIMIT, c->at.text, "nested deeper than %d", MATCH_DEPTH_MAX);
    c->depth++;
    return 0;
}

static const struct {
    const char *name;
    enum clause_kind kind;
} joints[] = {{"$and", CLAUSE_AND}, {"$or", CLAUSE_OR}, {"$nor", CLAUSE_NOR}};

static bool find_joint(const char *name, enum clause_kind *kind)
{
    size_t i;

    for (i = 0; i < sizeof joints / sizeof *joints; i++)
        if (strcmp(joints[i].name, name) == 0) {
            *kind = joints[i].kind;
            return true;
        }
    return false;
}

bool operator_joins(const char *name)
{
    enum clause_kind kind;

    return find_joint(name, &kind);
}

static int compile_path(struct compiler *c, const char *name, struct path *path)
{
    struct path_step steps[PATH_STEPS_MAX], *kept;
    size_t count = path_split(name, steps, PATH_STEPS_MAX);

    if (count == 0)
        return error_set(c->err, CODE_INVALID, c->at.text, "expected a path of 1 to %d names joined by dots",
                         PATH_STEPS_MAX);
    if (!(kept = take(c, count, sizeof *kept)))
        return CODE_NO_MEMORY;
    memcpy(kept, steps, count * sizeof *kept);
    path->steps = kept;
    path->count = count;
    path->through_context = !c->inside_element && path_through_context(steps, count);
    return 0;
}

static int compile_path_clause(struct compiler *c, const char *name, const json_t *value,
                               struct clause *clause)
{
    int rc;

    clause->kind = CLAUSE_PATH;
    if ((rc = compile_path(c, name, &clause->path)))
        return rc;
    return (has_operator(value) ? compile_tests : compile_equal)(c, value, &clause->tests,
                                                                 &clause->test_count);
}

static int compile_branches(struct compiler *c, const json_t *value, struct clause *clause)
{
    size_t count = json_array_size(value), i, back;
    struct match *branches;
    int rc;

    if (!json_is_array(value) || count == 0)
        return rule_unexpected(value, c->at.text, "an array of one condition at the least", c->err);
    if (!(branches = take(c, count, sizeof *branches)))
        return CODE_NO_MEMORY;
    for (i = 0; i < count; i++) {
        back = enter_element(c, i);
        if ((rc = compile_match(c, json_array_get(value, i), &branches[i])))
            return rc;
        leave(c, back);
    }
    clause->branches = branches;
    clause->branch_count = count;
    return 0;
}

static int compile_clause(struct compiler *c, const char *name, const json_t *value, struct clause *clause)
{
    size_t back = enter(c, name);
    int rc;

    clause->name = name;
    if (find_joint(name, &clause->kind))
        rc = compile_branches(c, value, clause);
    else if (name[0] == '$' && operator_known(name))
        rc = error_set(c->err, CODE_INVALID, c->at.text, "operator \"%s\" belongs below a path", name);
    else if (name[0] == '$')
        rc = error_set(c->err, CODE_INVALID, c->at.text, "unknown operator \"%s\"", name);
    else
        rc = compile_path_clause(c, name, value, clause);
    if (rc == 0)
        leave(c, back);
    return rc;
}

int compile_match(struct compiler *c, const json_t *condition, struct match *match)
{
    struct clause *clauses;
    const char *name;
    json_t *value;
    int rc;

    if ((rc = rule_expect(condition, c->at.text, JSON_OBJECT, c->err)) || (rc = go_deeper(c)))
        return rc;
    if (!(clauses = take(c, json_object_size(condition), sizeof *clauses)))
        return CODE_NO_MEMORY;
    match->clauses = clauses;
    match->count = 0;
    json_object_foreach ((json_t *)condition, name, value)
        if ((rc = compile_clause(c, name, value, &clauses[match->count++])))
            return rc;
    c->depth--;
    return 0;
}

int match_compile(const json_t *condition, struct arena *arena, struct match **match, struct error *err)
{
    struct compiler c = {.arena = arena, .err = err};
    int rc;

    if (!(*match = take(&c, 1, sizeof **match)))
        return CODE_NO_MEMORY;
    if ((rc = compile_match(&c, condition, *match)))
        *match = NULL;
    return rc;
}
