/* squares.h -- squares of one size over an area, and a map of them shaded by how long fly-tips lie there.
 *
 * Both the map of a record and that of a simulation are drawn here: one says what a square's value is, the other where it is.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_SQUARES_H
#define TR_SQUARES_H
#include "arena.h"

#include <stdint.h>
#include <stdio.h>

typedef struct {
    double west, north;         /* degrees, of the upper left corner */
    double side_m;              /* of a square */
    double side_lat, side_lon;  /* the same in degrees */
    int32_t n_x, n_y;           /* squares from west to east, from north to south; 0 = none */
} tr_squares;

/* About `across` of them side by side over the middle 98 % of the places by latitude and by longitude, none less than 50 m; n > 0. */
tr_squares tr_squares_over(const double *lat, const double *lon, int32_t n, int32_t across, tr_arena *scratch);
int32_t tr_squares_at(const tr_squares *squares, double lat, double lon); /* row by row from the north-west; -1 = outside */

enum { TR_N_SHADES = 5 };

typedef struct {
    const char *title;          /* for those who listen to a page */
    const char *value, *counted; /* "median": what is shaded; "cleared": what `n` counts */
    const int32_t *n;           /* [n_y * n_x]; squares of 0 are not drawn */
    const double *days;         /* [n_y * n_x]; NAN: too few, an empty square */
    double limits[TR_N_SHADES - 1]; /* upper ends of all shades but the last */
} tr_squares_map;

/* Fifths of the days that are there (any order, NAN left out). */
void tr_squares_fifths(const double *days, int32_t n, double limits[TR_N_SHADES - 1], tr_arena *scratch);
/* As one SVG with a scale bar: the slow ones dark, with their days where a square has room for the number. */
void tr_squares_draw(FILE *out, const tr_squares *squares, const tr_squares_map *map);

#endif
