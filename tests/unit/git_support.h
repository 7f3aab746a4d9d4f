/*
 * What the tests of repositories share: a folder of their own, files written, git run.
 */
#ifndef CASEWORK_TESTS_GIT_SUPPORT_H
#define CASEWORK_TESTS_GIT_SUPPORT_H

#include <fcntl.h>
#include <sys/stat.h>

#include "base/process.h"
#include "git/repository.h"

/* A path in a folder; `f` is the fixture, whose arena holds it. */
#define AT(folder, name) arena_printf(&f->arena, "%s/%s", folder, name)

static inline void write_file(const char *path, const char *text)
{
    FILE *file;
    char part[512];

    snprintf(part, sizeof part, "%s", path);
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(part, 0777);
        *slash = '/';
    }
    file = fopen(path, "w");
    if (!file)
        fail_msg("%s cannot be written", path);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* git -C folder WORDS...; the words end with NULL. Its output without the last newline, or a failed test. */
static inline const char *git(const char *folder, const char *const *words)
{
    static char output[4096];
    const char *argv[32] = {"/usr/bin/env",
                            "-i",
                            "PATH=/usr/bin:/bin",
                            "GIT_CONFIG_NOSYSTEM=1",
                            "HOME=/nonexistent",
                            "git",
                            "-C",
                            folder,
                            "-c",
                            "user.name=T",
                            "-c",
                            "user.email=t@localhost"};
    struct buf out = BUF_INIT;
    struct error err;
    int status = 0, n = 12;

    while (*words)
        argv[n++] = *words++;
    error_init(&err);
    if (process_run(argv, &out, &status, &err) || status)
        fail_msg("git %s: %s %s", argv[12], err.message, buf_text(&out));
    snprintf(output, sizeof output, "%.*s", (int)out.len, buf_text(&out));
    if (*output)
        output[strlen(output) - 1] = '\0';
    buf_release(&out);
    return output;
}

#define GIT(folder, ...) git(folder, (const char *const[]){__VA_ARGS__, NULL})

#endif
