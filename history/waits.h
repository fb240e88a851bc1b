/* waits.h -- how long the piles of one simulated run waited, on both clocks, and the figures of any set of them.
 *
 * Only piles for crews wait; duplicates and transferred reports are in none of it.  An open pile is censored at the end of
 * the run: median and 90th percentile are read from the Kaplan-Meier curve, means are restricted to a horizon; those
 * weighted by work are of the same curve of seconds of work in the place of piles.  The working-day
 * clock (workdays.h) runs through the whole of each day on which crews go out, and stands still on others.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_WAITS_H
#define TR_WAITS_H
#include "replay.h"

typedef struct {
    const tr_case *of;
    double calendar, working; /* days from its report until it was cleared, or until the end of the run */
    bool cleared;
    bool same_day;            /* cleared on the day of its report */
    int8_t in_target;         /* 1 cleared by its due day, 0 not, -1 it is not due before the end of the run */
} tr_wait;

typedef struct {
    int32_t calendar, working; /* days: horizons of the restricted means */
} tr_horizons;

/* The waits of a run's cases, in their order, in the arena; returns how many.  from, to: the first measured day and the day
 * after the last. */
int32_t tr_waits_of(const tr_replay_run *run, const tr_town *town, const tr_replay_settings *settings, int32_t from, int32_t to,
                    tr_arena *arena, tr_wait **waits);

/* The first TR_N_WAIT of tr_figures, of a set of them; NAN where one has no value (a median that is not reached, a mean of nothing). */
void tr_waits_measure(const tr_wait *waits, int32_t n, tr_horizons horizons, double figure[TR_N_WAIT]);

#endif
