/* pool.h -- routes that good plans were made of, each set of stops once per class of vehicle, the cheapest.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_POOL_H
#define TR_POOL_H
#include "route.h"

typedef struct {
    uint64_t key;        /* of the set of stops and the class */
    int32_t vehicle;     /* one of the class */
    int32_t n, first;    /* stops in tr_pool.stops, in order */
    int64_t cost;        /* pence, as the goal counts it */
    int64_t seen;        /* count of the last noting, for age */
} tr_column;

typedef struct {
    const tr_model *model;
    tr_arena *arena;
    int32_t n, capacity, n_table;
    tr_column *columns;
    int32_t *table;      /* [n_table] column + 1, open addressing */
    int32_t *stops;
    int32_t n_stops, room_stops;
    int64_t clock;
} tr_pool;

tr_pool *tr_pool_new(const tr_model *model, int32_t capacity, tr_arena *arena);
void tr_pool_note(tr_pool *pool, const tr_rt *route); /* routes with stops only */
void tr_pool_merge(tr_pool *pool, const tr_pool *other);

/* Set partitioning over the newest columns and those of `best`, level by level, by GLPK's MIP.
 * chosen[v] = column or -1.  True if a plan better than `best` was found; work is bounded by simplex
 * iterations, so that the same pool gives the same answer.  Source: Balinski & Quandt 1964; Rochat & Taillard 1995. */
bool tr_pool_recombine(const tr_pool *pool, const tr_plan *best, int32_t most_columns, int32_t simplex_limit,
                       int32_t *chosen);

#endif
