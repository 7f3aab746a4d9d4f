#include "rule_support.h"

#include "rule/pick.h"
#include "seeded.h"

#define NOW    (1000 * USEC_HOUR)
#define PEOPLE 5

static const struct pick_shift on = {true, true}, off = {true, false}, unknown = {false, false};

/* People who differ in nothing but their keys, each in the group with a capacity of 8. */
struct team {
    struct pick_person people[PEOPLE];
    struct pick_candidate members[PEOPLE];
    const struct pick_candidate *list[PEOPLE];
    struct pick_need need;
};

static void gather(struct team *t)
{
    static const char *const keys[PEOPLE] = {"ana", "ben", "cid", "dot", "eva"};

    *t = (struct team){.need = {.size = 1, .weights = pick_weights_default, .now = NOW}};
    for (size_t i = 0; i < PEOPLE; i++) {
        t->people[i] =
            (struct pick_person){.key = keys[i], .active = true, .present = true, .last_assigned = TIME_NONE};
        t->members[i] = (struct pick_candidate){&t->people[i], 8, &on, "noc"};
        t->list[i] = &t->members[i];
    }
}

static const char *best_of(const struct team *t, size_t count)
{
    struct pick_result scratch[PEOPLE], best;

    return pick_best(&t->need, t->list, count, scratch, &best) ? best.candidate->person->key : "nobody";
}

static double score_of(const struct team *t, size_t count, size_t i)
{
    struct pick_result results[PEOPLE];

    pick_rank(&t->need, t->list, count, results);
    for (size_t k = 0; k < count; k++)
        if (results[k].candidate == t->list[i])
            return results[k].score;
    return -1;
}

static enum pick_filter filter_of(const struct team *t, size_t i)
{
    const struct pick_skill *lacking;

    return pick_filter(&t->need, t->list[i], &lacking);
}

static void each_filter_has_its_name(void **state)
{
    struct team t;

    (void)state;
    gather(&t);
    t.people[0].active = false;
    assert_string_equal(pick_filter_names[filter_of(&t, 0)], "inactive");
    t.people[1].present = false;
    assert_string_equal(pick_filter_names[filter_of(&t, 1)], "presence");
    t.members[2].shift = &off;
    assert_string_equal(pick_filter_names[filter_of(&t, 2)], "shift");
    t.members[3].shift = &unknown;
    assert_string_equal(pick_filter_names[filter_of(&t, 3)], "calendar");
    assert_int_equal(filter_of(&t, 4), PICK_ELIGIBLE);
    assert_string_equal(best_of(&t, PEOPLE), "eva");
    t.people[4].load = 8;
    assert_string_equal(pick_filter_names[filter_of(&t, 4)], "capacity");
    assert_string_equal(best_of(&t, PEOPLE), "nobody");
}

static void the_first_filter_that_holds_is_told(void **state)
{
    static const struct pick_skill bgp = {"bgp", 1};
    struct team t;

    (void)state;
    gather(&t);
    t.people[0] = (struct pick_person){.key = "ana", .load = 9};
    t.members[0].shift = &off;
    t.need.skills = &bgp;
    t.need.skill_count = 1;
    assert_int_equal(filter_of(&t, 0), PICK_INACTIVE);
    t.people[0].active = true;
    assert_int_equal(filter_of(&t, 0), PICK_PRESENCE);
    t.people[0].present = true;
    assert_int_equal(filter_of(&t, 0), PICK_SHIFT);
    t.members[0].shift = &on;
    assert_int_equal(filter_of(&t, 0), PICK_SKILL);
    t.need.skill_count = 0;
    assert_int_equal(filter_of(&t, 0), PICK_CAPACITY);
}

static void a_skill_is_a_threshold_and_no_merit(void **state)
{
    static const struct pick_skill need[] = {{"bgp", 2}, {"dsl", 1}};
    static const struct pick_skill just[] = {{"bgp", 2}, {"dsl", 1}}, master[] = {{"bgp", 9}, {"dsl", 9}},
                                   less[] = {{"bgp", 1}, {"dsl", 9}}, half[] = {{"bgp", 9}, {"voice", 3}};
    const struct pick_skill *lacking;
    struct team t;

    (void)state;
    gather(&t);
    t.need.skills = need;
    t.need.skill_count = 2;
    t.people[0].skills = less;
    t.people[1].skills = just;
    t.people[2].skills = master;
    t.people[3].skills = half;
    for (size_t i = 0; i < 4; i++)
        t.people[i].skill_count = 2;
    assert_int_equal(pick_filter(&t.need, t.list[0], &lacking), PICK_SKILL);
    assert_string_equal(lacking->name, "bgp");
    assert_int_equal(pick_filter(&t.need, t.list[3], &lacking), PICK_SKILL);
    assert_string_equal(lacking->name, "dsl");
    assert_int_equal(filter_of(&t, 4), PICK_SKILL);
    assert_true(score_of(&t, PEOPLE, 1) == score_of(&t, PEOPLE, 2));
    assert_string_equal(best_of(&t, PEOPLE), "ben");
}

static void eligible_is_who_stays_within_capacity_with_the_case_added(void **state)
{
    struct team t;

    (void)state;
    gather(&t);
    t.need.size = 3;
    t.people[0].load = 5;
    assert_int_equal(filter_of(&t, 0), PICK_ELIGIBLE);
    t.people[0].load = 6;
    assert_int_equal(filter_of(&t, 0), PICK_CAPACITY);
    t.members[0].capacity = INT64_MAX;
    t.people[0].load = INT64_MAX - 2;
    assert_int_equal(filter_of(&t, 0), PICK_CAPACITY);
    t.members[0].capacity = 0;
    t.people[0].load = 0;
    t.need.size = 0;
    assert_int_equal(filter_of(&t, 0), PICK_ELIGIBLE);
}

/* Least work: ana. Most room: cid. Least work for what they can carry: ben. */
static void T30_load_is_relative_to_capacity(void **state)
{
    struct team t;

    (void)state;
    gather(&t);
    t.members[0].capacity = 4;
    t.people[0].load = 2; /* 50 %, room for 2 */
    t.members[1].capacity = 16;
    t.people[1].load = 3; /* 19 %, room for 13 */
    t.members[2].capacity = 40;
    t.people[2].load = 20; /* 50 %, room for 20 */
    assert_string_equal(best_of(&t, 3), "ben");
    t.need.weights = (struct pick_weights){10, 0, 0};
    assert_true(score_of(&t, 3, 0) == score_of(&t, 3, 2));
    assert_true(score_of(&t, 3, 1) == 1 - 3.0 / 16);
}

static void T30_ties_go_to_the_longest_idle_then_to_the_lower_key(void **state)
{
    struct team t;

    (void)state;
    gather(&t);
    assert_string_equal(best_of(&t, PEOPLE), "ana");
    t.people[0].last_assigned = NOW - 3 * USEC_HOUR;
    t.people[1].last_assigned = NOW - 5 * USEC_HOUR;
    assert_string_equal(best_of(&t, PEOPLE), "cid");
    assert_string_equal(best_of(&t, 2), "ben");
    t.need.weights = (struct pick_weights){0, 0, 0};
    assert_true(score_of(&t, PEOPLE, 0) == 0);
    assert_string_equal(best_of(&t, PEOPLE), "cid");
    assert_string_equal(best_of(&t, 2), "ben");
}

static void the_formulas_are_those_of_the_header(void **state)
{
    struct team t;

    (void)state;
    gather(&t);
    t.people[0].load = 2;
    t.people[0].last_assigned = NOW - USEC_HOUR;
    t.people[1].load = 4;
    t.people[1].last_assigned = NOW - 4 * USEC_HOUR;
    t.need.familiar = "ben";
    assert_true(score_of(&t, 2, 0) == (10 * 0.75 + 5 * 0.25 + 5 * 0.0) / 20);
    assert_true(score_of(&t, 2, 1) == (10 * 0.5 + 5 * 1.0 + 5 * 1.0) / 20);
    assert_string_equal(best_of(&t, 2), "ben");
    t.need.weights.affinity = 0;
    t.need.weights.idle = 0;
    assert_string_equal(best_of(&t, 2), "ana");
}

static void affinity_never_makes_anybody_eligible(void **state)
{
    struct team t;

    (void)state;
    gather(&t);
    t.need.familiar = "ana";
    t.members[0].shift = &off;
    assert_string_equal(best_of(&t, PEOPLE), "ben");
}

static void who_declined_for_good_never_has_it_and_who_may_again_comes_last(void **state)
{
    static const struct pick_decline declines[] = {
        {"ana", false, NOW - 4}, {"ben", true, NOW - 2}, {"cid", true, NOW - 3}};
    static const char *const exclude[] = {"eva"};
    struct team t;

    (void)state;
    gather(&t);
    t.need.declines = declines;
    t.need.decline_count = 3;
    t.need.exclude = exclude;
    t.need.exclude_count = 1;
    t.people[3].load = 7;
    assert_string_equal(best_of(&t, PEOPLE), "dot");
    t.people[3].load = 8;
    assert_string_equal(best_of(&t, PEOPLE), "cid");
    assert_string_equal(best_of(&t, 2), "ben");
    assert_string_equal(best_of(&t, 1), "nobody");
    assert_int_equal(filter_of(&t, 4), PICK_EXCLUDED);
    assert_int_equal(filter_of(&t, 0), PICK_DECLINED);
}

static void ranking_tells_everybody_the_eligible_first(void **state)
{
    struct pick_result results[PEOPLE];
    struct team t;

    (void)state;
    gather(&t);
    t.people[0].present = false;
    t.people[1].load = 3;
    t.members[3].shift = &off;
    assert_int_equal(pick_rank(&t.need, t.list, PEOPLE, results), 3);
    assert_string_equal(results[0].candidate->person->key, "cid");
    assert_string_equal(results[1].candidate->person->key, "eva");
    assert_string_equal(results[2].candidate->person->key, "ben");
    assert_string_equal(results[3].candidate->person->key, "ana");
    assert_int_equal(results[3].filter, PICK_PRESENCE);
    assert_int_equal(results[4].filter, PICK_SHIFT);
}

static bool chance(struct seeded *s, uint64_t of)
{
    return seeded_below(s, of) == 0;
}

static void random_team(struct seeded *s, struct team *t, struct pick_skill skills[PEOPLE])
{
    static const struct pick_skill need = {"bgp", 2};
    static const char *const exclude[] = {"dot"};
    static const struct pick_decline declines[] = {{"cid", false, NOW - 9}, {"ben", true, NOW - 8}};

    gather(t);
    for (size_t i = 0; i < PEOPLE; i++) {
        skills[i] = (struct pick_skill){"bgp", (int64_t)seeded_below(s, 4)};
        t->people[i].active = !chance(s, 8);
        t->people[i].present = !chance(s, 6);
        t->people[i].load = (int64_t)seeded_below(s, 10);
        t->people[i].last_assigned = chance(s, 3) ? TIME_NONE : NOW - (usec)seeded_below(s, 4) * USEC_HOUR;
        t->people[i].skills = &skills[i];
        t->people[i].skill_count = 1;
        t->members[i].capacity = (int64_t)seeded_below(s, 12);
        t->members[i].shift = chance(s, 5) ? &off : chance(s, 9) ? &unknown : &on;
    }
    t->need.size = (int64_t)seeded_below(s, 4);
    t->need.skills = &need;
    t->need.skill_count = seeded_below(s, 2);
    t->need.exclude = exclude;
    t->need.exclude_count = seeded_below(s, 2);
    t->need.declines = declines;
    t->need.decline_count = seeded_below(s, 3);
    t->need.familiar = chance(s, 2) ? "eva" : NULL;
}

static void shuffle(struct seeded *s, struct team *t)
{
    for (size_t i = PEOPLE - 1; i > 0; i--) {
        size_t k = (size_t)seeded_below(s, i + 1);
        const struct pick_candidate *c = t->list[i];
        t->list[i] = t->list[k];
        t->list[k] = c;
    }
}

/* The conditions of the issue, said once more in other words. */
static bool may_have(const struct team *t, const struct pick_candidate *c)
{
    const struct pick_person *p = c->person;
    bool skilled = t->need.skill_count == 0 || p->skills[0].level >= 2;
    bool out = (t->need.exclude_count > 0 && strcmp(p->key, "dot") == 0) ||
               (t->need.decline_count > 0 && strcmp(p->key, "cid") == 0);

    return p->active && p->present && c->shift->open && skilled && !out &&
           p->load + t->need.size <= c->capacity;
}

static void whoever_is_picked_is_eligible_and_order_does_not_matter(void **state)
{
    struct seeded s = seeded_start("pick");

    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct pick_result scratch[PEOPLE], best, ranked[PEOPLE];
        struct pick_skill skills[PEOPLE];
        const struct pick_candidate *first;
        size_t eligible = 0, found;
        struct team t;
        random_team(&s, &t, skills);
        for (size_t i = 0; i < PEOPLE; i++)
            eligible += may_have(&t, t.list[i]);
        found = pick_best(&t.need, t.list, PEOPLE, scratch, &best);
        assert_int_equal(found, eligible);
        assert_int_equal(pick_rank(&t.need, t.list, PEOPLE, ranked), eligible);
        if (found == 0)
            continue;
        first = best.candidate;
        assert_true(may_have(&t, first));
        assert_true(best.score >= 0 && best.score <= 1);
        assert_ptr_equal(ranked[0].candidate, first);
        shuffle(&s, &t);
        pick_best(&t.need, t.list, PEOPLE, scratch, &best);
        assert_ptr_equal(best.candidate, first);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_filter_has_its_name),
        cmocka_unit_test(the_first_filter_that_holds_is_told),
        cmocka_unit_test(a_skill_is_a_threshold_and_no_merit),
        cmocka_unit_test(eligible_is_who_stays_within_capacity_with_the_case_added),
        cmocka_unit_test(T30_load_is_relative_to_capacity),
        cmocka_unit_test(T30_ties_go_to_the_longest_idle_then_to_the_lower_key),
        cmocka_unit_test(the_formulas_are_those_of_the_header),
        cmocka_unit_test(affinity_never_makes_anybody_eligible),
        cmocka_unit_test(who_declined_for_good_never_has_it_and_who_may_again_comes_last),
        cmocka_unit_test(ranking_tells_everybody_the_eligible_first),
        cmocka_unit_test(whoever_is_picked_is_eligible_and_order_does_not_matter),
    };

    return cmocka_run_group_tests_name("pick", tests, NULL, NULL);
}
