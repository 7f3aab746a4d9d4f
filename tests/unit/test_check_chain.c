/* The chain of events: what was edited, inserted or removed is told, and told once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "act/check_chain.h"

#define EVENTS 6
#define FAULTS 8

struct chain_fixture {
    struct event events[EVENTS + 1];
    int64_t body_seq[EVENTS + 1]; /* the number that the bytes give */
    char bodies[EVENTS + 1][32];
    size_t count;
    struct {
        char code[16];
        int64_t seq;
    } faults[FAULTS];
    size_t fault_count;
};

static void note(void *context, const char *code, int64_t seq, const char *message)
{
    struct chain_fixture *f = context;

    assert_true(f->fault_count < FAULTS);
    assert_true(strlen(message) > 0);
    snprintf(f->faults[f->fault_count].code, sizeof f->faults[0].code, "%s", code);
    f->faults[f->fault_count++].seq = seq;
}

/* A whole chain. */
static void make(struct chain_fixture *f)
{
    struct digest last = {{0}};

    memset(f, 0, sizeof *f);
    f->count = EVENTS;
    for (size_t i = 0; i < EVENTS; i++) {
        struct event *e = &f->events[i];
        snprintf(f->bodies[i], sizeof f->bodies[i], "event %zu", i + 1);
        e->seq = f->body_seq[i] = (int64_t)i + 1;
        e->body = f->bodies[i];
        e->body_length = strlen(e->body);
        e->hash = last = digest_pair(last.bytes, DIGEST_SIZE, e->body, e->body_length);
    }
}

static void take_out(struct chain_fixture *f, size_t index)
{
    memmove(&f->events[index], &f->events[index + 1], (f->count - index - 1) * sizeof f->events[0]);
    memmove(&f->body_seq[index], &f->body_seq[index + 1], (f->count - index - 1) * sizeof f->body_seq[0]);
    f->count--;
}

static void number_anew(struct chain_fixture *f)
{
    for (size_t i = 0; i < f->count; i++)
        f->events[i].seq = (int64_t)i + 1;
}

/* An event that is no link of the chain, at `index`; its hash is what an intruder makes it. */
static void put_in(struct chain_fixture *f, size_t index, const struct digest *hash)
{
    static const char body[] = "never happened";

    memmove(&f->events[index + 1], &f->events[index], (f->count - index) * sizeof f->events[0]);
    memmove(&f->body_seq[index + 1], &f->body_seq[index], (f->count - index) * sizeof f->body_seq[0]);
    f->events[index] = (struct event){.body = body, .body_length = strlen(body), .hash = *hash};
    f->body_seq[index] = (int64_t)index + 1;
    f->count++;
    number_anew(f);
}

static void walk(struct chain_fixture *f)
{
    struct chain_walk w;

    chain_walk_init(&w, note, f);
    for (size_t i = 0; i < f->count; i++)
        chain_walk_event(&w, &f->events[i], f->body_seq[i]);
    chain_walk_end(&w);
}

static void expect_one(struct chain_fixture *f, const char *code, int64_t seq)
{
    walk(f);
    assert_int_equal(f->fault_count, 1);
    assert_string_equal(f->faults[0].code, code);
    assert_int_equal(f->faults[0].seq, seq);
}

static void a_whole_chain_has_no_fault(void **state)
{
    struct chain_fixture f;

    (void)state;
    make(&f);
    walk(&f);
    assert_int_equal(f.fault_count, 0);
}

static void an_edited_event_is_told_wherever_it_stands(void **state)
{
    (void)state;
    for (size_t i = 0; i < EVENTS; i++) {
        struct chain_fixture f;
        make(&f);
        f.bodies[i][0] = 'E';
        expect_one(&f, "edited", (int64_t)i + 1);
    }
}

static void an_event_edited_and_hashed_anew_breaks_the_next_link(void **state)
{
    struct chain_fixture f;

    (void)state;
    make(&f);
    f.bodies[2][0] = 'E';
    f.events[2].hash = digest_pair(f.events[1].hash.bytes, DIGEST_SIZE, f.bodies[2], f.events[2].body_length);
    expect_one(&f, "edited", 4);
}

static void a_removed_event_is_told_by_the_gap(void **state)
{
    struct chain_fixture f;

    (void)state;
    make(&f);
    take_out(&f, 2);
    expect_one(&f, "removed", 4);
    make(&f);
    take_out(&f, 0);
    take_out(&f, 0);
    expect_one(&f, "removed", 3);
}

static void a_removed_event_is_told_when_the_columns_were_numbered_anew(void **state)
{
    struct chain_fixture f;

    (void)state;
    make(&f);
    take_out(&f, 2);
    number_anew(&f);
    expect_one(&f, "removed", 4);
}

static void an_inserted_event_is_told_whatever_its_hash(void **state)
{
    const struct digest none = {{0}};

    (void)state;
    for (size_t i = 0; i < EVENTS; i++) {
        struct chain_fixture f;
        struct digest forged;
        make(&f);
        put_in(&f, i, &none);
        expect_one(&f, "inserted", (int64_t)i + 1);
        make(&f);
        forged = i > 0 ? f.events[i - 1].hash : none;
        forged = digest_pair(forged.bytes, DIGEST_SIZE, "never happened", strlen("never happened"));
        put_in(&f, i, &forged);
        expect_one(&f, "inserted", (int64_t)i + 1);
    }
}

static void two_faults_are_told_as_two(void **state)
{
    struct chain_fixture f;

    (void)state;
    make(&f);
    f.bodies[0][0] = 'E';
    f.bodies[4][0] = 'E';
    walk(&f);
    assert_int_equal(f.fault_count, 2);
    assert_int_equal(f.faults[0].seq, 1);
    assert_int_equal(f.faults[1].seq, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_chain_has_no_fault),
        cmocka_unit_test(an_edited_event_is_told_wherever_it_stands),
        cmocka_unit_test(an_event_edited_and_hashed_anew_breaks_the_next_link),
        cmocka_unit_test(a_removed_event_is_told_by_the_gap),
        cmocka_unit_test(a_removed_event_is_told_when_the_columns_were_numbered_anew),
        cmocka_unit_test(an_inserted_event_is_told_whatever_its_hash),
        cmocka_unit_test(two_faults_are_told_as_two),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
