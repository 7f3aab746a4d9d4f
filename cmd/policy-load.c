/*
 * policy-load REPOSITORY REV: prints the files of a commit for the tools of the pipe, which do not link
 * libgit2 (see config/source.h). It is not called by people: what goes wrong is printed as "error CODE
 * MESSAGE" on standard output, for its caller to report under its own name.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "git/repository.h"

#define MOST ((size_t)64 * 1024 * 1024) /* bytes of a listing */

static int add_file(void *context, const char *path, const char *blob, const char *bytes, size_t n,
                    struct error *err)
{
    struct buf *out = context;

    if (!utf8_valid(path, strlen(path)) || utf8_find_control(path, strlen(path), TEXT_LINE) >= 0)
        return error_set(err, CODE_POLICY, NULL, "a file's name holds a control character or is not UTF-8");
    if (out->len + n > MOST)
        return error_set(err, CODE_LIMIT, NULL, "the files of the commit have more than 64 MiB");
    buf_add_format(out, "file %s %s %zu\n", path, blob, n);
    buf_add(out, bytes, n);
    buf_add_char(out, '\n');
    return 0;
}

static int list_commit(const char *path, const char *rev, struct buf *out, struct error *err)
{
    struct repository *repository = NULL;
    char commit[41];
    int rc = repository_open(&repository, path, err);

    if (rc == 0)
        rc = repository_resolve(repository, rev, commit, err);
    if (rc == 0) {
        buf_add_format(out, "commit %s\n", commit);
        rc = repository_files(repository, commit, add_file, out, err);
    }
    if (rc == 0 && buf_failed(out))
        rc = error_no_memory(err);
    repository_close(repository);
    return rc;
}

int main(int argc, char **argv)
{
    struct buf out = BUF_INIT;
    struct error err;
    int rc;

    if (argc != 3) {
        fprintf(stderr, "usage: policy-load REPOSITORY REV\n");
        return code_exit_status(CODE_USAGE);
    }
    error_init(&err);
    rc = list_commit(argv[1], argv[2], &out, &err);
    if (rc != 0) {
        buf_release(&out);
        buf_add_format(&out, "error %s %s\n", code_name(err.code), err.message);
    }
    if (buf_write_fd(&out, STDOUT_FILENO, &err) != 0)
        rc = CODE_IO;
    buf_release(&out);
    return code_exit_status((enum code)rc);
}
