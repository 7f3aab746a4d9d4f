#include "rule/match_internal.h"

#include <stdio.h>
#include <string.h>

#include "rule/reading.h"

struct compiler {
    struct arena *arena;
    struct error *err;
    struct pointer_text at; /* of the value at hand */
    unsigned depth;
};

static int compile_match(struct compiler *c, const json_t *condition, struct match *match);

/* Goes down to a member; gives what leave() wants to come back. */
static size_t enter(struct compiler *c, const char *name)
{
    size_t back = strlen(c->at.text);

    pointer_push(c->at.text, sizeof c->at.text, name);
    return back;
}

static size_t enter_element(struct compiler *c, size_t index)
{
    char digits[24];

    snprintf(digits, sizeof digits, "%zu", index);
    return enter(c, digits);
}

static void leave(struct compiler *c, size_t back)
{
    c->at.text[back] = '\0';
}

/* The size is never 0, so that NULL always means that memory ran out. */
static void *take(struct compiler *c, size_t count, size_t size)
{
    void *memory = arena_alloc(c->arena, (count ? count : 1) * size);

    if (!memory)
        error_no_memory(c->err);
    return memory;
}

/* Of the language, but of a later version. */
static bool operator_later(const char *name)
{
    static const char *const later[] = {"$regex", "$options", "$nor", "$all", "$size", "$elemMatch", NULL};
    size_t i;

    for (i = 0; later[i]; i++)
        if (strcmp(later[i], name) == 0)
            return true;
    return false;
}

static int refuse_operator(struct compiler *c, const char *name)
{
    struct pointer_text at = pointer_to_member(c->at.text, name);

    if (operator_later(name))
        return error_set(c->err, CODE_NOT_SUPPORTED, at.text, "\"%s\" is not supported yet", name);
    return error_set(c->err, CODE_INVALID, at.text, "unknown operator \"%s\"", name);
}

static int check_tree(struct compiler *c, const json_t *value)
{
    const char *name;
    json_t *member;
    size_t i, back;
    int rc = 0;

    if (json_is_object(value))
        json_object_foreach ((json_t *)value, name, member) {
            if (name[0] == '$')
                return error_set(c->err, CODE_INVALID, pointer_to_member(c->at.text, name).text,
                                 "operator \"%s\" inside a literal", name);
            back = enter(c, name);
            if ((rc = check_tree(c, member)))
                return rc;
            leave(c, back);
        }
    else if (json_is_array(value))
        json_array_foreach (value, i, member) {
            back = enter_element(c, i);
            if ((rc = check_tree(c, member)))
                return rc;
            leave(c, back);
        }
    return 0;
}

static int compile_literal(struct compiler *c, const json_t *value, struct literal *literal)
{
    literal->tree = value;
    switch (json_typeof(value)) {
    case JSON_NULL:
        literal->type = LITERAL_NULL;
        return 0;
    case JSON_TRUE:
    case JSON_FALSE:
        literal->type = LITERAL_BOOL;
        literal->boolean = json_is_true(value);
        return 0;
    case JSON_INTEGER:
        literal->type = LITERAL_INTEGER;
        literal->integer = json_integer_value(value);
        return 0;
    case JSON_REAL:
        literal->type = LITERAL_REAL;
        literal->real = json_real_value(value);
        return 0;
    case JSON_STRING:
        literal->type = LITERAL_STRING;
        literal->text = json_string_value(value);
        literal->length = json_string_length(value);
        return 0;
    case JSON_OBJECT:
    case JSON_ARRAY:
        break;
    }
    literal->type = LITERAL_TREE;
    return check_tree(c, value);
}

static int compile_one(struct compiler *c, const json_t *value, struct test *test)
{
    struct literal *literal = take(c, 1, sizeof *literal);

    if (!literal)
        return CODE_NO_MEMORY;
    test->literals = literal;
    test->literal_count = 1;
    return compile_literal(c, value, literal);
}

static int compile_list(struct compiler *c, const json_t *value, struct test *test)
{
    size_t count = json_array_size(value), i, back;
    struct literal *literals;
    int rc;

    if ((rc = rule_expect(value, c->at.text, JSON_ARRAY, c->err)))
        return rc;
    if (!(literals = take(c, count, sizeof *literals)))
        return CODE_NO_MEMORY;
    for (i = 0; i < count; i++) {
        back = enter_element(c, i);
        if ((rc = compile_literal(c, json_array_get(value, i), &literals[i])))
            return rc;
        leave(c, back);
    }
    test->literals = literals;
    test->literal_count = count;
    return 0;
}

static int compile_exists(struct compiler *c, const json_t *value, struct test *test)
{
    if (!json_is_boolean(value))
        return rule_unexpected(value, c->at.text, "true or false", c->err);
    test->negate = json_is_false(value);
    return 0;
}

static int compile_tests(struct compiler *c, const json_t *operators, const struct test **tests,
                         size_t *count);

static int compile_not(struct compiler *c, const json_t *value, struct test *test)
{
    int rc;

    if ((rc = rule_expect(value, c->at.text, JSON_OBJECT, c->err)))
        return rc;
    if (json_object_size(value) == 0)
        return error_set(c->err, CODE_INVALID, c->at.text, "expected an operator, got an empty object");
    return compile_tests(c, value, &test->tests, &test->test_count);
}

typedef int compile_operand(struct compiler *c, const json_t *value, struct test *test);

static const struct operator_row {
    const char *name;
    enum test_kind kind;
    bool negate;
    compile_operand *operand;
} operators[] = {
    {"$eq", TEST_EQUAL, false, compile_one},         {"$ne", TEST_EQUAL, true, compile_one},
    {"$in", TEST_IN, false, compile_list},           {"$nin", TEST_IN, true, compile_list},
    {"$gt", TEST_GREATER, false, compile_one},       {"$gte", TEST_GREATER_EQUAL, false, compile_one},
    {"$lt", TEST_LESS, false, compile_one},          {"$lte", TEST_LESS_EQUAL, false, compile_one},
    {"$exists", TEST_EXISTS, false, compile_exists}, {"$not", TEST_ALL, true, compile_not},
};

static const struct operator_row *operator_find(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strcmp(operators[i].name, name) == 0)
            return &operators[i];
    return NULL;
}

static int compile_operator(struct compiler *c, const char *name, const json_t *value, struct test *test)
{
    const struct operator_row *op = operator_find(name);
    size_t back;
    int rc;

    if (!op) {
        if (name[0] == '$' && strcmp(name, "$and") != 0 && strcmp(name, "$or") != 0)
            return refuse_operator(c, name);
        return error_set(c->err, CODE_INVALID, pointer_to_member(c->at.text, name).text,
                         "\"%s\" stands among operators of one path", name);
    }
    if (c->depth == MATCH_DEPTH_MAX)
        return error_set(c->err, CODE_LIMIT, c->at.text, "nested deeper than %d", MATCH_DEPTH_MAX);
    back = enter(c, name);
    c->depth++;
    test->kind = op->kind;
    test->negate = op->negate;
    if ((rc = op->operand(c, value, test)))
        return rc;
    c->depth--;
    leave(c, back);
    return 0;
}

static int compile_tests(struct compiler *c, const json_t *object, const struct test **tests, size_t *count)
{
    struct test *list = take(c, json_object_size(object), sizeof *list);
    const char *name;
    json_t *value;
    size_t n = 0;
    int rc;

    if (!list)
        return CODE_NO_MEMORY;
    json_object_foreach ((json_t *)object, name, value)
        if ((rc = compile_operator(c, name, value, &list[n++])))
            return rc;
    *tests = list;
    *count = n;
    return 0;
}

/* An object is one of operators when any of its members begins with $: a mixture is then an error, not a
 * literal. */
static bool has_operator(const json_t *value)
{
    const char *name;
    json_t *member;

    if (json_is_object(value))
        json_object_foreach ((json_t *)value, name, member)
            if (name[0] == '$')
                return true;
    return false;
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
    path->through_context = path_through_context(steps, count);
    return 0;
}

static int compile_path_clause(struct compiler *c, const char *name, const json_t *value,
                               struct clause *clause)
{
    struct test *test;
    int rc;

    clause->kind = CLAUSE_PATH;
    if ((rc = compile_path(c, name, &clause->path)))
        return rc;
    if (has_operator(value))
        return compile_tests(c, value, &clause->tests, &clause->test_count);
    if (!(test = take(c, 1, sizeof *test)))
        return CODE_NO_MEMORY;
    test->kind = TEST_EQUAL;
    clause->tests = test;
    clause->test_count = 1;
    return compile_one(c, value, test);
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
    bool all = strcmp(name, "$and") == 0;
    size_t back;
    int rc;

    if (name[0] == '$' && !all && strcmp(name, "$or") != 0) {
        if (operator_find(name))
            return error_set(c->err, CODE_INVALID, pointer_to_member(c->at.text, name).text,
                             "operator \"%s\" belongs below a path", name);
        return refuse_operator(c, name);
    }
    clause->name = name;
    back = enter(c, name);
    if (name[0] == '$') {
        clause->kind = all ? CLAUSE_AND : CLAUSE_OR;
        rc = compile_branches(c, value, clause);
    } else {
        rc = compile_path_clause(c, name, value, clause);
    }
    if (rc == 0)
        leave(c, back);
    return rc;
}

static int compile_match(struct compiler *c, const json_t *condition, struct match *match)
{
    struct clause *clauses;
    const char *name;
    json_t *value;
    int rc;

    if ((rc = rule_expect(condition, c->at.text, JSON_OBJECT, c->err)))
        return rc;
    if (c->depth == MATCH_DEPTH_MAX)
        return error_set(c->err, CODE_LIMIT, c->at.text, "nested deeper than %d", MATCH_DEPTH_MAX);
    if (!(clauses = take(c, json_object_size(condition), sizeof *clauses)))
        return CODE_NO_MEMORY;
    c->depth++;
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
