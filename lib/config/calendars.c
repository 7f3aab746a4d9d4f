/* Calendars of a policy, compiled for a span of time that grows as it is asked for. */
#include "config/compile.h"
#include "config/zone.h"

#define PAD      (35 * USEC_DAY)
#define EARLIEST (-62167219200 * USEC_SECOND) /* 0000-01-01T00:00:00Z */
#define LATEST   (253402300800 * USEC_SECOND) /* 10000-01-01T00:00:00Z */

void calendar_cache_release(struct calendar_cache *c)
{
    arena_release(&c->arena);
    c->compiled = NULL;
}

int calendar_always_open(struct arena *arena, struct calendar_spec **spec, struct error *err)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    json_t *json = json_object(), *hours = json_object();
    int rc = 0;

    if (json_object_set_new(json, "hours", hours) != 0)
        rc = error_no_memory(err);
    for (size_t i = 0; rc == 0 && i < sizeof(days) / sizeof(days[0]); i++)
        if (json_object_set_new(hours, days[i], json_pack("[[ss]]", "00:00", "24:00")) != 0)
            rc = error_no_memory(err);
    if (rc == 0)
        rc = calendar_parse("always open", json, "UTC", arena, spec, err);
    json_decref(json);
    return rc;
}

static usec clamp(usec at)
{
    return at < EARLIEST ? EARLIEST : at > LATEST ? LATEST : at;
}

/* The span to compile so that [from, to] fits: padded, and by half of what there was on a side that grows, so
 * that cases which come in order of time seldom make it compile again. */
static void widen(const struct calendar_cache *c, usec *from, usec *to)
{
    usec half = c->compiled != NULL ? (c->to - c->from) / 2 : 0;
    usec pad = half > PAD ? half : PAD;

    if (c->compiled == NULL) {
        *from = clamp(*from - PAD);
        *to = clamp(*to + PAD);
        return;
    }
    *from = *from < c->from ? clamp(*from - pad) : c->from;
    *to = *to > c->to ? clamp(*to + pad) : c->to;
}

int calendar_cache_get(struct calendar_cache *c, usec from, usec to, const struct calendar **calendar,
                       struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct zone_offset *offsets;
    struct calendar *compiled;
    size_t count;
    int rc;

    from = clamp(from);
    to = clamp(to > from ? to : from);
    if (c->compiled != NULL && c->from <= from && to <= c->to) {
        *calendar = c->compiled;
        return 0;
    }
    widen(c, &from, &to);
    rc = zone_offsets(calendar_zone(c->spec), from, to, &arena, &offsets, &count, err);
    if (rc == 0)
        rc = calendar_compile(c->spec, offsets, count, from, to, &arena, &compiled, err);
    if (rc != 0) {
        arena_release(&arena);
        return code_is_record_error(rc) ? CODE_POLICY : rc;
    }
    arena_release(&c->arena);
    c->arena = arena;
    c->compiled = compiled;
    c->from = from;
    c->to = to;
    *calendar = compiled;
    return 0;
}
