/* trips_class.c -- what the bound over trips knows of a class of vehicles: compartments, states between trips, breaks.  See trips.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "trips_master.h"

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

enum { MANY = 30, NEAR = 6, NEAR_MANY = 3 }; /* stops; remembered at a stop at first */

static bool same_kind(const tr_model *m, const trip_class *c, int32_t a, int32_t b)
{
    bool same = (c->d->park_streams >> a & 1) == (c->d->park_streams >> b & 1) && m->same_group[a] == m->same_group[b];
    for (int32_t z = 0; z < m->n_sites; z++) same &= (m->problem->sites[z].streams >> a & 1) == (m->problem->sites[z].streams >> b & 1);
    return same;
}

/* What is told apart of a vehicle between trips. */
static void find_states(const tr_model *m, trip_class *c)
{
    const tr_full *g = c->graph;
    tr_mask streams = 0, loads = 0;
    for (int32_t b = 0; b < g->kc; b++)
        if (b != c->main) loads |= c->d->streams[b];
    for (int32_t j = 0; j < g->ns; j++) {
        const tr_model_stop *s = &m->stops[g->nodes[j].ref];
        streams |= (tr_mask)1 << s->stream;
        c->phased |= g->first_rule && full_comes_first(g, j);
    }
    streams = c->follows ? (streams & c->streams[1]) | loads : 0;
    for (; streams; streams &= streams - 1) {
        const int32_t s = __builtin_ctzll(streams);
        int32_t k = 0;
        while (k < c->n_kinds && !same_kind(m, c, __builtin_ctzll(c->kinds[k]), s)) k++;
        if (k == TR_TRIP_KINDS) k--;
        c->kinds[k] |= (tr_mask)1 << s, c->n_kinds = MAX(c->n_kinds, k + 1);
    }
    for (int32_t kept = 0; kept < 1 << c->n_kinds; kept++) {
        c->group[kept] = ~(tr_mask)0;
        for (int32_t k = 0; k < c->n_kinds; k++) {
            tr_mask may = 0;
            for (tr_mask s = c->kinds[k]; s; s &= s - 1) may |= m->same_group[__builtin_ctzll(s)];
            if (kept >> k & 1) c->group[kept] &= may;
        }
    }
    c->n_states = 1 << (c->n_kinds + c->phased);
    c->start_state = c->follows ? trip_loads(c, 0, loads) : 0;
}

void trip_class_init(trip_class *c, const tr_model *m, int32_t v, int32_t index, tr_arena *arena)
{
    c->index = index;
    int64_t *none = TR_NEW(arena, int64_t, m->n_stops + 1);
    const int32_t near = m->n_stops > MANY ? NEAR_MANY : NEAR;
    tr_duals u = {.cost_counts = true, .stop = none};
    tr_full *g = tr_full_new(m, v, 0, NULL, arena);
    g->keep_all = INT32_MAX; /* stops are no roads */
    full_prepare(g, &u, 2);
    c->graph = g, c->d = g->d;
    for (int32_t k = 0; k < m->n_vehicles; k++) c->count += m->vehicles[k].usable && m->vehicles[k].cls == v;
    c->n_boxes = MIN(g->kc, TRIP_BOXES);
    for (int32_t k = 1; k < g->kc; k++)
        if (g->room[k] > g->room[c->main]) c->main = k;
    for (int32_t k = 0; k < g->kc; k++) {
        int32_t b = k != c->main;
        c->room[b] += g->room[k], c->room_kg[b] += g->room_kg[k], c->streams[b] |= g->v->compartments[k].streams | c->d->streams[k];
    }
    c->follows = g->kc == 2;
    c->near = tr_arena_alloc(arena, (size_t)g->ns + 1, sizeof *c->near);
    c->stop_cost = TR_NEW(arena, int64_t, g->ns + 1), c->fee = TR_NEW(arena, int64_t, g->ns + 1);
    for (int32_t j = 0; j < g->ns; j++) {
        const tr_model_stop *s = &m->stops[g->nodes[j].ref];
        if (s->hazardous) c->stop_cost[j] = g->hazard * MAX(0, (int64_t)g->head[j] + s->service - m->problem->policy.day_start_s);
        int64_t fee = c->d->park_streams >> s->stream & 1 ? 0 : INT64_MAX;
        for (int32_t z = 0; z < m->n_sites; z++)
            if (m->problem->sites[z].streams >> s->stream & 1) fee = MIN(fee, 18 * m->problem->sites[z].gate_fee_pence_per_tonne);
        c->fee[j] = fee == INT64_MAX ? 0 : fee * s->kg;
        int64_t by[TR_TRIPS_MOST];
        bool in[TR_TRIPS_MOST] = {false};
        for (int32_t i = 0; i < g->ns; i++) by[i] = (int64_t)g->sec[j * g->stride + i] + g->sec[i * g->stride + j];
        for (int32_t k = 0; k < MIN(near, g->ns); k++) {
            int32_t best = -1;
            for (int32_t i = 0; i < g->ns; i++)
                if (!in[i] && (best < 0 || i == j || (by[i] < by[best] && best != j))) best = i;
            in[best] = true, c->near[j][best >> 6] |= (uint64_t)1 << (best & 63);
        }
    }
    c->out_cost = g->base_cost + (c->d->used ? 0 : g->fixed_cost) + g->r * c->d->lag;
    c->most_time = MAX(0, MIN(c->d->duty_max, c->d->back_by - c->d->leave_min) - c->d->lag);
    c->free_work = c->most_time;
    if (g->rests && c->d->wtr && c->d->breaks == 0) { /* docs/model.md: the least convex function below the law's steps */
        const int64_t most = c->most_time - 1800 + 1; /* work at most, with the shorter break at least */
        c->free_work = MAX(0, 6 * 3600 - c->d->work);
        c->break_most = most + c->d->work > 9 * 3600 ? 2700 : 1800;
        if (most > c->free_work) c->slope = (int64_t)1800 * TR_TRIP_PARTS / (most - c->free_work);
    }
    find_states(m, c);
}
