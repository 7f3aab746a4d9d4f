#include "model/sla.h"

const char *const sla_stage_names[] = {"", "in_progress", "paused", "completed", "cancelled", NULL};
const char *const sla_type_names[] = {"", "SLA", "OLA", "UC", NULL};

#define AT(member) offsetof(struct sla, member)
#define INTERNAL   (FIELD_UNPRINTED | FIELD_NO_CHANGE)

const struct field sla_fields[] = {
    {.name = "case", .type = FIELD_TEXT, .flags = FIELD_NO_CHANGE, .offset = AT(number)},
    {.name = "sla", .type = FIELD_TEXT, .flags = FIELD_NO_CHANGE, .offset = AT(definition)},
    {.name = "type", .type = FIELD_ENUM, .offset = AT(type), .names = sla_type_names},
    {.name = "stage", .type = FIELD_ENUM, .offset = AT(stage), .names = sla_stage_names},
    {.name = "has_breached", .type = FIELD_BOOL, .flags = FIELD_PRINT_FALSE, .offset = AT(has_breached)},
    {.name = "target", .type = FIELD_DURATION, .offset = AT(target)},
    {.name = "start_time", .type = FIELD_TIME, .offset = AT(start_time)},
    {.name = "pause_time", .type = FIELD_TIME, .offset = AT(pause_time)},
    {.name = "paused", .type = FIELD_DURATION, .flags = FIELD_UNPRINTED, .offset = AT(paused)},
    {.name = "planned_end_time", .type = FIELD_TIME, .offset = AT(planned_end_time)},
    {.name = "breached_at", .type = FIELD_TIME, .offset = AT(breached_at)},
    {.name = "end_time", .type = FIELD_TIME, .offset = AT(end_time)},
    {.name = "warned", .type = FIELD_RANK, .offset = AT(warned), .limit = 100},
    {.name = "next_at", .type = FIELD_TIME, .flags = INTERNAL, .offset = AT(next_at)},
    {.name = "config", .type = FIELD_TEXT, .flags = FIELD_KEY, .offset = AT(config)},
    FIELDS_END,
};

void sla_init(struct sla *s)
{
    memset(s, 0, sizeof *s);
    fields_init(sla_fields, s);
}

bool sla_is_active(const struct sla *s)
{
    return s->stage == SLA_IN_PROGRESS || s->stage == SLA_PAUSED;
}
