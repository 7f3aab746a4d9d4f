/*
 * The least work that jobs of the tools can be done with, by hand, for `make bench` to measure against: it
 * parses (yajl), inserts the rows that the tool leaves into a store made by store-init (the same schema, the
 * same indexes), commits a batch of 1,000 and prints. It checks nothing, decides nothing, hashes nothing. Its
 * pragmas are the store driver's.
 *
 * Shared by the jobs: records read by member, statements, batches. Whatever goes wrong ends the program.
 */
#ifndef CASEWORK_BENCH_LEAST_H
#define CASEWORK_BENCH_LEAST_H

#include <sqlite3.h>

#include <stdbool.h>
#include <stdint.h>

#define MEMBERS 64

/* Bytes of the record's line: a value without its quotes; data NULL: absent. */
struct text {
    const unsigned char *data;
    int length;
    bool quoted;
};

struct record {
    char *line;
    size_t length;
    int64_t id;
    struct text names[MEMBERS], values[MEMBERS]; /* of the members that are no object or array */
    int count, depth;
};

void parse(struct record *r);
struct text get(const struct record *r, const char *name);
bool is(struct text t, const char *word);

void die(const char *what) __attribute__((noreturn)); /* with what SQLite says */
sqlite3_stmt *prepare(const char *sql);
void step(sqlite3_stmt *s);
void run(const char *sql);
void bind(sqlite3_stmt *s, int i, struct text t);
int64_t now(void);
/* Its id. The actor is "least", the hash zeroes. */
int64_t add_event(const char *subject, int64_t seq, const char *type, struct text body);

struct job {
    const char *name;
    void (*prepare)(void);
    void (*work)(struct record *r);
    void (*print)(const struct record *r);
};

extern const struct job case_jobs[], record_jobs[]; /* ended by a name that is NULL */
void one_case(void);

#endif
