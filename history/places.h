/* places.h -- where piles of a simulation lie long: squares over the piles' places, measured when a run ends, summed up over
 * replications.
 *
 * A run keeps a number of piles and a sum of days a square, not its cases.  Counted are piles reported at least a horizon before
 * the end: each was watched for the whole of it, so that its wait, or the horizon if that is less, is known and no pile is
 * censored.  The mean of a square is the sum of the days of all replications by the number of their piles; its interval is
 * Student's over replications, of the ratio's linear part (what a replication's days differ from its piles times that mean).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_PLACES_H
#define TR_PLACES_H
#include "sweep.h"
#include "waits.h"

enum { TR_PLACE_FEW = 10 }; /* piles of all replications in a square; fewer have no mean worth drawing */

/* Of one run: piles and days of each square of the town, in the arena; NULL where the town has no squares.  last_s: the latest
 * report that counts. */
tr_place_sum *tr_places_measure(const tr_wait *waits, int32_t n, const tr_town *town, int64_t last_s, int32_t horizon, tr_arena *arena);

typedef struct {
    int32_t n;     /* piles, of all replications */
    double mean;   /* days; NAN without a pile */
    tr_interval t; /* 95 %; NAN with one replication */
} tr_place_mean;

/* Of one arm; and of one less another in the same replications (n: of the first).  other -1: none. */
tr_place_mean tr_places_mean(const tr_sweep *sweep, int32_t load, int32_t arm, int32_t square);
tr_place_mean tr_places_difference(const tr_sweep *sweep, int32_t load, int32_t arm, int32_t other, int32_t square);

/* places.csv: a row a load that has times, arm and square with piles. */
const char *tr_places_csv(const tr_sweep *sweep, tr_arena *arena);

#endif
