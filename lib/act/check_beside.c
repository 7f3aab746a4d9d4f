#include <inttypes.h>

#include "act/check_internal.h"
#include "base/json_read.h"
#include "store/crm_table.h"
#include "store/message_table.h"

static const struct field message_fields[] = {
    {.name = "template", .type = FIELD_TEXT, .offset = offsetof(struct message, template_name)},
    {.name = "recipient", .type = FIELD_TEXT, .offset = offsetof(struct message, recipient)},
    {.name = "config", .type = FIELD_TEXT, .offset = offsetof(struct message, config)},
    {.name = "created_at", .type = FIELD_TIME, .offset = offsetof(struct message, created_at)},
    FIELDS_END,
};

/* Is the row the message that an event told of? A recipient that was erased may be anybody. */
static bool is_message(const json_t *told, const json_t *row)
{
    for (const struct field *f = message_fields; f->name; f++) {
        const json_t *known = json_object_get(told, f->name), *value = json_object_get(row, f->name);
        if ((known || value) && !replay_is_digest(known) && !json_equal(known, value))
            return false;
    }
    return true;
}

/* Rows come in the order of their events: in a sound store the first message that is left is the one. A
 * row that is no proper text has no tree, and is no message. */
static void check_message(struct check *k, const struct message *m)
{
    json_t *row = fields_tree(message_fields, m);
    size_t i = 0, count = json_array_size(k->replay.messages);

    while (i < count && !is_message(json_array_get(k->replay.messages, i), row))
        i++;
    if (i < count)
        json_array_remove(k->replay.messages, i);
    else
        check_note(k, "state", buf_text(&k->subject), 0, "message %" PRId64 ": the journal does not know it",
                   m->id);
    json_decref(row);
}

int check_messages(struct check *k, const struct casefile *c, struct error *err)
{
    struct message *list = NULL;
    size_t count = 0, i;
    json_t *told;
    int rc = message_of_case(k->ctx->db, c->id, &k->rows, &list, &count, err);

    if (rc != 0)
        return rc;
    for (i = 0; i < count; i++)
        check_message(k, &list[i]);
    json_array_foreach (k->replay.messages, i, told) {
        const char *name = json_string_value(json_object_get(told, "template"));
        check_note(k, "state", buf_text(&k->subject), 0, "message %s: the journal has it, the store does not",
                   name ? name : "of no template");
    }
    return 0;
}

/* What the rows beside a record of the kind are; NULL: it has none. */
static const char *beside(enum record_kind_id kind)
{
    switch (kind) {
    case KIND_CONTACT:
    case KIND_CONSUMER:
        return "address";
    case KIND_HOUSEHOLD:
        return "member";
    case KIND_CI_RELATION:
        return "edge";
    case KIND_AGENT:
        return "group";
    default:
        return NULL;
    }
}

/* Both lists are sorted. */
static void compare_lists(struct check *k, const char *what, const char **rows, size_t row_count,
                          const char **expected, size_t expected_count)
{
    const char *subject = buf_text(&k->subject);
    size_t i = 0, n = 0;

    while (i < row_count || n < expected_count) {
        int order = i == row_count ? 1 : n == expected_count ? -1 : strcmp(rows[i], expected[n]);
        if (order < 0)
            check_note(k, "state", subject, 0, "%s %s: the index has it, the record does not", what, rows[i]);
        else if (order > 0)
            check_note(k, "state", subject, 0, "%s %s: the record has it, the index does not", what,
                       expected[n]);
        i += order <= 0;
        n += order >= 0;
    }
}

/* What the record says of the rows. *readable false: a list cannot be read any more, which is a finding. */
static int read_expected(struct check *k, const struct crm_record *r, const char ***list, size_t *count,
                         bool *readable, struct error *err)
{
    struct error damage;
    int rc;

    error_init(&damage);
    rc = crm_side_expected(r, &k->rows, list, count, &damage);
    *readable = rc == 0;
    if (rc == CODE_NO_MEMORY)
        return error_copy(err, &damage);
    if (rc != 0)
        check_note(k, "state", buf_text(&k->subject), 0, "a list of the record cannot be read: %s",
                   damage.message);
    return 0;
}

int check_beside(struct check *k, const struct crm_record *r, struct error *err)
{
    const char *what = beside(r->kind->id), **rows = NULL, **expected = NULL;
    size_t row_count = 0, expected_count = 0;
    bool readable = false;
    int rc;

    if (!what)
        return 0;
    rc = crm_side_rows(k->ctx->db, r, &k->rows, &rows, &row_count, err);
    if (rc == 0)
        rc = read_expected(k, r, &expected, &expected_count, &readable, err);
    if (rc == 0 && readable)
        compare_lists(k, what, rows, row_count, expected, expected_count);
    return rc;
}
