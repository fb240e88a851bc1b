/* audit_legs.c -- one vehicle prepared for the audit: which stops it may serve, its legs, its prices.
 *
 * Everything is worked out from docs/rules.md.  Where speeds change by the hour each leg is taken at the
 * fastest hour of the vehicle's day: no leg can be shorter (the hours are used up whole and only the last is
 * rounded), so the least reduced cost can only become smaller.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit.h"

enum { HOUR = 3600, FAR = 10000000 }; /* metres of a leg that are counted at most */

/* ---- sizes ---- */

static double greatest(double a, double b)
{
    return a > b ? a : b;
}

/* Twice the sum of all that a route of 10,000 visits can cost must fit: that many the audit follows. */
bool tr_audit_fits(const tr_problem *p)
{
    const double visits = 10000, most = 4e18, duals = visits * 3.0 * TR_AUDIT_MOST;
    double fee = 0;
    for (int32_t s = 0; s < p->n_sites; s++) {
        if (p->sites[s].gate_fee_pence_per_tonne < 0 || p->sites[s].turnaround_s < 0) return false;
        fee = greatest(fee, (double)p->sites[s].gate_fee_pence_per_tonne);
    }
    for (int32_t s = 0; s < p->n_stops; s++)
        if (p->stops[s].kg < 0 || p->stops[s].litres < 0 || p->stops[s].service_s < 0) return false;
    for (int32_t i = 0; i < p->n_vehicles; i++) {
        const tr_vehicle *v = &p->vehicles[i];
        double until = (double)v->end_s + (double)v->max_overtime_s, kg = 0;
        if (v->pence_per_km < 0 || v->pence_per_hour < 0 || v->pence_per_overtime_hour < 0 || v->fixed_pence < 0)
            return false;
        if (v->speed_permille <= 0 || v->start_s < -1e9 || until > 2e9) return false;
        for (int32_t c = 0; c < v->n_compartments; c++) kg += v->compartments[c].kg;
        double km = visits * FAR * (double)v->pence_per_km * 18;
        double hours = 2e9 * 5 * greatest((double)v->pence_per_hour, (double)v->pence_per_overtime_hour);
        double hazard = greatest(until, 1) * visits * 300 * (double)p->policy.pence_per_hazard_minute;
        double fees = visits * greatest(kg, v->payload_kg) * fee * 18;
        if (2 * (km + hours + hazard + fees + duals + 18000.0 * (double)v->fixed_pence) > most) return false;
    }
    return p->policy.pence_per_hazard_minute >= 0;
}

/* ---- legs ---- */

static int64_t factor_of(const tr_policy *y, int64_t hour) /* of any day; permille */
{
    int64_t h = (hour % 24 + 24) % 24;
    return y->speed_by_hour[h] ? y->speed_by_hour[h] : 1000;
}

static int64_t hour_of(int64_t time_s)
{
    return time_s >= 0 ? time_s / HOUR : -((HOUR - 1 - time_s) / HOUR);
}

/* The fastest factor from the earliest leaving to the latest return. */
static int64_t fastest(const tr_audit_crew *w)
{
    int64_t first = hour_of(w->lo), last = hour_of(w->until_s), most = factor_of(&w->problem->policy, first);
    for (int64_t h = first + 1; h <= last && h < first + 24; h++)
        if (factor_of(&w->problem->policy, h) > most) most = factor_of(&w->problem->policy, h);
    return most;
}

static tr_audit_leg leg_of(const tr_audit_crew *w, int32_t from, int32_t to, int64_t factor)
{
    const tr_travel_matrix *t = &w->problem->travel[w->vehicle->profile];
    size_t cell = (size_t)from * (size_t)w->problem->n_places + (size_t)to;
    int64_t rate = (int64_t)w->vehicle->speed_permille * factor;
    if (from == to) return (tr_audit_leg){0, 0};
    if (t->seconds[cell] < 0 || t->metres[cell] < 0) return (tr_audit_leg){-1, 0};
    return (tr_audit_leg){.seconds = (2000000 * (int64_t)t->seconds[cell] + rate) / (2 * rate),
                          .metres = t->metres[cell] < FAR ? t->metres[cell] : FAR};
}

static int32_t place_of(const tr_audit_crew *w, int32_t node)
{
    const tr_vehicle *v = w->vehicle;
    if (node < w->n_stops) return w->problem->stops[w->stops[node]].place;
    if (node < w->start) return w->problem->sites[node - w->first_site].place;
    if (node == w->end) return v->end_place;
    return v->n_frozen ? v->frozen[v->n_frozen - 1].place : v->start_place;
}

static void lay_legs(tr_audit_crew *w)
{
    size_t n = (size_t)w->n_nodes;
    tr_audit_leg *legs = TR_NEW(w->arena, tr_audit_leg, n * n);
    int64_t factor = fastest(w);
    for (int32_t h = 1; h < 24; h++) w->hourly |= factor_of(&w->problem->policy, h) != factor_of(&w->problem->policy, 0);
    for (int32_t i = 0; i < w->n_nodes; i++)
        for (int32_t j = 0; j < w->n_nodes; j++)
            legs[(size_t)i * n + (size_t)j] = leg_of(w, place_of(w, i), place_of(w, j), factor);
    w->legs = legs;
}

/* ---- stops ---- */

static bool is_frozen(const tr_problem *p, int32_t stop)
{
    for (int32_t i = 0; i < p->n_vehicles; i++)
        for (int32_t k = 0; k < p->vehicles[i].n_frozen; k++)
            if (p->vehicles[i].frozen[k].kind == TR_VISIT_STOP && p->vehicles[i].frozen[k].ref == stop) return true;
    return false;
}

static bool can_serve(const tr_audit_crew *w, int32_t index)
{
    const tr_vehicle *v = w->vehicle;
    const tr_stop *s = &w->problem->stops[index];
    if (s->leave || (s->pin >= 0 && s->pin != w->index)) return false;
    if (s->certs & ~v->certs || s->equipment & ~v->equipment || s->kg > v->payload_kg) return false;
    for (int32_t c = 0; c < v->n_compartments; c++) {
        const tr_compartment *body = &v->compartments[c];
        if (body->streams >> s->stream & 1 && s->kg <= body->kg && s->litres <= body->litres)
            return !is_frozen(w->problem, index);
    }
    return false;
}

static void pick_stops(tr_audit_crew *w)
{
    int32_t *stops = TR_NEW(w->arena, int32_t, w->problem->n_stops + 1);
    for (int32_t s = 0; s < w->problem->n_stops; s++)
        if (can_serve(w, s)) stops[w->n_stops++] = s;
    w->stops = stops;
}

static void judge_stops(tr_audit_crew *w)
{
    const tr_policy *y = &w->problem->policy;
    for (int32_t i = 0; i < w->n_stops; i++) {
        const tr_stop *s = &w->problem->stops[w->stops[i]];
        bool late = s->n_windows > 0 && s->windows[0].start_s > w->vehicle->start_s + y->exempt_after_s;
        w->hazardous[i] = s->hazard >= y->hazardous_rank;
        w->first[i] = w->hazardous[i] && y->hazard_policy == TR_HAZARD_FIRST && !late;
        w->latest_s[i] = INT64_MAX;
        if (w->hazardous[i] && y->hazard_policy == TR_HAZARD_DEADLINE)
            w->latest_s[i] = y->day_start_s + y->hazard_latest_s;
        if (w->first[i]) w->order = true;
    }
}

/* Stops beyond the set's size are never remembered, which only lets more routes in. */
static void set_near(tr_audit_crew *w)
{
    const tr_audit_prices *y = w->prices;
    tr_audit_set *near = TR_NEW(w->arena, tr_audit_set, w->n_stops + 1);
    int32_t *number = TR_NEW(w->arena, int32_t, w->problem->n_stops + 1);
    for (int32_t s = 0; s < w->problem->n_stops; s++) number[s] = -1;
    for (int32_t i = 0; i < w->n_stops && i < TR_AUDIT_SET; i++) number[w->stops[i]] = i;
    for (int32_t i = 0; i < w->n_stops; i++) {
        if (i < TR_AUDIT_SET) near[i] = (tr_audit_set)1 << i;
        if (!y->n_near) near[i] = ~(tr_audit_set)0;
        for (int32_t k = 0; k < y->n_near; k++) {
            int32_t other = y->near[(size_t)w->stops[i] * (size_t)y->n_near + (size_t)k];
            if (other >= 0 && number[other] >= 0) near[i] |= (tr_audit_set)1 << number[other];
        }
    }
    w->near = near;
}

/* ---- entries ---- */

static bool holds(const tr_audit_crew *w, const tr_entry *e, int32_t i) /* n_stops: none, which no set holds */
{
    return i < w->n_stops && e->set[w->stops[i] / 64] >> w->stops[i] % 64 & 1;
}

/* From the one stop to the next a route enters every set that holds the next and not the one. */
static void set_enter(tr_audit_crew *w)
{
    size_t n = (size_t)w->n_stops, rows = n + 1;
    int64_t *enter = TR_NEW(w->arena, int64_t, rows * n + 1), *gap = TR_NEW(w->arena, int64_t, rows * rows);
    bool any = false;
    for (int32_t k = 0; k < w->prices->n_entries; k++) {
        const tr_entry *e = &w->prices->entries[k];
        for (int32_t j = 0; j < w->n_stops && e->dual; j++)
            for (int32_t i = 0; i <= w->n_stops && holds(w, e, j); i++)
                if (!holds(w, e, i)) enter[(size_t)i * n + (size_t)j] += e->dual;
        any = any || e->dual;
    }
    for (size_t a = 0; any && a < rows; a++)
        for (size_t b = 0; b < rows; b++)
            for (size_t j = 0; j < n; j++)
                if (enter[b * n + j] - enter[a * n + j] > gap[a * rows + b]) gap[a * rows + b] = enter[b * n + j] - enter[a * n + j];
    w->enter = enter;
    w->enter_gap = gap;
}

/* ---- the whole ---- */

/* Nobody is back after the end of the shift where no overtime is allowed. */
int64_t tr_audit_least_hour(const tr_vehicle *v)
{
    return v->max_overtime_s > 0 && v->pence_per_overtime_hour < v->pence_per_hour ? v->pence_per_overtime_hour : v->pence_per_hour;
}

static void set_prices(tr_audit_crew *w)
{
    static const int64_t duty[] = {11 * HOUR, 13 * HOUR, INT64_MAX}, driving[] = {10 * HOUR, 9 * HOUR, INT64_MAX};
    const tr_vehicle *v = w->vehicle;
    int64_t most = 0, least = INT64_MAX;
    w->max_duty = duty[v->hours_rule];
    w->max_drive = driving[v->hours_rule];
    for (int32_t s = 0; s < w->problem->n_sites; s++) {
        int64_t fee = w->problem->sites[s].gate_fee_pence_per_tonne;
        if (fee > most) most = fee;
        if (fee < least) least = fee;
    }
    if (!w->prices->pence) return;
    w->fees_differ = most > least || (most > 0 && v->may_park_loaded);
    w->per_metre = v->pence_per_km * (TR_AUDIT_UNITS / 1000);
    w->per_fee = TR_AUDIT_UNITS / 1000;
    w->per_second = v->pence_per_hour * (TR_AUDIT_UNITS / HOUR);
    w->per_over_second = v->pence_per_overtime_hour * (TR_AUDIT_UNITS / HOUR);
    w->per_hazard_second = w->problem->policy.pence_per_hazard_minute * (TR_AUDIT_UNITS / 60);
    w->fixed = v->fixed_pence * TR_AUDIT_UNITS;
    w->least_second = tr_audit_least_hour(v) * (TR_AUDIT_UNITS / HOUR);
}

static void set_apart(tr_audit_crew *w)
{
    const tr_problem *p = w->problem;
    w->apart = TR_NEW(w->arena, tr_mask, p->n_streams + 1);
    for (int32_t a = 0; a < p->n_streams; a++)
        for (int32_t b = 0; b < p->n_streams; b++)
            if (a != b && (p->streams[a].segregation != p->streams[b].segregation || p->streams[a].hazardous ||
                           p->streams[b].hazardous))
                w->apart[a] |= (tr_mask)1 << b;
}

void tr_audit_prepare(const tr_problem *problem, int32_t vehicle, const tr_audit_prices *prices, tr_arena *arena,
                      tr_audit_crew *crew)
{
    const tr_vehicle *v = &problem->vehicles[vehicle];
    *crew = (tr_audit_crew){.problem = problem, .vehicle = v, .prices = prices, .arena = arena, .index = vehicle};
    pick_stops(crew);
    crew->first_site = crew->n_stops;
    crew->start = crew->first_site + problem->n_sites;
    crew->end = crew->start + 1;
    crew->n_nodes = crew->end + 1;
    crew->lo = v->n_frozen ? v->frozen[0].departure_s : v->start_s;
    crew->until_s = v->end_s + v->max_overtime_s;
    crew->hazardous = TR_NEW(arena, bool, crew->n_stops + 1);
    crew->first = TR_NEW(arena, bool, crew->n_stops + 1);
    crew->latest_s = TR_NEW(arena, int64_t, crew->n_stops + 1);
    lay_legs(crew);
    judge_stops(crew);
    set_near(crew);
    set_enter(crew);
    set_prices(crew);
    set_apart(crew);
}

static bool has_hazardous(const tr_problem *p, tr_mask streams)
{
    for (int32_t s = 0; s < p->n_streams; s++)
        if (streams >> s & 1 && p->streams[s].hazardous) return true;
    return false;
}

int64_t tr_audit_least_fee(const tr_audit_crew *w, tr_mask streams)
{
    const tr_problem *p = w->problem;
    int64_t least = INT64_MAX;
    if (w->vehicle->may_park_loaded && !has_hazardous(p, streams)) return 0;
    for (int32_t s = 0; s < p->n_sites; s++)
        if (!(streams & ~p->sites[s].streams) && p->sites[s].gate_fee_pence_per_tonne < least)
            least = p->sites[s].gate_fee_pence_per_tonne;
    return least == INT64_MAX ? 0 : least;
}
