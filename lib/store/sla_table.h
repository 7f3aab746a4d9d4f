/*
 * sla: one row a clock. Running ones are found by next_at, so that a tick reads only what is due.
 */
#ifndef CASEWORK_STORE_SLA_TABLE_H
#define CASEWORK_STORE_SLA_TABLE_H

#include "model/sla.h"
#include "store/db.h"

int sla_insert(struct db *db, struct sla *s, struct error *err); /* sets s->id */
int sla_save(struct db *db, const struct sla *s, struct error *err);
int sla_of_case(struct db *db, int64_t case_id, const char *number, struct arena *arena, struct sla **list,
                size_t *count, struct error *err); /* in id order */
/* Ids of running clocks whose next_at <= now, after `after_id`, in id order (case ids with them). A page
 * looks at all that is due: ask for many (50,000 and more) when much may be. */
struct sla_due {
    int64_t id, case_id;
};
int sla_due(struct db *db, usec now, int64_t after_id, struct sla_due *due, size_t limit, struct error *err);
/* All clocks for listing: in id order after `after_id`, active ones only or breached ones only. */
int sla_page(struct db *db, bool active_only, bool breached_only, int64_t after_id, struct arena *arena,
             struct sla *list, size_t limit, struct error *err);

#endif
