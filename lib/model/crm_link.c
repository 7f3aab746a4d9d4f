#include "model/crm.h"

struct list_reading {
    const struct field *list;
    const struct field *fields; /* of an element */
    struct json_parser *parser;
    struct arena *arena;
};

bool span_holds(usec starts_at, usec ends_at, usec at)
{
    return (starts_at == TIME_NONE || starts_at <= at) && (ends_at == TIME_NONE || at < ends_at);
}

const struct record_link *link_find(const struct record_link *links, size_t count, const char *key, usec at)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(links[i].key, key) == 0 && span_holds(links[i].starts_at, links[i].ends_at, at))
            return &links[i];
    return NULL;
}

/* The error of an element's member gets the element's place in front. */
static int at_element(const struct field *list, size_t index, const struct error *inner, struct error *err)
{
    char pointer[256];

    snprintf(pointer, sizeof pointer, "/%s/%zu%.200s", list->name, index, inner->pointer);
    return error_set(err, inner->code, pointer, "%s", inner->message);
}

static int read_link(const struct list_reading *reading, const struct json_record *json,
                     struct record_link *link, struct error *err)
{
    const struct field *fields = reading->fields;
    int rc = 0;

    fields_init(fields, link);
    if (json->value.type != JSON_IS_OBJECT)
        return error_set(err, CODE_INVALID, NULL, "expected an object");
    for (size_t i = 0; rc == 0 && i < json->count; i++) {
        const struct json_member *m = &json->members[i];
        const struct field *f = field_find(fields, m->name);
        char pointer[160] = "";
        if (!f) {
            pointer_push(pointer, sizeof pointer, m->name);
            return error_set(err, CODE_UNKNOWN_MEMBER, pointer, "unknown member");
        }
        rc = field_read(f, link, &m->value, reading->arena, err);
    }
    if (rc == 0 && !link->key)
        rc = error_set(err, CODE_REQUIRED, NULL, "\"%s\" is required", fields[0].name);
    if (rc == 0 && link->starts_at != TIME_NONE && link->ends_at != TIME_NONE &&
        link->ends_at <= link->starts_at)
        rc = error_set(err, CODE_INVALID, "/ends_at", "ends before it starts");
    return rc;
}

static int read_element(const struct list_reading *reading, const json_t *element, size_t index,
                        struct record_link *link, struct error *err)
{
    const char *text = json_tree_text(element, reading->arena);
    struct json_record json = {0};
    struct error inner;
    int rc;

    if (!text)
        return error_no_memory(err);
    error_init(&inner);
    rc = json_parse(reading->parser, text, strlen(text), reading->arena, &json, &inner);
    if (rc == 0)
        rc = read_link(reading, &json, link, &inner);
    return rc == 0 ? 0 : at_element(reading->list, index, &inner, err);
}

static int read_list(struct list_reading *reading, const char *text, struct record_link **links,
                     size_t *count, struct error *err)
{
    json_t *tree = json_tree(text, strlen(text), err), *element;
    size_t i;
    int rc = tree ? json_parser_new(&reading->parser, err) : (int)err->code;

    *links = ARENA_ARRAY(reading->arena, struct record_link, json_array_size(tree) + 1);
    if (rc == 0 && !*links)
        rc = error_no_memory(err);
    json_array_foreach (tree, i, element) {
        if (rc == 0)
            rc = read_element(reading, element, i, &(*links)[i], err);
    }
    *count = rc == 0 ? json_array_size(tree) : 0;
    json_parser_free(reading->parser);
    json_decref(tree);
    return rc;
}

#define AT(member)  offsetof(struct record_link, member)
#define LINK_FIELDS 6

/* What an element has: the key stands under the name of its kind. */
static void describe_link(const struct field *list, struct field fields[LINK_FIELDS])
{
    const struct field all[LINK_FIELDS] = {
        {.name = list->reference, .type = FIELD_TEXT, .flags = FIELD_KEY, .offset = AT(key)},
        {.name = "relation", .type = FIELD_TEXT, .offset = AT(relation)},
        {.name = "head", .type = FIELD_BOOL, .offset = AT(head)},
        {.name = "starts_at", .type = FIELD_TIME, .offset = AT(starts_at)},
        {.name = "ends_at", .type = FIELD_TIME, .offset = AT(ends_at)},
        FIELDS_END,
    };

    memcpy(fields, all, sizeof all);
}

int crm_links(const struct crm_record *r, const char *list, struct arena *arena, struct record_link **links,
              size_t *count, struct error *err)
{
    const struct field *f = r->kind ? field_find(r->kind->fields, list) : NULL;
    const char *text = f ? field_text(f, r) : NULL;
    struct field fields[LINK_FIELDS];
    struct list_reading reading = {f, fields, NULL, arena};

    *links = NULL;
    *count = 0;
    if (!text)
        return 0;
    describe_link(f, fields);
    return read_list(&reading, text, links, count, err);
}

int crm_tidy_links(struct crm_record *r, const char *list, struct arena *arena, struct error *err)
{
    const struct field *f = field_find(r->kind->fields, list);
    struct field fields[LINK_FIELDS];
    struct record_link *links;
    struct buf text = BUF_INIT;
    struct json_writer w;
    size_t count;
    int rc = crm_links(r, list, arena, &links, &count, err);

    if (rc != 0 || field_absent(f, r))
        return rc;
    describe_link(f, fields);
    json_writer_init(&w, &text);
    json_begin_array(&w, NULL);
    for (size_t i = 0; i < count; i++) {
        json_begin_object(&w, NULL);
        fields_write(fields, &links[i], &w);
        json_end_object(&w);
    }
    json_end_array(&w);
    *(const char **)(void *)((char *)r + f->offset) = arena_strndup(arena, buf_text(&text), text.len);
    rc = buf_failed(&text) || arena_failed(arena) ? error_no_memory(err) : 0;
    buf_release(&text);
    return rc;
}
