/*
 * What the table files share: rows to structs and back through field tables, and the three forms that reading
 * takes (one row, a page, a whole list). Private to lib/store.
 */
#ifndef CASEWORK_STORE_ROW_H
#define CASEWORK_STORE_ROW_H

#include "model/case.h"
#include "store/store.h"

/* Reads columns first.. of the row into the members named by `columns` (names of fields, NULL-ended). Fast
 * when `columns` are in the table's order. Returns the column after the last. */
int row_read_fields(const struct rows *rows, int first_column, const struct field *fields,
                    const char *const *columns, void *object, struct arena *arena);
/* The other way: one bind a column into binds[]; returns how many. */
size_t bind_fields(struct bind *binds, const struct field *fields, const char *const *columns,
                   const void *object);
/* Texts and JSON: NULL when absent; ranks and truths: as they are (0 for none); enumerations: their name. */
struct bind bind_field(const struct field *f, const void *object);

void row_digest(const struct rows *rows, int column, struct digest *d); /* zeros when it is none */
struct bind bind_digest(const struct digest *d);

/* Fills *object (zeroed memory) from the present row. */
typedef void row_reader(const struct rows *rows, void *object, struct arena *arena);

struct row_type {
    row_reader *read;
    size_t size; /* of the object */
};

int query_one(struct db *db, const struct statement *st, const struct bind *binds, size_t count,
              const struct row_type *type, struct arena *arena, void *object, bool *found, struct error *err);
/* At most `limit` rows into list[]; returns how many. */
int query_page(struct db *db, const struct statement *st, const struct bind *binds, size_t count,
               const struct row_type *type, struct arena *arena, void *list, size_t limit, struct error *err);
/* All rows, in an array in the arena (NULL when there are none). */
int query_list(struct db *db, const struct statement *st, const struct bind *binds, size_t count,
               const struct row_type *type, struct arena *arena, void **list, size_t *length,
               struct error *err);

/* Is there a row? */
int query_any(struct db *db, const struct statement *st, const struct bind *binds, size_t count, bool *any,
              struct error *err);

/* A row that is one text. */
extern const struct row_type text_row; /* const char * */

/* The statements of each table, listed in store_statements. */
extern const struct statement_set address_statements, agent_statements, assignment_statements,
    case_statements, case_page_statements, case_query_statements, case_reference_statements, check_statements,
    crm_statements, crm_side_statements, deletion_statements, entitlement_statements, event_statements,
    household_statements, impact_statements, message_statements, milestone_statements, policy_statements,
    record_reference_statements, reject_statements, sla_statements, stage_error_statements,
    store_row_statements, task_statements;

#define STATEMENT_SET(table, array)                                                                          \
    {                                                                                                        \
        (table), (array), sizeof(array) / sizeof *(array)                                                    \
    }

#endif
