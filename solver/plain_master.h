/* plain_master.h -- the master for plain vehicles of one class: routes that part all stops, as a linear programme.
 *
 * Unlike the general master (master.h) it holds ng-routes that repeat a stop, and subset-row cuts of limited memory
 * (Pecin et al. 2017): a cut's coefficient depends on the order of a route's stops.  The memories grow when they are
 * in the way of a violated cut.  Solved by GLPK; what it says is advice, bounds are computed by the caller.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_PLAIN_MASTER_H
#define TR_PLAIN_MASTER_H
#include "pricing_plain.h"

typedef struct {
    int32_t n, *stops; /* in order */
    int64_t cost;      /* pence */
    bool repeats;
    uint64_t *set; /* [words] */
} plain_column;

typedef struct {   /* in 1/TR_MONEY, rounded, with the signs that a bound needs */
    int64_t *stop; /* [n_stops] */
    int64_t count; /* <= 0, of "no more routes than vehicles" */
    int32_t n_cuts;
    tr_cut *cuts;
    uint64_t *memory; /* [n_cuts * words] */
} plain_duals;

typedef struct {
    void *lp;
    int32_t n_stops, words, most;
    plain_column *columns;
    int32_t n, room;
    tr_cut *cuts;
    uint64_t *memory;
    int32_t n_cuts, room_cuts, room_memory;
    plain_duals duals;
    int32_t room_duals, room_dual_memory;
    int *index;
    double *value;
    int32_t room_index, room_value;
    bool has_new_rows;
    int64_t simplex; /* iterations so far */
} plain_master;

plain_master *plain_master_new(int32_t n_stops, int32_t most_routes,
                               int64_t dear); /* dear: pence of a stop on no route */
void plain_master_free(plain_master *x);
void plain_master_add(plain_master *x, const tr_priced *route);
void plain_master_perturb(plain_master *x, bool on); /* right-hand sides a little off: du Merle et al. 1999 */
bool plain_master_solve(plain_master *x);            /* to x->duals */
void plain_master_thin(plain_master *x, int32_t most); /* takes out columns far from use if there are more */
int32_t plain_master_cut(plain_master *x,
                         int32_t most);       /* adds violated cuts or widens their memories; how many */
void plain_master_drop_cuts(plain_master *x); /* those that do not bind */

#endif
