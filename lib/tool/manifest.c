#include "tool/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/json_read.h"
#include "base/json_write.h"

#define MANIFEST_LIMIT ((size_t)64 * 1024)

int path_in(const char *folder, const char *name, char path[PATH_MAX], struct error *err)
{
    if (snprintf(path, PATH_MAX, "%s/%s", folder, name) >= PATH_MAX)
        return error_errno(err, CODE_IO, ENAMETOOLONG, "%s", folder);
    return 0;
}

void manifest_write(const struct manifest *m, const char *folder, struct buf *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_begin_object(&w, NULL);
    json_put_text(&w, "folder", folder);
    json_put_int(&w, "format", MANIFEST_FORMAT);
    json_put_text(&w, "store_id", m->store_id);
    json_put_time(&w, "made_at", m->made_at);
    json_put_int(&w, "schema_version", m->schema_version);
    json_put_int(&w, "cases", m->cases);
    json_put_text(&w, "store_sha256", m->store_sha256);
    json_put_text(&w, "config_ref", m->config_ref);
    json_put_text(&w, "config_commit", m->config_commit);
    json_end_object(&w);
}

static const char *text_member(const json_t *tree, const char *name, struct arena *arena)
{
    const char *text = json_string_value(json_object_get(tree, name));

    return arena_strdup(arena, text ? text : "");
}

static int read_members(struct manifest *m, const json_t *tree, struct arena *arena, struct error *err)
{
    const char *made_at = text_member(tree, "made_at", arena);
    struct digest digest;

    if (json_integer_value(json_object_get(tree, "format")) != MANIFEST_FORMAT)
        return error_set(err, CODE_INVALID, "/format", "expected %d: no backup that this program knows",
                         MANIFEST_FORMAT);
    m->store_id = text_member(tree, "store_id", arena);
    m->schema_version = json_integer_value(json_object_get(tree, "schema_version"));
    m->cases = json_integer_value(json_object_get(tree, "cases"));
    m->config_ref = text_member(tree, "config_ref", arena);
    snprintf(m->store_sha256, sizeof m->store_sha256, "%s", text_member(tree, "store_sha256", arena));
    snprintf(m->config_commit, sizeof m->config_commit, "%s", text_member(tree, "config_commit", arena));
    if (arena_failed(arena))
        return error_no_memory(err);
    if (digest_from_hex(m->store_sha256, &digest) != 0)
        return error_set(err, CODE_INVALID, "/store_sha256", "expected 64 hex digits");
    if (time_parse(made_at, strlen(made_at), &m->made_at) != 0)
        return error_set(err, CODE_INVALID, "/made_at", "expected an RFC 3339 time");
    return 0;
}

int manifest_read(struct manifest *m, const char *folder, struct arena *arena, struct error *err)
{
    struct buf text = BUF_INIT;
    char path[PATH_MAX];
    json_t *tree = NULL;
    int rc = path_in(folder, BACKUP_MANIFEST, path, err);

    if (rc == 0)
        rc = buf_read_file(&text, path, MANIFEST_LIMIT, err);
    if (rc == 0 && !(tree = json_tree(buf_text(&text), text.len, err)))
        rc = (int)err->code;
    if (rc == 0)
        rc = read_members(m, tree, arena, err);
    if (rc != 0 && rc != CODE_NO_INPUT) /* which names the file already */
        error_prefix(err, "%s: ", path);
    json_decref(tree);
    buf_release(&text);
    return rc;
}

int file_sha256(const char *path, char hex[DIGEST_HEX], struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;
    struct digest digest;
    struct stat st;
    void *bytes;

    if (fd < 0)
        return error_errno(err, CODE_NO_INPUT, errno, "%s", path);
    if (fstat(fd, &st) != 0 || st.st_size == 0) {
        rc = error_set(err, CODE_INVALID, NULL, "%s: is empty", path);
        goto out;
    }
    bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED) {
        rc = error_errno(err, CODE_IO, errno, "%s", path);
        goto out;
    }
    digest = digest_pair(bytes, (size_t)st.st_size, NULL, 0);
    digest_hex(&digest, hex);
    munmap(bytes, (size_t)st.st_size);
out:
    close(fd);
    return rc;
}
