/*
 * Agents as those who get work: the members of a group with what decides whether they can take a case, and
 * the counter of their load. As customer records they are read and written by crm_table.
 */
#ifndef CASEWORK_STORE_AGENT_TABLE_H
#define CASEWORK_STORE_AGENT_TABLE_H

#include "store/db.h"

struct agent_member {
    const char *key;
    bool active, present;
    int64_t capacity; /* INT_NONE: the group's */
    int64_t load;
    usec last_assigned;   /* TIME_NONE: never */
    const char *calendar; /* NULL: the group's */
    const char *skills;   /* JSON object of levels, or NULL */
};
/* Everybody in the group, by key. */
int agent_members(struct db *db, const char *group, struct arena *arena, struct agent_member **list,
                  size_t *count, struct error *err);

/* Adds `delta` to an agent's load; `assigned`: the moment when it came, TIME_NONE when nothing was assigned.
 * An unknown login is nobody and changes nothing. */
int agent_add_load(struct db *db, const char *key, int64_t delta, usec assigned, struct error *err);

#endif
