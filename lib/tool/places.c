/* Where the store and the policy are: option, environment, the host's file, the user's data folder. */
#include <errno.h>
#include <pwd.h>

#include "tool/internal.h"

#define CONF_LIMIT ((size_t)64 * 1024)

struct places {
    const char *store, *config, *ref; /* NULL: not said */
};

static const char *environment(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

static char *trim(char *text)
{
    char *end = text + strlen(text);

    while (end > text && strchr(" \t\r", end[-1]))
        *--end = '\0';
    return text + strspn(text, " \t");
}

static int conf_line(struct places *p, const char *path, int number, char *line, struct error *err)
{
    char *text = trim(line), *value = strchr(text, '=');
    const char *key;

    if (*text == '\0' || *text == '#')
        return 0;
    if (!value)
        return error_set(err, CODE_USAGE, NULL, "%s: line %d: expected KEY=VALUE", path, number);
    *value++ = '\0';
    key = trim(text);
    value = trim(value);
    if (strcmp(key, "store") == 0)
        p->store = value;
    else if (strcmp(key, "config") == 0)
        p->config = value;
    else if (strcmp(key, "ref") == 0)
        p->ref = value;
    else
        return error_set(err, CODE_USAGE, NULL, "%s: line %d: expected store, config or ref, got \"%s\"",
                         path, number, key);
    return 0;
}

static int conf_read(struct places *p, const char *path, struct arena *arena, struct error *err)
{
    struct buf text = BUF_INIT;
    char *rest, *line;
    int rc = 0;

    if (access(path, F_OK) != 0)
        return 0;
    rc = buf_read_file(&text, path, CONF_LIMIT, err);
    rest = rc == 0 ? arena_strdup(arena, buf_text(&text)) : NULL;
    buf_release(&text);
    if (rc == 0 && !rest)
        return error_no_memory(err);
    for (int number = 1; rc == 0 && (line = strsep(&rest, "\n")); number++)
        rc = conf_line(p, path, number, line, err);
    return rc;
}

static const char *user_store(struct arena *arena)
{
    const char *data = environment("XDG_DATA_HOME"), *home = environment("HOME");
    const struct passwd *user;

    if (data && *data == '/') /* the specification says that a relative one is to be ignored */
        return arena_printf(arena, "%s/casework/store.db", data);
    if (!home)
        home = (user = getpwuid(getuid())) ? user->pw_dir : "/";
    return arena_printf(arena, "%s/.local/share/casework/store.db", home);
}

int places_find(struct runner *r, const char *conf_path, struct error *err)
{
    struct places host = {NULL, NULL, NULL};
    struct common_options *common = &r->run.common;
    const char *store = common->store ? common->store : environment("CASEWORK_STORE");
    int rc;

    /* The host's file speaks of the host's store: another store has its own policy. */
    if (!store) {
        rc = conf_read(&host, conf_path, &r->forever, err);
        if (rc != 0)
            return rc;
        store = host.store ? host.store : user_store(&r->forever);
    }
    if (!store)
        return error_no_memory(err);
    r->run.store_path = store;
    r->run.ctx.repository = common->config ? common->config : environment("CASEWORK_CONFIG");
    if (!r->run.ctx.repository)
        r->run.ctx.repository = host.config;
    r->run.ctx.rev = common->ref ? common->ref : environment("CASEWORK_REF");
    if (!r->run.ctx.rev)
        r->run.ctx.rev = host.ref;
    return 0;
}

int places_default(struct runner *r)
{
    struct context *ctx = &r->run.ctx;

    if (!ctx->repository)
        ctx->repository = ctx->store.config_repo;
    if (!ctx->rev)
        ctx->rev = ctx->store.config_ref;
    return 0;
}
