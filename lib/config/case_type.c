/* case-types/NAME.json, and `fields` checked against it. */
#include <string.h>

#include "config/compile.h"
#include "config/member.h"
#include "model/field.h"

static bool is_required(const json_t *required, const char *name)
{
    const json_t *item;
    size_t i;

    json_array_foreach (required, i, item) {
        if (strcmp(json_string_value(item), name) == 0)
            return true;
    }
    return false;
}

/* Every name in `required` must be a property: a misspelt one would reject each case. */
static int check_required_names(const json_t *required, const json_t *properties, struct error *err)
{
    const json_t *item;
    size_t i;

    json_array_foreach (required, i, item) {
        if (json_object_get(properties, json_string_value(item)) == NULL)
            return error_set(err, CODE_INVALID, pointer_to_element("/fields/required", i).text,
                             "\"%s\" is not among the properties", json_string_value(item));
    }
    return 0;
}

static int read_field(const char *name, const json_t *schema, struct case_type_field *f, struct error *err)
{
    struct pointer_text at = pointer_to_member("/fields/properties", name);
    int rc;

    if (name[0] == '\0' || strlen(name) > KEY_MAX)
        return error_set(err, CODE_LIMIT, at.text, "a field's name takes 1 to %d bytes", KEY_MAX);
    if ((rc = schema_check(schema, at.text, err)))
        return rc;
    f->name = name;
    f->schema = schema;
    f->personal = json_is_true(json_object_get(schema, "personal"));
    return 0;
}

static int read_properties(const json_t *properties, const json_t *required, struct case_type *t,
                           struct arena *arena, struct error *err)
{
    const char *name;
    json_t *schema;
    int rc;

    t->fields = ARENA_ARRAY(arena, struct case_type_field, json_object_size(properties) + 1);
    if (t->fields == NULL)
        return error_no_memory(err);
    json_object_foreach ((json_t *)properties, name, schema) {
        struct case_type_field *f = &t->fields[t->field_count];
        if ((rc = read_field(name, schema, f, err)))
            return rc;
        f->required = is_required(required, name);
        t->field_count++;
    }
    return check_required_names(required, properties, err);
}

static int read_fields(const json_t *json, struct case_type *t, struct arena *arena, struct error *err)
{
    static const char *const known[] = {"type", "description", "required", "properties", NULL};
    static const char *const later[] = {"additionalProperties",
                                        "patternProperties",
                                        "dependentRequired",
                                        "allOf",
                                        "anyOf",
                                        "oneOf",
                                        "not",
                                        "if",
                                        "then",
                                        "else",
                                        "$ref",
                                        "$defs",
                                        "minProperties",
                                        "maxProperties",
                                        "propertyNames",
                                        NULL};
    static const struct member_names names = {known, later};
    const json_t *fields, *properties, *required;
    const char *type, *description;
    int rc;

    if ((rc = rule_read_member(json, "", "fields", JSON_OBJECT, MEMBER_OPTIONAL, &fields, err)) ||
        fields == NULL)
        return rc;
    if ((rc = rule_read_members(fields, "/fields", &names, err)) ||
        (rc = rule_read_text(fields, "/fields", "type", MEMBER_OPTIONAL, &type, err)) ||
        (rc = rule_read_text(fields, "/fields", "description", MEMBER_OPTIONAL, &description, err)) ||
        (rc = read_texts(fields, "/fields", "required", &required, err)) ||
        (rc = rule_read_member(fields, "/fields", "properties", JSON_OBJECT, MEMBER_OPTIONAL, &properties,
                               err)))
        return rc;
    if (type != NULL && strcmp(type, "object") != 0)
        return rule_unexpected(json_object_get(fields, "type"), "/fields/type", "object", err);
    return read_properties(properties, required, t, arena, err);
}

static int read_resolution_codes(const json_t *json, struct case_type *t, struct arena *arena,
                                 struct error *err)
{
    const json_t *codes;
    const char **list;
    int rc = read_texts(json, "", "resolution_codes", &codes, err);

    if (rc != 0)
        return rc;
    list = ARENA_ARRAY(arena, const char *, json_array_size(codes) + 1);
    if (list == NULL)
        return error_no_memory(err);
    for (size_t i = 0; i < json_array_size(codes); i++)
        list[i] = json_string_value(json_array_get(codes, i));
    t->resolution_codes = list;
    t->resolution_code_count = json_array_size(codes);
    return 0;
}

int case_type_compile(const char *name, const json_t *json, struct arena *arena, struct case_type **out,
                      struct error *err)
{
    static const char *const known[] = {"description",      "workflow", "open",
                                        "resolution_codes", "fields",   NULL};
    static const struct member_names names = {known, NULL};
    struct case_type *t = ARENA_NEW(arena, struct case_type);
    int rc;

    if (t == NULL)
        return error_no_memory(err);
    t->name = name;
    if ((rc = rule_read_members(json, "", &names, err)) ||
        (rc = rule_read_text(json, "", "description", MEMBER_OPTIONAL, &t->description, err)) ||
        (rc = rule_read_text(json, "", "workflow", MEMBER_OPTIONAL, &t->workflow, err)) ||
        (rc = read_boolean(json, "", "open", &t->open, err)) ||
        (rc = read_resolution_codes(json, t, arena, err)) || (rc = read_fields(json, t, arena, err)))
        return rc;
    *out = t;
    return 0;
}

static const struct case_type_field *find_field(const struct case_type *t, const char *name, size_t length)
{
    for (size_t i = 0; i < t->field_count; i++)
        if (strlen(t->fields[i].name) == length && memcmp(t->fields[i].name, name, length) == 0)
            return &t->fields[i];
    return NULL;
}

/* Texts and whole numbers can be counted up. */
static bool is_countable(const json_t *values)
{
    const json_t *value;
    size_t i;

    json_array_foreach (values, i, value)
        if (!json_is_string(value) && !json_is_integer(value))
            return false;
    return json_array_size(values) > 0;
}

/* What a member whose schema this is holds. Of no type it may be anything. */
static struct shape shape_of_schema(const json_t *schema)
{
    static const struct field kinds[] = {
        {.name = "string", .type = FIELD_TEXT},
        {.name = "integer", .type = FIELD_INT},
        {.name = "number", .type = FIELD_REAL},
        {.name = "boolean", .type = FIELD_BOOL, .flags = FIELD_PRINT_FALSE},
        FIELDS_END,
    };
    const char *type = json_string_value(json_object_get(schema, "type"));
    const struct field *f = type != NULL ? field_find(kinds, type) : NULL;
    const json_t *values = json_object_get(schema, "enum");

    if (f == NULL)
        return (struct shape){.kind = SHAPE_ANYTHING};
    return (struct shape){
        .kind = SHAPE_FIELD,
        .field = f,
        .nullable = true,
        .among = is_countable(values) ? values : NULL,
        .least = json_object_get(schema, "minimum"),
        .most = json_object_get(schema, "maximum"),
    };
}

/* What two case types say the same of. */
static struct shape unite(struct shape one, const struct shape *other)
{
    if (one.field != other->field)
        return (struct shape){.kind = SHAPE_ANYTHING};
    if (!json_equal(one.among, other->among))
        one.among = NULL;
    if (!json_equal(one.least, other->least))
        one.least = NULL;
    if (!json_equal(one.most, other->most))
        one.most = NULL;
    return one;
}

struct shape case_types_shape(const struct policy *p, const char *name, size_t length)
{
    struct shape shape = {.kind = SHAPE_NOTHING}, one;

    for (size_t i = 0; i < p->count && shape.kind != SHAPE_ANYTHING; i++) {
        const struct case_type *t = p->entries[i].object;
        const struct case_type_field *f;
        if (p->entries[i].kind != FILE_CASE_TYPE)
            continue;
        if (t == NULL || t->open)
            return (struct shape){.kind = SHAPE_ANYTHING};
        f = find_field(t, name, length);
        if (f == NULL)
            continue;
        one = shape_of_schema(f->schema);
        shape = shape.kind == SHAPE_NOTHING ? one : unite(one, &shape);
    }
    return shape;
}

static int check_field(const struct case_type *t, const char *name, const json_t *value, struct error *err)
{
    const struct case_type_field *f = find_field(t, name, strlen(name));
    struct pointer_text at = pointer_to_member("/fields", name);

    if (f == NULL && !t->open)
        return error_set(err, CODE_UNKNOWN_MEMBER, at.text, "the case type \"%s\" has no field \"%s\"",
                         t->name, name);
    if (f == NULL || json_is_null(value))
        return 0;
    return schema_test(f->schema, value, at.text, err);
}

int case_type_check(const struct case_type *t, const json_t *fields, struct error *err)
{
    const char *name;
    json_t *value;
    int rc;

    if (fields != NULL && (rc = rule_expect(fields, "/fields", JSON_OBJECT, err)))
        return rc;
    json_object_foreach ((json_t *)fields, name, value) {
        if ((rc = check_field(t, name, value, err)))
            return rc;
    }
    for (size_t i = 0; i < t->field_count; i++) {
        value = json_object_get(fields, t->fields[i].name);
        if (t->fields[i].required && (value == NULL || json_is_null(value)))
            return error_set(err, CODE_REQUIRED, pointer_to_member("/fields", t->fields[i].name).text,
                             "the case type \"%s\" requires the field \"%s\"", t->name, t->fields[i].name);
    }
    return 0;
}
