/* estimate.h -- travel without a server: from the straight line, and where there is a calibration, from the
 * area's own curve and from known cells near both ends.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_ESTIMATE_H
#define TR_ESTIMATE_H
#include "travel_source.h"

typedef struct tr_estimate tr_estimate;
struct tr_area; /* area.h */

/* detour_factor, kmh: 0 = the assumed 1.35 and 26.  Lives in the arena. */
tr_status tr_estimate_assumed(double detour_factor, double kmh, tr_arena *arena, tr_estimate **estimate, tr_err *err);

/* A file that tiprun calibrate wrote (docs/format-estimate.md). */
tr_status tr_estimate_read(const char *path, tr_arena *arena, tr_diag *diag, tr_estimate **estimate, tr_err *err);

/* Of an area that tr_area_lay_out and tr_area_prepare have seen; it and the estimate live in the arena. */
tr_estimate *tr_estimate_of_area(const struct tr_area *area, const char *name, tr_arena *arena);

const char *tr_estimate_describe(const tr_estimate *estimate); /* "estimated, 1.35 x straight line at 26 km/h" */

const char *tr_estimate_credit(const tr_estimate *estimate); /* whom to name for its cells; NULL = nobody */

/* Fills the cells that are TR_FROM_NOTHING, marked TR_FROM_ESTIMATE; returns how many.  A mode that the
 * calibration does not have gets the assumed figures, a place far outside its area the curve alone: either is a
 * warning (diag NULL allowed). */
int64_t tr_estimate_table(const tr_estimate *estimate, tr_table *table, tr_diag *diag);

/* One way in seconds and metres, by the same figures. */
void tr_estimate_way(const tr_estimate *estimate, const char *mode, const tr_place *from, const tr_place *to,
                     int32_t *seconds, int32_t *metres);

#endif
