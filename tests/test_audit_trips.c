/* test_audit_trips.c -- the audit of bounds over trips against enumeration, and against hostile content.
 *
 * Small mornings have few trips: all of them are enumerated here, in every order, with every choice of compartment and of
 * sites on the way.  So the least reduced cost is known for any duals; sensible duals are those of the linear programme over all
 * trips (docs/model.md, "Trips"), solved for the boxes of a random tree of fleets.  What such a proof proves may never be
 * above the optimum by brute force.  Shares no code with the audit.
 * TR_TEST_SCALE (per cent, default 100) takes that share of the mornings.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "audit_trips.h"
#include "brute.h"
#include "mornings.h"
#include "truth.h"

#include <glpk.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_STOPS = 6, MAX_SITES = 2, MAX_CLASSES = 3, MAX_PLACES = 24, UNITS = TR_AUDIT_UNITS, STATES = TR_AUDIT_STATES, FINE = TR_TRIP_FINE,
       KEYS = (MAX_SITES + 1) * STATES * (MAX_SITES + 1) * STATES << MAX_STOPS };
static const int64_t NONE = INT64_MAX / 4;

static bool given_up; /* nowhere asked for */
static uint64_t state; /* of tr_random */

static int64_t between(int64_t low, int64_t high)
{
    return tr_between(&state, low, high);
}

static bool chance(int32_t percent)
{
    return between(0, 99) < percent;
}

/* ---- trips, enumerated ---- */

typedef struct {
    int32_t from, state, to, then; /* from: site, -1 = start; to: n_sites = the end */
    uint32_t stops;                /* bits */
    int32_t n_stops;
    int64_t seconds, metres, fees, hazard_s; /* fees: kg x pence a tonne */
} trip;

typedef struct {
    int64_t cost, seconds, metres; /* cost NONE: no road */
} road;

typedef struct {
    const tr_problem *p;
    const tr_trip_class *cls;
    const tr_vehicle *v;
    int32_t large;
    int64_t second;       /* 1/256 unit */
    int64_t most, free, slope, break_most;
    road roads[MAX_PLACES][MAX_PLACES];
    int64_t early[MAX_STOPS], home[MAX_STOPS]; /* of service at least; time from there to the end at least */
    void (*see)(void *context, const trip *t);
    void *context;
} country;

typedef struct {
    int32_t from, state, place;
    int64_t seconds, metres, hazard_s, fees, kg[2], litres[2]; /* 0: largest, 1: the other */
    tr_mask streams[2];
    uint32_t kinds, stops;
    bool others;
    int32_t n_stops;
} walk;

static bool share(const tr_problem *p, int32_t a, int32_t b)
{
    return a == b || (p->streams[a].segregation == p->streams[b].segregation && !p->streams[a].hazardous && !p->streams[b].hazardous);
}

static bool joins_all(const tr_problem *p, int32_t s, tr_mask streams)
{
    for (int32_t t = 0; t < p->n_streams; t++)
        if (streams >> t & 1 && !share(p, s, t)) return false;
    return true;
}

static bool joins_kinds(const country *c, int32_t s, uint32_t kinds)
{
    for (int32_t k = 0; k < c->cls->n_kinds; k++) {
        bool any = false;
        for (int32_t t = 0; t < c->p->n_streams; t++) any = any || (c->cls->kinds[k] >> t & 1 && share(c->p, s, t));
        if (kinds >> k & 1 && !any) return false;
    }
    return true;
}

static uint32_t kinds_of(const country *c, tr_mask streams)
{
    uint32_t kinds = 0;
    for (int32_t k = 0; k < c->cls->n_kinds; k++)
        if (c->cls->kinds[k] & streams) kinds |= 1u << k;
    return kinds;
}

static tr_mask kept_at(const country *c, int32_t to)
{
    tr_mask stay = 0;
    if (to < c->p->n_sites) return c->p->sites[to].streams;
    for (int32_t t = 0; t < c->p->n_streams; t++)
        if (c->v->may_park_loaded && !c->p->streams[t].hazardous) stay |= (tr_mask)1 << t;
    return stay;
}

static uint32_t on_board(const country *c, const walk *w)
{
    return w->kinds | kinds_of(c, w->streams[1]);
}

static uint32_t kinds_after(const country *c, const walk *w, int32_t to)
{
    uint32_t kinds = on_board(c, w);
    return kinds & ~kinds_of(c, kept_at(c, to)) ? kinds : 0;
}

static bool drive(const country *c, walk *w, int32_t place)
{
    const road *r = &c->roads[w->place][place];
    if (r->cost == NONE) return false;
    w->seconds += r->seconds;
    w->metres += r->metres;
    w->place = place;
    return true;
}

static bool loaded(const tr_vehicle *v)
{
    for (int32_t b = 0; b < v->n_compartments; b++)
        if (v->compartments[b].start_streams) return true;
    return false;
}

static void finish(const country *c, walk w, int32_t to)
{
    int32_t n_sites = c->p->n_sites;
    uint32_t kinds = kinds_after(c, &w, to);
    bool cleaned = !w.n_stops && w.from < 0 && to < n_sites && c->cls->follows && (w.streams[1] || w.kg[1] || w.litres[1]) && !kinds;
    if ((w.streams[0] & ~kept_at(c, to) && !cleaned) || (to == n_sites && kinds)) return;
    if (!w.n_stops && (w.from >= 0 ? to == w.from : to < n_sites ? !loaded(c->v) : !tr_audit_at_home(c->p, c->v))) return;
    if (!drive(c, &w, to < n_sites ? c->p->sites[to].place : c->v->end_place)) return;
    if (to < n_sites) {
        w.seconds += c->p->sites[to].turnaround_s;
        const tr_compartment *body = &c->v->compartments[c->large];
        if (w.from < 0 && body->start_streams) w.kg[0] -= body->start_kg; /* only what the trip itself loads is paid for */
        w.fees += w.kg[0] * c->p->sites[to].gate_fee_pence_per_tonne;
    }
    trip t = {w.from, w.state, to, (int32_t)kinds | (w.others ? 1 << c->cls->n_kinds : 0), w.stops, w.n_stops, w.seconds, w.metres,
              w.fees, w.hazard_s};
    c->see(c->context, &t);
}

static bool fits(const tr_compartment *b, const tr_stop *s)
{
    return b->streams >> s->stream & 1 && s->kg <= b->kg && s->litres <= b->litres;
}

static int64_t least_fee(const country *c, int32_t stream)
{
    int64_t fee = NONE;
    if (kept_at(c, c->p->n_sites) >> stream & 1) return 0;
    for (int32_t s = 0; s < c->p->n_sites; s++)
        if (c->p->sites[s].streams >> stream & 1 && c->p->sites[s].gate_fee_pence_per_tonne < fee) fee = c->p->sites[s].gate_fee_pence_per_tonne;
    return fee == NONE ? 0 : fee;
}

static bool may_serve(const country *c, int32_t i)
{
    const tr_stop *s = &c->p->stops[i];
    bool room = false;
    for (int32_t b = 0; b < c->v->n_compartments; b++) room = room || fits(&c->v->compartments[b], s);
    return room && !s->leave && (s->pin < 0 || s->pin == c->cls->vehicle) && !(s->certs & ~c->v->certs) &&
           !(s->equipment & ~c->v->equipment) && s->kg <= c->v->payload_kg;
}

static bool comes_first(const country *c, const tr_stop *s)
{
    const tr_policy *y = &c->p->policy;
    return s->hazard >= y->hazardous_rank && y->hazard_policy == TR_HAZARD_FIRST &&
           !(s->n_windows && s->windows[0].start_s > c->v->start_s + y->exempt_after_s);
}

static void go_on(const country *c, const walk *w);

static bool stow(const country *c, walk *w, const tr_stop *s, int32_t body)
{
    bool mine = false;
    for (int32_t b = 0; b < c->v->n_compartments; b++)
        mine = mine || ((b == c->large) == !body && fits(&c->v->compartments[b], s));
    if (!mine) return false;
    if (body) w->fees += s->kg * least_fee(c, s->stream);
    if (body && !c->cls->follows) return true;
    if (!joins_all(c->p, s->stream, w->streams[body]) || (body && !joins_kinds(c, s->stream, w->kinds))) return false;
    const tr_compartment *in = &c->v->compartments[body ? !c->large : c->large];
    w->kg[body] += s->kg;
    w->litres[body] += s->litres;
    w->streams[body] |= (tr_mask)1 << s->stream;
    return w->kg[body] <= in->kg && w->litres[body] <= in->litres && w->kg[0] + w->kg[1] <= c->v->payload_kg;
}

static void serve(const country *c, const walk *from, int32_t i)
{
    const tr_stop *s = &c->p->stops[i];
    bool hazardous = s->hazard >= c->p->policy.hazardous_rank;
    if (c->early[i] == NONE || c->home[i] == NONE || c->early[i] + s->service_s + c->home[i] > c->v->end_s + c->v->max_overtime_s || from->stops >> i & 1 || !may_serve(c, i) || (from->others && comes_first(c, s))) return;
    for (int32_t body = 0; body < 2; body++) {
        walk w = *from;
        if (!drive(c, &w, s->place) || !stow(c, &w, s, body)) continue;
        int64_t after = c->early[i] + s->service_s - c->p->policy.day_start_s;
        w.seconds += s->service_s;
        if (hazardous && after > 0) w.hazard_s += after;
        w.others = w.others || (c->cls->phased && !hazardous);
        w.stops |= 1u << i;
        w.n_stops++;
        go_on(c, &w);
    }
}

static void go_on(const country *c, const walk *w)
{
    for (int32_t to = 0; to <= c->p->n_sites; to++) finish(c, *w, to);
    for (int32_t i = 0; i < c->p->n_stops; i++) serve(c, w, i);
    for (int32_t s = 0; s < c->p->n_sites && c->cls->follows; s++) {
        walk there = *w;
        bool any = w->kinds || w->streams[1];
        if (!w->n_stops || !any || kinds_after(c, w, s) || !drive(c, &there, c->p->sites[s].place)) continue;
        there.seconds += c->p->sites[s].turnaround_s;
        there.kinds = 0;
        there.streams[1] = 0;
        there.kg[1] = there.litres[1] = 0;
        go_on(c, &there);
    }
}

static void enumerate(const country *c)
{
    walk w = {.from = -1, .place = c->v->start_place};
    for (int32_t b = 0; b < c->v->n_compartments; b++) {
        const tr_compartment *body = &c->v->compartments[b];
        int32_t which = b != c->large;
        if (!body->start_streams || (which && !c->cls->follows)) continue;
        w.kg[which] += body->start_kg;
        w.litres[which] += body->start_litres;
        w.streams[which] |= body->start_streams;
    }
    go_on(c, &w);
    for (int32_t q = 0; q < 1 << (c->cls->n_kinds + c->cls->phased); q++) {
        bool can_be = false;
        walk at = {.state = q, .kinds = (uint32_t)q & ((1u << c->cls->n_kinds) - 1), .others = q >> c->cls->n_kinds};
        for (int32_t s = 0; s < c->p->n_streams; s++) can_be = can_be || joins_kinds(c, s, at.kinds);
        for (at.from = 0; at.from < c->p->n_sites && can_be; at.from++) {
            if (at.kinds && kinds_after(c, &at, at.from) == 0) continue; /* it would have been emptied there */
            at.place = c->p->sites[at.from].place;
            go_on(c, &at);
        }
    }
}

/* ---- a class, prepared by itself ---- */

static road leg(const country *c, int32_t a, int32_t b)
{
    const tr_travel_matrix *m = &c->p->travel[c->v->profile];
    int64_t s = m->seconds[a * c->p->n_places + b], d = m->metres[a * c->p->n_places + b];
    if (a != b && (s < 0 || d < 0)) return (road){NONE, 0, 0};
    s = a == b ? 0 : (2000 * s + c->v->speed_permille) / (2 * c->v->speed_permille);
    d = a == b ? 0 : d;
    return (road){s * c->second + d * c->v->pence_per_km * 18 * FINE, s, d};
}

static void lay_roads(country *c)
{
    int32_t n = c->p->n_places;
    for (int32_t a = 0; a < n; a++)
        for (int32_t b = 0; b < n; b++) c->roads[a][b] = leg(c, a, b);
    for (int32_t round = 0; round < 2; round++)
        for (int32_t s = 0; s < c->p->n_sites; s++)
            for (int32_t a = 0; a < n; a++)
                for (int32_t b = 0; b < n; b++) {
                    const road *x = &c->roads[a][c->p->sites[s].place], *y = &c->roads[c->p->sites[s].place][b];
                    int64_t stay = c->p->sites[s].turnaround_s;
                    if (x->cost == NONE || y->cost == NONE || x->cost + y->cost + stay * c->second >= c->roads[a][b].cost) continue;
                    c->roads[a][b] = (road){x->cost + y->cost + stay * c->second, x->seconds + y->seconds + stay, x->metres + y->metres};
                }
}

static int64_t start_from(const tr_stop *s, int64_t at)
{
    for (int32_t k = 0; k < s->n_windows; k++)
        if (at <= s->windows[k].end_s) return at > s->windows[k].start_s ? at : s->windows[k].start_s;
    return s->n_windows ? NONE : at;
}

static int64_t open_from(const tr_site *z, int64_t at)
{
    for (int32_t k = 0; k < z->n_opening; k++) /* one after the other */
        if (at <= z->opening[k].end_s - z->turnaround_s && z->opening[k].end_s - z->opening[k].start_s >= z->turnaround_s)
            return at > z->opening[k].start_s ? at : z->opening[k].start_s;
    return NONE;
}

static bool too_late(const country *c, const tr_stop *s, int64_t at)
{
    const tr_policy *y = &c->p->policy;
    return y->hazard_policy == TR_HAZARD_DEADLINE && s->hazard >= y->hazardous_rank && at > y->day_start_s + y->hazard_latest_s;
}

/* Over all stops and sites, as often as there are any. */
static void find_home(country *c)
{
    int64_t sites[MAX_SITES];
    int32_t n = c->p->n_stops;
    for (int32_t s = 0; s < c->p->n_sites; s++) sites[s] = NONE;
    for (int32_t i = 0; i < n; i++) c->home[i] = NONE;
    for (int32_t round = 0; round < 20; round++)
        for (int32_t x = 0; x < n + c->p->n_sites; x++) {
            int32_t place = x < n ? c->p->stops[x].place : c->p->sites[x - n].place;
            int64_t *mine = x < n ? &c->home[x] : &sites[x - n];
            road r = leg(c, place, c->v->end_place);
            if (r.cost < NONE && r.seconds < *mine) *mine = r.seconds;
            for (int32_t y = 0; y < n + c->p->n_sites; y++) {
                if (y < n && !may_serve(c, y)) continue;
                r = leg(c, place, y < n ? c->p->stops[y].place : c->p->sites[y - n].place);
                int64_t stay = y < n ? c->p->stops[y].service_s : c->p->sites[y - n].turnaround_s, on = y < n ? c->home[y] : sites[y - n];
                if (r.cost < NONE && on < NONE && r.seconds + stay + on < *mine) *mine = r.seconds + stay + on;
            }
        }
}

static void find_early(country *c)
{
    int64_t sites[MAX_SITES];
    for (int32_t i = 0; i < c->p->n_stops; i++) c->early[i] = NONE;
    for (int32_t s = 0; s < c->p->n_sites; s++) sites[s] = NONE;
    for (int32_t round = 0; round < 20; round++)
        for (int32_t x = -1; x < c->p->n_stops + c->p->n_sites; x++) {
            bool stop = x >= 0 && x < c->p->n_stops;
            int32_t z = x - c->p->n_stops, place = x < 0 ? c->v->start_place : stop ? c->p->stops[x].place : c->p->sites[z].place;
            int64_t left = x < 0 ? c->v->start_s : stop ? c->early[x] + c->p->stops[x].service_s : sites[z] + c->p->sites[z].turnaround_s;
            if (x >= 0 && (stop ? c->early[x] : sites[z]) == NONE) continue;
            for (int32_t i = 0; i < c->p->n_stops; i++) {
                road r = leg(c, place, c->p->stops[i].place);
                if (r.cost == NONE || !may_serve(c, i)) continue;
                int64_t at = start_from(&c->p->stops[i], left + r.seconds);
                if (too_late(c, &c->p->stops[i], at)) continue;
                if (at < c->early[i]) c->early[i] = at;
            }
            for (int32_t s = 0; s < c->p->n_sites; s++) {
                road r = leg(c, place, c->p->sites[s].place);
                int64_t at = r.cost < NONE ? open_from(&c->p->sites[s], left + r.seconds) : NONE;
                if (at < sites[s]) sites[s] = at;
            }
        }
}

static int64_t least_rate(const tr_vehicle *v)
{
    bool cheaper = v->max_overtime_s > 0 && v->pence_per_overtime_hour < v->pence_per_hour;
    return 5 * (cheaper ? v->pence_per_overtime_hour : v->pence_per_hour);
}

/* side NULL: no duals. */
static void visit_country(country *c, const tr_problem *p, const tr_trip_class *cls, const tr_trip_side *side)
{
    static const int64_t duty[] = {11 * 3600, 13 * 3600, INT64_MAX};
    *c = (country){.p = p, .cls = cls, .v = &p->vehicles[cls->vehicle]};
    for (int32_t b = 1; b < c->v->n_compartments; b++)
        if (c->v->compartments[b].litres > c->v->compartments[c->large].litres) c->large = b;
    int64_t span = c->v->end_s + c->v->max_overtime_s - c->v->start_s;
    c->most = c->free = span < 0 ? 0 : span < duty[c->v->hours_rule] ? span : duty[c->v->hours_rule];
    if (c->v->wtr) {
        int64_t most = c->most - 1800 + 1;
        c->free = 6 * 3600;
        c->break_most = most > 9 * 3600 ? 2700 : 1800;
        c->slope = most > c->free ? (int64_t)1800 * 65536 / (most - c->free) : 0;
    }
    c->second = FINE * least_rate(c->v);
    if (side) c->second += -side->time - side->work + (int64_t)((__int128)side->rest * c->slope / 65536);
    lay_roads(c);
    find_early(c);
    find_home(c);
}

/* ---- reduced costs ---- */

static int64_t cost_of(const country *c, const trip *t) /* 1/256 unit, by the price of a second */
{
    return FINE * (t->metres * c->v->pence_per_km * 18 + t->fees * 18 + t->hazard_s * c->p->policy.pence_per_hazard_minute * 300) +
           t->seconds * c->second;
}

static int64_t reduced(const country *c, const tr_trip_duals *y, int32_t cls, const trip *t) /* 1/256 unit */
{
    const tr_trip_side *s = &y->sides[cls];
    int32_t n_sites = c->p->n_sites;
    int64_t sum = t->n_stops ? s->trips : 0;
    for (int32_t i = 0; i < c->p->n_stops; i++)
        if (t->stops >> i & 1) sum += y->stop[i];
    for (int32_t k = 0; k < y->n_cuts; k++) {
        int32_t held = 0;
        for (int32_t m = 0; m < 3; m++) held += t->stops >> y->cuts[k].stops[m] & 1;
        sum += y->cuts[k].dual * (held / 2);
    }
    for (int32_t k = 0; k < y->n_loops; k++) {
        const tr_trip_loop *l = &y->loops[k];
        bool into = t->to < n_sites && l->sites >> t->to & 1, out = t->from >= 0 && l->sites >> t->from & 1;
        if (l->cls == cls) sum += l->dual * (into ? (int32_t)(t->stops >> l->stop & 1) : out ? -1 : 0);
    }
    sum += t->from < 0 ? s->start : -s->site[t->state * n_sites + t->from];
    if (t->to < n_sites) sum += s->site[t->then * n_sites + t->to];
    return cost_of(c, t) - FINE * sum;
}

static int64_t down(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

typedef struct {
    const country *c;
    const tr_trip_duals *y;
    int32_t cls;
    int64_t least, per_stop, move; /* 1/256 unit; per_stop, move: units */
    int64_t n;
} minima;

static void see_minimum(void *context, const trip *t)
{
    minima *m = context;
    int64_t r = reduced(m->c, m->y, m->cls, t);
    m->n++;
    if (!t->n_stops) {
        if (down(r, FINE) < m->move) m->move = down(r, FINE);
        return;
    }
    if (r - FINE * m->y->least * t->n_stops < m->least) m->least = r - FINE * m->y->least * t->n_stops;
    if (down(r, (int64_t)FINE * t->n_stops) < m->per_stop) m->per_stop = down(r, (int64_t)FINE * t->n_stops);
}

static minima find_minima(const tr_problem *p, const tr_trip_proof *t, const tr_trip_duals *y, int32_t cls)
{
    country c;
    visit_country(&c, p, &t->classes[cls], &y->sides[cls]);
    minima m = {.c = &c, .y = y, .cls = cls, .least = NONE};
    c.see = see_minimum;
    c.context = &m;
    enumerate(&c);
    return m;
}

/* ---- mornings and proofs ---- */

/* Two stops that fill the largest compartment to the kilogram, and others that weigh nothing. */
static void fill_exactly(tr_problem *p, tr_vehicle *v, tr_arena *arena)
{
    tr_stop *stops = tr_arena_grow(arena, p->stops, (size_t)p->n_stops, (size_t)p->n_stops, sizeof *stops);
    for (int32_t k = 0; k < p->n_stops; k++) {
        stops[k].kg = k < 2 ? 500 : 0;
        stops[k].litres = 100;
        stops[k].stream = stops[0].stream;
    }
    p->stops = stops;
    for (int32_t k = 0; k < p->n_vehicles; k++) {
        v[k].payload_kg = 1000;
        for (int32_t b = 0; b < v[k].n_compartments; b++) v[k].compartments[b].kg = 1000;
        v[k].compartments[0].litres = 2000;
    }
}

static tr_problem draw_morning(int32_t i, tr_arena *arena)
{
    tr_problem p;
    tr_morning_options o = {.n_stops = (int32_t)between(2, 5), .n_vehicles = 1, .n_sites = (int32_t)between(1, 2)};
    o.rules = (uint32_t)tr_random(&state) & (uint32_t)tr_random(&state);
    if (chance(70)) o.rules &= ~(1u << TR_RULE_WINDOWS | 1u << TR_RULE_OPENING | 1u << TR_RULE_SHIFT | 1u << TR_RULE_DEADLINE);
    if (chance(50)) o.rules |= 1u << TR_RULE_KG | 1u << TR_RULE_SITE_STREAMS | 1u << TR_RULE_SEGREGATION;
    o.rules &= ~(1u << TR_RULE_FROZEN);
    o.extras = (uint32_t)tr_random(&state) & ~(uint32_t)TR_EXTRA_HOURS;
    if (chance(40)) o.extras |= TR_EXTRA_BODIES;
    if (o.extras & TR_EXTRA_BODIES && o.n_stops > 4) o.n_stops = 4;
    if (chance(50)) o.n_vehicles = 2;
    tr_random_morning(0x7a1d5 + (uint64_t)i, &o, arena, &p);
    tr_vehicle *v = tr_arena_grow(arena, p.vehicles, (size_t)p.n_vehicles, (size_t)p.n_vehicles, sizeof *v);
    for (int32_t k = 0; k < p.n_vehicles; k++)
        if (v[k].n_compartments == 2 && chance(60)) v[k].compartments[1].litres = (int32_t)(v[k].compartments[1].litres * between(30, 110) / 100);
    for (int32_t k = 0; k < p.n_vehicles; k++)
        if (v[k].n_compartments == 2 && chance(20)) {
            v[k].compartments[2] = v[k].compartments[1];
            v[k].compartments[2].start_kg = v[k].compartments[2].start_litres = 0;
            v[k].compartments[2].start_streams = 0;
            v[k].n_compartments = 3;
        }
    if (chance(10)) fill_exactly(&p, v, arena);
    if (p.n_vehicles == 2 && chance(50)) { /* alike */
        const char *id = v[1].id;
        v[1] = v[0];
        v[1].id = id;
    }
    p.vehicles = v;
    return p;
}

static void draw_class(const tr_problem *p, int32_t v, tr_arena *arena, tr_trip_class *k)
{
    *k = (tr_trip_class){.vehicle = v, .follows = p->vehicles[v].n_compartments == 2 && chance(75), .phased = chance(50)};
    k->n_kinds = k->follows ? (int32_t)between(0, 3) : 0;
    for (int32_t s = 0; s < p->n_streams; s++) {
        int64_t kind = between(0, 3);
        if (kind < k->n_kinds) k->kinds[kind] |= (tr_mask)1 << s;
    }
    k->n_near = (int32_t)between(0, 2);
    k->near = TR_NEW(arena, int32_t, p->n_stops * k->n_near + 1);
    for (int32_t i = 0; i < p->n_stops * k->n_near; i++) k->near[i] = (int32_t)between(-1, p->n_stops - 1);
}

static void draw_classes(const tr_problem *p, tr_arena *arena, tr_trip_proof *t)
{
    t->classes = TR_NEW(arena, tr_trip_class, MAX_CLASSES);
    for (int32_t v = 0; v < p->n_vehicles; v++) {
        bool old = false;
        for (int32_t i = 0; i < v; i++) old = old || (p->vehicles[i].available && tr_audit_alike(p, i, v));
        if (p->vehicles[v].available && !old) draw_class(p, v, arena, &t->classes[t->n_classes++]);
    }
}

static void add_cuts(const tr_problem *p, tr_trip_duals *y, tr_arena *arena)
{
    y->cuts = TR_NEW(arena, tr_cut, 3);
    for (int32_t k = 0; k < 3 && p->n_stops >= 3 && chance(60); k++) {
        int32_t a = (int32_t)between(0, p->n_stops - 3), b = (int32_t)between(a + 1, p->n_stops - 2), c = (int32_t)between(b + 1, p->n_stops - 1);
        y->cuts[y->n_cuts++] = (tr_cut){{c, a, b}, 0};
    }
}

static void add_loops(const tr_problem *p, const tr_trip_proof *t, tr_trip_duals *y, tr_arena *arena)
{
    y->loops = TR_NEW(arena, tr_trip_loop, 4);
    for (int32_t k = 0; k < 4 && t->n_classes && chance(60); k++)
        y->loops[y->n_loops++] = (tr_trip_loop){(int32_t)between(0, t->n_classes - 1), (tr_mask)between(0, (1 << p->n_sites) - 1),
                                                (int32_t)between(0, p->n_stops - 1), 0};
}

static tr_trip_duals random_duals(const tr_problem *p, const tr_trip_proof *t, tr_arena *arena)
{
    tr_trip_duals y = {.least = chance(50) ? 0 : -between(0, 1000) * UNITS};
    int64_t scale = between(1000, 12000);
    y.stop = TR_NEW(arena, int64_t, p->n_stops + 1);
    y.sides = TR_NEW(arena, tr_trip_side, t->n_classes + 1);
    for (int32_t i = 0; i < p->n_stops; i++) y.stop[i] = between(-scale / 4, scale) * UNITS + between(0, 9);
    add_cuts(p, &y, arena);
    add_loops(p, t, &y, arena);
    for (int32_t k = 0; k < y.n_cuts; k++) y.cuts[k].dual = -between(0, scale / 2) * UNITS;
    for (int32_t k = 0; k < y.n_loops; k++) y.loops[k].dual = -between(0, scale / 2) * UNITS;
    for (int32_t k = 0; k < t->n_classes; k++) {
        country c;
        tr_trip_side *s = &y.sides[k];
        int32_t n = p->n_sites << (t->classes[k].n_kinds + t->classes[k].phased);
        visit_country(&c, p, &t->classes[k], NULL);
        *s = (tr_trip_side){.start = between(-scale, scale) * UNITS, .trips = between(-scale, scale) * UNITS / 4};
        s->site = TR_NEW(arena, int64_t, n + 1);
        for (int32_t i = 0; i < n; i++) s->site[i] = between(-scale, scale) * UNITS / (chance(50) ? 1 : 10);
        if (chance(50)) s->time = -between(0, 3) * between(0, 1000000);
        if (chance(30)) s->work = -between(0, 1000000);
        if (c.slope && chance(50)) s->rest = between(0, 5000000);
    }
    return y;
}

/* ---- (a) the least reduced cost is the true one ---- */

static void least_is_exact(void **unused)
{
    (void)unused;
    int32_t n = tr_scaled(600), found_any = 0, compared = 0;
    int64_t trips = 0;
    for (int32_t i = 0; i < n; i++) {
        tr_arena *arena = tr_arena_new();
        state = 0x1ea57 + (uint64_t)i;
        tr_problem p = draw_morning(i, arena);
        tr_trip_proof t = {0};
        draw_classes(&p, arena, &t);
        tr_trip_duals y = random_duals(&p, &t, arena);
        for (int32_t k = 0; k < t.n_classes; k++) {
            minima m = find_minima(&p, &t, &y, k);
            tr_audit_class c;
            tr_audit_found found;
            tr_audit_effort effort = {0};
            int32_t to;
            tr_audit_class_prepare(&p, &t, k, &y, arena, &c);
            assert_true(c.fits);
            tr_audit_least_trip(&c, NONE / 2, tr_audit_trip_near(&c, arena), arena, &effort, &found, &to);
            int64_t least = m.least < NONE / 2 ? m.least : NONE / 2, move = tr_audit_least_move(&c);
            if (found.least != least || !found.complete || move > m.move)
                fail_msg("morning %d class %d: audit %" PRId64 ", enumeration %" PRId64 "; moves %" PRId64 " and %" PRId64, i, k, found.least,
                         least, move, m.move);
            trips += m.n;
            found_any += found.n_stops > 0;
            compared++;
        }
        tr_arena_free(arena);
    }
    printf("seed 0x1ea57: %d mornings, %d classes, %d with trips, %" PRId64 " trips enumerated\n", n, compared, found_any, trips);
    assert_true(found_any * 2 > compared);
}

/* ---- (b) sensible duals: the linear programme over all trips ---- */

typedef struct {
    int64_t low[MAX_CLASSES], high[MAX_CLASSES], few[MAX_CLASSES], many[MAX_CLASSES], least, most;
    bool rested[MAX_CLASSES], brief[MAX_CLASSES];
} box;

typedef struct { /* a morning, what is best, and all trips worth a column */
    tr_problem p;
    tr_plan plan;          /* the best there is */
    tr_goal best;
    tr_arena *arena;
    tr_trip_proof proof;
    country countries[MAX_CLASSES];
    int32_t n_of[MAX_CLASSES], n_trips[MAX_CLASSES];
    trip *trips[MAX_CLASSES];
    tr_cut cuts[3];
    int32_t n_cuts, n_loops;
    tr_trip_loop loops[4];
    double programme;      /* least value of the boxes' programmes, pence */
    int32_t stray, strayed; /* per mil of duals that are to be, and those that were, moved off the optimum */
} bench;

typedef struct {
    bench *b;
    int32_t cls, *at; /* [KEYS] index of the column of that key, -1 = none */
    int32_t room;
} gathering;

static size_t key_of(const trip *t)
{
    return (((((size_t)(t->from + 1) * STATES + (size_t)t->state) * (MAX_SITES + 1) + (size_t)t->to) * STATES + (size_t)t->then) << MAX_STOPS) +
           t->stops;
}

static void gather(void *context, const trip *t)
{
    gathering *g = context;
    bench *b = g->b;
    int32_t *at = &g->at[key_of(t)], *n = &b->n_trips[g->cls];
    if (*at < 0) {
        if (*n == g->room) {
            int32_t room = g->room ? 2 * g->room : 256;
            b->trips[g->cls] = tr_arena_grow(b->arena, b->trips[g->cls], (size_t)*n, (size_t)room, sizeof *t);
            g->room = room;
        }
        b->trips[g->cls][*at = (*n)++] = *t;
    } else if (cost_of(&b->countries[g->cls], t) < cost_of(&b->countries[g->cls], &b->trips[g->cls][*at])) {
        b->trips[g->cls][*at] = *t;
    }
}

static void gather_trips(bench *b)
{
    for (int32_t k = 0; k < b->proof.n_classes; k++) {
        tr_arena *scratch = tr_arena_new();
        gathering g = {.b = b, .cls = k, .at = TR_NEW(scratch, int32_t, KEYS)};
        for (size_t i = 0; i < KEYS; i++) g.at[i] = -1;
        visit_country(&b->countries[k], &b->p, &b->proof.classes[k], NULL);
        b->countries[k].see = gather;
        b->countries[k].context = &g;
        enumerate(&b->countries[k]);
        tr_arena_free(scratch);
        for (int32_t v = 0; v < b->p.n_vehicles; v++)
            b->n_of[k] += b->p.vehicles[v].available && (v == b->proof.classes[k].vehicle || tr_audit_alike(&b->p, b->proof.classes[k].vehicle, v));
    }
}

typedef struct { /* first rows */
    int32_t level, all, cut, loop, start[MAX_CLASSES], site[MAX_CLASSES], time[MAX_CLASSES], rest[MAX_CLASSES], trips[MAX_CLASSES],
        work[MAX_CLASSES]; /* 0 = none */
} rows;

static int32_t add_row(glp_prob *lp, double low, double high)
{
    int32_t row = glp_add_rows(lp, 1);
    bool has_low = low > -1e99, has_high = high < 1e99;
    glp_set_row_bnds(lp, row, has_low && has_high ? (low < high ? GLP_DB : GLP_FX) : has_low ? GLP_LO : has_high ? GLP_UP : GLP_FR, low, high);
    return row;
}

static rows add_rows(const bench *b, const box *x, glp_prob *lp)
{
    rows r = {0};
    for (int32_t s = 0; s < b->p.n_stops; s++) add_row(lp, 1, 1);
    r.level = add_row(lp, -1e100, (double)b->best.hazard_left);
    add_row(lp, -1e100, (double)b->best.due_left);
    r.all = add_row(lp, (double)x->least, (double)x->most);
    r.cut = glp_get_num_rows(lp) + 1;
    for (int32_t k = 0; k < b->n_cuts; k++) add_row(lp, -1e100, 1);
    r.loop = glp_get_num_rows(lp) + 1;
    for (int32_t k = 0; k < b->n_loops; k++) add_row(lp, -1e100, 0);
    for (int32_t k = 0; k < b->proof.n_classes; k++) {
        const tr_trip_class *cls = &b->proof.classes[k];
        r.start[k] = add_row(lp, 0, 0);
        r.site[k] = glp_get_num_rows(lp) + 1;
        for (int32_t i = 0; i < b->p.n_sites << (cls->n_kinds + cls->phased); i++) add_row(lp, 0, 0);
        r.time[k] = add_row(lp, -1e100, 0);
        r.rest[k] = add_row(lp, 0, 1e100);
        r.trips[k] = add_row(lp, (double)x->few[k], (double)x->many[k]);
        if (x->brief[k]) r.work[k] = add_row(lp, -1e100, (double)b->countries[k].free);
    }
    return r;
}

typedef struct {
    int n, rows[64];
    double values[64];
} column;

static void put(column *c, int32_t row, double value)
{
    for (int i = 1; i <= c->n; i++)
        if (c->rows[i] == row) {
            c->values[i] += value;
            return;
        }
    c->rows[++c->n] = row;
    c->values[c->n] = value;
}

static void add_column(glp_prob *lp, const column *c, double cost, double low, double high)
{
    int j = glp_add_cols(lp, 1);
    glp_set_col_bnds(lp, j, high > 1e99 ? GLP_LO : low < high ? GLP_DB : GLP_FX, low, high);
    glp_set_obj_coef(lp, j, cost);
    glp_set_mat_col(lp, j, c->n, c->rows, c->values);
}

static void add_trip(const bench *b, const rows *r, glp_prob *lp, int32_t k, const trip *t)
{
    const country *c = &b->countries[k];
    int32_t n_sites = b->p.n_sites;
    double slope = (double)c->slope / 65536;
    column col = {0};
    for (int32_t s = 0; s < b->p.n_stops; s++)
        if (t->stops >> s & 1) put(&col, s + 1, 1);
    for (int32_t i = 0; i < b->n_cuts; i++) {
        int32_t held = 0;
        for (int32_t m = 0; m < 3; m++) held += t->stops >> b->cuts[i].stops[m] & 1;
        if (held > 1) put(&col, r->cut + i, 1);
    }
    for (int32_t i = 0; i < b->n_loops; i++) {
        const tr_trip_loop *l = &b->loops[i];
        bool into = t->to < n_sites && l->sites >> t->to & 1, out = t->from >= 0 && l->sites >> t->from & 1;
        if (l->cls != k) continue;
        if (into && t->stops >> l->stop & 1) put(&col, r->loop + i, 1);
        if (!into && out) put(&col, r->loop + i, -1);
    }
    put(&col, t->from < 0 ? r->start[k] : r->site[k] + t->state * n_sites + t->from, t->from < 0 ? 1 : -1); /* as many to a site as from it */
    if (t->to < n_sites) put(&col, r->site[k] + t->then * n_sites + t->to, 1);
    put(&col, r->time[k], (double)t->seconds);
    put(&col, r->rest[k], -slope * (double)t->seconds);
    if (t->n_stops) put(&col, r->trips[k], 1);
    if (r->work[k]) put(&col, r->work[k], (double)t->seconds);
    add_column(lp, &col, (double)cost_of(c, t) / FINE / UNITS, 0, 1e100);
}

/* Where a box has no plan its duals would be without bound: rows may be broken at a price. */
static void add_breach(glp_prob *lp, int32_t row, double by)
{
    column col = {0};
    put(&col, row, by);
    add_column(lp, &col, 100000, 0, 1e100);
}

static void add_breaches(const bench *b, const rows *r, glp_prob *lp)
{
    for (int32_t i = 0; i < 2; i++) add_breach(lp, r->level + i, -1);
    for (int32_t k = 0; k < b->proof.n_classes; k++)
        for (int32_t by = -1; by < 2; by += 2) {
            add_breach(lp, r->start[k], by);
            add_breach(lp, r->trips[k], by);
        }
}

static void add_columns(const bench *b, const box *x, const rows *r, glp_prob *lp)
{
    for (int32_t s = 0; s < b->p.n_stops; s++) {
        column col = {0};
        put(&col, s + 1, 1);
        put(&col, r->level, (double)tr_true_weight(&b->p, s, 0));
        put(&col, r->level + 1, (double)tr_true_weight(&b->p, s, 1));
        add_column(lp, &col, (double)tr_true_weight(&b->p, s, 2), 0, 1e100);
    }
    for (int32_t k = 0; k < b->proof.n_classes; k++) {
        const country *c = &b->countries[k];
        column y = {0}, rest = {0};
        put(&y, r->start[k], -1);
        put(&y, r->time[k], -(double)c->most);
        put(&y, r->rest[k], (double)c->slope / 65536 * (double)c->free);
        put(&y, r->all, 1);
        add_column(lp, &y, (double)c->v->fixed_pence, (double)x->low[k], (double)x->high[k]);
        put(&rest, r->time[k], 1);
        put(&rest, r->rest[k], 1);
        double floor = x->rested[k] ? 1800 : 0, most = fmax((double)(c->break_most * x->high[k]), floor);
        add_column(lp, &rest, (double)least_rate(c->v) / UNITS, floor, most);
        for (int32_t i = 0; i < b->n_trips[k]; i++) add_trip(b, r, lp, k, &b->trips[k][i]);
    }
}

static int64_t dual_of(glp_prob *lp, int32_t row, double unit, int sign) /* sign: -1 at most 0, 1 at least 0, 0 any */
{
    double dual = glp_get_row_dual(lp, row) * unit;
    if (sign && dual * sign < 0) dual = 0;
    return (int64_t)floor(fmax(-1e12, fmin(1e12, dual)) + 0.5);
}

/* Near the optimum: one dual or other is moved a little. */
static int64_t moved(bench *b, int64_t dual)
{
    if (between(0, 999) >= b->stray) return dual;
    b->strayed++;
    return dual * between(50, 150) / 100 + between(-5, 5) * UNITS;
}

static void take_side(bench *b, glp_prob *lp, const rows *r, int32_t k, tr_trip_side *s)
{
    int32_t n = b->p.n_sites << (b->proof.classes[k].n_kinds + b->proof.classes[k].phased);
    s->start = moved(b, dual_of(lp, r->start[k], UNITS, 0));
    s->site = TR_NEW(b->arena, int64_t, n + 1);
    for (int32_t i = 0; i < n; i++) s->site[i] = moved(b, dual_of(lp, r->site[k] + i, UNITS, 0));
    s->time = dual_of(lp, r->time[k], (double)UNITS * FINE, -1);
    s->rest = b->countries[k].slope ? dual_of(lp, r->rest[k], (double)UNITS * FINE, 1) : 0;
    s->work = r->work[k] ? dual_of(lp, r->work[k], (double)UNITS * FINE, -1) : 0;
    s->trips = dual_of(lp, r->trips[k], UNITS, 0);
}

/* Duals of the box's programme, or what is left of them where it has no solution; then the least that all trips truly have. */
static tr_trip_duals duals_of(bench *b, const box *x)
{
    glp_prob *lp = glp_create_prob();
    glp_smcp parm;
    tr_trip_duals y = {.n_cuts = b->n_cuts, .n_loops = b->n_loops};
    glp_init_smcp(&parm);
    parm.msg_lev = GLP_MSG_OFF;
    rows r = add_rows(b, x, lp);
    add_columns(b, x, &r, lp);
    add_breaches(b, &r, lp);
    glp_scale_prob(lp, GLP_SF_AUTO);
    glp_simplex(lp, &parm);
    if (glp_get_obj_val(lp) < b->programme) b->programme = glp_get_obj_val(lp);
    y.stop = TR_NEW(b->arena, int64_t, b->p.n_stops + 1);
    y.cuts = TR_NEW(b->arena, tr_cut, 3);
    y.loops = TR_NEW(b->arena, tr_trip_loop, 4);
    y.sides = TR_NEW(b->arena, tr_trip_side, MAX_CLASSES);
    for (int32_t s = 0; s < b->p.n_stops; s++) y.stop[s] = moved(b, dual_of(lp, s + 1, UNITS, 0));
    for (int32_t i = 0; i < 2; i++) y.level[i] = dual_of(lp, r.level + i, UNITS, -1);
    y.all = dual_of(lp, r.all, UNITS, 0);
    for (int32_t i = 0; i < b->n_cuts; i++) {
        y.cuts[i] = b->cuts[i];
        y.cuts[i].dual = dual_of(lp, r.cut + i, UNITS, -1);
    }
    for (int32_t i = 0; i < b->n_loops; i++) {
        y.loops[i] = b->loops[i];
        y.loops[i].dual = dual_of(lp, r.loop + i, UNITS, -1);
    }
    for (int32_t k = 0; k < b->proof.n_classes; k++) take_side(b, lp, &r, k, &y.sides[k]);
    glp_delete_prob(lp);
    for (int32_t k = 0; k < b->proof.n_classes; k++) {
        minima m = find_minima(&b->p, &b->proof, &y, k);
        if (m.per_stop < y.least) y.least = m.per_stop;
    }
    return y;
}

/* ---- (b) random trees of fleets ---- */

enum { MAX_FLEETS = 15 };

static bool may_ask_for_break(const bench *b, const box *x, int32_t k)
{
    return b->n_of[k] == 1 && x->low[k] == 1 && b->countries[k].slope > 0;
}

static void part(bench *b, int32_t f, box x, int32_t depth);

static void part_by(bench *b, int32_t f, box x, int32_t depth, tr_trip_parting by, int32_t k)
{
    tr_trip_fleet *fleet = &b->proof.fleets[f];
    box one = x, other = x;
    int64_t most = by == TR_PART_TRIPS ? between(0, b->p.n_stops) : between(0, by == TR_PART_OUT ? b->p.n_vehicles : b->n_of[k]);
    *fleet = (tr_trip_fleet){.by = by, .cls = k, .most = (int32_t)most};
    if (by == TR_PART_OUT) {
        one.most = most;
        other.least = most + 1;
    } else if (by == TR_PART_CLASS) {
        one.high[k] = most;
        other.low[k] = most + 1;
    } else if (by == TR_PART_TRIPS) {
        one.many[k] = most;
        other.few[k] = most + 1;
    } else {
        one.rested[k] = true;
        other.brief[k] = true;
    }
    for (int32_t i = 0; i < 2; i++) {
        fleet->part[i] = b->proof.n_fleets++;
        part(b, fleet->part[i], i ? other : one, depth + 1);
    }
}

static void part(bench *b, int32_t f, box x, int32_t depth)
{
    int32_t k = (int32_t)between(0, b->proof.n_classes - 1);
    bool empty = x.least > x.most || x.low[k] > x.high[k];
    if (depth < 3 && !empty && may_ask_for_break(b, &x, k) && !x.rested[k] && !x.brief[k] && chance(80)) {
        part_by(b, f, x, depth, TR_PART_BREAK, k);
        return;
    }
    if (depth < 3 && chance(depth ? 50 : 70)) {
        part_by(b, f, x, depth, chance(40) ? TR_PART_CLASS : chance(50) ? TR_PART_OUT : TR_PART_TRIPS, k);
        return;
    }
    for (int32_t i = 0; i < b->proof.n_classes; i++) empty = empty || x.low[i] > x.high[i] || x.few[i] > x.many[i];
    b->proof.fleets[f] = (tr_trip_fleet){.by = TR_PART_NONE, .duals = b->proof.n_duals};
    box whole = x;
    if (empty) { /* the duals of some other box */
        memset(&whole, 0, sizeof whole);
        for (int32_t i = 0; i < b->proof.n_classes; i++) whole.high[i] = b->n_of[i], whole.many[i] = b->p.n_stops;
        whole.most = b->p.n_vehicles;
    }
    b->proof.duals[b->proof.n_duals++] = duals_of(b, &whole);
}

static bool make_bench(bench *b, int32_t i, tr_arena *arena)
{
    tr_trip_duals none = {0};
    *b = (bench){.arena = arena, .p = draw_morning(i, arena)};
    if (!tr_brute(&b->p, arena, &b->plan)) return false;
    b->best = b->plan.goal;
    b->stray = chance(30) ? 20 : 0;
    b->programme = (double)b->best.cost_pence;
    draw_classes(&b->p, arena, &b->proof);
    if (!b->proof.n_classes) return false;
    add_cuts(&b->p, &none, arena);
    add_loops(&b->p, &b->proof, &none, arena);
    for (int32_t k = 0; k < none.n_cuts; k++) b->cuts[b->n_cuts++] = none.cuts[k];
    for (int32_t k = 0; k < none.n_loops; k++) b->loops[b->n_loops++] = none.loops[k];
    gather_trips(b);
    b->proof.duals = TR_NEW(arena, tr_trip_duals, MAX_FLEETS);
    b->proof.fleets = TR_NEW(arena, tr_trip_fleet, MAX_FLEETS);
    b->proof.n_fleets = 1;
    box x = {.most = b->p.n_vehicles};
    for (int32_t k = 0; k < b->proof.n_classes; k++) {
        x.high[k] = b->n_of[k];
        x.low[k] = tr_audit_at_home(&b->p, &b->p.vehicles[b->proof.classes[k].vehicle]) ? b->n_of[k] : 0;
        x.many[k] = b->p.n_stops;
    }
    part(b, 0, x, 0);
    return true;
}

static bool holds(bench *b, int64_t bound, const char **why)
{
    b->proof.bound = bound;
    return tr_audit_trips(&b->p, &b->best, &b->proof, b->arena, why, &given_up);
}

/* The least that any fleet proves, as the faults tell. */
static int64_t proven_by(const char *why, int64_t most)
{
    for (const char *at = strstr(why, " prove "); at; at = strstr(at + 1, " prove ")) {
        int64_t figure = strtoll(at + 7, NULL, 10);
        if (figure < most) most = figure;
    }
    return most;
}

static void bound_is_never_above_the_optimum(void **unused)
{
    (void)unused;
    int terminal = glp_term_out(GLP_OFF);
    int32_t n = tr_scaled(2000), judged = 0, parted = 0, close = 0, exact = 0, breaks = 0, reached = 0;
    double share = 0;
    for (int32_t i = 0; i < n; i++) {
        tr_arena *arena = tr_arena_new();
        static bench b;
        const char *why;
        state = 0xb0d + (uint64_t)i;
        if (make_bench(&b, i, arena)) {
            if (!holds(&b, 0, &why)) fail_msg("morning %d: true claims are refused: %s", i, why);
            if (holds(&b, b.best.cost_pence + 1, &why)) fail_msg("morning %d: more than the optimum %" PRId64 " is proven", i, b.best.cost_pence);
            int64_t low = proven_by(why, b.best.cost_pence);
            double part_of = b.best.cost_pence ? (double)low / (double)b.best.cost_pence : 1;
            judged++;
            parted += b.proof.n_fleets > 1;
            exact += low >= b.best.cost_pence;
            close += part_of > 0.9;
            reached += low >= 0.999 * b.programme;
            share += part_of;
            for (int32_t f = 0; f < b.proof.n_fleets; f++) breaks += b.proof.fleets[f].by == TR_PART_BREAK;
        }
        tr_arena_free(arena);
    }
    glp_term_out(terminal);
    printf("seed 0xb0d: %d mornings, %d with parted fleets, %d parted by a break; %d bounds within a tenth, %d the optimum, %d what the programme has; mean %.3f\n",
           judged, parted, breaks, close, exact, reached, share / judged);
    assert_true(judged * 10 > n * 8 && reached * 10 > judged * 8);
}

/* ---- (c) hostile content ---- */

/* A copy of the proof for one change: what it points to is shared but for the first of each. */
static tr_trip_proof *copy_of(const bench *b, tr_arena *arena)
{
    tr_trip_proof *t = TR_NEW(arena, tr_trip_proof, 1);
    *t = b->proof;
    t->bound = 0;
    t->classes = tr_arena_grow(arena, t->classes, (size_t)t->n_classes, (size_t)t->n_classes + 1, sizeof *t->classes);
    t->duals = tr_arena_grow(arena, t->duals, (size_t)t->n_duals, (size_t)t->n_duals + 1, sizeof *t->duals);
    t->fleets = tr_arena_grow(arena, t->fleets, (size_t)t->n_fleets, (size_t)t->n_fleets + 3, sizeof *t->fleets);
    for (int32_t d = 0; d < t->n_duals; d++) {
        tr_trip_duals *y = &t->duals[d];
        y->stop = tr_arena_grow(arena, y->stop, (size_t)b->p.n_stops, (size_t)b->p.n_stops, sizeof *y->stop);
        y->sides = tr_arena_grow(arena, y->sides, (size_t)t->n_classes, (size_t)t->n_classes, sizeof *y->sides);
        for (int32_t k = 0; k < t->n_classes; k++) {
            size_t n = (size_t)b->p.n_sites << (t->classes[k].n_kinds + t->classes[k].phased);
            y->sides[k].site = tr_arena_grow(arena, y->sides[k].site, n, n, sizeof *y->sides[k].site);
        }
    }
    return t;
}

static void refused(const bench *b, const tr_trip_proof *t, tr_arena *arena, const char *words, int line)
{
    const char *why = NULL;
    if (tr_audit_trips(&b->p, &b->best, t, arena, &why, &given_up)) fail_msg("line %d: not refused", line);
    if (!strstr(why, words)) fail_msg("line %d: \"%s\" says nothing of \"%s\"", line, why, words);
}

#define REFUSED(change, words)                             \
    do {                                                   \
        tr_trip_proof *t = copy_of(b, arena);              \
        tr_trip_duals *y = &t->duals[0];                   \
        tr_trip_class *k = &t->classes[0];                 \
        tr_trip_fleet *f = &t->fleets[0];                  \
        (void)y, (void)k, (void)f;                         \
        change;                                            \
        refused(b, t, arena, words, __LINE__);             \
    } while (0)

static void hostile_classes(const bench *b, tr_arena *arena)
{
    static int32_t far[] = {99, 0, 0, 0, 0, 0};
    REFUSED(t->n_classes = -1, "classes");
    REFUSED(t->n_fleets = 0, "fleets");
    REFUSED(t->fleets = NULL, "fleets");
    REFUSED(t->duals = NULL, "sets of duals");
    REFUSED(t->n_classes++; t->classes[t->n_classes - 1] = *k, "there are");
    REFUSED(t->n_classes--, "first of class");
    REFUSED(k->vehicle = 1000000, "first of class");
    REFUSED(k->vehicle = -1, "first of class");
    REFUSED(k->n_kinds = 4, "kinds");
    REFUSED(k->n_kinds = -1, "kinds");
    REFUSED(k->n_near = -1, "remembered at each");
    REFUSED(k->n_near = 99, "remembered at each");
    REFUSED(k->n_near = 1; k->near = NULL, "remembered at each");
    REFUSED(k->n_near = 1; k->near = far, "stop index 99 is remembered");
    if (b->p.vehicles[0].n_compartments == 2) {
        REFUSED(k->follows = true; k->n_kinds = 2; k->kinds[0] = 3; k->kinds[1] = 2, "shares a stream");
        REFUSED(k->follows = false; k->n_kinds = 1, "kinds, it must be 0 to 0");
    } else {
        REFUSED(k->follows = true, "there are not two");
    }
}

static void hostile_duals(const bench *b, tr_arena *arena)
{
    static tr_cut cut = {{0, 0, 1}, -1}, steep = {{0, 1, 1}, 1};
    static tr_trip_loop loop = {99, 1, 0, -1}, place = {0, 1u << 20, 0, -1}, stop = {0, 1, -1, -1}, sign = {0, 1, 0, 1};
    static tr_cut much[2] = {{{0, 1, 2}, -6000000000000}, {{0, 1, 2}, -6000000000000}};
    REFUSED(y->stop = NULL, "those of stops are missing");
    REFUSED(y->sides = NULL, "those of classes are missing");
    REFUSED(y->sides[0].site = NULL, "those of sites are missing");
    REFUSED(y->stop[0] = INT64_MIN, "must be within");
    REFUSED(y->stop[0] = TR_AUDIT_MOST + 1, "must be within");
    REFUSED(y->sides[0].site[0] = INT64_MAX, "must be within");
    REFUSED(y->sides[0].start = INT64_MIN, "that of the start");
    REFUSED(y->sides[0].trips = INT64_MAX, "that of trips");
    REFUSED(y->sides[0].time = 1, "that of time");
    REFUSED(y->sides[0].work = 1, "that of work");
    REFUSED(y->sides[0].work = -1, "work no longer");
    REFUSED(y->sides[0].rest = -1, "that of breaks");
    if (!b->countries[0].slope) REFUSED(y->sides[0].rest = 1, "that of breaks");
    REFUSED(y->level[0] = 1, "that of level 1");
    REFUSED(y->level[1] = INT64_MIN, "that of level 2");
    REFUSED(y->all = INT64_MAX, "vehicles out");
    REFUSED(y->least = 1, "the least");
    REFUSED(y->n_cuts = -1, "cuts are told of");
    REFUSED(y->n_loops = 1; y->loops = NULL, "loops are told of");
    REFUSED(y->n_cuts = 1; y->cuts = &cut, "three stops are needed");
    REFUSED(y->n_cuts = 1; y->cuts = &steep, "that of a cut");
    if (b->p.n_stops > 2) REFUSED(y->n_cuts = 2; y->cuts = much, "that of all cuts");
    REFUSED(y->n_loops = 1; y->loops = &loop, "loop 0 is of class 99");
    REFUSED(y->n_loops = 1; y->loops = &place, "loop 0 is of class 0");
    REFUSED(y->n_loops = 1; y->loops = &stop, "stop index -1");
    REFUSED(y->n_loops = 1; y->loops = &sign, "that of a loop");
    tr_site slow[MAX_SITES];
    bench far = *b;
    memcpy(slow, b->p.sites, sizeof *slow * (size_t)b->p.n_sites);
    slow[0].turnaround_s = 1000000000;
    far.p.sites = slow;
    b = &far;
    REFUSED(y->sides[0].time = -TR_AUDIT_MOST, "too large to be audited");
}

static void hostile_fleets(const bench *b, tr_arena *arena)
{
    const tr_trip_fleet leaf = {.by = TR_PART_NONE};
    REFUSED(f->duals = -1, "fleet 0 has duals -1");
    REFUSED(f->duals = t->n_duals, "fleet 0 has duals");
    REFUSED(f->by = (tr_trip_parting)77, "parted by 77");
    REFUSED(t->n_fleets = 2; t->fleets[1] = leaf, "fleet 1 is part of none");
    REFUSED(t->n_fleets = 3; f->by = TR_PART_OUT; f->part[0] = 0; f->part[1] = 2, "has part 0");
    REFUSED(t->n_fleets = 3; f->by = TR_PART_OUT; f->part[0] = f->part[1] = 1, "has part 1");
    REFUSED(t->n_fleets = 3; f->by = TR_PART_OUT; f->part[0] = -1; f->part[1] = 2, "has part -1");
    REFUSED(t->n_fleets = 3; f->by = TR_PART_OUT; f->part[0] = 1; f->part[1] = 3, "has part 3");
    REFUSED(t->n_fleets = 3; f->by = TR_PART_CLASS; f->cls = 9; f->part[0] = 1; f->part[1] = 2, "parted by class 9");
    REFUSED(t->n_fleets = 3; f->by = TR_PART_CLASS; f->cls = -1; f->part[0] = 1; f->part[1] = 2, "parted by class -1");
    bool may = b->n_of[0] == 1 && tr_audit_at_home(&b->p, &b->p.vehicles[0]) && b->countries[0].slope;
    if (!may) REFUSED(t->n_fleets = 3; f->by = TR_PART_BREAK; f->part[0] = 1; f->part[1] = 2, "parted by the break");
    REFUSED(t->bound = INT64_MAX, "claimed are 9223372036854775807");
    tr_trip_proof *t = copy_of(b, arena); /* a part that shares its own with another */
    t->n_fleets = 4;
    t->fleets = TR_NEW(arena, tr_trip_fleet, 5);
    t->fleets[0] = (tr_trip_fleet){.by = TR_PART_OUT, .part = {1, 2}};
    t->fleets[1] = (tr_trip_fleet){.by = TR_PART_OUT, .part = {2, 3}};
    refused(b, t, arena, "has part 2", __LINE__);
    t->fleets[0].most = INT32_MAX; /* the other part is empty, and needs no duals */
    t->fleets[1] = t->fleets[2] = leaf;
    t->fleets[2].duals = -5;
    t->n_fleets = 3;
    const char *why = NULL;
    if (!tr_audit_trips(&b->p, &b->best, t, arena, &why, &given_up)) fail_msg("an empty fleet is refused: %s", why);
}

/* A least that is one more than the true one has a trip against it. */
static void least_is_held_against(const bench *b, tr_arena *arena)
{
    tr_trip_proof *t = copy_of(b, arena);
    for (int32_t s = 0; s < b->p.n_stops; s++) t->duals[0].stop[s] += 20000 * UNITS;
    t->duals[0].least = 0;
    minima m = find_minima(&b->p, t, &t->duals[0], 0);
    t->duals[0].least = m.per_stop;
    minima n = find_minima(&b->p, t, &t->duals[0], t->n_classes - 1);
    if (n.per_stop < m.per_stop) t->duals[0].least = n.per_stop;
    const char *why = NULL;
    if (!tr_audit_trips(&b->p, &b->best, t, arena, &why, &given_up)) fail_msg("a true least is refused: %s", why);
    if (t->duals[0].least >= 0) return;
    t->duals[0].least++;
    refused(b, t, arena, "has reduced cost", __LINE__);
    refused(b, t, arena, "it serves R-", __LINE__);
}

static void hostile_content_is_refused(void **unused)
{
    (void)unused;
    int terminal = glp_term_out(GLP_OFF);
    int32_t n = tr_scaled(20), judged = 0;
    for (int32_t i = 0; judged < n; i++) {
        tr_arena *arena = tr_arena_new();
        static bench b;
        state = 0x405711e + (uint64_t)i;
        if (make_bench(&b, i, arena) && b.proof.n_fleets == 1 && b.proof.fleets[0].by == TR_PART_NONE) {
            hostile_classes(&b, arena);
            hostile_duals(&b, arena);
            hostile_fleets(&b, arena);
            least_is_held_against(&b, arena);
            judged++;
        }
        tr_arena_free(arena);
    }
    glp_term_out(terminal);
    printf("seed 0x405711e: %d proofs changed\n", judged);
}

/* tr_audit judges it with the rest of level 3. */
static void certificate_is_judged_with_it(void **unused)
{
    (void)unused;
    int terminal = glp_term_out(GLP_OFF);
    for (int32_t i = 0; i < 40; i++) {
        tr_arena *arena = tr_arena_new();
        static bench b;
        const char *why = NULL;
        state = 0xce27 + (uint64_t)i;
        if (make_bench(&b, i, arena)) {
            const int64_t values[] = {b.best.hazard_left, b.best.due_left, b.best.cost_pence};
            tr_certificate t = {0};
            for (int32_t level = 0; level < 3; level++)
                t.level[level] = (tr_level_proof){.value = values[level], .bound = values[level], .known = true};
            t.level[2].trips = copy_of(&b, arena);
            if (!tr_audit(&b.p, &b.plan, &t, arena, &why, NULL)) fail_msg("morning %d: %s", i, why);
            t.level[2].trips->bound = b.best.cost_pence + 1;
            assert_false(tr_audit(&b.p, &b.plan, &t, arena, &why, NULL));
            assert_non_null(strstr(why, "is above the bound"));
            assert_non_null(strstr(why, "level 3, trips: fleet"));
            t.level[2].value++;
            t.level[2].trips->bound = 0;
            assert_false(tr_audit(&b.p, &b.plan, &t, arena, &why, NULL));
            assert_null(strstr(why, "trips"));
        }
        tr_arena_free(arena);
    }
    glp_term_out(terminal);
}

/* Any bytes at all in the figures: no crash, and nothing above the optimum. */
static void any_figures_are_safe(void **unused)
{
    (void)unused;
    int terminal = glp_term_out(GLP_OFF);
    int32_t n = tr_scaled(120), held = 0;
    for (int32_t i = 0; i < n; i++) {
        tr_arena *arena = tr_arena_new();
        static bench b;
        state = 0xa47 + (uint64_t)i;
        if (make_bench(&b, i, arena)) {
            for (int32_t round = 0; round < 10; round++) {
                static const int64_t odd[] = {INT64_MIN, INT64_MAX, -1, 0, 1, INT32_MAX, -TR_AUDIT_MOST, TR_AUDIT_MOST, 1000000000};
                tr_trip_proof *t = copy_of(&b, arena);
                const char *why = NULL;
                int64_t value = odd[between(0, 8)];
                tr_trip_duals *y = &t->duals[between(0, t->n_duals - 1)];
                tr_trip_fleet *f = &t->fleets[between(0, t->n_fleets - 1)];
                tr_trip_side *s = &y->sides[between(0, t->n_classes - 1)];
                int64_t *figures[] = {&y->stop[0], &y->least, &y->all, &y->level[0], &y->level[1], &s->start, &s->site[0], &s->time, &s->work, &s->rest, &s->trips};
                int32_t *indices[] = {&f->cls, &f->most, &f->part[0], &f->part[1], &f->duals};
                if (chance(50)) *figures[between(0, 10)] = value;
                else *indices[between(0, 4)] = (int32_t)value;
                t->bound = b.best.cost_pence + 1;
                if (tr_audit_trips(&b.p, &b.best, t, arena, &why, &given_up)) fail_msg("morning %d: more than the optimum is proven", i);
                t->bound = 0;
                held += tr_audit_trips(&b.p, &b.best, t, arena, &why, &given_up);
            }
        }
        tr_arena_free(arena);
    }
    glp_term_out(terminal);
    printf("seed 0xa47: %d mornings, %d changes that do no harm\n", n, held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(least_is_exact),
        cmocka_unit_test(bound_is_never_above_the_optimum),
        cmocka_unit_test(hostile_content_is_refused),
        cmocka_unit_test(certificate_is_judged_with_it),
        cmocka_unit_test(any_figures_are_safe),
    };
    cmocka_set_test_filter(getenv("TR_TEST_ONLY"));
    return cmocka_run_group_tests_name("audit_trips", tests, NULL, NULL);
}
