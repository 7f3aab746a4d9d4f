/*
 * Records that refer to one that may come later in the stream, or that one refers to which may leave, wait in
 * an unlinked file: the stream may be longer than memory. They are tried again, in input order, until a pass
 * settles none of them; what is left then is rejected.
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

static void spill_close(struct spill *s)
{
    if (s->file)
        fclose(s->file);
    *s = (struct spill){NULL, 0};
}

void deferred_release(struct runner *r)
{
    spill_close(&r->spill);
    spill_close(&r->again);
    waiting_release(&r->run.waiting);
}

int deferred_keep(struct runner *r, const struct record *record, struct error *err)
{
    struct spilled head = {record->line, record->index, record->length};
    int rc = r->spill.file ? 0 : spill_open(&r->spill, err);

    if (rc != 0)
        return rc;
    if (fwrite(&head, sizeof head, 1, r->spill.file) != 1 ||
        fwrite(record->text, 1, record->length, r->spill.file) != record->length)
        return error_errno(err, CODE_IO, errno, "cannot keep a record that was put off");
    r->spill.count++;
    return 0;
}

static int read_back(struct runner *r, struct error *err)
{
    struct spilled head;
    struct record *record;
    char *text;

    if (fread(&head, sizeof head, 1, r->again.file) != 1)
        return error_set(err, CODE_IO, NULL, "cannot read back a record that was put off");
    text = arena_alloc(&r->batch.arena, head.length + 1);
    if (!text)
        return error_no_memory(err);
    if (fread(text, 1, head.length, r->again.file) != head.length)
        return error_set(err, CODE_IO, NULL, "cannot read back a record that was put off");
    record = &batch_add(&r->batch)->record;
    record->line = head.line;
    record->index = head.index;
    record->text = text;
    record->length = head.length;
    r->batch.bytes += head.length;
    return json_parse(r->run.ctx.parser, text, head.length, &r->batch.arena, &record->json, err);
}

static int deferred_fill(struct runner *r, bool *end, struct error *err)
{
    while (r->again.count > 0 && !batch_full(&r->batch)) {
        int rc = read_back(r, err);
        if (rc != 0)
            return rc;
        r->again.count--;
    }
    *end = r->again.count == 0;
    return 0;
}

int deferred_process(struct runner *r, struct error *err)
{
    int rc = 0;

    r->retrying = true;
    while (rc == 0 && r->spill.count > 0) {
        int64_t before = r->spill.count;

        if (!r->run.last_pass)
            waiting_clear(&r->run.waiting);
        r->again = r->spill;
        r->spill = (struct spill){NULL, 0};
        if (fflush(r->again.file) != 0)
            return error_errno(err, CODE_IO, errno, "cannot keep a record that was put off");
        rewind(r->again.file);
        rc = runner_process(r, deferred_fill, err);
        spill_close(&r->again);
        r->run.last_pass = r->spill.count == before;
    }
    return rc;
}
