#include "impact_support.h"

#include "act/impact_graph.h"
#include "seeded.h"

static int by_distance(const void *a, const void *b)
{
    const struct graph_item *x = *(const struct graph_item *const *)a;
    const struct graph_item *y = *(const struct graph_item *const *)b;

    return x->distance != y->distance ? (x->distance < y->distance ? -1 : 1) : strcmp(x->key, y->key);
}

/* What the walk reaches: "b1 c2", nearest first, then by key. */
static const char *walk_in(struct fixture *f, struct graph *g, const char *from,
                           enum impact_direction direction, int64_t depth)
{
    struct graph_item *item;
    struct buf text = BUF_INIT;
    const char *result;

    OK(graph_item(g, from, &item, &f->err));
    OK(graph_walk(g, f->db, item, direction, depth, &f->err));
    assert_ptr_equal(g->walk[0], item);
    qsort(g->walk + 1, g->walk_count - 1, sizeof(*g->walk), by_distance);
    for (size_t i = 1; i < g->walk_count; i++)
        buf_add_format(&text, "%s%s%lld", i > 1 ? " " : "", g->walk[i]->key, (long long)g->walk[i]->distance);
    result = arena_strdup(&f->arena, buf_text(&text));
    buf_release(&text);
    return result;
}

static const char *walk(struct fixture *f, const char *from, enum impact_direction direction, int64_t depth)
{
    struct graph g = {.arena = ARENA_INIT};
    const char *result = walk_in(f, &g, from, direction, depth);

    graph_release(&g);
    return result;
}

static int64_t customers(struct fixture *f, const char *ci, int64_t depth)
{
    struct graph g = {.arena = ARENA_INIT};
    struct graph_item *item;
    int64_t count;

    OK(graph_item(&g, ci, &item, &f->err));
    OK(graph_customers(&g, f->db, item, depth, &f->err));
    count = item->customers;
    graph_release(&g);
    return count;
}

static void a_walk_goes_both_ways(void **state)
{
    struct fixture *f = *state;

    items(f, "abcd");
    depend(f, "ab bc cd");
    assert_string_equal(walk(f, "b", IMPACT_CAUSES, 16), "c1 d2");
    assert_string_equal(walk(f, "b", IMPACT_AFFECTED, 16), "a1");
    assert_string_equal(walk(f, "d", IMPACT_CAUSES, 16), "");
    assert_string_equal(walk(f, "d", IMPACT_AFFECTED, 16), "c1 b2 a3");
}

static void a_diamond_is_reached_once_at_its_least_distance(void **state)
{
    struct fixture *f = *state;

    items(f, "abcde");
    depend(f, "ab ac bd cd de ae");
    assert_string_equal(walk(f, "a", IMPACT_CAUSES, 16), "b1 c1 e1 d2");
    assert_string_equal(walk(f, "e", IMPACT_AFFECTED, 16), "a1 d1 b2 c2");
}

static void a_cycle_ends(void **state)
{
    struct fixture *f = *state;

    items(f, "abcx");
    depend(f, "ab bc ca bx xb");
    assert_string_equal(walk(f, "a", IMPACT_CAUSES, 64), "b1 c2 x2");
    assert_string_equal(walk(f, "x", IMPACT_AFFECTED, 64), "b1 a2 c3");
}

static void a_walk_goes_no_deeper_than_asked(void **state)
{
    struct fixture *f = *state;

    items(f, "abcdef");
    depend(f, "ab bc cd de ef");
    assert_string_equal(walk(f, "a", IMPACT_CAUSES, 1), "b1");
    assert_string_equal(walk(f, "a", IMPACT_CAUSES, 3), "b1 c2 d3");
    assert_string_equal(walk(f, "f", IMPACT_AFFECTED, 2), "e1 d2");
}

static void a_walk_reads_on_where_an_earlier_one_ended(void **state)
{
    struct fixture *f = *state;
    struct graph g = {.arena = ARENA_INIT};

    items(f, "abcdef");
    depend(f, "ab bc cd de ef");
    assert_string_equal(walk_in(f, &g, "a", IMPACT_CAUSES, 2), "b1 c2");
    assert_null(graph_find(&g, "d"));
    assert_string_equal(walk_in(f, &g, "b", IMPACT_CAUSES, 3), "c1 d2 e3");
    assert_null(graph_find(&g, "f"));
    assert_string_equal(walk_in(f, &g, "a", IMPACT_CAUSES, 2), "b1 c2");
    assert_string_equal(walk_in(f, &g, "a", IMPACT_CAUSES, 16), "b1 c2 d3 e4 f5");
    graph_release(&g);
}

static void what_was_read_is_not_read_again(void **state)
{
    struct fixture *f = *state;
    struct graph g = {.arena = ARENA_INIT};

    items(f, "abcd");
    depend(f, "ab bc cd");
    assert_string_equal(walk_in(f, &g, "a", IMPACT_CAUSES, 16), "b1 c2 d3");
    db_close(f->db);
    f->db = NULL;
    assert_string_equal(walk_in(f, &g, "a", IMPACT_CAUSES, 16), "b1 c2 d3");
    assert_string_equal(walk_in(f, &g, "c", IMPACT_CAUSES, 16), "d1");
    graph_release(&g);
}

static void a_retired_item_ends_the_walk(void **state)
{
    struct fixture *f = *state;

    items(f, "abcde");
    depend(f, "ab bc ad de");
    save(f, KIND_CI, "b", false, (const char *const[]){NULL});
    assert_string_equal(walk(f, "a", IMPACT_CAUSES, 16), "d1 e2");
    assert_string_equal(walk(f, "c", IMPACT_AFFECTED, 16), "");
    assert_string_equal(walk(f, "b", IMPACT_CAUSES, 16), "");
    assert_string_equal(walk(f, "b", IMPACT_AFFECTED, 16), "");
}

static void a_retired_relation_is_not_followed(void **state)
{
    struct fixture *f = *state;

    items(f, "abc");
    depend(f, "ab bc");
    relate(f, "b", "depends_on", "c", false);
    assert_string_equal(walk(f, "a", IMPACT_CAUSES, 16), "b1");
    relate(f, "b", "depends_on", "c", true);
    assert_string_equal(walk(f, "a", IMPACT_CAUSES, 16), "b1 c2");
}

static void every_type_spreads_as_it_should(void **state)
{
    struct fixture *f = *state;

    items(f, "abcdefg");
    relate(f, "a", "runs_on", "b", true);
    relate(f, "b", "hosted_on", "c", true);
    relate(f, "c", "member_of", "d", true);
    relate(f, "d", "connected_to", "e", true);
    relate(f, "e", "backed_up_by", "f", true);
    relate(f, "g", "depends_on", "e", true);
    assert_string_equal(walk(f, "a", IMPACT_CAUSES, 16), "b1 c2 d3 e4");
    assert_string_equal(walk(f, "e", IMPACT_CAUSES, 16), "d1");
    assert_string_equal(walk(f, "d", IMPACT_AFFECTED, 16), "c1 e1 b2 g2 a3");
    assert_string_equal(walk(f, "f", IMPACT_AFFECTED, 16), "");
}

static void two_relations_of_a_pair_are_one_way(void **state)
{
    struct fixture *f = *state;

    items(f, "ab");
    relate(f, "a", "runs_on", "b", true);
    relate(f, "a", "depends_on", "b", true);
    assert_string_equal(walk(f, "a", IMPACT_CAUSES, 16), "b1");
    relate(f, "a", "runs_on", "b", false);
    assert_string_equal(walk(f, "a", IMPACT_CAUSES, 16), "b1");
    relate(f, "a", "depends_on", "b", false);
    assert_string_equal(walk(f, "a", IMPACT_CAUSES, 16), "");
}

static void a_customer_is_counted_once(void **state)
{
    struct fixture *f = *state;

    items(f, "abcd");
    depend(f, "ab bc ac");
    SAVE(KIND_ASSET, "1", "ci", "a", "account", "ACME");
    SAVE(KIND_ASSET, "2", "ci", "a", "account", "ACME");
    SAVE(KIND_ASSET, "3", "ci", "c", "account", "ACME");
    SAVE(KIND_ASSET, "4", "ci", "b", "account", "ORBIT", "consumer", "ann");
    SAVE(KIND_ASSET, "5", "ci", "b", "consumer", "ben");
    assert_int_equal(customers(f, "a", 16), 1);
    assert_int_equal(customers(f, "b", 16), 3);
    assert_int_equal(customers(f, "c", 16), 3);
    assert_int_equal(customers(f, "d", 16), 0);
    assert_int_equal(customers(f, "nowhere", 16), 0);
}

static void a_consumer_is_another_than_the_account_of_that_key(void **state)
{
    struct fixture *f = *state;

    items(f, "a");
    SAVE(KIND_ASSET, "1", "ci", "a", "account", "ACME");
    SAVE(KIND_ASSET, "2", "ci", "a", "consumer", "ACME");
    SAVE(KIND_ASSET, "3", "ci", "a", "name", "nobody's");
    assert_int_equal(customers(f, "a", 16), 2);
}

static void customers_are_counted_to_the_depth_and_without_retired_assets(void **state)
{
    struct fixture *f = *state;

    items(f, "abcd");
    depend(f, "ab bc cd");
    SAVE(KIND_ASSET, "1", "ci", "a", "account", "A");
    SAVE(KIND_ASSET, "2", "ci", "b", "account", "B");
    SAVE(KIND_ASSET, "3", "ci", "d", "account", "D");
    assert_int_equal(customers(f, "d", 3), 3);
    assert_int_equal(customers(f, "d", 2), 2);
    save(f, KIND_ASSET, "2", false, (const char *const[]){NULL});
    assert_int_equal(customers(f, "d", 3), 2);
}

#define ITEMS 12

/* Distances by trying every relation again until nothing gets nearer. */
static void plain_distances(bool related[ITEMS][ITEMS], int from, bool causes, int distances[ITEMS])
{
    for (int i = 0; i < ITEMS; i++)
        distances[i] = i == from ? 0 : ITEMS;
    for (int round = 0; round < ITEMS; round++)
        for (int i = 0; i < ITEMS; i++)
            for (int k = 0; k < ITEMS; k++)
                if ((causes ? related[i][k] : related[k][i]) && distances[i] + 1 < distances[k])
                    distances[k] = distances[i] + 1;
}

static void expect_walk(struct fixture *f, struct graph *g, bool related[ITEMS][ITEMS], int from, bool causes,
                        int depth)
{
    struct buf expected = BUF_INIT;
    int distances[ITEMS];

    plain_distances(related, from, causes, distances);
    for (int d = 1; d <= depth; d++)
        for (int i = 0; i < ITEMS; i++)
            if (distances[i] == d)
                buf_add_format(&expected, "%s%c%d", expected.len > 0 ? " " : "", 'a' + i, d);
    assert_string_equal(walk_in(f, g, arena_printf(&f->arena, "%c", 'a' + from),
                                causes ? IMPACT_CAUSES : IMPACT_AFFECTED, depth),
                        buf_text(&expected));
    buf_release(&expected);
}

static void walks_of_random_maps_reach_what_a_plain_walk_does(void **state)
{
    struct fixture *f = *state;
    struct seeded random = seeded_start("impact walks");
    bool related[ITEMS][ITEMS];
    struct graph g = {.arena = ARENA_INIT};

    items(f, "abcdefghijkl");
    for (int map = 0; map < 12; map++) {
        uint64_t density = map < 6 ? 0 : 1;
        for (int i = 0; i < ITEMS * ITEMS; i++) {
            char pair[] = {(char)('a' + i / ITEMS), (char)('a' + i % ITEMS), '\0'};
            related[i / ITEMS][i % ITEMS] = i / ITEMS != i % ITEMS && seeded_below(&random, 12) <= density;
            if (i / ITEMS != i % ITEMS)
                relate(f, arena_strndup(&f->arena, pair, 1), "depends_on", arena_strdup(&f->arena, pair + 1),
                       related[i / ITEMS][i % ITEMS]);
        }
        for (int i = 0; i < 60; i++)
            expect_walk(f, &g, related, (int)seeded_below(&random, ITEMS), seeded_below(&random, 2) == 0,
                        1 + (int)seeded_below(&random, 5));
        graph_release(&g);
        arena_clear(&f->arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_walk_goes_both_ways),
        WITH_STORE(a_diamond_is_reached_once_at_its_least_distance),
        WITH_STORE(a_cycle_ends),
        WITH_STORE(a_walk_goes_no_deeper_than_asked),
        WITH_STORE(a_walk_reads_on_where_an_earlier_one_ended),
        WITH_STORE(what_was_read_is_not_read_again),
        WITH_STORE(a_retired_item_ends_the_walk),
        WITH_STORE(a_retired_relation_is_not_followed),
        WITH_STORE(every_type_spreads_as_it_should),
        WITH_STORE(two_relations_of_a_pair_are_one_way),
        WITH_STORE(a_customer_is_counted_once),
        WITH_STORE(a_consumer_is_another_than_the_account_of_that_key),
        WITH_STORE(customers_are_counted_to_the_depth_and_without_retired_assets),
        WITH_STORE(walks_of_random_maps_reach_what_a_plain_walk_does),
    };

    return cmocka_run_group_tests_name("impact_table", tests, NULL, NULL);
}
