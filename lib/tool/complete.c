/*
 * What a shell's completion asks. `TOOL --complete` prints a line per option and, under the name "-", one for
 * the operands; `TOOL --complete KIND` prints the names that the store or the policy knows of a kind that
 * such a line names: "@group".
 */
#include "store/crm_table.h"
#include "store/task_table.h"
#include "tool/internal.h"

#define NAMES_MAX 500 /* more than a screen shows */

static void print_kinds(void)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        printf("%s%s", i > 0 ? "|" : "", record_kinds[i].name);
}

static void print_operand_values(const char *operands)
{
    if (strstr(operands, "KIND"))
        print_kinds();
    else if (strstr(operands, "CASE"))
        fputs("@case", stdout);
    else
        fputs(strstr(operands, "TASK") ? "@task" : "-", stdout);
}

int complete_print(struct runner *r, struct error *err)
{
    const char *operands = r->run.tool->operands;
    struct option_set sets[3];
    size_t count = runner_option_sets(r, sets);

    (void)err;
    options_print_complete(stdout, sets, count);
    if (operands && *operands) {
        printf("-\t-\t%s\t", operands);
        print_operand_values(operands);
        printf("\t%s\n", r->run.tool->summary);
    }
    return 0;
}

static int policy_names(struct runner *r, const char *folder, struct error *err)
{
    const struct policy_file *files;
    size_t count, n = strlen(folder);
    int rc = r->run.ctx.policy ? 0 : context_refresh_policy(&r->run.ctx, err);

    if (rc != 0)
        return rc;
    files = policy_files(r->run.ctx.policy, &count);
    for (size_t i = 0; i < count; i++) {
        const char *name = files[i].path + n, *end = strrchr(files[i].path, '.');
        if (strncmp(files[i].path, folder, n) == 0 && end > name && strcmp(end, ".json") == 0)
            printf("%.*s\n", (int)(end - name), name);
    }
    return 0;
}

static int record_names(struct runner *r, const struct record_kind *kind, struct error *err)
{
    const char *keys[NAMES_MAX];
    int count = crm_page(r->run.ctx.db, kind, "", r->run.ctx.arena, keys, NAMES_MAX, err);

    for (int i = 0; i < count; i++)
        puts(keys[i]);
    return count < 0 ? count : 0;
}

static int case_names(struct runner *r, struct error *err)
{
    struct case_query query = {.active_only = true, .sort = CASE_SORT_UPDATED_AT, .descending = true};
    int64_t ids[NAMES_MAX];
    int count = case_page(r->run.ctx.db, &query, ids, NAMES_MAX, err);

    for (int i = 0; i < count; i++) {
        struct casefile c;
        int rc;

        casefile_init(&c);
        rc = case_find_id(r->run.ctx.db, ids[i], r->run.ctx.arena, &c, err);
        if (rc != 0)
            return rc;
        puts(c.number);
        arena_clear(r->run.ctx.arena);
    }
    return count < 0 ? count : 0;
}

static int task_names(struct runner *r, struct error *err)
{
    struct task *tasks = ARENA_ARRAY(r->run.ctx.arena, struct task, NAMES_MAX);
    struct task_query query;
    int count;

    if (!tasks)
        return error_no_memory(err);
    task_query_init(&query);
    count = task_page(r->run.ctx.db, &query, r->run.ctx.arena, tasks, NAMES_MAX, err);
    for (int i = 0; i < count; i++)
        puts(tasks[i].task);
    return count < 0 ? count : 0;
}

int complete_names(struct runner *r, const char *kind, struct error *err)
{
    const struct record_kind *record = *kind == '@' ? record_kind_find(kind + 1) : NULL;

    if (!r->run.ctx.db || *kind != '@')
        return 0;
    if (record)
        return record_names(r, record, err);
    if (strcmp(kind, "@case") == 0)
        return case_names(r, err);
    if (strcmp(kind, "@task") == 0)
        return task_names(r, err);
    if (strcmp(kind, "@group") == 0)
        return policy_names(r, "groups/", err);
    if (strcmp(kind, "@case-type") == 0)
        return policy_names(r, "case-types/", err);
    return strcmp(kind, "@workflow") == 0 ? policy_names(r, "workflows/", err) : 0;
}
