/*
 * Where in a file of the policy something stands, for people who want to look at it.
 */
#ifndef CASEWORK_CONFIG_PLACE_H
#define CASEWORK_CONFIG_PLACE_H

#include <stddef.h>

/* The line (from 1) of the `id` of a decision table's rule; 0: the text has no such rule, or is no JSON. */
long place_of_rule(const char *text, size_t n, const char *id);
/* The line of what a pointer leads to: of a member's name. "" is the first value's. 0: it leads nowhere. */
long place_of_pointer(const char *text, size_t n, const char *pointer);

#endif
