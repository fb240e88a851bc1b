/* nearby.c -- see nearby.h.  Points are put on a sphere in space and hashed by cubes a little wider than the
 * radius, so poles and the date line are no special cases; the 27 cubes around are looked through, and
 * the geodesic decides.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "nearby.h"

#include <geodesic.h>
#include <math.h>

typedef struct {
    double lat, lon;
    int64_t cube[3];
    int32_t item, next; /* next point of the same bucket, -1 = none */
} point;

struct tr_nearby {
    double radius_m, width_m;
    struct geod_geodesic earth;
    uint32_t buckets; /* a power of two */
    int32_t *first;
    int32_t n;
    point *points;
};

static void cube_of(const tr_nearby *nearby, double lat, double lon, int64_t cube[3])
{
    const double sphere_m = 6400000,
                 rad = 3.14159265358979323846 / 180; /* no chord is longer than its geodesic
        by more than 0.7 %, which the width of the cubes allows for */
    double c = cos(lat * rad);
    cube[0] = (int64_t)floor(sphere_m * c * cos(lon * rad) / nearby->width_m);
    cube[1] = (int64_t)floor(sphere_m * c * sin(lon * rad) / nearby->width_m);
    cube[2] = (int64_t)floor(sphere_m * sin(lat * rad) / nearby->width_m);
}

static uint32_t bucket_of(const tr_nearby *nearby, const int64_t cube[3])
{
    uint64_t h = 0;
    for (int i = 0; i < 3; i++) {
        h = (h ^ (uint64_t)cube[i]) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 29;
    }
    return (uint32_t)h & (nearby->buckets - 1);
}

tr_nearby *tr_nearby_new(tr_arena *arena, int32_t most, double radius_m)
{
    tr_nearby *nearby = TR_NEW(arena, tr_nearby, 1);
    nearby->radius_m = radius_m;
    nearby->width_m = 1.02 * radius_m + 1;
    geod_init(&nearby->earth, 6378137, 1 / 298.257223563);
    for (nearby->buckets = 64; nearby->buckets < 2 * (uint32_t)most;) nearby->buckets *= 2;
    nearby->first = TR_NEW(arena, int32_t, nearby->buckets);
    for (uint32_t i = 0; i < nearby->buckets; i++) nearby->first[i] = -1;
    nearby->points = TR_NEW(arena, point, most + 1);
    return nearby;
}

void tr_nearby_add(tr_nearby *nearby, double lat, double lon, int32_t item)
{
    point *p = &nearby->points[nearby->n];
    *p = (point){.lat = lat, .lon = lon, .item = item};
    cube_of(nearby, lat, lon, p->cube);
    uint32_t bucket = bucket_of(nearby, p->cube);
    p->next = nearby->first[bucket];
    nearby->first[bucket] = nearby->n++;
}

static bool within(const tr_nearby *nearby, const point *p, double lat, double lon)
{
    double metres;
    if (p->lat == lat && p->lon == lon) return true;
    geod_inverse(&nearby->earth, p->lat, p->lon, lat, lon, &metres, NULL, NULL);
    return metres <= nearby->radius_m;
}

void tr_nearby_each(const tr_nearby *nearby, double lat, double lon,
                    void (*visit)(void *context, int32_t item), void *context)
{
    int64_t centre[3];
    cube_of(nearby, lat, lon, centre);
    for (int k = 0; k < 27; k++) {
        int64_t cube[3] = {centre[0] + k % 3 - 1, centre[1] + k / 3 % 3 - 1, centre[2] + k / 9 - 1};
        for (int32_t i = nearby->first[bucket_of(nearby, cube)]; i >= 0; i = nearby->points[i].next) {
            const point *p = &nearby->points[i];
            bool same = p->cube[0] == cube[0] && p->cube[1] == cube[1] && p->cube[2] == cube[2];
            if (same && within(nearby, p, lat, lon)) visit(context, p->item);
        }
    }
}
