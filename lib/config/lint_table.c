/* What the analysis of decision tables found, put in words. */
#include <string.h>

#include "config/compile.h"
#include "rule/analyse.h"
#include "rule/reading.h"

struct telling {
    struct findings *findings;
    const struct entry *entry;
    const struct table *table;
    struct arena arena;
};

/* "a", "b" and "c"; of many the first few. */
#define NAMED_MAX 4

static const char *name_rules(struct telling *t, const size_t *rules, size_t count)
{
    size_t shown = count > NAMED_MAX ? NAMED_MAX : count;
    const char *text = "";

    for (size_t i = 0; i < shown && text != NULL; i++) {
        const char *joint = i == 0 ? "" : i + 1 == count ? " and " : ", ";
        text = arena_printf(&t->arena, "%s%s\"%s\"", text, joint, t->table->rules[rules[i]].id);
    }
    if (shown < count && text != NULL)
        text = arena_printf(&t->arena, "%s and %zu more", text, count - shown);
    return text;
}

static const char *list_values(struct telling *t, const json_t *values)
{
    const char *text = "";
    const json_t *value;
    size_t i;

    json_array_foreach (values, i, value) {
        const char *joint = i == 0 ? "" : ", ";
        if (text == NULL)
            return NULL;
        if (json_is_string(value))
            text = arena_printf(&t->arena, "%s%s%s", text, joint, json_string_value(value));
        else
            text =
                arena_printf(&t->arena, "%s%s%" JSON_INTEGER_FORMAT, text, joint, json_integer_value(value));
    }
    return text;
}

static const char *dead_message(struct telling *t, const struct analysis_finding *found, const char *id)
{
    if (found->by_count == 0)
        return arena_printf(&t->arena, "rule \"%s\" can never fire: no case satisfies its condition", id);
    return arena_printf(&t->arena, "rule \"%s\" can never fire: %s %s every case that it matches", id,
                        name_rules(t, found->by, found->by_count), found->by_count == 1 ? "takes" : "take");
}

static const char *uncovered_message(struct telling *t, const struct analysis_finding *found)
{
    if (found->field == NULL)
        return "no rule covers this combination of values, and there is no default";
    return arena_printf(&t->arena, "no rule covers %s %s, and there is no default", found->field,
                        list_values(t, found->values));
}

/* Code, severity, message and the member of the rule that it is about, by kind. */
static const char *describe(struct telling *t, const struct analysis_finding *found, struct finding *finding)
{
    const char *id = finding->rule;

    finding->severity = SEVERITY_WARNING;
    switch (found->kind) {
    case ANALYSIS_DEAD:
        finding->code = "dead_rule";
        finding->message = dead_message(t, found, id);
        return "id";
    case ANALYSIS_OVERLAP:
        finding->code = "overlap";
        finding->message = arena_printf(&t->arena, "rules %s and \"%s\" both match",
                                        name_rules(t, found->by, found->by_count), id);
        return "when";
    case ANALYSIS_UNCOVERED:
        finding->code = "uncovered";
        finding->message = uncovered_message(t, found);
        return NULL;
    case ANALYSIS_NOT_ANALYSED:
        finding->code = "not_analysed";
        finding->severity = SEVERITY_INFO;
        finding->message = arena_printf(&t->arena, "rule \"%s\" was not analysed whole: %s", id, found->why);
        return "when";
    }
    return NULL;
}

static void tell(void *context, const struct analysis_finding *found)
{
    struct telling *t = context;
    struct finding finding = {
        .field = found->field, .values = found->values, .witness = found->witness, .at = found->at};
    const char **by = ARENA_ARRAY(&t->arena, const char *, found->by_count + 1), *member;
    struct pointer_text at = {"/rules"};

    for (size_t i = 0; by != NULL && i < found->by_count; i++)
        by[i] = t->table->rules[found->by[i]].id;
    finding.by = by;
    finding.by_count = found->by_count;
    if (found->rule != ANALYSIS_TABLE) {
        at = pointer_to_element(at.text, found->rule);
        finding.rule = t->table->rules[found->rule].id;
    }
    member = describe(t, found, &finding);
    if (member != NULL)
        at = pointer_to_member(at.text, member);
    finding.pointer = at.text;
    if (!arena_failed(&t->arena))
        findings_tell(t->findings, t->entry->file, &finding);
}

static struct shape typed(void *policy, const char *name, size_t length)
{
    return case_types_shape(policy, name, length);
}

int tables_check(struct policy *p, struct findings *f, struct error *err)
{
    struct telling t = {.findings = f};
    int rc = 0;

    for (size_t i = 0; i < p->count && rc == 0; i++) {
        t.entry = &p->entries[i];
        t.table = t.entry->object;
        if (t.entry->kind == FILE_TABLE && t.table != NULL)
            rc = table_analyse(t.table, typed, p, tell, &t, err);
    }
    if (rc == 0 && arena_failed(&t.arena))
        rc = error_no_memory(err);
    arena_release(&t.arena);
    return rc;
}
