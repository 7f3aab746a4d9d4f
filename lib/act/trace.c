#include "act/trace.h"

#include "act/event_read.h"
#include "base/json_read.h"
#include "store/journal_table.h"

#define TRACE_PAGE 64

/* The event's text with its values back, in ctx->arena: the very bytes when it has none. */
static int event_text(struct context *ctx, const struct event *e, const char **text, struct error *err)
{
    json_t *tree = NULL;
    int rc;

    *text = e->body;
    if (!strstr(e->body, "\"sha256\""))
        return 0;
    rc = event_tree(ctx, e, &tree, err);
    if (rc == 0)
        *text = json_tree_text(tree, ctx->arena);
    json_decref(tree);
    return rc == 0 && !*text ? error_no_memory(err) : rc;
}

int trace_read(struct context *ctx, const char *subject, trace_event *each, void *context, struct error *err)
{
    struct arena arena = ARENA_INIT, *outer = ctx->arena;
    int64_t seq = 0;
    int rc, n;

    ctx->arena = &arena; /* a page at a time, however long the chain */
    do {
        struct event list[TRACE_PAGE];
        arena_clear(&arena);
        rc = n = event_page(ctx->db, subject, seq, &arena, list, TRACE_PAGE, err);
        for (int i = 0; i < n && rc >= 0; i++) {
            const char *text = NULL;
            rc = event_text(ctx, &list[i], &text, err);
            if (rc == 0)
                rc = each(context, &list[i], text, err);
            seq = list[i].seq;
        }
    } while (n == TRACE_PAGE && rc >= 0);
    ctx->arena = outer;
    arena_release(&arena);
    return rc < 0 ? rc : 0;
}

static int add_element(void *context, const struct event *event, const char *json, struct error *err)
{
    struct buf *array = context;

    (void)event;
    (void)err;
    if (array->len > 1)
        buf_add_char(array, ',');
    buf_add_text(array, json);
    return 0;
}

int trace_array(struct context *ctx, const char *subject, const char **json, struct error *err)
{
    struct buf array = BUF_INIT;
    int rc;

    buf_add_char(&array, '[');
    rc = trace_read(ctx, subject, add_element, &array, err);
    buf_add_char(&array, ']');
    *json = rc == 0 && !buf_failed(&array) ? arena_strndup(ctx->arena, array.data, array.len) : NULL;
    if (rc == 0 && !*json)
        rc = error_no_memory(err);
    buf_release(&array);
    return rc;
}
