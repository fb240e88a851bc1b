/* audit_trips_class.c -- a class of vehicles prepared for the audit of a bound over trips: roads, prices, kinds, moves.
 *
 * All from docs/rules.md and docs/model.md, "Trips".  What is not known of a vehicle's day is taken at its best: a way
 * is no dearer than any real one, hazard minutes count from the earliest that a stop could be served, the other
 * compartment's waste goes to the cheapest site.  Money is in 1/TR_TRIP_FINE of a unit.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit_trips.h"

enum { HALF = 1800, FULL = 2700, SPELL = 6 * 3600, LONG = 9 * 3600, FIRST_NEAR = 5 };
static const double MOST_SUM = 4e17; /* of any trip */

/* ---- the day ---- */

tr_audit_day tr_audit_day_of(const tr_audit_crew *w)
{
    int64_t most = w->until_s - w->lo;
    if (most > w->max_duty) most = w->max_duty;
    if (most < 0) most = 0;
    tr_audit_day day = {.most = most, .free = most};
    if (!w->vehicle->wtr) return day;
    int64_t work = most - HALF + 1; /* at least 30 min of the day are break, if it works for more than 6 h */
    day.free = SPELL;
    day.break_most = work > LONG ? FULL : HALF;
    if (work > SPELL) day.slope = (int64_t)HALF * TR_TRIP_PARTS / (work - SPELL);
    return day;
}

static int64_t price_of_second(const tr_audit_class *c)
{
    __int128 owed = (__int128)c->side->rest * c->day.slope / TR_TRIP_PARTS;
    return TR_TRIP_FINE * c->crew.least_second - c->side->time - c->side->work + (int64_t)owed;
}

/* ---- roads ---- */

static void lay_roads(tr_audit_class *c)
{
    const tr_audit_crew *w = &c->crew;
    size_t n = (size_t)w->n_nodes;
    c->road = TR_NEW(w->arena, int64_t, n * n);
    c->turn = TR_NEW(w->arena, int64_t, w->problem->n_sites + 1);
    for (int32_t s = 0; s < w->problem->n_sites; s++) c->turn[s] = w->problem->sites[s].turnaround_s * c->second;
    for (size_t i = 0; i < n * n; i++) {
        c->road[i] = TR_AUDIT_NEVER;
        if (w->legs[i].seconds >= 0)
            c->road[i] = w->legs[i].metres * w->per_metre * TR_TRIP_FINE + w->legs[i].seconds * c->second;
    }
    for (size_t s = (size_t)w->first_site; s < (size_t)w->start; s++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++) {
                int64_t to = c->road[i * n + s], on = c->road[s * n + j];
                if (to == TR_AUDIT_NEVER || on == TR_AUDIT_NEVER) continue;
                int64_t by = to + c->turn[s - (size_t)w->first_site] + on;
                if (by < c->road[i * n + j]) c->road[i * n + j] = by;
            }
}

static double size_of(int64_t amount)
{
    return amount < 0 ? -(double)amount : (double)amount;
}

static double sum_of_duals(const tr_audit_class *c) /* units; of any trip, either sign */
{
    const tr_problem *p = c->crew.problem;
    double sum = size_of(c->side->start) + size_of(c->side->trips), site = 0;
    for (int32_t k = 0; k < c->n_states * p->n_sites; k++)
        if (size_of(c->side->site[k]) > site) site = size_of(c->side->site[k]);
    for (int32_t i = 0; i < p->n_stops; i++) sum += size_of(c->duals->stop[i]) + size_of(c->duals->least);
    for (int32_t k = 0; k < c->duals->n_cuts; k++) sum += size_of(c->duals->cuts[k].dual);
    for (int32_t k = 0; k < c->duals->n_loops; k++) sum += size_of(c->duals->loops[k].dual);
    return sum + 2 * site;
}

/* Is every trip's sum far from what 64 bits hold?  A trip has at most two ways a stop, each by all sites at most. */
static bool sums_fit(const tr_audit_class *c)
{
    const tr_audit_crew *w = &c->crew;
    const tr_problem *p = w->problem;
    double seconds = 1, metres = 1, ways = 2.0 * w->n_stops + 2, kg = 1, fee = 0;
    for (size_t i = 0; i < (size_t)w->n_nodes * (size_t)w->n_nodes; i++) {
        if ((double)w->legs[i].seconds > seconds) seconds = (double)w->legs[i].seconds;
        if ((double)w->legs[i].metres > metres) metres = (double)w->legs[i].metres;
    }
    for (int32_t s = 0; s < p->n_sites; s++) {
        if ((double)p->sites[s].turnaround_s > seconds) seconds = (double)p->sites[s].turnaround_s;
        if ((double)p->sites[s].gate_fee_pence_per_tonne > fee) fee = (double)p->sites[s].gate_fee_pence_per_tonne;
    }
    for (int32_t i = 0; i < w->n_stops; i++) {
        const tr_stop *s = &p->stops[w->stops[i]];
        if ((double)s->service_s > seconds) seconds = (double)s->service_s;
        if (s->kg > kg) kg = s->kg;
    }
    double way = (p->n_sites + 2.0) * (2 * seconds * (double)c->second + metres * (double)w->per_metre * TR_TRIP_FINE);
    double hazard = (size_of(w->until_s) + size_of(p->policy.day_start_s) + seconds) * (double)w->per_hazard_second;
    double stop = kg * fee * (double)w->per_fee + hazard;
    return ways * (way + TR_TRIP_FINE * stop) + TR_TRIP_FINE * sum_of_duals(c) < MOST_SUM;
}

/* ---- stops ---- */

/* The earliest start of service from then on, or TR_AUDIT_NEVER. */
static int64_t start_from(const tr_stop *s, int64_t time_s)
{
    if (!s->n_windows) return time_s;
    for (int32_t k = 0; k < s->n_windows; k++)
        if (time_s <= s->windows[k].end_s) return time_s > s->windows[k].start_s ? time_s : s->windows[k].start_s;
    return TR_AUDIT_NEVER;
}

/* The earliest start of a visit to the site from then on, or TR_AUDIT_NEVER. */
static int64_t open_from(const tr_site *site, int64_t time_s)
{
    int64_t start = TR_AUDIT_NEVER;
    for (int32_t k = 0; k < site->n_opening; k++) {
        const tr_window *open = &site->opening[k];
        int64_t at = time_s > open->start_s ? time_s : open->start_s;
        if (at + site->turnaround_s <= open->end_s && at < start) start = at;
    }
    return start;
}

static int64_t left_at(const tr_audit_crew *w, int32_t node, int64_t start_s)
{
    if (node < w->n_stops) return start_s + w->problem->stops[w->stops[node]].service_s;
    if (node < w->start) return start_s + w->problem->sites[node - w->first_site].turnaround_s;
    return start_s;
}

/* The earliest start of what is done at each node, if every way were free (Bellman 1958). */
static int64_t *earliest(const tr_audit_crew *w)
{
    int64_t *start = TR_NEW(w->arena, int64_t, w->n_nodes);
    for (int32_t i = 0; i < w->n_nodes; i++) start[i] = i == w->start ? w->lo : TR_AUDIT_NEVER;
    for (bool changed = true; changed;) {
        changed = false;
        for (int32_t i = 0; i < w->n_nodes; i++)
            for (int32_t j = 0; j < w->start && start[i] < TR_AUDIT_NEVER; j++) {
                int64_t leg = w->legs[(size_t)i * (size_t)w->n_nodes + (size_t)j].seconds;
                if (leg < 0) continue;
                int64_t at = left_at(w, i, start[i]) + leg;
                at = j < w->n_stops ? start_from(&w->problem->stops[w->stops[j]], at) : open_from(&w->problem->sites[j - w->first_site], at);
                if (at >= start[j] || (j < w->n_stops && at > w->latest_s[j])) continue;
                start[j] = at;
                changed = true;
            }
    }
    return start;
}

/* The least time from each node to the end, over any nodes. */
static int64_t *way_home(const tr_audit_crew *w)
{
    int64_t *home = TR_NEW(w->arena, int64_t, w->n_nodes);
    for (int32_t i = 0; i < w->n_nodes; i++) home[i] = i == w->end ? 0 : TR_AUDIT_NEVER;
    for (bool changed = true; changed;) {
        changed = false;
        for (int32_t j = 0; j < w->n_nodes; j++)
            for (int32_t i = 0; i < w->n_nodes && home[j] < TR_AUDIT_NEVER && j != w->start; i++) {
                int64_t leg = w->legs[(size_t)i * (size_t)w->n_nodes + (size_t)j].seconds;
                if (leg < 0 || left_at(w, j, leg) + home[j] >= home[i]) continue;
                home[i] = left_at(w, j, leg) + home[j];
                changed = true;
            }
    }
    return home;
}

static bool fits_in(const tr_compartment *body, const tr_stop *s)
{
    return body->streams >> s->stream & 1 && s->kg <= body->kg && s->litres <= body->litres;
}

static int64_t common_step(int64_t a, int64_t b) /* greatest common divisor; of 0 and another that */
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The most that rounding half up takes off multiples of `rate` in 1/unit of a penny; units. */
static int64_t rounding_of(int64_t rate, int64_t unit)
{
    int64_t step = common_step(unit, rate);
    return (unit - 1) / 2 / step * step * (TR_AUDIT_UNITS / unit);
}

static int64_t gate_step(const tr_problem *p)
{
    int64_t step = 0;
    for (int32_t s = 0; s < p->n_sites; s++) step = common_step(step, p->sites[s].gate_fee_pence_per_tonne);
    return step;
}

static void price_stops(tr_audit_class *c)
{
    const tr_audit_crew *w = &c->crew;
    const tr_vehicle *v = w->vehicle;
    int64_t *early = earliest(w), *home = way_home(w);
    bool hazardous = false;
    c->gain = TR_NEW(w->arena, int64_t, w->n_stops + 1);
    c->other_fee = TR_NEW(w->arena, int64_t, w->n_stops + 1);
    c->fits_large = TR_NEW(w->arena, bool, w->n_stops + 1);
    c->fits_other = TR_NEW(w->arena, bool, w->n_stops + 1);
    for (int32_t i = 0; i < w->n_stops; i++) {
        const tr_stop *s = &w->problem->stops[w->stops[i]];
        bool in_time = early[i] < TR_AUDIT_NEVER && home[i] < TR_AUDIT_NEVER && early[i] + s->service_s + home[i] <= w->until_s;
        int64_t start_s = in_time ? early[i] : w->until_s, hazard = 0;
        int64_t after_s = start_s + s->service_s - w->problem->policy.day_start_s;
        if (w->hazardous[i] && after_s > 0) hazard = after_s * w->per_hazard_second;
        c->gain[i] = s->service_s * c->second + TR_TRIP_FINE * (hazard - c->duals->stop[w->stops[i]] - c->duals->least);
        c->other_fee[i] = TR_TRIP_FINE * s->kg * w->per_fee * tr_audit_least_fee(w, (tr_mask)1 << s->stream);
        for (int32_t b = 0; b < v->n_compartments; b++) {
            bool fits = in_time && fits_in(&v->compartments[b], s);
            if (b == c->large) c->fits_large[i] = fits;
            else c->fits_other[i] = c->fits_other[i] || fits;
            hazardous = hazardous || (fits && w->hazardous[i]);
        }
    }
    c->rounding = rounding_of(v->pence_per_km, 1000) + rounding_of(v->pence_per_hour, 3600) +
                  (v->max_overtime_s > 0 ? rounding_of(v->pence_per_overtime_hour, 3600) : 0) + rounding_of(gate_step(w->problem), 1000) +
                  (hazardous ? rounding_of(w->problem->policy.pence_per_hazard_minute, 60) : 0);
}

/* ---- kinds and states ---- */

static void take_kinds(tr_audit_class *c)
{
    const tr_problem *p = c->crew.problem;
    c->kind = TR_NEW(c->crew.arena, uint32_t, p->n_streams + 1);
    c->taken = TR_NEW(c->crew.arena, uint32_t, p->n_sites + 1);
    c->keeps = TR_NEW(c->crew.arena, tr_mask, p->n_sites + 1);
    for (int32_t s = 0; s < p->n_sites; s++) c->keeps[s] = p->sites[s].streams;
    for (int32_t s = 0; s < p->n_streams; s++)
        if (c->crew.vehicle->may_park_loaded && !p->streams[s].hazardous) c->keeps[p->n_sites] |= (tr_mask)1 << s;
    for (int32_t k = 0; k < c->n_kinds; k++) {
        for (int32_t s = 0; s < p->n_streams; s++)
            if (c->cls->kinds[k] >> s & 1) c->kind[s] |= 1u << k;
        for (int32_t s = 0; s <= p->n_sites; s++)
            if (c->cls->kinds[k] & c->keeps[s]) c->taken[s] |= 1u << k;
    }
}

/* Streams on board at the start that may not share a compartment, which no rule asks about, make room for states that cannot be. */
static bool odd_start(const tr_audit_class *c)
{
    const tr_vehicle *v = c->crew.vehicle;
    for (int32_t b = 0; b < v->n_compartments; b++)
        for (int32_t s = 0; s < c->crew.problem->n_streams; s++)
            if (v->compartments[b].start_streams >> s & 1 && v->compartments[b].start_streams & c->crew.apart[s]) return true;
    return false;
}

/* A stream may join a kind if it may share with one stream of it, or is one.  Somebody is on board: a stream that may join all. */
static void tell_states(tr_audit_class *c)
{
    const tr_problem *p = c->crew.problem;
    tr_mask all = 0;
    bool odd = odd_start(c);
    for (int32_t s = 0; s < p->n_streams; s++) all |= (tr_mask)1 << s;
    for (int32_t q = 0; q < c->n_states; q++) {
        for (int32_t k = 0; k < c->n_kinds; k++) {
            tr_mask apart = all;
            for (int32_t s = 0; s < p->n_streams; s++)
                if (c->cls->kinds[k] >> s & 1) apart &= c->crew.apart[s];
            if (q >> k & 1) c->forbids[q] |= apart;
        }
        c->never[q] = !odd && q & ((1 << c->n_kinds) - 1) && c->forbids[q] == all;
    }
}

uint32_t tr_audit_kinds_after(const tr_audit_class *c, uint32_t kinds, int32_t site)
{
    return kinds & ~c->taken[site] ? kinds : 0;
}

bool tr_audit_can_be(const tr_audit_class *c, int32_t state, int32_t site)
{
    uint32_t kinds = (uint32_t)(state & ((1 << c->n_kinds) - 1));
    return !c->never[state] && tr_audit_kinds_after(c, kinds, site) == kinds;
}

/* ---- the whole ---- */

static int32_t largest(const tr_vehicle *v)
{
    int32_t large = 0;
    for (int32_t b = 1; b < v->n_compartments; b++)
        if (v->compartments[b].litres > v->compartments[large].litres) large = b;
    return large;
}

void tr_audit_class_prepare(const tr_problem *problem, const tr_trip_proof *proof, int32_t cls, const tr_trip_duals *duals,
                            tr_arena *arena, tr_audit_class *c)
{
    const tr_trip_class *k = &proof->classes[cls];
    tr_audit_prices *prices = TR_NEW(arena, tr_audit_prices, 1);
    *prices = (tr_audit_prices){.pence = true, .stop_dual = duals->stop, .n_cuts = duals->n_cuts, .cuts = duals->cuts};
    *c = (tr_audit_class){.cls = k, .duals = duals, .side = &duals->sides[cls], .index = cls, .follows = k->follows};
    tr_audit_prepare(problem, k->vehicle, prices, arena, &c->crew);
    c->large = largest(c->crew.vehicle);
    c->n_kinds = k->n_kinds;
    c->n_states = 1 << (k->n_kinds + k->phased);
    c->day = tr_audit_day_of(&c->crew);
    c->second = price_of_second(c);
    c->fits = sums_fit(c);
    if (!c->fits) return;
    lay_roads(c);
    price_stops(c);
    take_kinds(c);
    tell_states(c);
}

/* ---- memories ---- */

tr_audit_set *tr_audit_trip_near(const tr_audit_class *c, tr_arena *arena)
{
    const tr_audit_crew *crew = &c->crew;
    tr_audit_set *near = TR_NEW(arena, tr_audit_set, crew->n_stops + 1);
    for (int32_t i = 0; i < crew->n_stops; i++) {
        near[i] = (tr_audit_set)1 << i;
        for (int32_t k = 0; k < FIRST_NEAR; k++) {
            int32_t best = -1;
            int64_t least = TR_AUDIT_NEVER;
            for (int32_t j = 0; j < crew->n_stops; j++) {
                int64_t way = c->road[(size_t)j * (size_t)crew->n_nodes + (size_t)i];
                if (near[i] >> j & 1 || way >= least) continue;
                least = way;
                best = j;
            }
            if (best >= 0) near[i] |= (tr_audit_set)1 << best;
        }
        for (int32_t j = 0; j < crew->n_stops; j++)
            for (int32_t k = 0; k < c->cls->n_near; k++)
                if (c->cls->near[(size_t)crew->stops[i] * (size_t)c->cls->n_near + (size_t)k] == crew->stops[j])
                    near[i] |= (tr_audit_set)1 << j;
    }
    return near;
}

/* ---- moves ---- */

static bool in_set(tr_mask sites, int32_t site)
{
    return site < 64 && sites >> site & 1;
}

int64_t tr_audit_loops_left(const tr_audit_class *c, int32_t from_node, int32_t to)
{
    const tr_audit_crew *w = &c->crew;
    int64_t sum = 0;
    if (from_node < w->first_site || from_node >= w->start) return 0;
    for (int32_t k = 0; k < c->duals->n_loops; k++) {
        const tr_trip_loop *l = &c->duals->loops[k];
        bool inside = to < w->problem->n_sites && in_set(l->sites, to);
        if (l->cls == c->index && !inside && in_set(l->sites, from_node - w->first_site)) sum += l->dual;
    }
    return TR_TRIP_FINE * sum;
}

static int64_t paid_at(const tr_audit_class *c, int32_t to, int32_t state)
{
    int32_t n_sites = c->crew.problem->n_sites;
    return to == n_sites ? 0 : -TR_TRIP_FINE * c->side->site[(size_t)state * (size_t)n_sites + (size_t)to];
}

/* From a node with these kinds to the next. */
static int64_t least_way(const tr_audit_class *c, int32_t from, int32_t state, int32_t to)
{
    const tr_audit_crew *w = &c->crew;
    int32_t n_sites = w->problem->n_sites, phase = state >> c->n_kinds << c->n_kinds;
    uint32_t left = tr_audit_kinds_after(c, (uint32_t)(state - phase), to);
    int64_t way = c->road[(size_t)from * (size_t)w->n_nodes + (size_t)(to == n_sites ? w->end : w->first_site + to)];
    if (way == TR_AUDIT_NEVER || (to == n_sites && left)) return TR_AUDIT_NEVER;
    return way + c->turn[to] + paid_at(c, to, phase | (int32_t)left);
}

static int32_t start_state(const tr_audit_class *c)
{
    const tr_vehicle *v = c->crew.vehicle;
    uint32_t kinds = 0;
    for (int32_t b = 0; c->follows && b < v->n_compartments; b++)
        for (int32_t s = 0; s < c->crew.problem->n_streams && b != c->large; s++)
            if (v->compartments[b].start_streams >> s & 1) kinds |= c->kind[s];
    return (int32_t)kinds;
}

static bool loaded(const tr_vehicle *v)
{
    for (int32_t b = 0; b < v->n_compartments; b++)
        if (v->compartments[b].start_streams || v->compartments[b].start_kg > 0 || v->compartments[b].start_litres > 0) return true;
    return false;
}

/* Does a move from the start end there?  The largest compartment's load is taken, or at a site the other compartment's, whatever then
 * becomes of the largest's; a visit where neither is taken is part of the way. */
static bool start_is_taken(const tr_audit_class *c, int32_t to)
{
    const tr_vehicle *v = c->crew.vehicle;
    if (v->n_compartments < 1 || !(v->compartments[c->large].start_streams & ~c->keeps[to])) return true;
    const tr_compartment *other = &v->compartments[!c->large];
    bool any = c->follows && (other->start_streams || other->start_kg > 0 || other->start_litres > 0);
    return any && to < c->crew.problem->n_sites && !tr_audit_kinds_after(c, (uint32_t)start_state(c), to);
}

static int64_t from_the_start(const tr_audit_class *c)
{
    const tr_audit_crew *w = &c->crew;
    int32_t n_sites = w->problem->n_sites;
    int64_t best = TR_AUDIT_NEVER;
    for (int32_t to = 0; to <= n_sites; to++) {
        if (to < n_sites ? !loaded(w->vehicle) : !tr_audit_at_home(w->problem, w->vehicle)) continue;
        if (!start_is_taken(c, to)) continue;
        int64_t way = least_way(c, w->start, start_state(c), to);
        if (way < TR_AUDIT_NEVER && way - TR_TRIP_FINE * c->side->start < best) best = way - TR_TRIP_FINE * c->side->start;
    }
    return best;
}

int64_t tr_audit_least_move(const tr_audit_class *c)
{
    int32_t n_sites = c->crew.problem->n_sites;
    int64_t best = from_the_start(c);
    if (best > 0) best = 0;
    for (int32_t q = 0; q < c->n_states; q++)
        for (int32_t from = 0; from < n_sites; from++)
            for (int32_t to = 0; to <= n_sites; to++) {
                int64_t way = to == from || !tr_audit_can_be(c, q, from) ? TR_AUDIT_NEVER : least_way(c, c->crew.first_site + from, q, to);
                if (way == TR_AUDIT_NEVER) continue;
                way += tr_audit_loops_left(c, c->crew.first_site + from, to) - paid_at(c, from, q);
                if (way < best) best = way;
            }
    return best / TR_TRIP_FINE - (best % TR_TRIP_FINE < 0);
}
