/* calibrate_roads.c -- how far to believe the ways along recorded streets (roads.h), from ways of the sample: for each, the
 * legs from and to both of its ends are left out, as if neither had been recorded.
 *
 * The coefficients are a robust regression.  Whether they are any good is told by two halves of the ways, each estimated
 * by the other's coefficients: without a gain there, both for the nearest and for all, they are not used.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "calibrate_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NEAREST = 10, DRAWN = 5, MOST_WAYS = 6000, FEWEST_WAYS = 100 };

typedef struct {
    int32_t from, to;
    bool near;
    double straight_m;
    tr_access ends[2];
    double told[TR_QUANTITIES], estimated[TR_QUANTITIES], way[TR_QUANTITIES];
    double crossed[TR_QUANTITIES]; /* with the streets, by the coefficients of the other half */
} left_way;

typedef struct {
    const tr_area *area;
    const tr_area_mode *mode;
    tr_roads *roads;
    tr_driven driven;
    tr_road_search search;
    int32_t n;
    left_way *ways;
} learning;

static void look_at(learning *l, left_way *w)
{
    const tr_left_legs left = {&l->driven, w->from, w->to};
    w->ends[0] = tr_roads_access(l->roads, &l->area->xy[2 * w->from], &left);
    w->ends[1] = tr_roads_access(l->roads, &l->area->xy[2 * w->to], &left);
    if (!w->ends[0].n || !w->ends[1].n) return;
    tr_roads_search(l->roads, &w->ends[0], &w->ends[1], 5 * w->estimated[TR_SECONDS] + 60, &left, &l->search);
    tr_roads_way(l->roads, &w->ends[0], &w->ends[1], &left, &l->search, w->way);
}

static void take_ways(learning *l, const tr_way_sample *s, double *const left_out[TR_QUANTITIES],
                      tr_arena *scratch)
{
    int32_t n_taken = 0, every;
    for (int32_t i = 0; i < s->n; i++)
        n_taken +=
            s->rank[i] < NEAREST || (s->rank[i] >= TR_SAMPLE_NEAR && s->rank[i] < TR_SAMPLE_NEAR + DRAWN);
    every = n_taken > MOST_WAYS ? (n_taken + MOST_WAYS - 1) / MOST_WAYS : 1;
    l->ways = TR_NEW(scratch, left_way, n_taken);
    for (int32_t i = 0; i < s->n; i++) {
        bool near = s->rank[i] < NEAREST;
        if (s->from[i] % every ||
            (!near && (s->rank[i] < TR_SAMPLE_NEAR || s->rank[i] >= TR_SAMPLE_NEAR + DRAWN)))
            continue;
        size_t cell = (size_t)s->from[i] * (size_t)l->area->n + (size_t)s->to[i];
        left_way *w = &l->ways[l->n++];
        *w = (left_way){.from = s->from[i], .to = s->to[i], .near = near, .straight_m = s->straight_m[i]};
        for (int q = 0; q < TR_QUANTITIES; q++) {
            w->told[q] = fmax(l->mode->cells[q][cell], 1);
            w->estimated[q] = tr_area_estimated(l->area, l->mode, q, w->straight_m, left_out[q][cell]);
        }
        look_at(l, w);
    }
}

/* The coefficients from one half of the ways, or from both (half < 0). */
static bool learn(const learning *l, int q, int half, double coefficients[TR_ROADS_BASIS])
{
    enum { P = TR_ROADS_BASIS };
    tr_arena *scratch = tr_arena_new();
    double *x = TR_NEW(scratch, double, (size_t)(l->n + P) * P), *y = TR_NEW(scratch, double, l->n + P);
    int32_t n = 0;
    for (int32_t i = 0; i < l->n; i++) {
        const left_way *w = &l->ways[i];
        if (!w->ends[0].n || !w->ends[1].n || (half >= 0 && (w->from + w->to) % 2 != half)) continue;
        tr_roads_basis(l->area, w->straight_m, fmax(w->ends[0].away_m, w->ends[1].away_m), w->estimated[q],
                       w->way[q], &x[(size_t)n * P]);
        y[n++] = log(w->told[q] / fmax(w->estimated[q], 1));
    }
    bool good = n >= FEWEST_WAYS;
    for (int k = 0; k < P; k++, n++)
        x[(size_t)n * P + (size_t)k] = 0.3; /* no correction where nothing is told */
    good = good && tr_robust_fit(n, P, x, y, coefficients);
    for (int k = 0; good && k < P; k++) coefficients[k] = fmin(fmax(coefficients[k], -5), 5);
    tr_arena_free(scratch);
    return good;
}

static bool cross(learning *l, int q)
{
    tr_roads half = *l->roads;
    for (int h = 0; h < 2; h++) {
        if (!learn(l, q, !h, half.blend[q])) return false;
        for (int32_t i = 0; i < l->n; i++) {
            left_way *w = &l->ways[i];
            if ((w->from + w->to) % 2 != h) continue;
            w->crossed[q] =
                w->estimated[q] * exp(tr_roads_correction(l->area, &half, q, w->straight_m, &w->ends[0],
                                                          &w->ends[1], w->estimated[q], w->way));
        }
    }
    return true;
}

/* Mean |error| of the logs, each at most 1. */
static double judge(const learning *l, int q, bool near_only, bool crossed)
{
    double sum = 0;
    int32_t n = 0;
    for (int32_t i = 0; i < l->n; i++) {
        const left_way *w = &l->ways[i];
        if (near_only && !w->near) continue;
        sum += fmin(fabs(log(fmax(crossed ? w->crossed[q] : w->estimated[q], 1) / w->told[q])), 1);
        n++;
    }
    return sum / fmax(n, 1);
}

static bool gains(learning *l, int q)
{
    return cross(l, q) && judge(l, q, false, true) < judge(l, q, false, false) &&
           judge(l, q, true, true) < judge(l, q, true, false) && learn(l, q, -1, l->roads->blend[q]);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_off(const learning *l, bool near, bool crossed, tr_arena *scratch)
{
    double *off = TR_NEW(scratch, double, l->n + 1);
    int32_t n = 0;
    for (int32_t i = 0; i < l->n; i++) {
        const left_way *w = &l->ways[i];
        if (w->near == near)
            off[n++] =
                fabs((crossed ? w->crossed[TR_SECONDS] : w->estimated[TR_SECONDS]) / w->told[TR_SECONDS] - 1);
    }
    qsort(off, (size_t)n, sizeof *off, ascending);
    return n ? 100 * off[n / 2] : 0;
}

static void tell_gain(const learning *l, int32_t n_legs, tr_road_gain *g, tr_arena *scratch)
{
    *g = (tr_road_gain){.n_legs = n_legs, .n_streets = l->roads->n_streets};
    for (int32_t k = 0; k < l->roads->n_streets; k++) g->metres += l->roads->streets[k].metres;
    for (int32_t i = 0; i < l->n; i++) g->n_ways[!l->ways[i].near]++;
    for (int far = 0; far < 2; far++) {
        g->without[far] = median_off(l, !far, false, scratch);
        g->with[far] = median_off(l, !far, true, scratch);
    }
}

void tr_calibrate_roads(const tr_area *area, tr_area_mode *mode, int32_t n_legs, const tr_road_leg *legs,
                        const tr_way_sample *sample, double *const left_out[TR_QUANTITIES],
                        tr_road_gain *gain, tr_arena *arena, tr_diag *diag)
{
    tr_arena *scratch = tr_arena_new();
    learning l = {.area = area, .mode = mode, .roads = TR_NEW(arena, tr_roads, 1)};
    if (!n_legs) {
        /* nothing to build */
    } else if (!tr_roads_build(area, n_legs, legs, arena, l.roads, &l.driven)) {
        tr_diag_add(diag, TR_WARNING, "calibration", mode->name,
                    "the road lines are left out: %d streets are more than %d, or have more than %d points",
                    l.roads->n_streets, TR_ROADS_MOST_STREETS, TR_ROADS_MOST_POINTS);
    } else {
        l.search = tr_roads_search_new(l.roads, scratch);
        take_ways(&l, sample, left_out, scratch);
        if (gains(&l, TR_SECONDS)) {
            mode->roads = l.roads;
            if (!gains(&l, TR_METRES)) memset(l.roads->blend[TR_METRES], 0, sizeof l.roads->blend[TR_METRES]);
            tell_gain(&l, n_legs, gain, scratch);
        } else {
            tr_diag_add(
                diag, TR_WARNING, "calibration", mode->name,
                "the road lines of %d legs are left out: recorded ways are not estimated better with them",
                n_legs);
        }
    }
    tr_arena_free(scratch);
}
