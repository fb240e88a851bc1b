/* polyline.h -- a line of coordinates as a short ASCII string, to a millionth of a degree.
 *
 * The "polyline6" text that routing programs write: differences of latitude and longitude in
 * millionths, zigzag, in groups of five bits from the lowest, each + 63.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_POLYLINE_H
#define TR_POLYLINE_H
#include "arena.h"

#include <stdbool.h>
#include <stdint.h>

/* lon_lat holds 2 * n_points degrees, longitude first, each within +-180.  The text is in the arena. */
char *tr_polyline_encode(tr_arena *arena, int32_t n_points, const double *lon_lat);

/* False if the text is cut short, holds another character, or leaves the globe; any bytes may come. */
bool tr_polyline_decode(tr_arena *arena, const char *text, int32_t *n_points, const double **lon_lat);

#endif
