/* squares.c -- see squares.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "squares.h"
#include "chart.h"
#include "stats.h"

#include <math.h>

enum { WIDTH = 720, HEIGHT = 460, SHADE_WIDTH = 92, FOOT = 56, LEAST_SIDE_M = 50, ROOM_FOR_NUMBER = 22, LIGHT_FROM = 3 };
static const double METRES_PER_DEGREE = 111195, PI = 3.14159265358979323846; /* of latitude; a sphere is good enough to draw */
static const char *const shades[TR_N_SHADES] = {"#fde7d3", "#fbbf86", "#f28c38", "#c2530a", "#6b2503"};

/* The middle 98 % of a coordinate. */
static void range_of(const double *values, int32_t n, double *low, double *high, tr_arena *scratch)
{
    double *sorted = TR_NEW(scratch, double, n);
    for (int32_t i = 0; i < n; i++) sorted[i] = values[i];
    tr_sort(sorted, n);
    *low = tr_quantile(sorted, n, 0.01), *high = tr_quantile(sorted, n, 0.99);
}

tr_squares tr_squares_over(const double *lat, const double *lon, int32_t n, int32_t across, tr_arena *scratch)
{
    double south, north, west, east;
    range_of(lat, n, &south, &north, scratch);
    range_of(lon, n, &west, &east, scratch);
    double per_lon = METRES_PER_DEGREE * cos((south + north) / 2 * PI / 180);
    double most = fmax((north - south) * METRES_PER_DEGREE, (east - west) * per_lon);
    tr_squares s = {.side_m = tr_nice_above(fmax(most / across, LEAST_SIDE_M))};
    s.side_lat = s.side_m / METRES_PER_DEGREE, s.side_lon = s.side_m / per_lon;
    s.n_x = (int32_t)floor((east - west) / s.side_lon) + 1;
    s.n_y = (int32_t)floor((north - south) / s.side_lat) + 1;
    s.west = (west + east - s.n_x * s.side_lon) / 2;
    s.north = (south + north + s.n_y * s.side_lat) / 2;
    return s;
}

int32_t tr_squares_at(const tr_squares *s, double lat, double lon)
{
    double x = floor((lon - s->west) / s->side_lon), y = floor((s->north - lat) / s->side_lat);
    if (!(x >= 0 && y >= 0 && x < s->n_x && y < s->n_y)) return -1;
    return (int32_t)y * s->n_x + (int32_t)x;
}

/* ---- drawing ---- */

void tr_squares_fifths(const double *days, int32_t n, double limits[TR_N_SHADES - 1], tr_arena *scratch)
{
    double *sorted = TR_NEW(scratch, double, n + 1);
    int32_t known = 0;
    for (int32_t i = 0; i < n; i++)
        if (isfinite(days[i])) sorted[known++] = days[i];
    tr_sort(sorted, known);
    for (int k = 0; k < TR_N_SHADES - 1; k++) limits[k] = tr_quantile(sorted, known, (k + 1.0) / TR_N_SHADES);
}

static void put_square(FILE *out, const tr_squares *s, const tr_squares_map *map, int32_t i, double size)
{
    int32_t shade = 0, x = i % s->n_x, y = i / s->n_x;
    double days = map->days[i];
    bool few = !isfinite(days);
    if (!map->n[i]) return;
    while (shade < TR_N_SHADES - 1 && days > map->limits[shade]) shade++;
    fprintf(out, "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\" stroke=\"#bbb\" stroke-width=\".6\"><title>",
            tr_num_text(x * size, 1).text, tr_num_text(y * size, 1).text, tr_num_text(size - 1, 1).text, tr_num_text(size - 1, 1).text,
            few ? "none" : shades[shade]);
    fprintf(out, "%s, %s: %d %s", tr_num_text(s->north - (y + 0.5) * s->side_lat, 4).text, tr_num_text(s->west + (x + 0.5) * s->side_lon, 4).text,
            map->n[i], map->counted);
    if (!few) fprintf(out, ", %s %s days", map->value, tr_num_text(days, 2).text);
    fputs("</title></rect>", out);
    if (!few && size >= ROOM_FOR_NUMBER)
        fprintf(out, "<text x=\"%s\" y=\"%s\" text-anchor=\"middle\" style=\"font-size:10px;fill:%s\" pointer-events=\"none\">%s</text>",
                tr_num_text((x + 0.5) * size, 1).text, tr_num_text((y + 0.5) * size + 3.5, 1).text, shade < LIGHT_FROM ? "#222" : "#fff",
                tr_num_text(days, days < 9.95 ? 1 : 0).text);
    fputc('\n', out);
}

static void put_shades(FILE *out, double top, const double limits[TR_N_SHADES - 1])
{
    for (int k = 0; k < TR_N_SHADES; k++) {
        fprintf(out, "<rect x=\"%d\" y=\"%s\" width=\"%d\" height=\"12\" fill=\"%s\"/><text x=\"%d\" y=\"%s\">", k * SHADE_WIDTH,
                tr_num_text(top, 1).text, SHADE_WIDTH - 2, shades[k], k * SHADE_WIDTH, tr_num_text(top + 26, 1).text);
        if (k < TR_N_SHADES - 1) fprintf(out, "to %s d", tr_num_text(limits[k], 1).text);
        else fputs("longer", out);
        fputs("</text>\n", out);
    }
}

void tr_squares_draw(FILE *out, const tr_squares *s, const tr_squares_map *map)
{
    double size = fmin((double)WIDTH / s->n_x, (double)HEIGHT / s->n_y), foot = s->n_y * size + 14, bar = tr_nice_above(s->side_m * 4);
    fprintf(out, "<svg viewBox=\"0 0 %d %s\" role=\"img\"><title>%s</title>\n", WIDTH, tr_num_text(foot + FOOT - 14, 0).text, map->title);
    for (int32_t i = 0; i < s->n_x * s->n_y; i++) put_square(out, s, map, i, size);
    put_shades(out, foot, map->limits);
    while (bar / s->side_m * size > WIDTH - TR_N_SHADES * SHADE_WIDTH - 30 && bar > s->side_m) bar /= 2;
    double length = bar / s->side_m * size, x = WIDTH - length - 4;
    fprintf(out, "<path d=\"M%s %sh%s\" stroke=\"#333\" stroke-width=\"3\"/><text x=\"%s\" y=\"%s\">%s km, north is up</text></svg>\n",
            tr_num_text(x, 1).text, tr_num_text(foot + 6, 1).text, tr_num_text(length, 1).text, tr_num_text(fmin(x, WIDTH - 120), 1).text,
            tr_num_text(foot + 26, 1).text, tr_num_text(bar / 1000, bar < 1000 ? 2 : bar == 1000 * rint(bar / 1000) ? 0 : 1).text);
}
