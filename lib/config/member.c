#include "config/member.h"

int read_boolean(const json_t *object, const char *pointer, const char *name, bool *value, struct error *err)
{
    const json_t *found = json_object_get(object, name);

    if (found == NULL)
        return 0;
    if (!json_is_boolean(found))
        return rule_unexpected(found, pointer_to_member(pointer, name).text, "true or false", err);
    *value = json_is_true(found);
    return 0;
}

int read_texts(const json_t *object, const char *pointer, const char *name, const json_t **array,
               struct error *err)
{
    struct pointer_text at = pointer_to_member(pointer, name);
    int rc = rule_read_member(object, pointer, name, JSON_ARRAY, MEMBER_OPTIONAL, array, err);

    for (size_t i = 0; rc == 0 && i < json_array_size(*array); i++) {
        const json_t *item = json_array_get(*array, i);
        if (!json_is_string(item) || json_string_length(item) == 0)
            rc = rule_unexpected(item, pointer_to_element(at.text, i).text, "text", err);
    }
    return rc;
}

int read_text_or_default(const json_t *object, const char *pointer, const char *name, const char **value,
                         struct error *err)
{
    const char *found;
    int rc = rule_read_text(object, pointer, name, MEMBER_OPTIONAL, &found, err);

    if (rc == 0 && found != NULL)
        *value = found;
    return rc;
}
