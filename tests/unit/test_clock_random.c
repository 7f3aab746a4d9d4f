#include "clock_support.h"

/* Against a count of seconds: random pauses and ticks over twelve days, with and without nights. */
#define DAYS     12
#define SECONDS  (DAYS * 86400)
#define SWITCHES 12

struct reference {
    bool office;
    unsigned switches[SWITCHES]; /* seconds at which the pause begins or ends, ascending */
    unsigned target;             /* seconds */
    struct clock_transition told[4];
    size_t told_count;
    unsigned elapsed, planned_end;
};

/* Second 0 is Monday 2 March 2026, 00:00. */
static bool second_is_open(bool office, unsigned s)
{
    unsigned hour = s % 86400 / 3600;

    return !office || (s / 86400 % 7 < 5 && hour >= 9 && hour < 17);
}

static void refer(struct reference *r, unsigned start, usec zero)
{
    static const unsigned shares[] = {50, 75, 90};
    size_t next = 0, warn = 0;
    bool paused = false, breached = false;
    unsigned s;

    for (s = start; s < SECONDS; s++) {
        while (next < SWITCHES && r->switches[next] == s) {
            paused = !paused;
            next++;
        }
        if (!second_is_open(r->office, s))
            continue;
        if (paused) {
            /* a target used up, but not exceeded, when the pause began */
            if (r->elapsed == r->target && !breached)
                r->planned_end = s + 1;
            continue;
        }
        if (r->elapsed == r->target && !breached) {
            breached = true;
            r->told[r->told_count++] =
                (struct clock_transition){CLOCK_BREACHED, 100, zero + s * USEC_SECOND + 1};
        }
        r->elapsed++;
        if (r->elapsed == r->target)
            r->planned_end = s + 1;
        if (warn < 3 && r->elapsed == r->target / 100 * shares[warn])
            r->told[r->told_count++] =
                (struct clock_transition){CLOCK_WARNED, shares[warn++], zero + (s + 1) * USEC_SECOND};
    }
}

static int unsigned_order(const void *a, const void *b)
{
    return *(const unsigned *)a < *(const unsigned *)b ? -1 : *(const unsigned *)a > *(const unsigned *)b;
}

static void tick_and_compare(struct fixture *f, const struct reference *r, size_t *told, usec now)
{
    struct clock_transition t;

    while (tick(f, now, &t)) {
        assert_true(*told < r->told_count);
        assert_int_equal(t.event, r->told[*told].event);
        assert_int_equal(t.percent, r->told[*told].percent);
        assert_true(t.at == r->told[*told].at);
        ++*told;
    }
    assert_true(*told == r->told_count || r->told[*told].at > now);
}

static void play(struct fixture *f, struct reference *r, unsigned start, uint64_t *seed)
{
    usec zero = at("2026-03-02T00:00:00Z"), elapsed;
    size_t told = 0, i;
    struct error err;
    char text[TIME_TEXT];

    error_init(&err);
    f->casefile.opened_at = f->facts.now = zero + start * USEC_SECOND;
    attach(f);
    for (i = 0; i < SWITCHES; i++) {
        unsigned earlier = i ? r->switches[i - 1] : start;
        unsigned between = earlier + random_below(seed, r->switches[i] - earlier + 1);

        tick_and_compare(f, r, &told, zero + between * USEC_SECOND + random_below(seed, 2) * 500000);
        tick_and_compare(f, r, &told, zero + r->switches[i] * USEC_SECOND);
        f->casefile.state = f->casefile.state == STATE_OPEN ? STATE_AWAITING_INFO : STATE_OPEN;
        time_format(zero + r->switches[i] * USEC_SECOND, text);
        assert_int_equal(evaluate(f, text), f->casefile.state == STATE_OPEN ? CLOCK_RESUMED : CLOCK_PAUSED);
    }
    tick_and_compare(f, r, &told, zero + (usec)SECONDS * USEC_SECOND);
    assert_int_equal(told, r->told_count);
    assert_int_equal(clock_elapsed(f->calendar, &f->sla, zero + (usec)SECONDS * USEC_SECOND, &elapsed, &err),
                     0);
    assert_true(elapsed == r->elapsed * USEC_SECOND);
    if (f->sla.has_breached)
        assert_true(f->sla.planned_end_time == zero + r->planned_end * USEC_SECOND);
}

static void random_schedules_agree_with_a_count_of_seconds(void **state)
{
    uint64_t seed = 4711;
    int round;

    (void)state;
    for (round = 0; round < 60; round++) {
        struct reference r = {.office = round % 2};
        unsigned start = random_below(&seed, 86400 * 3), i;
        struct fixture f;
        char text[256];

        r.target = 100 * (36 + random_below(&seed, r.office ? 1500 : 7000));
        if (round % 3 == 0)
            r.target -= r.target % 28800; /* whole working days end at closing time */
        r.target += r.target ? 0 : 28800;
        for (i = 0; i < SWITCHES; i++) {
            r.switches[i] = start + 1 + random_below(&seed, SECONDS - start - 1);
            if (random_below(&seed, 3) == 0)
                r.switches[i] -=
                    r.switches[i] % 3600; /* also at the very moments where windows begin and end */
            if (r.switches[i] < start)
                r.switches[i] = start;
        }
        qsort(r.switches, SWITCHES, sizeof *r.switches, unsigned_order);
        refer(&r, start, at("2026-03-02T00:00:00Z"));
        snprintf(
            text, sizeof text,
            "{'type':'SLA','target':'PT%uS','start':{'at':'opened_at'},'pause':{'state':'awaiting_info'},"
            "'warn':[50,75,90]}",
            r.target);
        setup(&f, text, r.office ? OFFICE : ALWAYS);
        play(&f, &r, start, &seed);
        teardown(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_schedules_agree_with_a_count_of_seconds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
