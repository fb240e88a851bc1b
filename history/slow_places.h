/* slow_places.h -- where cases of a record wait long: the median clear-up time of each square.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_SLOW_PLACES_H
#define TR_SLOW_PLACES_H
#include "case.h"
#include "squares.h"

enum { TR_LEAST_IN_SQUARE = 3 }; /* fewer have no median worth drawing */

typedef struct {
    tr_squares squares;         /* n_x = 0: too few cases */
    const int32_t *n;           /* [n_y * n_x] cleared cases */
    const double *median;       /* [n_y * n_x] days; NAN below TR_LEAST_IN_SQUARE */
    int32_t n_cases, n_outside; /* cleared and located; of these, so far off that they are not drawn */
} tr_slow_places;

tr_slow_places tr_slow_places_of(const tr_case *cases, int32_t n, tr_arena *arena);

/* As one SVG: five shades by fifths of the squares. */
void tr_slow_places_draw(FILE *out, const tr_slow_places *places, tr_arena *arena);

#endif
