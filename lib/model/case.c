#include "model/case.h"

const char *const case_state_names[] = {"",         "new",    "open",      "awaiting_info",
                                        "resolved", "closed", "cancelled", NULL};
const char *const case_progress_names[] = {"",           "captured",  "enriched", "routed",
                                           "dispatched", "fulfilled", NULL};
const char *const case_channel_names[] = {"",    "web",    "email",      "phone",   "chat", "virtual_agent",
                                          "api", "social", "monitoring", "walk_in", NULL};
const char *const impact_names[] = {"", "high", "medium", "low", NULL};
const char *const priority_names[] = {"", "critical", "high", "moderate", "low", NULL};

#define AT(member) offsetof(struct casefile, member)
#define KEY        (FIELD_INPUT | FIELD_KEY)

const struct field case_fields[] = {
    {.name = "number", .type = FIELD_TEXT, .flags = FIELD_KEY | FIELD_NO_CHANGE, .offset = AT(number)},
    {.name = "seq", .type = FIELD_INT, .flags = FIELD_NO_CHANGE, .offset = AT(head.seq)},
    {.name = "case_type", .type = FIELD_TEXT, .flags = KEY, .offset = AT(case_type)},
    {.name = "source", .type = FIELD_TEXT, .flags = KEY, .offset = AT(source)},
    {.name = "external_id", .type = FIELD_TEXT, .flags = KEY, .offset = AT(external_id)},
    {.name = "channel",
     .type = FIELD_ENUM,
     .flags = FIELD_INPUT,
     .offset = AT(channel),
     .names = case_channel_names},
    {.name = "short_description",
     .type = FIELD_TEXT,
     .flags = FIELD_INPUT | FIELD_REQUIRED | FIELD_PERSONAL,
     .offset = AT(short_description)},
    {.name = "description",
     .type = FIELD_TEXT,
     .flags = FIELD_INPUT | FIELD_LONG | FIELD_PERSONAL,
     .offset = AT(description)},
    {.name = "account", .type = FIELD_TEXT, .flags = KEY, .offset = AT(account), .reference = "account"},
    {.name = "contact",
     .type = FIELD_TEXT,
     .flags = KEY | FIELD_ADDRESS,
     .offset = AT(contact),
     .reference = "contact"},
    {.name = "consumer", .type = FIELD_TEXT, .flags = KEY, .offset = AT(consumer), .reference = "consumer"},
    {.name = "product", .type = FIELD_TEXT, .flags = KEY, .offset = AT(product), .reference = "product"},
    {.name = "asset", .type = FIELD_TEXT, .flags = KEY, .offset = AT(asset), .reference = "asset"},
    {.name = "contract", .type = FIELD_TEXT, .flags = KEY, .offset = AT(contract), .reference = "contract"},
    {.name = "entitlement",
     .type = FIELD_TEXT,
     .flags = KEY,
     .offset = AT(entitlement),
     .reference = "entitlement"},
    {.name = "category", .type = FIELD_TEXT, .flags = KEY, .offset = AT(category)},
    {.name = "subcategory", .type = FIELD_TEXT, .flags = KEY, .offset = AT(subcategory)},
    {.name = "impact",
     .type = FIELD_RANK,
     .flags = FIELD_INPUT,
     .offset = AT(impact),
     .names = impact_names,
     .limit = 3},
    {.name = "urgency",
     .type = FIELD_RANK,
     .flags = FIELD_INPUT,
     .offset = AT(urgency),
     .names = impact_names,
     .limit = 3},
    {.name = "priority",
     .type = FIELD_RANK,
     .flags = FIELD_UPDATE,
     .offset = AT(priority),
     .names = priority_names,
     .limit = 4},
    {.name = "priority_by", .type = FIELD_TEXT, .flags = FIELD_KEY, .offset = AT(priority_by)},
    {.name = "state", .type = FIELD_ENUM, .offset = AT(state), .names = case_state_names},
    {.name = "progress", .type = FIELD_ENUM, .offset = AT(progress), .names = case_progress_names},
    {.name = "assignment_group",
     .type = FIELD_TEXT,
     .flags = FIELD_KEY | FIELD_UPDATE,
     .offset = AT(assignment_group)},
    {.name = "assigned_to",
     .type = FIELD_TEXT,
     .flags = FIELD_KEY | FIELD_UPDATE,
     .offset = AT(assigned_to),
     .reference = "agent"},
    {.name = "size",
     .type = FIELD_RANK,
     .flags = FIELD_UNPRINTED | FIELD_NO_CHANGE,
     .offset = AT(size),
     .limit = 1000},
    {.name = "workflow", .type = FIELD_TEXT, .flags = FIELD_KEY, .offset = AT(workflow)},
    {.name = "config", .type = FIELD_TEXT, .flags = FIELD_KEY, .offset = AT(config)},
    {.name = "parent", .type = FIELD_TEXT, .flags = KEY, .offset = AT(parent)},
    {.name = "problem", .type = FIELD_TEXT, .flags = KEY, .offset = AT(problem)},
    {.name = "major", .type = FIELD_BOOL, .flags = FIELD_INPUT, .offset = AT(major)},
    {.name = "reopen_count", .type = FIELD_INT, .offset = AT(reopen_count)},
    {.name = "tags", .type = FIELD_JSON, .flags = FIELD_INPUT | FIELD_ARRAY, .offset = AT(tags)},
    {.name = "fields",
     .type = FIELD_JSON,
     .flags = FIELD_INPUT | FIELD_OBJECT | FIELD_TYPED,
     .offset = AT(fields)},
    {.name = "opened_at", .type = FIELD_TIME, .flags = FIELD_INPUT, .offset = AT(opened_at)},
    {.name = "created_at", .type = FIELD_TIME, .offset = AT(created_at)},
    {.name = "updated_at", .type = FIELD_TIME, .flags = FIELD_NO_CHANGE, .offset = AT(updated_at)},
    {.name = "first_responded_at", .type = FIELD_TIME, .offset = AT(first_responded_at)},
    {.name = "resolved_at", .type = FIELD_TIME, .offset = AT(resolved_at)},
    {.name = "closed_at", .type = FIELD_TIME, .offset = AT(closed_at)},
    {.name = "cause", .type = FIELD_TEXT, .flags = FIELD_UPDATE | FIELD_KEY, .offset = AT(cause)},
    {.name = "resolution_code", .type = FIELD_TEXT, .flags = FIELD_KEY, .offset = AT(resolution_code)},
    {.name = "resolution_notes",
     .type = FIELD_TEXT,
     .flags = FIELD_LONG | FIELD_PERSONAL,
     .offset = AT(resolution_notes)},
    {.name = "context", .type = FIELD_JSON, .flags = FIELD_OBJECT | FIELD_NO_CHANGE, .offset = AT(context)},
    FIELDS_END,
};

void casefile_init(struct casefile *c)
{
    memset(c, 0, sizeof *c);
    fields_init(case_fields, c);
    c->head.seq = 0;
}

bool case_is_active(const struct casefile *c)
{
    return c->state == STATE_NEW || c->state == STATE_OPEN || c->state == STATE_AWAITING_INFO;
}

bool case_has_lists(const struct casefile *c)
{
    static const struct digest none = {{0}};

    return memcmp(&c->lists.digest, &none, sizeof none) != 0;
}

size_t case_own_context(const struct casefile *c)
{
    size_t shared = c->lists.length > 0 ? c->lists.length + 1 : 0; /* and the comma before them */
    size_t n = strlen(c->context);

    if (n > 0 && c->context[n - 1] == '}')
        n--;
    return n - shared;
}

void case_join_context(struct casefile *c, const char *own, size_t n, const char *lists, struct arena *arena)
{
    size_t shared = lists ? c->lists.length + 1 : 0;
    char *text = arena_alloc(arena, n + shared + 2);

    c->context = text;
    if (!text)
        return;
    memcpy(text, own, n);
    if (lists) {
        text[n] = ',';
        memcpy(text + n + 1, lists, c->lists.length);
    }
    text[n + shared] = '}';
    text[n + shared + 1] = '\0';
}

const char *case_told_context(const struct casefile *c, struct arena *arena)
{
    char hex[DIGEST_HEX];

    if (!c->context || !case_has_lists(c))
        return c->context;
    digest_hex(&c->lists.digest, hex);
    return arena_printf(arena, "%.*s,\"impact\":{\"digest\":\"%s\"}}", (int)case_own_context(c), c->context,
                        hex);
}

/* What is not printed is nothing that a record can name. */
static const struct field *find_member(const char *name)
{
    const struct field *f = field_find(case_fields, name);

    return f && f->flags & FIELD_UNPRINTED ? NULL : f;
}

/* Members the case does not know, as one object in their order. */
static const char *collect_extra(const struct json_record *record, struct arena *arena)
{
    struct buf text = BUF_INIT;
    struct json_writer w;
    const char *extra;

    json_writer_init(&w, &text);
    json_begin_object(&w, NULL);
    for (size_t i = 0; i < record->count; i++) {
        const struct json_member *m = &record->members[i];
        if (find_member(m->name) || m->value.type == JSON_IS_NULL)
            continue;
        if (m->value.type == JSON_IS_STRING)
            json_put_text(&w, m->name, m->value.text);
        else
            json_put_raw(&w, m->name, m->value.text);
    }
    json_end_object(&w);
    extra = buf_failed(&text) || text.len <= 2 ? NULL : arena_strndup(arena, text.data, text.len);
    buf_release(&text);
    return extra;
}

int case_read(struct casefile *c, const struct json_record *record, uint64_t *given, const char **extra,
              struct arena *arena, struct error *err)
{
    bool unknown = false;

    *given = 0;
    *extra = NULL;
    for (size_t i = 0; i < record->count; i++) {
        const struct json_member *m = &record->members[i];
        const struct field *f = find_member(m->name);
        int rc;
        if (!f) {
            unknown = true;
            continue;
        }
        if (m->value.type != JSON_IS_NULL)
            *given |= UINT64_C(1) << (f - case_fields);
        rc = field_read(f, c, &m->value, arena, err);
        if (rc != 0)
            return rc;
    }
    if (unknown)
        *extra = collect_extra(record, arena);
    return arena_failed(arena) ? error_no_memory(err) : 0;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

int case_check_required(const struct casefile *c, struct error *err)
{
    for (const struct field *f = case_fields; f->name; f++) {
        char pointer[64];
        if (!(f->flags & FIELD_REQUIRED))
            continue;
        snprintf(pointer, sizeof pointer, "/%s", f->name);
        if (field_absent(f, c))
            return error_set(err, CODE_REQUIRED, pointer, "required");
        if (f->type == FIELD_TEXT && is_blank(field_text(f, c)))
            return error_set(err, CODE_REQUIRED, pointer, "required, but empty");
    }
    return 0;
}

void case_write(const struct casefile *c, struct json_writer *w)
{
    fields_write(case_fields, c, w);
}

json_t *case_document(const struct casefile *c)
{
    return fields_tree(case_fields, c);
}
