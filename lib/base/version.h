/*
 * The version of the program, as the Makefile says it; what stands here is for checkers that read a file
 * alone.
 */
#ifndef CASEWORK_BASE_VERSION_H
#define CASEWORK_BASE_VERSION_H

#ifndef CASEWORK_VERSION
#define CASEWORK_VERSION "0.1.0"
#endif

#endif
