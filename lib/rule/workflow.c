#include "rule/workflow.h"

#include <string.h>

#include "base/buf.h"
#include "rule/reading.h"

static const char *const workflow_known[] = {"description", "tasks", "milestones", NULL};
static const struct member_names workflow_names = {workflow_known, NULL};

static const char *const task_known[] = {"description", "type",   "group",    "needs", "when",
                                         "trigger",     "expect", "outcomes", NULL};
static const char *const task_later[] = {
    "run", "retry",  "timeout", "compensate", "for_each", "for",           "until", "start_after",
    "due", "output", "rework",  "optional",   "skills",   "same_agent_as", "sla",   "point_of_no_return",
    NULL};
static const struct member_names task_names = {task_known, task_later};

static const char *const milestone_known[] = {"description", "after", NULL};
static const struct member_names milestone_names = {milestone_known, NULL};

struct workflow_compiler {
    struct workflow *workflow;
    struct arena *arena;
    struct error *err;
};

static int check_word(struct workflow_compiler *c, const char *name, const char *pointer)
{
    if (task_word_valid(name))
        return 0;
    return error_set(c->err, CODE_INVALID, pointer,
                     "expected a name of 1 to 64 lower-case letters, digits and hyphens, got \"%s\"", name);
}

/* One of a member's texts: the version's own, one of a later version, or none. */
static int check_choice(struct workflow_compiler *c, const json_t *json, const char *at, const char *name,
                        const char *now, const char *const *later)
{
    const char *text;
    int rc;

    if ((rc = rule_read_text(json, at, name, MEMBER_OPTIONAL, &text, c->err)) || !text ||
        strcmp(text, now) == 0)
        return rc;
    for (; *later; later++)
        if (strcmp(*later, text) == 0)
            return error_set(c->err, CODE_NOT_SUPPORTED, pointer_to_member(at, name).text,
                             "%s \"%s\" is not supported yet", name, text);
    return rule_unexpected(json_object_get(json, name), pointer_to_member(at, name).text, now, c->err);
}

static int check_outcomes(struct workflow_compiler *c, const json_t *json, const char *at,
                          struct workflow_task *task)
{
    struct pointer_text p = pointer_to_member(at, "outcomes");
    const char *name;
    json_t *class;
    int rc;

    if ((rc =
             rule_read_member(json, at, "outcomes", JSON_OBJECT, MEMBER_OPTIONAL, &task->outcomes, c->err)) ||
        !task->outcomes)
        return rc;
    if (json_object_size(task->outcomes) == 0)
        return error_set(c->err, CODE_INVALID, p.text, "expected one outcome at the least");
    json_object_foreach ((json_t *)task->outcomes, name, class) {
        const char *text = json_string_value(class);

        if (!rule_id_valid(name))
            return error_set(c->err, CODE_INVALID, pointer_to_member(p.text, name).text,
                             "expected a name of letters, digits, dots, underscores and hyphens");
        if (!text || (strcmp(text, "success") != 0 && strcmp(text, "failure") != 0))
            return rule_unexpected(class, pointer_to_member(p.text, name).text, "success or failure", c->err);
    }
    return 0;
}

static int read_task(struct workflow_compiler *c, const json_t *json, const char *at,
                     struct workflow_task *task)
{
    static const char *const types[] = {"automated", "vendor", "approval", "wait", "subflow", NULL};
    static const char *const triggers[] = {"all_done",   "all_failed",  "one_success",
                                           "one_failed", "none_failed", "none_failed_min_one_success",
                                           "always",     NULL};
    int rc;

    if ((rc = check_word(c, task->name, at)) || (rc = rule_read_members(json, at, &task_names, c->err)) ||
        (rc = rule_read_text(json, at, "description", MEMBER_OPTIONAL, &task->description, c->err)) ||
        (rc = check_choice(c, json, at, "type", "manual", types)) ||
        (rc = rule_read_text(json, at, "group", MEMBER_OPTIONAL, &task->group, c->err)) ||
        (rc = check_choice(c, json, at, "trigger", "all_success", triggers)) ||
        (rc = rule_read_duration(json, at, "expect", MEMBER_OPTIONAL, &task->expect, c->err)) ||
        (rc = check_outcomes(c, json, at, task)) ||
        (rc = rule_read_member(json, at, "needs", JSON_ARRAY, MEMBER_OPTIONAL, &task->needs_json, c->err)))
        return rc;
    return rule_read_condition(json, at, "when", MEMBER_OPTIONAL, c->arena, &task->when, c->err);
}

/* Turns an array of task names into their indexes, each at most once. */
static int read_names(struct workflow_compiler *c, const json_t *names, const char *at, const size_t **list,
                      size_t *count)
{
    size_t n = json_array_size(names), i, k;
    size_t *indexes = ARENA_ARRAY(c->arena, size_t, n + 1);
    int rc;

    if (!indexes)
        return error_no_memory(c->err);
    for (i = 0; i < n; i++) {
        const json_t *name = json_array_get(names, i);
        struct pointer_text p = pointer_to_element(at, i);
        long index;

        if ((rc = rule_expect(name, p.text, JSON_STRING, c->err)))
            return rc;
        if ((index = workflow_find(c->workflow, json_string_value(name))) < 0)
            return error_set(c->err, CODE_UNKNOWN_REFERENCE, p.text, "no task \"%s\" in this workflow",
                             json_string_value(name));
        for (k = 0; k < i; k++)
            if (indexes[k] == (size_t)index)
                return error_set(c->err, CODE_INVALID, p.text, "\"%s\" is named twice",
                                 json_string_value(name));
        indexes[i] = (size_t)index;
    }
    *list = indexes;
    *count = n;
    return 0;
}

/* What a condition says of tasks must be of this workflow's, or it would be false for ever without a word. */
static int check_path(void *context, const char *path)
{
    struct workflow_compiler *c = context;
    size_t length;
    long index;

    if (strncmp(path, "tasks.", 6) != 0)
        return 0;
    path += 6;
    length = strcspn(path, ".");
    for (index = (long)c->workflow->task_count - 1; index >= 0; index--)
        if (strlen(c->workflow->tasks[index].name) == length &&
            strncmp(c->workflow->tasks[index].name, path, length) == 0)
            break;
    if (index < 0)
        return error_set(c->err, CODE_UNKNOWN_REFERENCE, NULL, "no task \"%.*s\" in this workflow",
                         (int)length, path);
    path += length;
    length = *path ? strcspn(path + 1, ".") : 0;
    if ((length == 5 && strncmp(path, ".state", 6) == 0 && !path[6]) ||
        (length == 7 && strncmp(path, ".outcome", 8) == 0 && !path[8]) ||
        (length == 6 && strncmp(path, ".output", 7) == 0))
        return 0;
    return error_set(c->err, CODE_INVALID, NULL,
                     "of a task a condition reads state, outcome or output, not \"%s\"", path);
}

/* Second pass, when every task is known by name. */
static int link_task(struct workflow_compiler *c, struct workflow_task *task)
{
    struct pointer_text at = pointer_to_member("/tasks", task->name);
    struct error inner;
    int rc;

    if ((rc = read_names(c, task->needs_json, pointer_to_member(at.text, "needs").text, &task->needs,
                         &task->needs_count)) ||
        !task->when)
        return rc;
    error_init(&inner);
    if (match_visit_paths(task->when, check_path, &(struct workflow_compiler){c->workflow, c->arena, &inner}))
        return error_set(c->err, inner.code, pointer_to_member(at.text, "when").text, "%s", inner.message);
    return 0;
}

static int read_tasks(struct workflow_compiler *c, const json_t *json)
{
    struct workflow *w = c->workflow;
    const json_t *tasks;
    const char *name;
    json_t *value;
    size_t i;
    int rc;

    if ((rc = rule_read_member(json, "", "tasks", JSON_OBJECT, MEMBER_REQUIRED, &tasks, c->err)))
        return rc;
    if (json_object_size(tasks) == 0)
        return error_set(c->err, CODE_INVALID, "/tasks", "expected one task at the least");
    if (!(w->tasks = ARENA_ARRAY(c->arena, struct workflow_task, json_object_size(tasks))))
        return error_no_memory(c->err);
    json_object_foreach ((json_t *)tasks, name, value) {
        w->tasks[w->task_count].name = name;
        if ((rc = read_task(c, value, pointer_to_member("/tasks", name).text, &w->tasks[w->task_count])))
            return rc;
        w->task_count++;
    }
    for (i = 0; i < w->task_count; i++)
        if ((rc = link_task(c, &w->tasks[i])))
            return rc;
    return 0;
}

static int read_milestone(struct workflow_compiler *c, const json_t *json, const char *at,
                          struct workflow_milestone *milestone)
{
    struct pointer_text p = pointer_to_member(at, "after");
    const char *description;
    const json_t *after;
    int rc;

    if ((rc = check_word(c, milestone->name, at)) ||
        (rc = rule_read_members(json, at, &milestone_names, c->err)) ||
        (rc = rule_read_text(json, at, "description", MEMBER_OPTIONAL, &description, c->err)) ||
        (rc = rule_read_member(json, at, "after", JSON_ARRAY, MEMBER_REQUIRED, &after, c->err)))
        return rc;
    if (json_array_size(after) == 0)
        return error_set(c->err, CODE_INVALID, p.text, "expected one task at the least");
    return read_names(c, after, p.text, &milestone->after, &milestone->after_count);
}

static int read_milestones(struct workflow_compiler *c, const json_t *json)
{
    struct workflow *w = c->workflow;
    const json_t *milestones;
    const char *name;
    json_t *value;
    int rc;

    if ((rc = rule_read_member(json, "", "milestones", JSON_OBJECT, MEMBER_OPTIONAL, &milestones, c->err)))
        return rc;
    if (!(w->milestones = ARENA_ARRAY(c->arena, struct workflow_milestone, json_object_size(milestones) + 1)))
        return error_no_memory(c->err);
    json_object_foreach ((json_t *)milestones, name, value) {
        struct workflow_milestone *m = &w->milestones[w->milestone_count];

        m->name = name;
        if ((rc = read_milestone(c, value, pointer_to_member("/milestones", name).text, m)))
            return rc;
        w->milestone_count++;
    }
    return 0;
}

/* The first need of a task that waits itself. */
static size_t waiting_need(const struct workflow_task *task, const bool *waiting)
{
    size_t k = 0;

    while (!waiting[task->needs[k]])
        k++;
    return k;
}

/* The needs that lead round in a circle. `waiting` marks the tasks that no order can place: each of them
 * needs another one, so following such needs comes back to a task already seen. */
static int report_cycle(struct workflow_compiler *c, const bool *waiting, bool *seen)
{
    const struct workflow_task *tasks = c->workflow->tasks;
    struct buf text = BUF_INIT;
    struct pointer_text needs;
    size_t first = 0, i;

    while (!waiting[first])
        first++;
    for (; !seen[first]; first = tasks[first].needs[waiting_need(&tasks[first], waiting)])
        seen[first] = true;
    i = first;
    do {
        buf_add_format(&text, "%s needs ", tasks[i].name);
        i = tasks[i].needs[waiting_need(&tasks[i], waiting)];
    } while (i != first);
    needs = pointer_to_member(pointer_to_member("/tasks", tasks[first].name).text, "needs");
    error_set(c->err, CODE_CYCLE, pointer_to_element(needs.text, waiting_need(&tasks[first], waiting)).text,
              "the tasks wait for each other: %s%s", buf_text(&text), tasks[first].name);
    buf_release(&text);
    return CODE_CYCLE;
}

static bool needs_any(const struct workflow_task *task, const bool *waiting)
{
    size_t k;

    for (k = 0; k < task->needs_count; k++)
        if (waiting[task->needs[k]])
            return true;
    return false;
}

/* Takes away, round by round, the tasks that need none of those left; what stays is on a cycle or behind one.
 */
static int check_cycles(struct workflow_compiler *c)
{
    const struct workflow *w = c->workflow;
    bool *waiting = ARENA_ARRAY(c->arena, bool, w->task_count), taken = true;
    bool *seen = ARENA_ARRAY(c->arena, bool, w->task_count);
    size_t left = w->task_count, i;

    if (!waiting || !seen)
        return error_no_memory(c->err);
    for (i = 0; i < w->task_count; i++)
        waiting[i] = true;
    while (taken) {
        taken = false;
        for (i = 0; i < w->task_count; i++)
            if (waiting[i] && !needs_any(&w->tasks[i], waiting)) {
                waiting[i] = false;
                taken = true;
                left--;
            }
    }
    return left ? report_cycle(c, waiting, seen) : 0;
}

/* Does the task wait for `need`, directly or through others? */
static bool waits_for(const struct workflow *w, size_t task, size_t need)
{
    for (size_t k = 0; k < w->tasks[task].needs_count; k++)
        if (w->tasks[task].needs[k] == need || waits_for(w, w->tasks[task].needs[k], need))
            return true;
    return false;
}

struct read_check {
    struct workflow_compiler *compiler;
    size_t task;
};

/* The `when` of a task is judged when its needs are met: of other tasks it could know nothing, and would be
 * false without a word. */
static int check_read(void *context, const char *path)
{
    struct read_check *check = context;
    struct workflow_compiler *c = check->compiler;
    const struct workflow *w = c->workflow;
    char name[64 + 1];

    if (strncmp(path, "tasks.", 6) != 0)
        return 0;
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(path + 6, "."), path + 6);
    if (waits_for(w, check->task, (size_t)workflow_find(w, name)))
        return 0;
    return error_set(
        c->err, CODE_INVALID,
        pointer_to_member(pointer_to_member("/tasks", w->tasks[check->task].name).text, "when").text,
        "%s does not wait for \"%s\", whose result it reads", w->tasks[check->task].name, name);
}

static int check_reads(struct workflow_compiler *c)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < c->workflow->task_count; i++)
        if (c->workflow->tasks[i].when)
            rc = match_visit_paths(c->workflow->tasks[i].when, check_read, &(struct read_check){c, i});
    return rc;
}

int workflow_compile(const char *name, const json_t *json, struct arena *arena, struct workflow **workflow,
                     struct error *err)
{
    struct workflow *w = ARENA_NEW(arena, struct workflow);
    struct workflow_compiler c = {w, arena, err};
    int rc;

    *workflow = NULL;
    if (!w || !(w->name = arena_strdup(arena, name)))
        return error_no_memory(err);
    if ((rc = rule_read_members(json, "", &workflow_names, err)) ||
        (rc = rule_read_text(json, "", "description", MEMBER_OPTIONAL, &w->description, err)) ||
        (rc = read_tasks(&c, json)) || (rc = check_cycles(&c)) || (rc = check_reads(&c)) ||
        (rc = read_milestones(&c, json)))
        return rc;
    *workflow = w;
    return 0;
}
