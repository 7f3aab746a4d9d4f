#include "rule/match_compiler.h"

#include <string.h>

/* `among`: the object that the operator stands in. */
typedef int compile_operand(struct compiler *c, const json_t *value, const json_t *among, struct test *test);

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

static int compile_one(struct compiler *c, const json_t *value, const json_t *among, struct test *test)
{
    struct literal *literal = take(c, 1, sizeof *literal);

    (void)among;
    if (!literal)
        return CODE_NO_MEMORY;
    test->literals = literal;
    test->literal_count = 1;
    return compile_literal(c, value, literal);
}

static int compile_list(struct compiler *c, const json_t *value, const json_t *among, struct test *test)
{
    size_t count = json_array_size(value), i, back;
    struct literal *literals;
    int rc;

    (void)among;
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

static int compile_exists(struct compiler *c, const json_t *value, const json_t *among, struct test *test)
{
    (void)among;
    if (!json_is_boolean(value))
        return rule_unexpected(value, c->at.text, "true or false", c->err);
    test->negate = json_is_false(value);
    return 0;
}

static int compile_not(struct compiler *c, const json_t *value, const json_t *among, struct test *test)
{
    int rc;

    (void)among;
    if ((rc = rule_expect(value, c->at.text, JSON_OBJECT, c->err)))
        return rc;
    if (json_object_size(value) == 0)
        return error_set(c->err, CODE_INVALID, c->at.text, "expected an operator, got an empty object");
    return compile_tests(c, value, &test->tests, &test->test_count);
}

static int compile_size(struct compiler *c, const json_t *value, const json_t *among, struct test *test)
{
    double size = json_number_value(value);

    (void)among;
    if (!json_is_number(value) || size < 0 || size > 1e15 || size != (double)(size_t)size)
        return rule_unexpected(value, c->at.text, "a whole number, 0 or more", c->err);
    test->size = (size_t)size;
    return 0;
}

/* The options stand beside the pattern. */
static int compile_regex(struct compiler *c, const json_t *value, const json_t *among, struct test *test)
{
    struct pointer_text at = c->at;

    *strrchr(at.text, '/') = '\0';
    return pattern_compile(value, json_object_get(among, "$options"), at.text, c->arena, &test->pattern,
                           c->err);
}

/* Called where no $regex reads them. */
static int compile_options(struct compiler *c, const json_t *value, const json_t *among, struct test *test)
{
    (void)value;
    (void)among;
    (void)test;
    return error_set(c->err, CODE_INVALID, c->at.text, "$options without $regex");
}

bool is_for_element(const json_t *value)
{
    void *first = json_object_iter((json_t *)value);
    const char *name = first ? json_object_iter_key(first) : "";

    return name[0] == '$' && !operator_joins(name);
}

static int compile_element(struct compiler *c, const json_t *value, const json_t *among, struct test *test)
{
    bool inside = c->inside_element;
    struct match *match;
    int rc;

    (void)among;
    if ((rc = rule_expect(value, c->at.text, JSON_OBJECT, c->err)))
        return rc;
    if (is_for_element(value))
        return compile_tests(c, value, &test->tests, &test->test_count);
    if (!(match = take(c, 1, sizeof *match)))
        return CODE_NO_MEMORY;
    test->element = match;
    c->inside_element = true;
    rc = compile_match(c, value, match);
    c->inside_element = inside;
    return rc;
}

static bool is_element_match(const json_t *value)
{
    return json_object_size(value) == 1 && json_object_get(value, "$elemMatch");
}

/* One of $all: each is a test of its own, so that it may find an element of its own. */
static int compile_member(struct compiler *c, const json_t *value, bool element, struct test *test)
{
    test->kind = element ? TEST_ELEMENT : TEST_EQUAL;
    if (!element)
        return compile_one(c, value, NULL, test);
    if (!is_element_match(value))
        return error_set(c->err, CODE_INVALID, c->at.text,
                         "expected $elemMatch, as the first of $all, and nothing else");
    enter(c, "$elemMatch"); /* the caller comes back from both */
    return compile_element(c, json_object_get(value, "$elemMatch"), NULL, test);
}

static int compile_all(struct compiler *c, const json_t *value, const json_t *among, struct test *test)
{
    size_t count = json_array_size(value), i, back;
    bool element = is_element_match(json_array_get(value, 0));
    struct test *tests;
    int rc;

    (void)among;
    if ((rc = rule_expect(value, c->at.text, JSON_ARRAY, c->err)))
        return rc;
    if (count == 0) {
        test->kind = TEST_IN; /* of nothing: it never holds */
        return 0;
    }
    if (!(tests = take(c, count, sizeof *tests)))
        return CODE_NO_MEMORY;
    for (i = 0; i < count; i++) {
        back = enter_element(c, i);
        if ((rc = compile_member(c, json_array_get(value, i), element, &tests[i])))
            return rc;
        leave(c, back);
    }
    test->tests = tests;
    test->test_count = count;
    return 0;
}

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
    {"$regex", TEST_REGEX, false, compile_regex},    {"$options", TEST_REGEX, false, compile_options},
    {"$size", TEST_SIZE, false, compile_size},       {"$elemMatch", TEST_ELEMENT, false, compile_element},
    {"$all", TEST_ALL, false, compile_all},
};

static const struct operator_row *operator_find(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strcmp(operators[i].name, name) == 0)
            return &operators[i];
    return NULL;
}

bool operator_known(const char *name)
{
    return operator_find(name) != NULL;
}

static int refuse_operator(struct compiler *c, const char *name)
{
    struct pointer_text at = pointer_to_member(c->at.text, name);

    if (name[0] == '$' && !operator_joins(name))
        return error_set(c->err, CODE_INVALID, at.text, "unknown operator \"%s\"", name);
    return error_set(c->err, CODE_INVALID, at.text, "\"%s\" stands among operators of one path", name);
}

static int compile_operator(struct compiler *c, const char *name, const json_t *value, const json_t *among,
                            struct test *test)
{
    const struct operator_row *op = operator_find(name);
    size_t back;
    int rc;

    if (!op)
        return refuse_operator(c, name);
    if ((rc = go_deeper(c)))
        return rc;
    back = enter(c, name);
    test->kind = op->kind;
    test->negate = op->negate;
    if ((rc = op->operand(c, value, among, test)))
        return rc;
    c->depth--;
    leave(c, back);
    return 0;
}

int compile_tests(struct compiler *c, const json_t *object, const struct test **tests, size_t *count)
{
    struct test *list = take(c, json_object_size(object), sizeof *list);
    const char *name;
    json_t *value;
    size_t n = 0;
    int rc;

    if (!list)
        return CODE_NO_MEMORY;
    json_object_foreach ((json_t *)object, name, value) {
        if (strcmp(name, "$options") == 0 && json_object_get(object, "$regex"))
            continue; /* read with it */
        if ((rc = compile_operator(c, name, value, object, &list[n++])))
            return rc;
    }
    *tests = list;
    *count = n;
    return 0;
}

int compile_equal(struct compiler *c, const json_t *value, const struct test **tests, size_t *count)
{
    struct test *test = take(c, 1, sizeof *test);

    if (!test)
        return CODE_NO_MEMORY;
    test->kind = TEST_EQUAL;
    *tests = test;
    *count = 1;
    return compile_one(c, value, NULL, test);
}

bool has_operator(const json_t *value)
{
    const char *name;
    json_t *member;

    if (json_is_object(value))
        json_object_foreach ((json_t *)value, name, member)
            if (name[0] == '$')
                return true;
    return false;
}
