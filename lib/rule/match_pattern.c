/*
 * Regular expressions: the only file that knows PCRE2.
 *
 * PCRE2's own limits hold for one starting point in the text, so a pattern whose cost grows with the square
 * of a text's length never meets them. The real limit is counted here: automatic callouts tell of every item
 * of the pattern that is tried, and of how far the match has moved since.
 */
#include "rule/match_internal.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "base/utf8.h"
#include "rule/reading.h"

#define STEP         UINT64_C(16)     /* bytes passed over that cost what an item does */
#define STEPS        (4000000 * STEP) /* of one evaluation: some 0.1 s */
#define STEPS_A_BYTE (32 * STEP)      /* and these for each byte that is searched */

/* PCRE2's limits, behind ours: calls from one starting point, their nesting, memory in KiB. */
#define MATCH_LIMIT 5000000u
#define DEPTH_LIMIT 1000000u
#define HEAP_LIMIT  65536u

#define SHOWN_COLUMNS 60 /* of a pattern in a message */

struct pattern {
    pcre2_code *code;
    const char *pointer; /* of $regex, in the condition */
    const char *text;
    size_t length;
    bool looks_back; /* \1: an item may then compare as much as has been matched so far */
};

/* What the callouts of one search keep. */
struct count {
    struct effort *effort;
    size_t at; /* where the last one was */
    bool looks_back;
};

static void *take_memory(PCRE2_SIZE size, void *arena)
{
    return arena_alloc(arena, size);
}

/* The arena gives everything back at once. */
static void keep_memory(void *memory, void *arena)
{
    (void)memory;
    (void)arena;
}

static const struct {
    char letter;
    uint32_t option;
} letters[] = {{'i', PCRE2_CASELESS}, {'m', PCRE2_MULTILINE}, {'s', PCRE2_DOTALL}, {'x', PCRE2_EXTENDED}};

static int read_options(const json_t *options, const char *pointer, uint32_t *bits, struct error *err)
{
    const char *p = options ? json_string_value(options) : "";
    size_t i;

    for (*bits = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT; p && *p; p++) {
        for (i = 0; i < sizeof letters / sizeof *letters && letters[i].letter != *p; i++)
            ;
        if (i == sizeof letters / sizeof *letters)
            break;
        *bits |= letters[i].option;
    }
    if (p && !*p)
        return 0;
    return rule_unexpected(options, pointer_to_member(pointer, "$options").text,
                           "letters out of i, m, s and x", err);
}

static int refuse(const char *pointer, int error, size_t at, struct error *err)
{
    PCRE2_UCHAR why[128];

    if (pcre2_get_error_message(error, why, sizeof why) < 0)
        why[0] = '\0';
    return error_set(err, CODE_INVALID, pointer, "no regular expression: %s (at byte %zu)", (const char *)why,
                     at + 1);
}

static int compile_code(struct pattern *p, uint32_t options, struct arena *arena, struct error *err)
{
    pcre2_general_context *memory = pcre2_general_context_create(take_memory, keep_memory, arena);
    pcre2_compile_context *context = memory ? pcre2_compile_context_create(memory) : NULL;
    uint32_t references = 0;
    PCRE2_SIZE at = 0;
    int error = 0;

    if (!context)
        return error_no_memory(err);
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    p->code = pcre2_compile((PCRE2_SPTR)p->text, p->length, options, &error, &at, context);
    if (arena_failed(arena))
        return error_no_memory(err);
    if (!p->code)
        return refuse(p->pointer, error, at, err);
    pcre2_pattern_info(p->code, PCRE2_INFO_BACKREFMAX, &references);
    p->looks_back = references > 0;
    return 0;
}

int pattern_compile(const json_t *regex, const json_t *options, const char *pointer, struct arena *arena,
                    const struct pattern **pattern, struct error *err)
{
    struct pointer_text at = pointer_to_member(pointer, "$regex");
    struct pattern *p;
    uint32_t bits;
    int rc;

    if ((rc = rule_expect(regex, at.text, JSON_STRING, err)) ||
        (rc = read_options(options, pointer, &bits, err)))
        return rc;
    p = ARENA_NEW(arena, struct pattern);
    if (!p || !(p->pointer = arena_strdup(arena, at.text)))
        return error_no_memory(err);
    p->text = json_string_value(regex);
    p->length = json_string_length(regex);
    *pattern = p;
    return compile_code(p, bits, arena, err);
}

void effort_init(struct effort *effort)
{
    effort->left = STEPS;
}

static size_t distance(size_t a, size_t b)
{
    return a > b ? a - b : b - a;
}

static int count_step(pcre2_callout_block *block, void *data)
{
    struct count *c = data;
    uint64_t cost = STEP + distance(block->current_position, c->at);

    if (c->looks_back)
        cost += distance(block->current_position, block->start_match);
    c->at = block->current_position;
    if (cost > c->effort->left)
        return PCRE2_ERROR_CALLOUT;
    c->effort->left -= cost;
    return 0;
}

static int give_up(const struct pattern *p, size_t length, int error, struct error *err)
{
    size_t shown = utf8_cut(p->text, p->length, SHOWN_COLUMNS);
    PCRE2_UCHAR why[128];

    if (error == PCRE2_ERROR_NOMEMORY)
        return error_no_memory(err);
    if (error == PCRE2_ERROR_CALLOUT || pcre2_get_error_message(error, why, sizeof why) < 0)
        memcpy(why, "too many steps", sizeof "too many steps");
    return error_set(err, CODE_RULE, p->pointer, "pattern \"%.*s%s\" runs away on a text of %zu bytes: %s",
                     (int)shown, p->text, shown < p->length ? "..." : "", length, (const char *)why);
}

int pattern_search(const struct pattern *p, const char *text, size_t length, struct effort *effort,
                   bool *found, struct error *err)
{
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    struct count count = {.effort = effort, .looks_back = p->looks_back};
    int rc = PCRE2_ERROR_NOMEMORY;

    effort->left += length * STEPS_A_BYTE;
    if (context && data) {
        pcre2_set_match_limit(context, MATCH_LIMIT);
        pcre2_set_depth_limit(context, DEPTH_LIMIT);
        pcre2_set_heap_limit(context, HEAP_LIMIT);
        pcre2_set_callout(context, count_step, &count);
        rc = pcre2_match(p->code, (PCRE2_SPTR)text, length, 0, 0, data, context);
    }
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    *found = rc >= 0;
    return rc >= 0 || rc == PCRE2_ERROR_NOMATCH ? 0 : give_up(p, length, rc, err);
}
