/* estimate.c -- see estimate.h.
 *
 * Without a calibration: geodesic metres x a detour factor, at one speed.  The defaults are assumed, not measured:
 * 1.35 metres of road a metre of straight line, and 26 km/h door to door for a loaded vehicle in a town.  The same
 * for every mode, and symmetric: it knows no one-way and no river.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "estimate.h"

#include <geodesic.h>
#include <math.h>

static const double assumed_detour = 1.35, assumed_kmh = 26;

struct tr_estimate {
    double detour, kmh;
    const char *description;
};

static double straight_m(const tr_place *a, const tr_place *b)
{
    struct geod_geodesic wgs84;
    double metres;
    geod_init(&wgs84, 6378137, 1 / 298.257223563);
    geod_inverse(&wgs84, a->lat, a->lon, b->lat, b->lon, &metres, NULL, NULL);
    return metres;
}

int32_t tr_estimate_m(const tr_place *a, const tr_place *b)
{
    return tr_half_up(fmin(straight_m(a, b) * assumed_detour, TR_MAX_METRES));
}

void tr_estimate_way(const tr_estimate *e, const char *mode, const tr_place *from, const tr_place *to, int32_t *seconds,
                     int32_t *metres)
{
    (void)mode;
    double road = straight_m(from, to) * e->detour, time = road / (e->kmh / 3.6);
    *metres = tr_half_up(fmin(road, TR_MAX_METRES));
    *seconds = tr_half_up(fmin(time, TR_MAX_SECONDS));
}

int64_t tr_estimate_table(const tr_estimate *e, tr_table *t)
{
    int64_t n = 0;
    for (int32_t i = 0; i < t->n; i++)
        for (int32_t j = 0; j < t->n; j++) {
            size_t cell = (size_t)i * (size_t)t->n + (size_t)j;
            if (t->source[cell] != TR_FROM_NOTHING) continue;
            tr_estimate_way(e, t->mode, &t->places[i], &t->places[j], &t->seconds[cell], &t->metres[cell]);
            t->source[cell] = TR_FROM_ESTIMATE;
            n++;
        }
    return n;
}

tr_status tr_estimate_assumed(double detour_factor, double kmh, tr_arena *arena, tr_estimate **estimate, tr_err *err)
{
    if (detour_factor == 0) detour_factor = assumed_detour;
    if (kmh == 0) kmh = assumed_kmh;
    if (!(detour_factor >= 1 && detour_factor <= 10))
        return tr_fail(err, TR_EINPUT, "estimated travel: detour factor %g is not within 1 to 10",
                       detour_factor);
    if (!(kmh >= 1 && kmh <= 200))
        return tr_fail(err, TR_EINPUT, "estimated travel: speed %g km/h is not within 1 to 200", kmh);
    *estimate = TR_NEW(arena, tr_estimate, 1);
    **estimate = (tr_estimate){detour_factor, kmh, tr_arena_printf(arena, "estimated, %g x straight line at %g km/h",
                                                                  detour_factor, kmh)};
    return TR_OK;
}

tr_status tr_estimate_read(const char *path, tr_arena *arena, tr_diag *diag, tr_estimate **estimate, tr_err *err)
{
    (void)arena, (void)diag, (void)estimate;
    return tr_fail(err, TR_EINPUT, "%s: calibrations are not read yet", path);
}

const char *tr_estimate_describe(const tr_estimate *e)
{
    return e->description;
}

/* ---- as a source alone ---- */

static tr_status table(tr_travel *travel, tr_table *t, tr_coverage *coverage, tr_diag *diag, tr_err *err)
{
    (void)coverage, (void)diag, (void)err;
    tr_estimate_table(travel->state, t);
    return TR_OK;
}

static tr_status legs(tr_travel *travel, const char *mode, const tr_place *places, int32_t n,
                      const int32_t *stops, tr_arena *arena, tr_leg *out, tr_diag *diag, tr_err *err)
{
    (void)arena, (void)diag, (void)err;
    for (int32_t k = 0; k + 1 < n; k++) {
        int32_t seconds, metres;
        tr_estimate_way(travel->state, mode, &places[stops[k]], &places[stops[k + 1]], &seconds, &metres);
        out[k].seconds = seconds;
        out[k].metres = metres;
    }
    return TR_OK;
}

tr_status tr_travel_open_estimate(double detour_factor, double kmh, tr_travel **travel, tr_err *err)
{
    tr_travel *t = tr_travel_new();
    tr_estimate *e = NULL;
    tr_status status = tr_estimate_assumed(detour_factor, kmh, t->arena, &e, err);
    if (status) return tr_travel_close(t), status;
    t->kind = TR_FROM_ESTIMATE;
    t->state = e;
    t->description = tr_estimate_describe(e);
    t->table = table;
    t->legs = legs;
    *travel = t;
    return TR_OK;
}
