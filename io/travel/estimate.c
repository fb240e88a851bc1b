/* estimate.c -- see estimate.h.
 *
 * Without a calibration: geodesic metres x a detour factor, at one speed.  The defaults are assumed, not measured:
 * 1.35 metres of road a metre of straight line, and 26 km/h door to door for a loaded vehicle in a town.  The same
 * for every mode, and symmetric: it knows no one-way and no river.
 *
 * With one: the curve of the area, corrected by recorded cells near both ends (area.h) and by the quickest way along
 * recorded streets (roads.h), and a recorded cell itself where both ends are recorded.  Where a place is outside the area,
 * the curve alone.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "estimate.h"
#include "area.h"
#include "roads.h"

#include <geodesic.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double assumed_detour = 1.35, assumed_kmh = 26;
static const double most_correction = 1.5; /* of a logarithm: 4.5 times the curve */

typedef struct { /* a recorded place, found by its coordinates */
    int64_t lat, lon; /* tr_micro */
    int32_t index;
} spot;

struct tr_estimate {
    double detour, kmh;
    const char *description;
    const tr_area *area; /* NULL: no calibration */
    const spot *spots;   /* [area->n] ascending */
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

static void assumed_way(const tr_estimate *e, const tr_place *from, const tr_place *to, int32_t *seconds, int32_t *metres)
{
    double road = straight_m(from, to) * e->detour, time = road / (e->kmh / 3.6);
    *metres = tr_half_up(fmin(road, TR_MAX_METRES));
    *seconds = tr_half_up(fmin(time, TR_MAX_SECONDS));
}

/* ---- the calibrated area ---- */

typedef struct { /* places of a table as the area sees them */
    const tr_estimate *estimate;
    const tr_area *area;
    const tr_area_mode *mode;
    int32_t n;
    const tr_place *places;
    double *xy;        /* [2 * n] */
    bool *outside;     /* [n] */
    int32_t *recorded; /* [n] row in the area, -1 */
    double *nearness;  /* [area->n * n] covariance of recorded place and place; 0 outside */
    tr_access *access; /* [n] to recorded streets; NULL: there are none */
    tr_road_search search; /* from the place of the row */
} view;

static int by_spot(const void *a, const void *b)
{
    const spot *s = a, *t = b;
    if (s->lat != t->lat) return s->lat < t->lat ? -1 : 1;
    return s->lon < t->lon ? -1 : s->lon > t->lon;
}

static const tr_area_mode *mode_of(const tr_estimate *e, const char *name)
{
    for (int32_t k = 0; e->area && k < e->area->n_modes; k++)
        if (!strcmp(e->area->modes[k].name, name)) return &e->area->modes[k];
    return NULL;
}

static void look_at(view *v, int32_t i)
{
    const tr_area *a = v->area;
    const spot key = {tr_micro(v->places[i].lat), tr_micro(v->places[i].lon), 0};
    const spot *found = bsearch(&key, v->estimate->spots, (size_t)a->n, sizeof key, by_spot);
    double *xy = &v->xy[2 * i], nearest = HUGE_VAL;
    v->recorded[i] = found ? found->index : -1;
    tr_area_project(a, &v->places[i], xy);
    for (int32_t k = 0; k < a->n; k++) {
        double away = hypot(xy[0] - a->xy[2 * k], xy[1] - a->xy[2 * k + 1]);
        nearest = fmin(nearest, away);
        v->nearness[(size_t)k * (size_t)v->n + (size_t)i] = tr_kernel_at(&v->mode->kernel, away);
    }
    v->outside[i] = nearest > a->reach_m;
    if (v->access && !v->outside[i]) v->access[i] = tr_roads_access(v->mode->roads, xy, NULL);
}

static view view_of(const tr_estimate *e, const tr_area_mode *mode, int32_t n, const tr_place *places, tr_arena *arena)
{
    view v = {e, e->area, mode, n, places, TR_NEW(arena, double, 2 * n), TR_NEW(arena, bool, n),
              TR_NEW(arena, int32_t, n), TR_NEW(arena, double, (size_t)e->area->n * (size_t)n), NULL, {0}};
    if (mode->roads) {
        v.access = TR_NEW(arena, tr_access, n);
        v.search = tr_roads_search_new(mode->roads, arena);
    }
    for (int32_t i = 0; i < n; i++) look_at(&v, i);
    return v;
}

static void search_from(view *v, int32_t i)
{
    if (v->access && v->access[i].n) tr_roads_search(v->mode->roads, &v->access[i], NULL, HUGE_VAL, NULL, &v->search);
}

/* c(i, j) of all j, by the weights of area.h. */
static void corrections(const view *v, int quantity, int32_t i, double *half, double *out)
{
    size_t n = (size_t)v->n;
    double *own = half + v->area->n;
    for (int32_t k = 0; k < v->area->n; k++) own[k] = v->nearness[(size_t)k * n + (size_t)i];
    tr_matrix_product(1, v->area->n, v->area->n, own, v->mode->weights[quantity], half);
    tr_matrix_product(1, v->area->n, v->n, half, v->nearness, out);
}

static double distance(const view *v, int32_t i, int32_t j)
{
    if (v->outside[i] || v->outside[j]) return straight_m(&v->places[i], &v->places[j]); /* no plane goes so far */
    return hypot(v->xy[2 * i] - v->xy[2 * j], v->xy[2 * i + 1] - v->xy[2 * j + 1]);
}

static double corrected(const view *v, int quantity, int32_t i, int32_t j, double straight, double correction)
{
    double value = tr_area_curve_log(v->mode, quantity, straight), phi[TR_AREA_BASIS];
    if (!v->outside[i] && !v->outside[j]) {
        const tr_blend *b = &v->mode->blend[quantity];
        double c = correction / tr_area_spread(v->area, straight), sum = 0;
        c = fmin(fmax(c, -most_correction), most_correction);
        tr_area_basis(v->area, straight, phi);
        for (int k = 0; k < TR_AREA_BASIS; k++) sum += phi[k] * (b->shift[k] + b->weight[k] * c);
        value += fmin(fmax(sum, -2 * most_correction), 2 * most_correction);
    }
    return exp(value);
}

static void one_cell(const view *v, int32_t i, int32_t j, const double *const corrections_of[TR_QUANTITIES],
                     int32_t *seconds, int32_t *metres)
{
    int32_t from = v->recorded[i], to = v->recorded[j];
    if (from >= 0 && from == to) {
        *seconds = *metres = 0;
        return;
    }
    size_t cell = from >= 0 && to >= 0 ? (size_t)from * (size_t)v->area->n + (size_t)to : 0;
    if (from >= 0 && to >= 0 && v->mode->cells[TR_SECONDS][cell] != TR_NO_ROAD) {
        *seconds = v->mode->cells[TR_SECONDS][cell];
        *metres = v->mode->cells[TR_METRES][cell];
        return;
    }
    if (tr_place_same(&v->places[i], &v->places[j])) {
        *seconds = *metres = 0;
        return;
    }
    double straight = distance(v, i, j);
    double time = corrected(v, TR_SECONDS, i, j, straight, corrections_of[TR_SECONDS][j]);
    double road = fmax(corrected(v, TR_METRES, i, j, straight, corrections_of[TR_METRES][j]), straight);
    if (v->access && v->access[i].n && v->access[j].n) {
        double way[TR_QUANTITIES], *const values[TR_QUANTITIES] = {&time, &road};
        tr_roads_way(v->mode->roads, &v->access[i], &v->access[j], NULL, &v->search, way);
        for (int q = 0; q < TR_QUANTITIES; q++)
            *values[q] *= exp(tr_roads_correction(v->area, v->mode->roads, q, straight, &v->access[i], &v->access[j],
                                                  *values[q], way));
        road = fmax(road, straight);
    }
    *seconds = tr_half_up(fmin(time, TR_MAX_SECONDS));
    *metres = tr_half_up(fmin(road, TR_MAX_METRES));
}

static bool row_is_known(const tr_table *t, int32_t i)
{
    return !memchr(t->source + (size_t)i * (size_t)t->n, TR_FROM_NOTHING, (size_t)t->n);
}

static void warn_outside(const view *v, const char *mode, tr_diag *diag)
{
    int32_t n = 0, first = -1;
    for (int32_t i = 0; i < v->n; i++)
        if (v->outside[i] && n++ == 0) first = i;
    if (!n || !diag) return;
    char more[48] = "";
    if (n > 1) snprintf(more, sizeof more, " and %d more", n - 1);
    tr_diag_add(diag, TR_WARNING, "estimate", mode,
                "%s%s: more than %.1f km outside the calibrated area; estimated by the curve alone, without correction",
                v->places[first].name, more, v->area->reach_m / 1000);
}

static int64_t calibrated_table(const tr_estimate *e, const tr_area_mode *mode, tr_table *t, tr_diag *diag)
{
    tr_arena *scratch = tr_arena_new();
    view v = view_of(e, mode, t->n, t->places, scratch);
    double *half = TR_NEW(scratch, double, 2 * e->area->n), *rows[TR_QUANTITIES];
    int64_t n = 0;
    for (int q = 0; q < TR_QUANTITIES; q++) rows[q] = TR_NEW(scratch, double, t->n);
    for (int32_t i = 0; i < t->n; i++) {
        if (row_is_known(t, i)) continue;
        search_from(&v, i);
        for (int q = 0; q < TR_QUANTITIES; q++) corrections(&v, q, i, half, rows[q]);
        for (int32_t j = 0; j < t->n; j++) {
            size_t cell = (size_t)i * (size_t)t->n + (size_t)j;
            if (t->source[cell] != TR_FROM_NOTHING) continue;
            one_cell(&v, i, j, (const double *const *)rows, &t->seconds[cell], &t->metres[cell]);
            t->source[cell] = TR_FROM_ESTIMATE;
            n++;
        }
    }
    if (n) warn_outside(&v, t->mode, diag);
    tr_arena_free(scratch);
    return n;
}

static void calibrated_way(const tr_estimate *e, const tr_area_mode *mode, const tr_place *from, const tr_place *to,
                           int32_t *seconds, int32_t *metres)
{
    tr_arena *scratch = tr_arena_new();
    const tr_place ends[2] = {*from, *to};
    view v = view_of(e, mode, 2, ends, scratch);
    double *half = TR_NEW(scratch, double, 2 * e->area->n), *rows[TR_QUANTITIES];
    for (int q = 0; q < TR_QUANTITIES; q++) corrections(&v, q, 0, half, rows[q] = TR_NEW(scratch, double, 2));
    search_from(&v, 0);
    one_cell(&v, 0, 1, (const double *const *)rows, seconds, metres);
    tr_arena_free(scratch);
}

/* ---- one or the other ---- */

void tr_estimate_way(const tr_estimate *e, const char *mode, const tr_place *from, const tr_place *to, int32_t *seconds,
                     int32_t *metres)
{
    const tr_area_mode *m = mode_of(e, mode);
    if (m) calibrated_way(e, m, from, to, seconds, metres);
    else assumed_way(e, from, to, seconds, metres);
}

int64_t tr_estimate_table(const tr_estimate *e, tr_table *t, tr_diag *diag)
{
    const tr_area_mode *mode = mode_of(e, t->mode);
    int64_t n = 0;
    if (mode) return calibrated_table(e, mode, t, diag);
    for (int32_t i = 0; i < t->n; i++)
        for (int32_t j = 0; j < t->n; j++) {
            size_t cell = (size_t)i * (size_t)t->n + (size_t)j;
            if (t->source[cell] != TR_FROM_NOTHING) continue;
            assumed_way(e, &t->places[i], &t->places[j], &t->seconds[cell], &t->metres[cell]);
            t->source[cell] = TR_FROM_ESTIMATE;
            n++;
        }
    if (n && e->area && diag)
        tr_diag_add(diag, TR_WARNING, "estimate", t->mode, "the calibration holds %s%s and not this mode; %g x straight line at %g km/h is assumed",
                    e->area->modes[0].name, e->area->n_modes > 1 ? ", ..." : "", e->detour, e->kmh);
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
    **estimate = (tr_estimate){.detour = detour_factor, .kmh = kmh,
                               .description = tr_arena_printf(arena, "estimated, %g x straight line at %g km/h",
                                                              detour_factor, kmh)};
    return TR_OK;
}

tr_estimate *tr_estimate_of_area(const tr_area *area, const char *name, tr_arena *arena)
{
    tr_estimate *e = TR_NEW(arena, tr_estimate, 1);
    spot *spots = TR_NEW(arena, spot, area->n);
    for (int32_t i = 0; i < area->n; i++)
        spots[i] = (spot){tr_micro(area->places[i].lat), tr_micro(area->places[i].lon), i};
    qsort(spots, (size_t)area->n, sizeof *spots, by_spot);
    *e = (tr_estimate){.detour = assumed_detour, .kmh = assumed_kmh, .area = area, .spots = spots,
                       .description = tr_arena_printf(arena, "estimated by %s, fitted to %d places", name, area->n)};
    return e;
}

tr_status tr_estimate_read(const char *path, tr_arena *arena, tr_diag *diag, tr_estimate **estimate, tr_err *err)
{
    tr_diag own = {.arena = arena};
    tr_area *area = TR_NEW(arena, tr_area, 1);
    if (!diag) diag = &own;
    int32_t before = diag->n_errors;
    if (!tr_area_read(path, arena, diag, area))
        return tr_fail(err, TR_EINPUT, "%s: cannot be used as an estimate: %d %s", path, diag->n_errors - before,
                       diag->n_errors - before == 1 ? "fault" : "faults");
    *estimate = tr_estimate_of_area(area, path, arena);
    return TR_OK;
}

const char *tr_estimate_describe(const tr_estimate *e)
{
    return e->description;
}

const char *tr_estimate_credit(const tr_estimate *e)
{
    return e->area && *e->area->credit ? e->area->credit : NULL;
}

/* ---- as a source alone ---- */

static tr_status table(tr_travel *travel, tr_table *t, tr_coverage *coverage, tr_diag *diag, tr_err *err)
{
    (void)coverage, (void)err;
    tr_estimate_table(travel->state, t, diag);
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
