#include "store/crm_table.h"
#include "store/row.h"

#define ACTIVE_PEOPLE(kind)                                                                                  \
    {                                                                                                        \
        "SELECT a.person FROM address a JOIN " kind " p ON p.key = a.person "                                \
        "WHERE a.address = $1 AND a.kind = '" kind "' AND p.active = 1 ORDER BY a.person LIMIT $2",          \
            "ti"                                                                                             \
    }

enum {
    ADDRESS_CONTACTS,
    ADDRESS_CONSUMERS
};

static const struct statement statements[] = {
    [ADDRESS_CONTACTS] = ACTIVE_PEOPLE("contact"),
    [ADDRESS_CONSUMERS] = ACTIVE_PEOPLE("consumer"),
};
const struct statement_set address_statements = STATEMENT_SET("address", statements);

static void read_contact(const struct rows *rows, void *object, struct arena *arena)
{
    *(struct person_key *)object = (struct person_key){KIND_CONTACT, row_text(rows, 0, arena)};
}

static void read_consumer(const struct rows *rows, void *object, struct arena *arena)
{
    *(struct person_key *)object = (struct person_key){KIND_CONSUMER, row_text(rows, 0, arena)};
}

int person_by_address(struct db *db, const char *address, struct arena *arena, struct person_key *list,
                      size_t limit, struct error *err)
{
    static const struct row_type types[] = {
        [ADDRESS_CONTACTS] = {read_contact, sizeof(struct person_key)},
        [ADDRESS_CONSUMERS] = {read_consumer, sizeof(struct person_key)},
    };
    size_t count = 0;

    for (int i = ADDRESS_CONTACTS; i <= ADDRESS_CONSUMERS && count < limit; i++) {
        int n = query_page(db, &statements[i], BINDS(bind_text(address), bind_int((int64_t)(limit - count))),
                           &types[i], arena, list + count, limit - count, err);
        if (n < 0)
            return n;
        count += (size_t)n;
    }
    return (int)count;
}
