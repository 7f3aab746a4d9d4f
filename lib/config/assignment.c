/* What a rule of routing/assignment.json says. */
#include <string.h>

#include "config/compile.h"
#include "config/member.h"

#define LEVEL_MOST 1000000

/* An array of texts as an array of pointers; none when it is absent. */
static int list_texts(const json_t *object, const char *pointer, const char *name, struct arena *arena,
                      const char *const **list, size_t *count, struct error *err)
{
    const json_t *array;
    const char **texts;
    int rc = read_texts(object, pointer, name, &array, err);

    if (rc != 0 || array == NULL)
        return rc;
    *count = json_array_size(array);
    texts = ARENA_ARRAY(arena, const char *, *count + 1);
    if (texts == NULL)
        return error_no_memory(err);
    for (size_t i = 0; i < *count; i++)
        texts[i] = json_string_value(json_array_get(array, i));
    *list = texts;
    return 0;
}

/* {"bgp": 3} */
static int read_levels(const json_t *skills, const char *pointer, struct skill_need *needs, struct error *err)
{
    const char *name;
    json_t *level;
    int rc;

    json_object_foreach ((json_t *)skills, name, level) {
        if (name[0] == '\0')
            return error_set(err, CODE_INVALID, pointer, "expected the name of a skill, got an empty one");
        needs->name = name;
        rc = rule_read_integer(skills, pointer, name, 1, LEVEL_MOST, &needs->level, err);
        if (rc != 0)
            return rc;
        needs++;
    }
    return 0;
}

/* ["bgp"]: of any level. */
static int name_skills(const json_t *then, const char *pointer, struct arena *arena, struct assignment *a,
                       struct skill_need *needs, struct error *err)
{
    const char *const *names = NULL;
    int rc = list_texts(then, pointer, "skills", arena, &names, &a->skill_count, err);

    for (size_t i = 0; rc == 0 && names && i < a->skill_count; i++)
        needs[i] = (struct skill_need){names[i], 1};
    return rc;
}

static int read_skills(const json_t *then, const char *pointer, struct arena *arena, struct assignment *a,
                       struct error *err)
{
    const json_t *skills = json_object_get(then, "skills");
    struct pointer_text at = pointer_to_member(pointer, "skills");
    struct skill_need *needs;

    if (skills == NULL)
        return 0;
    if (!json_is_object(skills) && !json_is_array(skills))
        return rule_unexpected(skills, at.text, "an array of skills or an object of their levels", err);
    a->skill_count = json_is_object(skills) ? json_object_size(skills) : json_array_size(skills);
    needs = ARENA_ARRAY(arena, struct skill_need, a->skill_count + 1);
    if (needs == NULL)
        return error_no_memory(err);
    a->skills = needs;
    return json_is_object(skills) ? read_levels(skills, at.text, needs, err)
                                  : name_skills(then, pointer, arena, a, needs, err);
}

static int read_pool(const json_t *json, const char *pointer, struct arena *arena,
                     struct assignment_pool *pool, struct error *err)
{
    static const char *const known[] = {"groups", "after", NULL};
    static const struct member_names names = {known, NULL};
    const json_t *groups;
    int rc;

    if ((rc = rule_read_members(json, pointer, &names, err)) ||
        (rc = rule_read_member(json, pointer, "groups", JSON_ARRAY, MEMBER_REQUIRED, &groups, err)) ||
        (rc = list_texts(json, pointer, "groups", arena, &pool->groups, &pool->group_count, err)) ||
        (rc = rule_read_duration(json, pointer, "after", MEMBER_OPTIONAL, &pool->after, err)))
        return rc;
    if (pool->group_count == 0)
        return rule_unexpected(groups, pointer_to_member(pointer, "groups").text,
                               "an array of one group at the least", err);
    if (pool->after == TIME_NONE)
        pool->after = 0;
    return 0;
}

static int read_pools(const json_t *then, const char *pointer, struct arena *arena, struct assignment *a,
                      struct error *err)
{
    struct pointer_text at = pointer_to_member(pointer, "pools");
    struct assignment_pool *list;
    const json_t *pools;
    int rc = rule_read_member(then, pointer, "pools", JSON_ARRAY, MEMBER_OPTIONAL, &pools, err);

    if (rc != 0 || pools == NULL)
        return rc;
    a->pool_count = json_array_size(pools);
    if (a->pool_count == 0)
        return rule_unexpected(pools, at.text, "an array of one pool at the least", err);
    list = ARENA_ARRAY(arena, struct assignment_pool, a->pool_count);
    if (list == NULL)
        return error_no_memory(err);
    for (size_t i = 0; rc == 0 && i < a->pool_count; i++)
        rc = read_pool(json_array_get(pools, i), pointer_to_element(at.text, i).text, arena, &list[i], err);
    a->pools = list;
    return rc;
}

int assignment_to_group(struct assignment *a, const char *group, struct arena *arena, struct error *err)
{
    struct assignment_pool *pool = ARENA_NEW(arena, struct assignment_pool);
    const char **groups = ARENA_ARRAY(arena, const char *, 1);

    if (pool == NULL || groups == NULL)
        return error_no_memory(err);
    groups[0] = a->group = group;
    *pool = (struct assignment_pool){groups, 1, 0};
    a->pools = pool;
    a->pool_count = 1;
    return 0;
}

int assignment_read(const json_t *then, const char *pointer, struct arena *arena, struct assignment *a,
                    struct error *err)
{
    static const char *const known[] = {"assignment_group", "tags", "skills", "exclude", "pools", NULL};
    static const char *const later[] = {"assigned_to", NULL};
    static const struct member_names names = {known, later};
    int rc;

    *a = (struct assignment){0};
    if ((rc = rule_read_members(then, pointer, &names, err)) ||
        (rc = rule_read_text(then, pointer, "assignment_group", MEMBER_OPTIONAL, &a->group, err)) ||
        (rc = read_texts(then, pointer, "tags", &a->tags, err)) ||
        (rc = read_skills(then, pointer, arena, a, err)) ||
        (rc = list_texts(then, pointer, "exclude", arena, &a->exclude, &a->exclude_count, err)) ||
        (rc = read_pools(then, pointer, arena, a, err)))
        return rc;
    return a->pool_count == 0 && a->group != NULL ? assignment_to_group(a, a->group, arena, err) : 0;
}
