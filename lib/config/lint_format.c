#include "config/lint_format.h"

#include <string.h>

#include "base/json_write.h"
#include "base/utf8.h"
#include "base/version.h"

const char *const lint_format_names[] = {"text", "json", "gcc", "sarif", NULL};

bool lint_format_find(const char *name, enum lint_format *format)
{
    for (size_t i = 0; lint_format_names[i] != NULL; i++)
        if (strcmp(lint_format_names[i], name) == 0) {
            *format = (enum lint_format)i;
            return true;
        }
    return false;
}

static void put_tree(struct json_writer *w, const char *name, const json_t *tree)
{
    char *text = tree != NULL ? json_dumps(tree, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

    if (text != NULL)
        json_put_raw(w, name, text);
    free(text);
}

/* What only findings in decision tables have. */
static void put_details(struct json_writer *w, const struct finding *f)
{
    json_put_text(w, "rule", f->rule);
    if (f->by_count > 0) {
        json_begin_array(w, "by");
        for (size_t i = 0; i < f->by_count; i++)
            json_put_text(w, NULL, f->by[i]);
        json_end_array(w);
    }
    json_put_text(w, "field", f->field);
    put_tree(w, "values", f->values);
    put_tree(w, "witness", f->witness);
    if (f->witness != NULL)
        json_put_time(w, "at", f->at);
}

static void write_json(const struct finding *f, struct buf *out)
{
    struct json_writer w;

    json_writer_init(&w, out);
    json_begin_object(&w, NULL);
    json_put_text(&w, "code", f->code);
    json_put_text(&w, "severity", severity_names[f->severity]);
    json_put_text(&w, "file", f->file);
    if (f->line > 0) {
        json_put_int(&w, "line", f->line);
        json_put_int(&w, "column", f->column);
    }
    json_put_text(&w, "pointer", f->pointer[0] != '\0' ? f->pointer : NULL);
    put_details(&w, f);
    json_put_text(&w, "message", f->message);
    json_end_object(&w);
    buf_add_char(out, '\n');
}

static void add_masked(struct buf *out, const char *text)
{
    utf8_mask(out, text, strlen(text));
}

static void add_place(const struct finding *f, struct buf *out)
{
    add_masked(out, f->file);
    if (f->line > 0)
        buf_add_format(out, ":%ld:%ld", f->line, f->column);
    buf_add_text(out, ": ");
}

/* The message with its code; to be sure that a message alone tells the rule, its id where it does not. */
static void add_message(const struct finding *f, struct buf *out)
{
    if (f->rule != NULL && strstr(f->message, f->rule) == NULL) {
        buf_add_text(out, "rule \"");
        add_masked(out, f->rule);
        buf_add_text(out, "\": ");
    }
    add_masked(out, f->message);
}

static void write_text(const struct finding *f, struct buf *out)
{
    char at[TIME_TEXT];
    char *witness = f->witness != NULL ? json_dumps(f->witness, JSON_COMPACT) : NULL;

    add_place(f, out);
    if (f->pointer[0] != '\0') {
        add_masked(out, f->pointer);
        buf_add_text(out, ": ");
    }
    add_message(f, out);
    buf_add_format(out, " [%s]\n", f->code);
    if (witness != NULL) {
        buf_add_text(out, "    for example ");
        add_masked(out, witness);
        if (f->at != TIME_NONE) {
            time_format(f->at, at);
            buf_add_format(out, " at %s", at);
        }
        buf_add_char(out, '\n');
    }
    free(witness);
}

static void write_gcc(const struct finding *f, struct buf *out)
{
    static const char *const names[] = {"note", "warning", "error"};

    add_place(f, out);
    buf_add_format(out, "%s: ", names[f->severity]);
    add_message(f, out);
    buf_add_format(out, " [%s]\n", f->code);
}

/* A file's path as a relative reference (RFC 3986). */
static void put_uri(struct json_writer *w, const char *path)
{
    struct buf uri = BUF_INIT;

    for (; *path != '\0'; path++) {
        if (strchr("/-._~", *path) != NULL || (*path >= '0' && *path <= '9') ||
            (*path >= 'a' && *path <= 'z') || (*path >= 'A' && *path <= 'Z'))
            buf_add_char(&uri, *path);
        else
            buf_add_format(&uri, "%%%02X", (unsigned char)*path);
    }
    if (buf_failed(&uri))
        w->out->failed = true;
    json_put_text(w, "uri", buf_text(&uri));
    buf_release(&uri);
}

static void put_location(struct json_writer *w, const struct finding *f)
{
    json_begin_array(w, "locations");
    json_begin_object(w, NULL);
    json_begin_object(w, "physicalLocation");
    json_begin_object(w, "artifactLocation");
    put_uri(w, f->file);
    json_end_object(w);
    if (f->line > 0) {
        json_begin_object(w, "region");
        json_put_int(w, "startLine", f->line);
        json_put_int(w, "startColumn", f->column);
        json_end_object(w);
    }
    json_end_object(w);
    json_end_object(w);
    json_end_array(w);
}

static void write_sarif(const struct lint_writer *lint, const struct finding *f)
{
    static const char *const levels[] = {"note", "warning", "error"};
    struct buf message = BUF_INIT;
    struct json_writer w;

    if (lint->count > 0)
        buf_add_char(lint->out, ',');
    json_writer_init(&w, lint->out);
    json_begin_object(&w, NULL);
    json_put_text(&w, "ruleId", f->code);
    json_put_text(&w, "level", levels[f->severity]);
    json_begin_object(&w, "message");
    add_message(f, &message);
    json_put_text(&w, "text", buf_text(&message));
    json_end_object(&w);
    put_location(&w, f);
    json_begin_object(&w, "properties");
    json_put_text(&w, "pointer", f->pointer[0] != '\0' ? f->pointer : NULL);
    put_details(&w, f);
    json_end_object(&w);
    json_end_object(&w);
    buf_release(&message);
}

static void put_codes(struct json_writer *w)
{
    json_begin_array(w, "rules");
    for (const struct finding_code *c = finding_codes; c->code != NULL; c++) {
        json_begin_object(w, NULL);
        json_put_text(w, "id", c->code);
        json_begin_object(w, "shortDescription");
        json_put_text(w, "text", c->meaning);
        json_end_object(w);
        json_end_object(w);
    }
    json_end_array(w);
}

void lint_begin(struct lint_writer *lint)
{
    struct json_writer w;

    if (lint->format != LINT_SARIF)
        return;
    json_writer_init(&w, lint->out);
    json_begin_object(&w, NULL);
    json_put_text(&w, "$schema",
                  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json");
    json_put_text(&w, "version", "2.1.0");
    json_begin_array(&w, "runs");
    json_begin_object(&w, NULL);
    json_begin_object(&w, "tool");
    json_begin_object(&w, "driver");
    json_put_text(&w, "name", "config-lint");
    json_put_text(&w, "version", CASEWORK_VERSION);
    put_codes(&w);
    json_end_object(&w);
    json_end_object(&w);
    json_put_text(&w, "columnKind", "unicodeCodePoints");
    json_begin_array(&w, "results");
}

void lint_write(struct lint_writer *lint, const struct finding *finding)
{
    switch (lint->format) {
    case LINT_TEXT:
        write_text(finding, lint->out);
        break;
    case LINT_JSON:
        write_json(finding, lint->out);
        break;
    case LINT_GCC:
        write_gcc(finding, lint->out);
        break;
    case LINT_SARIF:
        write_sarif(lint, finding);
        break;
    }
    lint->count++;
}

void lint_end(struct lint_writer *lint)
{
    if (lint->format == LINT_SARIF)
        buf_add_text(lint->out, "]}]}\n");
}
