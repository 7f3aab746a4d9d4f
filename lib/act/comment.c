#include "act/verbs.h"

#include "act/journal.h"
#include "act/levels.h"
#include "act/reference.h"
#include "act/state.h"
#include "base/json_read.h"
#include "base/utf8.h"

static int find_author(struct context *ctx, const struct casefile *c, const char *from, const char **key,
                       struct error *err)
{
    struct crm_record contact;
    enum person_found found = PERSON_NONE;
    int rc = find_person(ctx, from, c->account, &contact, &found, err);

    if (rc == 0 && found != PERSON_FOUND)
        rc = error_set(err, CODE_UNKNOWN_REFERENCE, "/from",
                       found == PERSON_NONE ? "there is no contact \"%s\"" : "\"%s\" is more than one person",
                       from);
    *key = rc == 0 ? contact.key : NULL;
    return rc;
}

static int check_text(const struct casefile *c, const struct comment *comment, struct error *err)
{
    size_t n = strlen(comment->text);

    if (n == 0)
        return error_set(err, CODE_REQUIRED, "/text", "required");
    if (n > DESCRIPTION_MAX)
        return error_set(err, CODE_LIMIT, "/text", "longer than %zu bytes (%zu)", DESCRIPTION_MAX, n);
    if (utf8_find_control(comment->text, n, TEXT_LONG) >= 0)
        return error_set(err, CODE_INVALID, "/text", "control character");
    if (c->state == STATE_CLOSED || c->state == STATE_CANCELLED)
        return error_set(err, CODE_BAD_STATE, NULL, "%s is %s", c->number, case_state_names[c->state]);
    return 0;
}

static int journal_comment(struct context *ctx, struct work *w, const struct comment *comment,
                           const char *author, const struct casefile *before, struct error *err)
{
    struct journal j;
    struct json_writer *out = journal_open(&j, ctx, &w->c.head, "case.commented", ctx->now, NULL);

    json_put_text(out, "audience", comment->is_public ? "public" : "internal");
    json_put_text(out, "from", author);
    journal_personal(&j, "/data/text", "text", json_quote(comment->text, strlen(comment->text), ctx->arena));
    journal_changes(&j, "changes", "/data/changes", case_fields, before, &w->c);
    return journal_close(&j, err);
}

int comment_case(struct context *ctx, struct work *w, const struct comment *comment, struct error *err)
{
    struct casefile before = w->c;
    const char *author = NULL;
    int rc = check_text(&w->c, comment, err);

    if (rc == 0 && comment->from)
        rc = find_author(ctx, &w->c, comment->from, &author, err);
    if (rc != 0)
        return rc;
    if (comment->is_public && !author && w->c.first_responded_at == TIME_NONE)
        w->c.first_responded_at = ctx->now;
    rc = journal_comment(ctx, w, comment, author, &before, err);
    if (rc == 0 && author && w->c.state == STATE_AWAITING_INFO) {
        before = w->c;
        w->c.state = STATE_OPEN;
        rc = journal_state(ctx, w, "case.resumed", &before, "the customer answered", NULL, err);
    }
    if (rc == 0)
        rc = levels_evaluate(ctx, w, NULL, err);
    return rc == 0 ? work_save(ctx, w, err) : rc;
}
