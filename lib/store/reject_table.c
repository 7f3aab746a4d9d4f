#include "store/reject_table.h"

#include <ctype.h>

#include "store/row.h"

enum {
    REJECT_SAVE,
    REJECT_ANY,
    REJECT_CAPTURED_CONTENT,
    REJECT_CAPTURED_KEY,
    REJECT_PAGE,
    REJECT_BETWEEN,
    REJECT_DROP,
    REJECT_DROP_ALL,
};

static const struct statement statements[] = {
    [REJECT_SAVE] =
        {"INSERT INTO reject (digest, tool, source, external_id, body, count, first_at, last_at) "
         "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (digest) DO UPDATE SET "
         "count = reject.count + excluded.count, last_at = excluded.last_at, body = excluded.body",
         "bttttiii"},
    [REJECT_ANY] = {"SELECT 1 FROM reject LIMIT 1", ""},
    [REJECT_CAPTURED_CONTENT] = {"DELETE FROM reject WHERE digest = $1", "b"},
    [REJECT_CAPTURED_KEY] = {"DELETE FROM reject WHERE source = $1 AND external_id = $2", "tt"},
    [REJECT_PAGE] = {"SELECT digest, tool, source, external_id, body, count, first_at, last_at FROM reject "
                     "WHERE (last_at, digest) > ($1, $2) ORDER BY last_at, digest LIMIT $3",
                     "ibi"},
    [REJECT_BETWEEN] =
        {"SELECT digest, tool, source, external_id, body, count, first_at, last_at FROM reject "
         "WHERE digest >= $1 AND digest <= $2 ORDER BY digest LIMIT 2",
         "bb"},
    [REJECT_DROP] = {"DELETE FROM reject WHERE digest >= $1 AND digest <= $2", "bb"},
    [REJECT_DROP_ALL] = {"DELETE FROM reject", ""},
};
const struct statement_set reject_statements = STATEMENT_SET("reject", statements);

static void read_reject(const struct rows *rows, void *object, struct arena *arena)
{
    struct reject *r = object;

    row_digest(rows, 0, &r->digest);
    r->tool = row_text(rows, 1, arena);
    r->source = row_text(rows, 2, arena);
    r->external_id = row_text(rows, 3, arena);
    r->body = row_text(rows, 4, arena);
    r->count = row_int(rows, 5);
    r->first_at = row_int(rows, 6);
    r->last_at = row_int(rows, 7);
}

static const struct row_type reject_row = {read_reject, sizeof(struct reject)};

int reject_save(struct db *db, const struct reject *r, struct error *err)
{
    return db_exec(db, &statements[REJECT_SAVE],
                   BINDS(bind_digest(&r->digest), bind_text(r->tool), bind_text(r->source),
                         bind_text(r->external_id), bind_text(r->body), bind_int(r->count > 0 ? r->count : 1),
                         bind_int(r->first_at), bind_int(r->last_at)),
                   NULL, err);
}

int reject_any(struct db *db, bool *any, struct error *err)
{
    return query_any(db, &statements[REJECT_ANY], NO_BINDS, any, err);
}

int reject_captured(struct db *db, const struct digest *digest, const char *source, const char *external_id,
                    struct error *err)
{
    int rc = db_exec(db, &statements[REJECT_CAPTURED_CONTENT], BINDS(bind_digest(digest)), NULL, err);

    if (rc == 0 && source && external_id)
        rc = db_exec(db, &statements[REJECT_CAPTURED_KEY], BINDS(bind_text(source), bind_text(external_id)),
                     NULL, err);
    return rc;
}

int reject_page(struct db *db, usec after_at, const char *after_hex, struct arena *arena, struct reject *list,
                size_t limit, struct error *err)
{
    struct digest after = {0};

    if (after_hex && after_hex[0] != '\0' && digest_from_hex(after_hex, &after) != 0)
        return error_set(err, CODE_INVALID, NULL, "expected 64 hex digits, got \"%s\"", after_hex);
    return query_page(db, &statements[REJECT_PAGE],
                      BINDS(bind_int(after_at), bind_digest(&after), bind_int((int64_t)limit)), &reject_row,
                      arena, list, limit, err);
}

/* All digests that begin with a prefix lie between the prefix filled with 0 and with f. */
static int prefix_bounds(const char *prefix, struct digest *low, struct digest *high, struct error *err)
{
    char text[2][DIGEST_HEX];
    size_t n = strlen(prefix);

    if (n == 0 || n >= DIGEST_HEX || prefix[strspn(prefix, "0123456789abcdefABCDEF")] != '\0')
        return error_set(err, CODE_INVALID, NULL, "expected the hex digits of a reject, got \"%s\"", prefix);
    for (int i = 0; i < 2; i++) {
        memset(text[i], i == 0 ? '0' : 'f', DIGEST_HEX - 1);
        for (size_t k = 0; k < n; k++)
            text[i][k] = (char)tolower((unsigned char)prefix[k]);
        text[i][DIGEST_HEX - 1] = '\0';
    }
    digest_from_hex(text[0], low);
    digest_from_hex(text[1], high);
    return 0;
}

int reject_drop(struct db *db, const char *prefix_hex, bool *dropped, struct error *err)
{
    struct arena scratch = ARENA_INIT;
    struct reject found[2];
    struct digest low, high;
    int n = 0, rc = prefix_bounds(prefix_hex, &low, &high, err);

    *dropped = false;
    if (rc == 0)
        n = query_page(db, &statements[REJECT_BETWEEN], BINDS(bind_digest(&low), bind_digest(&high)),
                       &reject_row, &scratch, found, 2, err);
    if (n < 0)
        rc = n;
    if (n == 2)
        rc = error_set(err, CODE_INVALID, NULL, "several rejects begin with %s", prefix_hex);
    if (n == 1)
        rc = db_exec(db, &statements[REJECT_DROP], BINDS(bind_digest(&low), bind_digest(&high)), NULL, err);
    *dropped = n == 1 && rc == 0;
    arena_release(&scratch);
    return rc;
}

int reject_drop_all(struct db *db, int64_t *count, struct error *err)
{
    return db_exec(db, &statements[REJECT_DROP_ALL], NO_BINDS, count, err);
}
