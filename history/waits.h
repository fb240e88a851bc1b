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
    int8_t in_target;         /* 1 cleared by its due day, 0 not, -1 it is not due before the end of the run */
} tr_wait;

typedef enum {
    TR_WAIT_CASES, TR_WAIT_OPEN, TR_WAIT_MEAN, TR_WAIT_MEDIAN, TR_WAIT_P90, TR_WAIT_WORK_MEAN, TR_WAIT_OLDEST,
    TR_WAIT_WORKING_MEAN, TR_WAIT_WORKING_MEDIAN, TR_WAIT_WORKING_P90, TR_WAIT_WORKING_WORK_MEAN, TR_WAIT_WORKING_OLDEST,
    TR_WAIT_IN_TARGET, TR_WAIT_DRAWN, TR_N_WAIT
} tr_wait_figure; /* units and words: tr_wait_figures[] */
extern const tr_figure_info tr_wait_figures[TR_N_WAIT];

typedef struct {
    int32_t calendar, working; /* days: horizons of the restricted means */
} tr_horizons;

/* The waits of a run's cases, in their order, in the arena; returns how many.  from, to: the first measured day and the day
 * after the last. */
int32_t tr_waits_of(const tr_replay_run *run, const tr_town *town, const tr_replay_settings *settings, int32_t from, int32_t to,
                    tr_arena *arena, tr_wait **waits);

/* The figures of a set of them; NAN where one has no value (a median that is not reached, a mean of nothing). */
void tr_waits_measure(const tr_wait *waits, int32_t n, tr_horizons horizons, double figure[TR_N_WAIT]);

#endif
