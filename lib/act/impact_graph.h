/*
 * The part of the map of configuration items that a process has seen, and walks over it.
 *
 * It is filled as walks need it: where one comes to an item whose relations (or owners of assets) were not
 * read yet, one recursive statement reads on from there, within the depth that is left, until it mostly meets
 * what is known. So a single case takes a few statements, in a bulk run each item is read about once, and a
 * walk costs what it reaches, in memory. Items stay where they are until graph_release(); after an error the
 * graph is to be released.
 */
#ifndef CASEWORK_ACT_IMPACT_GRAPH_H
#define CASEWORK_ACT_IMPACT_GRAPH_H

#include "store/impact_table.h"

/* What is read of an item: its relations in both directions, and who has assets on it. */
enum graph_part {
    GRAPH_CAUSES = IMPACT_CAUSES,
    GRAPH_AFFECTED = IMPACT_AFFECTED,
    GRAPH_OWNERS,
    GRAPH_PARTS
};

struct graph_list {
    void **members;
    size_t count, capacity;
};

struct graph_item {
    const char *key;
    const char *name, *class_name;        /* NULL: absent, or not described yet */
    int64_t criticality;                  /* 1 critical .. 4 low, 0 unknown */
    bool described;                       /* a relation has led here */
    bool absent;                          /* there is no such active item */
    uint64_t read[GRAPH_PARTS];           /* the reading that filled the list; 0: none yet */
    struct graph_list lists[GRAPH_PARTS]; /* of items; of owners */
    uint64_t reached, met;                /* the last walk, the last reading that came here, */
    int64_t distance, away;               /* and how far it was */
    int64_t customers; /* who have an asset here or on what depends on it; -1: not counted */
    void *told;        /* what the graph's user has made of it */
};

/* Things found by their key; each begins with it. */
struct graph_names {
    void **slots;
    size_t capacity, used;
};

struct graph {
    struct arena arena;
    struct graph_names items, accounts, consumers;
    struct graph_item **walk; /* what the last walk reached, the item itself first, nearest first */
    size_t walk_count, walk_capacity;
    uint64_t serial; /* of walks, readings and counts */
};

void graph_release(struct graph *g);
size_t graph_size(const struct graph *g); /* bytes, about */

/* Finds the item, or makes it; one that is not in the store is found out by a walk. */
int graph_item(struct graph *g, const char *key, struct graph_item **item, struct error *err);
/* NULL when nothing has led to such an item. */
struct graph_item *graph_find(const struct graph *g, const char *key);

/* Everything that at most `depth` relations lead to, into g->walk; item->absent may turn out. */
int graph_walk(struct graph *g, struct db *db, struct graph_item *item, enum impact_direction direction,
               int64_t depth, struct error *err);
/* How many accounts, and consumers of assets without an account, have an active asset on the item or on
 * anything that depends on it; into item->customers, once. */
int graph_customers(struct graph *g, struct db *db, struct graph_item *item, int64_t depth,
                    struct error *err);

#endif
