/* departures.h -- the times of a partial route for every second of leaving at once, for brute.c.
 *
 * Where speed changes with the hour, a time is no simple function of the second of leaving; but the shifts
 * of test mornings are short, so all values are kept side by side.  Every step is exact.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_TEST_DEPARTURES_H
#define TR_TEST_DEPARTURES_H
#include "tiprun.h"

typedef struct { /* the day of one vehicle; seconds are counted from `base` */
    const tr_problem *problem;
    const tr_vehicle *vehicle;
    tr_arena *arena;
    int64_t base;  /* no visit is left before; shift start, or the last frozen departure */
    int64_t first; /* second of leaving number 0, of `n` */
    int32_t n;
    int32_t late; /* after the last second at which the vehicle may be back */
    uint16_t *
        *arrival; /* [n_places * n_places] rows, NULL until asked for: when there, by departure 0..late */
} tr_seconds;

typedef struct {     /* of one partial route: the departure after its last visit */
    int32_t lo, hi;  /* leavings lo..hi-1; no other one is open */
    uint16_t *at;    /* [hi - lo] departure; `late` where this leaving is closed */
    int32_t *hazard; /* [hi - lo] seconds of hazard so far */
} tr_departures;

bool tr_hours_vary(const tr_problem *problem);

/* Seconds of a leg begun at `departure`, by docs/rules.md ("Time"); the cell must be a road. */
int64_t tr_leg_by_hour(const tr_problem *problem, const tr_vehicle *vehicle, int32_t from, int32_t to,
                       int64_t departure);

/* The vehicle's day; asserts that it is too short for any rule on hours to bind. */
tr_seconds *tr_seconds_new(const tr_problem *problem, int32_t vehicle, tr_arena *arena);

tr_departures tr_departures_new(const tr_seconds *s);            /* all of them, with values of no meaning */
void tr_departures_start(const tr_seconds *s, tr_departures *d); /* at the start, or after the frozen part */
tr_departures tr_departures_copy(const tr_seconds *s, const tr_departures *d);

/* From d to out (of tr_departures_new) by a drive; by a stay that starts between earliest and latest. */
void tr_departures_drive(tr_seconds *s, const tr_departures *d, int32_t from, int32_t to, tr_departures *out);
void tr_departures_stay(const tr_seconds *s, const tr_departures *d, int64_t earliest, int64_t latest,
                        int64_t stay_s, tr_departures *out);
void tr_departures_add_hazard(const tr_seconds *s, tr_departures *d); /* the stop just left was hazardous */

/* Closes the leavings of b for which a is as early and as safe. */
void tr_departures_yield(const tr_seconds *s, const tr_departures *a, tr_departures *b);

bool tr_departures_any(const tr_departures *d); /* is any leaving open? */

#endif
