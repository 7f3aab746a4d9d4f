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

static void expect(json_t *expected, const char *value)
{
    if (value)
        json_object_set_new_nocheck(expected, value, json_true());
}

static const char *text_of(const struct crm_record *r, const char *name)
{
    const struct field *f = field_find(r->kind->fields, name);

    return f ? field_text(f, r) : NULL;
}

/* What a record ought to be found by: the members of a set. NULL when it cannot be made. */
static json_t *expected_of(const struct crm_record *r, struct arena *arena)
{
    const char *email = text_of(r, "email"), *phone = text_of(r, "phone");
    json_t *expected = json_object(), *groups = NULL, *name;
    size_t i;

    if (r->kind->id == KIND_CONTACT) {
        expect(expected, email ? email_normalise(email, arena) : NULL);
        expect(expected, phone ? phone_normalise(phone, arena) : NULL);
    } else if (r->groups) {
        groups = json_loads(r->groups, 0, NULL);
        json_array_foreach (groups, i, name) {
            expect(expected, json_string_value(name));
        }
        json_decref(groups);
    }
    return expected;
}

int check_beside(struct check *k, const struct crm_record *r, struct error *err)
{
    const char *what = r->kind->id == KIND_CONTACT ? "address" : "group", *subject = buf_text(&k->subject);
    const char **rows = NULL, *name;
    json_t *expected, *yes;
    size_t count = 0;
    int rc;

    if (r->kind->id != KIND_CONTACT && r->kind->id != KIND_AGENT)
        return 0;
    rc = crm_side_rows(k->ctx->db, r, &k->rows, &rows, &count, err);
    if (rc != 0)
        return rc;
    expected = expected_of(r, &k->rows);
    if (!expected)
        return error_no_memory(err);
    for (size_t i = 0; i < count; i++)
        if (json_object_del(expected, rows[i]) != 0)
            check_note(k, "state", subject, 0, "%s %s: the index has it, the record does not", what, rows[i]);
    json_object_foreach (expected, name, yes) {
        check_note(k, "state", subject, 0, "%s %s: the record has it, the index does not", what, name);
    }
    json_decref(expected);
    return 0;
}
