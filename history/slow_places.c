/* slow_places.c -- see slow_places.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "slow_places.h"
#include "chart.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

enum { LEAST_CASES = 30, ACROSS = 26, WIDTH = 720, SHADES = 5, SHADE_WIDTH = 92, FOOT = 56 };
static const double METRES_PER_DEGREE = 111195,
                    PI = 3.14159265358979323846; /* of latitude; a sphere is good enough to draw */
static const char *const shades[SHADES] = {"#fde7d3", "#fbbf86", "#f28c38", "#c2530a", "#6b2503"};

typedef struct {
    int32_t square;
    double days;
} placed;

static bool drawn(const tr_case *c)
{
    return c->end == TR_CASE_CLEARED && isfinite(c->lat) && isfinite(c->lon);
}

/* The middle 98 % of a coordinate. */
static void range_of(const double *values, int32_t n, double *low, double *high, tr_arena *arena)
{
    double *sorted = TR_NEW(arena, double, n);
    for (int32_t i = 0; i < n; i++) sorted[i] = values[i];
    tr_sort(sorted, n);
    *low = tr_quantile(sorted, n, 0.01), *high = tr_quantile(sorted, n, 0.99);
}

static void lay_out(tr_slow_places *p, const double *lat, const double *lon, tr_arena *arena)
{
    double south, north, west, east;
    range_of(lat, p->n_cases, &south, &north, arena);
    range_of(lon, p->n_cases, &west, &east, arena);
    double per_lon = METRES_PER_DEGREE * cos((south + north) / 2 * PI / 180);
    double most = fmax((north - south) * METRES_PER_DEGREE, (east - west) * per_lon);
    p->side_m = tr_nice_above(fmax(most / ACROSS, 50));
    p->side_lat = p->side_m / METRES_PER_DEGREE, p->side_lon = p->side_m / per_lon;
    p->n_x = (int32_t)floor((east - west) / p->side_lon) + 1;
    p->n_y = (int32_t)floor((north - south) / p->side_lat) + 1;
    p->west = (west + east - p->n_x * p->side_lon) / 2;
    p->north = (south + north + p->n_y * p->side_lat) / 2;
}

static int by_square(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    if (x->square != y->square) return x->square < y->square ? -1 : 1;
    return (x->days > y->days) - (x->days < y->days);
}

static void fill(tr_slow_places *p, placed *all, int32_t n, tr_arena *arena)
{
    int32_t squares = p->n_x * p->n_y, *count = TR_NEW(arena, int32_t, squares);
    double *median = TR_NEW(arena, double, squares), *days = TR_NEW(arena, double, n + 1);
    qsort(all, (size_t)n, sizeof *all, by_square);
    for (int32_t s = 0; s < squares; s++) median[s] = NAN;
    for (int32_t i = 0, first; i < n;) {
        for (first = i; i < n && all[i].square == all[first].square; i++) days[i - first] = all[i].days;
        count[all[first].square] = i - first;
        if (i - first >= TR_LEAST_IN_SQUARE) median[all[first].square] = tr_quantile(days, i - first, 0.5);
    }
    p->n = count, p->median = median;
}

tr_slow_places tr_slow_places_of(const tr_case *cases, int32_t n, tr_arena *arena)
{
    tr_slow_places p = {0};
    double *lat = TR_NEW(arena, double, n + 1), *lon = TR_NEW(arena, double, n + 1);
    placed *all = TR_NEW(arena, placed, n + 1);
    int32_t inside = 0;
    for (int32_t i = 0; i < n; i++) {
        if (!drawn(&cases[i])) continue;
        lat[p.n_cases] = cases[i].lat, lon[p.n_cases++] = cases[i].lon;
    }
    if (p.n_cases < LEAST_CASES) return p;
    lay_out(&p, lat, lon, arena);
    for (int32_t i = 0; i < n; i++) {
        if (!drawn(&cases[i])) continue;
        double x = floor((cases[i].lon - p.west) / p.side_lon),
               y = floor((p.north - cases[i].lat) / p.side_lat);
        if (x < 0 || y < 0 || x >= p.n_x || y >= p.n_y) continue;
        double days = (double)(cases[i].until_s - cases[i].reported_s) / 86400;
        all[inside++] = (placed){(int32_t)y * p.n_x + (int32_t)x, days};
    }
    p.n_outside = p.n_cases - inside;
    fill(&p, all, inside, arena);
    return p;
}

/* ---- drawing ---- */

/* The upper ends of the first four fifths of the medians. */
static void shade_limits(const tr_slow_places *p, double limits[SHADES - 1], tr_arena *arena)
{
    double *sorted = TR_NEW(arena, double, p->n_x * p->n_y + 1);
    int32_t n = 0;
    for (int32_t s = 0; s < p->n_x * p->n_y; s++)
        if (isfinite(p->median[s])) sorted[n++] = p->median[s];
    tr_sort(sorted, n);
    for (int k = 0; k < SHADES - 1; k++) limits[k] = tr_quantile(sorted, n, (k + 1.0) / SHADES);
}

static void put_square(FILE *out, const tr_slow_places *p, int32_t s, double size,
                       const double limits[SHADES - 1])
{
    int32_t shade = 0, x = s % p->n_x, y = s / p->n_x;
    if (!p->n[s]) return;
    while (shade < SHADES - 1 && p->median[s] > limits[shade]) shade++;
    bool few = !isfinite(p->median[s]);
    fprintf(out,
            "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\" stroke=\"#bbb\" "
            "stroke-width=\".6\"><title>",
            tr_num_text(x * size, 1).text, tr_num_text(y * size, 1).text, tr_num_text(size - 1, 1).text,
            tr_num_text(size - 1, 1).text, few ? "none" : shades[shade]);
    fprintf(out, "%s, %s: %d cleared", tr_num_text(p->north - (y + 0.5) * p->side_lat, 4).text,
            tr_num_text(p->west + (x + 0.5) * p->side_lon, 4).text, p->n[s]);
    if (!few) fprintf(out, ", median %s days", tr_num_text(p->median[s], 2).text);
    fputs("</title></rect>\n", out);
}

static void put_shades(FILE *out, double top, const double limits[SHADES - 1])
{
    for (int k = 0; k < SHADES; k++) {
        fprintf(out,
                "<rect x=\"%d\" y=\"%s\" width=\"%d\" height=\"12\" fill=\"%s\"/><text x=\"%d\" y=\"%s\">",
                k * SHADE_WIDTH, tr_num_text(top, 1).text, SHADE_WIDTH - 2, shades[k], k * SHADE_WIDTH,
                tr_num_text(top + 26, 1).text);
        if (k < SHADES - 1)
            fprintf(out, "to %s d", tr_num_text(limits[k], 1).text);
        else
            fputs("longer", out);
        fputs("</text>\n", out);
    }
}

void tr_slow_places_draw(FILE *out, const tr_slow_places *p, tr_arena *arena)
{
    double limits[SHADES - 1], size = fmin((double)WIDTH / p->n_x, 460.0 / p->n_y), foot = p->n_y * size + 14;
    double bar = tr_nice_above(p->side_m * 4);
    shade_limits(p, limits, arena);
    fprintf(out, "<svg viewBox=\"0 0 %d %s\" role=\"img\"><title>median clear-up time by place</title>\n",
            WIDTH, tr_num_text(foot + FOOT - 14, 0).text);
    for (int32_t s = 0; s < p->n_x * p->n_y; s++) put_square(out, p, s, size, limits);
    put_shades(out, foot, limits);
    double length = bar / p->side_m * size, x = WIDTH - length - 4;
    fprintf(out,
            "<path d=\"M%s %sh%s\" stroke=\"#333\" stroke-width=\"3\"/><text x=\"%s\" y=\"%s\">%s km, north "
            "is up</text></svg>\n",
            tr_num_text(x, 1).text, tr_num_text(foot + 6, 1).text, tr_num_text(length, 1).text,
            tr_num_text(fmin(x, WIDTH - 120), 1).text, tr_num_text(foot + 26, 1).text,
            tr_num_text(bar / 1000, bar < 1000 ? 1 : 0).text);
}
