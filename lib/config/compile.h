/*
 * Inside lib/config: the files of a policy by kind, and how a file of each kind becomes a rule object.
 *
 * Loading and lint call the same compile functions, so that what lint lets pass also loads. Their errors have
 * the code and the pointer into the file as they come; the accessors of policy.h turn them into CODE_POLICY.
 */
#ifndef CASEWORK_CONFIG_COMPILE_H
#define CASEWORK_CONFIG_COMPILE_H

#include <jansson.h>

#include "config/lint.h"
#include "config/policy.h"
#include "rule/reading.h"
#include "rule/shape.h"

enum file_kind {
    FILE_UNKNOWN,     /* belongs to no kind: a finding */
    FILE_IGNORED,     /* for people and git: README, LICENSE, .gitignore ... */
    FILE_UNSUPPORTED, /* of the contract, not of this version: a finding */
    FILE_SETTINGS,    /* casework.json */
    FILE_CASE_TYPE,
    FILE_GROUP,
    FILE_WORKFLOW,
    FILE_TABLE,
    FILE_CLOCK,
    FILE_CALENDAR,
    FILE_TEMPLATE, /* not JSON, known by name only */
};

struct entry {
    const struct policy_file *file;
    enum file_kind kind;
    const char *name; /* "noc" of groups/noc.json; NULL when the kind has none */
    json_t *json;     /* NULL: not asked for yet, or it does not compile */
    void *object;     /* the compiled object, likewise */
};

/* A calendar with the span that it is compiled for; the compiled form lives in an arena of its own, since it
 * is made again when the span grows. */
struct calendar_cache {
    struct calendar_spec *spec;
    struct calendar *compiled; /* NULL: not yet */
    usec from, to;
    struct arena arena;
};

struct policy {
    char commit[41];
    struct arena arena;
    struct policy_file *files; /* sorted by path */
    struct entry *entries;     /* one a file */
    size_t count;
    const struct clock_definition **clocks; /* NULL: not asked for yet */
    size_t clock_count;
    struct calendar_cache always; /* the calendar of those that name none */
};

/* Fills kind and name from the file's path. *why: what is wrong with it, for FILE_UNKNOWN and
 * FILE_UNSUPPORTED. */
int file_classify(struct entry *e, struct arena *arena, const char **why, struct error *err);
const char *file_kind_name(enum file_kind kind);   /* "group" */
const char *file_kind_folder(enum file_kind kind); /* "groups/" */
const char *file_kind_suffix(enum file_kind kind); /* ".json" */

/* Compiles the tree of a file of the kind. `json` must outlive the object, which lives in the arena. */
int file_compile(struct policy *p, enum file_kind kind, const char *name, const json_t *json,
                 struct arena *arena, void **object, struct error *err);

int settings_compile(const json_t *json, struct arena *arena, struct policy_settings **s, struct error *err);
int group_compile(const char *name, const json_t *json, struct arena *arena, struct group **g,
                  struct error *err);
int case_type_compile(const char *name, const json_t *json, struct arena *arena, struct case_type **t,
                      struct error *err);
/* What the case types of a policy say of a member of `fields`: SHAPE_NOTHING when none has it; SHAPE_ANYTHING
 * also when one takes any member, or does not compile, or when they differ. */
struct shape case_types_shape(const struct policy *p, const char *name, size_t length);
/* One member's schema, at load. */
int schema_check(const json_t *schema, const char *pointer, struct error *err);
/* A value against its schema. */
int schema_test(const json_t *schema, const json_t *value, const char *pointer, struct error *err);

struct entry *policy_find(const struct policy *p, enum file_kind kind,
                          const char *name); /* NULL: no such file */
/* Parses and compiles the entry unless it is done. Raw codes and pointers. */
int entry_load(struct policy *p, struct entry *e, struct error *err);

void calendar_cache_release(struct calendar_cache *c);
/* The calendar for at least [from, to]. */
int calendar_cache_get(struct calendar_cache *c, usec from, usec to, const struct calendar **calendar,
                       struct error *err);
/* Working time without a break, for those that name no calendar. */
int calendar_always_open(struct arena *arena, struct calendar_spec **spec, struct error *err);

struct peel;

/* Where findings go. */
struct findings {
    lint_report *report;
    void *context;
    long count;
    bool first_only; /* for loading: the walk ends after one error, warnings do not count */
    /* What was at fault is taken out of the tree at hand, and pointers are into what is left; NULL: the tree
     * is the file's. */
    const struct peel *peel;
    /* The file of the last finding, parsed for the ids of its rules; see findings_release(). */
    const struct policy_file *file;
    json_t *tree;
};
void findings_add(struct findings *f, const struct policy_file *file, enum severity severity,
                  const struct error *error);
/* Fills in file, line and column, and counts. */
void findings_tell(struct findings *f, const struct policy_file *file, struct finding *finding);
void findings_release(struct findings *f);
bool findings_enough(const struct findings *f);

int lint_walk(struct policy *p, struct findings *f, struct error *err);
/* All errors of one file's tree, of which `first` is the first, and what the rest of it refers to. */
int lint_file(struct policy *p, const struct entry *e, const struct error *first, struct findings *f,
              struct error *err);
/* The pointer into the file as it was written. */
void pointer_as_written(const struct peel *peel, const char *pointer, struct pointer_text *out);
/* What a compiled file refers to in the others, and what its conditions speak of. */
void references_check(struct policy *p, const struct entry *e, struct findings *f);
void conditions_check(struct policy *p, const struct entry *e, struct findings *f);
/* What the decision tables that compile say without meaning it. */
int tables_check(struct policy *p, struct findings *f, struct error *err);

#endif
