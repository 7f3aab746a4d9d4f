#include <inttypes.h>

#include "act/check_internal.h"
#include "model/crm.h"
#include "model/sla.h"
#include "model/task.h"
#include "store/case_table.h"
#include "store/crm_table.h"
#include "store/journal_table.h"
#include "store/sla_table.h"
#include "store/task_table.h"

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
    rc = replay_compare(k->replay.record, case_fields, &c, &k->rows, note_difference, &self, err);
    if (rc == 0)
        rc = check_tasks(k, &c, err);
    return rc == 0 ? check_clocks(k, &c, err) : rc;
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
    if (!found) {
        check_note(k, "orphan", subject, k->walk.seq, "events of a record that is not there");
        return 0;
    }
    check_head(k, &r.head);
    return replay_compare(k->replay.record, kind->fields, &r, &k->rows, note_difference, &self, err);
}

static void check_store_text(struct check *k, const json_t *data, const char *name, const char *is)
{
    const json_t *told = json_object_get(data, name);
    const char *was = json_is_string(told) ? json_string_value(told)
                      : told               ? json_tree_text(told, &k->rows)
                                           : NULL;

    if ((was == NULL) != (is == NULL) || (was && strcmp(was, is) != 0))
        check_note(k, "state", "store", k->walk.seq, "%s is %s, by the journal %s", name, is ? is : "absent",
                   was ? was : "absent");
}

/* The last event of the store that says where its policy is and who may stand in for others. */
static int check_store_facts(struct check *k, const struct store_info *info, struct error *err)
{
    struct event list[16];
    json_t *data = NULL;
    int64_t after = 0;
    int count;

    while ((count = event_page(k->ctx->db, "store", after, &k->rows, list, 16, err)) > 0) {
        for (int i = 0; i < count; i++) {
            json_t *tree = json_tree(list[i].body, list[i].body_length, err);
            json_t *inner = json_object_get(tree, "data");
            if (json_object_get(inner, "config_ref")) {
                json_decref(data);
                data = json_incref(inner);
            }
            json_decref(tree);
        }
        after = list[count - 1].seq;
    }
    if (data) {
        check_store_text(k, data, "config_repo", info->config_repo);
        check_store_text(k, data, "config_ref", info->config_ref);
        check_store_text(k, data, "proxies", info->proxies);
    }
    json_decref(data);
    return count < 0 ? count : err->code;
}

static int check_store_row(struct check *k, struct error *err)
{
    struct store_info info = {0};
    int rc = store_read(k->ctx->db, &k->rows, &info, err);

    if (rc == 0)
        check_head(k, &info.head);
    return rc == 0 ? check_store_facts(k, &info, err) : rc;
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
