/*
 * event and event_value: the journal's rows. Written once, never changed.
 */
#ifndef CASEWORK_STORE_JOURNAL_TABLE_H
#define CASEWORK_STORE_JOURNAL_TABLE_H

#include "model/case.h"
#include "model/event.h"
#include "store/db.h"

int event_insert(struct db *db, struct event *e, struct error *err); /* sets e->id */
int event_value_insert(struct db *db, const struct event_value *v, struct error *err);

/* Events of a subject after `after_seq`, in order, a page. */
int event_page(struct db *db, const char *subject, int64_t after_seq, struct arena *arena, struct event *list,
               size_t limit, struct error *err);
int event_values(struct db *db, int64_t event_id, struct arena *arena, struct event_value **list,
                 size_t *count, struct error *err);
/* Is there an event of this type on the subject whose body contains `text`? (case.duplicate and its digest)
 */
int event_exists(struct db *db, const char *subject, const char *type, const char *text, bool *exists,
                 struct error *err);
/* Events of a type after an id, in id order (sla-check --since). */
int event_page_type(struct db *db, const char *type_prefix, int64_t after_id, struct arena *arena,
                    struct event *list, size_t limit, struct error *err);
/* All events in (subject, seq) order after the two. */
int event_page_all(struct db *db, const char *after_subject, int64_t after_seq, struct arena *arena,
                   struct event *list, size_t limit, struct error *err);

#endif
