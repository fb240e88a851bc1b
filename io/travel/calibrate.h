/* calibrate.h -- an area's estimate from recorded cells, and the hours of the day from recorded runs.
 *
 * What is told of its error is cross-validated: each way is estimated as if neither of its ends had been recorded.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_CALIBRATE_H
#define TR_CALIBRATE_H
#include "area.h"
#include "estimate.h"

typedef struct {
    int32_t n_recordings;
    const char *const *recordings; /* files; a later one wins where two tell of one way */
    const char *cache;   /* file with cells between recorded places that no recording tells; NULL = none */
    int32_t most_places; /* of more, so many are drawn; 0 = 400 */
} tr_calibration_options;

typedef struct { /* a way, both of whose ends were left out */
    double straight_m, seconds, metres, curve_s, estimated_s, estimated_m;
    bool near; /* to is one of the ten nearest of from */
} tr_left_out;

typedef struct { /* of road lines: median |error| of left-out ways, per cent; [0] a place's ten nearest, [1] others */
    int32_t n_legs, n_streets, n_ways[2]; /* n_streets 0: none are used */
    double metres, without[2], with[2];
} tr_road_gain;

typedef struct { /* one a mode */
    const char *mode;
    tr_road_gain roads;
    int64_t n;
    tr_left_out *ways;
} tr_residuals;

/* Fills area (ready for tr_estimate_of_area) and residuals [area->n_modes]; all in the arena.  TR_EINPUT: a file cannot
 * be read, or tells too little; faults of files are in diag, warnings too. */
tr_status tr_calibrate(const tr_calibration_options *options, tr_arena *arena, tr_diag *diag, tr_area *area,
                       tr_residuals **residuals, tr_err *err);

typedef struct { /* of some ways: medians of the relative error, in per cent */
    int64_t n;
    double curve_error, error, error_m,
        bias; /* |error| of the curve alone, of the estimate, of its metres; signed error */
} tr_error_row;
tr_error_row tr_error_of(const tr_residuals *residuals, double from_m, double below_m, bool near_only);

/* A drawing of the curve and of what is left, as SVG. */
tr_status tr_calibration_plot(const char *path, const tr_area *area, const tr_residuals *residuals,
                              tr_err *err);

/* ---- the hours of the day ---- */

enum { TR_HOURS = 24 };
typedef struct {
    int32_t n[TR_HOURS]; /* runs of the hour */
    double
        factor[TR_HOURS]; /* speed against the table: 0.8 = a fifth slower; shrunk to 1 where data are few */
    double low[TR_HOURS], high[TR_HOURS]; /* 95 % interval of it */
    int32_t n_used, n_rows;
} tr_hour_factors;

/* RUNS.csv: from_lat, from_lon, to_lat, to_lon, departed_at (local time where it names no zone), seconds[, mode]; against
 * the estimate.  A bad row is a warning, a file without a good one an error. */
tr_status tr_hours_fit(const char *path, const tr_estimate *estimate, const char *mode, tr_arena *arena,
                       tr_diag *diag, tr_hour_factors *hours, tr_err *err);
tr_status tr_hours_write(const char *path, const tr_hour_factors *hours,
                         tr_err *err); /* {"speed_by_hour": [24]} */

#endif
