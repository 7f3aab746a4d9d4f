/*
 * Findings as text: for people, for programs (a JSON object a line), for editors that read what compilers
 * write (gcc), for code hosts (SARIF 2.1.0, OASIS Standard, 27 March 2020).
 */
#ifndef CASEWORK_CONFIG_LINT_FORMAT_H
#define CASEWORK_CONFIG_LINT_FORMAT_H

#include "base/buf.h"
#include "config/lint.h"

enum lint_format {
    LINT_TEXT,
    LINT_JSON,
    LINT_GCC,
    LINT_SARIF
};
extern const char *const lint_format_names[];                      /* "text" ...; ends with NULL */
bool lint_format_find(const char *name, enum lint_format *format); /* false: there is none of that name */

/* Writes findings into a buffer, between a beginning and an end, which are empty but in SARIF. */
struct lint_writer {
    enum lint_format format;
    struct buf *out;
    long count; /* so far */
};
void lint_begin(struct lint_writer *w);
void lint_write(struct lint_writer *w, const struct finding *finding);
void lint_end(struct lint_writer *w);

#endif
