/*
 * What rule/reading.h does not read and the small config files have: booleans and lists of texts.
 */
#ifndef CASEWORK_CONFIG_MEMBER_H
#define CASEWORK_CONFIG_MEMBER_H

#include <stdbool.h>

#include "rule/reading.h"

/* `value` keeps what it holds when the member is absent. */
int read_boolean(const json_t *object, const char *pointer, const char *name, bool *value, struct error *err);
/* An array of strings, none of them empty; NULL when absent. Borrowed. */
int read_texts(const json_t *object, const char *pointer, const char *name, const json_t **array,
               struct error *err);
/* A text that keeps its default when the member is absent. */
int read_text_or_default(const json_t *object, const char *pointer, const char *name, const char **value,
                         struct error *err);

#endif
