/* Which rules of a table a document can match at all, by the values that their equalities ask for. */
#include <string.h>

#include "base/hash.h"
#include "rule/table_internal.h"

/* Numbers that are equal hash alike, whatever their type. */
static uint64_t hash_number(uint64_t hash, const json_t *value)
{
    double real;
    int64_t whole;

    if (json_is_integer(value)) {
        whole = json_integer_value(value);
        return hash_bytes(hash, &whole, sizeof whole);
    }
    real = json_real_value(value);
    if (real >= -9223372036854775808.0 && real < 9223372036854775808.0 && real == (double)(int64_t)real) {
        whole = (int64_t)real;
        return hash_bytes(hash, &whole, sizeof whole);
    }
    return hash_bytes(hash, &real, sizeof real);
}

/* Of a scalar. */
static uint64_t hash_value(size_t path, const json_t *value)
{
    uint64_t hash = hash_bytes(HASH_START, &path, sizeof path);

    if (json_is_string(value))
        return hash_bytes(hash, json_string_value(value), json_string_length(value));
    if (json_is_number(value))
        return hash_number(hash, value);
    return hash ^ (json_is_null(value) ? 1 : json_is_true(value) ? 2 : 3);
}

/* The slot of the value at the path, or the empty one where it would be. */
static struct index_bucket *find_bucket(const struct table_index *x, size_t path, const json_t *value)
{
    uint64_t hash = hash_value(path, value);
    size_t i = hash & x->mask;

    while (x->buckets[i].literal && !(x->buckets[i].hash == hash && x->buckets[i].path == path &&
                                      literal_equals(value, x->buckets[i].literal)))
        i = (i + 1) & x->mask;
    return &x->buckets[i];
}

static bool test_has_pattern(const struct test *t);

static bool match_has_pattern(const struct match *match)
{
    for (size_t i = 0; i < match->count; i++) {
        const struct clause *c = &match->clauses[i];

        for (size_t k = 0; k < c->test_count; k++)
            if (test_has_pattern(&c->tests[k]))
                return true;
        for (size_t k = 0; k < c->branch_count; k++)
            if (match_has_pattern(&c->branches[k]))
                return true;
    }
    return false;
}

static bool test_has_pattern(const struct test *t)
{
    if (t->kind == TEST_REGEX || (t->element && match_has_pattern(t->element)))
        return true;
    for (size_t i = 0; i < t->test_count; i++)
        if (test_has_pattern(&t->tests[i]))
            return true;
    return false;
}

static bool clause_has_pattern(const struct clause *c)
{
    const struct match alone = {c, 1};

    return match_has_pattern(&alone);
}

/* The test that makes the clause one of an index: it cannot hold unless a scalar of it is found. */
static const struct test *equality(const struct clause *c)
{
    for (size_t i = 0; c->kind == CLAUSE_PATH && i < c->test_count; i++) {
        const struct test *t = &c->tests[i];
        size_t k = 0;

        if (t->negate || (t->kind != TEST_EQUAL && t->kind != TEST_IN))
            continue;
        while (k < t->literal_count && t->literals[k].type != LITERAL_TREE)
            k++;
        if (k == t->literal_count)
            return t;
    }
    return NULL;
}

/* Clauses that are evaluated before any pattern: the next one after `i`, or NULL. */
static const struct clause *next_clause(const struct match *when, size_t *i, const struct test **t)
{
    while (*i < when->count) {
        const struct clause *c = &when->clauses[(*i)++];

        if (clause_has_pattern(c))
            break;
        if ((*t = equality(c)))
            return c;
    }
    *i = when->count;
    return NULL;
}

static size_t find_path(const struct table_index *x, const char *name)
{
    size_t i = 0;

    while (i < x->path_count && strcmp(x->paths[i].name, name) != 0)
        i++;
    return i;
}

/* How many paths and values there can be at most. */
static void count_clauses(const struct table *table, size_t *clauses, size_t *literals)
{
    for (size_t r = 0; r < table->count; r++) {
        const struct test *t;
        size_t i = 0;

        while (next_clause(table->rules[r].when, &i, &t)) {
            ++*clauses;
            *literals += t->literal_count;
        }
    }
}

static void note_clause(struct table_index *x, const struct clause *c, const struct test *t)
{
    size_t path = find_path(x, c->name);

    if (path == x->path_count)
        x->paths[x->path_count++] = (struct index_path){c->name, &c->path, 0};
    for (size_t i = 0; i < t->literal_count; i++) {
        struct index_bucket *b = find_bucket(x, path, t->literals[i].tree);

        b->hash = hash_value(path, t->literals[i].tree);
        b->literal = &t->literals[i];
        b->path = path;
        b->asked++;
    }
}

/* The clause that leaves the fewest rules to look at; of equal ones the first. */
static const struct test *choose_clause(const struct table_index *x, const struct match *when, size_t *path)
{
    const struct test *t, *chosen = NULL;
    const struct clause *c;
    size_t i = 0, fewest = SIZE_MAX;

    while ((c = next_clause(when, &i, &t))) {
        size_t at = find_path(x, c->name), asked = 0;

        for (size_t k = 0; k < t->literal_count; k++)
            asked += find_bucket(x, at, t->literals[k].tree)->asked;
        if (asked < fewest) {
            fewest = asked;
            chosen = t;
            *path = at;
        }
    }
    return chosen;
}

static int put_rule(struct index_bucket *b, size_t rule, struct arena *arena)
{
    if (!b->rules && !(b->rules = ARENA_ARRAY(arena, uint32_t, b->asked)))
        return -1;
    b->rules[b->count++] = (uint32_t)rule;
    return 0;
}

static int place_rule(struct table_index *x, const struct table *table, size_t rule, struct arena *arena)
{
    size_t path = 0;
    const struct test *t = choose_clause(x, table->rules[rule].when, &path);

    if (!t) {
        x->always[rule / RULE_WORD] |= UINT64_C(1) << rule % RULE_WORD;
        return 0;
    }
    x->paths[path].rules++;
    for (size_t i = 0; i < t->literal_count; i++)
        if (put_rule(find_bucket(x, path, t->literals[i].tree), rule, arena) != 0)
            return -1;
    return 0;
}

int table_index_build(struct table *table, struct arena *arena, struct error *err)
{
    struct table_index *x = ARENA_NEW(arena, struct table_index);
    size_t clauses = 0, literals = 0, slots = 16, i;
    const struct clause *c;
    const struct test *t;

    count_clauses(table, &clauses, &literals);
    while (slots < 2 * literals)
        slots *= 2;
    if (!x || !(x->paths = ARENA_ARRAY(arena, struct index_path, clauses + 1)) ||
        !(x->buckets = ARENA_ARRAY(arena, struct index_bucket, slots)))
        return error_no_memory(err);
    x->mask = slots - 1;
    x->words = table->count / RULE_WORD + 1;
    if (!(x->always = ARENA_ARRAY(arena, uint64_t, x->words)))
        return error_no_memory(err);
    for (size_t r = 0; r < table->count; r++)
        for (i = 0; (c = next_clause(table->rules[r].when, &i, &t));)
            note_clause(x, c, t);
    for (size_t r = 0; r < table->count; r++)
        if (place_rule(x, table, r, arena) != 0)
            return error_no_memory(err);
    table->index = x;
    return 0;
}

struct search {
    const struct table_index *index;
    size_t path;
    uint64_t *set;
};

static void look_up(void *context, const json_t *value)
{
    const struct search *s = context;
    const struct index_bucket *b;

    if (json_is_object(value) || json_is_array(value))
        return;
    b = find_bucket(s->index, s->path, value);
    for (size_t i = 0; b->literal && i < b->count; i++)
        s->set[b->rules[i] / RULE_WORD] |= UINT64_C(1) << b->rules[i] % RULE_WORD;
}

void table_index_candidates(const struct table_index *x, const json_t *document, uint64_t *set)
{
    struct search s = {x, 0, set};

    memcpy(set, x->always, x->words * sizeof *set);
    for (; s.path < x->path_count; s.path++)
        if (x->paths[s.path].rules > 0)
            path_visit_values(x->paths[s.path].path, document, look_up, &s);
}
