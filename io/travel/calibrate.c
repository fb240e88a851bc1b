/* calibrate.c -- see calibrate.h: gathers recorded cells, and fits curve, kernel and blend to them (area.h).
 *
 * Curve and blend are robust regressions (GSL, Huber's weights) over a sample in which near ways count as much as far
 * ones: each place's twenty nearest and twenty drawn.  The kernel is the one of a small grid whose estimates of left-out
 * ways are best.  No clock, no chance: the same recordings give the same file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calibrate.h"
#include "cache.h"
#include "calibrate_parts.h"

#include <gsl/gsl_multifit.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_PLACES = 400, NEAREST_TOLD = 10, FEWEST_PLACES = 10, FEWEST_WAYS = 60, MOST_POINTS = 20000000 };

static uint64_t draw(uint64_t *state) /* splitmix64 */
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* ---- gathering ---- */

typedef struct {
    tr_arena *arena;
    tr_diag *diag;
    int32_t n_recordings;
    tr_travel **recordings;
    tr_cache *cache;
    int32_t n_places, n_modes;
    tr_place *places;
    const char **modes;
} gathering;

static int by_coordinates(const void *a, const void *b)
{
    const tr_place *p = a, *q = b;
    int64_t x[2] = {tr_micro(p->lat), tr_micro(p->lon)}, y[2] = {tr_micro(q->lat), tr_micro(q->lon)};
    if (x[0] != y[0]) return x[0] < y[0] ? -1 : 1;
    return (x[1] > y[1]) - (x[1] < y[1]);
}

static void add_mode(gathering *g, const char *name)
{
    for (int32_t k = 0; k < g->n_modes; k++)
        if (!strcmp(g->modes[k], name)) return;
    g->modes =
        tr_arena_grow(g->arena, g->modes, (size_t)g->n_modes, (size_t)g->n_modes + 1, sizeof *g->modes);
    g->modes[g->n_modes++] = tr_arena_strdup(g->arena, name);
}

static tr_status open_recordings(const tr_calibration_options *o, gathering *g, tr_err *err)
{
    g->recordings = TR_NEW(g->arena, tr_travel *, o->n_recordings);
    for (int32_t i = 0; i < o->n_recordings; i++) {
        TR_TRY(tr_travel_open_recording(o->recordings[i], NULL, &g->recordings[i], err));
        g->n_recordings++;
        const tr_place *places;
        int32_t n = tr_recording_places(g->recordings[i], &places);
        g->places = tr_arena_grow(g->arena, g->places, (size_t)g->n_places, (size_t)(g->n_places + n),
                                  sizeof *g->places);
        memcpy(g->places + g->n_places, places, (size_t)n * sizeof *places);
        g->n_places += n;
        for (int32_t k = 0; k < tr_recording_n_modes(g->recordings[i]); k++)
            add_mode(g, tr_recording_mode(g->recordings[i], k));
    }
    if (o->cache) TR_TRY(tr_cache_open(o->cache, g->diag, &g->cache, err));
    return TR_OK;
}

/* Each place once, in order; of too many, some drawn, so that they lie where the work is. */
static void choose_places(gathering *g, int32_t most)
{
    int32_t n = 0;
    uint64_t state = 1;
    qsort(g->places, (size_t)g->n_places, sizeof *g->places, by_coordinates);
    for (int32_t i = 0; i < g->n_places; i++)
        if (n == 0 || by_coordinates(&g->places[n - 1], &g->places[i])) g->places[n++] = g->places[i];
    g->n_places = n;
    if (n <= most) return;
    for (int32_t i = 0; i < most; i++) {
        int32_t k = i + (int32_t)(draw(&state) % (uint64_t)(n - i));
        const tr_place swap = g->places[i];
        g->places[i] = g->places[k];
        g->places[k] = swap;
    }
    g->n_places = most;
    qsort(g->places, (size_t)most, sizeof *g->places, by_coordinates);
}

static tr_table empty_table(const gathering *g, const char *mode)
{
    size_t n = (size_t)g->n_places;
    tr_table t = {.mode = mode,
                  .n = g->n_places,
                  .places = g->places,
                  .seconds = TR_NEW(g->arena, int32_t, n * n),
                  .metres = TR_NEW(g->arena, int32_t, n * n),
                  .source = TR_NEW(g->arena, uint8_t, n * n),
                  .snaps = TR_NEW(g->arena, tr_snap, n),
                  .cached = TR_NEW(g->arena, bool, n *n)};
    for (size_t k = 0; k < n * n; k++) t.seconds[k] = t.metres[k] = TR_NO_ROAD;
    memset(t.source, TR_FROM_NOTHING, n * n);
    for (size_t i = 0; i < n; i++) {
        t.seconds[i * n + i] = t.metres[i * n + i] = 0;
        t.source[i * n + i] = TR_FROM_RECORDING;
        t.snaps[i].m = -1;
    }
    return t;
}

static tr_status fill_table(gathering *g, tr_table *t, tr_err *err)
{
    for (int32_t i = g->n_recordings - 1; i >= 0; i--) {
        g->recordings[i]->take = TR_TAKE_ROADS;
        TR_TRY(g->recordings[i]->table(g->recordings[i], t, NULL, g->diag, err));
    }
    const tr_cache_key any = {"", "", t->mode, ""};
    if (g->cache) tr_cache_read_stale(g->cache, &any, t, g->diag);
    return TR_OK;
}

static void take_table(const tr_table *t, tr_area_mode *m)
{
    m->name = t->mode;
    m->cells[TR_SECONDS] = t->seconds;
    m->cells[TR_METRES] = t->metres;
}

/* The position of a place among those of the area, -1: it is not there. */
static int32_t position_of(const gathering *g, const tr_place *place)
{
    const tr_place *found = bsearch(place, g->places, (size_t)g->n_places, sizeof *place, by_coordinates);
    return found ? (int32_t)(found - g->places) : -1;
}

/* All legs with a road line and seconds, of places of the area and of others. */
static int32_t gather_legs(const gathering *g, const char *mode, tr_road_leg **legs, tr_arena *scratch)
{
    int32_t n = 0, n_points = 0;
    *legs = NULL;
    for (int32_t i = 0; i < g->n_recordings; i++) {
        const tr_recorded_leg *recorded;
        const tr_place *places;
        int32_t n_more = tr_recording_legs(g->recordings[i], mode, &recorded, &places);
        *legs = tr_arena_grow(scratch, *legs, (size_t)n, (size_t)(n + n_more), sizeof **legs);
        for (int32_t k = 0; k < n_more; k++) {
            const tr_recorded_leg *leg = &recorded[k];
            if (leg->leg.estimated || leg->leg.seconds < 0 || leg->leg.n_points > MOST_POINTS - n_points) continue;
            n_points += leg->leg.n_points;
            (*legs)[n++] = (tr_road_leg){position_of(g, &places[leg->from]), position_of(g, &places[leg->to]),
                                         leg->leg.n_points, leg->leg.lon_lat, (double)leg->leg.seconds};
        }
    }
    return n;
}

/* ---- the sample ---- */

static double between(const tr_area *a, int32_t i, int32_t j)
{
    return hypot(a->xy[2 * i] - a->xy[2 * j], a->xy[2 * i + 1] - a->xy[2 * j + 1]);
}

typedef struct {
    double away;
    int32_t place;
} neighbour;

static int by_away(const void *a, const void *b)
{
    const neighbour *p = a, *q = b;
    if (p->away != q->away) return p->away < q->away ? -1 : 1;
    return (p->place > q->place) - (p->place < q->place);
}

static bool is_way(const tr_area *a, const tr_area_mode *m, int32_t i, int32_t j)
{
    return i != j && m->cells[TR_SECONDS][(size_t)i * (size_t)a->n + (size_t)j] != TR_NO_ROAD;
}

static int32_t nearest_first(const tr_area *a, const tr_area_mode *m, int32_t i, neighbour *out)
{
    int32_t n = 0;
    for (int32_t j = 0; j < a->n; j++)
        if (is_way(a, m, i, j)) out[n++] = (neighbour){between(a, i, j), j};
    qsort(out, (size_t)n, sizeof *out, by_away);
    return n;
}

static tr_way_sample draw_sample(const tr_area *a, const tr_area_mode *m, tr_arena *arena)
{
    size_t most = (size_t)a->n * (TR_SAMPLE_NEAR + TR_SAMPLE_DRAWN);
    tr_way_sample s = {0, TR_NEW(arena, int32_t, most), TR_NEW(arena, int32_t, most), TR_NEW(arena, int32_t, most),
                       TR_NEW(arena, double, most)};
    neighbour *others = TR_NEW(arena, neighbour, a->n);
    uint64_t state = 2;
    for (int32_t i = 0; i < a->n; i++) {
        int32_t n = nearest_first(a, m, i, others);
        for (int32_t k = 0; k < n && k < TR_SAMPLE_NEAR + TR_SAMPLE_DRAWN; k++) {
            if (k >= TR_SAMPLE_NEAR) { /* one of those not had yet */
                int32_t pick = k + (int32_t)(draw(&state) % (uint64_t)(n - k));
                const neighbour swap = others[k];
                others[k] = others[pick], others[pick] = swap;
            }
            s.rank[s.n] = k;
            s.from[s.n] = i, s.to[s.n] = others[k].place, s.straight_m[s.n++] = others[k].away;
        }
    }
    return s;
}

/* ---- robust regression ---- */

bool tr_robust_fit(int32_t n, int32_t p, double *x, double *y, double *c)
{
    if (n <= p) return false;
    gsl_matrix *cov = gsl_matrix_alloc((size_t)p, (size_t)p);
    gsl_multifit_robust_workspace *w =
        gsl_multifit_robust_alloc(gsl_multifit_robust_huber, (size_t)n, (size_t)p);
    gsl_matrix_view xs = gsl_matrix_view_array(x, (size_t)n, (size_t)p);
    gsl_vector_view ys = gsl_vector_view_array(y, (size_t)n), cs = gsl_vector_view_array(c, (size_t)p);
    int code = cov && w ? gsl_multifit_robust(&xs.matrix, &ys.vector, &cs.vector, cov, w) : GSL_ENOMEM;
    if (w) gsl_multifit_robust_free(w);
    if (cov) gsl_matrix_free(cov);
    bool good = code == GSL_SUCCESS || code == GSL_EMAXITER;
    for (int32_t k = 0; k < p; k++) good &= isfinite(c[k]) != 0;
    return good;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* From 0 by quantiles of the sample, each at least a fifth farther than the one before. */
static void choose_knots(const tr_way_sample *s, tr_area_mode *m, tr_arena *arena)
{
    static const double at[] = {0.1, 0.3, 0.5, 0.7, 0.85, 1};
    double *sorted = TR_NEW(arena, double, s->n);
    memcpy(sorted, s->straight_m, (size_t)s->n * sizeof *sorted);
    qsort(sorted, (size_t)s->n, sizeof *sorted, ascending);
    m->straight_m = TR_NEW(arena, double, TR_AREA_MOST_KNOTS);
    m->n_knots = 1;
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
        double next = ceil(sorted[(int32_t)(at[k] * (s->n - 1))]);
        if (next >= fmax(1.2 * m->straight_m[m->n_knots - 1], 1)) m->straight_m[m->n_knots++] = next;
    }
    if (m->n_knots == 1) m->straight_m[m->n_knots++] = 1;
}

static double knot_log(double metres)
{
    return log(metres + 30);
}

/* Unknowns: the logs at the knots.  Rows beside the sample hold neighbours lightly to a way at one speed, for what the
 * sample does not tell. */
static bool fit_curve(const tr_area *a, tr_area_mode *m, int quantity, const tr_way_sample *s, tr_arena *arena)
{
    int32_t p = m->n_knots, n = s->n + p - 1, last = p - 1;
    double *x = TR_NEW(arena, double, (size_t)n *(size_t)p), *y = TR_NEW(arena, double, n),
           *c = TR_NEW(arena, double, p);
    for (int32_t i = 0; i < s->n; i++) {
        int32_t k = 0;
        while (k + 1 < last && s->straight_m[i] > m->straight_m[k + 1]) k++;
        double x0 = knot_log(m->straight_m[k]), x1 = knot_log(m->straight_m[k + 1]);
        double part = (knot_log(s->straight_m[i]) - x0) / (x1 - x0);
        x[(size_t)i * (size_t)p + (size_t)k] = 1 - part;
        x[(size_t)i * (size_t)p + (size_t)k + 1] = part;
        y[i] = log(fmax(m->cells[quantity][(size_t)s->from[i] * (size_t)a->n + (size_t)s->to[i]], 1));
    }
    for (int32_t k = 0; k < last; k++) {
        double *row = &x[(size_t)(s->n + k) * (size_t)p];
        row[k] = -0.1, row[k + 1] = 0.1;
        y[s->n + k] = 0.1 * (knot_log(m->straight_m[k + 1]) - knot_log(m->straight_m[k]));
    }
    if (!tr_robust_fit(n, p, x, y, c)) return false;
    m->curve[quantity] = TR_NEW(arena, double, p);
    for (int32_t k = 0; k < p; k++) { /* farther takes no less */
        double value = exp(fmin(fmax(c[k], 0), log(TR_MAX_SECONDS)));
        m->curve[quantity][k] = k ? fmax(value, m->curve[quantity][k - 1]) : value;
    }
    return true;
}

/* ---- the kernel ---- */

/* Mean |error| of the logs of left-out ways of the sample, each at most 1. */
static double judge(const tr_area *a, const tr_area_mode *m, const tr_kernel *kernel, const tr_way_sample *s,
                    tr_arena *scratch)
{
    size_t n = (size_t)a->n;
    double *inverse = TR_NEW(scratch, double, n *n), *ratios = TR_NEW(scratch, double, n *n);
    double *left_out = TR_NEW(scratch, double, n *n), sum = 0;
    if (!tr_area_inverse(a, kernel, inverse)) return HUGE_VAL;
    tr_area_ratios(a, m, TR_SECONDS, inverse, ratios, scratch);
    tr_area_leave_out(a->n, inverse, ratios, left_out, scratch);
    for (int32_t i = 0; i < s->n; i++) {
        size_t cell = (size_t)s->from[i] * n + (size_t)s->to[i];
        sum += fmin(fabs(left_out[cell] - ratios[cell]) / tr_area_spread(a, s->straight_m[i]), 1);
    }
    return isfinite(sum) ? sum : HUGE_VAL;
}

static void choose_kernel(const tr_area *a, tr_area_mode *m, const tr_way_sample *s)
{
    static const double lengths[] = {0.1, 0.3}, powers[] = {1, 1.4}, noises[] = {0.003, 0.05, 0.5};
    double best = HUGE_VAL;
    for (int k = 0; k < 12; k++) {
        const tr_kernel kernel = {lengths[k % 2] * a->side_m, powers[k / 2 % 2], noises[k / 4]};
        tr_arena *scratch = tr_arena_new();
        double error = judge(a, m, &kernel, s, scratch);
        tr_arena_free(scratch);
        if (k == 0 || error < best * 0.999) {
            best = error;
            m->kernel = kernel;
        }
    }
}

/* ---- the blend, and what is left ---- */

/* How far to believe a correction of left-out ways, by the straight line. */
static bool fit_blend(const tr_area *a, tr_area_mode *m, int quantity, const tr_way_sample *s,
                      const double *left_out, tr_arena *arena)
{
    enum { P = 2 * TR_AREA_BASIS };
    int32_t n = s->n + P;
    double *x = TR_NEW(arena, double, (size_t)n *P), *y = TR_NEW(arena, double, n), c[P];
    for (int32_t i = 0; i < s->n; i++) {
        size_t cell = (size_t)s->from[i] * (size_t)a->n + (size_t)s->to[i];
        double *row = &x[(size_t)i * P], phi[TR_AREA_BASIS];
        double correction = left_out[cell] / tr_area_spread(a, s->straight_m[i]);
        tr_area_basis(a, s->straight_m[i], phi);
        for (int k = 0; k < TR_AREA_BASIS; k++) row[k] = phi[k], row[TR_AREA_BASIS + k] = phi[k] * correction;
        y[i] = log(fmax(m->cells[quantity][cell], 1)) - tr_area_curve_log(m, quantity, s->straight_m[i]);
    }
    for (int k = 0; k < P; k++) { /* where nothing is told: shift 0, weight 1 of the correction everywhere */
        x[(size_t)(s->n + k) * P + (size_t)k] = 0.1;
        y[s->n + k] = k == TR_AREA_BASIS ? 0.1 : 0;
    }
    if (!tr_robust_fit(n, P, x, y, c)) return false;
    for (int k = 0; k < TR_AREA_BASIS; k++) {
        m->blend[quantity].shift[k] = fmin(fmax(c[k], -5), 5);
        m->blend[quantity].weight[k] = fmin(fmax(c[TR_AREA_BASIS + k], -5), 5);
    }
    return true;
}

double tr_area_estimated(const tr_area *a, const tr_area_mode *m, int quantity, double straight, double left_out)
{
    double phi[TR_AREA_BASIS], sum = 0;
    tr_area_basis(a, straight, phi);
    for (int k = 0; k < TR_AREA_BASIS; k++)
        sum += phi[k] * (m->blend[quantity].shift[k] +
                         m->blend[quantity].weight[k] * left_out / tr_area_spread(a, straight));
    return exp(tr_area_curve_log(m, quantity, straight) + sum);
}

static void list_residuals(const tr_area *a, const tr_area_mode *m, double *const left_out[TR_QUANTITIES],
                           tr_residuals *r, tr_arena *arena)
{
    neighbour *others = TR_NEW(arena, neighbour, a->n);
    r->mode = m->name;
    r->ways = TR_NEW(arena, tr_left_out, (size_t)a->n * (size_t)a->n);
    for (int32_t i = 0; i < a->n; i++) {
        int32_t n = nearest_first(a, m, i, others);
        for (int32_t k = 0; k < n; k++) {
            size_t cell = (size_t)i * (size_t)a->n + (size_t)others[k].place;
            double straight = others[k].away;
            r->ways[r->n++] = (tr_left_out){
                .straight_m = straight,
                .seconds = m->cells[TR_SECONDS][cell],
                .metres = m->cells[TR_METRES][cell],
                .curve_s = exp(tr_area_curve_log(m, TR_SECONDS, straight)),
                .estimated_s = tr_area_estimated(a, m, TR_SECONDS, straight, left_out[TR_SECONDS][cell]),
                .estimated_m =
                    fmax(tr_area_estimated(a, m, TR_METRES, straight, left_out[TR_METRES][cell]), straight),
                .near = k < NEAREST_TOLD};
        }
    }
}

static bool fit_mode(gathering *g, const tr_area *a, tr_area_mode *m, tr_residuals *residuals)
{
    tr_arena *arena = g->arena;
    size_t cells = (size_t)a->n * (size_t)a->n;
    tr_arena *scratch = tr_arena_new();
    const tr_way_sample s = draw_sample(a, m, scratch);
    double *inverse = TR_NEW(scratch, double, cells), *ratios = TR_NEW(scratch, double, cells);
    double *left_out[TR_QUANTITIES];
    choose_knots(&s, m, arena);
    bool good = fit_curve(a, m, TR_SECONDS, &s, arena) && fit_curve(a, m, TR_METRES, &s, arena);
    if (good) choose_kernel(a, m, &s);
    good = good && tr_area_inverse(a, &m->kernel, inverse);
    for (int q = 0; good && q < TR_QUANTITIES; q++) {
        left_out[q] = TR_NEW(scratch, double, cells);
        tr_area_ratios(a, m, q, inverse, ratios, scratch);
        tr_area_leave_out(a->n, inverse, ratios, left_out[q], scratch);
        good = fit_blend(a, m, q, &s, left_out[q], scratch);
    }
    if (good) {
        tr_road_leg *legs;
        int32_t n_legs = gather_legs(g, m->name, &legs, scratch);
        list_residuals(a, m, left_out, residuals, arena);
        tr_calibrate_roads(a, m, n_legs, legs, &s, left_out, &residuals->roads, arena, g->diag);
    }
    tr_arena_free(scratch);
    return good && tr_area_prepare(a, m, arena);
}

/* ---- the whole ---- */

static int64_t n_ways(const tr_table *t)
{
    int64_t n = -t->n;
    for (size_t k = 0; k < (size_t)t->n * (size_t)t->n; k++) n += t->seconds[k] != TR_NO_ROAD;
    return n;
}

static void credit(const gathering *g, tr_area *a)
{
    a->credit = a->source = "";
    for (int32_t i = 0; i < g->n_recordings; i++) {
        const tr_travel *r = g->recordings[i];
        if (r->credit && *r->credit && !strstr(a->credit, r->credit))
            a->credit = tr_arena_printf(g->arena, "%s%s%s", a->credit, *a->credit ? "; " : "", r->credit);
        if (r->origin && !strstr(a->source, r->origin))
            a->source = tr_arena_printf(g->arena, "%s%s%s", a->source, *a->source ? "; " : "", r->origin);
    }
}

static tr_status fit_area(gathering *g, tr_area *a, tr_residuals **residuals, tr_err *err)
{
    a->n = g->n_places;
    a->places = g->places;
    if (a->n < FEWEST_PLACES)
        return tr_fail(err, TR_EINPUT, "the recordings hold %d places; a calibration needs %d or more", a->n,
                       FEWEST_PLACES);
    tr_area_lay_out(a, g->arena);
    credit(g, a);
    a->modes = TR_NEW(g->arena, tr_area_mode, g->n_modes);
    *residuals = TR_NEW(g->arena, tr_residuals, g->n_modes);
    for (int32_t k = 0; k < g->n_modes; k++) {
        tr_table t = empty_table(g, g->modes[k]);
        TR_TRY(fill_table(g, &t, err));
        take_table(&t, &a->modes[a->n_modes]);
        if (n_ways(&t) < FEWEST_WAYS)
            tr_diag_add(g->diag, TR_WARNING, "calibration", t.mode,
                        "left out: %lld road times are known, %d are needed", (long long)n_ways(&t),
                        FEWEST_WAYS);
        else if (!fit_mode(g, a, &a->modes[a->n_modes], &(*residuals)[a->n_modes]))
            tr_diag_add(g->diag, TR_WARNING, "calibration", t.mode, "left out: no curve fits its road times");
        else
            a->n_modes++;
    }
    if (!a->n_modes)
        return tr_fail(err, TR_EINPUT,
                       "the recordings hold no mode with enough road times; estimates do not count");
    return TR_OK;
}

tr_status tr_calibrate(const tr_calibration_options *o, tr_arena *arena, tr_diag *diag, tr_area *area,
                       tr_residuals **residuals, tr_err *err)
{
    gathering g = {.arena = arena, .diag = diag};
    int32_t most = o->most_places ? o->most_places : DEFAULT_PLACES;
    *area = (tr_area){0};
    tr_status status = open_recordings(o, &g, err);
    if (!status) {
        choose_places(&g, most < TR_AREA_MOST_PLACES ? most : TR_AREA_MOST_PLACES);
        status = fit_area(&g, area, residuals, err);
    }
    for (int32_t i = 0; i < g.n_recordings; i++) tr_travel_close(g.recordings[i]);
    tr_cache_close(g.cache);
    return status;
}

/* ---- errors in words ---- */

static double median(double *values, int64_t n)
{
    qsort(values, (size_t)n, sizeof *values, ascending);
    return n ? values[n / 2] : 0;
}

tr_error_row tr_error_of(const tr_residuals *r, double from_m, double below_m, bool near_only)
{
    tr_error_row row = {0};
    tr_arena *scratch = tr_arena_new();
    double *values[4];
    for (int k = 0; k < 4; k++) values[k] = TR_NEW(scratch, double, r->n + 1);
    for (int64_t i = 0; i < r->n; i++) {
        const tr_left_out *w = &r->ways[i];
        if (w->straight_m < from_m || w->straight_m >= below_m || (near_only && !w->near)) continue;
        double seconds = fmax(w->seconds, 1);
        values[0][row.n] = fabs(w->curve_s / seconds - 1);
        values[1][row.n] = fabs(w->estimated_s / seconds - 1);
        values[2][row.n] = fabs(w->estimated_m / fmax(w->metres, 1) - 1);
        values[3][row.n++] = w->estimated_s / seconds - 1;
    }
    row.curve_error = 100 * median(values[0], row.n);
    row.error = 100 * median(values[1], row.n);
    row.error_m = 100 * median(values[2], row.n);
    row.bias = 100 * median(values[3], row.n);
    tr_arena_free(scratch);
    return row;
}
