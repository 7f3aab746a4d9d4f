/*
 * What `make lint` has clang-tidy and cppcheck read before each file; no compiler sees it. Both look at one
 * source file at a time, so what another one promises has to be told, and cppcheck reads no system headers.
 */
#ifndef CASEWORK_TESTS_LINT_H
#define CASEWORK_TESTS_LINT_H

#ifdef __cppcheck__
#define json_object_foreach(object, key, value)                                                              \
    for (key = json_object_iter_key(json_object_iter(object));                                               \
         key && (value = json_object_iter_value(json_object_key_to_iter(key)));                              \
         key = json_object_iter_key(json_object_iter_next(object, json_object_key_to_iter(key))))
#define json_array_foreach(array, index, value)                                                              \
    for (index = 0; index < json_array_size(array) && (value = json_array_get(array, index)); index++)
#else
#include "base/error.h"

/* A failure has the code that was asked for, so it is never taken for a success. */
#define error_set(err, code, ...)   (error_set(err, code, __VA_ARGS__), code)
#define error_errno(err, code, ...) (error_errno(err, code, __VA_ARGS__), code)
#define error_no_memory(err)        (error_no_memory(err), CODE_NO_MEMORY)
#endif

#endif
