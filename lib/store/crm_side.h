/*
 * The rows beside a customer record that crm_save keeps in step with it. Private to lib/store.
 */
#ifndef CASEWORK_STORE_CRM_SIDE_H
#define CASEWORK_STORE_CRM_SIDE_H

#include "store/crm_table.h"

/* address: the normalised e-mail address and phone number of a contact. `fresh`: it has no rows yet. */
int address_save(struct db *db, const struct crm_record *contact, bool fresh, struct error *err);
/* agent_group: the groups of an agent. */
int agent_group_save(struct db *db, const struct crm_record *agent, bool fresh, struct error *err);

/* The texts of these rows. */
int address_list(struct db *db, const struct crm_record *contact, struct arena *arena, const char ***list,
                 size_t *count, struct error *err);
int agent_group_list(struct db *db, const struct crm_record *agent, struct arena *arena, const char ***list,
                     size_t *count, struct error *err);

#endif
