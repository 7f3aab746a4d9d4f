/*
 * Records that wait for one that may come later in the stream, or leave, lie in an unlinked file: the stream
 * may be longer than memory. In memory is where each lies and what it waits for (act/waiting.h). At the end
 * of the stream they are tried again as what they wait for comes, until nothing more can come of it; what is
 * left then is rejected.
 */
#include <errno.h>
#include <fcntl.h>

#include "base/json_read.h"
#include "tool/internal.h"

struct spilled {
    int64_t line, index;
    size_t length;
};

static int spill_open(struct spill *s, struct error *err)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    int fd;

    snprintf(path, sizeof path, "%s/casework-XXXXXX", folder && *folder ? folder : "/tmp");
    fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return error_errno(err, CODE_IO, errno, "%s", path);
    unlink(path);
    s->file = fdopen(fd, "w+");
    if (!s->file) {
        close(fd);
        return error_no_memory(err);
    }
    return 0;
}

void deferred_release(struct runner *r)
{
    if (r->spill.file)
        fclose(r->spill.file);
    r->spill = (struct spill){NULL, 0};
    waiting_release(&r->run.waiting);
}

static uint64_t name_of(struct runner *r, struct record *record)
{
    if (record->name == 0)
        record->name = r->run.tool->identify(&r->run, record);
    return record->name;
}

bool deferred_held(struct runner *r, struct record *record)
{
    const struct waiting *w = &r->run.waiting;

    if (record->waiting != 0)
        return waiting_held(w, record->waiting);
    return w->names.count > 0 && waiting_announced(w, name_of(r, record));
}

int deferred_note(struct runner *r, struct item *item, struct error *err)
{
    struct waiting *w = &r->run.waiting;
    struct record *record = &item->record;
    int rc;

    if (r->run.ctx.dry_run)
        name_of(r, record);
    if (record->waiting == 0)
        return item->deferred ? waiting_announce(w, name_of(r, record), err) : 0;
    if (item->held)
        waiting_hold(w, record->waiting);
    if (item->deferred)
        return item->held ? 0 : waiting_wish(w, record->waiting, &record->wish, err);
    rc = waiting_done(w, record->waiting, err);
    return rc == 0 && !item->error ? waiting_came(w, record->name, err) : rc;
}

static int keep(struct runner *r, const struct item *item, struct error *err)
{
    const struct record *record = &item->record;
    struct spilled head = {record->line, record->index, record->length};
    int64_t place = r->spill.size;
    int rc = r->spill.file ? 0 : spill_open(&r->spill, err);

    if (rc != 0)
        return rc;
    if (fwrite(&head, sizeof head, 1, r->spill.file) != 1 ||
        fwrite(record->text, 1, record->length, r->spill.file) != record->length)
        return error_errno(err, CODE_IO, errno, "cannot keep a record that was put off");
    r->spill.size += (int64_t)(sizeof head + record->length);
    return waiting_add(&r->run.waiting, record->name, item->held ? NULL : &record->wish, place, err);
}

/* What a dry run did has just been taken back: others may refer to it all the same. */
static int remember(struct runner *r, const struct item *item, struct error *err)
{
    uint64_t *value;

    if (!r->run.ctx.dry_run || item->deferred || item->error || item->record.name == 0)
        return 0;
    return number_map_make(&r->run.ctx.passed, item->record.name, &value, err);
}

int deferred_publish(struct runner *r, struct item *item, struct error *err)
{
    int rc = remember(r, item, err);

    if (rc != 0 || r->retrying)
        return rc;
    if (item->deferred)
        return keep(r, item, err);
    return item->error ? 0 : waiting_came(&r->run.waiting, item->record.name, err);
}

static int read_at(struct runner *r, int64_t place, void *to, size_t n, struct error *err)
{
    if (pread(fileno(r->spill.file), to, n, place) != (ssize_t)n)
        return error_set(err, CODE_IO, NULL, "cannot read back a record that was put off");
    return 0;
}

static int read_back(struct runner *r, uint32_t who, struct error *err)
{
    const struct waiting_record *kept = &r->run.waiting.records[who - 1];
    struct spilled head;
    struct record *record;
    char *text;
    int rc = read_at(r, kept->place, &head, sizeof head, err);

    if (rc != 0)
        return rc;
    text = arena_alloc(&r->batch.arena, head.length + 1);
    if (!text)
        return error_no_memory(err);
    rc = read_at(r, kept->place + (int64_t)sizeof head, text, head.length, err);
    if (rc != 0)
        return rc;
    record = &batch_add(&r->batch)->record;
    record->line = head.line;
    record->index = head.index;
    record->text = text;
    record->length = head.length;
    record->name = kept->name;
    record->waiting = who;
    r->batch.bytes += head.length;
    return json_parse(r->run.ctx.parser, text, head.length, &r->batch.arena, &record->json, err);
}

int deferred_next(struct runner *r, struct error *err)
{
    uint32_t who = batch_full(&r->batch) ? 0 : waiting_next(&r->run.waiting);

    return who != 0 ? read_back(r, who, err) : 0;
}

/* The first; the others come as those before them are done. */
static int deferred_fill(struct runner *r, bool *end, struct error *err)
{
    int rc = deferred_next(r, err);

    *end = r->batch.count == 0;
    return rc;
}

int deferred_process(struct runner *r, struct error *err)
{
    if (!r->spill.file)
        return 0;
    if (fflush(r->spill.file) != 0)
        return error_errno(err, CODE_IO, errno, "cannot keep a record that was put off");
    r->retrying = true;
    return runner_process(r, deferred_fill, err);
}
