/* audit_bound.c -- what a route can still gain after a stop: a bound for labels without hope.
 *
 * A dynamic programme, backward in time, over (time, others served, stop, memory): the least reduced cost
 * from the end of a stop's service to the vehicle's return.  It keeps what makes routes long or short
 * and lets go of the rest:
 *   kept     windows, shift, rule 9, metres, seconds at the least rate, hazard minutes, fees at the
 *            cheapest site, the last way by a site where the load may not stay on board, and of the
 *            neighbourhoods the nearest stops (forgetting more lets more routes in)
 *   let go   loads, opening hours, hours and breaks, cuts (they only add), waiting that is paid
 * A leg may lead by sites: it takes the shortest time and, apart from that, the cheapest way.
 * Time is rounded down to a grid whose step no leg with its service is shorter than, so every entry
 * depends on later ones only.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"

enum { MAX_NEAR = 9, MAX_STEP_S = 120, MAX_ENTRIES = 16000000 };

typedef struct {
    int64_t seconds, cost; /* least of each; seconds -1: no way */
} way;

struct tr_audit_bound {
    const tr_audit_crew *crew;
    int64_t origin_s, step_s;
    int32_t n_times, n_orders, n_near; /* n_near: bits of a memory */
    int32_t *near;       /* [n_stops * n_near] the others remembered, -1 = none */
    way *ways;           /* [n_stops * n_stops] */
    way *home;           /* [n_stops] to the end, by a site if need be */
    int64_t *gain;       /* [n_stops] cost of the service alone: dual, fees */
    int64_t *entries;    /* [n_times][n_orders][n_stops][1 << n_near]; NULL: nothing is known */
};

/* ---- ways ---- */

static void shorten(way *a, way b, way c, int64_t stay_s, int64_t stay_cost)
{
    if (b.seconds < 0 || c.seconds < 0) return;
    way by = {b.seconds + stay_s + c.seconds, b.cost + stay_cost + c.cost};
    if (a->seconds < 0) *a = by;
    if (by.seconds < a->seconds) a->seconds = by.seconds;
    if (by.cost < a->cost) a->cost = by.cost;
}

/* Between all nodes, by sites where that is shorter (Floyd 1962). */
static way *all_ways(const tr_audit_crew *w)
{
    size_t n = (size_t)w->n_nodes;
    way *all = TR_NEW(w->arena, way, n * n);
    for (size_t i = 0; i < n * n; i++) {
        all[i] = (way){w->legs[i].seconds, 0};
        if (all[i].seconds >= 0)
            all[i].cost = w->legs[i].metres * w->per_metre + w->legs[i].seconds * w->least_second;
    }
    for (int32_t s = w->first_site; s < w->start; s++) {
        int64_t stay = w->problem->sites[s - w->first_site].turnaround_s;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                shorten(&all[i * n + j], all[i * n + (size_t)s], all[(size_t)s * n + j], stay, stay * w->least_second);
    }
    return all;
}

static way way_home(const tr_audit_crew *w, const way *all, int32_t i)
{
    const tr_problem *p = w->problem;
    const tr_stop *stop = &p->stops[w->stops[i]];
    size_t n = (size_t)w->n_nodes, from = (size_t)i * n;
    way home = {-1, 0};
    if (w->vehicle->may_park_loaded && !p->streams[stop->stream].hazardous) return all[from + (size_t)w->end];
    for (int32_t s = 0; s < p->n_sites; s++) {
        size_t at = (size_t)(w->first_site + s);
        int64_t stay = p->sites[s].turnaround_s;
        if (p->sites[s].streams >> stop->stream & 1)
            shorten(&home, all[from + at], all[at * n + (size_t)w->end], stay, stay * w->least_second);
    }
    return home;
}

static void lay_ways(tr_audit_bound *b)
{
    const tr_audit_crew *w = b->crew;
    size_t n = (size_t)w->n_stops;
    const way *all = all_ways(w);
    b->ways = TR_NEW(w->arena, way, n * n + 1);
    b->home = TR_NEW(w->arena, way, n + 1);
    b->gain = TR_NEW(w->arena, int64_t, n + 1);
    for (int32_t i = 0; i < w->n_stops; i++) {
        const tr_stop *s = &w->problem->stops[w->stops[i]];
        for (size_t j = 0; j < n; j++) b->ways[(size_t)i * n + j] = all[(size_t)i * (size_t)w->n_nodes + j];
        b->home[i] = way_home(w, all, i);
        b->gain[i] = s->kg * tr_audit_least_fee(w, (tr_mask)1 << s->stream) * w->per_fee +
                     s->service_s * w->least_second - w->prices->stop_dual[w->stops[i]];
    }
}

/* ---- memories ---- */

static void pick_near(tr_audit_bound *b, int32_t i)
{
    const tr_audit_crew *w = b->crew;
    int32_t *mine = b->near + (size_t)i * (size_t)b->n_near;
    tr_audit_set rest = w->near[i];
    if (i < TR_AUDIT_SET) rest &= ~((tr_audit_set)1 << i);
    for (int32_t k = 0; k < b->n_near; k++) {
        int32_t best = -1;
        int64_t best_s = INT64_MAX;
        for (int32_t j = 0; j < w->n_stops && j < TR_AUDIT_SET; j++) {
            int64_t s = b->ways[(size_t)j * (size_t)w->n_stops + (size_t)i].seconds;
            if (rest >> j & 1 && s >= 0 && s < best_s) {
                best_s = s;
                best = j;
            }
        }
        mine[k] = best;
        if (best >= 0) rest &= ~((tr_audit_set)1 << best);
    }
}

static int32_t bit_at(const tr_audit_bound *b, int32_t i, int32_t stop) /* -1 = not remembered at i */
{
    for (int32_t k = 0; k < b->n_near; k++)
        if (b->near[(size_t)i * (size_t)b->n_near + (size_t)k] == stop) return k;
    return -1;
}

/* The memory after going from i to j, for each memory at i. */
static void carry_over(const tr_audit_bound *b, int32_t i, int32_t j, uint16_t *after)
{
    int32_t self = bit_at(b, j, i), to[MAX_NEAR];
    for (int32_t k = 0; k < b->n_near; k++) {
        int32_t stop = b->near[(size_t)i * (size_t)b->n_near + (size_t)k];
        to[k] = stop < 0 ? -1 : bit_at(b, j, stop);
    }
    for (int32_t m = 0; m < 1 << b->n_near; m++) {
        uint32_t set = self >= 0 ? 1u << self : 0;
        for (int32_t k = 0; k < b->n_near; k++)
            if (m >> k & 1 && to[k] >= 0) set |= 1u << to[k];
        after[m] = (uint16_t)set;
    }
}

/* ---- the programme ---- */

static int64_t *entry(const tr_audit_bound *b, int32_t time, int32_t order, int32_t stop)
{
    size_t at = ((size_t)time * (size_t)b->n_orders + (size_t)order) * (size_t)b->crew->n_stops + (size_t)stop;
    return b->entries + (at << b->n_near);
}

/* The earliest start of service from then on, or NEVER. */
static int64_t start_from(const tr_audit_crew *w, int32_t i, int64_t time_s)
{
    const tr_stop *s = &w->problem->stops[w->stops[i]];
    int64_t start = s->n_windows ? TR_AUDIT_NEVER : time_s;
    for (int32_t k = s->n_windows - 1; k >= 0; k--)
        if (time_s <= s->windows[k].end_s) start = time_s > s->windows[k].start_s ? time_s : s->windows[k].start_s;
    return start <= w->latest_s[i] ? start : TR_AUDIT_NEVER;
}

static void go_on(const tr_audit_bound *b, int32_t time, int32_t i, int32_t j, const uint16_t *after)
{
    const tr_audit_crew *w = b->crew;
    way leg = b->ways[(size_t)i * (size_t)w->n_stops + (size_t)j];
    if (leg.seconds < 0) return;
    int64_t start = start_from(w, j, b->origin_s + time * b->step_s + leg.seconds);
    int64_t done = start + w->problem->stops[w->stops[j]].service_s;
    if (start == TR_AUDIT_NEVER || done > w->until_s) return;
    int64_t cost = leg.cost + b->gain[j];
    if (w->hazardous[j] && done > w->problem->policy.day_start_s)
        cost += w->per_hazard_second * (done - w->problem->policy.day_start_s);
    int32_t next = (int32_t)((done - b->origin_s) / b->step_s), known = bit_at(b, i, j);
    for (int32_t order = 0; order < b->n_orders; order++) {
        if (order && w->first[j]) continue;
        const int64_t *from = entry(b, next, order || (w->order && !w->hazardous[j]), j);
        int64_t *to = entry(b, time, order, i);
        for (int32_t m = 0; m < 1 << b->n_near; m++) {
            if (known >= 0 && m >> known & 1) continue;
            int64_t sum = from[after[m]] + cost;
            if (from[after[m]] < TR_AUDIT_NEVER && sum < to[m]) to[m] = sum;
        }
    }
}

static void fill(tr_audit_bound *b)
{
    const tr_audit_crew *w = b->crew;
    size_t n = (size_t)w->n_stops, sets = (size_t)1 << b->n_near;
    uint16_t *after = TR_NEW(w->arena, uint16_t, n * n * sets + 1);
    for (int32_t i = 0; i < w->n_stops; i++)
        for (int32_t j = 0; j < w->n_stops; j++)
            carry_over(b, i, j, after + ((size_t)i * n + (size_t)j) * sets);
    for (int32_t time = b->n_times - 1; time >= 0; time--)
        for (int32_t i = 0; i < w->n_stops; i++) {
            bool back = b->home[i].seconds >= 0 &&
                        b->origin_s + time * b->step_s + b->home[i].seconds <= w->until_s;
            for (int32_t order = 0; order < b->n_orders; order++)
                for (size_t m = 0; m < sets; m++)
                    entry(b, time, order, i)[m] = back ? b->home[i].cost : TR_AUDIT_NEVER;
            for (int32_t j = 0; j < w->n_stops; j++)
                if (j != i || !(i < TR_AUDIT_SET))
                    go_on(b, time, i, j, after + ((size_t)i * n + (size_t)j) * sets);
        }
}

/* The grid: as coarse as the shortest leg with its service, and as many stops remembered as there is room. */
static bool lay_grid(tr_audit_bound *b)
{
    const tr_audit_crew *w = b->crew;
    int64_t step = MAX_STEP_S;
    for (int32_t i = 0; i < w->n_stops; i++)
        for (int32_t j = 0; j < w->n_stops; j++) {
            int64_t leg = b->ways[(size_t)i * (size_t)w->n_stops + (size_t)j].seconds;
            int64_t takes = leg + w->problem->stops[w->stops[j]].service_s;
            if ((i != j || i >= TR_AUDIT_SET) && leg >= 0 && takes < step) step = takes;
        }
    b->origin_s = w->lo;
    b->step_s = step;
    b->n_orders = w->order ? 2 : 1;
    if (step < 1 || w->until_s < w->lo || !w->n_stops) return false;
    int64_t times = (w->until_s - w->lo) / step + 1, states = times * b->n_orders * w->n_stops;
    if (states > MAX_ENTRIES) return false;
    b->n_times = (int32_t)times;
    while (b->n_near < MAX_NEAR && b->n_near < w->n_stops - 1 && states << (b->n_near + 1) <= MAX_ENTRIES) b->n_near++;
    return true;
}

tr_audit_bound *tr_audit_bound_new(const tr_audit_crew *w)
{
    tr_audit_bound *b = TR_NEW(w->arena, tr_audit_bound, 1);
    b->crew = w;
    lay_ways(b);
    if (!lay_grid(b)) return b;
    b->near = TR_NEW(w->arena, int32_t, (size_t)w->n_stops * (size_t)b->n_near + 1);
    for (int32_t i = 0; i < w->n_stops; i++) pick_near(b, i);
    b->entries = TR_NEW(w->arena, int64_t, ((size_t)b->n_times * (size_t)b->n_orders * (size_t)w->n_stops) << b->n_near);
    fill(b);
    return b;
}

int64_t tr_audit_to_come(const tr_audit_bound *b, int32_t node, tr_audit_set memory, bool others, int64_t time_s)
{
    int64_t time = (time_s - b->origin_s) / b->step_s;
    uint32_t m = 0;
    if (!b->entries || time < 0) return -TR_AUDIT_NEVER;
    if (time >= b->n_times) return TR_AUDIT_NEVER;
    for (int32_t k = 0; k < b->n_near; k++) {
        int32_t stop = b->near[(size_t)node * (size_t)b->n_near + (size_t)k];
        if (stop >= 0 && memory >> stop & 1) m |= 1u << k;
    }
    return entry(b, (int32_t)time, others && b->n_orders > 1, node)[m];
}
