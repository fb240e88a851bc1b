/* trips_ahead.c -- what may follow on a trip at best: a bound by litres left and by the stops visited last that are near.
 * See trips.h.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "trips_inner.h"

#include <string.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

enum { LEVELS = 30, QUICK = 2 };

int64_t trip_road(const trip_class *c, const trip_prices *u, int32_t from, int32_t to)
{
    const tr_full *g = c->graph;
    size_t cell = (size_t)from * (size_t)g->stride + (size_t)to;
    int32_t sec = g->sec[cell];
    if (sec >= TR_FAR) return INT64_MAX / 4;
    return g->met[cell] * g->a + u->second * (sec + g->nodes[to].stay) / TR_TRIP_FINE;
}

static void set_up(trip_ahead *p, tr_mask group, tr_arena *scratch)
{
    const tr_full *g = p->g;
    const int32_t s = g->stride;
    p->takes = group & trip_taken_at(p->c, p->to);
    p->fee = p->to == g->end ? 0 : 18 * g->m->problem->sites[g->nodes[p->to].ref].gate_fee_pence_per_tonne;
    p->arc = TR_NEW(scratch, int64_t, (size_t)s * (size_t)s), p->last = TR_NEW(scratch, int64_t, g->n + 1);
    for (int32_t b = 0; b < TRIP_BOXES; b++) p->may[b] = TR_NEW(scratch, bool, g->ns + 1);
    for (int32_t j = 0; j < g->ns; j++) {
        int32_t stream = trip_stop(p, j)->stream;
        int64_t here = p->c->stop_cost[j] - p->u->stop[g->nodes[j].ref] + trip_inward(p->c, p->u, p->to, j);
        p->may[0][j] = ((p->c->streams[0] & p->takes) >> stream & 1) && trip_stop(p, j)->kg <= p->c->room_kg[0] && trip_stop(p, j)->litres <= p->c->room[0];
        p->may[1][j] = p->c->n_boxes > 1 && (p->c->streams[1] >> stream & 1) && trip_stop(p, j)->kg <= p->c->room_kg[1] && trip_stop(p, j)->litres <= p->c->room[1];
        for (int32_t i = 0; i < s; i++) {
            const bool late = i < g->ns && trip_is_late(p->c, trip_serves(p->c, 0, i), j);
            p->arc[i * s + j] = i == j || late ? INT64_MAX / 4 : trip_road(p->c, p->u, i, j) + here;
        }
    }
    for (int32_t j = 0; j < g->n; j++) p->last[j] = trip_road(p->c, p->u, j, p->to);
    p->most = p->u->reach[0][p->to];
}

int64_t trip_least_fee(const trip_ahead *p, int32_t stop)
{
    int64_t a = p->may[0][stop] ? trip_fee(p, stop, 0) : INT64_MAX, b = p->may[1][stop] ? trip_fee(p, stop, 1) : INT64_MAX;
    return a < b ? a : b;
}

static int32_t load_of(const trip_ahead *p, int32_t stop)
{
    return p->by_kg ? trip_stop(p, stop)->kg : trip_stop(p, stop)->litres;
}

static void find_recent(trip_ahead *p, const bool *core, tr_arena *scratch)
{
    const int32_t ns = p->g->ns, s = p->g->stride;
    p->recent = tr_arena_alloc(scratch, (size_t)ns + 1, sizeof *p->recent);
    bool *in = TR_NEW(scratch, bool, ns + 1);
    for (int32_t j = 0; j < ns; j++) {
        memset(in, 0, (size_t)ns * sizeof *in);
        for (int32_t k = 0; k < p->n_recent; k++) {
            int32_t best = -1;
            for (int32_t i = 0; i < ns; i++)
                if (!in[i] && i != j && !(core && core[i]) && (p->may[0][i] || p->may[1][i]) && (best < 0 || p->g->sec[i * s + j] < p->g->sec[best * s + j])) best = i;
            p->recent[j][k] = best;
            if (best >= 0) in[best] = true;
        }
    }
}

uint32_t trip_recent_of(const trip_ahead *p, int32_t node, const uint64_t *memory)
{
    uint32_t bits = 0;
    for (int32_t k = 0; k < p->n_recent; k++) {
        int32_t i = p->recent[node][k];
        if (i >= 0 && (memory[i >> 6] >> (i & 63) & 1)) bits |= 1u << k;
    }
    return bits;
}

static size_t place(const trip_ahead *p, int32_t level, int32_t stop)
{
    return ((size_t)level * (size_t)p->g->ns + (size_t)stop) << p->n_recent;
}

static int64_t *rest_of(const trip_ahead *p, int32_t level, int32_t stop, uint32_t bits)
{
    return p->rests + place(p, level, stop) + bits;
}

/* [ns][ns][1 << n_recent] which of the stops near the second are remembered there, by which of those near the first were at the first;
 * BARRED where the second is one of them. */
uint8_t *trip_recent_then(const trip_ahead *p, tr_arena *scratch)
{
    const int32_t ns = p->g->ns;
    const uint32_t sets = 1u << p->n_recent;
    uint8_t *all = TR_NEW(scratch, uint8_t, ((size_t)ns * (size_t)ns << p->n_recent) + 1), *then = all;
    for (int32_t j = 0; j < ns; j++)
        for (int32_t i = 0; i < ns; i++, then += sets) {
            uint32_t bar = 0, always = 0, from[TRIP_RECENT], to[TRIP_RECENT], n = 0;
            for (int32_t k = 0; k < p->n_recent; k++) {
                int32_t at = p->recent[i][k];
                if (at == j) always |= 1u << k;
                if (p->recent[j][k] == i) bar = 1u << k;
                for (int32_t b = 0; at >= 0 && b < p->n_recent; b++)
                    if (p->recent[j][b] == at) from[n] = (uint32_t)b, to[n++] = (uint32_t)k;
            }
            for (uint32_t m = 0; m < sets; m++) {
                uint32_t bits = always;
                for (uint32_t k = 0; k < n; k++) bits |= (m >> from[k] & 1) << to[k];
                then[m] = m & bar ? TRIP_BARRED : (uint8_t)bits;
            }
        }
    return all;
}

/* A visit of a site on the way from a stop to a stop costs so much more at least: the other compartment is empty then. */
static int64_t find_detour(const trip_ahead *p)
{
    const int32_t ns = p->g->ns, s = p->g->stride;
    int64_t least = INT64_MAX / 4;
    for (int32_t i = 0; i < ns; i++)
        for (int32_t w = ns; w < p->g->n; w++) {
            if (!p->g->active[w] || !(p->g->m->problem->sites[p->g->nodes[w].ref].streams & p->c->streams[1])) continue;
            if (p->last[i] < INT64_MAX / 8) least = MIN(least, trip_road(p->c, p->u, i, w) + p->last[w] - p->last[i]);
            for (int32_t j = 0; j < ns; j++)
                if (p->arc[i * s + j] < INT64_MAX / 8 && (p->may[0][j] || p->may[1][j])) least = MIN(least, trip_road(p->c, p->u, i, w) + p->arc[w * s + j] - p->arc[i * s + j]);
        }
    return MAX(0, least);
}

/* Load that is left out if it is counted in whole levels. */
static int64_t lost_by(const trip_ahead *p, int32_t step)
{
    int64_t lost = 0;
    for (int32_t j = 0; j < p->g->ns; j++)
        if (p->may[0][j] || p->may[1][j]) lost += load_of(p, j) % step;
    return lost;
}

/* The level, at most `fine` of them in the room, by which least is left out: some stop's load, or a whole part of it. */
static int32_t best_step(const trip_ahead *p, int32_t fine)
{
    const int32_t least = MAX(1, (p->room + fine - 1) / fine);
    int32_t best = least, load = 0;
    int64_t lost = lost_by(p, least);
    for (int32_t j = 0; j < p->g->ns; j++) {
        if (load_of(p, j) == load || !(p->may[0][j] || p->may[1][j])) continue; /* many are alike */
        load = load_of(p, j);
        for (int32_t parts = 1; load / parts >= least; parts++) {
            const int32_t step = load / parts;
            const int64_t then = lost_by(p, step);
            if (then < lost || (then == lost && step > best)) best = step, lost = then;
        }
    }
    return best;
}

/* Loads are counted in what is scarcer, kg or litres, rounded to levels.  Where the other compartment is followed both are one room, to
 * which a visit of a site adds that of the other again. */
static void find_levels(trip_ahead *p, int32_t fine, tr_arena *scratch)
{
    const int32_t ns = p->g->ns;
    int64_t all[2] = {0, 0}, other[2] = {0, 0};
    for (int32_t j = 0; j < ns; j++) {
        const int64_t kg = trip_stop(p, j)->kg, litres = trip_stop(p, j)->litres;
        if (p->may[0][j] || p->may[1][j]) all[0] += litres, all[1] += kg;
        if (p->may[1][j] && p->c->follows) other[0] += litres, other[1] += kg;
    }
    const int64_t litres = p->c->room[0] + MIN(other[0], p->c->room[1]), kg = MIN(p->g->payload, p->c->room_kg[0] + MIN(other[1], p->c->room_kg[1]));
    p->by_kg = all[1] * litres > all[0] * kg;
    p->room = (int32_t)(p->by_kg ? kg : litres);
    p->more = p->by_kg ? p->c->room_kg[1] : p->c->room[1];
    p->step = best_step(p, fine);
    p->many = TR_NEW(scratch, bool, ns + 1), p->row = TR_NEW(scratch, int32_t, ns + 1);
    for (int32_t j = 0; j < ns; j++) {
        if (!(p->may[0][j] || p->may[1][j])) continue;
        p->row[j] = p->n_rows++;
        p->many[j] = (!p->c->follows && p->may[1][j]) || load_of(p, j) < p->step;
        p->n_many += p->many[j];
        if (p->many[j]) tr_bit_set(p->many_set, j);
    }
    p->levels_of = TR_NEW(scratch, int32_t, ns + 1);
    for (int32_t j = 0; j < ns; j++) p->levels_of[j] = p->many[j] ? 1 : load_of(p, j) / p->step;
    int64_t most = MIN(all[p->by_kg], (p->by_kg ? p->c->room_kg[0] : p->c->room[0]) + other[p->by_kg]); /* of a trip that is emptied often, */
    for (int32_t b = 0; b < p->g->kc; b++) most += p->by_kg ? p->c->d->kg[b] : p->c->d->litres[b]; /* with what is on board at the start */
    p->detour = p->c->follows ? find_detour(p) : 0;
    if (p->more > 0 && most > p->room && p->detour < INT64_MAX / 8) p->times = (int32_t)((most - p->room + p->more - 1) / p->more);
    p->levels = (int32_t)MIN((p->room + (int64_t)p->times * p->more) / p->step, all[p->by_kg] / p->step) + p->n_many;
}

int32_t trip_level_then(const trip_ahead *p, int32_t level, int32_t times)
{
    return (int32_t)MIN(p->levels, level + ((int64_t)times * p->more + p->step - 1) / p->step);
}

/* Ways on by levels left, over routes that remember few stops (Baldacci et al. 2011). */
static void look_back(trip_ahead *p, tr_arena *scratch)
{
    const int32_t ns = p->g->ns, s = p->g->stride;
    const uint32_t sets = 1u << p->n_recent;
    const uint8_t *thens = trip_recent_then(p, scratch);
    p->rests = TR_NEW(scratch, int64_t, place(p, p->levels + 1, 0) + 1);
    for (int32_t q = 0; q <= p->levels; q++)
        for (int32_t j = 0; j < ns; j++) {
            int64_t *here = rest_of(p, q, j, 0);
            for (uint32_t m = 0; m < sets; m++) here[m] = p->last[j] - p->most; /* the trip ends */
            for (int32_t i = 0; i < ns; i++) {
                if (i == j || !(p->may[0][i] || p->may[1][i]) || p->levels_of[i] > q) continue;
                const int64_t step = p->arc[j * s + i] + trip_least_fee(p, i), *next = rest_of(p, q - p->levels_of[i], i, 0);
                const uint8_t *then = thens + (((size_t)j * (size_t)ns + (size_t)i) << p->n_recent);
                for (uint32_t m = 0; m < sets; m++)
                    if (then[m] != TRIP_BARRED && step + next[then[m]] < here[m]) here[m] = step + next[then[m]];
            }
        }
    for (int32_t q = 0; q <= p->levels; q++)
        for (int32_t k = 1; k <= p->times; k++) {
            const int64_t *from = rest_of(p, trip_level_then(p, q, k), 0, 0);
            int64_t *here = rest_of(p, q, 0, 0);
            for (size_t m = 0; m < (size_t)ns << p->n_recent; m++) here[m] = MIN(here[m], from[m] + k * p->detour);
        }
}

int32_t trip_level(const trip_ahead *p, int32_t kg, int32_t litres, int32_t many)
{
    const int32_t left = (p->room - (p->by_kg ? kg : litres)) / p->step + p->n_many - many;
    return MAX(0, MIN(p->levels, left));
}

int64_t trip_at_best(const trip_ahead *p, int32_t stop, int32_t kg, int32_t litres, int32_t many, const uint64_t *memory)
{
    return *rest_of(p, trip_level(p, kg, litres, many), stop, trip_recent_of(p, stop, memory));
}

void trip_look_ahead(trip_ahead *p, const trip_class *c, const trip_prices *u, int32_t to, tr_mask group, bool quick, tr_arena *arena)
{
    trip_ahead_begin(p, c, u, to, group, INT64_MAX, NULL, quick ? QUICK : TRIP_RECENT, LEVELS, arena);
    look_back(p, arena);
}

/* Least cost of a trip's first way, with what is paid for the stop. */
static int64_t first_way(const trip_ahead *p, int32_t from, int32_t stop)
{
    int64_t got = INT64_MIN / 4;
    for (int32_t k = 0; k < p->c->n_states; k++)
        if (from != p->g->start || k == p->c->start_state) got = MAX(got, p->u->leave[k][from]);
    return p->arc[from * p->g->stride + stop] - got + trip_once(p->c, p->u, from, p->to) + trip_least_fee(p, stop);
}

/* Strikes out ways that no trip below `most` goes by, and stops that none has. */
static void strike_out(trip_ahead *strip, tr_mask group, int64_t most, tr_arena *arena)
{
    trip_ahead a, *p = &a;
    trip_look_ahead(p, strip->c, strip->u, strip->to, group, false, arena);
    const int32_t ns = p->g->ns, s = p->g->stride, whole = trip_level_then(p, trip_level(p, 0, 0, 0), p->times);
    const uint32_t sets = 1u << p->n_recent;
    const uint8_t *thens = trip_recent_then(p, arena);
    const size_t cells = place(p, p->levels + 1, 0);
    int64_t *ways = TR_NEW(arena, int64_t, cells + 1); /* to the stop at least, by levels left and stops remembered, as `rests` from there */
    int64_t *by = TR_NEW(arena, int64_t, (size_t)s * (size_t)s), *last = TR_NEW(arena, int64_t, ns + 1); /* of a trip that goes there */
    for (size_t i = 0; i < cells; i++) ways[i] = INT64_MAX / 4;
    for (int32_t i = 0; i < s * s; i++) by[i] = INT64_MAX / 4;
    for (int32_t j = 0; j < ns; j++) {
        last[j] = INT64_MAX / 4;
        if (!(p->may[0][j] || p->may[1][j]) || p->levels_of[j] > whole) continue;
        for (int32_t w = ns; w <= p->g->start; w++) { /* the start comes next to the sites */
            if (p->arc[w * s + j] >= INT64_MAX / 8) continue;
            const size_t at = place(p, whole - p->levels_of[j], j);
            const int64_t way = first_way(p, w, j);
            by[w * s + j] = way + p->rests[at];
            ways[at] = MIN(ways[at], way);
        }
    }
    for (int32_t q = whole; q >= 0; q--)
        for (int32_t j = 0; j < ns; j++) {
            const int64_t *here = ways + place(p, q, j);
            for (uint32_t m = 0; m < sets; m++) last[j] = MIN(last[j], here[m] + p->last[j] - p->most);
            for (int32_t i = 0; i < ns; i++) {
                if (i == j || !(p->may[0][i] || p->may[1][i]) || p->levels_of[i] > q || p->arc[j * s + i] >= INT64_MAX / 8) continue;
                const int64_t step = p->arc[j * s + i] + trip_least_fee(p, i);
                const size_t next = place(p, q - p->levels_of[i], i);
                const uint8_t *then = thens + (((size_t)j * (size_t)ns + (size_t)i) << p->n_recent);
                for (uint32_t m = 0; m < sets; m++) {
                    if (then[m] == TRIP_BARRED || here[m] >= INT64_MAX / 8) continue;
                    by[j * s + i] = MIN(by[j * s + i], here[m] + step + p->rests[next + then[m]]);
                    ways[next + then[m]] = MIN(ways[next + then[m]], here[m] + step);
                }
            }
        }
    for (int32_t j = 0; j < ns; j++) {
        bool any = false;
        if (last[j] >= most) strip->last[j] = INT64_MAX / 4;
        for (int32_t i = 0; i < s; i++)
            if (by[i * s + j] >= most) strip->arc[i * s + j] = INT64_MAX / 4;
            else any = true;
        for (int b = 0; b < TRIP_BOXES; b++) strip->may[b][j] &= any;
    }
}

void trip_ahead_begin(trip_ahead *p, const trip_class *c, const trip_prices *u, int32_t to, tr_mask group, int64_t most, const bool *core, int32_t n_recent,
                      int32_t levels, tr_arena *arena)
{
    *p = (trip_ahead){.c = c, .g = c->graph, .u = u, .to = to, .group = group, .n_recent = n_recent};
    set_up(p, group, arena);
    if (most < INT64_MAX) strike_out(p, group, most, arena);
    find_recent(p, core, arena);
    find_levels(p, levels, arena);
}

uint64_t *trip_cuts_of(const trip_class *c, const trip_prices *u, tr_arena *arena)
{
    uint64_t *of = TR_NEW(arena, uint64_t, c->graph->ns + 1);
    for (int32_t k = 0; k < u->n_cuts; k++)
        for (int i = 0; i < 3 && u->cuts[k].dual < 0; i++) {
            int32_t j = c->graph->local[u->cuts[k].stops[i]];
            if (j >= 0) of[j] |= (uint64_t)1 << k;
        }
    return of;
}

int64_t trip_cuts_cost(const trip_prices *u, uint64_t cuts)
{
    int64_t sum = 0;
    for (; cuts; cuts &= cuts - 1) sum -= u->cuts[__builtin_ctzll(cuts)].dual;
    return sum;
}
