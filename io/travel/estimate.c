/* estimate.c -- travel without a map: geodesic metres x a detour factor, at one speed.
 *
 * Needs nothing and is marked as an estimate in every cell.  The defaults are assumed, not measured:
 * 1.35 metres of road a metre of straight line, and 26 km/h door to door for a loaded vehicle in a
 * town.  The same for every profile, and symmetric: it knows no one-way and no river.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "travel_source.h"

#include <geodesic.h>
#include <math.h>

static const double assumed_detour = 1.35, assumed_kmh = 26;

typedef struct {
    double detour, kmh;
} estimate;

static double straight_m(const tr_place *a, const tr_place *b)
{
    struct geod_geodesic wgs84;
    double metres;
    geod_init(&wgs84, 6378137, 1 / 298.257223563);
    geod_inverse(&wgs84, a->lat, a->lon, b->lat, b->lon, &metres, NULL, NULL);
    return metres;
}

static void measure(const estimate *e, const tr_place *a, const tr_place *b, int32_t *seconds,
                    int32_t *metres)
{
    double road = straight_m(a, b) * e->detour, time = road / (e->kmh / 3.6);
    *metres = tr_half_up(fmin(road, TR_MAX_METRES));
    *seconds = tr_half_up(fmin(time, TR_MAX_SECONDS));
}

int32_t tr_estimate_m(const tr_place *a, const tr_place *b)
{
    return tr_half_up(fmin(straight_m(a, b) * assumed_detour, TR_MAX_METRES));
}

static tr_status table(tr_travel *travel, tr_table *t, tr_coverage *coverage, tr_diag *diag, tr_err *err)
{
    (void)coverage, (void)diag, (void)err;
    for (int32_t i = 0; i < t->n; i++) {
        for (int32_t j = 0; j < i; j++) {
            size_t there = (size_t)i * t->n + j, back = (size_t)j * t->n + i;
            measure(travel->state, &t->places[i], &t->places[j], &t->seconds[there], &t->metres[there]);
            t->seconds[back] = t->seconds[there];
            t->metres[back] = t->metres[there];
        }
    }
    for (size_t i = 0; i < (size_t)t->n * t->n; i++) t->source[i] = TR_FROM_ESTIMATE;
    return TR_OK;
}

static tr_status legs(tr_travel *travel, const char *profile, const tr_place *places, int32_t n,
                      const int32_t *stops, tr_arena *arena, tr_leg *out, tr_err *err)
{
    (void)profile, (void)arena, (void)err;
    for (int32_t k = 0; k + 1 < n; k++) {
        int32_t seconds, metres;
        measure(travel->state, &places[stops[k]], &places[stops[k + 1]], &seconds, &metres);
        out[k].seconds = seconds;
        out[k].metres = metres;
    }
    return TR_OK;
}

tr_status tr_travel_open_estimate(double detour_factor, double kmh, tr_travel **travel, tr_err *err)
{
    if (detour_factor == 0) detour_factor = assumed_detour;
    if (kmh == 0) kmh = assumed_kmh;
    if (!(detour_factor >= 1 && detour_factor <= 10))
        return tr_fail(err, TR_EINPUT, "estimated travel: detour factor %g is not within 1 to 10",
                       detour_factor);
    if (!(kmh >= 1 && kmh <= 200))
        return tr_fail(err, TR_EINPUT, "estimated travel: speed %g km/h is not within 1 to 200", kmh);
    tr_travel *t = tr_travel_new();
    estimate *e = TR_NEW(t->arena, estimate, 1);
    *e = (estimate){detour_factor, kmh};
    t->kind = TR_FROM_ESTIMATE;
    t->state = e;
    t->description =
        tr_arena_printf(t->arena, "estimated, %g x straight line at %g km/h", detour_factor, kmh);
    t->table = table;
    t->legs = legs;
    *travel = t;
    return TR_OK;
}
