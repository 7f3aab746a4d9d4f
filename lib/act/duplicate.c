#include "act/arrival.h"

#include "act/journal.h"
#include "act/levels.h"
#include "act/prioritise.h"
#include "act/trace.h"
#include "store/case_table.h"
#include "store/journal_table.h"

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
    json_t **record = context, *tree = json_tree(json, strlen(json), err), *data, *name;
    size_t i;

    if (!tree)
        return err->code;
    data = json_object_get(tree, "data");
    if (strcmp(event->type, "case.created") == 0) {
        *record = json_incref(json_object_get(data, "record"));
        json_array_foreach (json_object_get(data, "defaults"), i, name)
            json_object_del(*record, json_string_value(name));
    } else if (*record && strcmp(event->type, "case.updated") == 0) {
        overlay(*record, data);
    }
    json_decref(tree);
    return 0;
}

/* The case as it last arrived, from its journal: the record without what it got by default. */
static int last_arrival(struct context *ctx, const struct casefile *existing, json_t **record,
                        struct error *err)
{
    int rc;

    *record = NULL;
    rc = trace_read(ctx, existing->number, add_arrival, record, err);
    if (rc == 0 && !*record)
        rc = error_set(err, CODE_BUG, NULL, "%s has no first event", existing->number);
    return rc;
}

/* `fields` holds unknown members too, so it is compared as a whole after the merge. */
static bool same_value(const struct field *f, const struct casefile *c, const json_t *was,
                       struct arena *arena)
{
    const char *text = field_json(f, c, arena);
    json_t *is = json_loads(text, JSON_DECODE_ANY, NULL);
    bool same = was ? json_equal(is, was) : json_is_null(is);

    json_decref(is);
    return same;
}

/* Pointers of the input members in which the arrival differs from the last one; *mask has their bits. */
static int find_differences(struct context *ctx, const struct arrival *a, const struct work *w,
                            const struct casefile *existing, const char **pointers, uint64_t *mask,
                            struct error *err)
{
    struct casefile given = a->given;
    struct buf text = BUF_INIT;
    struct json_writer writer;
    json_t *record = NULL;
    int rc = last_arrival(ctx, existing, &record, err);

    *mask = 0;
    given.fields = w->c.fields;
    json_writer_init(&writer, &text);
    json_begin_array(&writer, NULL);
    for (size_t i = 0; rc == 0 && case_fields[i].name; i++) {
        const struct field *f = &case_fields[i];
        char pointer[64];
        if (!(f->flags & FIELD_INPUT) || same_value(f, &given, json_object_get(record, f->name), ctx->arena))
            continue;
        snprintf(pointer, sizeof pointer, "/%s", f->name);
        json_put_text(&writer, NULL, pointer);
        *mask |= UINT64_C(1) << i;
    }
    json_end_array(&writer);
    json_decref(record);
    *pointers = rc == 0 ? arena_strndup(ctx->arena, buf_text(&text), text.len) : NULL;
    buf_release(&text);
    return rc == 0 && !*pointers ? error_no_memory(err) : rc;
}

/* Members that tools alone set are accepted when they are what the case has. */
static int check_read_only(const struct arrival *a, const struct casefile *existing, struct error *err)
{
    for (size_t i = 0; case_fields[i].name; i++) {
        const struct field *f = &case_fields[i];
        char pointer[64];
        if (f->flags & FIELD_INPUT || !(a->members & UINT64_C(1) << i) || field_equal(f, &a->given, existing))
            continue;
        snprintf(pointer, sizeof pointer, "/%s", f->name);
        return error_set(err, CODE_READ_ONLY, pointer, "is set by the tools alone, and is not what %s has",
                         existing->number);
    }
    return 0;
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
    if (rc == 0 && (before.impact != w->c.impact || before.urgency != w->c.urgency))
        rc = prioritise(ctx, w, NULL, err);
    return rc == 0 ? levels_evaluate(ctx, w, NULL, err) : rc;
}

int arrival_duplicate(struct context *ctx, const struct capture_options *options, struct arrival *a,
                      const struct casefile *existing, struct work *w, struct error *err)
{
    struct casefile arrived = w->c;
    char hex[DIGEST_HEX];
    uint64_t mask = 0;
    bool told = false, same = memcmp(&arrived.arrival, &existing->arrival, sizeof arrived.arrival) == 0;
    int rc = check_read_only(a, existing, err);

    if (rc == 0 && !same)
        rc = find_differences(ctx, a, w, existing, &w->differs, &mask, err);
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
