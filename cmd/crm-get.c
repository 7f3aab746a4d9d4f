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

static const struct list_column columns[] = {
    {"kind", "KIND"},       {"key", "KEY"},           {"name", "NAME"}, {"account", "ACCOUNT"},
    {"product", "PRODUCT"}, {"level", "LEVEL"},       {"tier", "TIER"}, {"email", "E-MAIL"},
    {"groups", "GROUPS"},   {"presence", "PRESENCE"},
};

/* What a record refers to comes before it. */
static const enum record_kind_id order[] = {
    KIND_ACCOUNT, KIND_CONTACT,  KIND_PRODUCT,     KIND_CI,
    KIND_ASSET,   KIND_CONTRACT, KIND_ENTITLEMENT, KIND_AGENT,
};

struct listed {
    const struct record_kind *kind; /* whose records are listed */
    size_t next;                    /* in `order`: the kind after it */
    bool all;
    struct buf after; /* key of the last record */
    struct where where;
};

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
    if (l->where.match && !buf_failed(lines)) {
        json_t *document = json_loadb(lines->data + start, lines->len - start, 0, NULL);
        if (!document)
            return error_no_memory(err);
        if (!where_holds(&l->where, document))
            buf_truncate(lines, start);
        json_decref(document);
    }
    if (lines->len > start)
        buf_add_char(lines, '\n');
    return 0;
}

/* On to the next kind of --all; false when this was the last. */
static bool next_kind(struct listed *l)
{
    if (!l->all || l->next == KIND_COUNT)
        return false;
    l->kind = &record_kinds[order[l->next++]];
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

static int crm_get(struct run *run, char **operands, size_t count, struct error *err)
{
    const struct crm_get *o = run->options;
    struct listing listing = {columns, sizeof columns / sizeof *columns, o->format, o->fields, page};
    struct listed l = {.all = o->all};
    struct named_rows rows = {row, &l, operands + 1, count > 0 ? count - 1 : 0, 0};
    void *state = &l;
    int rc = where_read(&l.where, o->where, err);

    if (o->all)
        next_kind(&l);
    else
        l.kind = record_kind_find(operands[0]);
    if (count > 1) {
        listing.page = named_page;
        state = &rows;
    }
    if (rc == 0)
        rc = list_run(run, &listing, state, err);
    where_release(&l.where);
    buf_release(&l.after);
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
