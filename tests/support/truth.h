/* truth.h -- what the duals of a certificate truly prove of a small morning, by brute force.
 *
 * Brute force knows the cheapest route of each vehicle for every set of stops, so for any duals the least reduced cost is
 * a minimum over sets, and where sets of stops are entered over the orders of each. Shares no code with the audit or with pricing.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TEST_TRUTH_H
#define TR_TEST_TRUTH_H
#include "tiprun.h"

enum { TR_TRUTH_VEHICLES = 2, TR_TRUTH_UNITS = 18000 }; /* at most; a penny or a point in units of a dual */
static const int64_t TR_TRUTH_NEVER = INT64_MAX / 4;    /* no route */

typedef struct { /* a morning and what brute force knows of it */
    tr_arena *arena;
    tr_problem problem;
    int64_t *costs[TR_TRUTH_VEHICLES]; /* [1 << n_stops] pence, -1 = no route */
    uint32_t frozen;                   /* stops frozen on some vehicle */
} tr_truth;

/* Of a morning that tr_brute can do; in its arena. */
tr_truth tr_truth_of(const tr_problem *problem, tr_arena *arena);

/* What leaving a stop costs at a level (0 to 2), in points or pence: docs/model.md, "Goal". */
int64_t tr_true_weight(const tr_problem *problem, int32_t stop, int32_t level);

/* The reduced cost of a route through a set of stops that costs so many units, what it enters apart. */
int64_t tr_true_reduced(const tr_truth *truth, const tr_level_proof *proof, uint32_t set, int64_t units);

/* Duals of the sets that a route through these stops enters, in this order. */
int64_t tr_true_entered(const tr_level_proof *proof, int32_t n, const int32_t *stops);

/* The least reduced cost of a vehicle's routes, TR_TRUTH_NEVER if it has none. Every stop is remembered for good. */
int64_t tr_true_least(const tr_truth *truth, const tr_level_proof *proof, int32_t level, int32_t vehicle);

/* L of docs/model.md as the proof's own figures give it, in units; and the bound: rounded up, at least 0. */
__int128 tr_true_units(const tr_truth *truth, const tr_goal *goal, const tr_level_proof *proof,
                       int32_t level);
int64_t tr_true_bound(const tr_truth *truth, const tr_goal *goal, const tr_level_proof *proof, int32_t level);

#endif
