/* plain.h -- inside of the plain pricer: the graph seen from both ends, and labels in buckets.
 *
 * Nodes 0..n-1 are the stops, node n is the start seen forwards and the end seen backwards.  Each of the two
 * directions is a plain_side with the same meaning, so that one labelling serves both: backwards, a time b is
 * written mirror - b, and then less is better there too.  Forwards `at` is the earliest start of service at
 * the node; backwards it is the mirror of the latest.  Where time cannot bind, kilograms take its place.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_PLAIN_H
#define TR_PLAIN_H
#include "pricing_plain.h"

enum { PLAIN_MOST_WORDS = 16 }; /* of cut states */

typedef struct {     /* what dominance looks at */
    int64_t cost;    /* reduced, duals of all nodes so far included */
    uint64_t memory; /* bits of stops that may not follow; of those that cannot be reached any more, none */
    int32_t at, kg, litres;
    int32_t id;
} plain_key;

typedef struct {
    int32_t node, parent; /* parent: id, -1 = none */
    bool expanded;
} plain_step;

typedef struct {     /* labels of one node whose `at` lies in one bucket */
    plain_key *keys; /* [n]: first n_clean by cost, none dominating another; then new ones */
    int32_t n, room, n_clean;
    int64_t least, least_upto; /* cost in this bucket; in this and all before it (once final) */
} plain_cell;

typedef struct {
    int32_t to, takes;       /* seconds from start of service to arrival (or kg) */
    int32_t until;           /* leave with at <= until, or no good route comes of it */
    int64_t cost;            /* of the leg less the dual of `to` */
    uint64_t forbids, keeps; /* memory bit of `to` here; bits that mean the same stop at both ends */
} plain_arc;

typedef struct {
    int32_t *lo, *hi;    /* [n + 1] window of `at` */
    int32_t *takes;      /* [(n + 1)^2] */
    int32_t *until;      /* [(n + 1)^2] of an arc: departures after it are fixed away; INT32_MIN = no arc */
    int32_t *near_until; /* [n * n_near] at <= this: the near stop can still be reached */
    int32_t *near_kg;    /* [n * n_near] kg <= this: it can still be loaded */
    int32_t *first,
        *best; /* [n + 2] arcs of node i: first[i]..first[i+1]-1; the cheapest ones end at best[i] (effort 0) */
    plain_arc *arcs;
    plain_cell *cells; /* [(n + 1) * n_buckets] */
    plain_step *steps;
    uint64_t *states; /* [n_labels * n_words] */
    int32_t n_labels, room_labels, room_states;
    int32_t n_done;  /* buckets that are final */
    int32_t n_limit; /* buckets that matter: those of the other side begin behind */
    int64_t n_kept;
} plain_side;

struct tr_plain_pricer {
    const tr_model *model;
    const tr_model_vehicle *vehicle;
    tr_arena *arena;
    int32_t n, n_near;
    const int32_t *near;             /* the caller's */
    int32_t *near_seen;              /* as of the last call */
    int32_t *near_list, *near_count; /* the same without gaps: [n * n_near], [n] */
    uint64_t *near_bit;              /* [n * n_near] */
    uint64_t *bit;                   /* [n] memory bit of a stop; 0 = it is never remembered */
    uint64_t *coarse;                /* [n + 1] bits of the nearest few: all that effort 1 tells apart */
    uint64_t *shares;                /* [n * n] bits that mean the same stop at both */
    uint64_t *recalls;               /* [n * n] the bit of the second at the first, 0 = it is not near */
    int32_t *kg, *litres;            /* [n + 1] */
    int32_t most_kg, most_litres;
    bool by_load;       /* `at` is kg, */
    bool counts_visits; /* times n + 1, and visits */
    int64_t *leg;       /* [(n + 1)^2] cost */
    int64_t root_cost;  /* fixed, less what rounding may give back */
    int64_t per_km, fixed;
    int32_t from, mirror, width, n_buckets; /* `at` of bucket k: from + k * width ... */
    plain_side sides[2];                    /* forwards, backwards */
    int32_t *shortest;                      /* [(n + 1)^2] least `takes` over any way; NULL = not known */
    bool repeats;
    /* of the call */
    const tr_duals *duals;
    const uint64_t *memory;
    int32_t effort;
    int32_t n_words; /* of a label's cut states */
    int32_t room_words;
    int32_t *cut_of;  /* [64 * n_words] index in duals of each bit */
    int64_t *penalty; /* [64 * n_words] -dual */
    uint64_t *cut_has,
        *cut_keeps; /* [(n + 1) * n_words] cuts that hold the node; that are remembered at it */
    int64_t *work;
    tr_plain_figures figures;
    plain_key *scratch; /* [room_scratch] */
    int32_t room_scratch;
};

/* ---- plain_graph.c ---- */

/* Arc costs, cut tables and memories for these duals. */
void plain_arrange(tr_plain_pricer *p, const tr_duals *duals, int32_t effort, int64_t *work);
static inline int32_t plain_bucket_of(const tr_plain_pricer *p, int32_t at)
{
    return (at - p->from) / p->width;
}
int64_t plain_count_arcs(const tr_plain_pricer *p);

/* ---- plain_labels.c ---- */

void plain_begin(tr_plain_pricer *p, plain_side *side); /* the label at the root, and nothing else */
bool plain_meet(tr_plain_pricer *p);                    /* both sides until they meet; false: out of work */
bool plain_all(tr_plain_pricer *p, plain_side *side);   /* all buckets */
void plain_sides_free(tr_plain_pricer *p);
/* Least cost of a label of `side` with arc a and a label of the other side beyond it, if below `below` (else `below`);
 * *id = that label.  memory: bits, at the arc's end, of stops that may not follow; any: the first found will do. */
int64_t plain_join(const tr_plain_pricer *p, int32_t side, const plain_key *key, const uint64_t *state,
                   uint64_t memory, const plain_arc *a, int64_t below, bool any, int32_t *id);
/* The states of the cuts at `node`, coming from `before`; returns what they cost on the way. */
int64_t plain_cut_step(const tr_plain_pricer *p, const uint64_t *before, int32_t node, uint64_t *after);
void *plain_grow(void *old, int32_t *room, int32_t needed, size_t size); /* realloc that does not fail */

static inline plain_cell *plain_cell_at(const tr_plain_pricer *p, const plain_side *s, int32_t node,
                                        int32_t bucket)
{
    return &s->cells[(size_t)node * (size_t)p->n_buckets + (size_t)bucket];
}
static inline const uint64_t *plain_state_of(const tr_plain_pricer *p, const plain_side *s, int32_t id)
{
    return s->states + (size_t)id * (size_t)p->n_words;
}

/* ---- a route ---- */

int64_t plain_cost(const tr_plain_pricer *p, int32_t n, const int32_t *stops); /* pence */
int64_t plain_reduced(const tr_plain_pricer *p, int32_t n, const int32_t *stops, int64_t pence,
                      bool full_memory);

#endif
