#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

/* Room for a message before masking: more than struct error holds, so that the cut falls on whole characters.
 */
#define DRAFT_SIZE 2048

static const struct {
    const char *name;
    int exit_status;
} codes[CODE_COUNT] = {
#define X(id, name, status) [CODE_INDEX_##id] = {name, status},
    ERROR_CODES(X)
#undef X
};

/* The largest length <= size - 1 at which s can be cut without splitting a character. */
static size_t fitting_length(const char *s, size_t size)
{
    size_t n = strlen(s);

    if (n < size)
        return n;
    n = size - 1;
    while (n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80)
        n--;
    return n;
}

static void copy_text(char *to, size_t size, const char *from)
{
    size_t n = fitting_length(from, size);

    memcpy(to, from, n);
    to[n] = '\0';
}

/* For when there is no memory to mask with: whatever is not printable ASCII becomes '?'. */
static void flatten(char *text)
{
    for (char *p = text; *p != '\0'; p++)
        if (*p < ' ' || *p > '~')
            *p = '?';
}

/* Clean text is copied without allocating: the message of CODE_NO_MEMORY must come through. */
static void set_message(struct error *err, char *text)
{
    struct buf masked = BUF_INIT;
    size_t n = strlen(text);

    if (utf8_valid(text, n) && utf8_find_control(text, n, TEXT_LINE) < 0) {
        copy_text(err->message, sizeof(err->message), text);
        return;
    }
    utf8_mask(&masked, text, n);
    if (buf_failed(&masked)) {
        flatten(text);
        copy_text(err->message, sizeof(err->message), text);
    } else {
        copy_text(err->message, sizeof(err->message), buf_text(&masked));
    }
    buf_release(&masked);
}

static bool wants(const struct error *err)
{
    return err != NULL && err->code == CODE_OK;
}

void error_init(struct error *err)
{
    err->code = CODE_OK;
    err->pointer[0] = '\0';
    err->message[0] = '\0';
}

int error_set(struct error *err, enum code code, const char *pointer, const char *format, ...)
{
    char draft[DRAFT_SIZE];
    va_list args;

    if (!wants(err))
        return code;
    va_start(args, format);
    vsnprintf(draft, sizeof(draft), format, args);
    va_end(args);
    err->code = code;
    copy_text(err->pointer, sizeof(err->pointer), pointer == NULL ? "" : pointer);
    set_message(err, draft);
    return code;
}

int error_errno(struct error *err, enum code code, int errnum, const char *format, ...)
{
    char draft[DRAFT_SIZE];
    va_list args;
    size_t n;

    if (!wants(err))
        return code;
    va_start(args, format);
    vsnprintf(draft, sizeof(draft), format, args);
    va_end(args);
    n = strlen(draft);
    snprintf(draft + n, sizeof(draft) - n, ": %s", strerror(errnum));
    err->code = code;
    err->pointer[0] = '\0';
    set_message(err, draft);
    return code;
}

void error_prefix(struct error *err, const char *format, ...)
{
    char draft[DRAFT_SIZE];
    va_list args;
    size_t n;

    if (err == NULL || err->code == CODE_OK)
        return;
    va_start(args, format);
    vsnprintf(draft, sizeof(draft), format, args);
    va_end(args);
    n = strlen(draft);
    snprintf(draft + n, sizeof(draft) - n, "%s", err->message);
    set_message(err, draft);
}

int error_copy(struct error *err, const struct error *from)
{
    if (err && err->code == CODE_OK)
        *err = *from;
    return from->code;
}

int error_no_memory(struct error *err)
{
    return error_set(err, CODE_NO_MEMORY, NULL, "out of memory");
}

/* The row of a code; a number that is no code can only be a bug. */
static int index_of(enum code code)
{
    int index = -1 - (int)code;

    return index >= 0 && index < CODE_COUNT ? index : CODE_INDEX_BUG;
}

const char *code_name(enum code code)
{
    return code == CODE_OK ? "ok" : codes[index_of(code)].name;
}

int code_exit_status(enum code code)
{
    return code == CODE_OK ? 0 : codes[index_of(code)].exit_status;
}

bool code_is_record_error(enum code code)
{
    return code_exit_status(code) == 65;
}

/* Appends c's escape when all of it fits. */
static bool push_byte(char *pointer, size_t size, size_t *n, char c)
{
    size_t need = c == '~' || c == '/' ? 2 : 1;

    if (*n + need >= size)
        return false;
    if (need == 2)
        pointer[(*n)++] = '~';
    pointer[(*n)++] = c == '~' ? '0' : c == '/' ? '1' : c;
    return true;
}

void pointer_push(char *pointer, int size, const char *name)
{
    size_t room = size < 0 ? 0 : (size_t)size;
    size_t n = strlen(pointer);

    if (n + 1 >= room)
        return;
    pointer[n++] = '/';
    while (*name != '\0' && push_byte(pointer, room, &n, *name))
        name++;
    if (((unsigned char)*name & 0xC0) == 0x80) { /* cut inside a character: drop its beginning */
        while (((unsigned char)pointer[n - 1] & 0xC0) == 0x80)
            n--;
        n--;
    }
    pointer[n] = '\0';
}
