/*
 * message: the outbox (rendered and delivered later).
 */
#ifndef CASEWORK_STORE_MESSAGE_TABLE_H
#define CASEWORK_STORE_MESSAGE_TABLE_H

#include "store/db.h"

struct message {
    int64_t id;
    int64_t event_id; /* with template and recipient unique: never twice for one event */
    int64_t case_id;
    const char *template_name;
    const char *recipient; /* "contact:KEY", "group:noc", "duty:NAME" */
    const char *config;    /* commit */
    const char *state;     /* queued */
    usec created_at;
};
/* Sets m->id; 0 when the event has this message already. */
int message_insert(struct db *db, struct message *m, struct error *err);
int message_of_case(struct db *db, int64_t case_id, struct arena *arena, struct message **list, size_t *count,
                    struct error *err);

#endif
