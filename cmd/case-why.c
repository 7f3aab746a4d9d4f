#include "act/why.h"
#include "config/collect.h"
#include "config/place.h"
#include "git/repository.h"
#include "tool/pages.h"

struct case_why {
    const char *format;
};

static const struct option_spec options[] = {
    {0, "format", OPTION_TEXT, offsetof(struct case_why, format), "FORMAT",
     "text: for reading; json: a line a decision", "text|json"},
    OPTIONS_END,
};

/* A commit that decided something: its files and who made it. Each is looked up once. */
struct commit {
    struct commit *next;
    const char *id;
    const struct policy_file *files; /* none: nobody has them */
    size_t file_count;
    struct commit_info info; /* author NULL: the repository does not have it */
    const char *problem;     /* why not, when it should */
    struct policy_collection collected;
};

struct asking {
    struct run *run;
    bool text;
    struct repository *repository; /* NULL: it cannot be opened */
    struct commit *commits;
    struct arena arena; /* of the commits */
    struct arena lines; /* of the decision at hand */
    struct buf out;
};

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    struct case_why *o = run->options;

    (void)operands;
    if (count == 0)
        return error_set(err, CODE_USAGE, NULL, "which case?");
    if (!o->format)
        o->format = isatty(STDOUT_FILENO) ? "text" : "json";
    if (strcmp(o->format, "text") != 0 && strcmp(o->format, "json") != 0)
        return error_set(err, CODE_USAGE, NULL, "--format: expected text or json, got \"%s\"", o->format);
    return 0;
}

/* What was decided stands in the store; that git cannot tell who wrote the rules is no reason to be silent.
 */
static void open_repository(struct asking *a)
{
    const char *path = a->run->ctx.repository;
    struct error why;

    error_init(&why);
    if (path && repository_open(&a->repository, path, &why) != 0)
        run_warn(a->run, "%s", why.message);
}

/* The store keeps the files of every commit that decided; a repository may still have them when it does not.
 */
static int read_files(struct asking *a, struct commit *c, struct error *err)
{
    struct policy_file *kept = NULL;
    struct error why;
    int rc = policy_read(a->run->ctx.db, c->id, &a->arena, &kept, &c->file_count, err);

    c->files = kept;
    if (rc != 0 || c->file_count > 0 || !c->info.author)
        return rc;
    error_init(&why);
    if (repository_files(a->repository, c->id, policy_collect, &c->collected, &why) != 0)
        c->problem = arena_strdup(&a->arena, why.message);
    c->files = c->collected.files;
    c->file_count = c->collected.count;
    return why.code == CODE_NO_MEMORY || arena_failed(&a->arena) ? error_no_memory(err) : 0;
}

static int read_author(struct asking *a, struct commit *c, struct error *err)
{
    struct error why;

    error_init(&why);
    c->info.date = TIME_NONE;
    if (!a->repository || commit_read(a->repository, c->id, &a->arena, &c->info, &why) == 0)
        return 0;
    c->info = (struct commit_info){.date = TIME_NONE};
    if (why.code != CODE_NOT_FOUND)
        c->problem = arena_strdup(&a->arena, why.message);
    return why.code == CODE_NO_MEMORY || arena_failed(&a->arena) ? error_no_memory(err) : 0;
}

static int find_commit(struct asking *a, const char *id, struct commit **found, struct error *err)
{
    struct commit *c;
    int rc;

    for (c = a->commits; c && strcmp(c->id, id) != 0;)
        c = c->next;
    *found = c;
    if (c)
        return 0;
    c = ARENA_NEW(&a->arena, struct commit);
    if (!c || !(c->id = arena_strdup(&a->arena, id)))
        return error_no_memory(err);
    c->next = a->commits;
    a->commits = *found = c;
    rc = read_author(a, c, err);
    return rc == 0 ? read_files(a, c, err) : rc;
}

static const struct policy_file *find_file(const struct commit *c, const char *path)
{
    for (size_t i = 0; i < c->file_count; i++)
        if (strcmp(c->files[i].path, path) == 0)
            return &c->files[i];
    return NULL;
}

/* A setting that a file leaves out has its default, and no line. */
static int find_lines(struct asking *a, const struct why *why, const struct policy_file *file,
                      struct why_source *s, struct error *err)
{
    s->line_count = why->rule_count > 0 ? why->rule_count : 1;
    s->lines = ARENA_ARRAY(&a->lines, long, s->line_count);
    if (!s->lines)
        return error_no_memory(err);
    if (why->rule_count == 0)
        s->lines[0] = place_of_pointer(file->text, file->length, why->pointer);
    for (size_t i = 0; i < why->rule_count; i++) {
        s->lines[i] = place_of_rule(file->text, file->length, why->rules[i]);
        if (s->lines[i] == 0 && !s->problem)
            s->problem = arena_printf(&a->lines, "%s has no rule \"%s\"", why->file, why->rules[i]);
    }
    return arena_failed(&a->lines) ? error_no_memory(err) : 0;
}

static int find_source(struct asking *a, const struct why *why, struct why_source *s, struct error *err)
{
    const struct policy_file *file;
    struct commit *c = NULL;
    int rc = find_commit(a, why->commit, &c, err);

    if (rc != 0)
        return rc;
    s->author = c->info.author;
    s->subject = c->info.subject;
    s->date = c->info.date;
    s->commit_missing = !c->info.author;
    s->problem = c->problem;
    file = find_file(c, why->file);
    if (file)
        return find_lines(a, why, file, s, err);
    if (!s->problem)
        s->problem =
            arena_printf(&a->lines, "neither the store nor the repository has %s of that commit", why->file);
    return s->problem ? 0 : error_no_memory(err);
}

static int print_decision(void *context, const struct why *why, struct error *err)
{
    struct asking *a = context;
    struct why_source source = {.date = TIME_NONE};
    int rc = 0;

    arena_clear(&a->lines);
    if (why->file && why->commit)
        rc = find_source(a, why, &source, err);
    if (rc != 0)
        return rc;
    if (a->text)
        why_write_text(why, &source, &a->out);
    else
        why_write(why, &source, &a->out);
    return buf_failed(&a->out) ? error_no_memory(err) : 0;
}

/* Nothing is printed inside the read transaction: a slow reader must not hold up the store. */
static int explain(struct asking *a, const char *number, struct error *err)
{
    struct context *ctx = &a->run->ctx;
    struct error why;
    int rc = db_begin_read(ctx->db, err);

    if (rc != 0)
        return rc;
    error_init(&why);
    if (a->text)
        buf_add_format(&a->out, "%s\n", number);
    rc = why_read(ctx, number, print_decision, a, &why);
    db_end_read(ctx->db);
    if (rc == 0)
        return run_print(a->run, &a->out, err);
    buf_clear(&a->out);
    return operand_failed(a->run, number, &why, err);
}

static int case_why(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct case_why *o = run->options;
    struct asking a = {.run = run, .text = strcmp(o->format, "text") == 0};
    int rc = 0;

    open_repository(&a);
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = explain(&a, operands[i], err);
    for (struct commit *c = a.commits; c; c = c->next)
        policy_collection_release(&c->collected);
    repository_close(a.repository);
    arena_release(&a.arena);
    arena_release(&a.lines);
    buf_release(&a.out);
    return rc;
}

static const struct tool tool = {
    .name = "case-why",
    .operands = "CASE...",
    .summary = "prints what decided about a case: rule, file, line, commit and author; writes nothing",
    .flags = TOOL_READS,
    .options = options,
    .options_size = sizeof(struct case_why),
    .check = check,
    .run = case_why,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
