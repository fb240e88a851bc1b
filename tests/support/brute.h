/* brute.h -- the exact optimum of a small problem, for tests.
 *
 * Written from docs/rules.md alone; it shares no code and no
 * idea with the search, so that the two can check each other.  Not for real
 * mornings: time and memory are exponential in the number of stops.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TEST_BRUTE_H
#define TR_TEST_BRUTE_H
#include "tiprun.h"

enum { TR_BRUTE_STOPS = 10 }; /* at most; 7 on 2 vehicles take some 10 ms */

/* The best plan there is, to the penny, with all its visits, loads and figures; it lives in the
 * arena.  False only if a loaded vehicle has no route that obeys rule 5 (an error in the input).
 * Where speed changes with the hour, shifts must be too short for any rule on hours to bind: at most 6 h with
 * overtime under `wtr`, 4 h 30 under `eu`, 10 h under `gb_domestic` (asserted; brute.c says why). */
bool tr_brute(const tr_problem *problem, tr_arena *arena, tr_plan *best);

/* The same by enumeration alone: no partial route is dropped because another one beats it.  Slow:
 * for up to 4 stops.  It checks the arguments by which tr_brute leaves out partial routes. */
bool tr_brute_plain(const tr_problem *problem, tr_arena *arena, tr_plan *best);

/* The cost in pence of the cheapest route of one vehicle for every set of stops (bit i = stop i):
 * an array of 1 << n_stops in the arena, -1 where there is no route. */
int64_t *tr_brute_costs(const tr_problem *problem, int32_t vehicle, tr_arena *arena);

/* Of the cheapest route that serves these n stops, in this order, after those that are frozen; -1 = none. */
int64_t tr_brute_cost_in_order(const tr_problem *problem, int32_t vehicle, int32_t n, const int32_t *stops);

#endif
