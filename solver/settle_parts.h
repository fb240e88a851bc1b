/* settle_parts.h -- inside of settle: its state, and cuts.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_SETTLE_PARTS_H
#define TR_SETTLE_PARTS_H
#include "settle.h"

typedef struct
{ /* sum of weights[k] of the stops on a route, over `per`, rounded down: at most rhs over all routes driven */
    int32_t n_rows, stops[5], weights[5], per, rhs;
    int32_t n, *routes, *times; /* the routes it counts */
} settle_cut;

typedef struct {
    int32_t i, j; /* stops, i < j */
    bool together;
} branch;

typedef struct {
    __int128 units; /* bound */
    int32_t depth;
    branch *branches;    /* [depth] */
    int32_t least, most; /* routes */
} node;

typedef struct {
    tr_settle *job;
    void *lp; /* glp_prob */
    int32_t n, words, n_routes;
    /* of each route that is not dropped */
    uint64_t *sets;
    int64_t *cost, *reduced;
    int32_t *origin;        /* its number in the job */
    int32_t *first, *stops; /* first[r]..first[r+1]-1, ascending */
    bool *out;              /* of this node */
    bool *is_in;            /* the linear programme */
    int32_t *moved, *times; /* scratch; times stays 0 */
    int32_t *in, n_in;      /* column n + 1 + j is route in[j] */
    double *use;            /* [n_in] in the last solution */
    settle_cut *cuts;
    int32_t n_cuts;
    int64_t *dual; /* [n] */
    int64_t (*order)[2];
    bool *marks;
    int *index;
    double *value, *pair;
    uint64_t *seen;
    int32_t *best;
    node *nodes;
    int32_t n_nodes, room_nodes;
    bool lost; /* not finished */
} settling;

void settle_open(settling *s); /* copies the job's routes */
void settle_close(settling *s);
void settle_compact(settling *s, int32_t n); /* route r becomes moved[r], -1 = is dropped; n are left */

/* Violated cuts of the solution in `use`, the most violated first, at most `most`; whoever gets them frees routes and times. */
int32_t settle_separate(settling *s, settle_cut *cuts, int32_t most);
int32_t settle_coefficient(const settling *s, const settle_cut *cut, int32_t route);

#endif
