/* area.h -- what a calibration knows of an area: recorded places and cells, a curve, and how cells near both ends
 * correct it.  calibrate.c makes it, area_file.c writes and reads it, estimate.c asks it.
 *
 * The estimate of a way from a to b is
 *
 *     log T(a,b) = log curve(x) + shift(x) + weight(x) * c(a,b)
 *     c(a,b)     = sum over recorded p, q of  s(a,p) R(p,q) s(b,q) / spread(x)
 *
 * with x the straight line, R(p,q) the recorded log ratio to the curve (scaled by spread) and s the weights of simple
 * kriging (Cressie, Statistics for Spatial Data, 1993, 3.2) at each end: a Gaussian process over pairs whose covariance
 * is the product of that of the two ends.  So the correction knows direction, and it dies away from what is recorded.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_AREA_H
#define TR_AREA_H
#include "travel_source.h"

enum { TR_AREA_MOST_PLACES = 1000, TR_AREA_MOST_KNOTS = 16, TR_AREA_BASIS = 3 };
enum { TR_SECONDS, TR_METRES, TR_QUANTITIES };

typedef struct
{ /* covariance of two places d metres apart: exp(-(d / length_m)^power); noise on the diagonal */
    double length_m, power, noise;
} tr_kernel;

typedef struct { /* by nearness of the two ends: always, within 7 spacings, within 2.5 (see tr_area_basis) */
    double shift[TR_AREA_BASIS], weight[TR_AREA_BASIS];
} tr_blend;

typedef struct {
    const char *name; /* "van", "van+kerb" */
    int32_t n_knots;
    double *straight_m;           /* [n_knots] ascending from 0 */
    double *curve[TR_QUANTITIES]; /* [n_knots] seconds and metres there; between: linear in the logs */
    tr_kernel kernel;
    tr_blend blend[TR_QUANTITIES];
    int32_t *cells[TR_QUANTITIES];  /* [n * n] recorded, TR_NO_ROAD = not known */
    double *weights[TR_QUANTITIES]; /* [n * n] worked out: s^T R s of all pairs of recorded places */
    struct tr_roads *roads;         /* roads.h; NULL: none */
} tr_area_mode;

typedef struct tr_area {
    const char *credit, *source;
    int32_t n;
    tr_place *places; /* [n] */
    double *xy; /* [2 * n] metres east and north on the plane of the area; worked out, as what follows */
    double lat0, lon0; /* its origin, the median place */
    double spacing_m;  /* of recorded places: about 1 / sqrt(places a square metre) where most of them are */
    double side_m;     /* of a square of the area's size */
    double reach_m;    /* a place farther than this from all recorded ones is outside */
    int32_t n_modes;
    tr_area_mode *modes;
} tr_area;

/* Works out the plane and its measures from places[n], n >= 1. */
void tr_area_lay_out(tr_area *area, tr_arena *arena);
void tr_area_project(const tr_area *area, const tr_place *place, double xy[2]);
double tr_area_spread(const tr_area *area, double straight_m);
void tr_area_basis(const tr_area *area, double straight_m, double phi[TR_AREA_BASIS]);
double tr_area_curve_log(const tr_area_mode *mode, int quantity,
                         double straight_m); /* log of seconds or metres */

/* The inverse of the covariance of the recorded places, [n * n]; false: it has none. */
bool tr_area_inverse(const tr_area *area, const tr_kernel *kernel, double *inverse);
double tr_kernel_at(const tr_kernel *kernel, double metres);

/* Scaled log ratios of the mode's cells to its curve, [n * n]; what is not known is what the others say of it. */
void tr_area_ratios(const tr_area *area, const tr_area_mode *mode, int quantity, const double *inverse,
                    double *ratios, tr_arena *scratch);

/* What c(i,j) would be had neither i nor j been recorded, for all pairs at once, [n * n].  By the blocks of the inverse
 * (Dubrule 1983), so it costs two products of matrices. */
void tr_area_leave_out(int32_t n, const double *inverse, const double *ratios, double *out,
                       tr_arena *scratch);

/* Fills weights[] of the mode; false: the kernel is of no use. */
bool tr_area_prepare(const tr_area *area, tr_area_mode *mode, tr_arena *arena);

void tr_matrix_product(int32_t rows, int32_t inner, int32_t columns, const double *a, const double *b,
                       double *out);

/* docs/format-estimate.md.  Faults are in diag; false then. */
bool tr_area_read(const char *path, tr_arena *arena, tr_diag *diag, tr_area *area);
tr_status tr_area_write(const char *path, const tr_area *area, tr_err *err);

#endif
