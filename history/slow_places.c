/* slow_places.c -- see slow_places.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "slow_places.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

enum { LEAST_CASES = 30, ACROSS = 26 };

typedef struct {
    int32_t square;
    double days;
} placed;

static bool drawn(const tr_case *c)
{
    return c->end == TR_CASE_CLEARED && isfinite(c->lat) && isfinite(c->lon);
}

static int by_square(const void *a, const void *b)
{
    const placed *x = a, *y = b;
    if (x->square != y->square) return x->square < y->square ? -1 : 1;
    return (x->days > y->days) - (x->days < y->days);
}

static void fill(tr_slow_places *p, placed *all, int32_t n, tr_arena *arena)
{
    int32_t squares = p->squares.n_x * p->squares.n_y, *count = TR_NEW(arena, int32_t, squares);
    double *median = TR_NEW(arena, double, squares), *days = TR_NEW(arena, double, n + 1);
    qsort(all, (size_t)n, sizeof *all, by_square);
    for (int32_t s = 0; s < squares; s++) median[s] = NAN;
    for (int32_t i = 0, first; i < n;) {
        for (first = i; i < n && all[i].square == all[first].square; i++) days[i - first] = all[i].days;
        count[all[first].square] = i - first;
        if (i - first >= TR_LEAST_IN_SQUARE) median[all[first].square] = tr_quantile(days, i - first, 0.5);
    }
    p->n = count, p->median = median;
}

tr_slow_places tr_slow_places_of(const tr_case *cases, int32_t n, tr_arena *arena)
{
    tr_slow_places p = {0};
    double *lat = TR_NEW(arena, double, n + 1), *lon = TR_NEW(arena, double, n + 1);
    placed *all = TR_NEW(arena, placed, n + 1);
    int32_t inside = 0;
    for (int32_t i = 0; i < n; i++) {
        if (!drawn(&cases[i])) continue;
        lat[p.n_cases] = cases[i].lat, lon[p.n_cases++] = cases[i].lon;
    }
    if (p.n_cases < LEAST_CASES) return p;
    p.squares = tr_squares_over(lat, lon, p.n_cases, ACROSS, arena);
    for (int32_t i = 0; i < n; i++) {
        if (!drawn(&cases[i])) continue;
        int32_t square = tr_squares_at(&p.squares, cases[i].lat, cases[i].lon);
        if (square < 0) continue;
        double days = (double)(cases[i].until_s - cases[i].reported_s) / 86400;
        all[inside++] = (placed){square, days};
    }
    p.n_outside = p.n_cases - inside;
    fill(&p, all, inside, arena);
    return p;
}

void tr_slow_places_draw(FILE *out, const tr_slow_places *p, tr_arena *arena)
{
    tr_squares_map map = {.title = "median clear-up time by place", .value = "median", .counted = "cleared", .n = p->n, .days = p->median};
    tr_squares_fifths(p->median, p->squares.n_x * p->squares.n_y, map.limits, arena);
    tr_squares_draw(out, &p->squares, &map);
}
