#include <ctype.h>

#include "model/crm.h"

const char *email_normalise(const char *text, struct arena *arena)
{
    const char *at = strchr(text, '@');
    char *folded;

    if (!at || at == text || at[1] == '\0' || strchr(at + 1, '@') || strpbrk(text, " \t,;<>\"()"))
        return NULL;
    folded = arena_strdup(arena, text);
    for (char *p = folded; p && *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return folded;
}

const char *phone_normalise(const char *text, struct arena *arena)
{
    char digits[17] = "+";
    size_t n = 1;
    bool plus = text[0] == '+';

    if (!plus && strncmp(text, "00", 2) != 0)
        return NULL;
    for (const char *p = text + (plus ? 1 : 2); *p; p++) {
        if (strncmp(p, "(0)", 3) == 0) /* of national numbers, as in +49 (0)30 */
            p += 2;
        if (strchr(" ./()-", *p))
            continue;
        if (*p < '0' || *p > '9' || n == sizeof digits - 1)
            return NULL;
        digits[n++] = *p;
    }
    if (n < 8 || digits[1] == '0') /* E.164: country codes do not begin with 0; 7 to 15 digits */
        return NULL;
    return arena_strndup(arena, digits, n);
}

/* Adds the texts of a member, a text or an array of texts, to an array. */
static int collect(const struct crm_record *r, const char *name, json_t *texts, struct error *err)
{
    const struct field *f = field_find(r->kind->fields, name);
    const char *value = f ? field_text(f, r) : NULL;
    json_t *list;
    int failed;

    if (!value)
        return 0;
    if (f->type == FIELD_TEXT)
        return json_array_append_new(texts, json_string_nocheck(value)) == 0 ? 0 : error_no_memory(err);
    list = json_tree(value, strlen(value), err);
    if (!list)
        return (int)err->code;
    failed = json_array_extend(texts, list) != 0;
    json_decref(list);
    return failed ? error_no_memory(err) : 0;
}

int crm_addresses(const struct crm_record *r, struct arena *arena, const char ***list, size_t *count,
                  struct error *err)
{
    static const char *const members[] = {"email", "emails", "phone", "phones"};
    json_t *texts = json_array(), *text;
    size_t i;
    int rc = texts ? 0 : error_no_memory(err);

    *count = 0;
    for (i = 0; rc == 0 && i < sizeof members / sizeof *members; i++)
        rc = collect(r, members[i], texts, err);
    *list = ARENA_ARRAY(arena, const char *, json_array_size(texts) + 1);
    json_array_foreach (texts, i, text) {
        const char *written = json_string_value(text), *address;
        if (rc != 0 || !*list || !written)
            break;
        address = email_normalise(written, arena);
        if (!address)
            address = phone_normalise(written, arena);
        if (address)
            (*list)[(*count)++] = address;
    }
    json_decref(texts);
    return rc == 0 && arena_failed(arena) ? error_no_memory(err) : rc;
}
