#include "model/crm.h"

const char *const presence_names[] = {"", "available", "away", "offline", NULL};
const char *const contract_state_names[] = {"", "draft", "active", "expired", "cancelled", "suspended", NULL};
const char *const ci_criticality_names[] = {"", "critical", "high", "medium", "low", NULL};

#define AT(member) offsetof(struct crm_record, member)
#define TEXT(slot) (offsetof(struct crm_record, texts) + (slot) * sizeof(const char *))
#define LIST(slot) (offsetof(struct crm_record, lists) + (slot) * sizeof(const char *))
#define INT(slot)  (offsetof(struct crm_record, ints) + (slot) * sizeof(int64_t))
#define TIME(slot) (offsetof(struct crm_record, times) + (slot) * sizeof(usec))
#define FLAG(slot) (offsetof(struct crm_record, flags) + (slot) * sizeof(bool))

#define FIELD(member, kind_of, flag_bits, place)                                                             \
    {                                                                                                        \
        .name = (member), .type = (kind_of), .flags = FIELD_INPUT | (flag_bits), .offset = (place)           \
    }
#define KEY_FIELD FIELD("key", FIELD_TEXT, FIELD_REQUIRED | FIELD_KEY | FIELD_NO_CHANGE, AT(key))
#define RELATION_KEY_FIELD                                                                                   \
    {                                                                                                        \
        .name = "key", .type = FIELD_TEXT,                                                                   \
        .flags = FIELD_INPUT | FIELD_REQUIRED | FIELD_KEY | FIELD_NO_CHANGE, .offset = AT(key),              \
        .limit = RELATION_KEY_MAX                                                                            \
    }
#define LINE(member, slot)   FIELD(member, FIELD_TEXT, 0, TEXT(slot))
#define WORD(member, slot)   FIELD(member, FIELD_TEXT, FIELD_REQUIRED | FIELD_KEY, TEXT(slot))
#define PERSON(member, slot) FIELD(member, FIELD_TEXT, FIELD_PERSONAL, TEXT(slot))
#define LONG_PERSON(member, slot)                                                                            \
    {                                                                                                        \
        .name = (member), .type = FIELD_TEXT, .flags = FIELD_INPUT | FIELD_LONG | FIELD_PERSONAL,            \
        .offset = TEXT(slot), .limit = (int64_t)SHORT_DESCRIPTION_MAX                                        \
    }
#define PERSONS(member, slot) FIELD(member, FIELD_JSON, FIELD_ARRAY | FIELD_PERSONAL, LIST(slot))
#define NUMBER(member, slot)  FIELD(member, FIELD_INT, 0, INT(slot))
#define MOMENT(member, slot)  FIELD(member, FIELD_TIME, 0, TIME(slot))
#define TRUTH(member, slot)   FIELD(member, FIELD_BOOL, 0, FLAG(slot))
#define LONG_TEXT(member, slot)                                                                              \
    {                                                                                                        \
        .name = (member), .type = FIELD_TEXT, .flags = FIELD_INPUT | FIELD_LONG, .offset = TEXT(slot),       \
        .limit = (int64_t)DESCRIPTION_MAX                                                                    \
    }
#define TO(member, slot, bits, kind)                                                                         \
    {                                                                                                        \
        .name = (member), .type = FIELD_TEXT, .flags = FIELD_INPUT | FIELD_KEY | (bits),                     \
        .offset = TEXT(slot), .reference = (kind)                                                            \
    }
#define REFERENCE(member, slot, kind) TO(member, slot, 0, kind)
#define END(member, slot, kind)       TO(member, slot, FIELD_REQUIRED, kind)
#define LINKS(member, slot, kind)                                                                            \
    {                                                                                                        \
        .name = (member), .type = FIELD_JSON, .flags = FIELD_INPUT | FIELD_LINKS, .offset = LIST(slot),      \
        .reference = (kind)                                                                                  \
    }
#define NAMED(member, place, list)                                                                           \
    {                                                                                                        \
        .name = (member), .type = FIELD_ENUM, .flags = FIELD_INPUT, .offset = AT(place), .names = (list)     \
    }
#define DATA_FIELDS                                                                                          \
    {.name = "data", .type = FIELD_JSON, .flags = FIELD_OBJECT, .offset = AT(data)},                         \
        {.name = "active",                                                                                   \
         .type = FIELD_BOOL,                                                                                 \
         .flags = FIELD_UNPRINTED | FIELD_PRINT_FALSE,                                                       \
         .offset = AT(active)},                                                                              \
        FIELDS_END

static const struct field account_fields[] = {
    KEY_FIELD,           LINE("name", 0),      REFERENCE("parent", 1, "account"),
    LINE("tier", 2),     LINE("region", 3),    LINE("time_zone", 4),
    LINE("currency", 5), TRUTH("customer", 0), TRUTH("partner", 1),
    DATA_FIELDS,
};
static const struct field account_relationship_fields[] = {
    RELATION_KEY_FIELD, END("from", 0, "account"), END("to", 1, "account"), WORD("type", 2),
    LINE("reverse", 3), MOMENT("starts_at", 0),    MOMENT("ends_at", 1),    DATA_FIELDS,
};
static const struct field contact_fields[] = {
    KEY_FIELD,
    REFERENCE("account", 0, "account"),
    PERSON("name", 1),
    PERSON("email", 2),
    PERSON("phone", 3),
    PERSONS("emails", 0),
    PERSONS("phones", 1),
    LINE("language", 4),
    LINE("time_zone", 5),
    LINKS("accounts", 2, "account"),
    DATA_FIELDS,
};
static const struct field consumer_fields[] = {
    KEY_FIELD,           PERSON("name", 0),    PERSON("email", 1),
    PERSON("phone", 2),  PERSONS("emails", 0), PERSONS("phones", 1),
    LINE("language", 3), LINE("time_zone", 4), DATA_FIELDS,
};
static const struct field household_fields[] = {
    KEY_FIELD,
    PERSON("name", 0),
    LINKS("members", 0, "consumer"),
    DATA_FIELDS,
};
static const struct field product_fields[] = {
    KEY_FIELD,        LINE("name", 0),    REFERENCE("parent", 1, "product"),
    LINE("model", 2), LINE("version", 3), DATA_FIELDS,
};
static const struct field sold_product_fields[] = {
    KEY_FIELD,
    LINE("name", 0),
    REFERENCE("parent", 1, "sold_product"),
    REFERENCE("product", 2, "product"),
    REFERENCE("account", 3, "account"),
    REFERENCE("consumer", 4, "consumer"),
    MOMENT("starts_at", 0),
    MOMENT("ends_at", 1),
    DATA_FIELDS,
};
static const struct field location_fields[] = {
    KEY_FIELD,
    LINE("name", 0),
    REFERENCE("parent", 1, "location"),
    REFERENCE("account", 2, "account"),
    LONG_PERSON("address", 3),
    LINE("city", 4),
    LINE("region", 5),
    LINE("country", 6),
    LINE("time_zone", 7),
    DATA_FIELDS,
};
static const struct field ci_fields[] = {
    KEY_FIELD,
    LINE("name", 0),
    LINE("class", 1),
    {.name = "criticality",
     .type = FIELD_RANK,
     .flags = FIELD_INPUT,
     .offset = INT(0),
     .names = ci_criticality_names,
     .limit = 4},
    DATA_FIELDS,
};
static const struct field ci_relation_fields[] = {
    RELATION_KEY_FIELD,
    END("from", 0, "ci"),
    END("to", 1, "ci"),
    WORD("type", 2),
    FIELD("strength", FIELD_REAL, 0, AT(strength)),
    DATA_FIELDS,
};
static const struct field asset_fields[] = {
    KEY_FIELD,
    LINE("name", 0),
    REFERENCE("product", 1, "product"),
    REFERENCE("sold_product", 2, "sold_product"),
    REFERENCE("account", 3, "account"),
    REFERENCE("consumer", 4, "consumer"),
    REFERENCE("location", 5, "location"),
    REFERENCE("ci", 6, "ci"),
    LINE("serial", 7),
    LINE("lifecycle", 8),
    LINKS("contacts", 0, "contact"),
    DATA_FIELDS,
};
static const struct field contract_fields[] = {
    KEY_FIELD,
    REFERENCE("account", 0, "account"),
    REFERENCE("consumer", 1, "consumer"),
    LINE("name", 2),
    NAMED("state", state, contract_state_names),
    MOMENT("starts_at", 0),
    MOMENT("ends_at", 1),
    REFERENCE("renewed_from", 3, "contract"),
    DATA_FIELDS,
};
static const struct field contract_line_fields[] = {
    KEY_FIELD,
    END("contract", 0, "contract"),
    LINE("name", 1),
    REFERENCE("product", 2, "product"),
    REFERENCE("sold_product", 3, "sold_product"),
    REFERENCE("asset", 4, "asset"),
    NAMED("state", state, contract_state_names),
    MOMENT("starts_at", 0),
    MOMENT("ends_at", 1),
    DATA_FIELDS,
};
static const struct field entitlement_fields[] = {
    KEY_FIELD,
    REFERENCE("account", 0, "account"),
    REFERENCE("consumer", 1, "consumer"),
    REFERENCE("product", 2, "product"),
    REFERENCE("sold_product", 3, "sold_product"),
    REFERENCE("asset", 4, "asset"),
    REFERENCE("contract", 5, "contract"),
    REFERENCE("contract_line", 6, "contract_line"),
    NAMED("channel", channel, case_channel_names),
    LINE("level", 7),
    NAMED("state", state, contract_state_names),
    MOMENT("starts_at", 0),
    MOMENT("ends_at", 1),
    NUMBER("units", 0),
    NUMBER("used", 1),
    REFERENCE("renewed_from", 8, "entitlement"),
    DATA_FIELDS,
};
static const struct field agent_fields[] = {
    KEY_FIELD,
    PERSON("name", 0),
    FIELD("groups", FIELD_JSON, FIELD_ARRAY, LIST(0)),
    FIELD("skills", FIELD_JSON, FIELD_OBJECT, LIST(1)),
    NUMBER("capacity", 0),
    LINE("calendar", 1),
    NAMED("presence", presence, presence_names),
    DATA_FIELDS,
};
static const struct field article_fields[] = {
    KEY_FIELD,           LINE("title", 0),    LONG_TEXT("body", 1), REFERENCE("product", 2, "product"),
    LINE("category", 3), LINE("language", 4), DATA_FIELDS,
};

static const char *const relation_identity[RELATION_PARTS] = {"from", "type", "to"};

const struct record_kind record_kinds[KIND_COUNT] = {
    [KIND_ACCOUNT] = {KIND_ACCOUNT, "account", account_fields, "parent", NULL},
    [KIND_ACCOUNT_RELATIONSHIP] = {KIND_ACCOUNT_RELATIONSHIP, "account_relationship",
                                   account_relationship_fields, NULL, relation_identity},
    [KIND_CONTACT] = {KIND_CONTACT, "contact", contact_fields, NULL, NULL},
    [KIND_CONSUMER] = {KIND_CONSUMER, "consumer", consumer_fields, NULL, NULL},
    [KIND_HOUSEHOLD] = {KIND_HOUSEHOLD, "household", household_fields, NULL, NULL},
    [KIND_PRODUCT] = {KIND_PRODUCT, "product", product_fields, "parent", NULL},
    [KIND_SOLD_PRODUCT] = {KIND_SOLD_PRODUCT, "sold_product", sold_product_fields, "parent", NULL},
    [KIND_LOCATION] = {KIND_LOCATION, "location", location_fields, "parent", NULL},
    [KIND_CI] = {KIND_CI, "ci", ci_fields, NULL, NULL},
    [KIND_CI_RELATION] = {KIND_CI_RELATION, "ci_relation", ci_relation_fields, NULL, relation_identity},
    [KIND_ASSET] = {KIND_ASSET, "asset", asset_fields, NULL, NULL},
    [KIND_CONTRACT] = {KIND_CONTRACT, "contract", contract_fields, "renewed_from", NULL},
    [KIND_CONTRACT_LINE] = {KIND_CONTRACT_LINE, "contract_line", contract_line_fields, NULL, NULL},
    [KIND_ENTITLEMENT] = {KIND_ENTITLEMENT, "entitlement", entitlement_fields, "renewed_from", NULL},
    [KIND_AGENT] = {KIND_AGENT, "agent", agent_fields, NULL, NULL},
    [KIND_ARTICLE] = {KIND_ARTICLE, "article", article_fields, NULL, NULL},
};

const struct record_kind *record_kind_find(const char *name)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (strcmp(record_kinds[i].name, name) == 0)
            return &record_kinds[i];
    return NULL;
}

enum ci_spread ci_relation_spread(const char *type)
{
    static const char *const forward[] = {"depends_on", "runs_on", "hosted_on", "member_of"};

    for (size_t i = 0; i < sizeof forward / sizeof *forward; i++)
        if (strcmp(type, forward[i]) == 0)
            return SPREAD_FORWARD;
    return strcmp(type, "connected_to") == 0 ? SPREAD_BOTH : SPREAD_NONE;
}
