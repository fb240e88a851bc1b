/* search.h -- one chain of ruin and recreate under simulated annealing.
 *
 * Slack induction by string removals (Christiaens & Vanden Berghe 2020): strings of neighbouring stops
 * are taken out of a few routes and put back greedily, with blinks, by the O(1) checks of route.h; where
 * load or a break rule is in the way, and before a change is taken, place.h decides where to tip.
 * A chain is driven by iterations only and owns all it changes, so that chains may run in threads.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_SEARCH_H
#define TR_SEARCH_H
#include "pool.h"
#include "route.h"

typedef struct tr_chain tr_chain;

/* pool: where the routes of good plans are noted, NULL = nowhere.  Starts from a greedy plan. */
tr_chain *tr_chain_new(const tr_model *model, uint64_t seed, tr_pool *pool, tr_arena *arena);

/* Continues from the routes of a plan (its left stops stay left at first).  False if they do not hold. */
bool tr_chain_start(tr_chain *chain, const tr_plan *plan);
bool tr_chain_start_columns(tr_chain *chain, const int32_t *column_of_vehicle);

/* Runs iterations with the temperature going from hot to cold (TR_MONEY); returns those done, fewer
 * only if *stop became non-zero. */
int64_t tr_chain_run(tr_chain *chain, int64_t iterations, double hot, double cold, const volatile sig_atomic_t *stop);

int64_t tr_chain_leg(const tr_chain *chain); /* what a leg of its plan costs on average: the scale of the temperature */
tr_goal tr_chain_best(const tr_chain *chain);
void tr_chain_write(const tr_chain *chain, tr_arena *arena, tr_plan *plan); /* the best plan found */
void tr_chain_adopt(tr_chain *chain, const tr_chain *other); /* goes on from the other's best */
void tr_chain_polish(tr_chain *chain); /* places the best plan's routes exactly and tries each stop left in each */
void tr_chain_reheat(tr_chain *chain); /* goes on from its own best */

#endif
