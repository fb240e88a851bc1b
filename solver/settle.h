/* settle.h -- the cheapest way to part all stops among known routes: branch, price by inspection and cut.
 *
 * For when all routes that a better plan could be made of are known, tens of thousands of them: the linear
 * programme holds only those that matter, the others are looked through with its duals; what cannot be in a better
 * plan any more is dropped.  Since all routes are known, any cut over them is easy: rank-1 cuts of 3, 4 and 5 rows (Jepsen
 * et al. 2008; Pecin et al. 2017).  Branches: number of routes; two stops on one route or not (Ryan, Foster 1981).
 * Every bound is computed in integers from GLPK's duals, rounded; GLPK's word is never taken for one.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_SETTLE_H
#define TR_SETTLE_H
#include "model.h"

typedef struct {
    int32_t n_stops;
    int32_t most;         /* routes at most */
    int32_t n;            /* routes known */
    const uint64_t *sets; /* [n * words] bits of their stops; words = n_stops / 64 + 1; no two the same */
    const int64_t *cost;  /* [n] pence */
    int64_t value;        /* only solutions below are looked for; then that of the best one found */
    int64_t simplex;      /* simplex iterations that may be made; less by those made */
    bool (*enough)(void *context); /* NULL, or: true ends it */
    void *context;
    /* answers */
    bool found;
    int32_t n_chosen, *chosen; /* routes of the best one */
    int64_t lowest;            /* proven: no solution is below min(lowest, value) */
    int32_t nodes, cuts, left; /* nodes looked at, cuts, routes that could not be ruled out at the root */
    double root;               /* bound at the root after cuts, pence */
} tr_settle;

/* True if it was finished: no solution over these routes is below settle->value. */
bool tr_settle_run(tr_settle *settle, tr_arena *arena);

#endif
