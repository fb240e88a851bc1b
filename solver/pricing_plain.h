/* pricing_plain.h -- the pricer for plain vehicles (tr_model_vehicle.plain): routes of least reduced cost.
 *
 * One load, at most one window a stop, only metres cost: the vehicle routing problem with time windows, or
 * with capacity alone.  Bidirectional label setting over ng-routes (Baldacci, Mingozzi, Roberti 2011; Righini,
 * Salani 2006), forwards and backwards bucket by bucket until the two meet, where the labels are fewer (after
 * Tilk et al. 2017), with subset-row cuts of limited memory (Jepsen et al. 2008; Pecin et al. 2017).
 *
 * Unit: costs, duals and reduced costs are int64 in 1/TR_MONEY of a penny.  The reduced cost of a route is
 * cost - sum of the duals of its stops - sum over cuts of dual * coefficient.  Under a limited memory the coefficient is
 * at most floor(|route cap cut| / 2), and duals of cuts are not above 0, so what is bounded here is never more than
 * the reduced cost under full memory: every bound holds for both.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_PRICING_PLAIN_H
#define TR_PRICING_PLAIN_H
#include "pricing.h"

typedef struct tr_plain_pricer tr_plain_pricer;

/* vehicle: a plain one.  near [n_stops * n_near]: the stops remembered at each stop, -1 = none; kept by reference and read
 * at each call.  The pricer frees its own growing parts in tr_plain_free; the rest lives in the arena. */
tr_plain_pricer *tr_plain_new(const tr_model *model, int32_t vehicle, int32_t n_near, const int32_t *near,
                              tr_arena *arena);
void tr_plain_free(tr_plain_pricer *pricer); /* accepts NULL */

/* Where the cuts of the next calls are remembered: [n_cuts * words] bits of stops, words = n_stops / 64 + 1, by the
 * index of the cut in tr_duals; the stops of the cut itself are always in.  NULL: everywhere. Kept by reference. */
void tr_plain_memory(tr_plain_pricer *pricer, const uint64_t *memory);

/* From now on the sink of tr_plain_price is told ng-routes that repeat a stop too. */
void tr_plain_repeats(tr_plain_pricer *pricer, bool told);

/* Tells the sink at most `most` routes with stops, of reduced cost below `below`, the least ones first.
 * effort 0, 1: heuristic; the return value is the least reduced cost found.  effort 2: exact; the return value is a lower
 * bound of the least reduced cost of all routes with stops: min(that over ng-routes, below), or INT64_MIN if *work ran out.
 * *work: labels that may be made yet; less by those made. */
int64_t tr_plain_price(tr_plain_pricer *pricer, const tr_duals *duals, int32_t effort, int64_t below,
                       int32_t most, tr_priced_sink *sink, void *context, int64_t *work);

/* Takes out arcs that no route of reduced cost < gap uses; later calls price over fewer routes then, until
 * tr_plain_unfix.  Returns the arcs left, or -1 if *work ran out. */
int64_t tr_plain_fix(tr_plain_pricer *pricer, const tr_duals *duals, int64_t gap, int64_t *work);
void tr_plain_unfix(tr_plain_pricer *pricer);

/* Tells the sink every set of stops that has an elementary route of reduced cost < gap (full memory), with its
 * cheapest route, once, in no particular but a repeatable order.  False, and nothing told, if there are more than
 * `most` or *work ran out. */
bool tr_plain_enumerate(tr_plain_pricer *pricer, const tr_duals *duals, int64_t gap, int32_t most,
                        tr_priced_sink *sink, void *context, int64_t *work);

/* Times the cut counts for the route under its memory ([words] bits, NULL = everywhere). */
int32_t tr_plain_coefficient(const tr_cut *cut, const uint64_t *memory, int32_t n, const int32_t *stops);

typedef struct {
    int64_t labels, kept; /* made and left undominated, all calls */
    int64_t last_kept[2]; /* the last labelling: forwards, backwards */
} tr_plain_figures;
tr_plain_figures tr_plain_count(const tr_plain_pricer *pricer);

#endif
