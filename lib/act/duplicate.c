#include "act/arrival.h"

#include "act/journal.h"
#include "act/levels.h"
#include "act/prioritise.h"
#include "act/trace.h"
#include "store/case_table.h"
#include "store/journal_table.h"

/* A case as it last arrived: what was given, and what it got by default. */
struct last {
    json_t *given, *defaults;
};

/* What a duplicate changed with --on-duplicate=update is part of what arrived. */
static void overlay(json_t *record, const json_t *data)
{
    const char *name;
    json_t *pair;

    if (!json_is_true(json_object_get(json_object_get(data, "reason"), "duplicate")))
        return;
    json_object_foreach (json_object_get(data, "changes"), name, pair)
        json_object_set(record, name, json_array_get(pair, 1));
}

static int add_arrival(void *context, const struct event *event, const char *json, struct error *err)
{
    struct last *last = context;
    json_t *tree = json_tree(json, strlen(json), err), *data, *name;
    size_t i;

    if (!tree)
        return err->code;
    data = json_object_get(tree, "data");
    if (strcmp(event->type, "case.created") == 0) {
        last->given = json_incref(json_object_get(data, "record"));
        last->defaults = json_object();
        json_array_foreach (json_object_get(data, "defaults"), i, name) {
            json_object_set(last->defaults, json_string_value(name),
                            json_object_get(last->given, json_string_value(name)));
            json_object_del(last->given, json_string_value(name));
        }
    } else if (last->given && strcmp(event->type, "case.updated") == 0) {
        overlay(last->given, data);
    }
    json_decref(tree);
    return 0;
}

/* The last arrival, from the case's journal. */
static int last_arrival(struct context *ctx, const struct casefile *existing, struct last *last,
                        struct error *err)
{
    int rc = trace_read(ctx, existing->number, add_arrival, last, err);

    if (rc == 0 && !last->given)
        rc = error_set(err, CODE_BUG, NULL, "%s has no first event", existing->number);
    return rc;
}

/* A default that is given explicitly is no difference. `fields` holds unknown members too, so it is compared
 * as a whole after the merge. */
static bool same_value(const struct field *f, const struct casefile *c, const struct last *last,
                       struct arena *arena)
{
    const char *text = field_json(f, c, arena);
    const json_t *was = json_object_get(last->given, f->name);
    json_t *is = json_loads(text, JSON_DECODE_ANY, NULL);
    bool same = was ? json_equal(is, was)
                    : json_is_null(is) || json_equal(is, json_object_get(last->defaults, f->name));

    json_decref(is);
    return same;
}

/* Pointers of the input members in which the arrival differs from the last one; *mask has their bits. */
static int find_differences(struct context *ctx, const struct casefile *arrived,
                            const struct casefile *existing, const char **pointers, uint64_t *mask,
                            struct error *err)
{
    struct buf text = BUF_INIT;
    struct json_writer writer;
    struct last last = {NULL, NULL};
    int rc = last_arrival(ctx, existing, &last, err);

    *mask = 0;
    json_writer_init(&writer, &text);
    json_begin_array(&writer, NULL);
    for (size_t i = 0; rc == 0 && case_fields[i].name; i++) {
        const struct field *f = &case_fields[i];
        char pointer[64];
        if (!(f->flags & FIELD_INPUT) || same_value(f, arrived, &last, ctx->arena))
            continue;
        snprintf(pointer, sizeof pointer, "/%s", f->name);
        json_put_text(&writer, NULL, pointer);
        *mask |= UINT64_C(1) << i;
    }
    json_end_array(&writer);
    json_decref(last.given);
    json_decref(last.defaults);
    *pointers = rc == 0 ? arena_strndup(ctx->arena, buf_text(&text), text.len) : NULL;
    buf_release(&text);
    return rc == 0 && !*pointers ? error_no_memory(err) : rc;
}

static int journal_duplicate(struct context *ctx, struct work *w, const char *hex, struct error *err)
{
    struct journal j;
    struct json_writer *out = journal_open(&j, ctx, &w->c.head, "case.duplicate", ctx->now, "");

    json_put_text(out, "digest", hex);
    json_put_raw(out, "differs", w->differs);
    return journal_close(&j, err);
}

static int take_over(struct context *ctx, const struct casefile *arrived, uint64_t mask, struct work *w,
                     struct error *err)
{
    struct journal j;
    struct json_writer *out;
    struct casefile before = w->c;
    int rc;

    if (!case_is_active(&w->c))
        return error_set(err, CODE_BAD_STATE, NULL, "%s is %s and cannot be updated", w->c.number,
                         case_state_names[w->c.state]);
    if (arrived->case_type && strcmp(arrived->case_type, before.case_type) != 0)
        return error_set(err, CODE_READ_ONLY, "/case_type", "cannot be changed");
    for (size_t i = 0; case_fields[i].name; i++)
        if (mask & UINT64_C(1) << i && !field_absent(&case_fields[i], arrived))
            field_copy(&case_fields[i], &w->c, arrived);
    w->c.arrival = arrived->arrival;
    out = journal_open(&j, ctx, &w->c.head, "case.updated", ctx->now, "");
    journal_changes(&j, "changes", "/data/changes", case_fields, &before, &w->c);
    json_begin_object(out, "reason");
    json_put_bool(out, "duplicate", true);
    json_end_object(out);
    rc = journal_close(&j, err);
    if (rc == 0)
        rc = prioritise_again(ctx, w, err);
    return rc == 0 ? levels_evaluate(ctx, w, NULL, err) : rc;
}

int arrival_duplicate(struct context *ctx, const struct capture_options *options, struct arrival *a,
                      const struct casefile *existing, struct work *w, struct error *err)
{
    struct casefile arrived = a->given; /* what it left open stays as it is, or as it got it by default */
    char hex[DIGEST_HEX];
    uint64_t mask = 0;
    bool told = false;
    int rc;

    arrived.arrival = w->c.arrival;
    arrived.fields = w->c.fields; /* with the unknown members */
    rc = arrival_check_read_only(a, existing, err);
    if (rc == 0 && memcmp(&arrived.arrival, &existing->arrival, sizeof arrived.arrival) != 0)
        rc = find_differences(ctx, &arrived, existing, &w->differs, &mask, err);
    if (rc != 0)
        return rc;
    w->c = w->before = *existing;
    w->duplicate = true;
    if (mask == 0) {
        w->differs = NULL;
        return 0;
    }
    if (options->on_duplicate == DUPLICATE_REJECT)
        return error_set(err, CODE_DUPLICATE, NULL, "%s has this external id and other content: %s",
                         existing->number, w->differs);
    digest_hex(&arrived.arrival, hex);
    rc = event_exists(ctx->db, existing->number, "case.duplicate", hex, &told, err);
    if (rc == 0 && !told)
        rc = journal_duplicate(ctx, w, hex, err);
    if (rc == 0 && options->on_duplicate == DUPLICATE_UPDATE)
        rc = take_over(ctx, &arrived, mask, w, err);
    return rc == 0 ? work_save(ctx, w, err) : rc;
}
