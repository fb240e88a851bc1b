/* audit_bound.c -- what a route can still gain after a visit: a bound for labels without hope.
 *
 * A dynamic programme, backward in time, over (time, others served, stop, memory, load): the least reduced
 * cost from the end of a stop's service to the vehicle's return.  It keeps what makes routes long or
 * short and lets go of the rest:
 *   kept     windows, shift, rule 9, metres, seconds at the least rate, hazard minutes, sets entered, fees
 *            at the cheapest site; of the loads the scarcer of kg and litres, over all compartments, in
 *            LEVELS steps, each stop's rounded down; that the load must be tipped in the end; and of the
 *            neighbourhoods the nearest stops (forgetting more lets more routes in)
 *   let go   which site takes what (a visit empties everything), opening hours, hours and breaks, cuts
 *            (they only add), waiting that is paid
 * A leg may lead by sites: it takes the shortest time and, apart from that, the cheapest way.  Two stops
 * that fit one and the same compartment only, and may not share it, have a site between them.
 * Time is rounded down to a grid whose step no leg with its service is shorter than, so every entry
 * depends on later ones only.  Entries are in GRAIN units, rounded down.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"

#include <string.h>

enum { MAX_STEP_S = 120, LEVELS = 24, WIDTH = LEVELS + 1, GRAIN = 180, MAX_ENTRIES = 40000000 };
static const int32_t NEVER = INT32_MAX / 2;   /* no way on, and what no entry exceeds */
static const int32_t UNKNOWN = INT32_MIN / 2; /* what no entry is below: whatever is */

typedef struct {
    int64_t seconds, cost; /* least of each; seconds -1: no way */
} way;

struct tr_audit_bound {
    const tr_audit_crew *crew;
    int64_t origin_s, step_s;
    int32_t n_times, n_orders;
    tr_audit_memory memory;
    bool by_litres;
    int64_t room;        /* kg or litres of all compartments */
    way *all;            /* [n_nodes * n_nodes] by sites where that is shorter */
    way *tipping;        /* [n_stops * n_stops] by at least one site */
    way *home;           /* [n_stops] to the end, by a site if need be */
    bool *parted;        /* [n_stops * n_stops] only by a site */
    int64_t *gain;       /* [n_stops] cost of the service alone: dual, fees */
    int32_t *level;      /* [n_stops] load */
    int32_t *entries;    /* [n_times][n_orders][n_stops][1 << n_near][WIDTH]; NULL: nothing is known */
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

/* From stop i to any node by a site that takes its waste. */
static way way_by_site(const tr_audit_bound *b, int32_t i, int32_t to)
{
    const tr_audit_crew *w = b->crew;
    const tr_problem *p = w->problem;
    size_t n = (size_t)w->n_nodes;
    way best = {-1, 0};
    for (int32_t s = 0; s < p->n_sites; s++) {
        size_t at = (size_t)(w->first_site + s);
        int64_t stay = p->sites[s].turnaround_s;
        if (p->sites[s].streams >> p->stops[w->stops[i]].stream & 1)
            shorten(&best, b->all[(size_t)i * n + at], b->all[at * n + (size_t)to], stay, stay * w->least_second);
    }
    return best;
}

/* A way on from stop i that empties something: any site may do that. */
static way way_by_any_site(const tr_audit_bound *b, int32_t i, int32_t to)
{
    const tr_audit_crew *w = b->crew;
    size_t n = (size_t)w->n_nodes;
    way best = {-1, 0};
    for (int32_t s = 0; s < w->problem->n_sites; s++) {
        size_t at = (size_t)(w->first_site + s);
        int64_t stay = w->problem->sites[s].turnaround_s;
        shorten(&best, b->all[(size_t)i * n + at], b->all[at * n + (size_t)to], stay, stay * w->least_second);
    }
    return best;
}

/* The one compartment that a stop fits, or -1 if there are several. */
static int32_t only_body(const tr_audit_crew *w, int32_t i)
{
    const tr_stop *s = &w->problem->stops[w->stops[i]];
    int32_t only = -1, n = 0;
    for (int32_t c = 0; c < w->vehicle->n_compartments; c++) {
        const tr_compartment *body = &w->vehicle->compartments[c];
        if (!(body->streams >> s->stream & 1) || s->kg > body->kg || s->litres > body->litres) continue;
        only = c;
        n++;
    }
    return n == 1 ? only : -1;
}

/* May the two not be on board together? */
static bool parted(const tr_audit_crew *w, int32_t i, int32_t j)
{
    const tr_stop *a = &w->problem->stops[w->stops[i]], *b = &w->problem->stops[w->stops[j]];
    int32_t body = only_body(w, i);
    return body >= 0 && body == only_body(w, j) && w->apart[a->stream] >> b->stream & 1;
}

static void lay_ways(tr_audit_bound *b)
{
    const tr_audit_crew *w = b->crew;
    size_t n = (size_t)w->n_stops;
    b->all = all_ways(w);
    b->tipping = TR_NEW(w->arena, way, n * n + 1);
    b->home = TR_NEW(w->arena, way, n + 1);
    b->parted = TR_NEW(w->arena, bool, n * n + 1);
    b->gain = TR_NEW(w->arena, int64_t, n + 1);
    for (int32_t i = 0; i < w->n_stops; i++) {
        const tr_stop *s = &w->problem->stops[w->stops[i]];
        bool stays = w->vehicle->may_park_loaded && !w->problem->streams[s->stream].hazardous;
        for (int32_t j = 0; j < w->n_stops; j++) {
            bool apart = parted(w, i, j);
            b->parted[(size_t)i * n + (size_t)j] = apart;
            b->tipping[(size_t)i * n + (size_t)j] = apart ? way_by_site(b, i, j) : way_by_any_site(b, i, j);
        }
        b->home[i] = stays ? b->all[(size_t)i * (size_t)w->n_nodes + (size_t)w->end] : way_by_site(b, i, w->end);
        b->gain[i] = s->kg * tr_audit_least_fee(w, (tr_mask)1 << s->stream) * w->per_fee +
                     s->service_s * w->least_second - w->prices->stop_dual[w->stops[i]];
    }
}

/* ---- loads ---- */

static int32_t level_of(const tr_audit_bound *b, int64_t kg, int64_t litres)
{
    int64_t load = b->by_litres ? litres : kg;
    if (load >= b->room) return LEVELS;
    return load > 0 ? (int32_t)(load * LEVELS / b->room) : 0;
}

static void weigh_loads(tr_audit_bound *b)
{
    const tr_audit_crew *w = b->crew;
    const tr_vehicle *v = w->vehicle;
    int64_t kg = 0, litres = 0, all_kg = 0, all_litres = 0;
    for (int32_t c = 0; c < v->n_compartments; c++) {
        kg += v->compartments[c].kg;
        litres += v->compartments[c].litres;
    }
    if (v->payload_kg < kg) kg = v->payload_kg;
    for (int32_t i = 0; i < w->n_stops; i++) {
        all_kg += w->problem->stops[w->stops[i]].kg;
        all_litres += w->problem->stops[w->stops[i]].litres;
    }
    b->by_litres = (__int128)all_litres * kg > (__int128)all_kg * litres;
    b->room = b->by_litres ? litres : kg;
    b->level = TR_NEW(w->arena, int32_t, w->n_stops + 1);
    for (int32_t i = 0; i < w->n_stops; i++)
        b->level[i] = level_of(b, w->problem->stops[w->stops[i]].kg, w->problem->stops[w->stops[i]].litres);
}

/* ---- memories ---- */

static void pick_near(tr_audit_bound *b, int32_t i)
{
    const tr_audit_crew *w = b->crew;
    int32_t *mine = b->memory.near + (size_t)i * (size_t)b->memory.n_near;
    tr_audit_set rest = w->near[i];
    if (i < TR_AUDIT_SET) rest &= ~((tr_audit_set)1 << i);
    for (int32_t k = 0; k < b->memory.n_near; k++) {
        int32_t best = -1;
        int64_t best_s = INT64_MAX;
        for (int32_t j = 0; j < w->n_stops && j < TR_AUDIT_SET; j++) {
            int64_t s = b->all[(size_t)j * (size_t)w->n_nodes + (size_t)i].seconds;
            if (rest >> j & 1 && s >= 0 && s < best_s) {
                best_s = s;
                best = j;
            }
        }
        mine[k] = best;
        if (best >= 0) rest &= ~((tr_audit_set)1 << best);
    }
}

/* ---- the programme ---- */

static int32_t *entry(const tr_audit_bound *b, int32_t time, int32_t order, int32_t stop, uint32_t memory)
{
    size_t at = ((size_t)time * (size_t)b->n_orders + (size_t)order) * (size_t)b->crew->n_stops + (size_t)stop;
    return b->entries + ((at << b->memory.n_near) + memory) * WIDTH;
}

static int32_t in_grains(int64_t units) /* rounded down, and kept within what an entry can hold */
{
    int64_t grains = units / GRAIN - (units % GRAIN < 0);
    return grains < UNKNOWN ? UNKNOWN : grains > NEVER / 2 ? NEVER / 2 : (int32_t)grains;
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

typedef struct { /* a way to the next stop and its service */
    bool open;
    int32_t time, cost; /* when it is done; grains */
} step;

static step step_to(const tr_audit_bound *b, int64_t time_s, way leg, int32_t last, int32_t j)
{
    const tr_audit_crew *w = b->crew;
    if (leg.seconds < 0) return (step){false, 0, 0};
    int64_t start = start_from(w, j, time_s + leg.seconds), done = start + w->problem->stops[w->stops[j]].service_s;
    if (start == TR_AUDIT_NEVER || done > w->until_s) return (step){false, 0, 0};
    int64_t cost = leg.cost + b->gain[j] - w->enter[(size_t)last * (size_t)w->n_stops + (size_t)j], after_s = done - w->problem->policy.day_start_s;
    if (w->hazardous[j] && after_s > 0) cost += w->per_hazard_second * after_s;
    return (step){true, (int32_t)((done - b->origin_s) / b->step_s), in_grains(cost)};
}

/* What is below UNKNOWN is that; NEVER and a gain is less than NEVER, which a bound may be. */
static int32_t sum_of(int32_t entry, int32_t cost)
{
    int32_t sum = entry + cost; /* within 32 bits: in_grains */
    return sum < UNKNOWN ? UNKNOWN : sum;
}

static void lower(int32_t *restrict to, const int32_t *restrict from, int32_t n, int32_t cost)
{
    for (int32_t u = 0; u < n; u++) {
        int32_t sum = sum_of(from[u], cost);
        to[u] = sum < to[u] ? sum : to[u];
    }
}

static void lower_all(int32_t *to, int32_t sum)
{
    for (int32_t u = 0; u < WIDTH; u++) to[u] = sum < to[u] ? sum : to[u];
}

static void go_on(const tr_audit_bound *b, int32_t time, int32_t i, int32_t j, const uint16_t *after)
{
    const tr_audit_crew *w = b->crew;
    size_t pair = (size_t)i * (size_t)w->n_stops + (size_t)j;
    int64_t time_s = b->origin_s + time * b->step_s;
    way straight = b->parted[pair] ? (way){-1, 0} : b->all[(size_t)i * (size_t)w->n_nodes + (size_t)j];
    step direct = step_to(b, time_s, straight, i, j), tip = step_to(b, time_s, b->tipping[pair], i, j);
    int32_t known = tr_audit_bit_at(&b->memory, i, j), q = b->level[j];
    if (!direct.open && !tip.open) return;
    for (int32_t order = 0; order < b->n_orders; order++) {
        int32_t then = order || (w->order && !w->hazardous[j]);
        if (order && w->first[j]) continue;
        for (uint32_t m = 0; m < 1u << b->memory.n_near; m++) {
            int32_t *to = entry(b, time, order, i, m);
            if (known >= 0 && m >> known & 1) continue;
            if (direct.open) lower(to, entry(b, direct.time, then, j, after[m]) + q, WIDTH - q, direct.cost);
            if (tip.open) lower_all(to, sum_of(entry(b, tip.time, then, j, after[m])[q], tip.cost));
        }
    }
}

static void fill(tr_audit_bound *b)
{
    const tr_audit_crew *w = b->crew;
    size_t n = (size_t)w->n_stops, sets = (size_t)1 << b->memory.n_near;
    uint16_t *after = TR_NEW(w->arena, uint16_t, n * n * sets + 1);
    for (int32_t i = 0; i < w->n_stops; i++)
        for (int32_t j = 0; j < w->n_stops; j++)
            tr_audit_carry_over(&b->memory, i, j, after + ((size_t)i * n + (size_t)j) * sets);
    for (int32_t time = b->n_times - 1; time >= 0; time--)
        for (int32_t i = 0; i < w->n_stops; i++) {
            bool back = b->home[i].seconds >= 0 && b->origin_s + time * b->step_s + b->home[i].seconds <= w->until_s;
            int32_t cost = back ? in_grains(b->home[i].cost) : NEVER;
            for (int32_t order = 0; order < b->n_orders; order++)
                for (size_t k = 0; k < sets * WIDTH; k++) entry(b, time, order, i, 0)[k] = cost;
            for (int32_t j = 0; j < w->n_stops; j++)
                if (j != i || i >= TR_AUDIT_SET) go_on(b, time, i, j, after + ((size_t)i * n + (size_t)j) * sets);
        }
}

/* The grid: as coarse as the shortest leg with its service, and as many stops remembered as there is room. */
static bool lay_grid(tr_audit_bound *b)
{
    const tr_audit_crew *w = b->crew;
    int64_t grid = MAX_STEP_S;
    for (int32_t i = 0; i < w->n_stops; i++)
        for (int32_t j = 0; j < w->n_stops; j++) {
            int64_t leg = b->all[(size_t)i * (size_t)w->n_nodes + (size_t)j].seconds;
            int64_t takes = leg + w->problem->stops[w->stops[j]].service_s;
            if ((i != j || i >= TR_AUDIT_SET) && leg >= 0 && takes < grid) grid = takes;
        }
    b->origin_s = w->lo;
    b->step_s = grid;
    b->n_orders = w->order ? 2 : 1;
    if (grid < 1 || w->until_s < w->lo || !w->n_stops || w->n_stops > 1000) return false;
    int64_t times = (w->until_s - w->lo) / grid + 1;
    if (times > MAX_ENTRIES) return false;
    int64_t states = times * b->n_orders * w->n_stops * WIDTH;
    if (states > MAX_ENTRIES) return false;
    b->n_times = (int32_t)times;
    while (b->memory.n_near < TR_AUDIT_NEAR && b->memory.n_near < w->n_stops - 1 && states << (b->memory.n_near + 1) <= MAX_ENTRIES) b->memory.n_near++;
    return true;
}

tr_audit_bound *tr_audit_bound_new(const tr_audit_crew *w)
{
    tr_audit_bound *b = TR_NEW(w->arena, tr_audit_bound, 1);
    b->crew = w;
    lay_ways(b);
    weigh_loads(b);
    if (!lay_grid(b)) return b;
    b->memory.near = TR_NEW(w->arena, int32_t, (size_t)w->n_stops * (size_t)b->memory.n_near + 1);
    for (int32_t i = 0; i < w->n_stops; i++) pick_near(b, i);
    b->entries = TR_NEW(w->arena, int32_t,
                        ((size_t)b->n_times * (size_t)b->n_orders * (size_t)w->n_stops * WIDTH) << b->memory.n_near);
    fill(b);
    return b;
}

/* ---- asking ---- */

/* From a site or the start: home, or to a first stop. */
static int32_t from_elsewhere(const tr_audit_bound *b, int32_t node, int32_t last, tr_audit_set memory, bool others, int64_t time_s,
                              int32_t load)
{
    const tr_audit_crew *w = b->crew;
    const way *ways = b->all + (size_t)node * (size_t)w->n_nodes;
    int32_t best = ways[w->end].seconds >= 0 && time_s + ways[w->end].seconds <= w->until_s ? in_grains(ways[w->end].cost) : NEVER;
    for (int32_t j = 0; j < w->n_stops; j++) {
        if ((j < TR_AUDIT_SET && memory >> j & 1) || (others && w->first[j])) continue;
        step to = step_to(b, time_s, ways[j], last, j);
        int32_t q = b->level[j]; /* the way may lead by a site that empties all */
        if (!to.open) continue;
        const int32_t *e = entry(b, to.time, others || (w->order && !w->hazardous[j]), j, tr_audit_memory_at(&b->memory, j, memory & w->near[j]));
        int32_t sum = sum_of(load + q <= LEVELS && e[load + q] < e[q] ? e[load + q] : e[q], to.cost);
        if (sum < best) best = sum;
    }
    return best;
}

int64_t tr_audit_to_come(const tr_audit_bound *b, int32_t node, int32_t last, tr_audit_set memory, bool others, int64_t time_s,
                         int64_t kg, int64_t litres)
{
    int64_t time = (time_s - b->origin_s) / b->step_s;
    if (!b->entries || time_s < b->origin_s) return -TR_AUDIT_NEVER;
    if (time >= b->n_times) return TR_AUDIT_NEVER;
    bool late = others && b->n_orders > 1;
    int32_t load = level_of(b, kg, litres), found;
    if (node < b->crew->n_stops) found = entry(b, (int32_t)time, late, node, tr_audit_memory_at(&b->memory, node, memory))[load];
    else found = from_elsewhere(b, node, last, memory, late, time_s, load);
    return found <= UNKNOWN ? -TR_AUDIT_NEVER : (int64_t)found * GRAIN;
}
