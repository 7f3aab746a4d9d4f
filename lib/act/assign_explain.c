/* Why this person, why nobody, and what is to be said of each candidate. */
#include "act/assign.h"

void write_unassigned(struct json_writer *w, const char *name, const struct choice *choice)
{
    if (choice->person)
        return;
    json_begin_object(w, name);
    json_put_text(w, "why",
                  choice->pool_count == 0   ? "unknown_group"
                  : choice->candidates == 0 ? "no_members"
                                            : "nobody_eligible");
    if (choice->candidates > 0) {
        json_put_int(w, "candidates", (int64_t)choice->candidates);
        json_begin_object(w, "filtered_by");
        for (size_t i = PICK_ELIGIBLE + 1; i < PICK_FILTERS; i++)
            if (choice->filtered[i] > 0)
                json_put_int(w, pick_filter_names[i], (int64_t)choice->filtered[i]);
        json_end_object(w);
    }
    json_put_time(w, "widens_at", choice->widens_at);
    json_end_object(w);
}

static void write_criterion(struct json_writer *w, const char *name, double term, int64_t weight)
{
    if (weight == 0)
        return;
    json_begin_object(w, name);
    json_put_real(w, "term", term);
    json_put_int(w, "weight", weight);
    json_end_object(w);
}

/* The numbers that a person was judged by, and what came of them. */
static void write_numbers(struct json_writer *w, const struct pick_result *r,
                          const struct pick_weights *weights)
{
    json_put_int(w, "load", r->load);
    json_put_int(w, "capacity", r->candidate->capacity);
    if (r->idle != TIME_NONE)
        json_put_duration(w, "idle", r->idle);
    if (r->familiar)
        json_put_bool(w, "familiar", true);
    json_put_time(w, "passed_at", r->passed_at);
    if (r->filter != PICK_ELIGIBLE)
        return;
    json_begin_object(w, "criteria");
    write_criterion(w, "load", r->load_term, weights->load);
    write_criterion(w, "idle", r->idle_term, weights->idle);
    write_criterion(w, "affinity", r->affinity_term, weights->affinity);
    json_end_object(w);
    json_put_real(w, "score", r->score);
}

void write_choice(struct json_writer *w, const struct choice *choice)
{
    json_begin_object(w, "reason");
    json_put_text(w, "by", "rank");
    json_put_text(w, "group", choice->best.candidate->group);
    json_put_int(w, "pool", (int64_t)choice->pool + 1);
    json_put_int(w, "size", choice->size);
    json_put_int(w, "candidates", (int64_t)choice->candidates);
    json_put_int(w, "eligible", (int64_t)choice->eligible);
    write_numbers(w, &choice->best, &choice->weights);
    json_end_object(w);
}

static void write_filter(struct json_writer *w, const struct pick_result *r)
{
    char text[300];

    if (r->filter == PICK_ELIGIBLE)
        return;
    if (!r->lacking) {
        json_put_text(w, "filtered_by", pick_filter_names[r->filter]);
        return;
    }
    snprintf(text, sizeof text, "skill:%.256s", r->lacking->name);
    json_put_text(w, "filtered_by", text);
}

void write_candidates(struct json_writer *w, const struct choice *choice)
{
    json_begin_array(w, "candidates");
    for (size_t i = 0; i < choice->judged_count; i++) {
        const struct pick_result *r = &choice->judged[i];
        json_begin_object(w, NULL);
        json_put_text(w, "agent", r->candidate->person->key);
        json_put_text(w, "group", r->candidate->group);
        write_numbers(w, r, &choice->weights);
        write_filter(w, r);
        json_end_object(w);
    }
    json_end_array(w);
}
