/* The walk over all files of a policy, and what becomes of its findings. */
#include "config/lint.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "config/compile.h"

const char *const severity_names[] = {"info", "warning", "error"};

const struct finding_code finding_codes[] = {
    {"dead_rule", "a rule that can never fire"},
    {"overlap", "two rules of a table of policy unique that one case matches"},
    {"uncovered", "values of a field that no rule covers"},
    {"no_one", "a rule by which nobody can be picked"},
    {"not_analysed", "a condition that was not looked into"},
    {NULL, NULL},
};

/* json_tree() tells the place in its message only: "line 3, column 5: ...". The end of the text, after a
 * line's end, is column 0 there. */
static void take_place(struct finding *finding)
{
    int n = 0;

    if (sscanf(finding->message, "line %ld, column %ld: %n", &finding->line, &finding->column, &n) == 2 &&
        n > 0) {
        finding->message += n;
        if (finding->column == 0)
            finding->column = 1;
    } else {
        finding->line = finding->column = 0;
    }
}

void findings_release(struct findings *f)
{
    json_decref(f->tree);
    f->tree = NULL;
    f->file = NULL;
}

/* The id of the rule that a pointer into a decision table leads into. Findings of a file come together. */
static const char *rule_of(struct findings *f, const struct policy_file *file, const char *pointer)
{
    unsigned long index;

    if (strncmp(file->path, "routing/", 8) != 0 || sscanf(pointer, "/rules/%lu", &index) != 1)
        return NULL;
    if (f->file != file) {
        findings_release(f);
        f->tree = json_loadb(file->text, file->length, 0, NULL);
        f->file = file;
    }
    return json_string_value(json_object_get(json_array_get(json_object_get(f->tree, "rules"), index), "id"));
}

void findings_add(struct findings *f, const struct policy_file *file, enum severity severity,
                  const struct error *error)
{
    struct finding finding = {.code = code_name(error->code),
                              .severity = severity,
                              .pointer = error->pointer,
                              .message = error->message,
                              .at = TIME_NONE};
    struct pointer_text written;

    if (findings_enough(f) || (f->first_only && severity != SEVERITY_ERROR))
        return;
    if (f->peel) {
        pointer_as_written(f->peel, error->pointer, &written);
        finding.pointer = written.text;
    }
    finding.rule = rule_of(f, file, finding.pointer);
    if (finding.pointer[0] == '\0')
        take_place(&finding);
    findings_tell(f, file, &finding);
}

void findings_tell(struct findings *f, const struct policy_file *file, struct finding *finding)
{
    finding->file = file->path;
    if (finding->line == 0 && finding->pointer[0] != '\0')
        json_locate(file->text, file->length, finding->pointer, &finding->line, &finding->column);
    f->count += finding->severity != SEVERITY_INFO;
    f->report(f->context, finding);
}

bool findings_enough(const struct findings *f)
{
    return f->first_only && f->count > 0;
}

static void lint_template(const struct entry *e, struct findings *f)
{
    struct error error;

    if (utf8_valid(e->file->text, e->file->length))
        return;
    error_init(&error);
    error_set(&error, CODE_INVALID, NULL, "a template must be UTF-8");
    findings_add(f, e->file, SEVERITY_ERROR, &error);
}

/* Files that no kind compiles: why the path is not taken. */
static int lint_path(const struct entry *e, struct findings *f, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct entry again = {.file = e->file};
    struct error error;
    const char *why;
    int rc = file_classify(&again, &arena, &why, err);

    if (rc == 0) {
        error_init(&error);
        error_set(&error, e->kind == FILE_UNSUPPORTED ? CODE_NOT_SUPPORTED : CODE_INVALID, NULL, "%s", why);
        findings_add(f, e->file, SEVERITY_ERROR, &error);
    }
    arena_release(&arena);
    return rc;
}

static int lint_entry(struct policy *p, struct entry *e, struct findings *f, struct error *err)
{
    struct error first;

    switch (e->kind) {
    case FILE_IGNORED:
        return 0;
    case FILE_UNKNOWN:
    case FILE_UNSUPPORTED:
        return lint_path(e, f, err);
    case FILE_TEMPLATE:
        lint_template(e, f);
        return 0;
    default:
        break;
    }
    error_init(&first);
    if (entry_load(p, e, &first) == 0)
        return 0;
    if (first.code == CODE_NO_MEMORY)
        return error_no_memory(err);
    return lint_file(p, e, &first, f, err);
}

static void lint_settings_missing(struct findings *f)
{
    static const struct policy_file missing = {.path = "casework.json", .text = "", .length = 0};
    struct error error;

    error_init(&error);
    error_set(&error, CODE_REQUIRED, NULL, "the policy has no casework.json");
    findings_add(f, &missing, SEVERITY_ERROR, &error);
}

/* What is right is compiled before anything is told, since what is wrong may refer to it. */
static void load_all(struct policy *p)
{
    for (size_t i = 0; i < p->count; i++) {
        struct error ignored;
        error_init(&ignored);
        if (p->entries[i].kind >= FILE_SETTINGS && p->entries[i].kind != FILE_TEMPLATE)
            entry_load(p, &p->entries[i], &ignored);
    }
}

int lint_walk(struct policy *p, struct findings *f, struct error *err)
{
    int rc;

    load_all(p);
    if (policy_file_find(p, "casework.json") == NULL)
        lint_settings_missing(f);
    for (size_t i = 0; i < p->count && !findings_enough(f); i++)
        if ((rc = lint_entry(p, &p->entries[i], f, err)))
            return rc;
    for (size_t i = 0; i < p->count && !findings_enough(f); i++) {
        if (p->entries[i].object == NULL)
            continue;
        references_check(p, &p->entries[i], f);
        conditions_check(p, &p->entries[i], f);
    }
    return 0;
}

long lint_policy(struct policy *p, lint_report *report, void *context, struct error *err)
{
    struct findings f = {.report = report, .context = context};
    int rc = lint_walk(p, &f, err);

    if (rc == 0)
        rc = tables_check(p, &f, err);
    findings_release(&f);
    return rc != 0 ? rc : f.count;
}

static void keep_finding(void *context, const struct finding *finding)
{
    bool unsupported = strcmp(finding->code, code_name(CODE_NOT_SUPPORTED)) == 0;

    char place[48] = "";

    if (finding->line > 0)
        snprintf(place, sizeof(place), "%ld:%ld:", finding->line, finding->column);
    error_set(context, unsupported ? CODE_NOT_SUPPORTED : CODE_POLICY, NULL, "%s:%s %s%s%s", finding->file,
              place, finding->pointer, finding->pointer[0] != '\0' ? ": " : "", finding->message);
}

int policy_check(struct policy *p, struct error *err)
{
    struct error first;
    struct findings f = {.report = keep_finding, .context = &first, .first_only = true};
    int rc;

    error_init(&first);
    rc = lint_walk(p, &f, err);
    findings_release(&f);
    if (rc == 0 && first.code != CODE_OK)
        rc = error_set(err, first.code, NULL, "%s", first.message);
    return rc;
}
