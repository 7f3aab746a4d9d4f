#include "config/zone.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DATABASE "/usr/share/zoneinfo"

/*
 * The offset is looked at every five days, and where two looks differ the moment of the change is found by
 * bisection. Two changes that cancel within one step would be missed: since 1970 the closest such pair of any
 * zone is six days and 23 hours apart (Brazil in October 2000, and Gaza's rules from 2040 on), Morocco's
 * Ramadan a month. So a week would be too long a step, and five days leave room.
 */
#define STEP ((time_t)5 * 86400)

static const char *database(void)
{
    const char *folder = getenv("TZDIR");

    return folder != NULL && *folder != '\0' ? folder : DATABASE;
}

static int zone_path(const char *name, char *path, size_t size)
{
    int n;

    if (name[0] == '\0' || name[0] == '/' || name[0] == ':' || strstr(name, "..") != NULL ||
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/.") != strlen(name))
        return -1;
    n = snprintf(path, size, "%s/%s", database(), name);
    return n > 0 && (size_t)n < size ? 0 : -1;
}

static bool is_utc(const char *name)
{
    return strcmp(name, "UTC") == 0 || strcmp(name, "Etc/UTC") == 0;
}

/* The C library takes any name and quietly reads UTC for one that it cannot load: the file is looked at
 * first. */
bool zone_exists(const char *name)
{
    char path[PATH_MAX], magic[4];
    ssize_t n;
    int fd;

    if (is_utc(name))
        return true;
    if (zone_path(name, path, sizeof(path)) != 0 || (fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
        return false;
    n = read(fd, magic, sizeof(magic));
    close(fd);
    return n == (ssize_t)sizeof(magic) && memcmp(magic, "TZif", sizeof(magic)) == 0;
}

/* The process's own TZ is put back, since local times for people are printed in it. */
struct saved_zone {
    char *text; /* NULL: unset */
};

static int zone_enter(const char *name, struct saved_zone *saved, struct error *err)
{
    const char *old = getenv("TZ");
    char text[PATH_MAX];

    saved->text = NULL;
    if (old != NULL && (saved->text = strdup(old)) == NULL)
        return error_no_memory(err);
    snprintf(text, sizeof(text), ":%s", name);
    if (setenv("TZ", text, 1) != 0) {
        free(saved->text);
        return error_no_memory(err);
    }
    tzset();
    return 0;
}

static void zone_leave(struct saved_zone *saved)
{
    if (saved->text != NULL)
        setenv("TZ", saved->text, 1);
    else
        unsetenv("TZ");
    tzset();
    free(saved->text);
}

static int32_t offset_at(time_t at)
{
    struct tm tm;

    return localtime_r(&at, &tm) != NULL ? (int32_t)tm.tm_gmtoff : 0;
}

/* The second at which the offset becomes another than `before`; it is `before` at low and not at high. */
static time_t bisect(time_t low, time_t high, int32_t before)
{
    while (high - low > 1) {
        time_t middle = low + (high - low) / 2;
        if (offset_at(middle) == before)
            low = middle;
        else
            high = middle;
    }
    return high;
}

struct offset_list {
    struct zone_offset *items;
    size_t count, capacity;
};

static int offset_add(struct offset_list *list, usec from, int32_t seconds, struct error *err)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity != 0 ? list->capacity * 2 : 16;
        void *grown = realloc(list->items, capacity * sizeof(*list->items));
        if (grown == NULL)
            return error_no_memory(err);
        list->items = grown;
        list->capacity = capacity;
    }
    list->items[list->count++] = (struct zone_offset){from, seconds};
    return 0;
}

static time_t floor_second(usec at)
{
    return (time_t)(at >= 0 ? at / USEC_SECOND : -((-at + USEC_SECOND - 1) / USEC_SECOND));
}

static int find_offsets(usec from, usec to, struct offset_list *list, struct error *err)
{
    time_t at = floor_second(from), end = floor_second(to);
    int32_t offset = offset_at(at), next;
    int rc = offset_add(list, from, offset, err);

    while (rc == 0 && at < end) {
        time_t look = end - at > STEP ? at + STEP : end;
        next = offset_at(look);
        if (next != offset) {
            look = bisect(at, look, offset);
            offset = offset_at(look);
            if ((usec)look * USEC_SECOND < to)
                rc = offset_add(list, (usec)look * USEC_SECOND, offset, err);
        }
        at = look;
    }
    return rc;
}

int zone_offsets(const char *name, usec from, usec to, struct arena *arena, struct zone_offset **offsets,
                 size_t *count, struct error *err)
{
    struct offset_list list = {NULL, 0, 0};
    struct saved_zone saved;
    int rc;

    if (is_utc(name)) {
        rc = offset_add(&list, from, 0, err);
    } else if (!zone_exists(name)) {
        return error_set(err, CODE_NOT_FOUND, NULL, "the system's time zone database has no \"%s\"", name);
    } else {
        if ((rc = zone_enter(name, &saved, err)))
            return rc;
        rc = find_offsets(from, to, &list, err);
        zone_leave(&saved);
    }
    if (rc == 0) {
        *offsets = ARENA_ARRAY(arena, struct zone_offset, list.count);
        if (*offsets == NULL) {
            rc = error_no_memory(err);
        } else {
            memcpy(*offsets, list.items, list.count * sizeof(*list.items));
            *count = list.count;
        }
    }
    free(list.items);
    return rc;
}

/* Compiled databases carry no version; Debian ships the source beside them, whose first line is "# version
 * 2025b". */
const char *zone_database_version(struct arena *arena)
{
    static const char *const files[] = {"tzdata.zi", "+VERSION"};
    char path[PATH_MAX], line[64] = "";
    const char *version;
    FILE *file;

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", database(), files[i]);
        file = fopen(path, "re");
        if (file == NULL)
            continue;
        if (fgets(line, sizeof(line), file) == NULL)
            line[0] = '\0';
        fclose(file);
        version = strncmp(line, "# version ", 10) == 0 ? line + 10 : line;
        if (version[0] != '\0' && version[0] != '\n' && version[0] != '#')
            return arena_strndup(arena, version, strcspn(version, "\r\n"));
    }
    return arena_strdup(arena, "unknown");
}
