#include "model/task.h"

const char *const task_state_names[] = {"",       "pending", "ready",     "claimed", "completed",
                                        "failed", "skipped", "cancelled", NULL};
const char *const task_type_names[] = {"", "manual", NULL};
const char *const task_blocked_names[] = {"", "customer", "vendor", "problem", "other", NULL};

#define AT(member) offsetof(struct task, member)

const struct field task_fields[] = {
    {.name = "task", .type = FIELD_TEXT, .flags = FIELD_NO_CHANGE, .offset = AT(task)},
    {.name = "case", .type = FIELD_TEXT, .flags = FIELD_NO_CHANGE, .offset = AT(number)},
    {.name = "name", .type = FIELD_TEXT, .flags = FIELD_NO_CHANGE, .offset = AT(name)},
    {.name = "iteration",
     .type = FIELD_INT,
     .flags = FIELD_UNPRINTED | FIELD_NO_CHANGE,
     .offset = AT(iteration)},
    {.name = "element",
     .type = FIELD_RANK,
     .flags = FIELD_UNPRINTED | FIELD_NO_CHANGE,
     .offset = AT(element)},
    {.name = "position",
     .type = FIELD_RANK,
     .flags = FIELD_UNPRINTED | FIELD_NO_CHANGE | FIELD_PRINT_ZERO,
     .offset = AT(position)},
    {.name = "type", .type = FIELD_ENUM, .offset = AT(type), .names = task_type_names},
    {.name = "state", .type = FIELD_ENUM, .offset = AT(state), .names = task_state_names},
    {.name = "blocked_by", .type = FIELD_ENUM, .offset = AT(blocked_by), .names = task_blocked_names},
    {.name = "blocked_reason", .type = FIELD_TEXT, .offset = AT(blocked_reason)},
    {.name = "blocked_owner", .type = FIELD_TEXT, .offset = AT(blocked_owner)},
    {.name = "assignment_group", .type = FIELD_TEXT, .flags = FIELD_KEY, .offset = AT(assignment_group)},
    {.name = "assigned_to", .type = FIELD_TEXT, .flags = FIELD_KEY, .offset = AT(assigned_to)},
    {.name = "priority", .type = FIELD_RANK, .flags = FIELD_NO_CHANGE, .offset = AT(priority), .limit = 4},
    {.name = "needs", .type = FIELD_JSON, .flags = FIELD_ARRAY, .offset = AT(needs)},
    {.name = "outcome", .type = FIELD_TEXT, .offset = AT(outcome)},
    {.name = "output", .type = FIELD_JSON, .offset = AT(output)},
    {.name = "reason", .type = FIELD_TEXT, .flags = FIELD_LONG, .offset = AT(reason)},
    {.name = "ready_at", .type = FIELD_TIME, .offset = AT(ready_at)},
    {.name = "claimed_at", .type = FIELD_TIME, .offset = AT(claimed_at)},
    {.name = "finished_at", .type = FIELD_TIME, .offset = AT(finished_at)},
    {.name = "due_at", .type = FIELD_TIME, .offset = AT(due_at)},
    {.name = "attempts", .type = FIELD_RANK, .offset = AT(attempts), .limit = INT64_MAX},
    {.name = "correlation", .type = FIELD_TEXT, .flags = FIELD_KEY, .offset = AT(correlation)},
    FIELDS_END,
};

void task_init(struct task *t)
{
    memset(t, 0, sizeof *t);
    fields_init(task_fields, t);
    t->iteration = 1;
}

bool task_is_open(const struct task *t)
{
    return t->state == TASK_PENDING || t->state == TASK_READY || t->state == TASK_CLAIMED;
}

bool task_is_finished(const struct task *t)
{
    return !task_is_open(t);
}

const char *task_full_name(const char *number, const char *name, int64_t iteration, int64_t element,
                           struct arena *a)
{
    if (iteration <= 1 && element == 0)
        return arena_printf(a, "%s/%s", number, name);
    if (element == 0)
        return arena_printf(a, "%s/%s~%lld", number, name, (long long)iteration);
    if (iteration <= 1)
        return arena_printf(a, "%s/%s.%lld", number, name, (long long)element);
    return arena_printf(a, "%s/%s~%lld.%lld", number, name, (long long)iteration, (long long)element);
}

/* The number behind `mark` in the part's name, which is cut there; `absent` when there is no mark; -1 when
 * malformed. */
static int64_t cut_suffix(char *name, char mark, int64_t absent)
{
    char *at = strrchr(name, mark), *end;
    long long value;

    if (!at)
        return absent;
    value = strtoll(at + 1, &end, 10);
    if (at[1] < '0' || at[1] > '9' || *end != '\0')
        return -1;
    *at = '\0';
    return value;
}

int task_name_parse(const char *text, struct task_name *name, struct arena *arena, struct error *err)
{
    const char *slash = strchr(text, '/');
    char *rest;

    if (!slash || slash == text || slash[1] == '\0')
        return error_set(err, CODE_INVALID, "/task", "expected CASE/TASK, got \"%s\"", text);
    name->number = arena_strndup(arena, text, (size_t)(slash - text));
    rest = arena_strdup(arena, slash + 1);
    if (arena_failed(arena))
        return error_no_memory(err);
    name->element = cut_suffix(rest, '.', 0);
    name->iteration = cut_suffix(rest, '~', 1);
    name->name = rest;
    if (name->element < 0 || name->iteration < 1 || rest[0] == '\0')
        return error_set(err, CODE_INVALID, "/task", "expected CASE/TASK, got \"%s\"", text);
    return 0;
}

void task_write(const struct task *t, struct json_writer *w)
{
    json_begin_object(w, NULL);
    fields_write(task_fields, t, w);
    json_end_object(w);
}
