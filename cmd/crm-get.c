#include <ctype.h>

#include "base/json_write.h"
#include "model/crm.h"
#include "store/crm_table.h"
#include "tool/pages.h"

struct crm_get {
    bool all;
    const char *where, *format, *fields;
};

static const struct option_spec options[] = {
    {0, "all", OPTION_FLAG, offsetof(struct crm_get, all), NULL,
     "all kinds, in an order that crm-put can read", NULL},
    {0, "where", OPTION_TEXT, offsetof(struct crm_get, where), "CONDITION", "only records that match", NULL},
    LIST_OPTION_FORMAT(struct crm_get),
    LIST_OPTION_FIELDS(struct crm_get),
    OPTIONS_END,
};

/* What a table shows of a kind, whether it is retired behind it; --fields asks for more. */
static const char *const shown[KIND_COUNT] = {
    [KIND_ACCOUNT] = "key,name,parent,tier,region,customer,partner",
    [KIND_ACCOUNT_RELATIONSHIP] = "from,type,to,reverse,starts_at,ends_at",
    [KIND_CONTACT] = "key,account,name,email,phone,language",
    [KIND_CONSUMER] = "key,name,email,phone,language",
    [KIND_HOUSEHOLD] = "key,name,members",
    [KIND_PRODUCT] = "key,name,parent,model,version",
    [KIND_SOLD_PRODUCT] = "key,name,parent,product,account,consumer,ends_at",
    [KIND_LOCATION] = "key,name,parent,account,address,city,country",
    [KIND_CI] = "key,name,class,criticality",
    [KIND_CI_RELATION] = "from,type,to,strength",
    [KIND_ASSET] = "key,name,product,account,consumer,location,ci,serial,lifecycle",
    [KIND_CONTRACT] = "key,account,consumer,name,state,starts_at,ends_at",
    [KIND_CONTRACT_LINE] = "key,contract,name,product,asset,state,starts_at,ends_at",
    [KIND_ENTITLEMENT] = "key,account,consumer,product,asset,contract,level,state,ends_at,units,used",
    [KIND_AGENT] = "key,name,groups,skills,capacity,calendar,presence",
    [KIND_ARTICLE] = "key,title,product,category,language",
};
#define SHOWN_OF_ALL "kind,key,name,account,product"
#define COLUMNS_MAX  16

struct listed {
    const struct record_kind *kind; /* whose records are listed */
    bool all;
    struct buf after; /* key of the last record */
    struct where where;
};

/* Takes the row that begins at `start` out again when --where does not hold for it. */
static int keep_row(struct run *run, const struct listed *l, const char *key, struct buf *lines, size_t start,
                    struct error *err)
{
    json_t *document = json_loadb(lines->data + start, lines->len - start, 0, NULL);
    bool holds = false;
    int rc = document ? where_holds(run, &l->where, key, document, &holds, err) : error_no_memory(err);

    if (!holds)
        buf_truncate(lines, start);
    json_decref(document);
    return rc;
}

static int write_record(struct run *run, const struct listed *l, const char *key, struct buf *lines,
                        struct error *err)
{
    struct crm_record r;
    struct json_writer w;
    size_t start = lines->len;
    bool found = false;
    int rc;

    crm_record_init(&r, l->kind);
    rc = crm_find(run->ctx.db, l->kind, key, run->ctx.arena, &r, &found, err);
    if (rc != 0)
        return rc;
    if (!found)
        return error_set(err, CODE_NOT_FOUND, NULL, "no such %s", l->kind->name);
    json_writer_init(&w, lines);
    crm_record_write(&r, &w);
    if (l->where.match && !buf_failed(lines))
        rc = keep_row(run, l, key, lines, start, err);
    if (lines->len > start)
        buf_add_char(lines, '\n');
    return rc;
}

/* On to the next kind of --all; false when this was the last. */
static bool next_kind(struct listed *l)
{
    if (!l->all || l->kind->id + 1 == KIND_COUNT)
        return false;
    l->kind++;
    buf_clear(&l->after);
    return true;
}

static int page(struct run *run, void *state, struct buf *lines, bool *more, struct error *err)
{
    struct listed *l = state;
    const char *keys[PAGE_ROWS];
    int n = crm_page(run->ctx.db, l->kind, buf_text(&l->after), run->ctx.arena, keys, PAGE_ROWS, err), rc = n;

    for (int i = 0; rc >= 0 && i < n; i++)
        rc = write_record(run, l, keys[i], lines, err);
    if (n > 0) {
        buf_clear(&l->after);
        buf_add_text(&l->after, keys[n - 1]);
    }
    *more = n == PAGE_ROWS || next_kind(l);
    return rc;
}

static int row(struct run *run, void *data, const char *operand, struct buf *lines, struct error *err)
{
    return write_record(run, data, operand, lines, err);
}

static int check(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct crm_get *o = run->options;

    if (o->all && count > 0)
        return error_set(err, CODE_USAGE, NULL, "--all takes no operands");
    if (!o->all && count == 0)
        return error_set(err, CODE_USAGE, NULL, "which kind of record? (--all: every kind)");
    if (count > 0 && !record_kind_find(operands[0]))
        return error_set(err, CODE_USAGE, NULL, "there is no kind of record \"%s\"", operands[0]);
    return 0;
}

/* "ends_at" is headed ENDS AT. */
static char *heading_of(const char *name, struct arena *arena)
{
    char *heading = arena_strdup(arena, name);

    for (char *p = heading; p && *p; p++)
        *p = (char)(*p == '_' ? ' ' : toupper((unsigned char)*p));
    return heading;
}

static int make_columns(const char *names, struct list_column *columns, size_t *count, struct arena *arena,
                        struct error *err)
{
    char *rest = arena_printf(arena, "%s,active", names), *name;

    *count = 0;
    while (*count < COLUMNS_MAX && (name = strsep(&rest, ",")))
        columns[(*count)++] = (struct list_column){name, heading_of(name, arena)};
    return arena_failed(arena) ? error_no_memory(err) : 0;
}

static int list_records(struct run *run, struct listed *l, struct named_rows *rows, struct arena *arena,
                        struct error *err)
{
    const struct crm_get *o = run->options;
    struct list_column columns[COLUMNS_MAX];
    struct listing listing = {columns, 0, o->format, o->fields, rows->count > 0 ? named_page : page};
    int rc =
        make_columns(l->all ? SHOWN_OF_ALL : shown[l->kind->id], columns, &listing.column_count, arena, err);

    return rc == 0 ? list_run(run, &listing, rows->count > 0 ? (void *)rows : l, err) : rc;
}

static int crm_get(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct crm_get *o = run->options;
    struct listed l = {.kind = o->all ? record_kinds : record_kind_find(operands[0]), .all = o->all};
    struct named_rows rows = {row, &l, operands + 1, count > 1 ? count - 1 : 0, 0};
    struct arena names = ARENA_INIT;
    int rc = where_read(&l.where, "--where", o->where, err);

    if (rc == 0)
        rc = list_records(run, &l, &rows, &names, err);
    where_release(&l.where);
    buf_release(&l.after);
    arena_release(&names);
    return rc;
}

static const struct tool tool = {
    .name = "crm-get",
    .operands = "KIND [KEY...]",
    .summary = "prints customer records so that crm-put can read them; writes nothing",
    .flags = TOOL_READS,
    .options = options,
    .options_size = sizeof(struct crm_get),
    .check = check,
    .run = crm_get,
};

int main(int argc, char **argv)
{
    return tool_main(&tool, argc, argv);
}
