#include "store/crm_side.h"
#include "store/row.h"

enum {
    ADDRESS_DELETE,
    ADDRESS_INSERT,
    ADDRESS_FIND,
    ADDRESS_LIST
};

static const struct statement statements[] = {
    [ADDRESS_DELETE] = {"DELETE FROM address WHERE contact = $1", "t"},
    [ADDRESS_INSERT] = {"INSERT INTO address (address, contact) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                        "tt"},
    [ADDRESS_FIND] = {"SELECT contact FROM address WHERE address = $1 ORDER BY contact LIMIT 1", "t"},
    [ADDRESS_LIST] = {"SELECT address FROM address WHERE contact = $1 ORDER BY address", "t"},
};
const struct statement_set address_statements = STATEMENT_SET("address", statements);

static const char *text_member(const struct crm_record *r, const char *name)
{
    const struct field *f = field_find(r->kind->fields, name);

    return f ? field_text(f, r) : NULL;
}

static int insert(struct db *db, const char *address, const char *contact, struct error *err)
{
    if (!address)
        return 0;
    return db_exec(db, &statements[ADDRESS_INSERT], BINDS(bind_text(address), bind_text(contact)), NULL, err);
}

int address_save(struct db *db, const struct crm_record *contact, bool fresh, struct error *err)
{
    const char *email = text_member(contact, "email"), *phone = text_member(contact, "phone");
    struct arena scratch = ARENA_INIT;
    int rc = 0;

    if (!fresh)
        rc = db_exec(db, &statements[ADDRESS_DELETE], BINDS(bind_text(contact->key)), NULL, err);
    if (email)
        email = email_normalise(email, &scratch);
    if (phone)
        phone = phone_normalise(phone, &scratch);
    if (rc == 0 && arena_failed(&scratch))
        rc = error_no_memory(err);
    if (rc == 0)
        rc = insert(db, email, contact->key, err);
    if (rc == 0)
        rc = insert(db, phone, contact->key, err);
    arena_release(&scratch);
    return rc;
}

int address_list(struct db *db, const struct crm_record *contact, struct arena *arena, const char ***list,
                 size_t *count, struct error *err)
{
    void *rows;
    int rc = query_list(db, &statements[ADDRESS_LIST], BINDS(bind_text(contact->key)), &text_row, arena,
                        &rows, count, err);

    *list = rows;
    return rc;
}

int contact_by_address(struct db *db, const char *address, struct arena *arena, const char **key,
                       struct error *err)
{
    bool found;

    *key = NULL;
    return query_one(db, &statements[ADDRESS_FIND], BINDS(bind_text(address)), &text_row, arena, key, &found,
                     err);
}
