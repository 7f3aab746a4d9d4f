#include <inttypes.h>

#include "act/check_internal.h"
#include "model/sla.h"
#include "model/task.h"
#include "store/assignment_table.h"
#include "store/case_table.h"
#include "store/crm_table.h"
#include "store/sla_table.h"
#include "store/task_table.h"

static const struct field milestone_fields[] = {
    {.name = "reached",
     .type = FIELD_BOOL,
     .flags = FIELD_PRINT_FALSE,
     .offset = offsetof(struct milestone, reached)},
    {.name = "at", .type = FIELD_TIME, .offset = offsetof(struct milestone, at)},
    FIELDS_END,
};

static const struct field decline_fields[] = {
    {.name = "reason", .type = FIELD_TEXT, .offset = offsetof(struct case_decline, reason)},
    {.name = "again",
     .type = FIELD_BOOL,
     .flags = FIELD_PRINT_FALSE,
     .offset = offsetof(struct case_decline, again)},
    {.name = "at", .type = FIELD_TIME, .offset = offsetof(struct case_decline, at)},
    FIELDS_END,
};

struct need_row {
    const char *need;
};
static const struct field need_fields[] = {
    {.name = "need", .type = FIELD_JSON, .offset = offsetof(struct need_row, need)},
    FIELDS_END,
};

static const struct field store_fields[] = {
    {.name = "store_id", .type = FIELD_TEXT, .offset = offsetof(struct store_info, store_id)},
    {.name = "simulation", .type = FIELD_BOOL, .offset = offsetof(struct store_info, simulation)},
    {.name = "config_repo", .type = FIELD_TEXT, .offset = offsetof(struct store_info, config_repo)},
    {.name = "config_ref", .type = FIELD_TEXT, .offset = offsetof(struct store_info, config_ref)},
    {.name = "proxies", .type = FIELD_JSON, .offset = offsetof(struct store_info, proxies)},
    FIELDS_END,
};

#define VALUE_SHOWN 60 /* bytes of a value in a finding */

struct part {
    struct check *check;
    const char *prefix; /* "task install: ", or "" for the owner itself */
};

static void note_difference(void *context, const char *field, const char *journal, const char *row)
{
    const struct part *p = context;
    struct check *k = p->check;

    check_note(k, "state", buf_text(&k->subject), k->walk.seq, "%s%s is %.*s, by the journal %.*s", p->prefix,
               field, VALUE_SHOWN, row, VALUE_SHOWN, journal);
}

/* The head on the owner's row is the last event. */
static void check_head(struct check *k, const struct chain *head)
{
    const char *subject = buf_text(&k->subject);

    if (head->seq > k->walk.seq)
        check_note(k, "removed", subject, k->walk.seq + 1,
                   "the row's last event is %" PRId64 ", the journal ends with %" PRId64
                   ": the end was removed",
                   head->seq, k->walk.seq);
    else if (head->seq < k->walk.seq)
        check_note(k, "inserted", subject, head->seq + 1,
                   "the row's last event is %" PRId64 ", the journal goes on to %" PRId64
                   ": the rest was inserted",
                   head->seq, k->walk.seq);
    else if (memcmp(head->hash.bytes, k->walk.last.bytes, DIGEST_SIZE) != 0)
        check_note(k, "head", subject, head->seq, "the hash on the row is not that of its last event");
}

/* A part that the rows have. It is taken out of the journal's, so that what remains is what the rows lack. */
static int check_part(struct check *k, json_t *parts, const char *key, const char *prefix,
                      const struct field *fields, const void *object, struct error *err)
{
    const json_t *known = json_object_get(parts, key);
    struct part p = {k, prefix};
    int rc;

    if (!prefix)
        return error_no_memory(err);
    if (!known) {
        check_note(k, "state", buf_text(&k->subject), 0, "%sthe journal does not know it", prefix);
        return 0;
    }
    rc = replay_compare(known, fields, object, &k->rows, note_difference, &p, err);
    json_object_del(parts, key);
    return rc;
}

static void note_missing(struct check *k, json_t *parts, const char *what)
{
    const char *key;
    json_t *part;

    json_object_foreach (parts, key, part) {
        check_note(k, "state", buf_text(&k->subject), 0, "%s %s: the journal has it, the store does not",
                   what, key);
    }
}

static int check_tasks(struct check *k, const struct casefile *c, struct error *err)
{
    size_t count = 0, skip = strlen(c->number) + 1;
    struct task *tasks = NULL;
    int rc = task_of_case(k->ctx->db, c->id, c->number, &k->rows, &tasks, &count, err);

    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = check_part(k, k->replay.tasks, tasks[i].task + skip,
                        arena_printf(&k->rows, "task %s: ", tasks[i].task + skip), task_fields, &tasks[i],
                        err);
    if (rc == 0)
        note_missing(k, k->replay.tasks, "task");
    return rc;
}

static int check_milestones(struct check *k, const struct casefile *c, struct error *err)
{
    struct milestone *list = NULL;
    size_t count = 0;
    int rc = milestone_of_case(k->ctx->db, c->id, &k->rows, &list, &count, err);

    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = check_part(k, k->replay.milestones, list[i].name,
                        arena_printf(&k->rows, "milestone %s: ", list[i].name), milestone_fields, &list[i],
                        err);
    if (rc == 0)
        note_missing(k, k->replay.milestones, "milestone");
    return rc;
}

static int check_declines(struct check *k, const struct casefile *c, struct error *err)
{
    struct case_decline *list = NULL;
    size_t count = 0;
    int rc = case_declines(k->ctx->db, c->id, &k->rows, &list, &count, err);

    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = check_part(k, k->replay.declines, list[i].agent,
                        arena_printf(&k->rows, "decline of %s: ", list[i].agent), decline_fields, &list[i],
                        err);
    if (rc == 0)
        note_missing(k, k->replay.declines, "decline of");
    return rc;
}

/* What its rule asks of a person, or nothing. */
static int check_need(struct check *k, const struct casefile *c, struct error *err)
{
    struct part self = {k, ""};
    struct need_row row = {NULL};
    int rc = case_need_find(k->ctx->db, c->id, &k->rows, &row.need, err);

    return rc == 0 ? replay_compare(k->replay.need, need_fields, &row, &k->rows, note_difference, &self, err)
                   : rc;
}

/* Time alone brings about something on a clock that runs and is not breached, and on no other. */
static void check_wake(struct check *k, const struct sla *s)
{
    bool runs = s->stage == SLA_IN_PROGRESS && !s->has_breached;

    if (runs && s->next_at == TIME_NONE)
        check_note(k, "state", buf_text(&k->subject), k->walk.seq, "sla %s: it runs and nothing will wake it",
                   s->definition);
    if (!runs && s->next_at != TIME_NONE)
        check_note(k, "state", buf_text(&k->subject), k->walk.seq,
                   "sla %s: it is to be woken and has nothing to wait for", s->definition);
}

static int check_clocks(struct check *k, const struct casefile *c, struct error *err)
{
    size_t count = 0;
    struct sla *list = NULL;
    int rc = sla_of_case(k->ctx->db, c->id, c->number, &k->rows, &list, &count, err);

    for (size_t i = 0; rc == 0 && i < count; i++) {
        char key[24];
        snprintf(key, sizeof key, "%" PRId64, list[i].id);
        rc = check_part(k, k->replay.clocks, key, arena_printf(&k->rows, "sla %s: ", list[i].definition),
                        sla_fields, &list[i], err);
        check_wake(k, &list[i]);
    }
    if (rc == 0)
        note_missing(k, k->replay.clocks, "sla");
    return rc;
}

/* A case that is not there is told with the other orphans. */
static int check_case(struct check *k, struct error *err)
{
    struct part self = {k, ""};
    struct casefile c;
    struct error missing;
    int rc;

    error_init(&missing);
    casefile_init(&c);
    rc = case_find(k->ctx->db, buf_text(&k->subject), &k->rows, &c, &missing);
    if (rc == CODE_NOT_FOUND)
        return 0;
    if (rc != 0)
        return error_copy(err, &missing);
    check_head(k, &c.head);
    if (c.context && !(c.context = case_told_context(&c, &k->rows)))
        return error_no_memory(err);
    rc = replay_compare(k->replay.record, case_fields, &c, &k->rows, note_difference, &self, err);
    if (rc == 0)
        rc = check_tasks(k, &c, err);
    if (rc == 0)
        rc = check_clocks(k, &c, err);
    if (rc == 0)
        rc = check_milestones(k, &c, err);
    if (rc == 0)
        rc = check_declines(k, &c, err);
    if (rc == 0)
        rc = check_need(k, &c, err);
    return rc == 0 ? check_messages(k, &c, err) : rc;
}

static int check_record(struct check *k, const char *slash, struct error *err)
{
    const char *subject = buf_text(&k->subject);
    const char *name = arena_strndup(&k->rows, subject, (size_t)(slash - subject));
    const struct record_kind *kind = name ? record_kind_find(name) : NULL;
    struct part self = {k, ""};
    struct crm_record r;
    bool found = false;
    int rc = 0;

    if (kind) {
        crm_record_init(&r, kind);
        rc = crm_find(k->ctx->db, kind, slash + 1, &k->rows, &r, &found, err);
    }
    if (rc != 0)
        return rc;
    if (!found && k->replay.deleted)
        return 0;
    if (!found || k->replay.deleted) {
        check_note(k, "orphan", subject, k->walk.seq,
                   found ? "a record that was deleted is there" : "events of a record that is not there");
        return 0;
    }
    check_head(k, &r.head);
    rc = replay_compare(k->replay.record, kind->fields, &r, &k->rows, note_difference, &self, err);
    return rc == 0 ? check_beside(k, &r, err) : rc;
}

static int check_store_row(struct check *k, struct error *err)
{
    struct part self = {k, ""};
    struct store_info info = {0};
    int rc = store_read(k->ctx->db, &k->rows, &info, err);

    if (rc != 0)
        return rc;
    check_head(k, &info.head);
    return replay_compare(k->replay.record, store_fields, &info, &k->rows, note_difference, &self, err);
}

int check_owner(struct check *k, struct error *err)
{
    const char *subject = buf_text(&k->subject);
    const char *slash = strchr(subject, '/');

    if (slash)
        return check_record(k, slash, err);
    if (strcmp(subject, "store") == 0)
        return check_store_row(k, err);
    return check_case(k, err);
}
