/*
 * All errors of one file. The compile functions stop at the first, which suits loading. Here what is at fault
 * is taken out of the tree and the rest compiled again, until nothing is left to say: lint and load then
 * cannot disagree.
 *
 * What is taken out may leave a gap (a rule without its group): an error at such a place, or around one, only
 * follows from the first and is not reported; the array element that holds the gap is then taken out whole,
 * or, when there is none, the file is left at that.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "config/compile.h"
#include "rule/reading.h"

#define ROUNDS 200

struct peel {
    json_t *tree;
    char (*removed)[sizeof(((struct error *)0)->pointer)]; /* pointers into the file as it was written */
    size_t count;
    size_t named; /* rules that were given an id */
};

/* One step of a pointer: the raw token, and the value it leads to in the tree as it is now. */
struct step {
    const char *token;
    int length;
    json_t *parent, *value;
};

static bool next_step(const char **pointer, struct step *step)
{
    char name[sizeof(((struct error *)0)->pointer)], *out = name;
    const char *end;

    if (**pointer != '/')
        return false;
    step->token = *pointer + 1;
    step->length = (int)strcspn(step->token, "/");
    end = step->token + step->length;
    *pointer = end;
    for (const char *p = step->token; p < end; p++) {
        char c = *p;
        if (c == '~' && p + 1 < end)
            c = *++p == '0' ? '~' : '/';
        *out++ = c;
    }
    *out = '\0';
    step->parent = step->value;
    step->value = json_is_array(step->parent) ? json_array_get(step->parent, strtoul(name, NULL, 10))
                                              : json_object_get(step->parent, name);
    return true;
}

static bool was_removed(const struct peel *peel, const char *pointer)
{
    for (size_t i = 0; i < peel->count; i++)
        if (strcmp(peel->removed[i], pointer) == 0)
            return true;
    return false;
}

/* Elements move up when one before them is taken out: the index that the k-th of those left had in the file.
 */
static size_t index_as_written(const struct peel *peel, const char *array, size_t k)
{
    for (size_t i = 0;; i++) {
        if (was_removed(peel, pointer_to_element(array, i).text))
            continue;
        if (k-- == 0)
            return i;
    }
}

void pointer_as_written(const struct peel *peel, const char *pointer, struct pointer_text *out)
{
    struct step step = {.value = peel->tree};
    size_t n;

    out->text[0] = '\0';
    while (next_step(&pointer, &step)) {
        n = strlen(out->text);
        if (json_is_array(step.parent) && step.value != NULL)
            *out = pointer_to_element(out->text,
                                      index_as_written(peel, out->text, strtoul(step.token, NULL, 10)));
        else
            snprintf(out->text + n, sizeof(out->text) - n, "/%.*s", step.length, step.token);
    }
}

/* Is something gone at this place or below it? */
static bool follows_from_removal(const struct peel *peel, const char *pointer)
{
    size_t n = strlen(pointer);

    for (size_t i = 0; i < peel->count; i++)
        if (strncmp(peel->removed[i], pointer, n) == 0 &&
            (peel->removed[i][n] == '/' || peel->removed[i][n] == '\0'))
            return true;
    return false;
}

/* Cuts the pointer to the nearest array element at or above it; false when there is none. */
static bool cut_to_element(const struct peel *peel, char *pointer)
{
    struct step step = {.value = peel->tree};
    const char *rest = pointer;
    size_t element = 0;

    while (next_step(&rest, &step))
        if (json_is_array(step.parent) && step.value != NULL)
            element = (size_t)(rest - pointer);
    pointer[element] = '\0';
    return element > 0;
}

static bool exists(const struct peel *peel, const char *pointer)
{
    struct step step = {.value = peel->tree};

    while (next_step(&pointer, &step))
        ;
    return step.value != NULL && step.value != peel->tree;
}

static int take_out(struct peel *peel, const char *pointer, struct error *err)
{
    struct step step = {.value = peel->tree};
    struct pointer_text written;
    const char *rest = pointer;
    void *grown = realloc(peel->removed, (peel->count + 1) * sizeof(*peel->removed));

    if (grown == NULL)
        return error_no_memory(err);
    peel->removed = grown;
    pointer_as_written(peel, pointer, &written);
    while (next_step(&rest, &step))
        ;
    if (json_is_array(step.parent)) {
        json_array_remove(step.parent, strtoul(strrchr(pointer, '/') + 1, NULL, 10));
    } else {
        const char *name;
        json_t *value;
        json_object_foreach (step.parent, name, value) {
            if (value != step.value)
                continue;
            json_object_del(step.parent, name);
            break;
        }
    }
    memcpy(peel->removed[peel->count++], written.text, sizeof(written.text));
    return 0;
}

/* A rule without a proper id is looked into all the same, under one that nobody else has. */
static bool name_rule(struct peel *peel, const char *pointer, int *rc, struct error *err)
{
    unsigned long index;
    int end = 0;
    json_t *rule;

    if (sscanf(pointer, "/rules/%lu/id%n", &index, &end) != 1 || end == 0 || pointer[end] != '\0')
        return false;
    rule = json_array_get(json_object_get(peel->tree, "rules"), index);
    *rc =
        json_object_set_new(rule, "id", json_sprintf("--%zu", ++peel->named)) != 0 ? error_no_memory(err) : 1;
    return true;
}

/* Reports an error unless it follows from an earlier one, and takes its cause out. 1: go on; 0: nothing more
 * to find. */
static int peel_one(struct peel *peel, const struct policy_file *file, struct error *found,
                    struct findings *f, struct error *err)
{
    struct pointer_text written;
    bool follows;
    int rc;

    pointer_as_written(peel, found->pointer, &written);
    follows = follows_from_removal(peel, written.text);
    if (!follows)
        findings_add(f, file, SEVERITY_ERROR, found);
    if (name_rule(peel, found->pointer, &rc, err))
        return rc;
    if ((follows || !exists(peel, found->pointer)) && !cut_to_element(peel, found->pointer))
        return 0;
    rc = take_out(peel, found->pointer, err);
    return rc != 0 ? rc : 1;
}

/* What is left when everything that is wrong was taken out. */
static void check_rest(struct policy *p, const struct entry *e, const struct peel *peel, void *object,
                       struct findings *f)
{
    struct entry rest = {
        .file = e->file, .kind = e->kind, .name = e->name, .json = peel->tree, .object = object};

    references_check(p, &rest, f);
    conditions_check(p, &rest, f);
}

/* Takes out what is at fault until the rest compiles or there is nothing more to say. */
static int peel_all(struct policy *p, const struct entry *e, struct peel *peel, const struct error *first,
                    struct findings *f, struct error *err)
{
    struct arena arena = ARENA_INIT;
    struct error found = *first;
    void *object = NULL;
    int rc = 1;

    for (int round = 0; rc > 0 && round < ROUNDS && !findings_enough(f); round++) {
        rc = peel_one(peel, e->file, &found, f, err);
        if (rc <= 0)
            break;
        arena_clear(&arena);
        error_init(&found);
        if (file_compile(p, e->kind, e->name, peel->tree, &arena, &object, &found) == 0) {
            check_rest(p, e, peel, object, f);
            rc = 0;
        } else if (found.code == CODE_NO_MEMORY) {
            rc = error_no_memory(err);
        }
    }
    arena_release(&arena);
    return rc < 0 ? rc : 0;
}

int lint_file(struct policy *p, const struct entry *e, const struct error *first, struct findings *f,
              struct error *err)
{
    struct peel peel = {.tree = NULL};
    struct findings of_rest = *f;
    struct error ignored;
    int rc;

    error_init(&ignored);
    peel.tree = json_tree(e->file->text, e->file->length, &ignored);
    if (peel.tree == NULL) {
        findings_add(f, e->file, SEVERITY_ERROR, first);
        return 0;
    }
    of_rest.peel = &peel;
    rc = peel_all(p, e, &peel, first, &of_rest, err);
    *f = of_rest;
    f->peel = NULL;
    json_decref(peel.tree);
    free(peel.removed);
    return rc;
}
