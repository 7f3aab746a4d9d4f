/*
 * The checks of JSON text that yajl leaves out, each on one token. Used by json_events.c alone.
 */
#ifndef CASEWORK_BASE_JSON_CHECK_H
#define CASEWORK_BASE_JSON_CHECK_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/json_read.h"

/* NULL, or what is wrong with the escapes of a string that yajl accepted (\u0000, half of a surrogate pair).
 */
const char *json_check_escapes(const char *raw, size_t n);

/* Type and value of a number that yajl accepted; text is NUL-terminated. False when it is out of range. */
bool json_read_number(const char *text, size_t n, locale_t c_locale, struct json_value *value);

/* Records CODE_SYNTAX for text that yajl refused: `from` is the end of the last good token, `to` that of the
 * bytes yajl looked at. Returns the code. Bytes in messages are counted from 1. */
int json_syntax_error(const char *text, size_t n, size_t from, size_t to, struct error *err);

/* yajl takes vertical tabs and form feeds for white space, and overlooks a token behind the value (which ends
 * at `done`) when the text ends within it. To be asked about text that yajl accepted. */
int json_check_blanks(const char *text, size_t n, size_t done, struct error *err);

#endif
