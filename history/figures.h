/* figures.h -- the figures of one run: from its cases, its days, and what came and went.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_FIGURES_H
#define TR_FIGURES_H
#include "replay.h"

typedef struct { /* of piles for crews in the measured time, counted apart from the cases */
    double seconds;       /* of the whole weeks measured */
    double pile_seconds;  /* piles open, summed over the seconds */
    double gone;          /* piles cleared, whenever they were reported */
    double stay_seconds;  /* from their reports on, all together */
    int32_t hazardous;    /* reported while measured, and there was a working day */
    int32_t safe_at_once; /* of these: every hazardous stop cleared on the first working day */
    double *safe_days;    /* [hazardous] from the report until the last hazardous stop was cleared, or the end */
    bool *safe, *asbestos; /* [hazardous] cleared before the end; some stop is asbestos */
} tr_flow;

/* Fills run->figure; and in the arena, run->group_figure, run->places and run->waiting.  from, to: the first measured day and the day after
 * the last. */
void tr_figures_of(tr_replay_run *run, const tr_town *town, const tr_replay_settings *settings, int32_t from, int32_t to,
                   tr_flow flow, tr_arena *arena);

#endif
