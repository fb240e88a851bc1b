/* calibrate_parts.h -- what calibrate.c and calibrate_roads.c share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CALIBRATE_PARTS_H
#define TR_CALIBRATE_PARTS_H
#include "calibrate.h"
#include "roads.h"

enum { TR_SAMPLE_NEAR = 20, TR_SAMPLE_DRAWN = 20 };

typedef struct { /* of each place its nearest first, then drawn ones */
    int32_t n;
    int32_t *from, *to, *rank; /* rank: 0 = the nearest of from; TR_SAMPLE_NEAR and more: drawn */
    double *straight_m;
} tr_way_sample;

/* y = x c by Huber's weights; x is [n * p].  false: no such fit. */
bool tr_robust_fit(int32_t n, int32_t p, double *x, double *y, double *c);

/* Seconds or metres, with a correction of tr_area_leave_out. */
double tr_area_estimated(const tr_area *area, const tr_area_mode *mode, int quantity, double straight_m,
                         double left_out);

/* Builds mode->roads of the legs and learns how far to believe it, from ways of the sample; left NULL, with a warning, where
 * left-out ways are not better with it. */
void tr_calibrate_roads(const tr_area *area, tr_area_mode *mode, int32_t n_legs, const tr_road_leg *legs,
                        const tr_way_sample *sample, double *const left_out[TR_QUANTITIES],
                        tr_road_gain *gain, tr_arena *arena, tr_diag *diag);

#endif
