/* area.c -- see area.h: geometry and matrices of a calibrated area.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "area.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double metres_a_degree = 111195; /* of latitude, mean earth */
static const double knot_offset_m = 30; /* added before the logarithm, so that nearness ends somewhere */
static const double spread_power = 0.4; /* ratios of short ways scatter more */

/* ---- the plane ---- */

void tr_area_project(const tr_area *a, const tr_place *place, double xy[2])
{
    xy[0] = remainder(place->lon - a->lon0, 360) * cos(a->lat0 * M_PI / 180) * metres_a_degree;
    xy[1] = (place->lat - a->lat0) * metres_a_degree;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(double *values, int32_t n, double q) /* sorts them */
{
    qsort(values, (size_t)n, sizeof *values, ascending);
    return values[(int32_t)floor(q * (n - 1) + 0.5)];
}

static double span(const tr_area *a, int axis, double *scratch)
{
    for (int32_t i = 0; i < a->n; i++) scratch[i] = a->xy[2 * i + axis];
    return (quantile(scratch, a->n, 0.95) - quantile(scratch, a->n, 0.05)) / 0.9;
}

static double nearest_m(const tr_area *a, int32_t i)
{
    double best = HUGE_VAL;
    for (int32_t j = 0; j < a->n; j++)
        if (j != i)
            best = fmin(best, hypot(a->xy[2 * i] - a->xy[2 * j], a->xy[2 * i + 1] - a->xy[2 * j + 1]));
    return best;
}

void tr_area_lay_out(tr_area *a, tr_arena *arena)
{
    double *values = TR_NEW(arena, double, a->n);
    a->xy = TR_NEW(arena, double, 2 * a->n);
    for (int32_t i = 0; i < a->n; i++) values[i] = a->places[i].lat;
    a->lat0 = quantile(values, a->n, 0.5);
    for (int32_t i = 0; i < a->n; i++) values[i] = a->places[i].lon;
    a->lon0 = quantile(values, a->n, 0.5);
    for (int32_t i = 0; i < a->n; i++) tr_area_project(a, &a->places[i], &a->xy[2 * i]);
    for (int32_t i = 0; i < a->n; i++) values[i] = fmin(nearest_m(a, i), 1e6);
    a->spacing_m =
        fmax(quantile(values, a->n, 0.5) / 0.47, 20); /* of a Poisson pattern the median is 0.47 spacings */
    double east = fmax(span(a, 0, values), a->spacing_m), north = fmax(span(a, 1, values), a->spacing_m);
    a->side_m = sqrt(east * north);
    a->reach_m = fmax(a->side_m / 2, 1000);
}

double tr_area_spread(const tr_area *a, double straight_m)
{
    return pow((straight_m + 0.3 * a->spacing_m) / a->side_m, spread_power);
}

void tr_area_basis(const tr_area *a, double straight_m, double phi[TR_AREA_BASIS])
{
    double x = log((straight_m + 0.3 * a->spacing_m) / a->spacing_m);
    phi[0] = 1;
    phi[1] = fmax(log(7) - x, 0);
    phi[2] = fmax(log(2.5) - x, 0);
}

/* Beyond the last knot the last slope goes on, held to what roads can have. */
double tr_area_curve_log(const tr_area_mode *m, int quantity, double straight_m)
{
    const double *knots = m->straight_m, *values = m->curve[quantity];
    int32_t k = 0, last = m->n_knots - 1;
    double x = log(straight_m + knot_offset_m);
    while (k + 2 <= last && straight_m > knots[k + 1]) k++;
    double x0 = log(knots[k] + knot_offset_m), x1 = log(knots[k + 1] + knot_offset_m);
    double slope = log(values[k + 1] / values[k]) / (x1 - x0);
    if (straight_m <= knots[last]) return log(values[k]) + slope * (x - x0);
    return log(values[last]) + fmin(fmax(slope, 0.8), 1.1) * (x - x1);
}

/* ---- matrices ---- */

void tr_matrix_product(int32_t rows, int32_t inner, int32_t columns, const double *restrict a,
                       const double *restrict b, double *restrict out)
{
    memset(out, 0, (size_t)rows * (size_t)columns * sizeof *out);
    for (int32_t i = 0; i < rows; i++)
        for (int32_t k = 0; k < inner; k++) {
            double factor = a[(size_t)i * (size_t)inner + (size_t)k];
            const double *from = b + (size_t)k * (size_t)columns;
            double *to = out + (size_t)i * (size_t)columns;
            for (int32_t j = 0; j < columns; j++) to[j] += factor * from[j];
        }
}

double tr_kernel_at(const tr_kernel *kernel, double metres)
{
    double d = metres / kernel->length_m;
    return exp(-(kernel->power == 1 ? d : pow(d, kernel->power)));
}

bool tr_area_inverse(const tr_area *a, const tr_kernel *kernel, double *inverse)
{
    size_t n = (size_t)a->n;
    gsl_matrix_view view = gsl_matrix_view_array(inverse, n, n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            inverse[i * n + j] = tr_kernel_at(kernel, hypot(a->xy[2 * i] - a->xy[2 * j],
                                                            a->xy[2 * i + 1] - a->xy[2 * j + 1])) +
                                 (i == j ? kernel->noise : 0);
    return !gsl_linalg_cholesky_decomp1(&view.matrix) && !gsl_linalg_cholesky_invert(&view.matrix);
}

void tr_area_leave_out(int32_t count, const double *p, const double *r, double *out, tr_arena *scratch)
{
    size_t n = (size_t)count;
    double *pr = TR_NEW(scratch, double, n *n), *rp = TR_NEW(scratch, double, n *n);
    double *prp = TR_NEW(scratch, double, n *n);
    tr_matrix_product(count, count, count, p, r, pr);
    tr_matrix_product(count, count, count, r, p, rp);
    tr_matrix_product(count, count, count, pr, p, prp);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            size_t ij = i * n + j, ii = i * n + i, jj = j * n + j, ji = j * n + i;
            double pii = p[ii], pjj = p[jj], pij = p[ij];
            /* The block of i and j, inverted: what p takes from them is given back to them. */
            double det = pii * pjj - pij * pij;
            if (i == j) { /* one place is left out, at both ends */
                out[ij] = r[ii] - rp[ii] / pii - pr[ii] / pii + prp[ii] / (pii * pii);
                continue;
            }
            double bii = pjj / det, bjj = pii / det, bij = -pij / det;
            out[ij] = r[ij] - (rp[ii] * bij + rp[ij] * bjj) - (bii * pr[ij] + bij * pr[jj]) +
                      bii * (prp[ii] * bij + prp[ij] * bjj) + bij * (prp[ji] * bij + prp[jj] * bjj);
        }
}

static double straight_between(const tr_area *a, size_t i, size_t j)
{
    return hypot(a->xy[2 * i] - a->xy[2 * j], a->xy[2 * i + 1] - a->xy[2 * j + 1]);
}

void tr_area_ratios(const tr_area *a, const tr_area_mode *m, int quantity, const double *inverse,
                    double *ratios, tr_arena *scratch)
{
    size_t n = (size_t)a->n;
    bool *known = TR_NEW(scratch, bool, n *n);
    bool gaps = false;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            int32_t cell = m->cells[quantity][i * n + j];
            known[i * n + j] = i == j || cell != TR_NO_ROAD;
            gaps |= !known[i * n + j];
            ratios[i * n + j] = 0;
            if (i == j || cell == TR_NO_ROAD) continue;
            double straight = straight_between(a, i, j);
            ratios[i * n + j] =
                (log(fmax(cell, 1)) - tr_area_curve_log(m, quantity, straight)) * tr_area_spread(a, straight);
        }
    double *guess = gaps ? TR_NEW(scratch, double, n *n) : NULL;
    for (int turn = 0; gaps && turn < 3; turn++) {
        tr_area_leave_out(a->n, inverse, ratios, guess, scratch);
        for (size_t k = 0; k < n * n; k++)
            if (!known[k]) ratios[k] = fmin(fmax(guess[k], -2), 2);
    }
}

bool tr_area_prepare(const tr_area *a, tr_area_mode *m, tr_arena *arena)
{
    size_t cells = (size_t)a->n * (size_t)a->n;
    tr_arena *scratch = tr_arena_new();
    double *inverse = TR_NEW(scratch, double, cells), *ratios = TR_NEW(scratch, double, cells);
    double *half = TR_NEW(scratch, double, cells);
    bool good = tr_area_inverse(a, &m->kernel, inverse);
    for (int q = 0; good && q < TR_QUANTITIES; q++) {
        m->weights[q] = TR_NEW(arena, double, cells);
        tr_area_ratios(a, m, q, inverse, ratios, scratch);
        tr_matrix_product(a->n, a->n, a->n, inverse, ratios, half);
        tr_matrix_product(a->n, a->n, a->n, half, inverse, m->weights[q]);
        for (size_t k = 0; k < cells; k++) good &= isfinite(m->weights[q][k]) != 0;
    }
    tr_arena_free(scratch);
    return good;
}
