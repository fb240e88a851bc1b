/* nearby.h -- points on the globe, found again by geodesic distance: a hash of cubes in space.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TR_NEARBY_H
#define TR_NEARBY_H
#include "arena.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct tr_nearby tr_nearby;

/* For at most `most` points and searches of `radius_m` (0 to 100 km). */
tr_nearby *tr_nearby_new(tr_arena *arena, int32_t most, double radius_m);
void tr_nearby_add(tr_nearby *nearby, double lat, double lon, int32_t item);
/* Calls visit for each item within radius_m (on the WGS 84 ellipsoid, edge included), in any order. */
void tr_nearby_each(const tr_nearby *nearby, double lat, double lon,
                    void (*visit)(void *context, int32_t item), void *context);

#endif
