#include "base/json_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_events.h"
#include "base/utf8.h"

#define KEPT_ENTRIES 1024 /* of names and members: what a huge record needed beyond that is given back */

static void begin_record(struct json_parser *p, const char *text, size_t n)
{
    p->name_count = 0;
    p->member_count = 0;
    p->depth = 0;
    p->text = text;
    p->length = n;
    p->done = 0;
    p->at_end = false;
    p->utf8_broken = !utf8_valid(text, n);
    p->compact_length = 0;
    p->top = (struct json_value){0};
    p->code = 0;
}

static int finish_record(struct json_parser *p, struct json_record *record)
{
    p->compact[p->compact_length] = '\0';
    *record = (struct json_record){.value = p->top, .count = p->member_count};
    if (p->top.type != JSON_IS_OBJECT)
        return 0;
    record->members = ARENA_ARRAY(p->arena, struct json_member, p->member_count + 1);
    if (record->members == NULL)
        return error_no_memory(p->err);
    if (p->member_count > 0)
        memcpy(record->members, p->members, p->member_count * sizeof(*p->members));
    return 0;
}

/* What one record needed is not held for ever. */
static void shrink(struct json_parser *p)
{
    arena_clear(&p->scratch);
    if (p->name_capacity > KEPT_ENTRIES) {
        free(p->names);
        p->names = NULL;
        p->name_capacity = 0;
    }
    if (p->member_capacity > KEPT_ENTRIES) {
        free(p->members);
        p->members = NULL;
        p->member_capacity = 0;
    }
}

int json_parse(struct json_parser *p, const char *text, size_t n, struct arena *arena,
               struct json_record *record, struct error *err)
{
    int code;

    if (n > JSON_MAX_SIZE)
        return error_set(err, CODE_LIMIT, NULL, "larger than %u bytes", JSON_MAX_SIZE);
    p->arena = arena;
    p->err = err;
    p->compact = arena_alloc(arena, n + 1);
    p->values = arena_alloc(arena, n + 1);
    if (p->compact == NULL || p->values == NULL)
        return error_no_memory(err);
    begin_record(p, text, n);
    code = json_events_run(p);
    if (code == 0)
        code = finish_record(p, record);
    if (p->scratch.failed)
        arena_release(&p->scratch);
    shrink(p);
    return code;
}

int json_parser_new(struct json_parser **p, struct error *err)
{
    struct json_parser *parser = calloc(1, sizeof(*parser));

    *p = NULL;
    if (parser == NULL)
        return error_no_memory(err);
    parser->c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (parser->c_locale == (locale_t)0) {
        free(parser);
        return error_no_memory(err);
    }
    *p = parser;
    return 0;
}

void json_parser_free(struct json_parser *p)
{
    if (p == NULL)
        return;
    freelocale(p->c_locale);
    arena_release(&p->scratch);
    free(p->names);
    free(p->members);
    free(p);
}
