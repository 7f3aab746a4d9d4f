/* Who made a commit, when, and what they called it. */
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "git/internal.h"

/* Beyond the years 0000-9999 there is no text for a time. */
#define EARLIEST INT64_C(-62167219200)
#define LATEST   INT64_C(253402300799)

/* git keeps whatever bytes it was given. */
static const char *masked(struct buf *text, const char *s, struct arena *arena)
{
    buf_clear(text);
    if (s != NULL)
        utf8_mask(text, s, strlen(s));
    return buf_failed(text) ? NULL : arena_strndup(arena, buf_text(text), text->len);
}

static int describe(git_commit *commit, struct arena *arena, struct commit_info *info, struct error *err)
{
    const git_signature *author = git_commit_author(commit);
    struct buf text = BUF_INIT;
    const char *name = masked(&text, author->name, arena), *email = masked(&text, author->email, arena);

    info->subject = masked(&text, git_commit_summary(commit), arena);
    info->author = name && email ? arena_printf(arena, "%s <%s>", name, email) : NULL;
    info->date = author->when.time < EARLIEST || author->when.time > LATEST
                     ? TIME_NONE
                     : (usec)author->when.time * USEC_SECOND;
    buf_release(&text);
    return info->author && info->subject ? 0 : error_no_memory(err);
}

int commit_read(struct repository *r, const char *id, struct arena *arena, struct commit_info *info,
                struct error *err)
{
    git_commit *commit = NULL;
    git_oid oid;
    int rc = strlen(id) == GIT_OID_HEXSZ ? git_oid_fromstr(&oid, id) : GIT_EINVALIDSPEC;

    if (rc != 0)
        return error_set(err, CODE_INVALID, NULL, "\"%s\" is no id of a commit", id);
    rc = git_commit_lookup(&commit, r->git, &oid);
    if (rc == GIT_ENOTFOUND)
        return error_set(err, CODE_NOT_FOUND, NULL, "there is no commit %s", id);
    rc = rc != 0 ? git_failed(err, CODE_UNAVAILABLE, rc, "the commit %s cannot be read", id)
                 : describe(commit, arena, info, err);
    git_commit_free(commit);
    return rc;
}
