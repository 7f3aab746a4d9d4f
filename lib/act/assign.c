#include "act/assign.h"

#include <inttypes.h>

#include "act/journal.h"
#include "act/reference.h"
#include "act/staff.h"
#include "base/json_read.h"
#include "store/agent_table.h"
#include "store/assignment_table.h"

/* What a case asks for, and by what people are compared. */
struct search {
    const struct group *group; /* the case's own */
    json_t *json;              /* what was kept with the case; names below are borrowed from it */
    const char *text;          /* the same, NULL: nothing */
    struct assignment rule;
    struct pick_need need;
    bool familiar_read; /* need.familiar is known */
};

/* What a rule says of people, alone; *text NULL: nothing. */
static int need_text(const json_t *then, struct arena *arena, const char **text, struct error *err)
{
    static const char *const members[] = {"skills", "exclude", "pools"};
    json_t *kept = json_object(), *value;
    int rc = kept ? 0 : error_no_memory(err);

    *text = NULL;
    for (size_t i = 0; rc == 0 && i < sizeof members / sizeof *members; i++) {
        value = json_object_get(then, members[i]);
        if (value && json_object_set(kept, members[i], value) != 0)
            rc = error_no_memory(err);
    }
    if (rc == 0 && json_object_size(kept) > 0 && !(*text = json_tree_text(kept, arena)))
        rc = error_no_memory(err);
    json_decref(kept);
    return rc;
}

int assign_need_keep(struct context *ctx, const struct casefile *c, const json_t *then, const char **need,
                     bool *changed, struct error *err)
{
    const char *before = NULL;
    int rc = need_text(then, ctx->arena, need, err);

    if (rc == 0)
        rc = case_need_find(ctx->db, c->id, ctx->arena, &before, err);
    *changed = rc == 0 && before != *need && (!before || !*need || strcmp(before, *need) != 0);
    return *changed ? case_need_save(ctx->db, c->id, *need, err) : rc;
}

int assign_need_forget(struct context *ctx, const struct casefile *c, struct error *err)
{
    return case_need_save(ctx->db, c->id, NULL, err);
}

static int read_rule(struct context *ctx, const struct casefile *c, struct search *s, struct error *err)
{
    int rc = case_need_find(ctx->db, c->id, ctx->arena, &s->text, err);

    if (rc == 0 && s->text) {
        s->json = json_tree(s->text, strlen(s->text), err);
        rc = s->json ? assignment_read(s->json, "", ctx->arena, &s->rule, err) : (int)err->code;
    }
    if (rc == 0 && s->rule.pool_count == 0)
        rc = assignment_to_group(&s->rule, c->assignment_group, ctx->arena, err);
    return rc;
}

static int read_declines(struct context *ctx, const struct casefile *c, struct pick_need *need,
                         struct error *err)
{
    struct case_decline *list = NULL;
    struct pick_decline *declines;
    int rc = case_declines(ctx->db, c->id, ctx->arena, &list, &need->decline_count, err);

    if (rc != 0 || need->decline_count == 0)
        return rc;
    declines = ARENA_ARRAY(ctx->arena, struct pick_decline, need->decline_count);
    if (!declines)
        return error_no_memory(err);
    for (size_t i = 0; i < need->decline_count; i++)
        declines[i] = (struct pick_decline){list[i].agent, list[i].again, list[i].at};
    need->declines = declines;
    return 0;
}

static int copy_skills(struct context *ctx, const struct assignment *a, struct pick_need *need,
                       struct error *err)
{
    struct pick_skill *skills = ARENA_ARRAY(ctx->arena, struct pick_skill, a->skill_count + 1);

    if (!skills)
        return error_no_memory(err);
    for (size_t i = 0; i < a->skill_count; i++) {
        const char *name = arena_strdup(ctx->arena, a->skills[i].name);
        skills[i] = (struct pick_skill){name, a->skills[i].level};
    }
    need->skills = skills;
    need->skill_count = a->skill_count;
    need->exclude = a->exclude;
    need->exclude_count = a->exclude_count;
    return arena_failed(ctx->arena) ? error_no_memory(err) : 0;
}

static int search_begin(struct context *ctx, const struct casefile *c, struct search *s, struct error *err)
{
    int rc = find_group(ctx->policy, c->assignment_group, &s->group, err);

    if (rc != 0 || !s->group)
        return rc;
    rc = read_rule(ctx, c, s, err);
    if (rc == 0)
        rc = read_declines(ctx, c, &s->need, err);
    if (rc == 0)
        rc = copy_skills(ctx, &s->rule, &s->need, err);
    s->need.size = s->group->sizes[c->priority];
    s->need.weights = s->group->criteria;
    s->need.now = ctx->now;
    return rc;
}

/* Has the case waited so long? */
static bool is_open(const struct context *ctx, const struct casefile *c, const struct assignment_pool *pool)
{
    return pool->after == 0 || ctx->now - c->opened_at >= pool->after;
}

static void note_next(const struct casefile *c, const struct assignment_pool *pool, struct choice *choice)
{
    usec at = c->opened_at + pool->after;

    if (choice->widens_at == TIME_NONE || at < choice->widens_at)
        choice->widens_at = at;
}

static void count_filtered(const struct pick_need *need, const struct candidates *people,
                           struct refusal *refusal)
{
    const struct pick_skill *lacking;

    *refusal = (struct refusal){0};
    for (size_t i = 0; i < people->count; i++)
        refusal->filtered[pick_filter(need, people->list[i], &lacking)]++;
}

/* Compares the people of a pool, none of whom is known to be out of question. */
static int compare(struct context *ctx, const struct casefile *c, struct search *s,
                   const struct candidates *people, struct choice *choice, struct error *err)
{
    struct pick_result *scratch = staff_scratch(ctx, people->count);
    int rc = scratch ? 0 : error_no_memory(err);

    if (rc == 0 && s->need.weights.affinity > 0 && !s->familiar_read)
        rc = case_familiar(ctx->db, c, ctx->arena, &s->need.familiar, err);
    s->familiar_read = true;
    if (rc != 0)
        return rc;
    choice->eligible = pick_best(&s->need, people->list, people->count, scratch, &choice->best);
    if (choice->eligible > 0)
        choice->person = choice->best.candidate->person->key;
    return 0;
}

/* One pool: somebody, or how many were filtered by what. That nobody could take such a case is remembered,
 * unless some let this very case pass. */
static int search_pool(struct context *ctx, const struct casefile *c, struct search *s,
                       const struct assignment_pool *pool, struct choice *choice, struct error *err)
{
    bool common = s->need.decline_count == 0;
    const char *key = arena_printf(ctx->arena, "%s %zu %" PRId64 " %s", c->assignment_group,
                                   (size_t)(pool - s->rule.pools), s->need.size, s->text ? s->text : "");
    const struct refusal *known = NULL;
    struct refusal refusal;
    struct candidates people;
    int rc = key ? 0 : error_no_memory(err);

    if (rc == 0)
        rc = staff_candidates(ctx, pool->groups, pool->group_count, s->need.skill_count > 0, &people, err);
    if (rc != 0)
        return rc;
    choice->candidates += people.count;
    if (common)
        known = staff_refusal(ctx, key);
    if (!known) {
        rc = compare(ctx, c, s, &people, choice, err);
        if (rc != 0 || choice->person)
            return rc;
        count_filtered(&s->need, &people, &refusal);
        known = &refusal;
        if (common)
            rc = staff_refuse(ctx, key, &refusal, err);
    }
    for (size_t i = 0; i < PICK_FILTERS; i++)
        choice->filtered[i] += known->filtered[i];
    return rc;
}

/* Every candidate of the open pools, pool by pool. */
static int judge_all(struct context *ctx, const struct casefile *c, struct search *s, struct choice *choice,
                     struct error *err)
{
    struct pick_result *all = NULL, *more;
    size_t count = 0;
    int rc = case_familiar(ctx->db, c, ctx->arena, &s->need.familiar, err);

    s->familiar_read = true;
    for (size_t i = 0; rc == 0 && i < s->rule.pool_count; i++) {
        const struct assignment_pool *pool = &s->rule.pools[i];
        struct candidates people;
        if (!is_open(ctx, c, pool))
            continue;
        rc = staff_candidates(ctx, pool->groups, pool->group_count, s->need.skill_count > 0, &people, err);
        more = rc == 0 ? ARENA_ARRAY(ctx->arena, struct pick_result, count + people.count + 1) : NULL;
        if (!more)
            return rc ? rc : error_no_memory(err);
        if (count > 0)
            memcpy(more, all, count * sizeof *all);
        pick_rank(&s->need, people.list, people.count, more + count);
        all = more;
        count += people.count;
    }
    choice->judged = all;
    choice->judged_count = count;
    return rc;
}

int assign_choose(struct context *ctx, const struct casefile *c, bool explain, struct choice *choice,
                  struct error *err)
{
    struct search s = {0};
    int rc = search_begin(ctx, c, &s, err);

    *choice = (struct choice){.widens_at = TIME_NONE};
    if (rc == 0 && s.group) {
        choice->size = s.need.size;
        choice->weights = s.need.weights;
        choice->offered = s.group->offers;
        choice->expires_at =
            s.group->offer_timeout == TIME_NONE ? TIME_NONE : ctx->now + s.group->offer_timeout;
        choice->pool_count = s.rule.pool_count;
    }
    if (rc == 0 && s.group && explain)
        rc = judge_all(ctx, c, &s, choice, err);
    for (size_t i = 0; rc == 0 && s.group && i < s.rule.pool_count && !choice->person; i++) {
        if (!is_open(ctx, c, &s.rule.pools[i])) {
            note_next(c, &s.rule.pools[i], choice);
            continue;
        }
        choice->pool = i;
        rc = search_pool(ctx, c, &s, &s.rule.pools[i], choice, err);
    }
    json_decref(s.json);
    return rc;
}

static int journal_assigned(struct context *ctx, struct work *w, const struct casefile *before,
                            const struct choice *choice, struct error *err)
{
    struct journal j;
    struct json_writer *out = journal_open(&j, ctx, &w->c.head, "case.assigned", ctx->now, NULL);

    journal_changes(&j, "changes", "/data/changes", case_fields, before, &w->c);
    if (choice->offered) {
        json_begin_object(out, "offer");
        json_put_time(out, "expires_at", choice->expires_at);
        json_end_object(out);
    }
    write_choice(out, choice);
    return journal_close(&j, err);
}

int assign_give(struct context *ctx, struct work *w, const struct choice *choice, struct error *err)
{
    struct casefile before = w->c;
    int rc;

    w->c.assigned_to = arena_strdup(ctx->arena, choice->person); /* the staff may be forgotten before */
    if (!w->c.assigned_to)
        return error_no_memory(err);
    rc = charge_load(ctx, &w->c, err);
    if (rc == 0 && choice->offered) {
        struct case_offer offer = {w->c.assigned_to, ctx->now, choice->expires_at};
        rc = case_offer_save(ctx->db, w->c.id, &offer, err);
    }
    return rc == 0 ? journal_assigned(ctx, w, &before, choice, err) : rc;
}

int release_load(struct context *ctx, struct casefile *c, struct error *err)
{
    int64_t size = c->size;
    int rc = c->assigned_to ? case_offer_end(ctx->db, c->id, err) : 0;

    c->size = 0;
    if (rc != 0 || !size || !c->assigned_to)
        return rc;
    staff_charged(ctx, c->assigned_to, -size, TIME_NONE);
    return agent_add_load(ctx->db, c->assigned_to, -size, TIME_NONE, err);
}

int charge_load(struct context *ctx, struct casefile *c, struct error *err)
{
    const struct group *group = NULL;
    int rc = 0;

    if (!c->assigned_to)
        return 0;
    if (c->assignment_group)
        rc = find_group(ctx->policy, c->assignment_group, &group, err);
    c->size = group ? group->sizes[c->priority] : 1;
    if (rc != 0)
        return rc;
    staff_charged(ctx, c->assigned_to, c->size, ctx->now);
    return agent_add_load(ctx->db, c->assigned_to, c->size, ctx->now, err);
}
