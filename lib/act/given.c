#include "act/given.h"

#include <string.h>

#include "base/json_read.h"
#include "store/journal_table.h"

static bool names_impact(const json_t *defaults)
{
    const json_t *name;
    size_t i;

    json_array_foreach (defaults, i, name) {
        if (strcmp(json_string_value(name), "impact") == 0)
            return true;
    }
    return false;
}

static void fold_created(struct given *g, const json_t *data)
{
    const json_t *record = json_object_get(data, "record");

    g->impact = json_integer_value(json_object_get(record, "impact"));
    g->urgency = json_integer_value(json_object_get(record, "urgency"));
    g->impact_given = !names_impact(json_object_get(data, "defaults"));
}

static void fold_updated(struct given *g, const json_t *data)
{
    const json_t *changes = json_object_get(data, "changes");
    const json_t *impact = json_array_get(json_object_get(changes, "impact"), 1);
    const json_t *urgency = json_array_get(json_object_get(changes, "urgency"), 1);

    if (impact) {
        g->impact = json_integer_value(impact);
        g->impact_given = true;
    }
    if (urgency)
        g->urgency = json_integer_value(urgency);
}

static int fold(struct given *g, const struct event *event, struct error *err)
{
    bool created = strcmp(event->type, "case.created") == 0;
    json_t *tree;

    if (!created && strcmp(event->type, "case.updated") != 0)
        return 0;
    tree = json_tree(event->body, event->body_length, err);
    if (!tree)
        return (int)err->code;
    (created ? fold_created : fold_updated)(g, json_object_get(tree, "data"));
    json_decref(tree);
    return 0;
}

int given_ranks(struct context *ctx, const struct casefile *c, struct given *g, struct error *err)
{
    struct event list[64];
    int64_t after = 0;
    int count, rc = 0;

    *g = (struct given){c->impact, c->urgency, true};
    while ((count = event_page(ctx->db, c->number, after, ctx->arena, list, 64, err)) > 0) {
        for (int i = 0; rc == 0 && i < count; i++)
            rc = fold(g, &list[i], err);
        if (rc != 0)
            return rc;
        after = list[count - 1].seq;
    }
    return count;
}
