#include "act/verbs.h"

#include "act/journal.h"
#include "base/json_read.h"
#include "store/message_table.h"

int queue_message(struct context *ctx, struct work *w, int64_t event_id, const char *template_name,
                  const char *recipient, struct error *err)
{
    struct message m = {
        .event_id = event_id,
        .case_id = w->c.id,
        .template_name = template_name,
        .recipient = recipient,
        .config = policy_commit(ctx->policy),
        .state = "queued",
        .created_at = ctx->now,
    };
    struct journal j;
    struct json_writer *out;
    int rc = message_insert(ctx->db, &m, err);

    if (rc != 0 || m.id == 0) /* the event has this message already */
        return rc;
    out = journal_open(&j, ctx, &w->c.head, "message.queued", ctx->now, NULL);
    json_put_text(out, "template", template_name);
    if (strncmp(recipient, "contact:", 8) == 0 &&
        field_is_personal(field_find(case_fields, "contact"), &w->c))
        journal_personal(&j, "/data/recipient", "recipient",
                         json_quote(recipient, strlen(recipient), ctx->arena));
    else
        json_put_text(out, "recipient", recipient);
    return journal_close(&j, err);
}
