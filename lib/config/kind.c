/* Which file of the config repository is what, by its path. */
#include <string.h>

#include "config/compile.h"

struct kind_row {
    enum file_kind kind;
    const char *folder, *suffix, *name;
};

static const struct kind_row rows[] = {
    {FILE_CASE_TYPE, "case-types/", ".json", "case type"},
    {FILE_GROUP, "groups/", ".json", "group"},
    {FILE_WORKFLOW, "workflows/", ".json", "workflow"},
    {FILE_TABLE, "routing/", ".json", "routing table"},
    {FILE_CLOCK, "sla/", ".json", "SLA definition"},
    {FILE_CALENDAR, "calendars/", ".json", "calendar"},
    {FILE_TEMPLATE, "templates/", ".mustache", "template"},
    {FILE_UNSUPPORTED, "duties/", ".json", "duty"},
    {FILE_UNSUPPORTED, "scenarios/", ".json", "scenario"},
    {FILE_UNSUPPORTED, "calendars/", ".ics", "holiday file"},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static const struct kind_row *row_of(enum file_kind kind)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].kind == kind)
            return &rows[i];
    return NULL;
}

const char *file_kind_name(enum file_kind kind)
{
    const struct kind_row *row = row_of(kind);

    return row != NULL ? row->name : "file";
}

const char *file_kind_folder(enum file_kind kind)
{
    const struct kind_row *row = row_of(kind);

    return row != NULL ? row->folder : "";
}

const char *file_kind_suffix(enum file_kind kind)
{
    const struct kind_row *row = row_of(kind);

    return row != NULL ? row->suffix : "";
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* What people and git keep beside the policy. */
static bool is_ignored(const char *path)
{
    if (starts_with(path, ".git"))
        return true;
    return strchr(path, '/') == NULL && (starts_with(path, "README") || starts_with(path, "LICENSE") ||
                                         strcmp(path, ".editorconfig") == 0);
}

static bool is_plain_name(const char *name, size_t n)
{
    if (n == 0 || strchr("abcdefghijklmnopqrstuvwxyz0123456789", name[0]) == NULL)
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") >= n;
}

static bool is_table_name(const char *name)
{
    return strcmp(name, "priority") == 0 || strcmp(name, "assignment") == 0 || strcmp(name, "workflow") == 0;
}

/* The row whose folder and suffix the path has. */
static const struct kind_row *match_row(const char *path, const char **why)
{
    size_t length = strlen(path);

    *why = "no kind of file that this version knows";
    for (size_t i = 0; i < ROWS; i++) {
        size_t folder = strlen(rows[i].folder), suffix = strlen(rows[i].suffix);
        if (!starts_with(path, rows[i].folder))
            continue;
        if (length > folder + suffix && strcmp(path + length - suffix, rows[i].suffix) == 0)
            return &rows[i];
        *why = "a file of this folder must end in the suffix of its kind";
    }
    return NULL;
}

int file_classify(struct entry *e, struct arena *arena, const char **why, struct error *err)
{
    const char *path = e->file->path;
    const struct kind_row *row;
    size_t folder, n;

    e->kind = FILE_UNKNOWN;
    e->name = NULL;
    *why = NULL;
    if (is_ignored(path)) {
        e->kind = FILE_IGNORED;
        return 0;
    }
    if (strcmp(path, "casework.json") == 0) {
        e->kind = FILE_SETTINGS;
        return 0;
    }
    row = match_row(path, why);
    if (row == NULL)
        return 0;
    folder = strlen(row->folder);
    n = strlen(path) - folder - strlen(row->suffix);
    if (!is_plain_name(path + folder, n)) {
        *why = "the name must match [a-z0-9][a-z0-9._-]*";
        return 0;
    }
    e->name = arena_strndup(arena, path + folder, n);
    if (e->name == NULL)
        return error_no_memory(err);
    if (row->kind == FILE_TABLE && !is_table_name(e->name)) {
        *why = "the routing tables are priority, assignment and workflow";
        return 0;
    }
    e->kind = row->kind;
    if (row->kind == FILE_UNSUPPORTED) {
        *why = arena_printf(arena, "a %s is not supported by this version", row->name);
        if (*why == NULL)
            return error_no_memory(err);
    }
    return 0;
}
