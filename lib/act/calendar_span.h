/*
 * Asking a calendar that is compiled as wide as the answer needs. Private to lib/act.
 */
#ifndef CASEWORK_ACT_CALENDAR_SPAN_H
#define CASEWORK_ACT_CALENDAR_SPAN_H

#include "config/policy.h"

/* CODE_LIMIT: the answer lies beyond the calendar; it is then asked again with a wider one. */
typedef int calendar_question(void *context, const struct calendar *calendar, struct error *err);

/* Asks the policy's calendar `name` (NULL: always open), compiled for [from, to] and more around it. */
int calendar_ask(struct policy *p, const char *name, usec from, usec to, calendar_question *ask,
                 void *context, struct error *err);

#endif
