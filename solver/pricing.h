/* pricing.h -- routes of one vehicle class priced with duals: the subproblem of the master (docs/model.md).
 *
 * Unit: costs, duals and reduced costs are int64 in 1/TR_MONEY of a penny (points at levels 1 and 2).  The reduced cost of a
 * route is cost - sum of the duals of its stops - sum over cuts of dual * floor(|route cap cut| / 2) - sum over entries of
 * dual * the times that it enters the set.
 * A pricer may look at more routes than there are (ng-routes, relaxed rules) and price them below what they cost,
 * never the other way round: whatever it says is a lower bound.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_PRICING_H
#define TR_PRICING_H
#include "model.h"
#include "route.h"

typedef struct {              /* what a route is priced with, in 1/TR_MONEY */
    bool cost_counts;         /* level 3: routes cost what they cost; levels 1, 2: nothing */
    const int64_t *stop;      /* [n_stops] dual of each stop */
    int32_t n_cuts;
    const tr_cut *cuts;
    int32_t n_entries;        /* none where vehicles are plain */
    const tr_entry *entries;
} tr_duals;

typedef struct {
    int32_t n;
    const int32_t *stops;     /* in order of service; none twice if the cost is known */
    int64_t cost;             /* pence, exact, of a route that holds; INT64_MAX = not known to hold, or one comes twice */
    int64_t reduced;          /* as priced: no route through these stops in this order is below it */
    int32_t n_items;          /* the same with disposal visits and breaks; 0 = the stops say it all */
    const tr_item *items;
} tr_priced;

typedef void tr_priced_sink(void *context, const tr_priced *route);
typedef struct tr_pricer tr_pricer; /* of one vehicle class; keeps scratch between calls */

/* near: ng-neighbourhoods [n_stops * n_near], -1 = none; read at each call, so that they may grow. */
tr_pricer *tr_pricer_new(const tr_model *model, int32_t vehicle, int32_t n_near, const int32_t *near, tr_arena *arena);
void tr_pricer_free(tr_pricer *pricer);

/* Gives up to `most` routes of reduced cost below `below` to the sink, at effort 2 also those that only exist because rules
 * are relaxed. effort 0, 1: heuristic; 2: exact: then
 * the result is a lower bound of min(`below`, least reduced cost over all routes with stops), INT64_MIN if `*work` (labels
 * left, counted down) ran out. */
int64_t tr_price(tr_pricer *pricer, const tr_duals *duals, int32_t effort, int64_t below, int32_t most,
                 tr_priced_sink *sink, void *context, int64_t *work);

/* From now on exact calls keep about five times `width` partial routes of each place and time and merge the others (0: none is, as
 * at first): quicker, and a lower bound still, but a weaker one.  Plain vehicles are priced as ever. */
void tr_pricer_narrow(tr_pricer *pricer, int32_t width);
int64_t tr_pricer_merged(const tr_pricer *pricer); /* partial routes given up so in the last call */

/* From now on arcs whose best route has reduced cost >= gap are left out (call with the duals of the current bound); returns
 * arcs left, -1 if `*work` ran out.  Fixed arcs only hold for plans better than the incumbent. */
int64_t tr_pricer_fix(tr_pricer *pricer, const tr_duals *duals, int64_t gap, int64_t *work);
void tr_pricer_unfix(tr_pricer *pricer);

/* All stop sets with an elementary route of reduced cost < gap, each once with the least reduced cost found for it, to the
 * sink; false if more than `most` or work ran out: what was told then is not all. */
bool tr_pricer_enumerate(tr_pricer *pricer, const tr_duals *duals, int64_t gap, int32_t most, tr_priced_sink *sink,
                         void *context, int64_t *work);

/* What pricing relaxes for this vehicle now, in the pricer's arena; NULL = nothing. */
const char *tr_pricer_relaxed(const tr_pricer *pricer);

#endif
