/* slow_places.h -- where cases wait long: squares of one size over the area, with the median clear-up time of each.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_SLOW_PLACES_H
#define TR_SLOW_PLACES_H
#include "case.h"

#include <stdio.h>

enum { TR_LEAST_IN_SQUARE = 3 }; /* fewer have no median worth drawing */

typedef struct {
    double west, north;         /* degrees, of the upper left corner */
    double side_m;              /* of a square */
    double side_lat, side_lon;  /* the same in degrees */
    int32_t n_x, n_y;           /* squares from west to east, from north to south; 0 = too few cases */
    const int32_t *n;           /* [n_y * n_x] cleared cases */
    const double *median;       /* [n_y * n_x] days; NAN below TR_LEAST_IN_SQUARE */
    int32_t n_cases, n_outside; /* cleared and located; of these, so far off that they are not drawn */
} tr_slow_places;

/* The area is that of the middle 98 % of the cases by latitude and by longitude. */
tr_slow_places tr_slow_places_of(const tr_case *cases, int32_t n, tr_arena *arena);

/* As one SVG with a scale bar: five shades by fifths of the squares, the slow ones dark. */
void tr_slow_places_draw(FILE *out, const tr_slow_places *places, tr_arena *arena);

#endif
